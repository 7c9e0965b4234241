"""`scripts/check.py`: exit status, three formats, only what changed, and a repair that loses nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from scripts import check

from tests.alterations import alter
from tests.contracts.test_catalog_repository import git

DRAFT = {"item": {"place": "test-boshan", "status": "active", "method": "share"}}


def run(folder: Path, *arguments: str) -> int:
    return check.main(["--catalog", str(folder), "--now", "2026-11-25", *arguments])


def findings(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    run(folder, "--format", "json", *arguments)
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Caches go to the test's own folder."""
    monkeypatch.chdir(tmp_path)


def test_a_good_catalog_gives_zero_a_bad_one_one_and_bad_arguments_two(
    catalog_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(catalog_folder) == 0
    alter(catalog_folder, DRAFT | {"set": {"legal_bases": []}})
    assert run(catalog_folder) == 1
    assert run(catalog_folder / "nowhere") == 2
    assert check.main(["--catalog", str(catalog_folder), "--now", "昨天", "--place", "nowhere"]) == 2
    said = capsys.readouterr().err
    assert "--now" in said
    assert "--place" in said, "all unusable arguments are named at once"
    with pytest.raises(SystemExit) as stopped:
        run(catalog_folder, "--format", "xml")
    assert stopped.value.code == 2


def test_json_findings_have_exactly_the_agreed_fields(catalog_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = alter(catalog_folder, DRAFT | {"set": {"legal_bases": []}})
    (one,) = [f for f in findings(catalog_folder, capsys) if f["level"] == "error"]
    assert list(one) == ["code", "level", "file", "line", "column", "field", "message", "fix", "basis"]
    assert (one["code"], one["file"], one["field"]) == ("basis-missing", path, "legal_bases")
    assert one["line"] > 0


def test_text_says_where_what_how_and_why(catalog_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = alter(catalog_folder, DRAFT | {"set": {"legal_bases": []}})
    run(catalog_folder)
    said = capsys.readouterr().out
    assert f"{path}:" in said
    assert "怎么改：" in said
    assert "为什么：优化营商环境条例第四十四条" in said


def test_github_annotations_cannot_be_forged_by_what_a_file_holds(
    catalog_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alter(catalog_folder, DRAFT | {"set": {"time_class": "x\n::error::forged%0A"}})
    assert run(catalog_folder, "--format", "github") == 1
    lines = capsys.readouterr().out.splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert all(line.startswith(("::error file=", "::notice file=", "::warning file=")) for line in commands)
    assert len([line for line in commands if line.startswith("::error")]) == 1


def test_one_place_can_be_looked_at_alone(catalog_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place in ("test-boshan", "test-fangxian"):
        alter(
            catalog_folder,
            {"item": {"place": place, "status": "active", "method": "share"}, "set": {"legal_bases": []}},
        )
    files = {f["file"].split("/")[1] for f in findings(catalog_folder, capsys, "--place", "test-boshan")}
    assert files == {"test-boshan"}


@pytest.fixture
def committed(catalog_folder: Path) -> Path:
    """The test catalog as a commit in a repository."""
    git(catalog_folder.parent, "init", "-q", "-b", "main")
    git(catalog_folder.parent, "add", "catalog")
    git(catalog_folder.parent, "commit", "-q", "-m", "清单")
    return catalog_folder


class TestChanged:
    def test_nothing_changed_nothing_to_say(self, committed: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert findings(committed, capsys, "--changed", "HEAD") == []

    def test_old_debt_elsewhere_is_not_this_proposals_business(
        self, catalog_folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        alter(catalog_folder, {"item": {"place": "test-fangxian", "method": "share"}, "set": {"legal_bases": []}})
        git(catalog_folder.parent, "init", "-q", "-b", "main")
        git(catalog_folder.parent, "add", "catalog")
        git(catalog_folder.parent, "commit", "-q", "-m", "带着旧债")
        path = alter(catalog_folder, DRAFT | {"drop": ["issuing_body"]})
        found = findings(catalog_folder, capsys, "--changed", "HEAD")
        assert {(f["code"], f["file"]) for f in found if f["level"] == "error"} == {("field-missing", path)}

    def test_everything_that_refers_to_what_changed_is_judged(
        self, committed: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        alter(committed, {"basis": {"title": "测试登记法"}, "set": {"versions.0.articles": 5}})
        found = findings(committed, capsys, "--changed", "HEAD")
        places = {f["file"].split("/")[1] for f in found if f["code"] == "basis-article-unknown"}
        assert places == {"test-yiyuan", "test-boshan", "test-fangxian", "test-qingshen", "test-wuhai"}

    def test_what_is_new_may_not_be_left_unpublished(self, committed: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = alter(
            committed, DRAFT | {"drop": ["issuing_body"], "set": {"missing": {"issuing_body": "not_published"}}}
        )
        (committed / "backlog.yaml").write_text(
            f'entries:\n  - {{code: field-not-published, record: {Path(path).stem}, since: "2026-11-25"}}\n', "utf-8"
        )
        whole = {(f["code"], f["level"]) for f in findings(committed, capsys) if f["level"] != "hint"}
        assert whole == {("field-not-published", "warning")}
        new = {
            (f["code"], f["level"]) for f in findings(committed, capsys, "--changed", "HEAD") if f["level"] != "hint"
        }
        assert new == {("field-not-published", "error")}

    def test_a_deleted_record_is_an_error(self, committed: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = alter(committed, {"item": {"place": "test-yiyuan", "status": "candidate"}, "delete": True})
        found = findings(committed, capsys, "--changed", "HEAD")
        assert [(f["code"], f["file"]) for f in found] == [("record-removed", path)]

    def test_a_base_that_is_none_is_an_unusable_argument(
        self, committed: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(committed, "--changed", "nowhere") == 2
        assert "nowhere" in capsys.readouterr().err

    def test_outside_a_repository_there_is_nothing_to_compare_with(
        self, catalog_folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(catalog_folder, "--changed", "HEAD") == 2
        assert "git" in capsys.readouterr().err


class TestFix:
    def test_writing_is_put_right_and_the_content_stays(
        self, catalog_folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = alter(catalog_folder, DRAFT)
        file = catalog_folder / path
        right = file.read_text("utf-8")
        data = yaml.safe_load(right)
        file.write_text(yaml.safe_dump(dict(reversed(data.items())), allow_unicode=True, sort_keys=False), "utf-8")
        assert run(catalog_folder) == 1
        assert run(catalog_folder, "--fix") == 0
        assert file.read_text("utf-8") == right

    def test_windows_line_ends_are_put_right(self, catalog_folder: Path) -> None:
        path = alter(catalog_folder, DRAFT)
        file = catalog_folder / path
        right = file.read_bytes()
        file.write_bytes(right.replace(b"\n", b"\r\n"))
        assert run(catalog_folder, "--fix") == 0
        assert file.read_bytes() == right

    def test_a_comment_is_never_thrown_away(self, catalog_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = alter(catalog_folder, DRAFT | {"append": "# 这一句不能丢\n"})
        assert run(catalog_folder, "--fix") == 1
        assert "# 这一句不能丢" in (catalog_folder / path).read_text("utf-8")
        assert "note" in capsys.readouterr().out

    def test_what_cannot_be_read_is_left_alone(self, catalog_folder: Path) -> None:
        path = alter(catalog_folder, DRAFT | {"append": "x: [\n"})
        before = (catalog_folder / path).read_bytes()
        assert run(catalog_folder, "--fix") == 1
        assert (catalog_folder / path).read_bytes() == before


class TestCache:
    def test_a_second_run_says_the_same(self, catalog_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        alter(catalog_folder, DRAFT | {"set": {"legal_bases": []}})
        assert findings(catalog_folder, capsys) == findings(catalog_folder, capsys)

    def test_a_changed_file_is_read_again(self, catalog_folder: Path) -> None:
        assert run(catalog_folder) == 0
        alter(catalog_folder, DRAFT | {"set": {"legal_bases": []}})
        assert run(catalog_folder) == 1

    def test_a_damaged_cache_is_not_used(self, catalog_folder: Path, tmp_path: Path) -> None:
        assert run(catalog_folder) == 0
        readings, verdict = sorted((tmp_path / "build" / "cache").iterdir())
        for kept in (readings, verdict):
            for damage in (b"", b"\x81", kept.read_bytes()[:-9], b"garbage" * 99):
                kept.write_bytes(damage)
                assert run(catalog_folder) == 0

    def test_a_folder_that_cannot_be_written_costs_only_time(self, catalog_folder: Path, tmp_path: Path) -> None:
        (tmp_path / "build").write_text("a file where the cache folder should be", "utf-8")
        assert run(catalog_folder) == 0
