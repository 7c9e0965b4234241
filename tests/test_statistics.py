"""Figures: the public ones give nobody away, the internal ones count units, receipts and cases."""

from __future__ import annotations

import datetime
import itertools
from collections import Counter
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.statistics.facts import Fact, facts, months_before, quarter_of
from mianzheng.statistics.internal import by_unit, hotline_counts, hotspots, shared
from mianzheng.statistics.public import LEAST, Block, PublicFigures, blocks, public_figures
from tests.complaint_desk import Life, accused, receiver, staff, when
from tests.conftest import ROOT

SCENARIOS = {
    case["id"]: case for case in yaml.safe_load((ROOT / "tests" / "scenarios" / "statistics.yaml").read_text("utf-8"))
}
MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04"]
COLUMNS = ["G1", "G2", "G3", "G9"]
NOW = datetime.datetime(2026, 5, 3, 9, 0, tzinfo=SHANGHAI)


def all_facts(life: Life, at: str = "2027-01-01T00:00") -> list[Fact]:
    return facts(life.records.values(), life.desk.clocks, when(at))


# -- public


GRIDS = st.dictionaries(st.tuples(st.sampled_from(MONTHS), st.sampled_from(COLUMNS)), st.integers(0, 12))


@given(GRIDS)
@pytest.mark.carries("statistics", "YY-CMP-12-1", "BS-CMP-12-1", where="mianzheng.statistics.public:blocks")
def test_a28_no_sum_or_difference_of_published_numbers_tells_of_one_to_four(cells: dict[tuple[str, str], int]) -> None:
    published = blocks(cells, MONTHS, COLUMNS)
    assert all(block.count == 0 or block.count >= LEAST for block in published)
    seen: set[tuple[str, str]] = set()
    for block in published:
        inside = set(itertools.product(months_between(block.first, block.last), block.columns))
        assert not inside & seen
        seen |= inside
        assert block.count == sum(cells.get(cell, 0) for cell in inside)


def months_between(first: str, last: str) -> list[str]:
    return [month for month in MONTHS if first <= month <= last]


@given(GRIDS)
def test_every_published_period_is_whole_and_only_the_last_months_wait(cells: dict[tuple[str, str], int]) -> None:
    published = blocks(cells, MONTHS, COLUMNS)
    periods = sorted({(block.first, block.last) for block in published})
    assert [month for period in periods for month in months_between(*period)] == MONTHS[: sum(
        len(months_between(*period)) for period in periods
    )]  # fmt: skip
    for period in periods:
        columns = [name for block in published if (block.first, block.last) == period for name in block.columns]
        assert sorted(columns) == COLUMNS
    waiting = [m for m in MONTHS if not periods or m > periods[-1][1]]
    assert sum(cells.get(cell, 0) for cell in itertools.product(waiting, COLUMNS)) < LEAST


@given(GRIDS, GRIDS, st.integers(0, len(MONTHS)))
def test_a28_what_was_published_is_never_cut_anew(
    then: dict[tuple[str, str], int], now: dict[tuple[str, str], int], over: int
) -> None:
    before = blocks(then, MONTHS[:over], COLUMNS)
    after = blocks(now, MONTHS, COLUMNS, before)
    assert after[: len(before)] == before
    done = max((block.last for block in before), default="")
    assert all(block.first > done for block in after[len(before) :])


@pytest.mark.parametrize(
    ("counts", "cut"),
    [
        ({"G1": 7, "G2": 6, "G3": 5, "G9": 9}, [(("G1",), 7), (("G2",), 6), (("G3",), 5), (("G9",), 9)]),
        ({"G1": 7, "G2": 1, "G3": 0, "G9": 9}, [(("G9",), 9), (("G1", "G2", "G3"), 8)]),
        ({"G1": 7, "G2": 2, "G3": 3, "G9": 9}, [(("G1",), 7), (("G9",), 9), (("G2", "G3"), 5)]),
        ({"G1": 7, "G2": 0, "G3": 0, "G9": 9}, [(("G1",), 7), (("G9",), 9), (("G2", "G3"), 0)]),
        ({"G1": 2, "G2": 2, "G3": 1, "G9": 1}, [(("G1", "G2", "G3", "G9"), 6)]),
        ({"G1": 4}, []),
    ],
)
def test_small_columns_are_merged_with_the_next_larger_one(counts: dict[str, int], cut: list[Any]) -> None:
    published = blocks({("2026-01", name): n for name, n in counts.items()}, ["2026-01"], COLUMNS)
    assert [(block.columns, block.count) for block in published] == cut


def test_months_with_too_few_wait_for_the_following_ones() -> None:
    cells = {("2026-01", "G1"): 3, ("2026-02", "G1"): 1, ("2026-03", "G1"): 4, ("2026-04", "G1"): 2}
    assert blocks(cells, MONTHS, ["G1"]) == (Block(first="2026-01", last="2026-03", columns=("G1",), count=8),)


def test_conclusions_wait_until_on_time_and_late_can_be_told_apart_but_not_for_ever() -> None:
    cells = {(month, "on_time"): 20 for month in MONTHS} | {(month, "late"): 2 for month in MONTHS[:3]}
    columns = ("on_time", "late", "no_limit")
    cut = [(b.first, b.last, b.columns, b.count) for b in blocks(cells, MONTHS, columns, patience=12)]
    assert cut == [
        ("2026-01", "2026-03", ("on_time",), 60),
        ("2026-01", "2026-03", ("late",), 6),
        ("2026-01", "2026-03", ("no_limit",), 0),
        ("2026-04", "2026-04", ("on_time",), 20),
        ("2026-04", "2026-04", ("late", "no_limit"), 0),
    ]
    hurried = blocks(cells, MONTHS, columns, patience=2)
    assert [(b.last, b.columns, b.count) for b in hurried][:1] == [("2026-02", columns, 44)]


def test_only_months_that_are_over_are_published() -> None:
    known = [Fact(month=month, ground="G1", channel="platform") for month in ("2026-04", "2026-05") for _ in range(6)]
    figures = public_figures("p", known, ["G1"], NOW, since="2026-03", chain_head="h")
    assert [(block.last, block.count) for block in figures.received] == [("2026-04", 6)]
    assert (figures.until, figures.concluded, figures.chain_head) == ("2026-04", (), "h")
    assert months_before("2026-05", NOW) == []


def test_figures_count_cases_not_receipts_and_conclusions_by_whether_on_time() -> None:
    one = Fact(month="2026-03", ground="G1", channel="platform", closed="2026-03", late=False)
    known = [
        *[one] * 6,
        *[msgspec.structs.replace(one, late=True)] * 5,
        *[msgspec.structs.replace(one, late=None)] * 7,
        *[msgspec.structs.replace(one, is_case=False)] * 9,
    ]
    figures = public_figures("p", known, ["G1"], NOW, since="2026-03", chain_head="")
    assert [(block.columns, block.count) for block in figures.received] == [(("G1",), 18)]
    assert {block.columns[0]: block.count for block in figures.concluded} == {"on_time": 6, "late": 5, "no_limit": 7}
    again = public_figures("p", [], ["G1"], NOW, since="2026-03", chain_head="", earlier=figures)
    assert (again.received, again.concluded) == (figures.received, figures.concluded)
    assert msgspec.json.decode(msgspec.json.encode(figures), type=PublicFigures) == figures


# -- facts


def test_facts_come_from_the_cases_and_leave_out_what_is_set_aside_as_spam(shipped: Loaded) -> None:
    life = Life(shipped.catalog)
    chief = receiver(life.home)
    clerk = staff("handler", life.home, chief.body)
    done = {"findings": {"G1_demand": "upheld"}, "reply": "好"}
    for case, end in (("a", "2025-10-10T23:59"), ("b", "2025-10-11T00:00")):
        life.file("2025-09-25T10:00", case)
        life.do("accept", "2025-09-26T10:00", chief, case)
        life.do("investigate", "2025-09-26T11:00", clerk, case)
        life.do("propose_conclusion", "2025-09-28T11:00", clerk, case, **done)
        life.do("conclude", end, chief, case, **done)
    life.file("2025-09-30T16:00:00+00:00", "c")
    life.file("2025-09-25T10:00", "d", screening="quarantined")
    life.file("2025-09-25T10:00", "e")
    life.do("accept", "2025-09-26T10:00", chief, "e")
    life.do("terminate", "2025-09-26T11:00", chief, "e", ground="T1_withdrawn", reply="撤")
    one, two, three, ended = all_facts(life)
    assert (one.month, one.closed, one.late, one.handled_by) == ("2025-09", "2025-10", False, chief.body)
    assert two.late is True
    assert (three.month, three.closed, three.late) == ("2025-10", "", None)
    assert (ended.state, ended.closed, ended.late) == ("terminated", "", None)
    (row,) = by_unit([one, two, three, ended], ["2025-10"])
    assert (row.unit, row.on_time, row.late, row.no_limit, row.share) == (chief.body, 1, 1, 0, 0.5)
    assert by_unit([one, two], ["2025-09"]) == []


def test_where_no_limit_ran_there_is_no_share() -> None:
    fact = Fact(month="2026-01", ground="none", channel="online", handled_by="bd-1", closed="2026-01")
    (row,) = by_unit([fact], ["2026-01"])
    assert (row.no_limit, row.share) == (1, None)


@pytest.mark.parametrize(
    ("month", "quarter"),
    [("2026-01", "2026-Q1"), ("2026-03", "2026-Q1"), ("2026-04", "2026-Q2"), ("2026-12", "2026-Q4")],
)
def test_quarters_are_those_of_the_year(month: str, quarter: str) -> None:
    assert quarter_of(month) == quarter


# -- internal


@pytest.mark.carries("statistics", "YY-CMP-13-2", "BS-CMP-13-2", where="mianzheng.statistics.internal:hotline_counts")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan"])
def test_s_sta_04_one_matter_from_hotline_and_window_is_one_case_and_one_hotline_receipt(
    place: str, shipped: Loaded
) -> None:
    case = SCENARIOS["S-STA-04"]
    life = Life(shipped.catalog, place)
    hotline, hall = receiver(life.home, "R1_hotline"), receiver(life.home)
    life.file("2025-09-28T09:05", "a", hotline, channel="hotline_12345")
    life.file("2025-09-28T09:10", "b", hall, channel="window")
    life.do("link", "2025-09-28T09:30", hall, "b", "a", leader="a", same_matter=True)
    known = all_facts(life)
    report = shared(known, "2025-Q3", life.desk.profile)
    found = {
        "hotline": hotline_counts(known, life.desk.profile, case["month"]),
        "cases": report.cases,
        "receipts": report.receipts,
    }
    assert found == case["expect"]
    assert hotline_counts(known, life.desk.profile, "2025") == 1
    assert hotline_counts(known, life.desk.profile, "2026") == 0


def test_where_the_assessment_does_not_count_the_hotline_there_is_no_figure(shipped: Loaded) -> None:
    assert hotline_counts([], shipped.catalog.profiles["wuhai"], "2026-09") is None


@pytest.mark.carries("statistics", "YY-CMP-12-2", "BS-CMP-12-2", where="mianzheng.statistics.internal:hotspots")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan"])
def test_s_sta_05_three_on_one_unit_and_ground_in_a_quarter_are_a_hotspot(place: str, shipped: Loaded) -> None:
    case = SCENARIOS["S-STA-05"]
    life = Life(shipped.catalog, place)
    for n, at in enumerate(case["received"] + case["outside"]):
        life.file(at, f"c{n}")
    (spot,) = hotspots(all_facts(life), case["quarter"], life.desk.profile)
    unit = accused(life.home)
    assert (spot.unit, spot.ground, spot.count) == (unit, "G1_demand", case["expect"]["count"])
    assert hotspots(all_facts(life)[1:], case["quarter"], life.desk.profile) == ()
    report = shared(all_facts(life), case["quarter"], life.desk.profile)
    assert report.hotspots == (spot,) and report.by_unit == {unit: {"G1_demand": 3}}
    assert report.by_channel == {"platform": 3}


def test_a_linked_receipt_does_not_make_a_hotspot(shipped: Loaded) -> None:
    fact = Fact(month="2026-07", ground="G1", channel="platform", units=("bd-1",))
    linked = msgspec.structs.replace(fact, is_case=False)
    assert Counter(f.is_case for f in (fact, fact, linked)) == {True: 2, False: 1}
    assert hotspots([fact, fact, linked], "2026-Q3", shipped.catalog.profiles["yiyuan"]) == ()
