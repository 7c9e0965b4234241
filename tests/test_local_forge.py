"""What only the local forge has: several processes, lock files, crashes between git and the review state, founding."""

from __future__ import annotations

import datetime
import multiprocessing
import os
import random
import re
import shutil
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from mianzheng.adapters.forge import locks
from mianzheng.adapters.forge.founding import founded
from mianzheng.adapters.forge.git_branches import GitBranches
from mianzheng.adapters.forge.local import LocalForge
from mianzheng.adapters.forge.reviews import Reviews
from mianzheng.catalog_files.repository import FolderCatalogRepository, GitCatalogRepository
from mianzheng.errors import CatalogNotFound, MianzhengError, Rejected, Unavailable
from mianzheng.ports.forge import Approval, Commit
from tests.conftest import ROOT, TEST_PLACES
from tests.stand_ins.bare import Bare
from tests.stand_ins.faults import FailingForge

AT = datetime.datetime(2026, 11, 2, 1, 30, tzinfo=datetime.UTC)
BRANCH = "proposals/P-1"
RACE = os.environ.get("MIANZHENG_RACE", "3x20")
"""Processes and proposals; the long race is MIANZHENG_RACE=8x300."""


def commit(proposal: str = "P-1", path: str = "catalog/kinds/zz/kd-zzzzzz.yaml") -> Commit:
    return Commit(files={path: b"a: 1\n"}, message=f"题目\n\nProposal-Id: {proposal}", author="民政局", at=AT)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    assert founded(TEST_PLACES, tmp_path / "catalog.git", AT - datetime.timedelta(days=1))
    return tmp_path / "catalog.git"


def opened(forge: LocalForge) -> str:
    forge.push(BRANCH, forge.main(), commit())
    return forge.open(BRANCH, "题目", "正文", [], []).head


def test_the_catalog_of_the_founded_repository_is_that_of_the_folder(catalog_folder: Path, tmp_path: Path) -> None:
    repository = tmp_path / "var" / "catalog.git"
    (catalog_folder / "link").symlink_to("/etc")
    (catalog_folder / ".hidden").write_text("x")
    assert founded(catalog_folder, repository, AT)
    files = Bare(repository).git("ls-tree", "-r", "--name-only", "main").splitlines()
    assert len(files) > 100
    assert [name for name in files if "link" in name or ".hidden" in name or not name.startswith("catalog/")] == []
    (catalog_folder / "link").unlink()
    (catalog_folder / ".hidden").unlink()
    assert GitCatalogRepository(repository).read() == FolderCatalogRepository(catalog_folder).read()
    assert Bare(repository).faults() == ""


def test_the_catalog_is_read_at_a_branch_and_at_a_commit(path: Path) -> None:
    forge = LocalForge(path)
    catalog = GitCatalogRepository(path)
    file = "catalog/kinds/3k/kd-3kwjrb.yaml"
    text = Bare(path).file("main", file).replace("测试无纠纷证明", "测试新名称") + "\n"
    head = forge.push(BRANCH, forge.main(), Commit(files={file: text.encode()}, message="新", author="民政局", at=AT))
    names = [catalog.read(ref)[0].kinds["kd-3kwjrb"].name for ref in ("", BRANCH, head)]
    assert names == ["测试无纠纷证明", "测试新名称", "测试新名称"]


def test_founding_twice_changes_nothing_and_a_missing_folder_says_so(path: Path, tmp_path: Path) -> None:
    main = LocalForge(path).main()
    assert not founded(TEST_PLACES, path, AT)
    assert LocalForge(path).main() == main
    with pytest.raises(CatalogNotFound):
        founded(tmp_path / "nowhere", tmp_path / "other.git", AT)
    assert [name.name for name in tmp_path.iterdir() if "other" in name.name] == []


def _found(folder: Path, repository: Path) -> None:
    founded(folder, repository, AT)


def test_several_processes_that_found_at_once_make_one_repository(tmp_path: Path) -> None:
    _together([(_found, (TEST_PLACES, tmp_path / "catalog.git")) for _ in range(4)])
    assert [name.name for name in tmp_path.iterdir()] == ["catalog.git"]
    assert Bare(tmp_path / "catalog.git").git("rev-list", "--count", "main") == "1"


def _together(work: list[tuple[object, tuple[object, ...]]]) -> None:
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=target, args=arguments) for target, arguments in work]
    for process in running:
        process.start()
    for process in running:
        process.join(240)
    assert [process.exitcode for process in running] == [0] * len(running)


class Killed(BaseException):
    """Stands for the end of the process: nothing that catches errors sees it."""


SEAMS = [
    (GitBranches, "write"),
    (GitBranches, "create"),
    (GitBranches, "advance"),
    (Reviews, "add"),
    (Reviews, "approve"),
    (Reviews, "remark"),
    (Reviews, "finish"),
]


def _everything(forge: LocalForge) -> str:
    forge.push(BRANCH, forge.main(), commit())
    shown = (list(forge.find(BRANCH)) or [forge.open(BRANCH, "题目", "正文", [], [])])[0]
    if shown.state == "open":
        forge.remark(shown.number, "report", "报告")
        forge.approve(shown.number, Approval(role="justice", subject="ac-1", commit=shown.head, at=AT))
    return forge.merge(shown.number, shown.head, "合并", AT)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("owner", "step"), SEAMS, ids=[step for _, step in SEAMS])
def test_a_process_that_dies_at_any_step_leaves_what_the_next_one_completes(
    path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, step: str, when: str
) -> None:
    original = getattr(owner, step)
    for nth in (1, 2):
        left = iter(range(1, 100))

        def dying(*arguments: object, nth: int = nth, left: object = left, **options: object) -> object:
            dies = next(left) == nth  # type: ignore[call-overload]
            if dies and when == "before":
                raise Killed
            answer = original(*arguments, **options)
            if dies:
                raise Killed
            return answer

        with monkeypatch.context() as patched:
            patched.setattr(owner, step, dying)
            try:
                _everything(LocalForge(path))
            except Killed:
                pass
            else:
                assert nth == 2, f"{step} was never called"
    merged = _everything(LocalForge(path))
    bare = Bare(path)
    assert bare.head("main") == merged
    assert bare.git("rev-list", "--count", "main") == "3"
    assert [(one.number, one.state, one.merged_as) for one in LocalForge(path).find(BRANCH)] == [(1, "merged", merged)]
    assert len(LocalForge(path).approvals(1)) == 1
    assert bare.faults() == ""


BLOB = "objects/a8/926a52d8dcba5c4386945476ab6a2ad008afd4.lock"
LOCKS = ["refs/heads/proposals/P-1.lock", "refs/heads/main.lock", BLOB]


def _locked(path: Path, name: str, age: float) -> Path:
    lock = path / name
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    os.utime(lock, (time.time() - age,) * 2)
    return lock


@pytest.mark.parametrize("name", LOCKS)
def test_f52_a_lock_left_by_a_dead_process_is_cleared_and_work_goes_on(path: Path, name: str) -> None:
    lock = _locked(path, name, 601)
    merged = _everything(LocalForge(path))
    assert Bare(path).head("main") == merged
    assert not lock.exists()


@pytest.mark.parametrize("name", LOCKS)
def test_f52_a_young_lock_is_respected(path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.2)
    lock = _locked(path, name, 300)
    with pytest.raises(Unavailable, match="占用"):
        _everything(LocalForge(path))
    assert lock.exists()
    lock.unlink()
    assert _everything(LocalForge(path)) == Bare(path).head("main")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells who has a file open")
def test_f52_an_old_lock_that_a_living_process_holds_is_respected(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.2)
    lock = _locked(path, LOCKS[1], 3600)
    with lock.open("a"), pytest.raises(Unavailable):
        _everything(LocalForge(path))
    assert lock.exists()
    assert locks.clear_stale(lock, path)
    assert locks.clear_stale(lock, path)


def _propose(path: Path, first: int, last: int, seed: int) -> None:
    """A worker: delivers proposals that others deliver too, with calls that fail, in an order of its own."""
    chance = random.Random(seed)
    todo = list(range(first, last))
    chance.shuffle(todo)
    for number in todo:
        for attempt in range(50):
            nth = chance.randrange(1, 5) if attempt < 3 else 0
            forge = FailingForge(LocalForge(path), nth, chance.choice(["before", "after"]))
            try:
                _once(forge, number)
                break
            except Unavailable:
                continue
        else:
            raise AssertionError(f"{number} was never delivered")


def _once(forge: FailingForge, number: int) -> None:
    branch = f"proposals/P-{number}"
    forge.push(branch, forge.main(), commit(f"P-{number}", f"catalog/kinds/zz/kd-{number:06}.yaml"))
    if not forge.find(branch):
        try:
            forge.open(branch, f"题目 {number}", "正文", [], [])
        except MianzhengError:
            if not forge.find(branch):  # it may have worked, or another worker was faster
                raise


def _merge_all(path: Path, expected: int) -> None:
    """A reviewer: merges whatever is open until all is merged."""
    forge = LocalForge(path)
    merged = 0
    deadline = time.monotonic() + 240
    while merged < expected and time.monotonic() < deadline:
        for shown in forge.listed("proposals/"):
            forge.merge(shown.number, shown.head, f"合并 {shown.title}", AT)
            merged += 1
    assert merged == expected


def _raced(path: Path, workers: int, proposals: int) -> None:
    work: list[tuple[object, tuple[object, ...]]] = [(_propose, (path, 0, proposals, seed)) for seed in range(workers)]
    _together([*work, (_merge_all, (path, proposals))])
    forge, bare = LocalForge(path), Bare(path)
    for number in range(proposals):
        assert [one.state for one in forge.find(f"proposals/P-{number}")] == ["merged"]
    assert bare.git("rev-list", "--count", "--merges", "main") == str(proposals)
    assert bare.git("rev-list", "--count", "--no-merges", "main") == str(proposals + 1)
    assert len(bare.git("ls-tree", "--name-only", "main:catalog/kinds/zz").split()) == proposals
    assert bare.faults() == ""


def test_processes_that_race_for_the_same_proposals_make_one_pull_request_each(path: Path) -> None:
    workers, _, proposals = RACE.partition("x")
    _raced(path, int(workers), int(proposals))


def test_processes_that_are_killed_while_they_write_leave_a_sound_repository(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for seed in range(4):
        worker = context.Process(target=_propose, args=(path, 0, 200, seed))
        worker.start()
        branches = path / "refs" / "heads" / "proposals"
        seen = len(list(branches.glob("*")))
        deadline = time.monotonic() + 60
        while len(list(branches.glob("*"))) < seen + 5 + seed and time.monotonic() < deadline:
            time.sleep(0.002)
        assert worker.pid
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
        for lock in path.rglob("*.lock"):
            os.utime(lock, (0, 0))
    _propose(path, 0, 40, 9)
    shown = [LocalForge(path).find(f"proposals/P-{number}") for number in range(40)]
    assert [len(one) for one in shown] == [1] * 40
    assert Bare(path).faults() == ""


def test_what_disk_and_system_refuse_is_unavailable(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forge = LocalForge(path)
    opened(forge)

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(GitBranches, "build", full)
        with pytest.raises(Unavailable, match="No space left"):
            forge.push("proposals/P-2", forge.main(), commit("P-2"))

    def locked(*arguments: object) -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(Reviews, "of_branch", locked)
    with pytest.raises(Unavailable, match="database is locked"):
        forge.find(BRANCH)


def test_a_repository_that_is_gone_or_empty_is_said_in_words(path: Path, tmp_path: Path) -> None:
    forge = LocalForge(path)
    Bare(path).git("update-ref", "-d", "refs/heads/main")
    with pytest.raises(Rejected, match="main 分支"):
        forge.main()
    shutil.rmtree(path)
    with pytest.raises(MianzhengError, match="不是 git 仓库"):
        forge.main()


FORCING = re.compile(
    r"--force|force[\"']?\s*[:=]\s*True|push.*-f\b|\+refs/|remove_if_equals|refs\[[^\]]*\]\s*=|del .*refs\[|update-ref"
)


def test_nothing_in_the_project_can_force_a_branch() -> None:
    """No forced push, no forced reference, no deletion of one: there is no code for it."""
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "scripts").glob("*.*"), *(ROOT / ".github").rglob("*.yml")]
    assert len(sources) > 50
    lines = [(file.name, line) for file in sources for line in file.read_text("utf-8").splitlines()]
    assert [found for found in lines if FORCING.search(found[1])] == []


@pytest.mark.parametrize(
    "line",
    ['{"force": True}', "git push --force", "git push -f", 'repo.refs[b"x"] = y', "+refs/heads/x:refs/heads/x"],
)
def test_what_forces_a_branch_is_recognized(line: str) -> None:
    assert FORCING.search(line)
