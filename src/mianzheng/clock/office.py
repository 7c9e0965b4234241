"""Office time: minutes that pass only while offices are open, hours that pass only on working dates (CLK-5, CLK-6)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import msgspec

from mianzheng.clock.calendar import ONE_DAY, WorkingCalendar
from mianzheng.clock.days import SHANGHAI
from mianzheng.model import Profile

Hours = tuple[tuple[int, int], ...]
"""Spans of a working day in minutes since midnight; half-open, so at 12:00:00 the morning is over."""

DEFAULT_HOURS: Hours = ((9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30))
"""Where a profile sets no office hours (project)."""
ALL_DAY: Hours = ((0, 24 * 60),)
"""Hour clocks run all day on working dates (CLK-6)."""
NOTHING = datetime.timedelta()


class Span(msgspec.Struct, frozen=True, gc=False):
    """One stretch of counted time, with its length in minutes."""

    start: datetime.datetime
    end: datetime.datetime
    minutes: int | float


def span(start: datetime.datetime, end: datetime.datetime) -> Span:
    """A stretch of time with its minutes, whole where they are whole."""
    minutes = (end - start) / datetime.timedelta(minutes=1)
    return Span(start, end, int(minutes) if minutes.is_integer() else minutes)


def office_hours(profile: Profile) -> Hours:
    """The office hours of a profile, or the default."""
    chosen = profile.calendar.office_hours.value
    if not chosen:
        return DEFAULT_HOURS
    return tuple(sorted((_minutes(span.from_), _minutes(span.until)) for span in chosen))


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def at(day: datetime.date, minutes: int) -> datetime.datetime:
    """An instant of a Shanghai day, in minutes since midnight; 1440 is the next midnight."""
    midnight = datetime.datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return midnight + datetime.timedelta(minutes=minutes)


def closing(day: datetime.date, hours: Hours) -> datetime.datetime:
    """Office close of a day."""
    return at(day, hours[-1][1])


def open_spans(
    calendar: WorkingCalendar, hours: Hours, start: datetime.datetime
) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
    """The stretches of open time from an instant on, without end."""
    day = start.astimezone(SHANGHAI).date()
    while True:
        if calendar.works(day):
            for opens, closes in hours:
                end = at(day, closes)
                if end > start:
                    yield max(start, at(day, opens)), end
        day += ONE_DAY


def run(calendar: WorkingCalendar, hours: Hours, start: datetime.datetime, length: datetime.timedelta) -> list[Span]:
    """The stretches that use up `length` of open time; the last one ends at the due instant."""
    used: list[Span] = []
    left = length
    for begin, end in open_spans(calendar, hours, start):
        until = min(end, begin + left)
        used.append(span(begin, until))
        left -= until - begin
        if left <= NOTHING:
            break
    return used


def open_time(
    calendar: WorkingCalendar, hours: Hours, start: datetime.datetime, end: datetime.datetime
) -> datetime.timedelta:
    """How much open time lies between two instants."""
    total = NOTHING
    for begin, until in open_spans(calendar, hours, start):
        if begin >= end:
            break
        total += min(until, end) - begin
    return total


def before(
    calendar: WorkingCalendar, hours: Hours, instant: datetime.datetime, length: datetime.timedelta
) -> datetime.datetime:
    """The instant from which `length` of open time is left until `instant`."""
    day, left, found = instant.astimezone(SHANGHAI).date(), length, instant
    while left > NOTHING:
        for opens, closes in reversed(hours) if calendar.works(day) else ():
            end = min(at(day, closes), instant)
            stretch = end - at(day, opens)
            if left > NOTHING and stretch > NOTHING:
                found = max(at(day, opens), end - left)
                left -= end - found
        day -= ONE_DAY
    return found
