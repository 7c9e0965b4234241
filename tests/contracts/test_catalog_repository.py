"""One contract for every `CatalogRepository`: a folder, a commit of a repository, a value in memory."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.repository import (
    FolderCatalogRepository,
    GitCatalogRepository,
    InMemoryCatalogRepository,
)
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.errors import CatalogNotFound
from mianzheng.model import Catalog
from mianzheng.ports import CatalogRepository
from tests.stand_ins.bare import Bare


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=测试", "-c", "user.email=test@example.invalid", "-c", "core.autocrlf=false"]
    done = subprocess.run(["git", "-C", str(folder), *identity, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


class CatalogRepositoryContract:
    """What every adapter promises; `repository` and `expected` are given by the subclass."""

    @pytest.fixture
    def expected(self, catalog_folder: Path) -> Catalog:
        return load(FolderSource(catalog_folder)).catalog

    def test_reads_the_whole_catalog_without_findings(self, repository: CatalogRepository, expected: Catalog) -> None:
        catalog, findings = repository.read()
        assert findings == []
        assert catalog == expected

    def test_renders_a_record_where_it_lies_and_as_it_is(
        self, repository: CatalogRepository, expected: Catalog, catalog_folder: Path
    ) -> None:
        for home, item in expected.items():
            path, text = repository.render(item, home.place.id)
            assert (catalog_folder / path).read_text("utf-8") == text
        for record in (*expected.kinds.values(), *expected.legal_bases.values(), *expected.profiles.values()):
            path, text = repository.render(record)
            assert (catalog_folder / path).read_text("utf-8") == text


class TestFolder(CatalogRepositoryContract):
    @pytest.fixture
    def repository(self, catalog_folder: Path) -> CatalogRepository:
        return FolderCatalogRepository(catalog_folder, cache=catalog_folder.parent / "cache.bin")


class TestInMemory(CatalogRepositoryContract):
    @pytest.fixture
    def repository(self, expected: Catalog) -> CatalogRepository:
        return InMemoryCatalogRepository(expected)


class TestGit(CatalogRepositoryContract):
    @pytest.fixture
    def repository(self, catalog_folder: Path) -> CatalogRepository:
        top = catalog_folder.parent
        git(top, "init", "-q", "-b", "main")
        git(top, "add", "catalog")
        git(top, "commit", "-q", "-m", "清单")
        bare = top / "bare.git"
        git(top, "clone", "-q", "--bare", ".", str(bare))
        return GitCatalogRepository(bare)

    def test_an_older_commit_stays_what_it_was(self, repository: CatalogRepository, catalog_folder: Path) -> None:
        top = catalog_folder.parent
        first = git(top, "rev-parse", "HEAD")
        for file in (catalog_folder / "places" / "test-wuhai").rglob("*.yaml"):
            file.unlink()
        git(top, "commit", "-q", "-a", "-m", "少一个地区")
        git(top, "push", "-q", "bare.git", "main")
        assert "test-wuhai" not in repository.read()[0].places
        assert "test-wuhai" in repository.read(first)[0].places
        assert "test-wuhai" in FolderCatalogRepository(catalog_folder).read(first)[0].places

    @pytest.mark.parametrize("ref", ["nowhere", "--help", "main^{tree}", "main~9"])
    def test_a_ref_that_is_none_is_not_found(self, repository: CatalogRepository, ref: str) -> None:
        with pytest.raises(CatalogNotFound):
            repository.read(ref)

    def test_a_commit_is_read_once_and_a_newer_one_is_seen(self, repository: CatalogRepository) -> None:
        assert isinstance(repository, GitCatalogRepository)
        first, findings = repository.read()
        findings.append(None)  # type: ignore[arg-type]
        again, sound = repository.read()
        assert again is first and sound == []
        bare = Bare(repository.repository)
        moved = bare.commit("main", {"catalog/bodies.yaml": "x: 1\n"})
        assert repository.read()[1] != [] and repository.read(f"{moved}^")[1] == []

    def test_a_link_in_a_commit_is_a_finding(self, repository: CatalogRepository, catalog_folder: Path) -> None:
        (catalog_folder / "kinds" / "link.yaml").symlink_to("/etc/hostname")
        git(catalog_folder.parent, "add", "catalog")
        git(catalog_folder.parent, "commit", "-q", "-m", "链接")
        git(catalog_folder.parent, "push", "-q", "bare.git", "main")
        assert [(f.code, f.file) for f in repository.read()[1]] == [("file-unknown", "kinds/link.yaml")]


def test_a_folder_that_is_none_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(CatalogNotFound):
        FolderCatalogRepository(tmp_path / "nowhere").read()
