"""The list as GitHub has it at a commit, and how it is published to all functions.

There is no git command in a function. Files that the bundle holds are not fetched again: a blob's id tells that they
are the same, so a merge costs one listing and the files that changed.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from chalicelib.published import PUBLISHED, Published, form
from mianzheng.adapters.forge.github.reading import Repository
from mianzheng.adapters.s3 import Bucket
from mianzheng.catalog_files.loading import Loaded, load
from mianzheng.catalog_files.rendering import render_record
from mianzheng.catalog_files.sources import IGNORED_FILES, IGNORED_FOLDERS, Entry
from mianzheng.errors import CatalogNotFound, Unavailable
from mianzheng.model import Catalog, Finding, Record, has_errors
from mianzheng.ports import Forge

FOLDER = "catalog"
FILES = Path(__file__).with_name("catalog.zip")


class GitHubList:
    """A `CatalogRepository`: the folder `catalog/` on GitHub's main branch."""

    def __init__(self, forge: Forge, repository: Repository, files: Path = FILES) -> None:
        self.forge, self._repository, self._files = forge, repository, files
        self._last: tuple[str, Loaded] | None = None

    def read(self, ref: str = "") -> tuple[Catalog, list[Finding]]:
        """The list at a commit, by default the newest. Raises Unavailable, Rejected, CatalogNotFound."""
        commit = ref or self.forge.main()
        if self._last is None or self._last[0] != commit:
            known = self._last[1].readings if self._last else None
            self._last = commit, load(_Source(self._repository, commit, self._files), known=known)
        return self._last[1].catalog, self._last[1].findings

    def render(self, record: Record, place: str = "") -> tuple[str, str]:
        return render_record(record, place)


class ListPublisher:
    """Brings the newest list to all functions; the pages are built by whoever builds the site from the same commit."""

    def __init__(self, repository: GitHubList, bucket: Bucket) -> None:
        self._repository, self._bucket = repository, bucket

    @property
    def commit(self) -> str:
        """The commit whose list is published; empty before the first. Raises Unavailable."""
        return self._there().commit

    def _there(self) -> _Named:
        found = self._bucket.read(PUBLISHED)
        return msgspec.json.decode(found[0], type=_Named) if found else _Named()

    def publish(self) -> None:
        """Publish if there is anything new. Raises Unavailable: the last good list stays."""
        self.report()

    def report(self) -> str:
        """The same; says what was done."""
        newest, there = self._repository.forge.main(), self._there()
        if (there.commit, there.form) == (newest, form()):
            return "清单没有变化"
        catalog, findings = self._repository.read(newest)
        if has_errors(findings):
            raise Unavailable("清单有错误，没有公布；请在仓库里改好")
        published = Published(commit=newest, catalog=catalog, form=form())
        self._bucket.write(PUBLISHED, msgspec.json.encode(published), "application/json")
        return f"公布清单 {newest[:12]}"


class _Named(msgspec.Struct):
    """As much of a published list as tells which one it is."""

    commit: str = ""
    form: str = ""


class _Source:
    """A catalog at a commit on GitHub. Stamps are blob ids."""

    def __init__(self, repository: Repository, commit: str, files: Path) -> None:
        self._repository, self._commit, self._files = repository, commit, files
        self._blobs: dict[str, str] = {}

    def entries(self) -> list[Entry]:
        """See the protocol. Raises CatalogNotFound."""
        found = []
        for path, mode, blob in self._repository.listing(self._commit, FOLDER):
            name = path.rpartition("/")[2]
            if path.split("/", 1)[0] in IGNORED_FOLDERS or name in IGNORED_FILES or "/." in f"/{path}":
                continue
            self._blobs[path] = blob
            found.append(Entry(path, blob, "file" if mode.startswith("100") else "link"))
        if not found:
            raise CatalogNotFound(f"提交 {self._commit[:12]} 里没有 {FOLDER}/ 文件夹")
        return sorted(found, key=lambda entry: entry.path)

    def contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """See the protocol."""
        with zipfile.ZipFile(self._files) as archive:
            held = set(archive.namelist())
            for path in paths:
                content = archive.read(path) if path in held else b""
                if blob_id(content) != self._blobs[path]:
                    content = self._repository.content(f"{FOLDER}/{path}", self._commit)
                yield path, content


def blob_id(content: bytes) -> str:
    """What git calls a file with this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
