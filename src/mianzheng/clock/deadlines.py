"""When something is due: one function for pages, forms, jobs and statistics."""

from __future__ import annotations

import datetime
from operator import attrgetter

import msgspec

from mianzheng.clock.calendar import WorkingCalendar
from mianzheng.clock.counting import (
    Counted,
    DayWalk,
    Start,
    Trail,
    count_handover,
    count_time,
    date_of,
    hours_of,
    months_on,
    period_end,
)
from mianzheng.clock.days import SHANGHAI
from mianzheng.clock.office import office_hours
from mianzheng.clock.rules import RULES, ClockRule, Limit, handover_times, limit, needs_time
from mianzheng.errors import BadArgument
from mianzheng.model import Duration, Profile

FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST = 1000
"""The most working days that a case may give itself."""


class Target(msgspec.Struct, frozen=True, gc=False):
    """What this system aims at where the document is silent: shown, never an overdue breach (CLK-13)."""

    due_at: datetime.datetime
    due_day: str


class Deadline(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """When something is due, and how that was counted.

    `due_at` is exclusive: from this instant on it is late. It is the next midnight in Shanghai, or office close for
    answers between units. None: the document sets no limit; `target` then says what this system aims at, if anything.
    `certain`: every day walked lies in an announced year. `may_change`: the due day is one of the last days of
    December while the next year has not been announced. `nominal_due_at`: by plain minutes and hours (CLK-5, CLK-6).
    """

    rule: str
    due_at: datetime.datetime | None = None
    due_day: str | None = None
    certain: bool = True
    may_change: bool = False
    nominal_due_at: datetime.datetime | None = None
    target: Target | None = None
    trail: Trail = ()

    @property
    def end(self) -> Target | None:
        """The due instant and day, or else the target's; None when there is neither."""
        if self.due_at is None or self.due_day is None:
            return self.target
        return Target(self.due_at, self.due_day)

    @property
    def binds(self) -> bool:
        """Whether missing it is a breach."""
        return self.due_at is not None


def deadline(
    calendar: WorkingCalendar,
    profile: Profile,
    rule: str,
    start: Start,
    *,
    extend: int = 0,
    days: int | None = None,
    length: Duration | None = None,
) -> Deadline:
    """When `rule` is due under a profile, counted from `start` (an aware instant, or a date for day clocks).

    `extend` adds working days from the original due day (CLK-8). `days` is the length that the case itself brings
    (`item.promised`, `commit.check`, `proxy`, `verify.order`); for `edition` and `session`, `days=0` counts from the
    last one instead of the calendar (CLK-7). `length` is the one that held when the case began, and goes on holding
    (F20). Raises BadArgument naming everything that is unusable.
    """
    problems = unusable(profile, rule, start, extend=extend, days=days)
    if problems:
        raise BadArgument(*problems)
    chosen = RULES[rule]
    calendar = calendar.of(profile)
    if chosen.kind == "handover":
        return _handover(calendar, profile, chosen, start)
    if chosen.kind == "given":
        assert days is not None
        counted = _count_days(calendar, profile, chosen, start, Duration(n=days, unit="workday"), 0)
        return _deadline(calendar, rule, counted, binds=True)
    found = limit(profile, chosen)
    if found is None:
        return Deadline(rule=rule)
    if length is not None:
        found = msgspec.structs.replace(found, length=length)
    if chosen.kind == "half_year":
        counted = _count_half_year(calendar, start, found.length.n, from_last=days == 0)
    elif found.length.unit in ("minute", "hour"):
        return _time(calendar, profile, rule, start, found)
    else:
        counted = _count_days(calendar, profile, chosen, start, found.length, extend)
    return _deadline(calendar, rule, counted, binds=found.binds)


def unusable(
    profile: Profile | None, rule: str | None, start: Start | None, *, extend: int = 0, days: int | None = None
) -> list[str]:
    """What is wrong with a question, in Chinese, all of it; None for what was already found unusable."""
    problems = _bad_start(start)
    chosen = RULES.get(rule) if rule is not None else None
    if rule is not None and chosen is None:
        problems.append(f"没有“{rule}”这个时限，可用的有：{'、'.join(RULES)}")
    if type(extend) is not int or extend < 0:
        problems.append("延期天数要写大于0的整数")
    elif extend and chosen is not None:
        problems += _bad_extension(profile, chosen, extend)
    if chosen is not None:
        problems += _bad_days(chosen, days)
        if profile is not None and type(start) is datetime.date and needs_time(profile, chosen):
            problems.append(f"“{chosen.label}”按时刻计算，起点要写到几点几分，例如 2026-02-13T10:00")
    return problems


def _bad_start(start: Start | None) -> list[str]:
    if start is None:
        return []
    if isinstance(start, datetime.datetime) and start.tzinfo is None:
        return ["起点的时刻没有写时区，北京时间写 +08:00"]
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        return [f"起点要在{FIRST_YEAR}年到{LAST_YEAR}年之间"]
    return []


def _bad_extension(profile: Profile | None, chosen: ClockRule, extend: int) -> list[str]:
    if not chosen.extendable:
        return [f"“{chosen.label}”不能延期，只有投诉举报的办结可以"]
    if profile is None:
        return []
    allowed = profile.complaint.extension.value
    if allowed is None:
        return [f"{profile.id} 的规则没有规定可以延期"]
    return [f"最多延期{allowed.max}个工作日，只能延一次"] if extend > allowed.max else []


def _bad_days(chosen: ClockRule, days: int | None) -> list[str]:
    if chosen.kind == "half_year":
        return ["从上一次起算时，天数写 0；不写就按日历上的半年算"] if days not in (None, 0) else []
    if chosen.kind != "given":
        return [f"“{chosen.label}”的天数由规则定，不用另写"] if days is not None else []
    if days is None:
        return [f"“{chosen.label}”要写明多少个工作日"]
    if type(days) is not int or not 1 <= days <= LONGEST:
        return [f"天数要写1到{LONGEST}的整数"]
    return []


def _count_days(
    calendar: WorkingCalendar, profile: Profile, rule: ClockRule, start: Start, length: Duration, extend: int
) -> Counted:
    hours = office_hours(profile)
    walk = DayWalk(calendar, date_of(start))
    if rule.receipt:
        walk.receive()
    if length.unit == "workday" and length.n == 0:
        walk.today(start if isinstance(start, datetime.datetime) else None, hours)
    elif length.unit == "workday":
        walk.working_days(length.n)
    elif length.unit == "day":
        walk.natural_days(walk.day + datetime.timedelta(length.n))
    else:
        walk.natural_days(months_on(walk.day, length.n))
    walk.working_days(extend)
    return walk.ends(length.end or rule.end, hours)


def _count_half_year(calendar: WorkingCalendar, start: Start, length: int, *, from_last: bool) -> Counted:
    day = date_of(start)
    walk = DayWalk(calendar, day)
    walk.back_to_work(months_on(day, length) if from_last else period_end(day, length))
    return walk.ends("24:00", ())


def _handover(calendar: WorkingCalendar, profile: Profile, rule: ClockRule, start: Start) -> Deadline:
    times = handover_times(profile)
    if times is None:
        return Deadline(rule=rule.name)
    assert isinstance(start, datetime.datetime)
    binds = all(attrgetter(path)(profile).binds for path in rule.leaves)
    return _deadline(calendar, rule.name, count_handover(calendar, start, times), binds=binds)


def _time(calendar: WorkingCalendar, profile: Profile, rule: str, start: Start, found: Limit) -> Deadline:
    """Minute and hour clocks; the place may choose plain time for either (OQ-03, OQ-04)."""
    assert isinstance(start, datetime.datetime)
    length = found.length
    plain = datetime.timedelta(**{f"{length.unit}s": length.n})
    choice = profile.verify.minute_clock.value if length.mode == "office" else profile.verify.hour_clock.value
    mode = "natural" if "natural" in (length.mode, choice) else length.mode or "office"
    counted = count_time(calendar, hours_of(mode, office_hours(profile)), start, plain)
    return _deadline(calendar, rule, counted, binds=found.binds, nominal=start.astimezone(SHANGHAI) + plain)


def _deadline(
    calendar: WorkingCalendar,
    rule: str,
    counted: Counted,
    *,
    binds: bool,
    nominal: datetime.datetime | None = None,
) -> Deadline:
    day = counted.due_day
    late_december = day.month == 12 and day.day >= 25
    due_day = day.isoformat()
    return Deadline(
        rule=rule,
        due_at=counted.due_at if binds else None,
        due_day=due_day if binds else None,
        certain=counted.certain,
        may_change=late_december and not calendar.announced(day.year + 1),
        nominal_due_at=nominal,
        target=None if binds else Target(counted.due_at, due_day),
        trail=counted.trail,
    )
