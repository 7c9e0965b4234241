"""Which store a command-line tool works on: the file in a data folder, or a table on AWS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mianzheng.adapters.dynamodb_store import DynamoDBRecordStore
from mianzheng.adapters.sqlite_store import FILE_NAME, SQLiteRecordStore
from mianzheng.ports import RecordStore


@contextmanager
def the_store(data: Path, table: str = "") -> Iterator[RecordStore]:
    """The store of `table` where one is named (region and rights come from AWS's own settings), else that of `data`.

    Raises Unavailable, Rejected.
    """
    if table:
        yield DynamoDBRecordStore(table)
        return
    with closing(SQLiteRecordStore(data / FILE_NAME)) as store:
        yield store
