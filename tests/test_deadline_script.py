"""`scripts/deadline.py`: the JSON of the contract, and every problem at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from scripts import deadline

KEYS = ["rule", "due_at", "due_day", "certain", "may_change", "nominal_due_at", "target", "trail"]


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = deadline.main(list(arguments))
    return status, json.loads(capsys.readouterr().out)


def question(rule: str, start: str, profile: str = "yiyuan") -> list[str]:
    return ["--profile", profile, "--rule", rule, "--from", start]


def test_a_day_clock_ends_at_the_next_midnight_and_shows_every_day(capsys: pytest.CaptureFixture[str]) -> None:
    status, said = ask(capsys, *question("complaint.close", "2026-02-27"))
    assert (status, list(said)) == (0, KEYS)
    assert said == {
        "rule": "complaint.close",
        "due_at": "2026-03-06T00:00:00+08:00",
        "due_day": "2026-03-05",
        "certain": True,
        "may_change": False,
        "nominal_due_at": None,
        "target": None,
        "trail": [
            {"day": "2026-02-28", "counted": True, "n": 1, "why": "调休上班"},
            {"day": "2026-03-01", "counted": False, "n": 1, "why": "周末"},
            {"day": "2026-03-02", "counted": True, "n": 2, "why": "工作日"},
            {"day": "2026-03-03", "counted": True, "n": 3, "why": "工作日"},
            {"day": "2026-03-04", "counted": True, "n": 4, "why": "工作日"},
            {"day": "2026-03-05", "counted": True, "n": 5, "why": "工作日"},
        ],
    }


def test_a_minute_clock_shows_its_stretches_and_the_plain_time(capsys: pytest.CaptureFixture[str]) -> None:
    _, said = ask(capsys, *question("verify.electronic", "2025-09-30T17:20:00+08:00"))
    assert said["due_at"] == "2025-10-09T09:20:00+08:00"
    assert said["nominal_due_at"] == "2025-09-30T17:50:00+08:00"
    assert said["trail"] == [
        {"start": "2025-09-30T17:20:00+08:00", "end": "2025-09-30T17:30:00+08:00", "minutes": 10},
        {"start": "2025-10-09T09:00:00+08:00", "end": "2025-10-09T09:20:00+08:00", "minutes": 20},
    ]


def test_a_silent_document_gives_only_a_target(capsys: pytest.CaptureFixture[str]) -> None:
    _, said = ask(capsys, *question("complaint.close", "2026-03-02", "fangxian"))
    assert (said["due_at"], said["due_day"]) == (None, None)
    assert said["target"] == {"due_at": "2026-03-10T00:00:00+08:00", "due_day": "2026-03-09"}


def test_a_silent_document_without_target_gives_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    status, said = ask(capsys, *question("adjust.apply", "2026-03-02", "wuhai"))
    assert status == 0
    assert (said["due_at"], said["target"], said["trail"]) == (None, None, [])


def test_an_instant_may_be_written_in_any_zone(capsys: pytest.CaptureFixture[str]) -> None:
    answers = [
        ask(capsys, *question("verify.electronic", start))[1]["due_at"]
        for start in ("2025-09-28T10:00", "2025-09-28T02:00:00Z", "2025-09-27T22:00:00-04:00")
    ]
    assert answers == ["2025-09-28T10:30:00+08:00"] * 3


BAD = {
    "everything missing": ([], ["要选一套规则", "要选一个时限", "没有写起点"]),
    "everything wrong": (
        ["--profile", "nowhere", "--rule", "soon", "--from", "2026-02-30", "--extend", "0", "--days", "x"],
        ["没有“nowhere”这套规则", "“2026-02-30”不是日期", "延期天数要写大于0", "天数要写整数", "没有“soon”这个时限"],
    ),
    "an unknown option": ([*question("review", "2026-03-02"), "--profil", "x"], ["不认识的参数：--profil x"]),
    "a value left out": ([*question("review", "2026-03-02")[:-1]], ["没有写起点"]),
    "an extension of 6": ([*question("complaint.close", "2026-03-02"), "--extend", "6"], ["最多延期5个工作日"]),
    "an extension of 0": ([*question("complaint.close", "2026-03-02"), "--extend", "0"], ["不能写“0”"]),
    "an extension of -1": ([*question("complaint.close", "2026-03-02"), "--extend", "-1"], ["不能写“-1”"]),
    "an extension of 5.0": ([*question("complaint.close", "2026-03-02"), "--extend", "5.0"], ["不能写“5.0”"]),
    "a full-width extension": ([*question("complaint.close", "2026-03-02"), "--extend", "５"], ["不能写“５”"]),
    "an extension that no rule allows": (
        [*question("complaint.close", "2026-03-02", "fangxian"), "--extend", "1"],
        ["没有规定可以延期"],
    ),
    "an extension of something else": ([*question("review", "2026-03-02"), "--extend", "1"], ["不能延期"]),
    "no number of days": (question("verify.order", "2026-03-02"), ["要写明多少个工作日"]),
    "no days at all": ([*question("proxy", "2026-03-02"), "--days", "0"], ["1到1000"]),
    "too many days": ([*question("proxy", "2026-03-02"), "--days", "1001"], ["1到1000"]),
    "days where the rule sets them": ([*question("review", "2026-03-02"), "--days", "3"], ["不用另写"]),
    "days of an edition": ([*question("edition", "2026-03-02"), "--days", "3"], ["天数写 0"]),
    "no time of day": (question("verify.electronic", "2026-03-02"), ["写到几点几分"]),
    "no time of a handover": (question("window.handover", "2026-03-02", "qingshen"), ["写到几点几分"]),
    "a week date": (question("review", "2026-W10-1"), ["不是日期"]),
    "a full-width date": (question("review", "２０２６-03-02"), ["不是日期"]),
    "a year out of reach": (question("review", "9999-12-31"), ["2000年到2100年"]),
    "no catalog": ([*question("review", "2026-03-02"), "--catalog", "/nowhere"], ["找不到清单文件夹"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_ends_with_2_and_names_everything(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, words = BAD[case]
    status, said = ask(capsys, *arguments)
    assert (status, list(said)) == (2, ["errors"])
    assert len(said["errors"]) == len(words)
    assert all(any(word in error for error in said["errors"]) for word in words)


def test_the_script_works_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ask(capsys, *question("review", "2026-03-02"))[0] == 0
    assert list(tmp_path.iterdir()) == []
