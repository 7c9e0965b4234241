"""The list that this machine publishes: the main branch of its own forge, checked out beside it.

The forge begins as a copy of a catalog folder. What is edited in that folder later (by hand, by `git pull`) comes onto
the main branch as commits of its own, so that proposals and editing by hand meet as they do on any forge.
"""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path

from mianzheng.adapters.forge.founding import founded
from mianzheng.adapters.forge.local import LocalForge
from mianzheng.catalog_files.checking import sound_folder
from mianzheng.catalog_files.repository import GitCatalogRepository
from mianzheng.clock import day_of
from mianzheng.local.work_tree import FOLDER, ShownList, WorkTree
from mianzheng.ports.forge import Commit

BY_HAND = "by-hand/"


class PublishedList(ShownList):
    """A bare repository `forge.git` and its work tree `list`, both in the data folder."""

    def __init__(self, data: Path, source: Path, now: Callable[[], datetime.datetime]) -> None:
        """Made from `source` at the first start. Raises CatalogHasErrors, CatalogNotFound, Unavailable."""
        self.source, self._now = source, now
        self.bare = data / "forge.git"
        if not self.bare.exists():
            sound_folder(source, day_of(now()))
            founded(_named_catalog(source, data), self.bare, now())
            shutil.rmtree(data / ".founding", ignore_errors=True)
        self.forge = LocalForge(self.bare)
        self.repository = GitCatalogRepository(self.bare)
        self._work = WorkTree(self.bare, data / "list")
        self._seen = data / "list-source"
        if not self._seen.exists():
            self._remember(self._content())
        self.refresh()

    def refresh(self) -> str:
        """Bring the work tree to the newest commit; returns it. Raises Unavailable."""
        newest = self.forge.main()
        self._work.bring_to(newest)
        return newest

    def take_over(self) -> bool:
        """What was edited in the source folder since the last look, as a commit on main; whether there was anything.

        Raises CatalogHasErrors (nothing is taken over then), Rejected when it meets a merged proposal in one file.
        """
        before, now = self._read_memory(), self._content()
        changed = {path: now.get(path) for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
        if not changed:
            return False
        sound_folder(self.source, day_of(self._now()))
        files = {f"{FOLDER}/{path}": self._edited(path, bool(digest)) for path, digest in changed.items()}
        at = self._now()
        base = self.forge.main()
        wanted = {path: content for path, content in files.items() if self._on_main(path) != content}
        if wanted:
            branch = f"{BY_HAND}{at.astimezone(datetime.UTC):%Y%m%d%H%M%S%f}"
            commit = Commit(files=wanted, message="在清单文件夹里直接改的\n", author="清单维护", at=at)
            head = self.forge.push(branch, base, commit)
            request = self.forge.open(branch, "在清单文件夹里直接改的", "", (), ())
            self.forge.merge(request.number, head, "在清单文件夹里直接改的\n", at)
        self._remember(now)
        self.refresh()
        return True

    def _edited(self, path: str, there: bool) -> bytes | None:
        return (self.source / path).read_bytes() if there else None

    def _on_main(self, path: str) -> bytes | None:
        file = self._work.tree / path
        return file.read_bytes() if file.is_file() else None

    def _content(self) -> dict[str, str]:
        """Size and time of every file of the source folder: enough to see that one was edited."""
        found = {}
        for file in sorted(self.source.rglob("*")):
            path = file.relative_to(self.source)
            if file.is_file() and not file.is_symlink() and not any(part.startswith(".") for part in path.parts):
                stat = file.stat()
                found[path.as_posix()] = f"{stat.st_size}.{stat.st_mtime_ns}"
        return found

    def _remember(self, content: dict[str, str]) -> None:
        fresh = self._seen.with_suffix(".new")
        fresh.write_text("".join(f"{digest}\t{path}\n" for path, digest in content.items()), "utf-8")
        fresh.replace(self._seen)

    def _read_memory(self) -> dict[str, str]:
        lines = self._seen.read_text("utf-8").splitlines()
        return {path: digest for digest, _, path in (line.partition("\t") for line in lines)}


def _named_catalog(source: Path, data: Path) -> Path:
    """The source under the name that it has in the repository."""
    if source.name == FOLDER:
        return source
    copy = data / ".founding" / FOLDER
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(source, copy)
    return copy
