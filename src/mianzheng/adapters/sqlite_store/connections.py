"""Connections to one SQLite file: each operation has one for itself, settings are always the same."""

from __future__ import annotations

import datetime
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mianzheng.adapters.sqlite_store.disk import require_local
from mianzheng.adapters.sqlite_store.schema import migrate, require_ours
from mianzheng.errors import Rejected, Unavailable

_SAYINGS = {
    sqlite3.SQLITE_BUSY: "数据库正忙，请稍后再试。",
    sqlite3.SQLITE_LOCKED: "数据库正忙，请稍后再试。",
    sqlite3.SQLITE_READONLY: "数据库现在只能读不能写，请管理员检查文件权限和磁盘。",
    sqlite3.SQLITE_FULL: "数据库所在的磁盘满了，请管理员腾出空间。",
    sqlite3.SQLITE_IOERR: "数据库所在的磁盘读写出错，请管理员检查磁盘。",
    sqlite3.SQLITE_CANTOPEN: "数据库文件打不开，请管理员检查文件夹和权限。",
    sqlite3.SQLITE_CORRUPT: "数据库文件损坏，请管理员用备份恢复。",
    sqlite3.SQLITE_NOTADB: "这个文件不是数据库，请管理员检查路径或用备份恢复。",
    sqlite3.SQLITE_NOMEM: "内存不够，请稍后再试。",
    sqlite3.SQLITE_PROTOCOL: "数据库正忙，请稍后再试。",
    sqlite3.SQLITE_INTERRUPT: "这次操作被打断，请稍后再试。",
}


@contextmanager
def said() -> Iterator[None]:
    """Turn what the disk does to SQLite into Unavailable; faults of the program stay what they are."""
    try:
        yield
    except sqlite3.Error as error:
        saying = _SAYINGS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if saying is None:
            raise
        raise Unavailable(saying) from error


class Connections:
    """Opens connections to a file and lends them out; idle ones wait to be used again by any thread."""

    def __init__(self, file: Path, wait: datetime.timedelta) -> None:
        """`wait`: how long a writer waits for another one. Creates the file (mode 0600) and its tables.

        Raises Rejected (network disk, foreign or newer file), Unavailable.
        """
        self.file = file
        self._wait = wait.total_seconds()
        self._idle: list[sqlite3.Connection] = []
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            require_local(file)
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise Unavailable(f"数据库文件 {file} 打不开：{error.strerror}。") from error
        with self.reading() as connection:
            migrate(connection)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.file, timeout=self._wait, isolation_level=None, check_same_thread=False)
        try:
            require_ours(connection)
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            if mode != "wal":
                raise Rejected(f"数据库文件 {self.file} 所在的磁盘不支持 WAL 日志，请放到本机磁盘。")
            for setting in (
                "synchronous = FULL",
                "foreign_keys = ON",
                "recursive_triggers = ON",  # REPLACE 也要经过“只增不改”的触发器
                "secure_delete = ON",  # 毁掉的密钥不留在空闲页里
                "journal_size_limit = 67108864",
            ):
                connection.execute(f"PRAGMA {setting}")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for single statements. Raises Unavailable."""
        with said():
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._open()
            try:
                yield connection
            except sqlite3.Error:
                connection.close()
                raise
            except BaseException:
                self._idle.append(connection)
                raise
            self._idle.append(connection)

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees the store as it is now, whatever is written meanwhile."""
        with self.reading() as connection, _transaction(connection, "BEGIN"):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in a write transaction: all of it is written and on the disk at the end, or nothing."""
        with self.reading() as connection, _transaction(connection, "BEGIN IMMEDIATE"):
            yield connection

    @contextmanager
    def counting(self) -> Iterator[sqlite3.Connection]:
        """The same, but only the next full write brings it to the disk: a power cut may undo it, nothing else does.

        For uses of buckets: every request counts one, and reading must not wait for the disk.
        """
        with self.reading() as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            try:
                with _transaction(connection, "BEGIN IMMEDIATE"):
                    yield connection
            finally:
                connection.execute("PRAGMA synchronous = FULL")

    def empty_log(self) -> None:
        """Move the log into the file and cut it off, so that what was deleted leaves it too; not while others read."""
        with suppress(Unavailable), self.reading() as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute(f"PRAGMA busy_timeout = {round(self._wait * 1000)}")

    def close(self) -> None:
        """Close idle connections; the last one moves the log into the file."""
        while self._idle:
            self._idle.pop().close()


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
