"""The set of queries that the search is measured with: written from how people talk, before the search was."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.site.search.index import search_files
from mianzheng.views.atlas import draw
from tests.conftest import ROOT
from tests.javascript import ask

QUERIES = ROOT / "tests" / "data" / "search" / "queries.csv"
KINDS = {"official", "colloquial", "partial", "life_event", "pinyin", "initials", "typo", "body"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with QUERIES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_expected_name_is_one_of_the_catalog(rows: list[dict[str, str]], shipped: Loaded) -> None:
    names = {name for kind in shipped.catalog.kinds.values() for name in kind.names}
    assert [(r["query"], n) for r in rows for n in r["expected"].split(";") if n not in names] == []


def test_most_queries_are_not_what_the_catalog_says_itself(rows: list[dict[str, str]], shipped: Loaded) -> None:
    names = {name for kind in shipped.catalog.kinds.values() for name in kind.names}
    foreign = [r["query"] for r in rows if not any(r["query"] in name for name in names)]
    assert len(rows) >= 200
    assert len(foreign) >= 120
    assert {r["kind"] for r in rows} == KINDS
    assert [query for query, count in Counter(r["query"] for r in rows).items() if count > 1] == []


def test_people_find_what_they_mean_among_the_first_five(
    rows: list[dict[str, str]], shipped: Loaded, tmp_path: Path
) -> None:
    """The goals of the search, on the shipped catalog: first five 0.97, first 0.93."""
    places = dict.fromkeys(shipped.catalog.places, "本站没有收录。")
    for path, content in search_files(draw(shipped.catalog, "2026-11-25"), places):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    answers = ask(tmp_path, *(row["query"] for row in rows))
    ranks = []
    for row, found in zip(rows, answers, strict=True):
        wanted = set(row["expected"].split(";"))
        ranks.append(next((at for at, hit in enumerate(found["hits"]) if wanted & set(hit["names"])), 99))
    assert sum(rank < 5 for rank in ranks) / len(ranks) >= 0.97
    assert sum(rank == 0 for rank in ranks) / len(ranks) >= 0.93
