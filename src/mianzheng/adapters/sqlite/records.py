"""Records, events, commands, sealed data: the lasting part of the store."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from mianzheng.adapters.memory_store import continues, mark
from mianzheng.adapters.sqlite.connection import Database
from mianzheng.adapters.sqlite.schema import text_of
from mianzheng.cases.records import (
    CaseRecord,
    Change,
    Command,
    Committed,
    Event,
    Key,
    Page,
    Worklist,
    Write,
    encoded,
)
from mianzheng.errors import AlreadyExists, CommandMismatch, RecordNotFound, VersionConflict


class Records:
    """What cases consist of."""

    _database: Database

    def commit(self, change: Change) -> Committed:
        """See the port."""
        with self._database.writing() as db:
            return self._commit(db, change)

    def _commit(self, db: sqlite3.Connection, change: Change) -> Committed:
        if change.command and (known := self._command(db, change.command.key)):
            if known.fingerprint != change.command.fingerprint:
                raise CommandMismatch
            return Committed(result=known.result, replayed=True)
        for write in change.writes:
            self._put(db, write)
        try:
            rows = [(name, key.kind, key.id) for name, key in change.unique.items()]
            db.executemany("INSERT INTO unique_name VALUES (?, ?, ?)", rows)
        except sqlite3.IntegrityError:
            raise AlreadyExists("、".join(change.unique) + " 已经有了") from None
        self._put_private(db, change)
        for one in change.deliveries:
            at = text_of(one.next_at)
            row = (one.id, one.topic, at, at, encoded(one))
            db.execute("INSERT INTO outbox (id, topic, next_at, due_since, data) VALUES (?, ?, ?, ?, ?)", row)
        if change.command:
            db.execute("INSERT INTO command VALUES (?, ?)", (change.command.key, encoded(change.command)))
        return Committed(result=change.command.result if change.command else {})

    def _put(self, db: sqlite3.Connection, write: Write) -> None:
        record = write.record
        current = self._get(db, record.kind, record.id)
        if write.before is None and current is not None:
            raise AlreadyExists(f"{record.id} 已经有了")
        if write.before is not None and current is None:
            raise RecordNotFound(f"没有 {record.id}")
        if current is not None and current.version != write.before:
            raise VersionConflict(current)
        continues(write.events, current.seq if current else 0, current.head if current else "")
        due = text_of(record.due_at) if record.due_at else None
        check = text_of(record.check_at) if record.check_at else None
        db.execute(
            "REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (record.kind, record.id, record.version, record.state, record.place, record.body, record.handler, due,
             check, mark(record), encoded(record)),
        )  # fmt: skip
        rows = [(event.kind, event.id, event.seq, encoded(event)) for event in write.events]
        db.executemany("INSERT INTO event VALUES (?, ?, ?, ?)", rows)

    def _put_private(self, db: sqlite3.Connection, change: Change) -> None:
        for key in change.keys:
            db.execute("INSERT INTO case_key VALUES (?, ?, ?)", (key.kind, key.id, key.wrapped))
        for one in change.seals:
            db.execute("REPLACE INTO sealed VALUES (?, ?, ?, ?)", (one.kind, one.id, one.name, one.sealed))
        for gone in change.destroyed:
            db.execute("DELETE FROM case_key WHERE kind = ? AND id = ?", (gone.kind, gone.id))

    def command(self, key: str) -> Command | None:
        """See the port."""
        with self._database.reading() as db:
            return self._command(db, key)

    def _command(self, db: sqlite3.Connection, key: str) -> Command | None:
        row = db.execute("SELECT data FROM command WHERE key = ?", (key,)).fetchone()
        return msgspec.json.decode(row[0], type=Command) if row else None

    def get(self, kind: str, id: str) -> CaseRecord:
        """See the port."""
        with self._database.reading() as db:
            found = self._get(db, kind, id)
        if found is None:
            raise RecordNotFound(f"没有 {id}")
        return found

    def _get(self, db: sqlite3.Connection, kind: str, id: str) -> CaseRecord | None:
        row = db.execute("SELECT data FROM record WHERE kind = ? AND id = ?", (kind, id)).fetchone()
        return msgspec.json.decode(row[0], type=CaseRecord) if row else None

    def find(self, name: str) -> Key | None:
        """See the port."""
        with self._database.reading() as db:
            row = db.execute("SELECT kind, id FROM unique_name WHERE name = ?", (name,)).fetchone()
        return Key(kind=row[0], id=row[1]) if row else None

    def events(self, kind: str, id: str, after: int = 0) -> Sequence[Event]:
        """See the port."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT data FROM event WHERE kind = ? AND id = ? AND seq > ? ORDER BY seq", (kind, id, after)
            ).fetchall()
        return [msgspec.json.decode(row[0], type=Event) for row in rows]

    def sealed(self, kind: str, id: str, name: str) -> tuple[bytes, bytes] | None:
        """See the port."""
        query = (
            "SELECT wrapped, sealed FROM case_key JOIN sealed USING (kind, id) WHERE kind = ? AND id = ? AND name = ?"
        )
        with self._database.reading() as db:
            row = db.execute(query, (kind, id, name)).fetchone()
        return (row[0], row[1]) if row else None

    def worklist(self, query: Worklist, after: str = "", limit: int = 50) -> Page:
        """See the port."""
        wanted: list[tuple[str, Any]] = [("kind = ?", query.kind), ("mark > ?", after)]
        wanted += [(f"{name} = ?", value) for name in ("place", "body", "handler") if (value := getattr(query, name))]
        if query.due_from:
            wanted.append(("due_at >= ?", text_of(query.due_from)))
        if query.due_until:
            wanted.append(("due_at < ?", text_of(query.due_until)))
        where = " AND ".join(condition for condition, _ in wanted)
        values = [value for _, value in wanted]
        if query.states:
            where += f" AND state IN ({', '.join('?' * len(query.states))})"
            values += query.states
        with self._database.reading() as db:
            sql = f"SELECT data FROM record WHERE {where} ORDER BY mark LIMIT ?"
            rows = db.execute(sql, (*values, limit + 1)).fetchall()
        found = tuple(msgspec.json.decode(row[0], type=CaseRecord) for row in rows[:limit])
        return Page(records=found, after=mark(found[-1]) if len(rows) > limit else "")

    def due(self, until: datetime.datetime, limit: int = 100) -> Sequence[Key]:
        """See the port."""
        sql = "SELECT kind, id FROM record WHERE check_at <= ? ORDER BY check_at, kind, id LIMIT ?"
        with self._database.reading() as db:
            return [Key(kind=kind, id=id) for kind, id in db.execute(sql, (text_of(until), limit))]

    def keys(self, kind: str = "", after: str = "", limit: int = 500) -> Sequence[Key]:
        """See the port."""
        sql = (
            "SELECT kind, id FROM record WHERE kind || '/' || id > ? AND (? = '' OR kind = ?) "
            "ORDER BY kind || '/' || id LIMIT ?"
        )
        with self._database.reading() as db:
            return [Key(kind=k, id=i) for k, i in db.execute(sql, (after, kind, kind, limit))]

    def next_number(self, series: str) -> int:
        """See the port."""
        sql = "INSERT INTO series VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last"
        with self._database.writing() as db:
            number: int = db.execute(sql, (series,)).fetchone()[0]
        return number
