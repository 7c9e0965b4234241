"""Is the calendar of the coming year there? Asked every day from November on (CLK-10, S-SUP-11)."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from mianzheng.clock.days import SHANGHAI

WARNED_FROM, URGENT_FROM = (11, 15), (12, 1)
"""Month and day from which the coming year is missed, and from which it is urgent (project)."""


def missing_year(announced: Collection[int], now: datetime.datetime) -> int | None:
    """The year whose days off have to be registered now; None while all is well."""
    today = now.astimezone(SHANGHAI)
    if today.year not in announced:
        return today.year
    coming = today.year + 1
    return coming if coming not in announced and (today.month, today.day) >= WARNED_FROM else None


def calendar_warning(announced: Collection[int], now: datetime.datetime) -> str:
    """What maintainers are told; empty while all is well. Visitors only see that a date may change."""
    year = missing_year(announced, now)
    if year is None:
        return ""
    today = now.astimezone(SHANGHAI)
    urgent = year == today.year or (today.month, today.day) >= URGENT_FROM
    return f"{year} 年的放假安排还没有登记{'，请马上登记' if urgent else ''}"
