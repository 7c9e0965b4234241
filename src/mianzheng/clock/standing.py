"""Where a deadline stands at an instant: the one place that decides what is late (F03, F04)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Literal

import msgspec

from mianzheng.clock.calendar import WorkingCalendar
from mianzheng.clock.days import SHANGHAI, day_of
from mianzheng.clock.deadlines import Deadline
from mianzheng.clock.office import ALL_DAY, NOTHING, before, office_hours, open_time
from mianzheng.model import Profile

State = Literal["no_limit", "open", "due_today", "overdue", "target_passed"]


class Standing(msgspec.Struct, frozen=True, gc=False):
    """A deadline's state, and by how many working days it was missed (0: later, but within no further working day)."""

    state: State
    working_days_late: int = 0

    @property
    def is_late(self) -> bool:
        """Whether a limit that the document sets was missed; a missed target never is."""
        return self.state == "overdue"


def standing(calendar: WorkingCalendar, due: Deadline, at: datetime.datetime) -> Standing:
    """The state of a deadline at an instant: now while a case is open, else when it was done.

    Raises ValueError for an instant without offset.
    """
    today = day_of(at)
    end = due.end
    if end is None:
        return Standing("no_limit")
    if at < end.due_at:
        return Standing("due_today" if today == end.due_day else "open")
    late = calendar.working_days_between(datetime.date.fromisoformat(end.due_day), datetime.date.fromisoformat(today))
    return Standing("overdue" if due.binds else "target_passed", late)


def warn_at(
    calendar: WorkingCalendar, profile: Profile, due: Deadline, *, minutes: int = 0, workdays: int = 0
) -> datetime.datetime | None:
    """When to warn before the due end: so many office minutes, or at opening so many working days, before it."""
    end = due.end
    if end is None:
        return None
    calendar, hours = calendar.of(profile), office_hours(profile)
    if workdays:
        day = calendar.add_working_days(datetime.date.fromisoformat(end.due_day), -workdays)
        return datetime.datetime.combine(day, datetime.time(*divmod(hours[0][0], 60)), SHANGHAI)
    return before(calendar, hours, end.due_at, datetime.timedelta(minutes=minutes))


class Elapsed(msgspec.Struct, frozen=True, gc=False):
    """How long something took: by office time, by hours of working dates, and plainly (CLK-5, CLK-6)."""

    office: datetime.timedelta
    working_dates: datetime.timedelta
    plain: datetime.timedelta


def elapsed(
    calendar: WorkingCalendar,
    profile: Profile,
    start: datetime.datetime,
    end: datetime.datetime,
    without: Iterable[tuple[datetime.datetime, datetime.datetime]] = (),
) -> Elapsed:
    """The time between two instants, less the stretches in `without` that do not count (CLK-9).

    The stretches are taken to lie between the two instants and not to overlap.
    """
    calendar, hours = calendar.of(profile), office_hours(profile)
    left = list(without)
    office = open_time(calendar, hours, start, end) - _sum(open_time(calendar, hours, a, b) for a, b in left)
    dates = open_time(calendar, ALL_DAY, start, end) - _sum(open_time(calendar, ALL_DAY, a, b) for a, b in left)
    return Elapsed(office, dates, (end - start) - _sum(b - a for a, b in left))


def _sum(parts: Iterable[datetime.timedelta]) -> datetime.timedelta:
    return sum(parts, NOTHING)
