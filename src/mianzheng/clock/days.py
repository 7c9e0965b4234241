"""Shanghai days: the date on which an instant falls (CLK-1)."""

from __future__ import annotations

import datetime

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8), "Asia/Shanghai")
"""China has had one time without summer time since 1992; a fixed offset needs no time-zone data."""


def day_of(instant: datetime.datetime) -> str:
    """The Shanghai date (`YYYY-MM-DD`) of an aware instant. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return instant.astimezone(SHANGHAI).date().isoformat()


def shanghai_day(text: str) -> str:
    """The Shanghai date of a written date or instant; empty when it is neither. Without offset: Shanghai time."""
    try:
        if len(text) == 10:
            return datetime.date.fromisoformat(text).isoformat()
        instant = datetime.datetime.fromisoformat(text)
    except ValueError:
        return ""
    return day_of(instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI))
