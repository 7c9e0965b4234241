"""The rehearsal: invented complaints in every state, made by the real use cases and jobs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scripts import rehearse
from scripts import store as store_script

from mianzheng.adapters.sqlite_store import SQLiteRecordStore
from mianzheng.cases.integrity import examine
from mianzheng.complaints.machines import MACHINE
from mianzheng.jobs.walking import complaints
from mianzheng.local.stories import STORIES

ARGUMENTS = ["--weeks", "2", "--each-day", "2", "--until", "2026-03-20T15:00"]


def test_weeks_of_complaints_fill_an_empty_folder_with_a_sound_history(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "rehearsal"
    assert rehearse.main(["--data", str(data), *ARGUMENTS]) == 0
    said = capsys.readouterr().out
    store = SQLiteRecordStore(data / "cases.sqlite")
    records = list(complaints(store))
    assert f"编了 {len(records)} 件" in said and len(records) > 10
    assert {"informed", "registered"} < {record.state for record in records}
    assert examine(store).faults == () and store.parked() == []
    assert store_script.main(["check", "--data", str(data)]) == 0
    assert {"outbox", "sweep", "statistics", "integrity"} <= set(store.beats())
    assert json.loads((data / "live" / "statistics.json").read_text("utf-8"))["as_of"] == "2026-03-20"
    assert list((data / "outbox").iterdir())
    code = said.split("　")[-1].split()[0]
    assert len(code.replace("-", "")) == 26


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cases.sqlite").touch()
    assert rehearse.main(["--data", str(tmp_path), *ARGUMENTS]) == 2
    assert "已经有东西" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["cases.sqlite"]


@pytest.mark.parametrize("wrong", [["--weeks", "0"], ["--each-day", "0"], ["--until", "gestern"], ["--place", "none"]])
def test_unusable_arguments_make_nothing(wrong: list[str], tmp_path: Path) -> None:
    assert rehearse.main(["--data", str(tmp_path / "new"), *ARGUMENTS, *wrong]) == 2


def test_stories_use_events_of_the_machine_in_order() -> None:
    for story in STORIES.values():
        times = [(deed.days, deed.hour) for deed in story.deeds]
        assert times == sorted(times)
        assert {deed.event for deed in story.deeds} <= set(MACHINE.events)
