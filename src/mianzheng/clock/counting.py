"""How each clock counts, step by step, so that a date explains itself (CLK-3 … CLK-12)."""

from __future__ import annotations

import calendar as months
import datetime
from dataclasses import dataclass, field

import msgspec

from mianzheng.clock.calendar import ONE_DAY, WorkingCalendar
from mianzheng.clock.days import SHANGHAI
from mianzheng.clock.office import ALL_DAY, Hours, Span, at, closing, run, span
from mianzheng.clock.rules import End

MOMENT = datetime.timedelta(microseconds=1)
NOON = 12
Start = datetime.datetime | datetime.date
"""What starts a clock: an aware instant, or a Shanghai date where the time of day does not matter."""


class Step(msgspec.Struct, frozen=True, gc=False):
    """One day of a day clock: whether it counts, how many have counted up to it, and why."""

    day: str
    counted: bool
    n: int
    why: str


Trail = tuple[Step, ...] | tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """The end of a count: the due instant, the Shanghai day that it ends, the way there, whether it is certain."""

    due_at: datetime.datetime
    due_day: datetime.date
    trail: Trail
    certain: bool


@dataclass(slots=True)
class DayWalk:
    """Walks from day to day and keeps the trail."""

    calendar: WorkingCalendar
    day: datetime.date
    steps: list[Step] = field(default_factory=list)
    n: int = 0
    certain: bool = True

    def take(self, day: datetime.date, *, counted: bool, why: str = "") -> None:
        """Go to a day; the calendar says why unless `why` does."""
        fact = self.calendar.fact(day)
        self.day = day
        self.n += counted
        self.certain = self.certain and fact.announced
        self.steps.append(Step(day.isoformat(), counted, self.n, why or fact.why))

    def receive(self) -> None:
        """What arrives on a non-working day counts as received on the next working morning (CLK-11)."""
        if self.calendar.works(self.day):
            return
        working = self.calendar.on_or_after(self.day)
        while self.day + ONE_DAY < working:
            self.take(self.day + ONE_DAY, counted=False)
        self.take(working, counted=False, why="休息日收到的，算这天上午收到")

    def working_days(self, n: int) -> None:
        """Count n working days; the day one stands on is not counted (CLK-3)."""
        goal = self.n + n
        while self.n < goal:
            day = self.day + ONE_DAY
            self.take(day, counted=self.calendar.works(day))

    def natural_days(self, last: datetime.date) -> None:
        """Count every day up to `last`; when that is a non-working day, the period ends with the next working day."""
        while self.day < last:
            self.take(self.day + ONE_DAY, counted=True, why="自然日")
        while not self.calendar.works(self.day):
            self.take(self.day + ONE_DAY, counted=False, why="期满日是休息日，顺延")

    def today(self, moment: datetime.datetime | None, hours: Hours) -> None:
        """Within the same day; from office close on, and on non-working days, within the next working day."""
        closed = moment is not None and moment >= closing(self.day, hours)
        if self.calendar.works(self.day) and not closed:
            self.take(self.day, counted=False, why="当天")
            return
        working = self.calendar.on_or_after(self.day + ONE_DAY)
        while self.day + ONE_DAY < working:
            self.take(self.day + ONE_DAY, counted=False)
        self.take(working, counted=False, why="下班后或休息日收到的，顺延到这天")

    def back_to_work(self, nominal: datetime.date) -> None:
        """The nominal day, or the last working day before it (CLK-7)."""
        day = nominal
        while not self.calendar.works(day):
            self.take(day, counted=False)
            day -= ONE_DAY
        why = "期末的最后一个工作日" if day < nominal else "期末，工作日"
        self.take(day, counted=True, why=why if self.calendar.announced(day.year) else f"{why}（暂定）")

    def done(self, due_at: datetime.datetime) -> Counted:
        """The count, ended."""
        return Counted(due_at, self.day, tuple(self.steps), self.certain)

    def ends(self, end: End, hours: Hours) -> Counted:
        """Ended at the next midnight, or at office close (CLK-4)."""
        return self.done(closing(self.day, hours) if end == "office_close" else at(self.day, 24 * 60))


def date_of(start: Start) -> datetime.date:
    """The Shanghai date of a start (CLK-1)."""
    return start.astimezone(SHANGHAI).date() if isinstance(start, datetime.datetime) else start


def months_on(day: datetime.date, n: int) -> datetime.date:
    """The same day n months on, or the last day of that month if there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return datetime.date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def period_end(day: datetime.date, length: int) -> datetime.date:
    """The last day of the part of the year, `length` months each, in which a day lies."""
    month = min(12, -(-day.month // length) * length)
    return datetime.date(day.year, month, months.monthrange(day.year, month)[1])


def count_time(
    calendar: WorkingCalendar, hours: Hours | None, start: datetime.datetime, length: datetime.timedelta
) -> Counted:
    """Minutes or hours: in the given open hours of working days, or plainly when `hours` is None (CLK-5, CLK-6)."""
    start = start.astimezone(SHANGHAI)
    spans = run(calendar, hours, start, length) if hours is not None else [span(start, start + length)]
    due_at = spans[-1].end
    due_day = max((due_at - MOMENT).date(), start.date())
    walked = range(start.date().year, due_day.year + 1)
    certain = hours is None or all(calendar.announced(year) for year in walked)
    return Counted(due_at, due_day, tuple(spans), certain)


def count_handover(calendar: WorkingCalendar, start: datetime.datetime, times: tuple[str, str]) -> Counted:
    """Paper of the morning goes on the same day, paper of the afternoon on the next working day (CLK-11, CLK-12)."""
    start = start.astimezone(SHANGHAI)
    walk = DayWalk(calendar, start.date())
    morning = start.hour < NOON or not calendar.works(start.date())
    walk.receive()
    if not morning:
        walk.working_days(1)
    elif not walk.steps:
        walk.take(walk.day, counted=False, why="上午收到的，当天转交")
    hour, minute = times[0 if morning else 1].split(":")
    return walk.done(at(walk.day, int(hour) * 60 + int(minute)))


def hours_of(mode: str, hours: Hours) -> Hours | None:
    """The open hours in which a minute or hour clock runs."""
    return {"office": hours, "working_dates": ALL_DAY, "natural": None}[mode]
