"""Pictures of counting: months with every day marked, days as a list, minutes and hours as bars."""

from __future__ import annotations

import calendar as months_of
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from mianzheng.clock import Deadline, Span, Step, WorkingCalendar
from mianzheng.clock.calendar import ONE_DAY
from mianzheng.clock.office import ALL_DAY, at, office_hours
from mianzheng.model import Profile
from mianzheng.views.spoken import day_said, spoken

MONTHS_SHOWN = 4
"""More months than this are shown as the first two and the last two."""
DAY = 24 * 60


@dataclass(frozen=True)
class Cell:
    """One day in a month: its number, how it is drawn, what is written under it; outside the count it is plain."""

    number: int
    look: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday; None pads the first and the last week. `gap`: months were left out before it."""

    title: str
    weeks: list[list[Cell | None]]
    gap: bool


def months(calendar: WorkingCalendar, start: datetime.date, found: Deadline) -> list[Month]:
    """The months that a day clock walks through; empty for minute and hour clocks."""
    steps = {step.day: step for step in found.trail if isinstance(step, Step)}
    if not steps or found.end is None:
        return []
    near = {start.isoformat()} if (start + ONE_DAY).isoformat() in steps else set()  # half-years are walked backwards
    spans = sorted({day[:7] for day in [*steps, *near]})
    kept = spans if len(spans) <= MONTHS_SHOWN else [*spans[:2], *spans[-2:]]
    return [
        _month(calendar, month, start.isoformat(), found.end.due_day, steps, gap=len(kept) < len(spans) and n == 2)
        for n, month in enumerate(kept)
    ]


def _month(calendar: WorkingCalendar, month: str, start: str, due: str, steps: dict[str, Step], *, gap: bool) -> Month:
    year, number = int(month[:4]), int(month[5:])
    weeks = [
        [_cell(calendar, day, start, due, steps) if day.month == number else None for day in week]
        for week in months_of.Calendar().monthdatescalendar(year, number)
    ]
    return Month(f"{year}年{number}月", weeks, gap)


def _cell(calendar: WorkingCalendar, day: datetime.date, start: str, due: str, steps: dict[str, Step]) -> Cell:
    text, step, fact = day.isoformat(), steps.get(day.isoformat()), calendar.fact(day)
    made_up = ("班",) if fact.works and day.weekday() >= 5 else ()
    if text == due:
        return Cell(day.day, "due", (*made_up, "到期"))
    if step is not None and step.counted:
        return Cell(day.day, "counted", (*made_up, f"第{step.n}天" if step.n < 100 else f"{step.n}"))
    if text == start:
        return Cell(day.day, "start", ("起算",))
    if step is not None:
        return Cell(day.day, "moved", ("收到",)) if fact.works else Cell(day.day, "skipped", ("休",))
    return Cell(day.day, "plain" if fact.works else "rest", ())


def day_rows(start: datetime.date, found: Deadline) -> list[tuple[str, str, str]]:
    """The days of a day clock as (look, days, what is said) by date, days off of one reason drawn together."""
    steps = {step.day: step for step in found.trail if isinstance(step, Step)}
    if not steps or found.end is None:
        return []
    forward = (start + ONE_DAY).isoformat() in steps
    rows = [("start", spoken(start), "从这天起算，这天不算")] if forward else []
    for (n, why), group in groupby(sorted(steps.values(), key=_day), key=lambda s: (s.n if s.counted else 0, s.why)):
        run = [step.day for step in group]
        days = day_said(run[0]) if len(run) == 1 else f"{day_said(run[0])}至{day_said(run[-1])}"
        due = run[-1] == found.end.due_day
        said = f"{why}，第{n}天" if n and forward else why if due else f"{why}，不算"
        rows.append(("due" if due else "counted" if n else "skipped", days, said))
    return rows


def _day(step: Step) -> str:
    return step.day


@dataclass(frozen=True)
class Bar:
    """One day of a minute or hour clock, or several without counted time; stretches as (from, length) on the scale."""

    days: str
    said: str
    open: list[tuple[int, int]]
    counted: list[tuple[int, int]]


@dataclass(frozen=True)
class Bars:
    """A minute or hour clock day by day, all days on one scale of `width` minutes between two times of day."""

    first: str
    last: str
    width: int
    rows: list[Bar]


def time_bars(calendar: WorkingCalendar, profile: Profile, start: datetime.datetime, found: Deadline) -> Bars | None:
    """The bars of a minute or hour clock; None for day clocks."""
    counted = [piece for span in found.trail if isinstance(span, Span) for piece in _by_day(span)]
    if not counted:
        return None
    office = office_hours(profile)
    in_office = all(any(a <= begin and end <= b for a, b in office) for _, begin, end in counted)
    hours = office if in_office else ALL_DAY
    first, last = hours[0][0], hours[-1][1]
    rows = []
    for group in _runs(start.date(), counted):
        pieces = [(begin - first, end - begin) for day, begin, end in counted if day == group[0]]
        open_ = [(a - first, b - a) for a, b in hours] if pieces or calendar.works(group[0]) else []
        days = spoken(group[0]) if len(group) == 1 else f"{spoken(group[0])}至{spoken(group[-1])}"
        rows.append(Bar(days, _said(calendar, group, [p for p in counted if p[0] == group[0]]), open_, pieces))
    return Bars(_time(first), _time(last), last - first, rows)


def _by_day(span: Span) -> Iterator[tuple[datetime.date, int, int]]:
    """A stretch cut at midnights: day, first and last minute of it."""
    day, end = span.start.date(), span.end
    while True:
        midnight = at(day, DAY)
        begin = _minute(span.start) if day == span.start.date() else 0
        yield day, begin, DAY if end >= midnight else _minute(end)
        if end <= midnight:
            return
        day += ONE_DAY


def _runs(start: datetime.date, counted: list[tuple[datetime.date, int, int]]) -> Iterator[list[datetime.date]]:
    """Each day with counted time alone, the days without it together."""
    with_time = {day for day, _, _ in counted}
    days = [start + n * ONE_DAY for n in range((max(with_time) - start).days + 1)]
    for counts, group in groupby(days, key=lambda day: day in with_time):
        if counts:
            yield from ([day] for day in group)
        else:
            yield list(group)


def _said(calendar: WorkingCalendar, days: list[datetime.date], counted: list[tuple[datetime.date, int, int]]) -> str:
    if counted:
        pieces = "、".join(f"{_time(begin)}—{_time(end)}" for _, begin, end in counted)
        return f"{pieces}，{_minutes(sum(end - begin for _, begin, end in counted))}"
    if any(calendar.works(day) for day in days):
        return "收到时已经下班，从下次上班起算"
    return f"{'、'.join(dict.fromkeys(calendar.fact(day).why for day in days))}，停表"


def _minute(instant: datetime.datetime) -> int:
    return instant.hour * 60 + instant.minute


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _minutes(length: int) -> str:
    return f"{length}分钟" if length % 60 or not length else f"{length // 60}小时"
