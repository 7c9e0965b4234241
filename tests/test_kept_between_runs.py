"""What is kept between runs is used only as long as it must come out the same."""

from __future__ import annotations

import sys
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from mianzheng import keeping, rules
from mianzheng.catalog_files import cache, loading, verdicts
from mianzheng.catalog_files.checking import Order, check_folder
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.keeping import answers, answers_kept
from mianzheng.model import Finding
from mianzheng.rules import Examination, Judgement, Verdicts, check
from mianzheng.views import pinyin
from tests.alterations import alter
from tests.conftest import ROOT
from tests.test_checks import CASES

DAY = "2026-11-25"


@pytest.fixture
def order(catalog_folder: Path, tmp_path: Path) -> Order:
    return Order(catalog_folder, DAY, cache=tmp_path / "kept" / "catalog.bin")


@pytest.fixture
def judgings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many items were really judged, each time that the rules were asked."""
    sizes: list[int] = []
    really = rules.judge

    def judge(run: Examination, known: Verdicts) -> Judgement:
        sizes.append(len(list(run.catalog.items())) - len(known))
        return really(run, known)

    monkeypatch.setattr(verdicts, "judge", judge)
    return sizes


@pytest.fixture
def all_items(catalog_folder: Path) -> int:
    return len(list(load(FolderSource(catalog_folder)).catalog.items()))


def findings(order: Order) -> list[Finding]:
    return check_folder(order)[1]


def spoil(order: Order) -> None:
    """Leave the catalog with an item that names a method without its terms: the rules have something to say."""
    items = (order.folder / "places" / "test-boshan" / "items").rglob("*.yaml")
    item = next(file for file in sorted(items) if "method: commit" in file.read_text("utf-8"))
    item.write_text(item.read_text("utf-8").replace("method: commit", "method: share"), "utf-8")


def test_a_catalog_is_judged_once_a_day(order: Order, judgings: list[int], all_items: int) -> None:
    spoil(order)
    first = findings(order)
    assert first and findings(order) == first
    assert judgings == [all_items]
    findings(replace(order, today="2026-11-26"))
    assert judgings == [all_items, all_items]


def test_only_changed_items_are_judged_anew(order: Order, judgings: list[int], all_items: int) -> None:
    assert findings(order) == []
    spoil(order)
    told = findings(order)
    assert told != []
    other = next(f for f in sorted((order.folder / "places" / "test-yiyuan" / "items").rglob("*.yaml")))
    other.write_text(other.read_text("utf-8") + "note: 注\n", "utf-8")
    assert [one for one in findings(order) if one.code != "yaml-not-canonical"] == told
    assert judgings == [all_items, 1, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": {"name": "测试收入证明"}, "set": {"words": ["收入"]}},
        {"item": {"place": "test-yiyuan", "status": "active"}, "delete": True},
        {"item": {"place": "test-yiyuan", "status": "active"}, "set": {"secret": True}},
        {"item": {"place": "test-yiyuan", "status": "active"}, "text": "id: [\n"},
        {"item": {"place": "test-yiyuan", "status": "active"}, "move": "places/test-yiyuan/items/elsewhere/{id}.yaml"},
    ],
)
def test_all_items_are_judged_anew_when_they_may_see_it(
    order: Order, judgings: list[int], all_items: int, change: dict[str, Any]
) -> None:
    findings(order)
    alter(order.folder, change)
    findings(order)
    assert judgings[1] >= all_items - 1


def test_what_is_known_never_changes_what_is_found(order: Order) -> None:
    """Every fault that the rules know, one after the other in the same catalog, with all that was known before."""
    assert order.cache is not None
    cases = [case for file in CASES for case in yaml.safe_load(file.read_text("utf-8"))["bad"]]
    cases = [case for case in cases if all({"set", "drop"} & change.keys() for change in case.get("changes", []))][::3]
    found: set[str] = set()
    made = 0
    for case in cases:
        with suppress(AssertionError, LookupError, OSError, StopIteration):  # an earlier case left nothing to change
            for change in case.get("changes", []):
                alter(order.folder, change)
            made += 1
        loaded = load(FolderSource(order.folder), cache_file=order.cache)
        now = verdicts.judged(order.cache, loaded.readings, Examination(loaded.catalog, DAY))
        assert now == check(loaded.catalog, today=DAY), case["title"]
        found.update(one.code for one in now)
    assert made > len(cases) / 2 and len(found) > 12, (made, len(cases), found)


def test_a_debt_of_an_item_that_did_not_change_is_still_one(order: Order, judgings: list[int]) -> None:
    debt = yaml.safe_load((ROOT / "tests/checks/field-not-published.yaml").read_text("utf-8"))["bad"][0]
    for change in debt["changes"]:
        alter(order.folder, change)
    told = findings(order)
    spoil(order)
    assert [one for one in findings(order) if one in told] == told
    assert "backlog.yaml" not in {one.file for one in findings(order)}
    assert judgings[1:] == [1]


def test_a_few_changed_files_are_read_again_instead_of_keeping_all_anew(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings(order)
    assert order.cache is not None
    before = order.cache.read_bytes()
    spoil(order)
    monkeypatch.setattr(loading, "FEW", 0.1)
    assert findings(order) != []
    assert order.cache.read_bytes() == before
    monkeypatch.setattr(loading, "FEW", 0.0)
    findings(order)
    assert order.cache.read_bytes() != before


def test_another_program_judges_anew(
    order: Order, judgings: list[int], all_items: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings(order)
    monkeypatch.setattr(verdicts, "program_digest", lambda: b"another")
    findings(order)
    assert judgings == [all_items, all_items]


@pytest.mark.parametrize("content", ["", "0", "not what was written"])
def test_a_broken_verdict_is_not_used(order: Order, judgings: list[int], content: str) -> None:
    spoil(order)
    first = findings(order)
    assert order.cache is not None
    order.cache.with_suffix(".verdict").write_text(content)
    assert findings(order) == first
    assert len(judgings) == 2


def test_what_cannot_be_kept_is_done_again(order: Order, judgings: list[int], tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file where a folder should be")
    assert findings(order) == findings(order) == []
    assert len(judgings) == 2


def test_forgetting_takes_all_of_it(order: Order, judgings: list[int]) -> None:
    findings(order)
    assert order.cache is not None and len(list(order.cache.parent.iterdir())) == 2
    cache.forget(order.cache)
    cache.forget(order.cache)
    assert list(order.cache.parent.iterdir()) == []
    findings(order)
    assert len(judgings) == 2


class TestAnswers:
    @pytest.fixture(autouse=True)
    def _nothing_known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(keeping, "_answers", defaultdict(dict))

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        """Where a first run left what it was told."""
        file = tmp_path / "kept" / "answers.bin"
        with answers_kept(file, b"1"):
            assert pinyin.syllables("银行") == ["yin", "hang"]
        answers("pinyin").clear()
        return file

    def test_what_was_told_is_known_to_the_next_run(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pypinyin", None)  # whoever imports it fails
        with answers_kept(file, b"1"):
            assert pinyin.syllables("银行") == ["yin", "hang"]
            with pytest.raises(ImportError):
                pinyin.syllables("行")

    def test_nothing_new_is_not_written_again(self, file: Path) -> None:
        before = file.stat().st_mtime_ns
        with answers_kept(file, b"1"):
            pinyin.syllables("银行")
        assert file.stat().st_mtime_ns == before

    def test_another_program_asks_itself(self, file: Path) -> None:
        with answers_kept(file, b"2"):
            assert not answers("pinyin")
            pinyin.syllables("行")
        answers("pinyin").clear()
        with answers_kept(file, b"2"):
            assert list(answers("pinyin")) == ["行"]

    @pytest.mark.parametrize("content", ["", "x", "\x92"])
    def test_a_broken_file_is_not_used(self, file: Path, content: str) -> None:
        file.write_text(content, "utf-8")
        with answers_kept(file, b"1"):
            assert not answers("pinyin")
            assert pinyin.syllables("银行") == ["yin", "hang"]
        assert b"hang" in file.read_bytes()
