"""Faults of the database file itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from mianzheng.adapters.sqlite_store import records
from mianzheng.adapters.sqlite_store.schema import TRIGGERS
from mianzheng.cases.records import CaseRecord


def faults(file: Path, c: sqlite3.Connection) -> list[str]:
    """Damage, broken references, columns that differ from their snapshot, lost triggers, open permissions."""
    found = [f"数据库文件损坏：{said}" for (said,) in c.execute("PRAGMA integrity_check") if said != "ok"]
    found += [f"{table} 表里有指向不存在记录的行。" for table, *_ in c.execute("PRAGMA foreign_key_check")]
    there = {name for (name,) in c.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
    found += [f"数据库缺少触发器 {name}，事件可能被改动过。" for name in sorted(TRIGGERS - there)]
    found += [f"{name}：列表用的列与快照不一致。" for name in _drifted(c)]
    mode = file.stat().st_mode & 0o777
    if mode & 0o077:
        found.append(f"数据库文件能被别人读到（权限 {mode:o}），请运行 chmod 600 {file}")
    return found


def _drifted(c: sqlite3.Connection) -> Iterator[str]:
    for name, *columns in c.execute(f"SELECT name, {', '.join(records.COLUMNS)} FROM record ORDER BY name"):
        try:
            same = tuple(columns) == records.row(msgspec.json.decode(columns[-1], type=CaseRecord))
        except msgspec.DecodeError:
            same = False
        if not same:
            yield name
