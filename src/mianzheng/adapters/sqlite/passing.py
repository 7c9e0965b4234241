"""Counters, sessions and other values that end by themselves, and the beats of jobs."""

from __future__ import annotations

import datetime

from mianzheng.adapters.sqlite.connection import Database
from mianzheng.adapters.sqlite.schema import instant_of, text_of


class Passing:
    """What need not survive a power cut; so it costs no wait for the disk."""

    _passing: Database

    def take(self, bucket: str, limit: int, window: datetime.timedelta, now: datetime.datetime) -> bool:
        """See the port."""
        sql = (
            "INSERT INTO bucket VALUES (?1, ?2, 1) ON CONFLICT (name) DO UPDATE SET "
            "used = CASE WHEN until <= ?3 THEN 1 ELSE used + 1 END, "
            "until = CASE WHEN until <= ?3 THEN ?2 ELSE until END RETURNING used"
        )
        with self._passing.writing() as db:
            used: int = db.execute(sql, (bucket, text_of(now + window), text_of(now))).fetchone()[0]
        return used <= limit

    def remember(self, key: str, value: bytes, until: datetime.datetime, now: datetime.datetime) -> bool:
        """See the port."""
        sql = (
            "INSERT INTO passing VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET value = ?2, until = ?3 "
            "WHERE until <= ?4"
        )
        with self._passing.writing() as db:
            return db.execute(sql, (key, value, text_of(until), text_of(now))).rowcount == 1

    def renew(self, key: str, value: bytes, until: datetime.datetime) -> None:
        """See the port."""
        with self._passing.writing() as db:
            db.execute("REPLACE INTO passing VALUES (?, ?, ?)", (key, value, text_of(until)))

    def recall(self, key: str, now: datetime.datetime) -> bytes | None:
        """See the port."""
        with self._passing.reading() as db:
            row = db.execute("SELECT value FROM passing WHERE key = ? AND until > ?", (key, text_of(now))).fetchone()
        return row[0] if row else None

    def forget(self, key: str) -> None:
        """See the port."""
        with self._passing.writing() as db:
            db.execute("DELETE FROM passing WHERE key = ?", (key,))

    def beat(self, job: str, at: datetime.datetime, report: str) -> None:
        """See the port."""
        with self._passing.writing() as db:
            db.execute("REPLACE INTO beat VALUES (?, ?, ?)", (job, text_of(at), report))

    def beats(self) -> dict[str, tuple[datetime.datetime, str]]:
        """See the port."""
        with self._passing.reading() as db:
            rows = db.execute("SELECT job, at, report FROM beat").fetchall()
        return {job: (instant_of(at), report) for job, at, report in rows}

    def sweep(self, now: datetime.datetime) -> None:
        """Throw away what is over."""
        with self._passing.writing() as db:
            db.execute("DELETE FROM passing WHERE until <= ?", (text_of(now),))
            db.execute("DELETE FROM bucket WHERE until <= ?", (text_of(now),))
