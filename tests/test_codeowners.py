"""CODEOWNERS from the offices of the places."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts import codeowners as script

from mianzheng.adapters.forge.codeowners import HEAD, codeowners
from mianzheng.catalog_files.loading import Loaded

TEAMS = {
    "demo-yiyuan/joint_conference_office": "@county/office",
    "demo-yiyuan/justice": "@county/justice",
    "demo-fangxian/justice": "@fang/justice",
    "nowhere/justice": "@x/y",
}


def test_each_place_belongs_to_its_offices_and_no_body_owns_its_own_items(shipped: Loaded) -> None:
    assert codeowners(shipped.catalog, TEAMS, "@county/maintainers").splitlines() == [
        HEAD,
        "* @county/maintainers",
        "",
        "# 示例县（房县规则）",
        "/catalog/places/demo-fangxian/ @fang/justice",
        "/catalog/places/demo-fangxian/items/bd-ffdhg7/ @county/maintainers",
        "/catalog/places/demo-fangxian/place.yaml @county/maintainers",
        "",
        "# 示例县（沂源规则）",
        "/catalog/places/demo-yiyuan/ @county/justice @county/office",
        "/catalog/places/demo-yiyuan/items/bd-0px2m4/ @county/office",
        "/catalog/places/demo-yiyuan/items/bd-8h8ce7/ @county/justice",
        "/catalog/places/demo-yiyuan/place.yaml @county/maintainers",
    ]


def test_without_teams_all_belongs_to_the_maintainers(shipped: Loaded) -> None:
    assert codeowners(shipped.catalog, {}, "@me") == f"{HEAD}\n* @me\n"


def test_the_script_writes_checks_and_says_what_is_wrong(
    shared_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    teams, out = tmp_path / "teams.yaml", tmp_path / "CODEOWNERS"
    teams.write_text('maintainers: "@me"\nteams: {test-yiyuan/justice: "@county/justice"}\n', "utf-8")
    arguments = ["--teams", str(teams), "--catalog", str(shared_folder), "--out", str(out)]
    assert script.main([*arguments, "--check"]) == 1
    assert script.main(arguments) == 0
    assert script.main([*arguments, "--check"]) == 0
    assert out.read_text("utf-8").startswith(f"{HEAD}\n* @me\n")
    for bad in ("maintainers: me\nteams: {}\n", "teams: {}\n", "[", "maintainers: '@a b'\nteams: {}\n"):
        teams.write_text(bad, "utf-8")
        assert script.main(arguments) == 2
    assert script.main(["--teams", str(tmp_path / "none"), "--catalog", str(shared_folder)]) == 2
    teams.write_text('maintainers: "@me"\nteams: {}\n', "utf-8")
    assert script.main(["--teams", str(teams), "--catalog", str(tmp_path / "none"), "--out", str(out)]) == 1
    assert "找不到清单文件夹" in capsys.readouterr().err
