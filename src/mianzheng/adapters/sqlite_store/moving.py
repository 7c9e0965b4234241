"""The lines of a dump, out of and into a connection; the caller holds the transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

import msgspec

from mianzheng.adapters import refusals
from mianzheng.adapters.dump_lines import (
    CommandLine,
    CounterLine,
    EventLine,
    KeyLine,
    Line,
    Posted,
    RecordLine,
    SealedLine,
    UniqueLine,
)
from mianzheng.adapters.sqlite_store import outbox, records
from mianzheng.adapters.sqlite_store.schema import LASTING
from mianzheng.cases.events import Event
from mianzheng.cases.records import CaseKey, CaseRecord, Command, Key, Sealed, encoded


def lines(c: sqlite3.Connection) -> Iterator[Line]:
    """Everything that lasts, in the fixed order of dumps."""
    for (data,) in c.execute("SELECT data FROM record ORDER BY name"):
        yield RecordLine(record=msgspec.json.decode(data, type=CaseRecord))
    for (data,) in c.execute("SELECT data FROM event ORDER BY record, seq"):
        yield EventLine(event=msgspec.json.decode(data, type=Event))
    for name, wrapped in c.execute("SELECT record, wrapped FROM case_key ORDER BY record"):
        key = Key.named(name)
        yield KeyLine(key=CaseKey(kind=key.kind, id=key.id, wrapped=wrapped))
    for name, piece, data in c.execute("SELECT record, name, sealed FROM sealed ORDER BY record, name"):
        key = Key.named(name)
        yield SealedLine(sealed=Sealed(kind=key.kind, id=key.id, name=piece, sealed=data))
    for name, record in c.execute("SELECT name, record FROM unique_name ORDER BY name"):
        yield UniqueLine(name=name, key=Key.named(record))
    for (data,) in c.execute("SELECT data FROM command ORDER BY key"):
        yield CommandLine(command=msgspec.json.decode(data, type=Command))
    yield from outbox.read(c, "ORDER BY id")
    for series, last in c.execute("SELECT series, last FROM counter ORDER BY series"):
        yield CounterLine(series=series, last=last)


def load(c: sqlite3.Connection, read: Iterable[Line]) -> int:
    """Write lines into an empty store; how many. Raises AlreadyExists."""
    if any(c.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in LASTING):
        raise refusals.not_empty()
    count = 0
    for line in read:
        _insert(c, line)
        count += 1
    return count


def _insert(c: sqlite3.Connection, line: Line) -> None:
    match line:
        case RecordLine(record=record):
            records.insert_record(c, record)
        case EventLine(event=event):
            records.insert_events(c, [event])
        case KeyLine(key=key):
            c.execute("INSERT INTO case_key VALUES (?, ?)", (key.key.name, key.wrapped))
        case SealedLine(sealed=seal):
            c.execute("INSERT INTO sealed VALUES (?, ?, ?)", (seal.key.name, seal.name, seal.sealed))
        case UniqueLine(name=name, key=named):
            c.execute("INSERT INTO unique_name VALUES (?, ?)", (name, named.name))
        case CommandLine(command=command):
            values = (command.key, command.fingerprint, encoded(command).decode())
            c.execute("INSERT INTO command VALUES (?, ?, ?)", values)
        case Posted():
            outbox.insert(c, line)
        case CounterLine(series=series, last=last):
            c.execute("INSERT INTO counter VALUES (?, ?)", (series, last))
