"""What happens to a store when the outside fails: crashes, races between processes, disks, locks."""

from __future__ import annotations

import datetime
import json
import multiprocessing
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from mianzheng.adapters.memory_store import MemoryRecordStore
from mianzheng.adapters.sqlite_store import SQLiteRecordStore, disk
from mianzheng.cases import Change, Key, broken_links
from mianzheng.cases.integrity import every_key, examine
from mianzheng.errors import Rejected, Unavailable
from mianzheng.ports import RecordStore
from tests import store_processes
from tests.faults import every_fault
from tests.filing import NOON, full, stepped

ROOT = Path(__file__).parent.parent
T = TypeVar("T")
AT_ONCE = datetime.timedelta()


@pytest.fixture
def file(store_folder: Path) -> Path:
    return store_folder / "records.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[SQLiteRecordStore]:
    store = SQLiteRecordStore(file, wait=AT_ONCE)
    yield store
    store.close()


def sound(store: RecordStore) -> bool:
    return store.check() == [] and examine(store).faults == ()


def whole(store: RecordStore, id: str) -> bool:
    """Whether a case is there with all its parts; fails when only some of them are."""
    parts = {
        "record": Key(kind="complaint", id=id) in store.keys("complaint"),
        "event": len(store.events("complaint", id)) == 1,
        "number": store.find(f"number/{id}") is not None,
        "receipt": store.find(f"receipt/{id}") is not None,
        "sealed": store.sealed("complaint", id, "text") is not None,
        "command": store.command(f"file-{id}") is not None,
        "delivery": f'"id":"{id}/1"'.encode() in b"".join(store.dump()),
    }
    assert len(set(parts.values())) == 1, parts
    return parts["record"]


# 被杀死


@pytest.mark.timeout(120)
def test_f21_a_filing_killed_at_any_statement_is_there_whole_or_not_at_all(store_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.store_processes", str(store_folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"},
        check=True,
    )
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(runs) > 40 and not runs[-1]["killed"]
    outcomes: Counter[tuple[bool, ...]] = Counter()
    for run in runs:
        store = SQLiteRecordStore(Path(run["file"]))
        filed_cases = [whole(store, id) for id in store_processes.CASES]
        # 回执已经显示的，一定在
        assert all(there for there, id in zip(filed_cases, store_processes.CASES, strict=True) if id in run["shown"])
        assert sound(store), run
        for id in store_processes.CASES:
            store.commit(full(id))
        assert len(store.keys()) == store.pending()[0] == len(store_processes.CASES)
        outcomes[tuple(filed_cases)] += 1
        store.close()
    assert set(outcomes) == {(False, False), (True, False), (True, True)}


# 几个进程同时


def test_f29_of_processes_with_stale_versions_each_version_is_won_once(file: Path, store: SQLiteRecordStore) -> None:
    store.commit(full("c1"))
    won = in_processes(store_processes.act_on_one_case, file)
    record, events = store.get("complaint", "c1"), store.events("complaint", "c1")
    wins = [name for wins, _ in won for name in wins]
    assert record.version == 1 + len(wins) == len(events) == store.pending()[0]
    assert sorted(wins) == sorted(event.name for event in events[1:])
    assert sum(lost for _, lost in won) > 0
    assert broken_links(events) == [] and sound(store)


def test_f25_each_delivery_is_claimed_by_one_process(file: Path, store: SQLiteRecordStore) -> None:
    for number in range(20):
        store.commit(full(f"c{number:02}"))
    claimed = [id for ids in in_processes(store_processes.claim_everything, file) for id in ids]
    assert sorted(claimed) == [f"c{number:02}/1" for number in range(20)]
    assert store.pending() == (0, None)


def test_numbers_are_unique_across_processes_that_open_a_new_file_at_once(file: Path) -> None:
    given = [number for numbers in in_processes(store_processes.draw_numbers, file) for number in numbers]
    assert sorted(given) == list(range(1, len(given) + 1))


def in_processes(action: Callable[[tuple[Path, int]], T], file: Path, count: int = 3) -> list[T]:
    """What each process got."""
    with multiprocessing.get_context("spawn").Pool(count) as pool:
        return pool.map(action, [(file, number) for number in range(count)], chunksize=1)


# 第 n 次调用失败


@pytest.mark.parametrize("make", [lambda _: MemoryRecordStore(), SQLiteRecordStore], ids=["memory", "sqlite"])
def test_work_that_fails_at_any_call_can_be_done_again_to_the_same_end(
    make: Callable[[Path], RecordStore], store_folder: Path
) -> None:
    ends, number = set(), 0
    for number, fault in enumerate(every_fault()):
        store = make(store_folder / f"{number}.sqlite")
        with fault.expected():
            handle(fault.within(store))
        handle(store)
        assert sound(store) and store.pending() == (0, None), fault
        ends.add(examine(store).head)
    assert len(ends) == 1 and number > 6


def handle(store: RecordStore) -> None:
    """File a case and carry out what it asks for, as often as need be."""
    store.commit(full("c1"))
    for claimed in store.claim(NOON, AT_ONCE):
        record = store.get("complaint", "c1")
        store.ack(claimed, NOON, Change(writes=(stepped(record),)) if record.version == 1 else None)


# 磁盘和锁


def test_f34_a_store_locked_by_another_is_unavailable_and_nothing_is_half(file: Path, store: SQLiteRecordStore) -> None:
    store.commit(full("c1"))
    before = list(store.dump())
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="数据库正忙"):
        store.commit(full("c2"))
    assert store.get("complaint", "c1").version == 1
    holder.execute("ROLLBACK")
    holder.close()
    assert list(store.dump()) == before
    store.commit(full("c2"))
    assert sound(store)


@pytest.mark.parametrize(
    ("setting", "said"),
    [("query_only = ON", "只能读不能写"), ("max_page_count = 1", "磁盘满了")],
    ids=["read-only", "full"],
)
def test_f34_a_store_that_cannot_write_says_why_and_goes_on_reading(
    file: Path, store: SQLiteRecordStore, monkeypatch: pytest.MonkeyPatch, setting: str, said: str
) -> None:
    store.commit(full("c1"))
    store.close()
    with monkeypatch.context() as patch:
        connect = sqlite3.connect

        def hindered(*args: object, **named: object) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*args, **named)  # type: ignore[call-overload]
            connection.execute(f"PRAGMA {setting}")
            return connection

        patch.setattr(sqlite3, "connect", hindered)
        with pytest.raises(Unavailable, match=said):
            for number in range(2, 99):
                store.commit(full(f"c{number}", text="长" * 9000))
        assert whole(store, "c1")
        store.close()
    assert not whole(store, f"c{number}") and sound(store)
    store.commit(full("c99"))
    assert whole(store, "c99")


def test_f34_a_disk_that_fills_up_leaves_whole_cases_and_recovers(file: Path) -> None:
    ((said, before, after),) = in_processes(store_processes.fill_the_disk, file, count=1)
    assert "磁盘" in said
    store = SQLiteRecordStore(file)
    assert len(store.keys()) == before + 1 == after
    assert all(whole(store, key.id) for key in every_key(store)) and sound(store)


@pytest.mark.parametrize("rest", [b"", b"\x5a" * 5000], ids=["cut off", "torn"])
def test_f34_power_lost_at_any_byte_of_the_log_leaves_the_first_cases_whole(
    file: Path, store: SQLiteRecordStore, rest: bytes
) -> None:
    ids = ["c1", "c2", "c3"]
    for id in ids:
        store.commit(full(id))
    main, log = file.read_bytes(), file.with_name(file.name + "-wal").read_bytes()
    counts = set()
    for cut in (*range(0, len(log), len(log) // 40), len(log)):
        image = file.with_name(f"after-{cut}.sqlite")
        image.write_bytes(main)
        image.chmod(0o600)
        image.with_name(image.name + "-wal").write_bytes(log[:cut] + rest)
        survivor = SQLiteRecordStore(image)
        there = [id for id in ids if whole(survivor, id)]
        assert there == ids[: len(there)] and sound(survivor)
        for id in ids:
            survivor.commit(full(id))
        survivor.close()
        counts.add(len(there))
    assert counts == {0, 1, 2, 3}


MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/share /srv/share nfs4 rw 0 0
/dev/vdb /srv/share/local\\040disk xfs rw 0 0
//server/d /mnt cifs rw 0 0
/dev/vdc /mnt ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/var/records.sqlite", "ext4"),
        ("/srv/share/records.sqlite", "nfs4"),
        ("/srv/share/a/b/records.sqlite", "nfs4"),
        ("/srv/shared/records.sqlite", "ext4"),
        ("/srv/share/local disk/records.sqlite", "xfs"),
        ("/mnt/records.sqlite", "ext4"),
    ],
)
def test_f35_the_file_system_of_a_path_is_that_of_its_nearest_mount(store_folder: Path, place: str, kind: str) -> None:
    mounts = store_folder / "mounts"
    mounts.write_text(MOUNTS, "utf-8")
    assert disk.file_system(Path(place), mounts) == kind


def test_f35_a_network_disk_is_refused_before_anything_is_written(
    file: Path, store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = store_folder / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/x {store_folder.resolve()} nfs rw 0 0\n", "utf-8")
    monkeypatch.setattr(disk, "MOUNTS", mounts)
    with pytest.raises(Rejected, match=r"网络盘（nfs）.*本机磁盘"):
        SQLiteRecordStore(file)
    assert not file.exists()


@pytest.mark.parametrize("answer", [None, OSError(37, "No locks available")], ids=["not held", "not supported"])
def test_f35_a_disk_whose_locks_do_not_hold_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch, answer: OSError | None
) -> None:
    def lock(*_: object) -> None:
        if answer:
            raise answer

    monkeypatch.setattr(disk.fcntl, "fcntl", lock)
    with pytest.raises(Rejected, match="不支持文件锁"):
        SQLiteRecordStore(file)
    assert list(file.parent.iterdir()) == []
