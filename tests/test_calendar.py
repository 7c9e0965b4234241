"""The calendars of 2018 to 2026, day by day against an independent package; 2027 is not announced (CLK-2)."""

from __future__ import annotations

import datetime

import chinese_calendar
import pytest

from mianzheng.catalog_files.loading import Loaded

YEARS = range(2018, 2027)


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_a_working_day_or_not_as_announced(year: int, shipped: Loaded) -> None:
    calendar = shipped.catalog.calendars[year]
    off = {day for h in calendar.holidays for day in _days(h.from_, h.until)}
    differences = []
    for day in _days(f"{year}-01-01", f"{year}-12-31"):
        date = datetime.date.fromisoformat(day)
        ours = day in calendar.workdays or (date.weekday() < 5 and day not in off)
        if ours != chinese_calendar.is_workday(date):
            differences.append(day)
    assert differences == []


def _days(first: str, last: str) -> list[str]:
    start, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    return [(start + datetime.timedelta(n)).isoformat() for n in range((end - start).days + 1)]


def test_f10_each_year_names_its_announcement_and_the_next_is_open(shipped: Loaded) -> None:
    calendars = shipped.catalog.calendars
    assert sorted(calendars) == list(YEARS)
    assert all(str(year) in calendars[year].announcements[0].title for year in YEARS)
