"""What is kept between runs is used only as long as it must come out the same."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from mianzheng import keeping
from mianzheng.catalog_files import cache, checking, loading
from mianzheng.catalog_files.checking import Order, check_folder
from mianzheng.keeping import answers, answers_kept
from mianzheng.model import Finding
from mianzheng.views import pinyin

DAY = "2026-11-25"
Judge = Callable[..., list[Finding]]


@pytest.fixture
def order(catalog_folder: Path, tmp_path: Path) -> Order:
    return Order(catalog_folder, DAY, cache=tmp_path / "kept" / "catalog.bin")


@pytest.fixture
def judgings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The days for which the rules were really asked."""
    days: list[str] = []
    really = checking.check

    def check(*given, **more):  # type: ignore[no-untyped-def]
        days.append(more["today"])
        return really(*given, **more)

    monkeypatch.setattr(checking, "check", check)
    return days


def findings(order: Order) -> list[Finding]:
    return check_folder(order)[1]


def spoil(order: Order) -> None:
    """Leave the catalog with an item that names a method without its terms: the rules have something to say."""
    item = next(
        file for file in order.folder.rglob("places/test-boshan/items/**/*.yaml") if "commit" in file.read_text()
    )
    item.write_text(item.read_text("utf-8").replace("method: commit", "method: share"), "utf-8")


def test_a_catalog_is_judged_once_a_day(order: Order, judgings: list[str]) -> None:
    spoil(order)
    first = findings(order)
    assert first and findings(order) == first
    assert judgings == [DAY]
    findings(Order(order.folder, "2026-11-26", cache=order.cache))
    assert judgings == [DAY, "2026-11-26"]


def test_a_changed_file_is_judged_anew(order: Order, judgings: list[str]) -> None:
    assert findings(order) == []
    spoil(order)
    assert findings(order) != []
    assert judgings == [DAY, DAY]


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


def test_another_program_judges_anew(order: Order, judgings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    findings(order)
    monkeypatch.setattr(cache, "program_digest", lambda: b"another")
    findings(order)
    assert judgings == [DAY, DAY]


@pytest.mark.parametrize("content", ["", "0", "not what was written"])
def test_a_broken_verdict_is_not_used(order: Order, judgings: list[str], content: str) -> None:
    spoil(order)
    first = findings(order)
    assert order.cache is not None
    order.cache.with_suffix(".verdict").write_text(content)
    assert findings(order) == first
    assert judgings == [DAY, DAY]


def test_what_cannot_be_kept_is_done_again(order: Order, judgings: list[str], tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file where a folder should be")
    assert findings(order) == findings(order) == []
    assert judgings == [DAY, DAY]


def test_forgetting_takes_all_of_it(order: Order, judgings: list[str]) -> None:
    findings(order)
    assert order.cache is not None and len(list(order.cache.parent.iterdir())) == 2
    cache.forget(order.cache)
    cache.forget(order.cache)
    assert list(order.cache.parent.iterdir()) == []
    findings(order)
    assert judgings == [DAY, DAY]


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
