"""Writing the tree: only what changed, nothing half.

Where there is no site yet, the whole tree is written beside it and renamed into place. Otherwise changed files are
first written beside the site; when all of them are there, they are moved into place one after the other and what is no
longer wanted is deleted. A build that stops before that leaves the last good site as it was; one that stops in the
middle of moving is finished by the next. A manifest remembers size and time of every file, so that a file which
somebody else touched is written again, and the mark of what it was made from, so that others are not even made.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import msgspec

from mianzheng.errors import CatalogError


class SiteNotWritten(CatalogError):
    """The disk did not take the pages; the last good site is still there."""


class _Known(msgspec.Struct, array_like=True, gc=False):
    mark: bytes
    size: int
    time: int


@dataclass
class Summary:
    """What a build did."""

    written: int = 0
    unchanged: int = 0
    deleted: int = 0
    size: int = 0
    kinds: dict[str, int] = field(default_factory=dict)


Content = bytes | list[bytes | bytearray]
"""Bytes of a file, in pieces where they would weigh too much twice."""


class File(NamedTuple):
    """One file of the site: its path from the root, what kind of page it is, and how to make its bytes.

    `mark` is a digest of everything that `make` reads; where it is empty, the file is made at every build.
    """

    path: str
    kind: str
    make: Callable[[], Content]
    mark: bytes = b""


class Tree:
    """The site folder with its manifest beside it."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.manifest_file = out.with_name(f".{out.name}.manifest")
        self.staging = out.with_name(f".{out.name}.next")

    def write(self, files: Iterable[File]) -> Summary:
        """Bring the folder to exactly these files. Raises SiteNotWritten; the old site stays whole then."""
        try:
            shutil.rmtree(self.staging, ignore_errors=True)
            os.makedirs(self.staging)
            return self._update(files) if os.path.lexists(self.out) else self._found(files)
        except OSError as error:
            shutil.rmtree(self.staging, ignore_errors=True)
            where = f"（{error.filename}）" if error.filename else ""
            raise SiteNotWritten(f"网站没有写成：{error.strerror}{where}；原来的网站还在。") from error

    def _found(self, files: Iterable[File]) -> Summary:
        """Write a first site."""
        summary = Summary()
        fresh: dict[str, _Known] = {}
        made: set[str] = set()
        for file in files:
            folder = file.path.rpartition("/")[0]
            if folder not in made:
                _make_folder(self.staging, folder, made)
            content = file.make()
            known = _Known(file.mark, _size(content), _write(f"{self.staging}/{file.path}", content))
            fresh[file.path] = known
            _count(summary, file, known)
        os.replace(self.staging, self.out)
        summary.written = len(fresh)
        self._remember(fresh)
        return summary

    def _update(self, files: Iterable[File]) -> Summary:
        """Change an existing site where it has to change."""
        summary = Summary()
        remembered, there = self._manifest(), dict(_files_of(self.out))
        fresh: dict[str, _Known] = {}
        changed: list[str] = []
        for file in files:
            before = remembered.get(file.path)
            if before is not None and there.get(file.path) != (before.size, before.time):
                before = None  # gone, or somebody touched it
            if before is None or not file.mark or file.mark != before.mark:
                content = file.make()
                if before is not None and before.size == _size(content) and self._holds(file.path, content):
                    before.mark = file.mark
                else:
                    time = _write(f"{self.staging}/{len(changed)}", content)
                    before = _Known(file.mark, _size(content), time)
                    changed.append(file.path)
            fresh[file.path] = before
            _count(summary, file, before)
        self._move_in(changed)
        summary.written = len(changed)
        summary.unchanged = len(fresh) - len(changed)
        summary.deleted = self._delete(path for path in there if path not in fresh)
        self._remember(fresh)
        return summary

    def _manifest(self) -> dict[str, _Known]:
        try:
            return msgspec.msgpack.decode(self.manifest_file.read_bytes(), type=dict[str, _Known])
        except (OSError, msgspec.DecodeError, msgspec.ValidationError):
            return {}

    def _holds(self, path: str, content: Content) -> bool:
        """Whether a file of the same size is the same."""
        with open(f"{self.out}/{path}", "rb") as there:
            return all(there.read(len(piece)) == piece for piece in _pieces(content))

    def _move_in(self, changed: list[str]) -> None:
        made: set[str] = set()
        for number, path in enumerate(changed):
            folder = path.rpartition("/")[0]
            if folder not in made:
                _make_folder(self.out, folder, made)
            os.replace(f"{self.staging}/{number}", f"{self.out}/{path}")
        shutil.rmtree(self.staging, ignore_errors=True)

    def _delete(self, paths: Iterable[str]) -> int:
        """Delete files that this build did not make, and the folders that they leave empty."""
        deleted = 0
        for path in paths:
            os.unlink(f"{self.out}/{path}")
            deleted += 1
            folder = path.rpartition("/")[0]
            while folder and not os.listdir(f"{self.out}/{folder}"):
                os.rmdir(f"{self.out}/{folder}")
                folder = folder.rpartition("/")[0]
        return deleted

    def _remember(self, fresh: dict[str, _Known]) -> None:
        temporary = self.manifest_file.with_name(f"{self.manifest_file.name}.{os.getpid()}")
        temporary.write_bytes(msgspec.msgpack.encode(fresh))
        temporary.replace(self.manifest_file)


def _count(summary: Summary, file: File, known: _Known) -> None:
    summary.size += known.size
    summary.kinds[file.kind] = summary.kinds.get(file.kind, 0) + 1


def _make_folder(root: Path, folder: str, made: set[str]) -> None:
    """Make a folder and those above it, asking the disk once for each."""
    above = folder.rpartition("/")[0]
    if above and above not in made:
        _make_folder(root, above, made)
    with suppress(FileExistsError):
        os.mkdir(f"{root}/{folder}" if folder else root)
    made.add(folder)


def _pieces(content: Content) -> list[bytes | bytearray]:
    return [content] if isinstance(content, bytes) else content


def _size(content: Content) -> int:
    return sum(map(len, _pieces(content)))


def _write(path: str, content: Content) -> int:
    """Write a new file; returns its time of change in nanoseconds."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        for piece in _pieces(content):
            left = memoryview(piece)
            while left:
                left = left[os.write(descriptor, left) :]
        return os.fstat(descriptor).st_mtime_ns
    finally:
        os.close(descriptor)


def _files_of(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """Path from the folder, size and time of everything in it that is no folder."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        with os.scandir(f"{folder}/{prefix}") as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{prefix}{entry.name}/")
                else:
                    status = entry.stat(follow_symlinks=False)
                    yield prefix + entry.name, (status.st_size, status.st_mtime_ns)
