"""Tables of the store, and how an older file becomes a newer one (`PRAGMA user_version`)."""

from __future__ import annotations

import sqlite3

from mianzheng.errors import Rejected

APPLICATION = 0x6D7A7273
"""`mzrs` in the file's head: says that a SQLite file is one of ours."""

# 一条记录的各表都按 <kind>/<id> 聚在一起（WITHOUT ROWID）：一次提交碰的页最少
_FIRST = (
    """CREATE TABLE record (
        name TEXT PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL,
        place TEXT NOT NULL, body TEXT NOT NULL, handler TEXT NOT NULL, due_at TEXT NOT NULL, check_at TEXT NOT NULL,
        seq INTEGER NOT NULL, head TEXT NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX record_list ON record (kind, state, due_at, id, place)",
    "CREATE INDEX record_body ON record (kind, body, state, due_at, id) WHERE body <> ''",
    "CREATE INDEX record_handler ON record (kind, handler, state, due_at, id) WHERE handler <> ''",
    "CREATE INDEX record_check ON record (check_at, name) WHERE check_at <> '~'",
    """CREATE TRIGGER record_steps BEFORE UPDATE ON record WHEN NEW.version <> OLD.version + 1
        BEGIN SELECT RAISE(ABORT, 'a version rises by one'); END""",
    "CREATE TRIGGER record_stays BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'records stay'); END",
    """CREATE TABLE event (
        record TEXT NOT NULL REFERENCES record, seq INTEGER NOT NULL, data TEXT NOT NULL,
        PRIMARY KEY (record, seq)) STRICT, WITHOUT ROWID""",
    "CREATE TRIGGER event_kept BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    "CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    """CREATE TABLE unique_name (
        name TEXT PRIMARY KEY, record TEXT NOT NULL REFERENCES record) STRICT, WITHOUT ROWID""",
    """CREATE TABLE command (
        key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE case_key (
        record TEXT PRIMARY KEY REFERENCES record, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID""",
    # 密钥一毁，密文随之删除
    """CREATE TABLE sealed (
        record TEXT NOT NULL REFERENCES case_key ON DELETE CASCADE, name TEXT NOT NULL, sealed BLOB NOT NULL,
        PRIMARY KEY (record, name)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE outbox (
        id TEXT PRIMARY KEY, topic TEXT NOT NULL, due_at TEXT NOT NULL, free_at TEXT NOT NULL,
        lease INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '',
        parked INTEGER NOT NULL DEFAULT 0, done_at TEXT NOT NULL DEFAULT '~', data TEXT NOT NULL)
        STRICT, WITHOUT ROWID""",
    "CREATE INDEX outbox_open ON outbox (free_at, id) WHERE done_at = '~' AND parked = 0",
    "CREATE INDEX outbox_parked ON outbox (id) WHERE parked = 1",
    "CREATE TABLE counter (series TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE uses (
        bucket TEXT PRIMARY KEY, started TEXT NOT NULL, until TEXT NOT NULL, used INTEGER NOT NULL)
        STRICT, WITHOUT ROWID""",
    "CREATE INDEX uses_over ON uses (until)",
    """CREATE TABLE short_lived (
        key TEXT PRIMARY KEY, value BLOB NOT NULL, until TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX short_lived_over ON short_lived (until)",
    "CREATE TABLE beat (job TEXT PRIMARY KEY, at TEXT NOT NULL, report TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST,)
"""Step n leads from version n to n + 1. A step that was ever released is never edited."""

TRIGGERS = frozenset({"record_steps", "record_stays", "event_kept", "event_stays"})
"""Triggers that keep history from being rewritten."""

LASTING = ("record", "event", "case_key", "sealed", "unique_name", "command", "outbox", "counter")
"""Tables that a dump holds."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file up to date, or leave it as it was. Raises Rejected for a foreign or newer file."""
    if require_ours(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        # 等锁的时候，别的进程可能已经升级完了
        version = require_ours(connection)
        for step in MIGRATIONS[version:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def require_ours(connection: sqlite3.Connection) -> int:
    """The version of a file (0: empty). Raises Rejected when another program, or a newer one, wrote it."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION and (version or tables):
        raise Rejected("这个文件是别的程序的数据库，没有改动。")
    if version > len(MIGRATIONS):
        raise Rejected("数据库由更新版本的程序写成，请用新版本打开。")
    return int(version)
