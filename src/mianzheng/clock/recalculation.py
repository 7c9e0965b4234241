"""When a calendar is announced, open deadlines are counted anew; nobody becomes overdue in hindsight (CLK-10)."""

from __future__ import annotations

import datetime

import msgspec

from mianzheng.clock.calendar import WorkingCalendar
from mianzheng.clock.counting import date_of
from mianzheng.clock.deadlines import Deadline, Target
from mianzheng.clock.office import at as instant_of
from mianzheng.clock.questions import Question, answer


class Recalculation(msgspec.Struct, frozen=True, gc=False):
    """A deadline that moved: what held, what the new calendar gives, and what holds from now on.

    `spared`: the new end would have come too early for whoever relied on the old one, so a later one holds.
    """

    before: Deadline
    counted: Deadline
    holds: Deadline
    spared: bool


def recalculated(
    calendar: WorkingCalendar, question: Question, before: Deadline, now: datetime.datetime
) -> Recalculation | None:
    """The deadline of an open case under a newly announced calendar; None when the end stays.

    A later end holds at once. An earlier one holds no sooner than the end of the next working day after `now`, and
    never later than the old end. Raises BadArgument as `deadline` does.
    """
    counted = answer(calendar, question)
    old, new = before.end, counted.end
    if old is None or new is None or new.due_at >= old.due_at:
        return None if old == new else Recalculation(before, counted, counted, spared=False)
    grace = _moved(new, calendar.of(question.profile).add_working_days(date_of(now), 1))
    holds = max(new, min(old, grace, key=_when), key=_when)
    return None if holds == old else Recalculation(before, counted, _ending(counted, holds), spared=holds != new)


def _when(end: Target) -> datetime.datetime:
    return end.due_at


def _moved(end: Target, day: datetime.date) -> Target:
    """The same time of day, on another day."""
    midnight = instant_of(datetime.date.fromisoformat(end.due_day), 0)
    return Target(instant_of(day, 0) + (end.due_at - midnight), day.isoformat())


def _ending(due: Deadline, end: Target) -> Deadline:
    if due.binds:
        return msgspec.structs.replace(due, due_at=end.due_at, due_day=end.due_day)
    return msgspec.structs.replace(due, target=end)
