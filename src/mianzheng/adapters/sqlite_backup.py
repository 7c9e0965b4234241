"""Backup of a SQLite store while it is in use, restoring it, and rehearsing that.

A backup is one file, checked before it gets its name. It holds sealed personal data, but not the master keys.
"""

from __future__ import annotations

import datetime
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mianzheng.adapters.sqlite_store import SQLiteRecordStore
from mianzheng.adapters.sqlite_store.connections import said
from mianzheng.adapters.sqlite_store.schema import require_ours
from mianzheng.cases.integrity import Integrity, every_key, examine
from mianzheng.errors import AlreadyExists, BadArgument, RecordNotFound, Unavailable
from mianzheng.model import Record

Progress = Callable[[int, int], None]

_PAGES = 1000
"""Pages copied at a time: about 4 MB between two calls of `progress`."""
_SKIPPED = 1000
"""Numbers left out in each series when nobody can say how far the lost store had counted."""


class Gap(Record, kw_only=True):
    """A series after a restore: the last number in the backup, and the last one that may have been given since."""

    series: str
    restored: int
    given: int

    @property
    def said(self) -> str:
        """For whoever restored: which numbers have no record any more."""
        lost = f"{self.restored + 1}–{self.given} 号的事项（如已发出）不在备份里，不会再发"
        return f"号码 {self.series}：备份里到 {self.restored}；{lost}。"


class Restored(Record, kw_only=True):
    """What was restored, what numbers are missing, and where the former file was put."""

    integrity: Integrity
    gaps: tuple[Gap, ...] = ()
    aside: str = ""


class Drill(Record, kw_only=True):
    """What a rehearsed restore brought, and how far the store in use has gone on since (None: there is none)."""

    integrity: Integrity
    newer_records: int | None = None
    newer_events: int | None = None


def back_up(file: Path, target: Path, progress: Progress | None = None) -> Integrity:
    """Copy a store in use into a new file. Raises AlreadyExists, BadArgument (no store, or faults), Rejected
    (a foreign file), Unavailable."""
    if target.exists():
        raise AlreadyExists(f"{target} 已经有了，没有覆盖；请换一个文件名。")
    with _copied(file, target.parent, progress) as copy:
        integrity = _examined(copy)
        copy.replace(target)
    _sync(target.parent)
    return integrity


def restore(backup: Path, file: Path, progress: Progress | None = None) -> Restored:
    """Put a backup in the place of a store that nobody uses; the former file is kept aside.

    Numbers given since the backup are not given again: each series goes on after the last one the former file knows,
    or leaves out a thousand when that cannot be read. Raises BadArgument (no backup, or faults), Rejected
    (a foreign file), Unavailable (in use).
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with _copied(backup, file.parent, progress) as copy:
        integrity = _examined(copy)
        given = _last_numbers(file) if file.exists() else None
        gaps = _go_on(copy, given)
        aside = _put_aside(file)
        copy.replace(file)
    _sync(file.parent)
    return Restored(integrity=integrity, gaps=gaps, aside=aside)


def drill(backup: Path, file: Path, progress: Progress | None = None) -> Drill:
    """Restore a backup into a folder of its own, check it, and compare it with the store in use, if there is one."""
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder) / "restored.sqlite"
        integrity = restore(backup, there, progress).integrity
        if not file.exists():
            return Drill(integrity=integrity)
        with closing(SQLiteRecordStore(there)) as old, closing(SQLiteRecordStore(file)) as live:
            faults, records, events = _compared(old, live)
    integrity = Integrity(records=integrity.records, events=integrity.events, head=integrity.head, faults=faults)
    return Drill(integrity=integrity, newer_records=records, newer_events=events)


def _compared(old: SQLiteRecordStore, live: SQLiteRecordStore) -> tuple[tuple[str, ...], int, int]:
    """Faults, and how many records and events the live store has that the old one has not."""
    faults, records, events = [], 0, 0
    for key in every_key(live):
        told = live.events(key.kind, key.id)
        try:
            before = old.get(key.kind, key.id)
        except RecordNotFound:
            records, events = records + 1, events + len(told)
            continue
        events += len(told) - before.seq
        if before.seq > len(told) or before.head != (told[before.seq - 1].digest if before.seq else ""):
            faults.append(f"{key.name}：备份里的事件与正在使用的不一致。")
    lost = {key.name for key in every_key(old)} - {key.name for key in every_key(live)}
    faults += [f"{name}：备份里有，正在使用的数据库里没有。" for name in sorted(lost)]
    return tuple(faults), records, events


@contextmanager
def _copied(source: Path, folder: Path, progress: Progress | None) -> Iterator[Path]:
    """A copy of a store beside its later place, gone afterwards unless it was moved there."""
    if not source.is_file():
        raise BadArgument(f"没有 {source} 这个文件。")
    descriptor, name = tempfile.mkstemp(prefix=".copy-", suffix=".sqlite", dir=folder)
    os.close(descriptor)
    copy = Path(name)
    try:
        with said(), closing(_connect(source)) as original, closing(_connect(copy)) as connection:
            if not require_ours(original):
                raise BadArgument(f"{source} 是空的，不是数据库。")
            # 一直读着同一刻的样子：别人接着写，复制也不用重来
            original.execute("BEGIN")
            original.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            original.backup(
                connection,
                pages=_PAGES,
                progress=(lambda _, left, total: progress(total - left, total)) if progress else None,
            )
        yield copy
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(name + suffix).unlink(missing_ok=True)


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=5, isolation_level=None)


def _examined(copy: Path) -> Integrity:
    """The copy, checked and made one file that needs no log. Raises BadArgument for faults."""
    with closing(SQLiteRecordStore(copy)) as store:
        faults = store.check()
        integrity = examine(store)
    if faults or integrity.faults:
        raise BadArgument("数据有问题，没有继续。", *faults, *integrity.faults)
    with said(), closing(_connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    with copy.open("rb") as written:
        os.fsync(written.fileno())
    return integrity


def _last_numbers(file: Path) -> dict[str, int] | None:
    """The last number of each series; None when the file cannot be read."""
    try:
        with closing(_connect(file)) as connection:
            return dict(connection.execute("SELECT series, last FROM counter").fetchall())
    except sqlite3.DatabaseError:
        return None


def _go_on(copy: Path, given: dict[str, int] | None) -> tuple[Gap, ...]:
    with said(), closing(_connect(copy)) as connection:
        restored = dict(connection.execute("SELECT series, last FROM counter").fetchall())
        if given is None:
            given = {series: last + _SKIPPED for series, last in restored.items()}
        gaps = tuple(
            Gap(series=series, restored=restored.get(series, 0), given=last)
            for series, last in sorted(given.items())
            if last > restored.get(series, 0)
        )
        connection.executemany(
            "INSERT INTO counter VALUES (?, ?) ON CONFLICT DO UPDATE SET last = excluded.last",
            [(gap.series, gap.given) for gap in gaps],
        )
    return gaps


def _put_aside(file: Path) -> str:
    """Keep the former file and its log under another name. Raises Unavailable when somebody has it open."""
    if not file.exists():
        return ""
    try:
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
            # 只有没有别人打开时才能换成这种日志；日志里的内容也随之并入
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise Unavailable(f"{file} 正在使用，没有恢复；请先停掉服务。") from error
    except sqlite3.DatabaseError:
        pass  # 坏到打不开的文件，原样留着
    aside = file.with_name(f"{file.name}.replaced-{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%S%fZ}")
    for suffix in ("-wal", "-shm"):
        log = file.with_name(file.name + suffix)
        if log.exists():
            log.rename(f"{aside}{suffix}")
    # 换上新文件之前，老名字一直在：断电也不会让服务以为没有数据
    os.link(file, aside)
    return str(aside)


def _sync(folder: Path) -> None:
    """Make a rename last."""
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
