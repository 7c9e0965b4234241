"""SQLite: the store of one machine."""

from mianzheng.adapters.sqlite.store import SQLiteRecordStore

__all__ = ["SQLiteRecordStore"]
