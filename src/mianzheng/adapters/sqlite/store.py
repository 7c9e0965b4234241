"""The record store on one machine: every commit is on the disk before it is acknowledged."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mianzheng.adapters.sqlite.connection import Database
from mianzheng.adapters.sqlite.outbox import Outbox
from mianzheng.adapters.sqlite.passing import Passing
from mianzheng.adapters.sqlite.schema import LASTING, PASSING, SCHEMA
from mianzheng.errors import AlreadyExists


class SQLiteRecordStore(Outbox, Passing):
    """A `RecordStore` in a file on a local disk; several processes may use it at once.

    Raises BadArgument for a file on a network file system, Unavailable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path, SCHEMA, durable=True)
        self._passing = Database(path.with_name(f"{path.stem}-passing{path.suffix}"), PASSING, durable=False)

    def dump(self) -> Iterator[bytes]:
        """See the port."""
        with self._database.reading() as db:
            for table, order in LASTING.items():
                for row in db.execute(f"SELECT * FROM {table} ORDER BY {order}"):
                    cells = [_plain(cell) for cell in row]
                    yield json.dumps([table, cells], ensure_ascii=False, separators=(",", ":")).encode()

    def load(self, lines: Iterator[bytes]) -> int:
        """See the port."""
        with self._database.writing() as db:
            if any(db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in LASTING):
                raise AlreadyExists("这个库里已经有数据，不能导入")
            count = 0
            for line in lines:
                table, cells = json.loads(line)
                marks = ", ".join("?" * len(cells))
                db.execute(f"INSERT INTO {_known(table)} VALUES ({marks})", [_cell(cell) for cell in cells])
                count += 1
        return count

    def check(self) -> list[str]:
        """See the port."""
        with self._database.reading() as db:
            said = [row[0] for row in db.execute("PRAGMA quick_check(5)")]
        return [] if said == ["ok"] else [f"数据库文件损坏：{fault}" for fault in said]


def _plain(cell: Any) -> Any:
    return {"b": base64.b64encode(cell).decode()} if isinstance(cell, bytes) else cell


def _cell(cell: Any) -> Any:
    return base64.b64decode(cell["b"]) if isinstance(cell, dict) else cell


def _known(table: str) -> str:
    if table not in LASTING:
        raise ValueError(f"unknown table {table}")
    return table
