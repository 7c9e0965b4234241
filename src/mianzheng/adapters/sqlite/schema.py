"""Tables of the SQLite store. Instants are UTC text of fixed width, so that text order is time order."""

from __future__ import annotations

import datetime

VERSION = 1

SCHEMA = """
CREATE TABLE record (
  kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL,
  place TEXT NOT NULL, body TEXT NOT NULL, handler TEXT NOT NULL,
  due_at TEXT, check_at TEXT, mark TEXT NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (kind, id)) STRICT;
CREATE INDEX record_list ON record (kind, place, mark);
CREATE INDEX record_check ON record (check_at) WHERE check_at IS NOT NULL;

CREATE TABLE event (
  kind TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (kind, id, seq)) STRICT, WITHOUT ROWID;
CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TABLE unique_name (name TEXT PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE command (key TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE sealed (
  kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (kind, id, name)) STRICT;
CREATE TABLE case_key (kind TEXT NOT NULL, id TEXT NOT NULL, wrapped BLOB NOT NULL, PRIMARY KEY (kind, id)) STRICT;

CREATE TABLE outbox (
  id TEXT PRIMARY KEY, topic TEXT NOT NULL, next_at TEXT NOT NULL, due_since TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, lease INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT 'waiting', error TEXT NOT NULL DEFAULT '', data BLOB NOT NULL) STRICT;
CREATE INDEX outbox_waiting ON outbox (next_at) WHERE status = 'waiting';

CREATE TABLE series (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
"""

PASSING = """
CREATE TABLE bucket (name TEXT PRIMARY KEY, until TEXT NOT NULL, used INTEGER NOT NULL) STRICT;
CREATE TABLE passing (key TEXT PRIMARY KEY, value BLOB NOT NULL, until TEXT NOT NULL) STRICT;
CREATE TABLE beat (job TEXT PRIMARY KEY, at TEXT NOT NULL, report TEXT NOT NULL) STRICT;
"""
"""Counters and values that end by themselves: a file of its own, which need not survive a power cut."""

LASTING = {
    "record": "kind, id",
    "event": "kind, id, seq",
    "unique_name": "name",
    "command": "key",
    "sealed": "kind, id, name",
    "case_key": "kind, id",
    "outbox": "id",
    "series": "name",
}
"""Tables that move to another store, with the order of their rows."""


def text_of(instant: datetime.datetime) -> str:
    """An instant as it stands in a column."""
    return instant.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant_of(text: str) -> datetime.datetime:
    """The instant that a column holds."""
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.UTC)
