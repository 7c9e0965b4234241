"""A `RecordStore` in one SQLite file on a local disk: what one machine runs on.

WAL, a full sync with every commit, one write transaction at a time; several processes may share the file.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from mianzheng.adapters import dump_lines
from mianzheng.adapters.instants import instant, instant_text
from mianzheng.adapters.sqlite_store import moving, outbox, records, short_lived
from mianzheng.adapters.sqlite_store.condition import faults
from mianzheng.adapters.sqlite_store.connections import Connections
from mianzheng.adapters.sqlite_store.together import Together
from mianzheng.cases.events import Event
from mianzheng.cases.records import CaseRecord, Change, Claimed, Command, Committed, Key, Page, Worklist
from mianzheng.cases.soundness import require_sound
from mianzheng.ports import RecordStore

__all__ = ["FILE_NAME", "SQLiteRecordStore"]

FILE_NAME = "cases.sqlite"
"""What the file is called in the data folder."""

_WAIT = datetime.timedelta(seconds=5)


class SQLiteRecordStore(RecordStore):
    """See the port. Threads may share one; processes open their own."""

    def __init__(self, file: Path, wait: datetime.timedelta = _WAIT) -> None:
        """`wait`: how long a write waits for others before it is Unavailable.

        Raises Rejected (a network disk, a foreign file, one of a newer version), Unavailable.
        """
        self.connections = Connections(file, wait)
        self._reading = self.connections.reading
        self._together = Together(self.connections)
        self._write = self._together.write

    def close(self) -> None:
        """End all connections that are not in use."""
        self.connections.close()

    def commit(self, change: Change) -> Committed:
        require_sound(change)
        committed = self._write(lambda c: records.commit(c, change))
        if change.destroyed:
            self.connections.empty_log()
        return committed

    def command(self, key: str) -> Command | None:
        with self._reading() as c:
            return records.command(c, key)

    def get(self, kind: str, id: str) -> CaseRecord:
        with self._reading() as c:
            return records.get(c, kind, id)

    def find(self, name: str) -> Key | None:
        with self._reading() as c:
            return records.find(c, name)

    def events(self, kind: str, id: str, after: int = 0) -> Sequence[Event]:
        with self._reading() as c:
            return records.events(c, kind, id, after)

    def sealed(self, kind: str, id: str, name: str) -> tuple[bytes, bytes] | None:
        with self._reading() as c:
            return records.sealed(c, kind, id, name)

    def worklist(self, query: Worklist, after: str = "", limit: int = 50) -> Page:
        with self._reading() as c:
            return records.worklist(c, query, after, limit)

    def due(self, until: datetime.datetime, limit: int = 100) -> Sequence[Key]:
        with self._reading() as c:
            return records.due(c, until, limit)

    def keys(self, kind: str = "", after: str = "", limit: int = 500) -> Sequence[Key]:
        with self._reading() as c:
            return records.keys(c, kind, after, limit)

    def claim(
        self, now: datetime.datetime, lease: datetime.timedelta, limit: int = 20, topics: Sequence[str] = ()
    ) -> Sequence[Claimed]:
        with self._reading() as c:
            # 没有待办时不去争写锁
            if not outbox.due(c, now, 1, topics):
                return []
        return self._write(
            lambda c: [outbox.lease(c, posted, now + lease) for posted in outbox.due(c, now, limit, topics)]
        )

    def ack(self, claimed: Claimed, now: datetime.datetime, change: Change | None = None) -> Committed | None:
        if change is not None:
            require_sound(change)
        committed = self._write(lambda c: _finish(c, claimed, now, change))
        if change is not None and change.destroyed:
            self.connections.empty_log()
        return committed

    def retry(self, claimed: Claimed, at: datetime.datetime, error: str) -> None:
        self._write(lambda c: outbox.retry(c, claimed, at, error))

    def park(self, claimed: Claimed, error: str) -> None:
        self._write(lambda c: outbox.park(c, claimed, error))

    def parked(self) -> Sequence[Claimed]:
        with self._reading() as c:
            return [posted.claimed for posted in outbox.read(c, "WHERE parked = 1 ORDER BY id")]

    def unpark(self, delivery_id: str, at: datetime.datetime) -> None:
        self._write(lambda c: outbox.unpark(c, delivery_id, at))

    def pending(self) -> tuple[int, datetime.datetime | None]:
        with self._reading() as c:
            return outbox.pending(c)

    def next_number(self, series: str) -> int:
        counted = "INSERT INTO counter VALUES (?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last"
        return self._write(lambda c: int(c.execute(counted, (series,)).fetchone()[0]))

    def take(self, bucket: str, limit: int, window: datetime.timedelta, now: datetime.datetime) -> bool:
        with self._together.alone(), self.connections.counting() as c:
            return short_lived.take(c, bucket, limit, window, now)

    def remember(self, key: str, value: bytes, until: datetime.datetime, now: datetime.datetime) -> bool:
        return self._write(lambda c: short_lived.remember(c, key, value, until, now))

    def renew(self, key: str, value: bytes, until: datetime.datetime) -> None:
        self._write(lambda c: short_lived.renew(c, key, value, until))

    def recall(self, key: str, now: datetime.datetime) -> bytes | None:
        with self._reading() as c:
            return short_lived.recall(c, key, now)

    def forget(self, key: str) -> None:
        self._write(lambda c: c.execute("DELETE FROM short_lived WHERE key = ?", (key,)))

    def beat(self, job: str, at: datetime.datetime, report: str) -> None:
        self._write(
            lambda c: c.execute("INSERT OR REPLACE INTO beat VALUES (?, ?, ?)", (job, instant_text(at), report))
        )

    def beats(self) -> dict[str, tuple[datetime.datetime, str]]:
        with self._reading() as c:
            return {job: (instant(at), report) for job, at, report in c.execute("SELECT job, at, report FROM beat")}

    def dump(self) -> Iterator[bytes]:
        with self.connections.snapshot() as c:
            yield from dump_lines.written(moving.lines(c))

    def load(self, lines: Iterator[bytes]) -> int:
        return self._write(lambda c: moving.load(c, dump_lines.read(lines)))

    def check(self) -> list[str]:
        with self._reading() as c:
            return faults(self.connections.file, c)


def _finish(c: sqlite3.Connection, claimed: Claimed, now: datetime.datetime, change: Change | None) -> Committed | None:
    outbox.finish(c, claimed, now)
    return None if change is None else records.commit(c, change)
