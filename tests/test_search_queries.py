"""The set of queries that the search is measured with: written from how people talk, before the search was."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from mianzheng.catalog_files.loading import Loaded
from tests.conftest import ROOT

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
