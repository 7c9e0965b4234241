"""Instants as text that sorts like time, and the marks of pages that are ordered by it."""

from __future__ import annotations

import datetime

from mianzheng.errors import BadArgument

NEVER = "~"
"""Stands where there is no instant; sorts after every one."""


def utc(at: datetime.datetime) -> datetime.datetime:
    """An aware instant in UTC. Raises ValueError for one without offset."""
    if at.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return at.astimezone(datetime.UTC)


def instant_text(at: datetime.datetime | None) -> str:
    """Fixed-width UTC text (`2026-03-02T01:00:00.000000Z`), or NEVER."""
    return NEVER if at is None else utc(at).isoformat(timespec="microseconds")[:-6] + "Z"


def instant(text: str) -> datetime.datetime:
    """The instant of such a text."""
    return datetime.datetime.fromisoformat(text)


def page_mark(at: datetime.datetime | None, id: str) -> str:
    """Where a page of a list ended."""
    return f"{instant_text(at)} {id}"


def read_mark(mark: str) -> tuple[str, str]:
    """Due text and id of a mark; the beginning for an empty one. Raises BadArgument."""
    due, space, id = mark.partition(" ")
    if mark and not space:
        raise BadArgument("翻页标记无效，请从第一页重新看起。")
    return due, id


def window_start(now: datetime.datetime, window: datetime.timedelta) -> datetime.datetime:
    """When the window of this length that an instant lies in began; windows are counted from 1970."""
    first = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return first + (utc(now) - first) // window * window
