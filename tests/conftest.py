"""Shared fixtures: a small catalog with every status, reason and exclusion, from shipped rules and test places."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mianzheng import publishing
from mianzheng.adapters.s3 import Bucket
from mianzheng.cases.actors import Actor
from mianzheng.catalog_files.loading import Loaded, load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.clock import WorkingCalendar
from mianzheng.site.generator import make_shells
from mianzheng.site.setting import Setting
from tests.complaint_desk import Life, receiver
from tests.stand_ins.cloud import Cloud, running
from tests.stores import MAKERS, kept_in

ROOT = Path(__file__).parent.parent
NOW = "2026-11-25T09:00:00+08:00"
TEST_PLACES = ROOT / "tests" / "data" / "catalog"


def lay_catalog(folder: Path) -> Path:
    """The shipped rules (profiles, vocabularies, calendars) with the test places instead of the example places."""
    shipped = ROOT / "catalog"
    for name in ("profiles", "calendar"):
        shutil.copytree(shipped / name, folder / name)
    for file in shipped.glob("*.yaml"):
        if file.name != "backlog.yaml":
            shutil.copy(file, folder / file.name)
    shutil.copytree(TEST_PLACES, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture
def catalog_folder(tmp_path: Path) -> Path:
    """A fresh copy of the test catalog that a test may change."""
    return lay_catalog(tmp_path / "catalog")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The test catalog, read only."""
    return lay_catalog(tmp_path_factory.mktemp("shared") / "catalog")


@pytest.fixture(scope="session")
def loaded(shared_folder: Path) -> Loaded:
    """The test catalog, loaded."""
    return load(FolderSource(shared_folder))


@pytest.fixture(scope="session")
def shipped() -> Loaded:
    """The catalog that the repository ships, loaded."""
    return load(FolderSource(ROOT / "catalog"))


@pytest.fixture(scope="session")
def calendar(shipped: Loaded) -> WorkingCalendar:
    """The announced working days of 2018 to 2026."""
    return WorkingCalendar(shipped.catalog.calendars)


@pytest.fixture(scope="session")
def shells(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generator's pages, built once."""
    out = tmp_path_factory.mktemp("shells") / "shell"
    make_shells(ROOT, out)
    return out


@pytest.fixture
def setting(shells: Path, catalog_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setting:
    """A build of a test catalog that a test may change."""
    monkeypatch.chdir(tmp_path)
    return publishing.setting(catalog=catalog_folder, out=tmp_path / "site", shells=shells, now=NOW)


@pytest.fixture
def own_shells(setting: Setting, tmp_path: Path) -> Setting:
    """The same with shells that a test may change."""
    return replace(setting, shells=shutil.copytree(setting.shells, tmp_path / "shells"))


@pytest.fixture(scope="session")
def built(shells: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The test catalog's site, built once and only read."""
    folder = tmp_path_factory.mktemp("built")
    catalog = lay_catalog(folder / "catalog")
    publishing.publish(publishing.setting(catalog=catalog, out=folder / "site", shells=shells, now=NOW))
    return folder / "site"


@pytest.fixture
def store_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in main memory where the machine has one: stores sync each commit, and tests need not wait for that."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The stand-in for AWS. Where it cannot run, its tests say why and are left out; never in CI."""
    with _started(tmp_path_factory.mktemp("cloud"), strict=False) as started:
        yield started


@pytest.fixture(scope="session")
def strict_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Another one that checks signatures, and from which pages browsers ask."""
    with _started(tmp_path_factory.mktemp("strict"), strict=True) as started:
        yield started


@contextmanager
def _started(folder: Path, *, strict: bool) -> Iterator[Cloud]:
    with ExitStack() as stack:
        try:
            started = stack.enter_context(running(folder, strict=strict))
        except (OSError, RuntimeError) as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(error))
        yield started


@pytest.fixture
def chief(life: Life) -> Actor:
    """Whoever receives complaints in the place whose cases the test's own `life` holds."""
    return receiver(life.home)


@pytest.fixture
def bucket(cloud: Cloud) -> Bucket:
    """A new bucket."""
    return cloud.bucket()


@pytest.fixture(params=sorted(MAKERS))
def every_store(request: pytest.FixtureRequest) -> Iterator[str]:
    """Runs a test once on each store that cases may be kept in; gives the store's name."""
    with kept_in(MAKERS[request.param](request)):
        yield request.param
