"""What holds for every clock on every day, found by searching for counterexamples."""

from __future__ import annotations

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mianzheng import clock
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.clock import SHANGHAI, WorkingCalendar
from mianzheng.clock.calendar import ONE_DAY
from mianzheng.model import Profile
from tests.conftest import ROOT

CATALOG = load(FolderSource(ROOT / "catalog"), only=("profile", "calendar")).catalog
CALENDAR = WorkingCalendar(CATALOG.calendars)
PROFILES = CATALOG.profiles
HOURS = [(datetime.time(9), datetime.time(12)), (datetime.time(13, 30), datetime.time(17, 30))]

days = st.dates(datetime.date(2017, 11, 1), datetime.date(2028, 3, 1))
counts = st.integers(0, 60)
instants = st.datetimes(datetime.datetime(2017, 11, 1), datetime.datetime(2028, 3, 1), timezones=st.just(SHANGHAI))
profiles = st.sampled_from(sorted(PROFILES.values(), key=lambda p: p.id))
rules = st.sampled_from(sorted(clock.RULES))


def due_of(profile: Profile, rule: str, start: datetime.datetime, days: int = 3) -> clock.Deadline:
    given_days = days if clock.RULES[rule].kind == "given" else None
    return clock.deadline(CALENDAR, profile, rule, start, days=given_days)


@given(days, counts)
def test_the_nth_working_day_is_one_and_n_lie_up_to_it(start: datetime.date, n: int) -> None:
    due = CALENDAR.add_working_days(start, n + 1)
    assert CALENDAR.works(due)
    assert CALENDAR.working_days_between(start, due) == n + 1


@given(days, counts, counts)
def test_counting_on_is_the_same_as_counting_through(start: datetime.date, a: int, b: int) -> None:
    halfway = CALENDAR.add_working_days(start, a)
    assert CALENDAR.add_working_days(start, a + b) == CALENDAR.add_working_days(halfway, b)


@given(days, days, counts, counts)
def test_starting_later_or_longer_never_ends_earlier(a: datetime.date, b: datetime.date, m: int, n: int) -> None:
    ends = [
        CALENDAR.add_working_days(start, length) for start, length in zip(sorted((a, b)), sorted((m, n)), strict=True)
    ]
    assert ends[0] <= ends[1]


@given(days, counts, st.sets(days, max_size=20))
def test_one_more_rest_day_never_brings_an_end_forward(start: datetime.date, n: int, rest: set[datetime.date]) -> None:
    fewer = WorkingCalendar(CATALOG.calendars, [d.isoformat() for d in rest])
    assert fewer.add_working_days(start, n) >= CALENDAR.add_working_days(start, n)


@given(days, st.integers(1, 60))
def test_counting_back_undoes_counting_on(start: datetime.date, n: int) -> None:
    working = CALENDAR.on_or_after(start)
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(working, n), -n) == working


@given(profiles, rules, instants, st.integers(1, 60))
def test_every_end_can_be_recounted_from_its_trail(
    profile: Profile, rule: str, start: datetime.datetime, length: int
) -> None:
    found = due_of(profile, rule, start, length)
    if found.end is None:
        assert found.trail == ()
        return
    last = found.trail[-1]
    if isinstance(last, clock.Step):
        steps = [step for step in found.trail if isinstance(step, clock.Step)]
        assert last.day == found.end.due_day
        assert last.n == sum(step.counted for step in steps)
        assert all(CALENDAR.works(datetime.date.fromisoformat(s.day)) for s in steps if s.counted)
        dates = [datetime.date.fromisoformat(step.day) for step in steps]
        assert {abs((b - a).days) for a, b in itertools.pairwise(dates)} <= {1}
    else:
        spans = [span for span in found.trail if isinstance(span, clock.Span)]
        assert last.end == found.end.due_at
        assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
        found_limit = clock.limit(profile, clock.RULES[rule])
        assert found_limit is not None
        per_unit = {"minute": 1, "hour": 60}[found_limit.length.unit]
        assert sum(s.minutes for s in spans) == pytest.approx(found_limit.length.n * per_unit)


@given(profiles, rules, instants, instants)
def test_starting_later_never_ends_earlier_for_any_clock(
    profile: Profile, rule: str, a: datetime.datetime, b: datetime.datetime
) -> None:
    earlier, later = (due_of(profile, rule, start).end for start in sorted((a, b)))
    if earlier is not None:
        assert later is not None
        assert earlier.due_at <= later.due_at


@given(profiles, rules, instants)
def test_what_is_counted_in_working_days_ends_on_one(profile: Profile, rule: str, start: datetime.datetime) -> None:
    found = due_of(profile, rule, start)
    if found.end is not None and rule != "verify.self_now":
        assert CALENDAR.works(datetime.date.fromisoformat(found.end.due_day))
        assert clock.day_of(found.end.due_at - datetime.timedelta(microseconds=1)) == found.end.due_day


@given(profiles, rules, instants, st.integers(-14 * 60, 14 * 60))
def test_the_zone_in_which_an_instant_is_written_does_not_matter(
    profile: Profile, rule: str, start: datetime.datetime, offset: int
) -> None:
    elsewhere = start.astimezone(datetime.timezone(datetime.timedelta(minutes=offset)))
    assert due_of(profile, rule, elsewhere) == due_of(profile, rule, start)


@given(instants)
def test_minutes_run_only_in_office_hours(start: datetime.datetime) -> None:
    found = due_of(PROFILES["yiyuan"], "verify.electronic", start)
    for span in found.trail:
        assert isinstance(span, clock.Span)
        assert CALENDAR.works(span.start.date())
        assert any(opens <= span.start.time() and span.end.time() <= closes for opens, closes in HOURS)


@given(instants)
def test_the_longer_hour_clock_never_ends_before_the_shorter(start: datetime.datetime) -> None:
    ends = [due_of(PROFILES["wuhai"], rule, start).due_at for rule in ("verify.self_ordinary", "verify.self_complex")]
    assert None not in ends
    assert ends == sorted(ends, key=str)


@given(instants, st.integers(0, 20000))
def test_elapsed_office_time_of_a_minute_clock_is_its_length(start: datetime.datetime, later: int) -> None:
    yiyuan = PROFILES["yiyuan"]
    due = due_of(yiyuan, "verify.electronic", start).due_at
    assert due is not None
    assert clock.elapsed(CALENDAR, yiyuan, start, due).office == datetime.timedelta(minutes=30)
    end = start + datetime.timedelta(minutes=later)
    found = clock.elapsed(CALENDAR, yiyuan, start, end)
    assert datetime.timedelta() <= found.office <= found.working_dates <= found.plain


@given(profiles, rules, instants, st.timedeltas(datetime.timedelta(), datetime.timedelta(days=40)))
def test_a_case_stands_in_exactly_one_place_and_only_moves_on(
    profile: Profile, rule: str, start: datetime.datetime, later: datetime.timedelta
) -> None:
    due = due_of(profile, rule, start)
    order = ["no_limit", "open", "due_today", "target_passed", "overdue"]
    now, then = (clock.standing(CALENDAR, due, at) for at in (start, start + later))
    assert order.index(now.state) <= order.index(then.state)
    assert now.working_days_late <= then.working_days_late
    assert then.is_late == (due.due_at is not None and start + later >= due.due_at)


@given(days, st.integers(1, 5))
def test_an_extension_counts_on_from_the_original_end(start: datetime.date, extend: int) -> None:
    original = clock.deadline(CALENDAR, PROFILES["yiyuan"], "complaint.close", start)
    extended = clock.deadline(CALENDAR, PROFILES["yiyuan"], "complaint.close", start, extend=extend)
    assert original.due_day is not None
    expected = CALENDAR.add_working_days(datetime.date.fromisoformat(original.due_day), extend)
    assert extended.due_day == expected.isoformat()
    assert extended.trail[: len(original.trail)] == original.trail


@given(days)
def test_certainty_is_that_of_the_days_walked(start: datetime.date) -> None:
    found = clock.deadline(CALENDAR, PROFILES["yiyuan"], "adjust.apply", start)
    assert found.due_day is not None
    end = datetime.date.fromisoformat(found.due_day)
    walked = {start + n * ONE_DAY for n in range(1, (end - start).days + 1)}
    assert found.certain == all(CALENDAR.announced(d.year) for d in walked)
    assert found.may_change == (found.due_day[5:] >= "12-25" and not CALENDAR.announced(end.year + 1))
