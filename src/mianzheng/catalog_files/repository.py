"""`CatalogRepository` on a folder of files, on a commit of a git repository, and in memory."""

from __future__ import annotations

from pathlib import Path

from mianzheng.catalog_files.loading import Loaded, Progress, load
from mianzheng.catalog_files.rendering import render_record
from mianzheng.catalog_files.sources import CommitSource, FolderSource
from mianzheng.errors import CatalogNotFound
from mianzheng.model import Catalog, Finding, Record


class _Rendering:
    """Every adapter writes the same canonical text to the same place."""

    def render(self, record: Record, place: str = "") -> tuple[str, str]:
        return render_record(record, place)


class FolderCatalogRepository(_Rendering):
    """A catalog folder; with a ref, the same folder at a commit of the git repository it lies in."""

    def __init__(self, folder: Path, *, cache: Path | None = None) -> None:
        self.folder = folder
        self.cache = cache

    def load(self, ref: str = "", progress: Progress | None = None) -> Loaded:
        """The catalog with everything needed to point at lines. Raises CatalogNotFound."""
        if ref:
            repository, folder = repository_of(self.folder)
            return load(CommitSource(repository, ref, folder))
        return load(FolderSource(self.folder), cache_file=self.cache, progress=progress)

    def read(self, ref: str = "") -> tuple[Catalog, list[Finding]]:
        loaded = self.load(ref)
        return loaded.catalog, loaded.findings


class GitCatalogRepository(_Rendering):
    """The `catalog/` folder of a git repository, bare or not; `ref` defaults to its `main`.

    The last commit that was read is kept: a commit never changes, and jobs ask for the newest every few seconds.
    """

    def __init__(self, repository: Path, *, folder: str = "catalog", default_ref: str = "main") -> None:
        self.repository = repository
        self.folder = folder
        self.default_ref = default_ref
        self._kept: tuple[str, Loaded] | None = None

    def read(self, ref: str = "") -> tuple[Catalog, list[Finding]]:
        source = CommitSource(self.repository, ref or self.default_ref, self.folder)
        kept = self._kept
        if kept is None or kept[0] != source.commit:
            kept = self._kept = source.commit, load(source)
        return kept[1].catalog, list(kept[1].findings)


class InMemoryCatalogRepository(_Rendering):
    """A catalog handed over as a value, for tests and previews; knows one state only."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def read(self, ref: str = "") -> tuple[Catalog, list[Finding]]:
        return self.catalog, []


def repository_of(folder: Path) -> tuple[Path, str]:
    """The git work tree that a catalog folder lies in, and the folder's path in it. Raises CatalogNotFound."""
    absolute = folder.resolve()
    for parent in (absolute, *absolute.parents):
        if (parent / ".git").exists():
            return parent, absolute.relative_to(parent).as_posix()
    raise CatalogNotFound(f"{folder} 不在 git 仓库里，无法和以前的版本比较")
