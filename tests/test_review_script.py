"""`scripts/review.py`: the report on a proposal in a real repository, and the gate before merging."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from scripts import review

from mianzheng.catalog_files.comparing import compare
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import CommitSource, FolderSource
from mianzheng.model import Catalog
from mianzheng.proposals.block import proposal_of, written_block
from mianzheng.proposals.forms import Application
from mianzheng.proposals.milestones import Timeliness
from tests.alterations import alter
from tests.contracts.test_catalog_repository import git
from tests.proposal_forms import TODAY, complete, examined

NOW = "2026-11-25"


@pytest.fixture
def repository(catalog_folder: Path) -> Path:
    """A repository whose main branch holds the test catalog."""
    top = catalog_folder.parent
    git(top, "init", "-q", "-b", "main")
    git(top, "add", "catalog")
    git(top, "commit", "-q", "-m", "清单")
    return top


def committed(repository: Path, branch: str = "proposal") -> str:
    git(repository, "checkout", "-q", "-B", branch)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "调整")
    return git(repository, "rev-parse", "HEAD")


def proposed(repository: Path, place: str, type: str, **changes: Any) -> str:
    """A branch with a proposal's files; the pull request's text lies beside the repository. Returns the commit."""
    folder = repository / "catalog"
    catalog: Catalog = load(FolderSource(folder)).catalog
    application: Application = complete(catalog, place, type, **changes)
    found = examined(application, catalog)
    assert found.problems == {}
    for path, text in found.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8", newline="\n")
    told = proposal_of(application, "TZ-1", TODAY, "zhang", Timeliness(due="2026-12-01", came=TODAY))
    head = committed(repository)
    repository.with_name("text.md").write_text(f"请审核\n\n{written_block(told)}\n", "utf-8")
    return head


def run(repository: Path, *arguments: str, head: str = "proposal") -> int:
    return review.main(["main", head, "--catalog", str(repository / "catalog"), "--now", NOW, *arguments])


def approvals(repository: Path, head: str, *roles: str) -> list[str]:
    file = repository.with_name("approvals.json")
    at = "2026-11-25T09:00:00+08:00"
    file.write_text(json.dumps([{"role": r, "subject": f"of {r}", "commit": head, "at": at} for r in roles]), "utf-8")
    return ["--approvals", str(file)]


def text(repository: Path) -> list[str]:
    return ["--proposal", str(repository.with_name("text.md"))]


def test_the_report_comes_as_markdown_json_and_html(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proposed(repository, "test-yiyuan", "change")
    assert run(repository, *text(repository)) == 0
    said = capsys.readouterr().out
    assert "| 情形 | — | 申请人不在本地的，才要。 |" in said
    assert "按时（期限 2026-12-01）" in said
    assert run(repository, "--format", "json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["type"], len(report["items"]), report["why"]) == ("change", 1, [])
    assert run(repository, "--format", "html") == 0
    assert "<ins>申请人不在本地的，才要。</ins>" in capsys.readouterr().out


def test_the_gate_says_what_is_missing_and_opens_when_nothing_is(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = proposed(repository, "test-yiyuan", "change")
    assert run(repository, "--gate") == 1
    said = capsys.readouterr().out
    assert "联席会议办公室" in said
    assert "司法局" in said
    assert run(repository, "--gate", *approvals(repository, head, "joint_conference_office")) == 1
    both = approvals(repository, head, "joint_conference_office", "justice")
    assert run(repository, "--gate", *both, *text(repository)) == 0
    assert "可以并入" in capsys.readouterr().out


def test_a_new_commit_voids_every_approval(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = proposed(repository, "test-yiyuan", "change")
    both = approvals(repository, head, "joint_conference_office", "justice")
    alter(repository / "catalog", {"item": {"place": "test-yiyuan", "method": "other"}, "set": {"note": "又改了。"}})
    committed(repository)
    assert run(repository, "--gate", *both) == 1
    assert capsys.readouterr().out.count("已经失效") == 2


def test_wuhai_needs_no_approval_but_a_clean_check(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proposed(repository, "test-wuhai", "change")
    assert run(repository, "--gate") == 0
    alter(repository / "catalog", {"item": {"place": "test-wuhai", "status": "active"}, "set": {"legal_bases": []}})
    committed(repository)
    assert run(repository, "--gate") == 1
    assert "清单检查还有 1 处错误" in capsys.readouterr().out


def test_what_has_come_to_main_since_is_no_part_of_the_proposal(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proposed(repository, "test-yiyuan", "change")
    git(repository, "checkout", "-q", "main")
    alter(repository / "catalog", {"item": {"place": "test-boshan", "method": "proxy"}, "set": {"note": "别的。"}})
    git(repository, "commit", "-q", "-a", "-m", "别的调整")
    assert run(repository, "--format", "json") == 0
    assert [item["type"] for item in json.loads(capsys.readouterr().out)["items"]] == ["change"]


def test_the_chain_is_that_of_the_base_whatever_the_proposal_makes_of_the_rules(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody turns approval into filing in the very proposal that needs approving."""
    proposed(repository, "test-yiyuan", "change")
    alter(repository / "catalog", {"file": "profiles/yiyuan.yaml", "set": {"review.adjust_mode.value": "filing"}})
    committed(repository)
    assert run(repository, "--gate") == 1
    said = capsys.readouterr().out
    assert "联席会议办公室" in said
    assert "profiles/yiyuan.yaml" in said


def test_a_deleted_record_does_not_pass(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alter(repository / "catalog", {"item": {"place": "test-wuhai", "status": "active"}, "delete": True})
    committed(repository)
    assert run(repository, "--gate") == 1
    assert "错误" in capsys.readouterr().out


@pytest.mark.parametrize("case", ["outside", "places", "nothing", "commit", "approvals", "text", "day"])
def test_what_cannot_be_judged_is_refused_with_a_sentence(
    repository: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    proposed(repository, "test-yiyuan", "change")
    arguments: list[str] = ["--gate"]
    head = "proposal"
    broken = repository.with_name("broken")
    broken.write_text("```mianzheng-proposal\n{}\n```", "utf-8")
    if case == "outside":
        (repository / "README.md").write_text("x", "utf-8")
        committed(repository)
    elif case == "places":
        alter(repository / "catalog", {"item": {"place": "test-boshan", "method": "proxy"}, "set": {"note": "甲"}})
        committed(repository)
    elif case == "nothing":
        head = "main"
    elif case == "commit":
        head = "nowhere"
    elif case == "approvals":
        arguments += ["--approvals", str(broken)]
    elif case == "text":
        arguments += ["--proposal", str(broken)]
    else:
        arguments += ["--now", "昨天"]
    assert run(repository, *arguments, head=head) == 2
    expected = {"outside": "只能改 catalog/", "places": "只能改一个地区", "nothing": "没有改动", "commit": "找不到",
                "approvals": "不是审核意见的列表", "text": "读不出来", "day": "不是日期"}  # fmt: skip
    assert expected[case] in capsys.readouterr().err


def test_files_that_both_commits_share_are_read_once_and_give_the_same_catalog(repository: Path) -> None:
    head = proposed(repository, "test-yiyuan", "change")
    compared = compare(repository / "catalog", "main", head, NOW)
    fresh = load(CommitSource(repository, head))
    assert compared.after.catalog == fresh.catalog
    before, after = (loaded.readings for loaded in (compared.before, compared.after))
    shared = [path for path in after if before[path][1] is after[path][1]]
    assert len(shared) == len(after) - 1
    assert compared.changed == {path for path in after if path not in shared}
