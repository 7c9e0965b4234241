"""The figures through the job: counted from the store, published in groups of five and more, never cut anew."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest
import yaml

from mianzheng.adapters.whole_files import FolderLiveFiles
from mianzheng.cases.integrity import examine
from mianzheng.catalog_files.loading import Loaded
from mianzheng.complaints.overdue import was_concluded_late
from mianzheng.errors import Rejected
from mianzheng.jobs.statistics import FILE, facts_of, publish_statistics
from mianzheng.site.live_files import read_live
from mianzheng.statistics.internal import hotline_counts, hotspots, shared
from mianzheng.statistics.public import Block
from mianzheng.views.atlas import draw
from mianzheng.views.figures import on_time, period, statistics_page
from mianzheng.views.live import Live, Statistics
from tests.complaint_desk import accused, receiver, staff, when
from tests.conftest import ROOT
from tests.job_room import Files, StoredLife
from tests.stores import on_every_store

PLACES = ["demo-yiyuan", "demo-boshan"]
SCENARIOS = {
    case["id"]: case for case in yaml.safe_load((ROOT / "tests" / "scenarios" / "statistics.yaml").read_text("utf-8"))
}


def published(life: StoredLife, live: Files, at: str, demonstration: bool = True) -> Statistics:
    publish_statistics(life.store, live, life.catalog(), life.intake.keys, when(at), demonstration=demonstration)
    return msgspec.json.decode(live.content[FILE], type=Statistics)


def received(found: Statistics, place: str) -> list[tuple[str, str, tuple[str, ...], int]]:
    (figures,) = [one for one in found.places if one.place == place]
    return [(block.first, block.last, block.columns, block.count) for block in figures.received]


@pytest.mark.carries("statistics", "YY-CMP-12-1", "BS-CMP-12-1", where="mianzheng.jobs.statistics:publish_statistics")
@pytest.mark.parametrize("place", PLACES)
def test_a28_fewer_than_five_wait_and_what_was_published_is_never_cut_anew(place: str, shipped: Loaded) -> None:
    life, live = StoredLife(shipped.catalog, place), Files()
    for n in range(4):
        life.file("2025-09-10T10:00", f"s{n}")
    assert received(published(life, live, "2025-10-01T00:30"), place) == []
    for n in range(6):
        life.file("2025-10-10T10:00", f"o{n}", ground="G4_outside_use_refused" if n < 2 else "G1_demand")
    (first, *others) = received(published(life, live, "2025-11-01T00:30"), place)
    assert (first[0], first[1], first[3]) == ("2025-09", "2025-10", 10) and not any(block[3] for block in others)
    assert {"G1_demand", "G4_outside_use_refused"} <= set(first[2])
    life.do("terminate", "2025-11-02T10:00", receiver(life.home), "o0", ground="T1_withdrawn", reply="撤")
    for n in range(6):
        life.file("2025-11-10T10:00", f"n{n}")
    again = received(published(life, live, "2025-12-01T00:30"), place)
    assert again[: 1 + len(others)] == [first, *others] and again[-1][0] == "2025-11"


def test_the_head_of_all_chains_is_published_and_changes_with_any_event(shipped: Loaded) -> None:
    life, live = StoredLife(shipped.catalog), Files()
    life.file("2025-09-10T10:00")
    first = published(life, live, "2025-10-01T00:30").places[0].chain_head
    assert first == examine(life.store).head
    life.do("accept", "2025-10-01T10:00", receiver(life.home))
    assert published(life, live, "2025-10-02T00:30").places[0].chain_head == examine(life.store).head != first


def test_without_the_former_figures_nothing_is_written(shipped: Loaded) -> None:
    life, live = StoredLife(shipped.catalog), Files({FILE: b"{"})
    with pytest.raises(Rejected, match="没有覆盖"):
        published(life, live, "2025-10-01T00:30")
    assert live.content[FILE] == b"{"


def test_invented_places_are_not_counted_in_operation(shipped: Loaded) -> None:
    life, live = StoredLife(shipped.catalog), Files()
    assert [one.place for one in published(life, live, "2025-10-01T00:30").places] == sorted(shipped.catalog.places)
    assert published(life, live, "2025-10-02T00:30", demonstration=False).places == ()


def test_a_real_place_that_no_longer_takes_complaints_keeps_its_published_figures(shipped: Loaded) -> None:
    life, live = StoredLife(shipped.catalog), Files()
    for n in range(6):
        life.file("2025-09-10T10:00", f"s{n}")
    before = published(life, live, "2025-10-01T00:30")
    home = shipped.catalog.places["demo-yiyuan"]
    real = dataclasses.replace(home, place=msgspec.structs.replace(home.place, fictional=False))
    known = dataclasses.replace(shipped.catalog, places={"demo-yiyuan": real})
    object.__setattr__(life.intake, "catalog", known)
    after = published(life, live, "2025-11-02T00:30", demonstration=False)
    assert after.places == tuple(one for one in before.places if one.place == "demo-yiyuan")


@pytest.mark.carries("statistics", "YY-CMP-13-2", "BS-CMP-13-2", where="mianzheng.jobs.statistics:facts_of")
@pytest.mark.parametrize("place", PLACES)
@on_every_store
def test_s_sta_04_and_s_cmp_13_one_matter_from_hotline_and_window(place: str, shipped: Loaded) -> None:
    case, life = SCENARIOS["S-STA-04"], StoredLife(shipped.catalog, place)
    hotline, hall = receiver(life.home, "R1_hotline"), receiver(life.home)
    life.file("2025-09-28T09:05", "a", hotline, channel="hotline_12345")
    life.file("2025-09-28T09:10", "b", hall, channel="window")
    life.do("link", "2025-09-28T09:30", hall, "b", "a", leader="a", same_matter=True)
    life.sweep("2025-10-20T09:00")
    assert life.records["b"].check_at is None
    assert life.records["a"].data["marks"] == [
        "accept.remind",
        "accept.due",
        "accept.escalate",
    ]
    known = facts_of(life.store, life.desk, when("2025-10-20T09:00"))
    report = shared(known, "2025-Q3", life.desk.profile)
    found = {"hotline": hotline_counts(known, life.desk.profile, case["month"]), "cases": report.cases,
             "receipts": report.receipts}  # fmt: skip
    assert found == case["expect"]


@pytest.mark.carries("statistics", "YY-CMP-12-2", "BS-CMP-12-2", where="mianzheng.jobs.statistics:facts_of")
@pytest.mark.parametrize("place", PLACES)
@on_every_store
def test_s_sta_05_three_in_a_quarter_are_a_hotspot_inside_and_nothing_outside(place: str, shipped: Loaded) -> None:
    case, life, live = SCENARIOS["S-STA-05"], StoredLife(shipped.catalog, place), Files()
    for n, at in enumerate(sorted(case["received"] + case["outside"])):
        life.file(at, f"c{n}")
    (spot,) = hotspots(facts_of(life.store, life.desk, when("2026-10-08T09:00")), case["quarter"], life.desk.profile)
    assert (spot.unit, spot.count) == (accused(life.home), case["expect"]["count"])
    found = published(life, live, "2026-10-08T00:30")
    assert received(found, place) == []
    assert accused(life.home).encode() not in live.content[FILE]


@on_every_store
def test_s_cmp_16_concluded_in_the_last_minute_is_on_time_though_the_result_is_told_late(shipped: Loaded) -> None:
    life, live = StoredLife(shipped.catalog), Files()
    chief = receiver(life.home)
    clerk = staff("handler", life.home, chief.body)
    for n in range(5):
        life.file("2026-02-13T09:00", f"c{n}")
        life.do("accept", "2026-02-13T10:00", chief, f"c{n}")
        life.conclude("2026-02-27T23:58", f"c{n}")
        life.do("inform", "2026-03-02T10:00", clerk, f"c{n}", way="phone")
    life.sweep("2026-03-02T11:00")
    assert not [event for event in life.events["c0"] if event.name == "miss"]
    assert was_concluded_late(life.desk.clocks, life.records["c0"], life.now) is False
    figures = next(one for one in published(life, live, "2026-03-01T00:30").places if one.place == "demo-yiyuan")
    assert [(block.columns, block.count) for block in figures.concluded if block.count] == [(("on_time",), 5)]


# -- the page


def test_the_page_draws_what_the_job_wrote(shipped: Loaded, tmp_path: Any) -> None:
    life = StoredLife(shipped.catalog)
    for n in range(12):
        life.file("2025-09-10T10:00", f"s{n}", ground="G4_outside_use_refused" if n < 5 else "G1_demand")
    live = FolderLiveFiles(tmp_path / "live")
    publish_statistics(life.store, live, life.catalog(), life.intake.keys, when("2025-10-01T00:30"), demonstration=True)
    page = statistics_page(draw(shipped.catalog, "2025-10-01"), read_live(tmp_path / "live"), "../")
    assert "<b>12件</b><span>2025年9月</span>" in page and "<b>7件</b><span>还是让我交证明" in page
    assert 'class="bar__counted" width="71.4"' in page
    assert "<td>2025年9月</td><td>我要拿到外地用的证明，单位不给开</td><td>5</td>" in page
    assert "这是虚构的地区" in page and "不足5件的合并统计" in page
    assert list((tmp_path / "live").iterdir()) == [tmp_path / "live" / FILE]


def test_without_figures_the_page_says_so(shipped: Loaded) -> None:
    page = statistics_page(draw(shipped.catalog, "2025-10-01"), Live(), "../")
    assert "还没有投诉举报的统计" in page and "<figure" not in page


def test_months_that_wait_are_named(shipped: Loaded) -> None:
    life, live = StoredLife(shipped.catalog), Files()
    life.file("2025-09-10T10:00")
    page = statistics_page(
        draw(shipped.catalog, "2025-10-01"), Live(statistics=published(life, live, "2025-11-01T00:30")), "../"
    )
    assert "到2025年10月为止的件数还不到 5 件，和后面的月份合在一起再公布。" in page


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ([], ""),
        ([("on_time", 20), ("late,no_limit", 0)], "有期限的里面，按时办结的占 100%。"),
        ([("on_time", 5), ("late", 10), ("no_limit", 0)], ""),
        ([("on_time", 30), ("late", 10), ("no_limit", 0)], "有期限的里面，按时办结的占 75%。"),
        ([("on_time", 40), ("late,no_limit", 6)], "有期限的里面，按时办结的至少占 86%。"),
        ([("on_time,late,no_limit", 9)], ""),
        ([("on_time", 20), ("late", 0), ("on_time,late,no_limit", 5)], "有期限的里面，按时办结的至少占 80%。"),
    ],
)
def test_the_part_on_time_comes_from_published_numbers_only(counts: list[tuple[str, int]], sentence: str) -> None:
    blocks = [Block(first="2026-01", last="2026-01", columns=tuple(c.split(",")), count=n) for c, n in counts]
    assert on_time(blocks) == sentence


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-07", "2026-07", "2026年7月"),
        ("2026-07", "2026-09", "2026年7月至9月"),
        ("2026-12", "2027-01", "2026年12月至2027年1月"),
    ],
)
def test_periods_are_said_shortly(first: str, last: str, said: str) -> None:
    assert period(first, last) == said
