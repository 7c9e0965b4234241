"""What need not last: uses of buckets and values with an end. Expired rows are cleared away in passing."""

from __future__ import annotations

import datetime
import sqlite3

from mianzheng.adapters.instants import instant_text, window_start

_SWEPT = 20
"""Expired rows that one write clears away: more than it adds, so they cannot pile up."""


def take(c: sqlite3.Connection, bucket: str, limit: int, window: datetime.timedelta, now: datetime.datetime) -> bool:
    """See the port."""
    began = window_start(now, window)
    started = instant_text(began)
    row = c.execute("SELECT used FROM uses WHERE bucket = ? AND started = ?", (bucket, started)).fetchone()
    if (row[0] if row else 0) >= limit:
        return False
    if row:
        c.execute("UPDATE uses SET used = used + 1 WHERE bucket = ?", (bucket,))
        return True
    _sweep(c, "uses", "bucket", now)
    until = instant_text(began + window)
    c.execute("INSERT OR REPLACE INTO uses VALUES (?, ?, ?, 1)", (bucket, started, until))
    return True


def remember(c: sqlite3.Connection, key: str, value: bytes, until: datetime.datetime, now: datetime.datetime) -> bool:
    """See the port."""
    if recall(c, key, now) is not None:
        return False
    _sweep(c, "short_lived", "key", now)
    renew(c, key, value, until)
    return True


def renew(c: sqlite3.Connection, key: str, value: bytes, until: datetime.datetime) -> None:
    """See the port."""
    c.execute("INSERT OR REPLACE INTO short_lived VALUES (?, ?, ?)", (key, value, instant_text(until)))


def recall(c: sqlite3.Connection, key: str, now: datetime.datetime) -> bytes | None:
    """See the port."""
    values = (key, instant_text(now))
    row = c.execute("SELECT value FROM short_lived WHERE key = ? AND until > ?", values).fetchone()
    return None if row is None else bytes(row[0])


def _sweep(c: sqlite3.Connection, table: str, key: str, now: datetime.datetime) -> None:
    over = f"SELECT {key} FROM {table} WHERE until <= ? ORDER BY until LIMIT {_SWEPT}"
    c.execute(f"DELETE FROM {table} WHERE {key} IN ({over})", (instant_text(now),))
