"""Where catalog files come from: a folder, or a commit of a git repository.

Both list what is there with a stamp that changes when the content may have changed, and both hand out bytes. Neither
follows symbolic links.
"""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from mianzheng.errors import CatalogNotFound

IGNORED_FILES = ("README.md",)
IGNORED_FOLDERS = ("schema",)
"""Generated or explanatory; not records."""
PIECE = 1 << 13
"""Bytes asked of the disk at a time; most files are smaller."""


class Entry(NamedTuple):
    """One name in the catalog folder. `stamp` identifies the content; `kind` is `file` for regular files."""

    path: str
    stamp: str
    kind: Literal["file", "folder", "link", "special"] = "file"


class Source(Protocol):
    """A catalog folder as it stands somewhere."""

    def entries(self) -> list[Entry]:
        """Everything in the folder, sorted by path. Raises CatalogNotFound."""

    def contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The bytes of regular files, in the given order."""


class FolderSource:
    """A catalog on disk. Stamps are size, times and inode: whoever changes a file changes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def entries(self) -> list[Entry]:
        if not self.folder.is_dir():
            raise CatalogNotFound(f"找不到清单文件夹：{self.folder}")
        found: list[Entry] = []
        self._walk(str(self.folder), "", found)
        found.sort(key=lambda e: e.path)
        return found

    def _walk(self, folder: str, prefix: str, found: list[Entry]) -> None:
        with os.scandir(folder) as names:
            for name in names:
                path = prefix + name.name
                if name.is_dir(follow_symlinks=False):
                    if path.endswith(".yaml"):
                        found.append(Entry(path, "", "folder"))
                    elif not (not prefix and path in IGNORED_FOLDERS) and not name.name.startswith("."):
                        self._walk(name.path, path + "/", found)
                    continue
                status = name.stat(follow_symlinks=False)
                if stat.S_ISLNK(status.st_mode):
                    found.append(Entry(path, "", "link"))
                elif not stat.S_ISREG(status.st_mode):
                    found.append(Entry(path, "", "special"))
                elif name.name not in IGNORED_FILES:
                    stamp = f"{status.st_mtime_ns:x}.{status.st_ctime_ns:x}.{status.st_size:x}.{status.st_ino:x}"
                    found.append(Entry(path, stamp))

    def contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        folder = str(self.folder)
        for path in paths:
            yield path, _read(f"{folder}/{path}")


def _read(path: str) -> bytes:
    """A file's bytes without the layers of `open`: tens of thousands of small files are read in a row."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        parts = [os.read(descriptor, PIECE)]
        while len(parts[-1]) == PIECE:
            parts.append(os.read(descriptor, PIECE))
    finally:
        os.close(descriptor)
    return parts[0] if len(parts) == 1 else b"".join(parts)


class CommitSource:
    """A catalog as it stands at a commit. Stamps are blob ids."""

    def __init__(self, repository: Path, ref: str, folder: str = "catalog") -> None:
        self.repository = repository
        self.folder = folder.strip("/")
        self.commit = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").strip()

    def _git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.repository), *arguments],
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        if done.returncode:
            raise CatalogNotFound(f"在仓库 {self.repository} 里找不到这个提交：{arguments[-1]}")
        return done.stdout

    def entries(self) -> list[Entry]:
        return self._entries

    @cached_property
    def _entries(self) -> list[Entry]:
        """The tree of the commit, listed once: it never changes."""
        listing = self._git("ls-tree", "-r", "-z", "--full-tree", self.commit, "--", f"{self.folder}/")
        found: list[Entry] = []
        for row in listing.split("\0"):
            if not row:
                continue
            about, _, full = row.partition("\t")
            mode, _, blob = about.split(" ")[:3]
            path = full[len(self.folder) + 1 :]
            name = path.rpartition("/")[2]
            if path.split("/", 1)[0] in IGNORED_FOLDERS or name in IGNORED_FILES or "/." in f"/{path}":
                continue
            found.append(Entry(path, blob, "file" if mode.startswith("100") else "link"))
        if not found:
            raise CatalogNotFound(f"提交 {self.commit[:12]} 里没有 {self.folder}/ 文件夹")
        found.sort(key=lambda e: e.path)
        return found

    def contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        wanted = list(paths)
        if not wanted:
            return
        blobs = {entry.path: entry.stamp for entry in self._entries}
        process = subprocess.Popen(
            ["git", "-C", str(self.repository), "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            for path in wanted:
                process.stdin.write(blobs[path].encode() + b"\n")
                process.stdin.flush()
                size = int(process.stdout.readline().split()[2])
                yield path, process.stdout.read(size)
                process.stdout.read(1)
        finally:
            process.stdin.close()
            process.stdout.close()
            process.wait()
