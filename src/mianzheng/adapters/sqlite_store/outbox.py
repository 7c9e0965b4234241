"""Deliveries in a connection; the caller holds the transaction."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Sequence

import msgspec

from mianzheng.adapters import refusals
from mianzheng.adapters.dump_lines import Posted
from mianzheng.adapters.instants import NEVER, instant, instant_text
from mianzheng.cases.records import Claimed, Delivery, encoded

COLUMNS = ["id", "topic", "due_at", "free_at", "lease", "attempts", "error", "parked", "done_at", "data"]
_INSERT = f"INSERT INTO outbox ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) ON CONFLICT DO NOTHING"
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM outbox"
_OPEN = f"done_at = '{NEVER}' AND parked = 0"
_LEASED = f"WHERE id = ? AND lease = ? AND {_OPEN}"


def post(c: sqlite3.Connection, delivery: Delivery) -> None:
    """A new delivery. Raises AlreadyExists."""
    insert(c, Posted(delivery=delivery, free_at=delivery.next_at))


def insert(c: sqlite3.Connection, posted: Posted) -> None:
    """A delivery in whatever condition. Raises AlreadyExists."""
    delivery = posted.delivery
    done = c.execute(
        _INSERT,
        (
            delivery.id, delivery.topic, instant_text(delivery.next_at), instant_text(posted.free_at), posted.lease,
            posted.attempts, posted.error, posted.parked, instant_text(posted.done_at), encoded(delivery).decode(),
        ),
    )  # fmt: skip
    if done.rowcount != 1:
        raise refusals.taken()


def read(c: sqlite3.Connection, rest: str, values: Sequence[object] = ()) -> list[Posted]:
    """Deliveries chosen by the part of a SELECT after its table."""
    return [_posted(*row) for row in c.execute(f"{_SELECT} {rest}", values)]


def _posted(
    id: str, topic: str, due: str, free: str, lease: int, attempts: int, error: str, parked: int, done: str, data: str
) -> Posted:
    delivery = msgspec.json.decode(data, type=Delivery)
    return Posted(
        delivery=msgspec.structs.replace(delivery, next_at=instant(due)),
        free_at=instant(free),
        lease=lease,
        attempts=attempts,
        error=error,
        parked=bool(parked),
        done_at=None if done == NEVER else instant(done),
    )


def due(c: sqlite3.Connection, now: datetime.datetime, limit: int, topics: Sequence[str]) -> list[Posted]:
    """Deliveries that may be claimed, those due first before others."""
    of_topics = f"AND topic IN ({', '.join('?' * len(topics))})" if topics else ""
    rest = f"WHERE {_OPEN} AND free_at <= ? {of_topics} ORDER BY free_at, id LIMIT ?"
    return read(c, rest, (instant_text(now), *topics, limit))


def lease(c: sqlite3.Connection, posted: Posted, until: datetime.datetime) -> Claimed:
    """Lease a delivery to the caller."""
    leased = msgspec.structs.replace(posted, lease=posted.lease + 1, attempts=posted.attempts + 1)
    c.execute(
        "UPDATE outbox SET free_at = ?, lease = ?, attempts = ? WHERE id = ?",
        (instant_text(until), leased.lease, leased.attempts, posted.delivery.id),
    )
    return leased.claimed


def finish(c: sqlite3.Connection, claimed: Claimed, now: datetime.datetime) -> None:
    """Mark as done. Raises LeaseLost."""
    _change(c, claimed, "done_at = ?", instant_text(now))


def retry(c: sqlite3.Connection, claimed: Claimed, at: datetime.datetime, error: str) -> None:
    """Due again later; the lease ends. Raises LeaseLost."""
    due = instant_text(at)
    _change(c, claimed, "lease = lease + 1, due_at = ?, free_at = ?, error = ?", due, due, error)


def park(c: sqlite3.Connection, claimed: Claimed, error: str) -> None:
    """Set aside; the lease ends. Raises LeaseLost."""
    _change(c, claimed, "lease = lease + 1, parked = 1, error = ?", error)


def _change(c: sqlite3.Connection, claimed: Claimed, setting: str, *values: str) -> None:
    done = c.execute(f"UPDATE outbox SET {setting} {_LEASED}", (*values, claimed.delivery.id, claimed.lease))
    if done.rowcount != 1:
        raise refusals.lease_lost()


def unpark(c: sqlite3.Connection, delivery_id: str, at: datetime.datetime) -> None:
    """See the port."""
    due = instant_text(at)
    setting = "parked = 0, attempts = 0, due_at = ?, free_at = ?"
    if c.execute(f"UPDATE outbox SET {setting} WHERE id = ? AND parked = 1", (due, due, delivery_id)).rowcount != 1:
        raise refusals.not_parked()


def pending(c: sqlite3.Connection) -> tuple[int, datetime.datetime | None]:
    """See the port."""
    count, oldest = c.execute(f"SELECT count(*), min(due_at) FROM outbox WHERE {_OPEN}").fetchone()
    return count, instant(oldest) if count else None
