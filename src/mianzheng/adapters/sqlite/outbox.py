"""The outbox: deliveries, leased to workers."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Sequence

import msgspec

from mianzheng.adapters.sqlite.records import Records
from mianzheng.adapters.sqlite.schema import instant_of, text_of
from mianzheng.cases.records import Change, Claimed, Committed, Delivery
from mianzheng.errors import LeaseLost, RecordNotFound


class Outbox(Records):
    """Records, and what they owe the outside."""

    def claim(
        self, now: datetime.datetime, lease: datetime.timedelta, limit: int = 20, topics: Sequence[str] = ()
    ) -> Sequence[Claimed]:
        """See the port."""
        chosen = f"AND topic IN ({', '.join('?' * len(topics))})" if topics else ""
        sql = f"SELECT id FROM outbox WHERE status = 'waiting' AND next_at <= ? {chosen} ORDER BY next_at, id LIMIT ?"
        values = (text_of(now), *topics, limit)
        with self._database.reading() as db:
            if not db.execute(sql, values).fetchone():
                return []
        with self._database.writing() as db:
            ids = [row[0] for row in db.execute(sql, values)]
            for id in ids:
                db.execute(
                    "UPDATE outbox SET lease = lease + 1, attempts = attempts + 1, next_at = ? WHERE id = ?",
                    (text_of(now + lease), id),
                )
            return [self._delivery(db, id) for id in ids]

    def ack(self, claimed: Claimed, now: datetime.datetime, change: Change | None = None) -> Committed | None:
        """See the port."""
        with self._database.writing() as db:
            self._settle(db, claimed, "status = 'done'")
            return self._commit(db, change) if change else None

    def retry(self, claimed: Claimed, at: datetime.datetime, error: str) -> None:
        """See the port."""
        with self._database.writing() as db:
            self._settle(db, claimed, "lease = lease + 1, next_at = ?, error = ?", text_of(at), error)

    def park(self, claimed: Claimed, error: str) -> None:
        """See the port."""
        with self._database.writing() as db:
            self._settle(db, claimed, "lease = lease + 1, status = 'parked', error = ?", error)

    def _settle(self, db: sqlite3.Connection, claimed: Claimed, what: str, *values: str) -> None:
        done = db.execute(
            f"UPDATE outbox SET {what} WHERE id = ? AND lease = ? AND status = 'waiting'",
            (*values, claimed.delivery.id, claimed.lease),
        )
        if done.rowcount != 1:
            raise LeaseLost(f"送达 {claimed.delivery.id} 已经由别人接手")

    def _delivery(self, db: sqlite3.Connection, id: str) -> Claimed:
        row = db.execute("SELECT data, lease, attempts, error FROM outbox WHERE id = ?", (id,)).fetchone()
        delivery = msgspec.json.decode(row[0], type=Delivery)
        return Claimed(delivery=delivery, lease=row[1], attempts=row[2], error=row[3])

    def parked(self) -> Sequence[Claimed]:
        """See the port."""
        with self._database.reading() as db:
            ids = db.execute("SELECT id FROM outbox WHERE status = 'parked' ORDER BY id").fetchall()
            return [self._delivery(db, id) for (id,) in ids]

    def unpark(self, delivery_id: str, at: datetime.datetime) -> None:
        """See the port."""
        with self._database.writing() as db:
            sql = "UPDATE outbox SET status = 'waiting', next_at = ? WHERE id = ? AND status = 'parked'"
            if db.execute(sql, (text_of(at), delivery_id)).rowcount != 1:
                raise RecordNotFound(f"没有搁置的 {delivery_id}")

    def pending(self) -> tuple[int, datetime.datetime | None]:
        """See the port."""
        with self._database.reading() as db:
            sql = "SELECT COUNT(*), MIN(due_since) FROM outbox WHERE status = 'waiting'"
            count, oldest = db.execute(sql).fetchone()
        return count, instant_of(oldest) if oldest else None
