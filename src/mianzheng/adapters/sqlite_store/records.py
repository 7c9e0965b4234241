"""Records, events, names, commands and sealed data in a connection; the caller holds the transaction."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Sequence

import msgspec

from mianzheng.adapters import refusals
from mianzheng.adapters.instants import NEVER, instant_text, page_mark, read_mark
from mianzheng.adapters.sqlite_store import outbox
from mianzheng.cases.events import Event
from mianzheng.cases.records import CaseRecord, Change, Command, Committed, Key, Page, Worklist, Write, encoded
from mianzheng.cases.soundness import referred, require_continues
from mianzheng.errors import CommandMismatch, VersionConflict

COLUMNS = [
    "name",
    "kind",
    "id",
    "version",
    "state",
    "place",
    "body",
    "handler",
    "due_at",
    "check_at",
    "seq",
    "head",
    "data",
]
_INSERT = f"INSERT INTO record ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
_UPDATE = f"UPDATE record SET {', '.join(f'{c} = ?' for c in COLUMNS[3:])} WHERE name = ?"


def commit(c: sqlite3.Connection, change: Change) -> Committed:
    """Write a sound change; see the port. On any exception the caller's transaction must end without effect."""
    wish = change.command
    if wish:
        stored = command(c, wish.key)
        if stored:
            if stored.fingerprint != wish.fingerprint:
                raise CommandMismatch
            return Committed(result=stored.result, replayed=True)
    for name in change.unique:
        if find(c, name):
            raise refusals.taken()
    for write in change.writes:
        _write(c, write)
    for name in referred(change):
        if c.execute("SELECT 1 FROM record WHERE name = ?", (name,)).fetchone() is None:
            raise refusals.not_found()
    for name, key in change.unique.items():
        c.execute("INSERT INTO unique_name VALUES (?, ?)", (name, key.name))
    for delivery in change.deliveries:
        outbox.post(c, delivery)
    _write_sealed(c, change)
    if not wish:
        return Committed()
    data = encoded(wish)
    c.execute("INSERT INTO command VALUES (?, ?, ?)", (wish.key, wish.fingerprint, data.decode()))
    return Committed(result=msgspec.json.decode(data, type=Command).result)


def _write(c: sqlite3.Connection, write: Write) -> None:
    record = write.record
    name = record.key.name
    there = c.execute("SELECT version, seq, head, data FROM record WHERE name = ?", (name,)).fetchone()
    if write.before is None:
        if there:
            raise refusals.taken()
        require_continues(write, 0, "")
        c.execute(_INSERT, row(record))
    else:
        if there is None:
            raise refusals.not_found()
        version, seq, head, data = there
        if version != write.before:
            raise VersionConflict(msgspec.json.decode(data, type=CaseRecord))
        require_continues(write, seq, head)
        c.execute(_UPDATE, (*row(record)[3:], name))
    insert_events(c, write.events)


def row(record: CaseRecord) -> tuple[object, ...]:
    """The values of COLUMNS."""
    return (
        record.key.name, record.kind, record.id, record.version, record.state, record.place, record.body,
        record.handler, instant_text(record.due_at), instant_text(record.check_at), record.seq, record.head,
        encoded(record).decode(),
    )  # fmt: skip


def insert_record(c: sqlite3.Connection, record: CaseRecord) -> None:
    """A snapshot as it is, without its events."""
    c.execute(_INSERT, row(record))


def insert_events(c: sqlite3.Connection, events: Sequence[Event]) -> None:
    """Events as they are."""
    for event in events:
        row = (f"{event.kind}/{event.id}", event.seq, encoded(event).decode())
        c.execute("INSERT INTO event VALUES (?, ?, ?)", row)


def _write_sealed(c: sqlite3.Connection, change: Change) -> None:
    for key in change.keys:
        if _has_key(c, key.key.name):
            raise refusals.has_key(key.key.name)
        c.execute("INSERT INTO case_key VALUES (?, ?)", (key.key.name, key.wrapped))
    for seal in change.seals:
        if not _has_key(c, seal.key.name):
            raise refusals.no_key(seal.key.name)
        c.execute(
            "INSERT INTO sealed VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed",
            (seal.key.name, seal.name, seal.sealed),
        )
    for gone in change.destroyed:
        c.execute("DELETE FROM case_key WHERE record = ?", (gone.name,))


def _has_key(c: sqlite3.Connection, name: str) -> bool:
    return c.execute("SELECT 1 FROM case_key WHERE record = ?", (name,)).fetchone() is not None


def command(c: sqlite3.Connection, key: str) -> Command | None:
    """See the port."""
    found = c.execute("SELECT data FROM command WHERE key = ?", (key,)).fetchone()
    return None if found is None else msgspec.json.decode(found[0], type=Command)


def get(c: sqlite3.Connection, kind: str, id: str) -> CaseRecord:
    """See the port."""
    found = c.execute("SELECT data FROM record WHERE name = ?", (f"{kind}/{id}",)).fetchone()
    if found is None:
        raise refusals.not_found()
    return msgspec.json.decode(found[0], type=CaseRecord)


def find(c: sqlite3.Connection, name: str) -> Key | None:
    """See the port."""
    found = c.execute("SELECT record FROM unique_name WHERE name = ?", (name,)).fetchone()
    return None if found is None else Key.named(found[0])


def events(c: sqlite3.Connection, kind: str, id: str, after: int) -> list[Event]:
    """See the port."""
    rows = c.execute("SELECT data FROM event WHERE record = ? AND seq > ? ORDER BY seq", (f"{kind}/{id}", after))
    return [msgspec.json.decode(data, type=Event) for (data,) in rows]


def sealed(c: sqlite3.Connection, kind: str, id: str, name: str) -> tuple[bytes, bytes] | None:
    """See the port."""
    found: tuple[bytes, bytes] | None = c.execute(
        "SELECT wrapped, sealed FROM sealed JOIN case_key USING (record) WHERE record = ? AND name = ?",
        (f"{kind}/{id}", name),
    ).fetchone()
    return found


def worklist(c: sqlite3.Connection, query: Worklist, after: str, limit: int) -> Page:
    """See the port."""
    statement, values = chosen(query, after)
    rows = c.execute(f"SELECT data {statement} LIMIT ?", (*values, limit + 1)).fetchall()
    records = tuple(msgspec.json.decode(data, type=CaseRecord) for (data,) in rows[:limit])
    more = len(rows) > limit
    return Page(records=records, after=page_mark(records[-1].due_at, records[-1].id) if more else "")


def chosen(query: Worklist, after: str) -> tuple[str, list[str]]:
    """The part of a SELECT from FROM to ORDER BY, with its values."""
    where, values = ["kind = ?"], [query.kind]
    # “<> ''” 让 SQLite 能用只收非空值的索引
    for column, value in (("place", query.place), ("body", query.body), ("handler", query.handler)):
        if value:
            where.append(f"{column} = ? AND {column} <> ''")
            values.append(value)
    if query.states:
        where.append(f"state IN ({', '.join('?' * len(query.states))})")
        values += query.states
    if query.due_from:
        where.append("due_at >= ?")
        values.append(instant_text(query.due_from))
    if query.due_until:
        where.append("due_at < ?")
        values.append(instant_text(query.due_until))
    if query.due_from and not query.due_until:
        where.append("due_at <> ?")
        values.append(NEVER)
    if after:
        where.append("(due_at, id) > (?, ?)")
        values += read_mark(after)
    return f"FROM record WHERE {' AND '.join(where)} ORDER BY due_at, id", values


def due(c: sqlite3.Connection, until: datetime.datetime, limit: int) -> list[Key]:
    """See the port."""
    rows = c.execute(
        "SELECT name FROM record WHERE check_at <> '~' AND check_at <= ? ORDER BY check_at, name LIMIT ?",
        (instant_text(until), limit),
    )
    return [Key.named(name) for (name,) in rows]


def keys(c: sqlite3.Connection, kind: str, after: str, limit: int) -> list[Key]:
    """See the port."""
    # 「/」的下一个字符是「0」：name 在 <kind>/ 与 <kind>0 之间
    bounds = "AND name >= ? AND name < ?" if kind else ""
    values = (f"{kind}/", f"{kind}0") if kind else ()
    rows = c.execute(f"SELECT name FROM record WHERE name > ? {bounds} ORDER BY name LIMIT ?", (after, *values, limit))
    return [Key.named(name) for (name,) in rows]
