"""The acceptance scenarios of the catalog (tests/scenarios/catalog.yaml), played with the real rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mianzheng.catalog_files.loading import Loaded, load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.clock import shanghai_day
from mianzheng.model import Finding
from mianzheng.rules import check
from mianzheng.rules.standing import as_of
from tests.alterations import alter
from tests.conftest import ROOT

SCENARIOS = yaml.safe_load((ROOT / "tests" / "scenarios" / "catalog.yaml").read_text("utf-8"))


def judge(folder: Path, today: str = "2026-11-25") -> tuple[Loaded, list[Finding]]:
    loaded = load(FolderSource(folder))
    return loaded, loaded.located(loaded.findings + check(loaded.catalog, today=today))


def found_codes(case: dict[str, Any], folder: Path) -> None:
    for change in case["changes"]:
        alter(folder, change)
    loaded, findings = judge(folder, case.get("today", "2026-11-25"))
    level = case.get("only")
    assert sorted({f.code for f in findings if (f.level == level if level else f.level != "hint")}) == case["expect"]
    if wanted := case.get("basis_title_contains"):
        assert any(wanted in basis.title for basis in loaded.catalog.legal_bases.values())


def one_report(case: dict[str, Any], folder: Path) -> None:
    path = alter(folder, {"item": {"place": case["place"], "status": "candidate"}, "drop": ["issuing_body"]})
    service = yaml.safe_load((folder / path).read_text("utf-8"))["service"]
    alter(folder, {"file": f"places/{case['place']}/services/{service}.yaml", "drop": ["code"]})
    reports = [f for f in judge(folder)[1] if f.code == "field-missing" and f.file == path]
    assert len(reports) == 1
    assert all(word in reports[0].message for word in case["expect"])


def versions_over_midnight(case: dict[str, Any], folder: Path) -> None:
    change = {"item": {"place": "test-yiyuan", "status": "active", "versions": 2}}
    path = alter(folder, change | {"set": {"versions.0.from": case["effective"], "versions.1.until": "2025-10-10"}})
    item_id = Path(path).stem
    catalog = judge(folder)[0].catalog
    for instant, method in case["expect"].items():
        standings = {item.id: s for _, item, s in as_of(catalog, shanghai_day(instant))}
        version = standings[item_id].version
        assert version is not None
        assert version.method == method, instant


def dormant_class(case: dict[str, Any], folder: Path) -> None:
    leaf = {"items.enabled_from.approval.value": case["enabled_from"]}
    alter(folder, {"file": "profiles/wuhai.yaml", "set": leaf})
    catalog = judge(folder)[0].catalog
    for instant, state in case["expect"].items():
        states = {
            standing.state
            for home, item, standing in as_of(catalog, shanghai_day(instant))
            if home.place.profile == "wuhai"
            and catalog.kinds[item.kind].material_class == "approval"
            and item.status == "active"
        }
        assert states == {state}, instant


def personal_data(case: dict[str, Any], folder: Path) -> None:
    sample = next(iter(sorted(folder.glob("places/test-yiyuan/items/*/*.yaml"))))
    before = sample.read_text("utf-8")
    for line in case["lines"]:
        sample.write_text(before.replace("provenance:", f"{line}\nprovenance:", 1), "utf-8")
        number = before[: before.index("provenance:")].count("\n") + 1
        hits = [f for f in judge(folder)[1] if f.code == "personal-data"]
        assert [(f.level, f.line, f.file) for f in hits] == [("error", number, sample.relative_to(folder).as_posix())]
    for line in case["passes"]:
        sample.write_text(before.replace("provenance:", f"{line}\nprovenance:", 1), "utf-8")
        assert [f for f in judge(folder)[1] if f.code == "personal-data"] == []


PLAYERS = {f.__name__: f for f in (found_codes, one_report, versions_over_midnight, dormant_class, personal_data)}


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{c['id']} {c['title']}") for c in SCENARIOS])
def test_the_scenario_ends_as_required(case: dict[str, Any], catalog_folder: Path) -> None:
    PLAYERS[case["run"]](case, catalog_folder)
