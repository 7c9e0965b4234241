"""What the clock itself does: reminders, missed limits, recounting, destroying; at any time, late or twice."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mianzheng.cases.actors import Actor
from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI, WorkingCalendar
from mianzheng.complaints.clocks import Clocks, clocks_of
from mianzheng.complaints.overdue import shelf, was_concluded_late
from mianzheng.complaints.retention import Due, Periods, plan, purged
from mianzheng.complaints.sweeping import recount, sweep
from mianzheng.errors import BadArgument
from tests.complaint_desk import PERSON, Life, receiver, staff, when

DAY = "2025-09-26T"


@pytest.fixture
def life(shipped: Loaded) -> Life:
    return Life(shipped.catalog)


def accepted(life: Life, chief: Actor, at: str = DAY + "10:00") -> None:
    """Received on Friday 26 September 2025 and accepted: due on Friday 10 October, after National Day."""
    life.file(DAY + "09:00")
    life.do("accept", at, chief)


def names(life: Life, at: str) -> list[tuple[str, str]]:
    return [(event.name, event.data["level"]) for event in life.tick(at)]


# -- late or not (F03, F04)


@pytest.mark.parametrize(
    ("at", "list_"),
    [
        ("2025-10-09T23:59:59.999999", "open"),
        ("2025-10-10T00:00", "due_today"),
        ("2025-10-10T23:59:59.999999", "due_today"),
        ("2025-10-11T00:00", "overdue"),
        ("2025-10-10T16:00:00+00:00", "overdue"),
    ],
)
@pytest.mark.carries("complaint", "YY-CMP-10-1", "BS-CMP-10-1", where="mianzheng.complaints.overdue:shelf")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan"])
def test_f03_on_time_until_the_last_moment_and_late_from_the_next(
    place: str, at: str, list_: str, shipped: Loaded
) -> None:
    life = Life(shipped.catalog, place)
    accepted(life, receiver(life.home))
    assert life.standing(at) == list_
    late = was_concluded_late(life.desk.clocks, life.records["a"], when(at))
    assert late is (list_ == "overdue")
    assert bool(life.records["a"].due_at and when(at) >= life.records["a"].due_at) is late


@given(st.integers(min_value=-5000, max_value=5000))
def test_f04_a_case_is_always_on_exactly_one_list_and_the_jobs_agree(minutes: int) -> None:
    life = LIVES["one"]
    record = life.records["a"]
    assert record.due_at
    now = record.due_at + datetime.timedelta(minutes=minutes)
    listed = shelf(life.desk.clocks, record, now)
    change = sweep(life.desk, record, now)
    missed = [event for write in (change.writes if change else ()) for event in write.events if event.name == "miss"]
    assert (listed == "overdue") is bool(missed) is (now >= record.due_at)
    assert (listed == "due_today") is (now.astimezone(SHANGHAI).date().isoformat() == "2025-10-10")


LIVES: dict[str, Life] = {}


@pytest.fixture(autouse=True, scope="module")
def one_life(shipped: Loaded) -> None:
    LIVES["one"] = Life(shipped.catalog)
    accepted(LIVES["one"], receiver(LIVES["one"].home))


# -- reminders, missed limits, escalation


def test_whoever_handles_a_case_is_reminded_once_in_office_hours_after_60_percent_of_the_time(
    life: Life, chief: Actor
) -> None:
    accepted(life, chief)
    remind_at = life.clock("close").remind_at
    assert remind_at is not None and remind_at.astimezone(SHANGHAI).date().isoformat() in ("2025-09-30", "2025-10-09")
    assert 9 <= remind_at.astimezone(SHANGHAI).hour < 18
    assert life.records["a"].check_at == remind_at
    assert names(life, (remind_at - datetime.timedelta(seconds=1)).isoformat()) == []
    at_night = "2025-09-30T22:00" if remind_at.astimezone(SHANGHAI).month == 9 else "2025-10-09T22:00"
    life.mails.clear()
    assert names(life, at_night) == [("remind", "remind")]
    assert names(life, at_night) == []
    assert life.mails[0].next_at == when("2025-10-09T09:00" if at_night < "2025-10-01" else "2025-10-10T09:00")


@pytest.mark.carries("complaint", "YY-CMP-07-1", "BS-CMP-07-1", where="mianzheng.complaints.sweeping:sweep")
def test_after_two_working_days_without_acceptance_the_office_hears_and_nothing_counts_as_a_breach(life: Life) -> None:
    life.file(DAY + "09:00")
    assert life.standing("2025-09-29T00:00") == "target_passed"
    assert names(life, "2025-09-29T00:00") == [("remind", "due")]
    life.mails.clear()
    assert names(life, "2025-09-29T23:59:59") == []
    assert names(life, "2025-09-30T00:00") == [("remind", "escalate")]
    assert life.desk.office in {mail.data["to"]["body"] for mail in life.mails}
    assert not [event for event in life.events["a"] if event.name == "miss"]
    assert life.records["a"].check_at is None


def test_f08_a_sleeping_scheduler_notes_each_missed_level_once_with_both_times(life: Life, chief: Actor) -> None:
    accepted(life, chief)
    events = life.tick("2025-10-20T08:00")
    assert [(event.name, event.data["level"]) for event in events] == [("miss", "due"), ("miss", "escalate")]
    first = events[0].data
    assert when(first["due"]) == when("2025-10-11T00:00") and when(first["noticed"]) == when("2025-10-20T08:00")
    assert life.tick("2025-10-20T08:00") == life.tick("2025-11-20T08:00") == []
    assert life.records["a"].check_at is None


def test_f07_an_unassigned_case_reaches_its_body_whoever_decides_and_the_office(life: Life, chief: Actor) -> None:
    hotline = receiver(life.home, "R1_hotline")
    life.file(DAY + "09:00", actor=hotline, channel="hotline_12345")
    life.do("accept", DAY + "10:00", hotline)
    unit = next(body for body in life.home.bodies if body not in life.home.place.offices.values())
    life.do("transfer", DAY + "11:00", hotline, handling_body=unit)
    life.mails.clear()
    life.tick("2025-10-11T00:00")
    assert life.desk.office == chief.body
    told = {(mail.data["to"]["body"], mail.data["to"]["account"]) for mail in life.mails}
    assert told == {(unit, ""), (hotline.body, ""), (chief.body, "")}


def test_an_extension_in_time_moves_the_next_look_along(life: Life, chief: Actor) -> None:
    accepted(life, chief)
    clerk = staff("handler", life.home, chief.body)
    life.do("investigate", DAY + "11:00", clerk)
    life.do("ask_extension", "2025-10-09T10:00", clerk, days=3, why="复杂")
    life.tick("2025-10-10T10:00")
    life.do("extend", "2025-10-10T11:00", chief, days=3)
    assert life.records["a"].due_at == life.clock("close").due_at == when("2025-10-15T00:00")
    assert names(life, "2025-10-11T10:00") == [("remind", "remind")]
    assert names(life, "2025-10-15T00:00") == [("miss", "due")]


def test_a_case_that_is_over_is_left_alone(life: Life) -> None:
    life.file(DAY + "09:00")
    life.do("withdraw", DAY + "10:00", PERSON)
    assert sweep(life.desk, life.records["a"], when("2026-10-20T08:00")) is None
    assert recount(life.desk, life.records["a"], when("2026-10-20T08:00")) is None
    assert life.standing("2026-10-20T08:00") == "over"


# -- a calendar is announced


def december(life: Life, chief: Actor) -> Clocks:
    """Accepted on 28 December 2026 while 2027 is not announced; returns clocks that know an invented 2027."""
    life.file("2026-12-28T09:00")
    life.do("accept", "2026-12-28T10:00", chief)
    known = life.intake.catalog.calendars
    later = msgspec.structs.replace(known[2026], year=2027, holidays=(), workdays=("2027-01-02", "2027-01-03"))
    return Clocks(WorkingCalendar({**known, 2027: later}), life.desk.profile)


def test_f11_an_announced_calendar_recounts_and_nobody_is_late_in_hindsight(life: Life, chief: Actor) -> None:
    clocks = december(life, chief)
    old = life.clock("close")
    assert (old.due_day, old.certain) == ("2027-01-05", False)
    desk = knowing(life, clocks)
    assert recount(life.desk, life.records["a"], when("2026-12-30T09:00")) is None
    change = recount(desk, life.records["a"], when("2026-12-30T09:00"))
    assert change
    event, record = change.writes[0].events[0], change.writes[0].record
    assert (event.name, event.data["old_due"], event.data["new_due"]) == ("recalculate", "2027-01-05", "2027-01-02")
    assert clocks_of(record)["close"].certain and record.due_at == when("2027-01-03T00:00")
    assert recount(desk, record, when("2026-12-30T09:00")) is None


def test_f11_an_earlier_end_leaves_at_least_the_next_working_day(life: Life, chief: Actor) -> None:
    desk = knowing(life, december(life, chief))
    change = recount(desk, life.records["a"], when("2027-01-03T09:00"))
    assert change
    assert change.writes[0].events[0].data["new_due"] == "2027-01-04"
    assert shelf(desk.clocks, change.writes[0].record, when("2027-01-03T09:00")) == "open"


def knowing(life: Life, clocks: Clocks) -> Any:
    return replace(life.desk, clocks=clocks)


# -- retention (A31)


def over(life: Life, case: str = "a") -> None:
    life.file(DAY + "09:00", case)
    life.do("withdraw", DAY + "10:00", PERSON, case)


@pytest.mark.parametrize(
    ("at", "what"),
    [
        ("2026-09-26T09:59", None),
        ("2026-09-26T10:00", "person"),
        ("2027-09-26T09:59", "person"),
        ("2027-09-26T10:00", "words"),
    ],
)
def test_who_complained_goes_after_a_year_and_every_word_after_two(at: str, what: str | None, life: Life) -> None:
    over(life)
    due = plan(life.records.values(), when(at), Periods()).due
    assert [one.what for one in due] == ([what] if what else [])


def test_a_running_case_and_one_whose_result_is_not_told_are_kept(life: Life, chief: Actor) -> None:
    accepted(life, chief)
    clerk = staff("handler", life.home, chief.body)
    assert plan(life.records.values(), when("2035-01-01T00:00"), Periods()).due == ()
    done = {"findings": {"G1_demand": "upheld"}, "reply": "好"}
    life.do("investigate", DAY + "11:00", clerk)
    life.do("propose_conclusion", DAY + "11:30", clerk, **done)
    life.do("conclude", DAY + "12:00", chief, **done)
    assert plan(life.records.values(), when("2035-01-01T00:00"), Periods()).due == ()
    life.do("inform", DAY + "14:00", clerk, way="receipt")
    assert [one.what for one in plan(life.records.values(), when("2035-01-01T00:00"), Periods()).due] == ["words"]


def test_destroying_overwrites_the_person_then_drops_the_key_and_says_so(life: Life) -> None:
    over(life)
    (first,) = plan(life.records.values(), when("2026-10-01T00:00"), Periods()).due
    change = purged(first, when("2026-10-01T00:00"), Periods(), wrapped=life.wrapped["a"], keys=life.intake.keys)
    assert life.pieces["a", "person"]
    life._kept(change, {life.records["a"].id: "a"})
    assert life.pieces["a", "person"] == {} and not change.destroyed
    assert plan(life.records.values(), when("2026-10-02T00:00"), Periods()).due == ()
    (second,) = plan(life.records.values(), when("2027-10-01T00:00"), Periods()).due
    change = purged(second, when("2027-10-01T00:00"), Periods(), keys=life.intake.keys)
    assert change.destroyed == (life.records["a"].key,)
    assert change.writes[0].events[0].data == {"what": "words", "kept_for": 730}
    assert plan([change.writes[0].record], when("2030-10-01T00:00"), Periods()).due == ()


def test_without_a_key_the_person_cannot_be_overwritten(life: Life) -> None:
    over(life)
    with pytest.raises(BadArgument, match="没有钥匙"):
        purged(Due(life.records["a"], "person"), when("2026-10-01T00:00"), Periods(), keys=life.intake.keys)


def test_a31_a_night_that_would_destroy_more_than_five_percent_stops(life: Life) -> None:
    for n in range(6):
        over(life, f"c{n}")
    records = list(life.records.values())
    stopped = plan(records, when("2026-10-01T00:00"), Periods())
    assert len(stopped.due) == 6 and "5%" in stopped.stopped
    assert plan(records[:5], when("2026-10-01T00:00"), Periods()).stopped == ""
    fresh = [msgspec.structs.replace(life.records["c0"], state="registered")] * 114
    assert plan(records + fresh, when("2026-10-01T00:00"), Periods()).stopped == ""


@pytest.mark.parametrize("periods", [Periods(person=0), Periods(person=29), Periods(person=400, words=399)])
def test_a31_periods_that_destroy_at_once_are_refused(periods: Periods, life: Life) -> None:
    with pytest.raises(BadArgument, match="30天以上"):
        plan([], when("2026-10-01T00:00"), periods)
