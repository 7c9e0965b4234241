"""Writing the tree: only what changed, nothing half.

Changed files are first written beside the site; when all of them are there, they are moved into place one after the
other and what is no longer wanted is deleted. A build that stops before that leaves the last good site as it was; one
that stops in the middle of moving is finished by the next. A manifest remembers digest, size and time of every file, so
that a file which somebody else touched is written again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from mianzheng.errors import CatalogError


class SiteNotWritten(CatalogError):
    """The disk did not take the pages; the last good site is still there."""


class _Known(msgspec.Struct, array_like=True, gc=False):
    digest: bytes
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


@dataclass(frozen=True, slots=True)
class File:
    """One file of the site: its path from the root, its bytes, and what kind of page it is."""

    path: str
    content: bytes
    kind: str


class Tree:
    """The site folder with its manifest beside it."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.manifest_file = out.with_name(f".{out.name}.manifest")
        self.staging = out.with_name(f".{out.name}.next")

    def write(self, files: Iterable[File]) -> Summary:
        """Bring the folder to exactly these files. Raises SiteNotWritten; the old site stays whole then."""
        known = self._manifest()
        summary = Summary()
        changed: list[str] = []
        fresh: dict[str, _Known] = {}
        try:
            shutil.rmtree(self.staging, ignore_errors=True)
            os.makedirs(self.staging)
            for file in files:
                digest = hashlib.blake2b(file.content, digest_size=16).digest()
                before = known.get(file.path)
                summary.size += len(file.content)
                summary.kinds[file.kind] = summary.kinds.get(file.kind, 0) + 1
                if before is not None and before.digest == digest and self._untouched(file.path, before):
                    fresh[file.path] = before
                    summary.unchanged += 1
                else:
                    self._stage(file, len(changed))
                    changed.append(file.path)
                    fresh[file.path] = _Known(digest, len(file.content), 0)
            self._move_in(changed)
            summary.written = len(changed)
            summary.deleted = self._delete_others(fresh)
            self._remember(fresh, changed)
        except OSError as error:
            shutil.rmtree(self.staging, ignore_errors=True)
            where = f"（{error.filename}）" if error.filename else ""
            raise SiteNotWritten(f"网站没有写成：{error.strerror}{where}；原来的网站还在。") from error
        return summary

    def _manifest(self) -> dict[str, _Known]:
        try:
            return msgspec.msgpack.decode(self.manifest_file.read_bytes(), type=dict[str, _Known])
        except (OSError, msgspec.DecodeError, msgspec.ValidationError):
            return {}

    def _untouched(self, path: str, known: _Known) -> bool:
        try:
            status = os.stat(f"{self.out}/{path}", follow_symlinks=False)
        except OSError:
            return False
        return status.st_size == known.size and status.st_mtime_ns == known.time

    def _stage(self, file: File, number: int) -> None:
        """Write a file beside the site under its number: no folders to make yet."""
        descriptor = os.open(f"{self.staging}/{number}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            written = 0
            while written < len(file.content):
                written += os.write(descriptor, file.content[written:])
        finally:
            os.close(descriptor)

    def _move_in(self, changed: list[str]) -> None:
        made: set[str] = set()
        for number, path in enumerate(changed):
            folder = path.rpartition("/")[0]
            if folder not in made:
                os.makedirs(f"{self.out}/{folder}", exist_ok=True)
                made.add(folder)
            os.replace(f"{self.staging}/{number}", f"{self.out}/{path}")
        os.makedirs(self.out, exist_ok=True)
        shutil.rmtree(self.staging, ignore_errors=True)

    def _delete_others(self, wanted: dict[str, _Known]) -> int:
        """Delete files and folders that this build did not make."""
        deleted = 0
        for folder, _, names in os.walk(self.out, topdown=False):
            prefix = os.path.relpath(folder, self.out).replace(os.sep, "/")
            prefix = "" if prefix == "." else prefix + "/"
            for name in names:
                if prefix + name not in wanted:
                    os.unlink(f"{folder}/{name}")
                    deleted += 1
            if prefix and not os.listdir(folder):
                os.rmdir(folder)
        return deleted

    def _remember(self, fresh: dict[str, _Known], changed: list[str]) -> None:
        for path in changed:
            fresh[path].time = os.stat(f"{self.out}/{path}").st_mtime_ns
        temporary = self.manifest_file.with_name(f"{self.manifest_file.name}.{os.getpid()}")
        temporary.write_bytes(msgspec.msgpack.encode(fresh))
        temporary.replace(self.manifest_file)
