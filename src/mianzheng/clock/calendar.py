"""The working calendar: which days offices work, why, and how sure that is (CLK-2, CLK-10)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from mianzheng.model import CalendarYear, Profile

ONE_DAY = datetime.timedelta(days=1)
FIXED_HOLIDAYS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
"""Statutory holidays on fixed dates of the solar calendar, as in force since 2025; all others follow the moon."""


class DayFact(NamedTuple):
    """One day: whether offices work, why, and whether its year has been announced."""

    works: bool
    why: str
    announced: bool


class WorkingCalendar:
    """The announced years, and for all others weekends and fixed holidays (provisional, CLK-10).

    `rest_days` are days on which a place does not work although the nation does; the place wins.
    """

    def __init__(self, years: Mapping[int, CalendarYear], rest_days: Iterable[str] = ()) -> None:
        self._years = years
        self._known: dict[datetime.date, DayFact] = {}
        for year in years.values():
            self._known |= _announced_in(year)
        for text in rest_days:
            self._known[datetime.date.fromisoformat(text)] = DayFact(False, "本地休息日", True)
        self._of: dict[tuple[str, ...], WorkingCalendar] = {}

    def of(self, profile: Profile) -> WorkingCalendar:
        """This calendar with the local rest days of a profile (CLK-2)."""
        local = profile.calendar.local_days.value or ()
        if not local:
            return self
        if local not in self._of:
            self._of[local] = WorkingCalendar(self._years, local)
        return self._of[local]

    def announced(self, year: int) -> bool:
        """Whether the working days of a year have been announced."""
        return year in self._years

    def unannounced(self, day: datetime.date) -> int | None:
        """In December, the coming year as long as it is missing: maintainers are to be warned (S-SUP-11)."""
        return day.year + 1 if day.month == 12 and not self.announced(day.year + 1) else None

    def fact(self, day: datetime.date) -> DayFact:
        """Whether offices work on a day, and why."""
        known = self._known.get(day)
        if known is not None:
            return known
        announced = day.year in self._years
        if day.weekday() >= 5:
            return DayFact(False, "周末" if announced else "周末（暂定）", announced)
        if not announced and (day.month, day.day) in FIXED_HOLIDAYS:
            return DayFact(False, f"{FIXED_HOLIDAYS[day.month, day.day]}（暂定）", announced)
        return DayFact(True, "工作日" if announced else "工作日（暂定）", announced)

    def works(self, day: datetime.date) -> bool:
        """Whether offices work on a day."""
        return self.fact(day).works

    def after(self, day: datetime.date) -> Iterator[tuple[datetime.date, DayFact]]:
        """The days after `day`, without end."""
        while True:
            day += ONE_DAY
            yield day, self.fact(day)

    def on_or_after(self, day: datetime.date) -> datetime.date:
        """The first working day from `day` on."""
        while not self.works(day):
            day += ONE_DAY
        return day

    def on_or_before(self, day: datetime.date) -> datetime.date:
        """The last working day up to `day`."""
        while not self.works(day):
            day -= ONE_DAY
        return day

    def add_working_days(self, day: datetime.date, n: int) -> datetime.date:
        """The n-th working day after `day` (before it when negative); `day` itself does not count (CLK-3)."""
        step = ONE_DAY if n > 0 else -ONE_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.works(day)
        return day

    def working_days_between(self, first: datetime.date, last: datetime.date) -> int:
        """How many working days lie after `first`, up to and including `last`; 0 when `last` is not later."""
        return sum(self.works(first + n * ONE_DAY) for n in range(1, (last - first).days + 1))


@lru_cache
def _announced_in(year: CalendarYear) -> Mapping[datetime.date, DayFact]:
    """The days on which a year differs from plain weeks; kept, because calendars are made with every request."""
    found = {}
    for holiday in year.holidays:
        for day in _days(holiday.from_, holiday.until):
            found[day] = DayFact(False, f"{holiday.name}假期", True)
    for text in year.workdays:
        found[datetime.date.fromisoformat(text)] = DayFact(True, "调休上班", True)
    return found


def _days(first: str, last: str) -> Iterator[datetime.date]:
    day, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    while day <= end:
        yield day
        day += ONE_DAY
