"""What only the SQLite store promises: its file, its tables, what is left on the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mianzheng.adapters.sqlite_store import SQLiteRecordStore, records, schema
from mianzheng.cases import Change, Key, Worklist
from mianzheng.cases.records import CaseKey
from mianzheng.errors import Rejected, Unavailable
from tests.filing import HOUR, NOON, filed, full, stepped

C1 = Key(kind="complaint", id="c1")


@pytest.fixture
def file(store_folder: Path) -> Path:
    return store_folder / "data" / "records.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[SQLiteRecordStore]:
    with closing(SQLiteRecordStore(file)) as store:
        store.commit(full("c1"))
        yield store


def sql(file: Path, *statements: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        return [row for statement in statements for row in connection.execute(statement)]


def test_the_file_is_its_owners_alone(file: Path, store: SQLiteRecordStore) -> None:
    files = list(file.parent.iterdir())
    assert {path.name for path in files} == {"records.sqlite", "records.sqlite-wal", "records.sqlite-shm"}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert sql(file, "PRAGMA journal_mode") == [("wal",)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET data = '{}'",
        "DELETE FROM event",
        "REPLACE INTO event SELECT record, seq, '{}' FROM event",
        "INSERT INTO event SELECT record, seq, '{}' FROM event",
        "DELETE FROM record",
        "UPDATE record SET state = 'closed'",
        "UPDATE record SET version = version + 2",
        "INSERT INTO event VALUES ('complaint/nobody', 1, '{}')",
        "INSERT INTO unique_name VALUES ('x', 'complaint/nobody')",
        "INSERT INTO beat VALUES ('x', x'00', 'x')",
    ],
)
def test_the_tables_themselves_refuse_to_rewrite_history(store: SQLiteRecordStore, statement: str) -> None:
    before = list(store.dump())
    with pytest.raises(sqlite3.IntegrityError), store.connections.writing() as connection:
        connection.execute(statement)
    assert list(store.dump()) == before


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["DROP TRIGGER event_stays"], "缺少触发器 event_stays"),
        (["DROP TRIGGER record_steps", "UPDATE record SET state = 'x'"], "complaint/c1：列表用的列与快照不一致"),
        (["DROP TRIGGER record_steps", "UPDATE record SET data = 'x'"], "complaint/c1：列表用的列与快照不一致"),
        (["PRAGMA foreign_keys = OFF", "INSERT INTO unique_name VALUES ('x', 'a/b')"], "unique_name 表里有指向不存在"),
    ],
)
def test_the_check_names_what_was_done_behind_its_back(
    file: Path, store: SQLiteRecordStore, statements: list[str], said: str
) -> None:
    sql(file, *statements)
    assert any(said in fault for fault in store.check())


def test_the_check_finds_open_permissions_and_damage(file: Path, store: SQLiteRecordStore) -> None:
    for number in range(2, 200):
        store.commit(full(f"c{number}"))
    store.close()
    file.chmod(0o644)
    with closing(SQLiteRecordStore(file)) as again:
        assert again.check() == [f"数据库文件能被别人读到（权限 644），请运行 chmod 600 {file}"]
    pages = file.stat().st_size // 4096
    with file.open("r+b") as damaged:
        for page in range(pages // 2, pages):
            damaged.seek(page * 4096)
            damaged.write(b"\xff" * 64)
    with closing(SQLiteRecordStore(file)) as again:
        try:
            assert any("损坏" in fault for fault in again.check())
        except Unavailable as error:
            assert "损坏" in str(error)


def test_a_foreign_or_newer_file_is_refused_and_left_alone(file: Path) -> None:
    file.parent.mkdir()
    for statements, said in [
        (["CREATE TABLE theirs (x)"], "别的程序"),
        (["PRAGMA user_version = 1"], "别的程序"),
        ([f"PRAGMA application_id = {schema.APPLICATION}", "PRAGMA user_version = 99"], "更新版本"),
    ]:
        file.unlink(missing_ok=True)
        sql(file, *statements)
        before = file.read_bytes()
        with pytest.raises(Rejected, match=said):
            SQLiteRecordStore(file)
        assert file.read_bytes() == before
        assert sorted(path.name for path in file.parent.iterdir()) == ["records.sqlite"]


def test_an_older_file_is_brought_up_to_date_whole_or_not_at_all(
    file: Path, store: SQLiteRecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(store.dump())
    store.close()
    first = schema.MIGRATIONS
    monkeypatch.setattr(schema, "MIGRATIONS", (*first, ("CREATE TABLE extra (x TEXT) STRICT", "CREATE TABLE beat (x)")))
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        SQLiteRecordStore(file)
    assert sql(file, "PRAGMA user_version", "SELECT name FROM sqlite_schema WHERE name = 'extra'") == [(1,)]
    monkeypatch.setattr(schema, "MIGRATIONS", (*first, ("CREATE TABLE extra (x TEXT) STRICT",)))
    with closing(SQLiteRecordStore(file)) as newer:
        assert list(newer.dump()) == before
    assert sql(file, "PRAGMA user_version", "SELECT count(*) FROM extra") == [(2,), (0,)]


def test_a_destroyed_key_is_nowhere_on_the_disk(file: Path, store: SQLiteRecordStore) -> None:
    wrapped, sealed = b"wrapped under the master key", full("c1").seals[0].sealed
    store.commit(Change(writes=(filed("c2"),), keys=(CaseKey(kind="complaint", id="c2", wrapped=wrapped),)))

    def on_disk(secret: bytes) -> bool:
        return any(secret in path.read_bytes() for path in file.parent.iterdir())

    assert on_disk(wrapped) and on_disk(sealed)
    gone = Key(kind="complaint", id="c2")
    store.commit(Change(writes=(stepped(store.get("complaint", "c2")),), destroyed=(gone,)))
    assert not on_disk(wrapped) and on_disk(sealed)
    (claimed,) = store.claim(NOON, HOUR)
    store.ack(claimed, NOON, Change(writes=(stepped(store.get("complaint", "c1")),), destroyed=(C1,)))
    assert not on_disk(sealed)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (Worklist(kind="complaint", states=("received", "accepted")), "record_list (kind=? AND state=?)"),
        (Worklist(kind="complaint", place="p", states=("received",)), "record_list (kind=? AND state=?"),
        (Worklist(kind="complaint", body="b", states=("received",)), "record_body (kind=? AND body=? AND state=?"),
        (Worklist(kind="complaint", handler="h", states=("open",)), "record_handler (kind=? AND handler=? AND state=?"),
    ],
    ids=str,
)
def test_a_worklist_is_found_by_an_index_and_does_not_walk_past_closed_cases(
    store: SQLiteRecordStore, query: Worklist, index: str
) -> None:
    statement, values = records.chosen(query, "")
    with store.connections.reading() as connection:
        plan = [row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN SELECT data {statement}", values)]
    assert index in plan[0], plan


def test_counting_a_use_does_not_wait_for_the_disk_but_the_next_write_does(store: SQLiteRecordStore) -> None:
    with store.connections.counting() as connection:
        assert connection.execute("PRAGMA synchronous").fetchall() == [(1,)]
    with pytest.raises(RuntimeError), store.connections.counting():
        raise RuntimeError
    assert store.take("read:x", 1, HOUR, NOON)
    assert not store.take("read:x", 1, HOUR, NOON)
    with store.connections.writing() as connection:
        assert connection.execute("PRAGMA synchronous").fetchall() == [(2,)]


def test_expired_values_and_uses_do_not_pile_up(file: Path, store: SQLiteRecordStore) -> None:
    for number in range(60):
        now = NOON + number * HOUR
        store.remember(f"nonce-{number}", b"", now + HOUR, now)
        store.take(f"bucket-{number}", 1, HOUR, now)
    assert sql(file, "SELECT count(*) FROM short_lived", "SELECT count(*) FROM uses") == [(1,), (1,)]
