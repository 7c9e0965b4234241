"""Backup, restore, rehearsal, moving and the nightly check of a store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from scripts import store as script

from mianzheng.adapters import sqlite_backup
from mianzheng.adapters.disk_files import DiskFileStore
from mianzheng.adapters.memory_store import MemoryRecordStore
from mianzheng.adapters.sqlite_backup import Gap
from mianzheng.adapters.sqlite_store import FILE_NAME, SQLiteRecordStore
from mianzheng.cases import CaseRecord, Change
from mianzheng.cases.integrity import examine, record_faults
from mianzheng.errors import AlreadyExists, BadArgument, Rejected, Unavailable
from tests.filing import NOON, full, stepped


@pytest.fixture
def data(store_folder: Path) -> Path:
    """A data folder with a store of two cases."""
    with closing(SQLiteRecordStore(store_folder / "var" / FILE_NAME)) as store:
        fill(store, "c1", "c2")
    return store_folder / "var"


@pytest.fixture
def file(data: Path) -> Path:
    return data / FILE_NAME


@pytest.fixture
def backup(file: Path, store_folder: Path) -> Path:
    sqlite_backup.back_up(file, store_folder / "backup.sqlite")
    return store_folder / "backup.sqlite"


def fill(store: SQLiteRecordStore, *ids: str) -> None:
    for id in ids:
        store.commit(full(id))
        store.next_number("complaint")


def opened(file: Path) -> Iterator[SQLiteRecordStore]:
    with closing(SQLiteRecordStore(file)) as store:
        yield store


def dump(file: Path) -> list[bytes]:
    with closing(SQLiteRecordStore(file)) as store:
        return list(store.dump())


def tamper(file: Path, *statements: str) -> None:
    """What somebody can do who has the file and knows SQL."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


FORGE = (
    "DROP TRIGGER event_kept",
    """UPDATE event SET data = replace(data, '"citizen"', '"handler"') WHERE record LIKE '%c1'""",
)


def test_a_backup_is_one_checked_file_for_its_owner_made_while_the_store_is_in_use(
    file: Path, store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_backup, "_PAGES", 3)
    with closing(SQLiteRecordStore(file)) as store:
        target = store_folder / "night" / "backup.sqlite"
        target.parent.mkdir()
        steps: list[tuple[int, int]] = []

        def progress(done: int, total: int) -> None:
            if not steps:
                store.commit(full("meanwhile"))
            steps.append((done, total))

        integrity = sqlite_backup.back_up(file, target, progress)
        assert (integrity.records, integrity.events, integrity.faults) == (2, 2, ())
        assert steps[-1][0] == steps[-1][1] > 0
        assert store.get("complaint", "meanwhile")
    assert [path.name for path in target.parent.iterdir()] == ["backup.sqlite"]
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_backup_never_overwrites(file: Path, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(AlreadyExists, match="没有覆盖"):
        sqlite_backup.back_up(file, backup)
    assert backup.read_bytes() == before


def test_f36_a_restored_store_holds_what_it_held_and_gives_no_number_twice(file: Path, backup: Path) -> None:
    before = dump(file)
    for store in opened(file):
        fill(store, "c3", "c4", "c5")
        store.next_number("suggestion")
    restored = sqlite_backup.restore(backup, file)
    assert restored.gaps == (
        Gap(series="complaint", restored=2, given=5),
        Gap(series="suggestion", restored=0, given=1),
    )
    assert dump(file)[:-3] == before[:-2]
    for store in opened(file):
        assert store.check() == [] and examine(store) == restored.integrity
        assert [store.next_number("complaint"), store.next_number("suggestion")] == [6, 2]
        # 备份以后的待办会再办一次；同一请求仍得到同一答复
        assert store.pending()[0] == 2 and store.commit(full("c1")).replayed
    assert len(dump(Path(restored.aside))) > len(before)


@pytest.mark.parametrize("damage", ["gone", "no database", "empty"])
def test_f36_numbers_are_skipped_when_nobody_can_say_how_far_the_lost_store_had_counted(
    file: Path, backup: Path, damage: str
) -> None:
    file.unlink()
    if damage != "gone":
        file.write_bytes(b"x" * 9000 if damage == "no database" else b"")
    restored = sqlite_backup.restore(backup, file)
    assert restored.gaps == (Gap(series="complaint", restored=2, given=1002),)
    assert bool(restored.aside) == (damage != "gone")
    for store in opened(file):
        assert (store.next_number("complaint"), store.check()) == (1003, [])


def test_a_store_in_use_is_not_replaced(file: Path, backup: Path) -> None:
    for store in opened(file):
        fill(store, "c3")
        with pytest.raises(Unavailable, match="正在使用，没有恢复"):
            sqlite_backup.restore(backup, file)
        fill(store, "c4")
        assert len(store.keys()) == 4
    assert [path.name for path in file.parent.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("forged", [FORGE, ("PRAGMA user_version = 99",), ("PRAGMA application_id = 7",)])
def test_a_backup_with_faults_replaces_nothing(file: Path, backup: Path, forged: tuple[str, ...]) -> None:
    before = dump(file)
    tamper(backup, *forged)
    with pytest.raises((BadArgument, Rejected)):
        sqlite_backup.restore(backup, file)
    assert dump(file) == before
    assert [path.name for path in file.parent.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("content", [None, b"", b"no database" * 500], ids=["missing", "empty", "something else"])
def test_what_is_no_backup_is_refused(file: Path, store_folder: Path, content: bytes | None) -> None:
    other = store_folder / "other"
    if content is not None:
        other.write_bytes(content)
    before = dump(file)
    with pytest.raises((BadArgument, Unavailable)):
        sqlite_backup.restore(other, file)
    assert dump(file) == before


def test_a_drill_restores_aside_and_says_how_far_the_store_has_gone_on(file: Path, backup: Path) -> None:
    for store in opened(file):
        fill(store, "c3")
        store.commit(Change(writes=(stepped(store.get("complaint", "c1")),)))
    before = dump(file)
    drill = sqlite_backup.drill(backup, file)
    assert (drill.integrity.records, drill.integrity.faults) == (2, ())
    assert (drill.newer_records, drill.newer_events) == (1, 2)
    assert dump(file) == before
    assert sqlite_backup.drill(backup, file.with_name("nowhere")).newer_records is None


def test_a_drill_finds_a_backup_that_tells_another_story(file: Path, backup: Path, store_folder: Path) -> None:
    other = store_folder / "other" / FILE_NAME
    for store in opened(other):
        store.commit(full("c1", at=NOON.replace(hour=5)))
    assert sqlite_backup.drill(backup, other).integrity.faults == (
        "complaint/c1：备份里的事件与正在使用的不一致。",
        "complaint/c2：备份里有，正在使用的数据库里没有。",
    )


def test_a_drill_finds_a_store_that_has_fallen_behind_its_backup(file: Path, backup: Path, store_folder: Path) -> None:
    for store in opened(file):
        store.commit(Change(writes=(stepped(store.get("complaint", "c1")),)))
    later = store_folder / "later.sqlite"
    sqlite_backup.back_up(file, later)
    sqlite_backup.restore(backup, file)
    assert sqlite_backup.drill(later, file).integrity.faults == ("complaint/c1：备份里的事件与正在使用的不一致。",)


# 夜间检查


def test_the_check_finds_every_event_that_does_not_follow_and_a_snapshot_that_ends_elsewhere() -> None:
    store = MemoryRecordStore()
    store.commit(full("c1"))
    for name in ("accept", "extend", "conclude"):
        store.commit(Change(writes=(stepped(store.get("complaint", "c1"), name),)))
    record, events = store.get("complaint", "c1"), list(store.events("complaint", "c1"))
    assert record_faults(record, events) == []
    missing = record_faults(record, [events[0], *events[2:]])
    assert missing == ["complaint/c1：第 3 个事件与前一个接不上，可能被改动、删除或调换过。"]
    assert record_faults(record, events[:-1]) == ["complaint/c1：快照记的最后一个事件（第 4 个）与事件记录不符。"]
    assert len(record_faults(record, [])) == 1


def test_the_check_takes_no_offence_at_what_happens_meanwhile() -> None:
    class Busy(MemoryRecordStore):
        def get(self, kind: str, id: str) -> CaseRecord:
            record = super().get(kind, id)
            self.commit(Change(writes=(stepped(record),)))
            return record

    store = Busy()
    store.commit(full("c1"))
    found = examine(store)
    assert (found.events, found.faults, len(store.events("complaint", "c1"))) == (1, (), 2)


def test_a30_history_rewritten_so_that_it_hangs_together_differs_from_the_head_noted_outside(
    file: Path, backup: Path, store_folder: Path
) -> None:
    """A30: an insider who makes a whole new chain passes the check of chains, but not the anchor and not the drill."""
    for store in opened(file):
        noted = examine(store).head
    rewritten = store_folder / "rewritten" / FILE_NAME
    for store in opened(rewritten):
        store.commit(full("c1", at=NOON.replace(hour=5)))
        store.commit(full("c2"))
        found = examine(store)
    assert found.faults == () and found.head != noted
    assert sqlite_backup.drill(backup, rewritten).integrity.faults == (
        "complaint/c1：备份里的事件与正在使用的不一致。",
    )


def test_the_head_of_all_chains_changes_when_any_event_is_added(file: Path) -> None:
    for store in opened(file):
        heads = [examine(store).head]
        for id in ("c1", "c2"):
            store.commit(Change(writes=(stepped(store.get("complaint", id)),)))
            heads.append(examine(store).head)
        assert len(set(heads)) == 3


# 命令


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    status = script.main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return status, said.out + said.err


def test_the_command_backs_up_restores_drills_and_checks(
    data: Path, store_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = store_folder / "copy.sqlite"
    for task, said in [
        (["check"], "没有发现问题"),
        (["backup", copy], "记录 2 条，事件 2 个"),
        (["drill", copy], "新记录 0 条、新事件 0 个"),
        (["restore", copy], "原来的文件留在"),
        (["check"], "没有发现问题"),
    ]:
        status, out = run(capsys, *task, "--data", data)
        assert (status, said in out) == (0, True), out


def test_the_command_moves_a_store(data: Path, store_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moved = store_folder / "moved.jsonl"
    assert run(capsys, "export", moved, "--data", data)[0] == 0
    assert moved.stat().st_mode & 0o777 == 0o600
    assert run(capsys, "import", moved, "--data", store_folder / "new") == (0, "已导入 17 条。\n")
    assert dump(store_folder / "new" / FILE_NAME) == dump(data / FILE_NAME)
    assert run(capsys, "export", moved, "--data", data)[0] == 2
    assert run(capsys, "import", moved, "--data", data) == (2, "数据库里已有数据，没有导入；请导入到空的数据库。\n")


def test_the_command_reports_what_was_forged(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A30: who rewrites history in the file is found by the check."""
    tamper(data / FILE_NAME, *FORGE)
    status, out = run(capsys, "check", "--data", data)
    assert status == 1
    assert "complaint/c1：第 1 个事件与前一个接不上" in out and "缺少触发器 event_kept" in out


@pytest.mark.parametrize(
    "arguments", [["check"], ["backup", "x"], ["export", "x"], ["check", "x"], ["backup"]], ids=str
)
def test_the_command_says_what_it_cannot_do(
    store_folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(store_folder)
    status, out = run(capsys, *arguments)
    assert status == 2 and "文件" in out
    assert list(store_folder.iterdir()) == []


class TestFiles:
    """Pictures and PDFs of cases go along with backup, export and both ways back; what is missing is named."""

    NAME = "complaint/c1/jpg-1"

    @pytest.fixture
    def pictured(self, data: Path) -> Path:
        """The case c1 has a picture; another one lies there that no case has."""
        with closing(SQLiteRecordStore(data / FILE_NAME)) as store:
            record = store.get("complaint", "c1")
            with_file = msgspec.structs.replace(record, data={**record.data, "files": ["jpg-1"]})
            store.commit(Change(writes=(stepped(with_file, "attach"),)))
        DiskFileStore(data / "files").put(self.NAME, b"sealed")
        DiskFileStore(data / "files").put("complaint/c9/jpg-1", b"left over")
        return data

    @pytest.mark.parametrize(("out", "back"), [("backup", "restore"), ("export", "import")])
    def test_they_come_back(self, pictured: Path, store_folder: Path, out: str, back: str) -> None:
        kept, fresh = store_folder / "kept", store_folder / "fresh"
        assert script.main([out, str(kept), "--data", str(pictured)]) == 0
        assert [path.name for path in (store_folder / "kept.files").rglob("jpg-*")] == ["jpg-1"]
        assert script.main([back, str(kept), "--data", str(fresh)]) == 0
        assert DiskFileStore(fresh / "files").get(self.NAME) == b"sealed"

    def test_a_missing_one_is_named_by_check_drill_and_backup(
        self, pictured: Path, store_folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        kept = store_folder / "kept"
        assert script.main(["check", "--data", str(pictured)]) == 0
        assert script.main(["backup", str(kept), "--data", str(pictured)]) == 0
        DiskFileStore(store_folder / "kept.files").remove(self.NAME)
        assert script.main(["drill", str(kept), "--data", str(pictured)]) == 1
        DiskFileStore(pictured / "files").remove(self.NAME)
        assert script.main(["check", "--data", str(pictured)]) == 1
        assert capsys.readouterr().out.count(f"缺少文件 {self.NAME}") == 2
