"""Connections to one SQLite file: one a thread, writers queue up, and the outside sees our errors only."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mianzheng.adapters.sqlite.schema import VERSION
from mianzheng.errors import BadArgument, Unavailable

BUSY = 5.0
"""Seconds to wait for another writer."""
_REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "glusterfs", "ceph"})


class Database:
    """A file with tables. `durable`: a commit is on the disk before it returns.

    Raises BadArgument for a file on a network file system, whose locks cannot be trusted; Unavailable.
    """

    def __init__(self, path: Path, tables: str, *, durable: bool) -> None:
        if kind := remote_file_system(path.parent.resolve()):
            raise BadArgument(f"{path} 在网络磁盘（{kind}）上，那里的锁不可靠；请把数据文件夹放到本机磁盘")
        self.path = path
        self._durable = durable
        self._local = threading.local()
        with self.writing() as db:
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _statements(tables):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A consistent look. Raises Unavailable."""
        with _ours():
            db = self._connection()
            db.execute("BEGIN")
            try:
                yield db
            finally:
                _end(db, "ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the writer's place from the start; all or nothing. Raises Unavailable.

        A transaction that began by reading and wants to write later may fail at once when another one wrote meanwhile.
        """
        with _ours():
            db = self._connection()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            finally:
                _end(db, "ROLLBACK")

    def _connection(self) -> sqlite3.Connection:
        kept: tuple[int, sqlite3.Connection] | None = getattr(self._local, "kept", None)
        if kept is None or kept[0] != os.getpid():
            db = sqlite3.connect(self.path, timeout=BUSY, isolation_level=None, check_same_thread=False)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'OFF'}")
            db.execute("PRAGMA foreign_keys = ON")
            kept = os.getpid(), db
            self._local.kept = kept
        return kept[1]


@contextmanager
def _ours() -> Iterator[None]:
    """Database trouble (disk full, read-only, locked, damaged) as our own error; the caller may try again later."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise
        raise Unavailable("数据暂时存取不了，请稍后再试") from error


def _end(db: sqlite3.Connection, how: str) -> None:
    if db.in_transaction:
        db.execute(how)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would commit in between."""
    pending = ""
    for line in script.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def remote_file_system(folder: Path) -> str:
    """The kind of network file system that a folder lies on; empty for a local disk."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    except OSError:
        return ""
    over = [(mount[1], mount[2]) for mount in mounts if folder.is_relative_to(mount[1].replace("\\040", " "))]
    kind = max(over, key=lambda one: len(one[0]), default=("", ""))[1]
    return kind if kind in _REMOTE else ""
