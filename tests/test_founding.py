"""A sixth place comes up without a line of code."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from scripts import new_place

from mianzheng.catalog_files.founding import silent_profile
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.model.reference import Level
from mianzheng.rules import check
from mianzheng.rules.standing import as_of
from tests.alterations import alter


def run(folder: Path, *arguments: str) -> int:
    return new_place.main([*arguments, "--catalog", str(folder)])


def errors(folder: Path) -> list[str]:
    loaded = load(FolderSource(folder))
    return [f"{f.file}: {f.message}" for f in loaded.findings + check(loaded.catalog, today="2026-11-25")]


@pytest.mark.parametrize("profile", ["none", "yiyuan", "wuhai"])
def test_a_new_place_is_empty_and_right_at_once(profile: str, catalog_folder: Path) -> None:
    assert run(catalog_folder, "--id", "mouxian", "--name", "某县", "--profile", profile) == 0
    assert errors(catalog_folder) == []
    home = load(FolderSource(catalog_folder)).catalog.places["mouxian"]
    assert home.profile is not None
    assert (home.place.fictional, home.place.coverage.value, dict(home.items)) == (False, "sample", {})


def test_a_place_whose_rules_are_all_silent_can_still_keep_a_list(catalog_folder: Path) -> None:
    """The items of a test place, carried over to a sixth place with no policy at all."""
    run(catalog_folder, "--id", "mouxian", "--name", "某县", "--profile", "none")
    for file in sorted((catalog_folder / "places" / "test-yiyuan").rglob("*.yaml")):
        target = catalog_folder / "places" / "mouxian" / file.relative_to(catalog_folder / "places" / "test-yiyuan")
        if file.name != "place.yaml":
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
        file.unlink()
    assert errors(catalog_folder) == []
    catalog = load(FolderSource(catalog_folder)).catalog
    states = {s.state for home, _, s in as_of(catalog, "2026-11-25") if home.place.id == "mouxian"}
    assert states == {"listed", "candidate", "cancelled", "notice"}


def test_all_leaves_of_a_new_profile_are_silent() -> None:
    leaves = dict(silent_profile("mouxian").leaves())
    assert len(leaves) > 80
    assert {(leaf.value, leaf.source) for leaf in leaves.values()} == {(None, "silent")}


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(
    catalog_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(catalog_folder.rglob("*"))
    arguments = ["--id", "Bad_Id", "--name", " ", "--profile", "nowhere", "--level", "galaxy"]
    assert run(catalog_folder, *arguments) == 2
    said = capsys.readouterr().err
    assert all(word in said for word in ("--id", "--name", "--profile", "--level", "boshan", "county"))
    assert sorted(catalog_folder.rglob("*")) == before


def test_an_existing_place_and_a_reserved_address_are_refused(
    catalog_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(catalog_folder, "--id", "test-yiyuan", "--name", "又来", "--profile", "yiyuan") == 2
    assert "已经有了" in capsys.readouterr().err
    assert run(catalog_folder, "--id", "search", "--name", "搜索县", "--profile", "yiyuan") == 2
    assert "地址" in capsys.readouterr().err


def test_a_district_may_follow_its_city(catalog_folder: Path) -> None:
    run(catalog_folder, "--id", "mouqu", "--name", "某区", "--profile", "wuhai", "--level", "district")
    alter(catalog_folder, {"place": "mouqu", "set": {"parent": "test-wuhai"}})
    assert errors(catalog_folder) == []
    place = yaml.safe_load((catalog_folder / "places/mouqu/place.yaml").read_text("utf-8"))
    level: Level = place["level"]
    assert level == "district"
