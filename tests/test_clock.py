"""The clocks: what each document's numbers give, where they stand at an instant, what a new calendar changes."""

from __future__ import annotations

import datetime

import chinese_calendar
import msgspec
import pytest
import yaml

from mianzheng import clock
from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI, WorkingCalendar
from mianzheng.errors import BadArgument
from mianzheng.model import CalendarYear, Duration, Leaf, Profile
from mianzheng.model.profiles import OfficeHours
from tests.alterations import with_leaves
from tests.conftest import ROOT

carries = pytest.mark.carries
TABLE = yaml.safe_load((ROOT / "tests" / "scenarios" / "clock-table.yaml").read_text("utf-8"))
PLACES = TABLE.pop("columns")


def sh(text: str) -> datetime.datetime:
    """A Shanghai instant."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture(scope="module")
def profiles(shipped: Loaded) -> dict[str, Profile]:
    return dict(shipped.catalog.profiles)


@pytest.fixture(scope="module")
def yiyuan(profiles: dict[str, Profile]) -> Profile:
    return profiles["yiyuan"]


def shown(calendar: WorkingCalendar, profile: Profile, rule: str, start: datetime.datetime) -> str:
    days = 3 if clock.RULES[rule].kind == "given" else None
    found = clock.deadline(calendar, profile, rule, start, days=days)
    if found.end is None:
        return "-"
    return ("" if found.binds else "~") + found.end.due_at.strftime("%m-%dT%H:%M")


@carries("adjustment", "YY-ADJ-09-1", "BS-ADJ-09-1", where="mianzheng.clock.deadlines:deadline")
@carries("complaint", "YY-CMP-10-1", "BS-CMP-10-1", where="mianzheng.clock.deadlines:deadline")
@carries("verification", "YY-VER-07-2", "YY-VER-07-3", "YY-VER-07-4", where="mianzheng.clock.deadlines:deadline")
@carries("verification", "BS-VER-07-2", "BS-VER-07-3", "BS-VER-07-4", where="mianzheng.clock.deadlines:deadline")
@carries("verification", "WH-OR-10-2-2b", "WH-OR-10-3-2b", where="mianzheng.clock.counting:count_time")
@carries("one_window", "QS-SP-3-3-3d", "QS-SP-3-7-1b", where="mianzheng.clock.deadlines:deadline")
@carries("one_window", "QS-SP-3-4b", where="mianzheng.clock.counting:count_handover")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("rule", TABLE)
def test_each_document_gives_its_own_numbers(
    rule: str, place: str, calendar: WorkingCalendar, profiles: dict[str, Profile]
) -> None:
    assert shown(calendar, profiles[place], rule, sh("2025-03-05T10:00")) == TABLE[rule][PLACES.index(place)]


@carries("one_window", "QS-SP-3-4c", where="mianzheng.clock.counting:count_handover")
def test_noon_is_afternoon(calendar: WorkingCalendar, profiles: dict[str, Profile]) -> None:
    ends = [
        shown(calendar, profiles["qingshen"], "window.handover", sh(f"2025-03-05T{at}"))
        for at in ("11:59:59", "12:00:00", "23:59:59")
    ]
    assert ends == ["03-05T14:30", "03-06T09:30", "03-06T09:30"]


def test_the_table_names_every_clock() -> None:
    assert list(TABLE) == list(clock.RULES)


@pytest.mark.parametrize("year", range(2018, 2027))
def test_the_calendar_agrees_with_an_independent_package_on_every_day(year: int, calendar: WorkingCalendar) -> None:
    days = [day(f"{year}-01-01") + datetime.timedelta(n) for n in range(366)]
    assert [d for d in days if d.year == year and calendar.works(d) != chinese_calendar.is_workday(d)] == []


ADDED = [  # start, working days, due: all from the announced calendars; counting Monday to Friday would go wrong
    ("2026-09-30", 5, "2026-10-13"),
    ("2026-02-13", 5, "2026-02-27"),
    ("2026-02-27", 5, "2026-03-05"),
    ("2026-04-30", 5, "2026-05-11"),
    ("2025-12-29", 5, "2026-01-06"),
    ("2024-09-13", 5, "2024-09-23"),
    ("2024-02-08", 5, "2024-02-21"),
    ("2025-01-26", 5, "2025-02-08"),
    ("2025-09-27", 5, "2025-10-10"),
    ("2018-12-26", 5, "2019-01-03"),
    ("2022-12-28", 5, "2023-01-05"),
    ("2026-09-19", 2, "2026-09-21"),
    ("2026-10-01", 1, "2026-10-08"),
]


@pytest.mark.parametrize(("start", "n", "due"), ADDED)
def test_f01_f02_working_days_over_holidays_and_make_up_days(
    start: str, n: int, due: str, calendar: WorkingCalendar
) -> None:
    assert calendar.add_working_days(day(start), n) == day(due)
    assert calendar.working_days_between(day(start), day(due)) == n


def test_working_days_are_counted_backwards_too(calendar: WorkingCalendar) -> None:
    assert calendar.add_working_days(day("2026-02-28"), -1) == day("2026-02-27")
    assert calendar.add_working_days(day("2026-02-24"), -1) == day("2026-02-14")
    assert calendar.add_working_days(day("2026-02-18"), 0) == day("2026-02-18")


def test_a_yearly_duty_ends_on_the_working_day_before(calendar: WorkingCalendar) -> None:
    """S-SUP-05: the end of August 2025 is a Sunday."""
    assert calendar.on_or_before(day("2025-08-31")) == day("2025-08-29")


THIRTY_MINUTES = [  # office hours 09:00-12:00 and 14:00-18:00
    ("2026-10-09T17:45", "2026-10-10T09:15"),
    ("2026-10-10T11:50", "2026-10-10T14:20"),
    ("2026-09-30T17:59", "2026-10-08T09:29"),
    ("2026-10-03T10:00", "2026-10-08T09:30"),
    ("2026-02-14T17:40", "2026-02-24T09:10"),
    ("2026-10-09T23:59", "2026-10-10T09:30"),
    ("2026-10-09T11:30", "2026-10-09T12:00"),
    ("2026-10-09T11:59", "2026-10-09T14:29"),
    ("2026-10-09T12:00", "2026-10-09T14:30"),
    ("2026-10-09T18:00", "2026-10-10T09:30"),
]


@pytest.mark.parametrize(("start", "due"), THIRTY_MINUTES)
def test_f18_thirty_office_minutes_with_other_office_hours(
    start: str, due: str, calendar: WorkingCalendar, yiyuan: Profile
) -> None:
    spans = [{"from": "09:00", "until": "12:00"}, {"from": "14:00", "until": "18:00"}]
    hours = tuple(msgspec.convert(s, OfficeHours) for s in spans)
    other = with_leaves(yiyuan, "calendar", office_hours=hours)
    assert clock.deadline(calendar, other, "verify.electronic", sh(start)).due_at == sh(due)


class TestF03:
    """The due instant is the first that is late, in every list alike."""

    @pytest.mark.parametrize(
        ("at", "state"),
        [
            ("2026-02-26T23:59:59.999", "open"),
            ("2026-02-27T00:00:00", "due_today"),
            ("2026-02-27T23:59:59.999", "due_today"),
            ("2026-02-28T00:00:00", "overdue"),
        ],
    )
    def test_at_midnight(self, at: str, state: str, calendar: WorkingCalendar, yiyuan: Profile) -> None:
        due = clock.deadline(calendar, yiyuan, "complaint.close", day("2026-02-13"))
        assert clock.standing(calendar, due, sh(at)).state == state
        utc = sh(at).astimezone(datetime.UTC)
        assert clock.standing(calendar, due, utc).state == state


def test_a_case_without_limit_is_never_late(calendar: WorkingCalendar, profiles: dict[str, Profile]) -> None:
    due = clock.deadline(calendar, profiles["wuhai"], "adjust.apply", day("2026-02-13"))
    found = clock.standing(calendar, due, sh("2099-01-01T00:00"))
    assert (found.state, found.is_late) == ("no_limit", False)


def test_a_missed_target_is_no_breach(calendar: WorkingCalendar, profiles: dict[str, Profile]) -> None:
    due = clock.deadline(calendar, profiles["fangxian"], "complaint.close", day("2026-02-13"))
    found = clock.standing(calendar, due, sh("2026-03-09T10:00"))
    assert (found.state, found.is_late, found.working_days_late) == ("target_passed", False, 7)


def test_f05_day_zero_is_the_shanghai_date(calendar: WorkingCalendar, yiyuan: Profile) -> None:
    before, after = (datetime.datetime(2025, 10, 8, hour, 59, 59, tzinfo=datetime.UTC) for hour in (15, 16))
    days = [clock.deadline(calendar, yiyuan, "complaint.close", start).due_day for start in (before, after)]
    assert days == ["2025-10-14", "2025-10-15"]


class TestF09:
    """A year that is not announced: weekends and fixed holidays, marked, never an error."""

    @pytest.mark.parametrize(
        ("start", "due", "certain", "may_change"),
        [
            ("2026-12-15", "2026-12-24", True, False),
            ("2026-12-16", "2026-12-25", True, True),
            ("2026-12-22", "2026-12-31", True, True),
            ("2026-12-23", "2027-01-04", False, False),
            ("2028-04-27", "2028-05-10", False, False),
            ("2027-09-30", "2027-10-12", False, False),
            ("2027-12-20", "2027-12-29", False, True),
        ],
    )
    def test_provisional(
        self, start: str, due: str, certain: bool, may_change: bool, calendar: WorkingCalendar, yiyuan: Profile
    ) -> None:
        found = clock.deadline(calendar, yiyuan, "adjust.apply", day(start))
        assert (found.due_day, found.certain, found.may_change) == (due, certain, may_change)

    def test_the_trail_says_so(self, calendar: WorkingCalendar, yiyuan: Profile) -> None:
        trail = clock.deadline(calendar, yiyuan, "adjust.apply", day("2026-12-23")).trail
        whys = {s.day: s.why for s in trail if isinstance(s, clock.Step)}
        assert (whys["2026-12-31"], whys["2027-01-01"], whys["2027-01-02"], whys["2027-01-04"]) == (
            *("工作日", "元旦（暂定）"),
            *("周末（暂定）", "工作日（暂定）"),
        )

    def test_minutes_and_hours_too(self, calendar: WorkingCalendar, profiles: dict[str, Profile]) -> None:
        wuhai = profiles["wuhai"]
        minutes = clock.deadline(calendar, wuhai, "verify.ordinary", sh("2026-12-31T17:20"))
        hours = clock.deadline(calendar, wuhai, "verify.complex", sh("2026-12-31T12:00"))
        assert (minutes.due_at, minutes.certain) == (sh("2027-01-04T09:20"), False)
        assert (hours.due_at, hours.certain) == (sh("2027-01-04T12:00"), False)

    def test_half_years_too(self, calendar: WorkingCalendar, yiyuan: Profile) -> None:
        found = clock.deadline(calendar, yiyuan, "edition", day("2027-03-01"))
        assert (found.due_day, found.certain) == ("2027-06-30", False)
        found = clock.deadline(calendar, yiyuan, "session", day("2026-10-01"))
        assert (found.due_day, found.certain, found.may_change) == ("2026-12-31", True, True)

    def test_maintainers_are_warned_in_december(self, calendar: WorkingCalendar) -> None:
        """S-SUP-11."""
        asked = ("2026-11-30", "2026-12-01", "2025-12-01")
        assert [calendar.unannounced(day(text)) for text in asked] == [None, 2027, None]


def with_2027(shipped: Loaded, *, rest: tuple[str, str] | None = None, work: tuple[str, ...] = ()) -> WorkingCalendar:
    """The shipped calendars and one of 2027: a holiday from `rest[0]` to `rest[1]` (which may begin in 2026)."""
    holidays = [{"name": "元旦", "from": rest[0], "until": rest[1]}] if rest else []
    notice = {"title": "2027年放假安排（测试）", "issuer": "测试"}
    made = msgspec.convert(
        {"year": 2027, "announcements": [notice], "holidays": holidays, "workdays": list(work)}, CalendarYear
    )
    return WorkingCalendar({**shipped.catalog.calendars, 2027: made})


class TestF11:
    """The notice arrives: open cases are counted anew, nobody becomes overdue in hindsight."""

    QUESTION = ("adjust.apply", "2026-12-22")

    def asked(self, yiyuan: Profile) -> clock.Question:
        rule, start = self.QUESTION
        return clock.read_question({"yiyuan": yiyuan}, profile="yiyuan", rule=rule, start=start)

    def test_a_later_end_holds_at_once(self, shipped: Loaded, calendar: WorkingCalendar, yiyuan: Profile) -> None:
        before = clock.answer(calendar, self.asked(yiyuan))
        announced = with_2027(shipped, rest=("2026-12-31", "2027-01-03"))
        moved = clock.recalculated(announced, self.asked(yiyuan), before, sh("2026-12-28T10:00"))
        assert moved is not None
        assert (moved.before.due_day, moved.holds.due_day, moved.spared) == ("2026-12-31", "2027-01-04", False)
        assert moved.holds.certain

    @pytest.mark.parametrize(
        ("now", "holds", "spared"),
        [
            ("2026-12-28T10:00", "2027-01-04", False),
            ("2027-01-04T10:00", "2027-01-05", True),
            ("2027-01-05T10:00", "2027-01-06", True),
            ("2027-01-06T10:00", None, None),
            ("2027-01-11T10:00", None, None),
        ],
    )
    def test_an_earlier_end_leaves_until_the_end_of_the_next_working_day(
        self, now: str, holds: str | None, spared: bool | None, shipped: Loaded, yiyuan: Profile
    ) -> None:
        relied_on = with_2027(shipped, rest=("2026-12-31", "2027-01-06"))
        before = clock.answer(relied_on, self.asked(yiyuan))
        assert before.due_day == "2027-01-07"
        earlier = with_2027(shipped, rest=("2026-12-31", "2027-01-03"))
        assert clock.answer(earlier, self.asked(yiyuan)).due_day == "2027-01-04"
        moved = clock.recalculated(earlier, self.asked(yiyuan), before, sh(now))
        assert (moved and moved.holds.due_day, moved and moved.spared) == (holds, spared)
        if moved is not None and holds is not None:
            assert moved.holds.due_at == sh(holds) + datetime.timedelta(days=1)
            assert clock.standing(earlier, moved.holds, sh(now)).state != "overdue"

    def test_what_does_not_move_is_not_reported(
        self, shipped: Loaded, calendar: WorkingCalendar, yiyuan: Profile
    ) -> None:
        before = clock.answer(calendar, self.asked(yiyuan))
        announced = with_2027(shipped, rest=("2027-01-01", "2027-01-03"))
        assert clock.recalculated(announced, self.asked(yiyuan), before, sh("2026-12-28T10:00")) is None

    def test_a_target_moves_too(self, shipped: Loaded, calendar: WorkingCalendar, profiles: dict[str, Profile]) -> None:
        question = clock.read_question(profiles, profile="fangxian", rule="notice", start="2026-12-22")
        before = clock.answer(calendar, question)
        announced = with_2027(shipped, rest=("2026-12-31", "2027-01-03"))
        moved = clock.recalculated(announced, question, before, sh("2026-12-28T10:00"))
        assert moved is not None
        assert (moved.holds.due_at, moved.holds.target and moved.holds.target.due_day) == (None, "2027-01-04")


def test_f12_a_local_rest_day_wins_over_a_national_working_day(calendar: WorkingCalendar, yiyuan: Profile) -> None:
    local = with_leaves(yiyuan, "calendar", local_days=("2026-02-28",))
    ends = [clock.deadline(calendar, p, "complaint.close", day("2026-02-27")).due_day for p in (yiyuan, local)]
    assert ends == ["2026-03-05", "2026-03-06"]
    assert calendar.of(local) is calendar.of(local)
    assert not calendar.of(local).works(day("2026-02-28"))
    assert calendar.works(day("2026-02-28"))


@carries("complaint", "YY-CMP-10-2", "BS-CMP-10-2", where="mianzheng.clock.deadlines:deadline")
@pytest.mark.parametrize("place", ["yiyuan", "boshan"])
def test_f13_f14_an_extension_is_counted_from_the_original_due_day_and_bounded(
    place: str, calendar: WorkingCalendar, profiles: dict[str, Profile]
) -> None:
    profile, start = profiles[place], day("2025-09-26")
    ends = [clock.deadline(calendar, profile, "complaint.close", start, extend=n).due_day for n in range(6)]
    assert ends == ["2025-10-10", "2025-10-11", "2025-10-13", "2025-10-14", "2025-10-15", "2025-10-16"]
    for wrong in (6, -1, 5.0, True, "5"):
        with pytest.raises(BadArgument):
            clock.deadline(calendar, profile, "complaint.close", start, extend=wrong)  # type: ignore[arg-type]
    granted = sh("2025-10-11T00:01")
    original = clock.deadline(calendar, profile, "complaint.close", start)
    assert clock.standing(calendar, original, granted).is_late


def test_naive_instants_are_refused(calendar: WorkingCalendar, yiyuan: Profile) -> None:
    naive = datetime.datetime(2025, 9, 28, 10)
    with pytest.raises(BadArgument, match="没有写时区"):
        clock.deadline(calendar, yiyuan, "verify.electronic", naive)
    due = clock.deadline(calendar, yiyuan, "complaint.close", day("2025-09-28"))
    with pytest.raises(ValueError, match="offset"):
        clock.standing(calendar, due, naive)


def test_a_place_may_choose_plain_minutes_and_hours(calendar: WorkingCalendar, profiles: dict[str, Profile]) -> None:
    """OQ-03, OQ-04: the alternative reading stays selectable."""
    plain = with_leaves(profiles["wuhai"], "verify", minute_clock="natural", hour_clock="natural")
    starts = {"verify.ordinary": "2025-09-30T17:20", "verify.self_return": "2025-09-30T17:20"}
    for rule, start in starts.items():
        found = clock.deadline(calendar, plain, rule, sh(start))
        assert found.due_at == found.nominal_due_at
    found = clock.deadline(calendar, plain, "verify.complex", sh("2025-09-30T17:20"))
    assert (found.due_at, len(found.trail)) == (sh("2025-10-01T17:20"), 1)


NATURAL = [
    (Duration(n=10, unit="day"), "2026-02-06", "2026-02-24"),  # ends within the Spring Festival
    (Duration(n=3, unit="day"), "2026-02-06", "2026-02-09"),
    (Duration(n=1, unit="month"), "2025-08-31", "2025-09-30"),
    (Duration(n=2, unit="month"), "2025-08-01", "2025-10-09"),
]


@pytest.mark.parametrize(("length", "start", "due"), NATURAL)
def test_periods_in_days_and_months_move_to_the_next_working_day(
    length: Duration, start: str, due: str, calendar: WorkingCalendar, yiyuan: Profile
) -> None:
    other = with_leaves(yiyuan, "complaint", due=length)
    assert clock.deadline(calendar, other, "complaint.close", day(start)).due_day == due


def test_same_day_ends_at_office_close_and_never_before_it_began(
    calendar: WorkingCalendar, profiles: dict[str, Profile]
) -> None:
    ends = [
        shown(calendar, profiles["qingshen"], "window.same_day", sh(start))
        for start in ("2025-03-05T09:00", "2025-03-05T17:29", "2025-03-05T17:30", "2025-03-08T10:00")
    ]
    assert ends == ["03-05T17:30", "03-05T17:30", "03-06T17:30", "03-10T17:30"]


TRAILS = [  # rule, start, then each day with its number where it counts
    ("window.handover", "2025-03-05T11:00", "03-05"),
    ("window.handover", "2025-03-05T15:00", "03-06=1"),
    ("window.handover", "2025-03-07T15:00", "03-08 03-09 03-10=1"),
    ("window.handover", "2025-03-08T15:00", "03-09 03-10"),
    ("window.same_day", "2025-03-05T10:00", "03-05"),
    ("window.same_day", "2025-03-05T18:00", "03-06"),
    ("window.same_day", "2025-03-07T18:00", "03-08 03-09 03-10"),
    ("window.same_day", "2025-03-08T10:00", "03-09 03-10"),
    ("window.receipt", "2025-03-08T10:00", "03-09 03-10=1"),
    ("window.correction", "2025-03-08T10:00", "03-09 03-10 03-11=1 03-12=2 03-13=3 03-14=4 03-15 03-16 03-17=5"),
]


@pytest.mark.parametrize(("rule", "start", "trail"), TRAILS)
def test_the_trail_shows_each_day_once_and_what_it_counts_for(
    rule: str, start: str, trail: str, calendar: WorkingCalendar, profiles: dict[str, Profile]
) -> None:
    found = clock.deadline(calendar, profiles["qingshen"], rule, sh(start))
    steps = [s for s in found.trail if isinstance(s, clock.Step)]
    assert " ".join(s.day[5:] + (f"={s.n}" if s.counted else "") for s in steps) == trail


def test_the_years_of_calendars_may_be_asked_for_and_no_others(calendar: WorkingCalendar, yiyuan: Profile) -> None:
    for start in ("2000-01-01", "2100-12-31"):
        assert not clock.deadline(calendar, yiyuan, "complaint.close", day(start)).certain
    for start in ("1999-12-31", "2101-01-01"):
        with pytest.raises(BadArgument, match="2000年到2100年"):
            clock.deadline(calendar, yiyuan, "complaint.close", day(start))


def test_a_borrowed_length_is_a_target_only(calendar: WorkingCalendar, yiyuan: Profile) -> None:
    borrowed = Leaf(value=Duration(n=5, unit="workday"), source="inherited:boshan", provisional=True)
    other = msgspec.structs.replace(yiyuan, complaint=msgspec.structs.replace(yiyuan.complaint, due=borrowed))
    found = clock.deadline(calendar, other, "complaint.close", day("2026-02-13"))
    assert (found.due_at, found.target and found.target.due_day) == (None, "2026-02-27")


@pytest.mark.parametrize(
    ("minutes", "at"), [(10, "2025-10-09T09:10"), (20, "2025-10-09T09:00"), (25, "2025-09-30T17:25")]
)
def test_a_warning_comes_so_many_office_minutes_before(
    minutes: int, at: str, calendar: WorkingCalendar, yiyuan: Profile
) -> None:
    due = clock.deadline(calendar, yiyuan, "verify.electronic", sh("2025-09-30T17:20"))
    assert clock.warn_at(calendar, yiyuan, due, minutes=minutes) == sh(at)
