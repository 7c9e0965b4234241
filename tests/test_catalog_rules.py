"""What the five policies ask of the catalog. The marker says which rules a test proves and where they live."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mianzheng.catalog_files.loading import Loaded, load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.changes import forbidden_changes
from mianzheng.model import Catalog
from mianzheng.rules import check
from mianzheng.rules.items import LISTED
from mianzheng.rules.standing import as_of, standing_on
from tests.alterations import alter

carries = pytest.mark.carries


def codes_after(folder: Path, *changes: dict[str, Any]) -> set[str]:
    """The codes of all errors and warnings after some changes to the test catalog."""
    for change in changes:
        alter(folder, change)
    loaded = load(FolderSource(folder))
    findings = loaded.findings + check(loaded.catalog, today="2026-11-25")
    return {f.code for f in findings if f.level != "hint"}


def active(place: str, method: str, **change: Any) -> dict[str, Any]:
    return {"item": {"place": place, "status": "active", "method": method}, **change}


METHODS = [
    ("yiyuan", {"share", "commit", "verify", "other"}),
    ("boshan", {"cancel", "share", "commit", "verify", "proxy"}),
    ("fangxian", {"cancel", "commit", "share", "agency"}),
    ("qingshen", {"share", "reference", "reuse", "commit", "approve_first", "tolerate"}),
    ("wuhai", {"call", "check", "issue_online"}),
]


@carries("catalog", "FX-1-1", "BS-PL-2-2b", "WH-N-2a", where="mianzheng.rules.methods:check_methods")
@pytest.mark.parametrize(("profile", "methods"), METHODS)
def test_each_profile_has_its_own_methods_and_an_item_of_each(profile: str, methods: set[str], loaded: Loaded) -> None:
    rules = loaded.catalog.profiles[profile].methods
    assert set(rules.enabled.value or ()) == methods
    assert set(rules.labels_zh.value or {}) == methods
    items = loaded.catalog.places[f"test-{profile}"].items.values()
    assert methods - {"cancel"} <= {v.method for item in items for v in item.versions}


@carries("catalog", "WH-N-2a", where="mianzheng.rules.methods:_references")
def test_a_call_names_one_of_the_two_systems(catalog_folder: Path) -> None:
    change = active("test-wuhai", "call", set={"versions.0.call": {"system": "nowhere"}})
    assert codes_after(catalog_folder, change) == {"method-not-enabled"}


@carries("catalog", "YY-VER-04", "BS-VER-04", where="mianzheng.rules.methods:_complete")
@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_verification_needs_both_templates_and_a_time_class(place: str, catalog_folder: Path) -> None:
    change = active(place, "verify", drop=["versions.0.verify", "versions.0.time_class"])
    assert codes_after(catalog_folder, change) == {"method-incomplete"}


@carries("catalog", "YY-CMP-04-4", "BS-CMP-04-4", where="mianzheng.rules.items:_cancellation")
@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_what_is_cancelled_is_still_issued_for_use_outside(place: str, catalog_folder: Path) -> None:
    change = {"item": {"place": place, "status": "cancelled"}, "set": {"issue_for_outside_use": False}}
    assert codes_after(catalog_folder, change) == {"cancel-incomplete"}


@carries("catalog", "FX-3-1-5", where="mianzheng.rules.items:_cancellation")
def test_in_fangxian_issuers_stop_once_it_is_cancelled(catalog_folder: Path) -> None:
    change = {"item": {"place": "test-fangxian", "status": "cancelled"}, "set": {"issue_for_outside_use": True}}
    assert codes_after(catalog_folder, change) == {"cancel-incomplete"}


@carries("catalog", "FX-3-1-5", where="mianzheng.changes:forbidden_changes")
def test_cancelled_is_final(catalog_folder: Path) -> None:
    before = load(FolderSource(catalog_folder)).catalog
    alter(
        catalog_folder,
        {
            "item": {"place": "test-fangxian", "status": "cancelled"},
            "set": {"status": "candidate"},
            "drop": ["cancelled"],
        },
    )
    after = load(FolderSource(catalog_folder)).catalog
    assert [f.code for f in forbidden_changes(before, after)] == ["cancel-incomplete"]


@carries("catalog", "FX-1-2", "BS-PL-3-1-1a", where="mianzheng.rules.items:_scope")
@pytest.mark.parametrize("place", ["test-fangxian", "test-boshan"])
def test_only_services_of_the_listed_types_are_covered(place: str, catalog_folder: Path) -> None:
    change = {"service": {"place": place}, "set": {"kind": "party_mass"}}
    assert codes_after(catalog_folder, change) == {"level-mismatch"}


@carries("catalog", "BS-PL-3-1-1a", where="catalog/profiles/boshan.yaml#items.service_types")
def test_boshan_names_seven_types_of_service(loaded: Loaded) -> None:
    types = loaded.catalog.profiles["boshan"].items.service_types.value
    assert types == ("permit", "confirmation", "benefit", "reward", "adjudication", "other_power", "public")


@carries("catalog", "FX-2-1-1", "BS-PL-2-1a", "BS-PL-3-1-1b", where="mianzheng.rules.proofs:check_proofs")
@pytest.mark.parametrize("place", ["test-fangxian", "test-boshan"])
def test_circular_certificates_are_found(place: str, catalog_folder: Path) -> None:
    """Two services that each ask for what the other one issues."""
    catalog = load(FolderSource(catalog_folder)).catalog
    home = catalog.places[place]
    items = [i for i in home.items.values() if i.status in LISTED]
    first = items[0]
    second = next(i for i in items if i.service != first.service and i.kind != first.kind)
    for maker, kind in ((second.service, first.kind), (first.service, second.kind)):
        alter(catalog_folder, {"file": catalog.files[maker], "set": {"produces": [kind]}})
    assert codes_after(catalog_folder) == {"circular-proof"}


@carries("catalog", "FX-2-1-1", "BS-PL-2-1a", where="mianzheng.rules.items:_references")
def test_absurd_repeated_and_circular_are_tags_of_an_item(catalog_folder: Path, loaded: Loaded) -> None:
    reasons = loaded.catalog.vocabularies.reasons
    assert reasons is not None
    assert [tag.code for tag in reasons.problem_tags] == ["absurd", "repeated", "circular"]
    change = {"item": {"place": "test-boshan", "status": "candidate"}, "set": {"problem_tags": ["silly"]}}
    assert codes_after(catalog_folder, change) == {"reference-unknown"}


@carries(
    "catalog", "FX-2-1-2", "FX-3-1-2", "BS-PL-2-1b", "BS-PL-3-1-1b", "QS-SP-4-1a",
    where="mianzheng.rules.bases:check_bases_of_item",
)  # fmt: skip
@pytest.mark.parametrize("place", ["test-fangxian", "test-boshan", "test-qingshen"])
def test_without_a_legal_basis_nothing_may_be_asked_for(place: str, catalog_folder: Path) -> None:
    assert codes_after(catalog_folder, active(place, "share", set={"legal_bases": []})) == {"basis-missing"}


@carries("catalog", "FX-2-1-2", "BS-PL-2-1b", where="mianzheng.rules.methods:_risk")
@pytest.mark.parametrize("place", ["test-fangxian", "test-boshan"])
def test_a_method_comes_after_a_risk_assessment(place: str, catalog_folder: Path) -> None:
    change = active(place, "share", drop=["risk_assessed"], set={"provenance.standing": "imported"})
    assert codes_after(catalog_folder, change) == {"risk-assessment-missing"}


@carries("catalog", "FX-2-2-1", where="mianzheng.rules.items:_references")
def test_an_item_belongs_to_a_service_of_the_directory(catalog_folder: Path) -> None:
    change = active("test-fangxian", "share", set={"service": "sv-00000f"})
    assert "reference-unknown" in codes_after(catalog_folder, change) - {"id-malformed"} | {"reference-unknown"}
    other = load(FolderSource(catalog_folder)).catalog.places["test-boshan"]
    change = active("test-fangxian", "commit", set={"service": next(iter(other.services))})
    assert "reference-unknown" in codes_after(catalog_folder, change)


@carries("catalog", "FX-3-1-1", where="mianzheng.rules.items:check_issuer")
def test_committees_are_not_asked_for_what_they_must_not_issue(catalog_folder: Path) -> None:
    catalog = load(FolderSource(catalog_folder)).catalog
    kind = next(k for k in catalog.kinds.values() if k.may_not_issue)
    committee = next(b for b in catalog.places["test-fangxian"].bodies.values() if b.kind == "committee")
    change = active("test-fangxian", "share", set={"kind": kind.id, "issuing_body": committee.id})
    assert codes_after(catalog_folder, change) == {"issuer-may-not-issue"}


@carries("catalog", "FX-3-1-1", where="mianzheng.rules.items:_cancellation")
def test_a_cancellation_by_upstream_list_names_the_list(catalog_folder: Path) -> None:
    change = {"item": {"place": "test-fangxian", "reason": "X6_upstream_list"}, "drop": ["cancelled.upstream"]}
    assert codes_after(catalog_folder, change) == {"cancel-incomplete"}


@carries("catalog", "FX-3-1-2", "BS-PL-3-1-1c", "QS-PL-4-2a", where="mianzheng.rules.items:required_fields")
@pytest.mark.parametrize(
    ("place", "target", "part"),
    [
        ("test-fangxian", "item", "issuing_body"),
        ("test-boshan", "item", "issuing_body"),
        ("test-boshan", "service", "code"),
        ("test-qingshen", "service", "guide.conditions"),
        ("test-qingshen", "service", "guide.procedure"),
        ("test-qingshen", "service", "guide.time_limit"),
        ("test-qingshen", "service", "guide.fee"),
    ],
)
def test_the_parts_a_profile_asks_for_are_there(place: str, target: str, part: str, catalog_folder: Path) -> None:
    wanted = {"place": place, "status": "active"} if target == "item" else {"place": place, "name": "测试社会救助"}
    assert codes_after(catalog_folder, {target: wanted, "drop": [part]}) == {"field-missing"}


@carries("catalog", "FX-3-2-2", where="mianzheng.rules.methods:_commit_needs")
def test_fangxian_says_why_a_commitment_is_acceptable(catalog_folder: Path) -> None:
    change = active("test-fangxian", "commit", drop=["versions.0.commit.selection"])
    assert codes_after(catalog_folder, change) == {"method-incomplete"}


EXCLUSIONS = [
    ("fangxian", "FX-5-3-2a", "law_express"),
    ("fangxian", "FX-5-3-2b", "state_security"),
    ("fangxian", "FX-5-3-2b", "state_secret"),
    ("fangxian", "FX-5-3-2c", "public_safety"),
    ("fangxian", "FX-5-3-2d", "financial_prudential"),
    ("fangxian", "FX-5-3-2e", "ecology"),
    ("fangxian", "FX-5-3-2f", "health_life_property"),
    ("fangxian", "FX-5-3-2g", "foreign_related"),
    ("wuhai", "WH-OR-03a", "state_secret"),
    ("wuhai", "WH-OR-03a", "public_safety"),
    ("wuhai", "WH-OR-03a", "work_safety"),
    ("wuhai", "WH-OR-03a", "ecology"),
    ("wuhai", "WH-OR-03a", "prudential"),
    ("wuhai", "WH-OR-03a", "health_life_property"),
    ("wuhai", "WH-OR-03b", "outside_city_unverifiable"),
    ("wuhai", "WH-OR-03c", "region_reviewed"),
]


@carries(
    "catalog", "FX-5-3-2a", "FX-5-3-2b", "FX-5-3-2c", "FX-5-3-2d", "FX-5-3-2e", "FX-5-3-2f", "FX-5-3-2g",
    "WH-OR-03a", "WH-OR-03b", "WH-OR-03c", where="mianzheng.rules.items:_exclusion",
)  # fmt: skip
@pytest.mark.parametrize(("profile", "rule", "code"), EXCLUSIONS)
def test_each_exclusion_of_a_profile_can_be_used_there_and_only_there(
    profile: str, rule: str, code: str, loaded: Loaded, catalog_folder: Path
) -> None:
    exclusions = loaded.catalog.profiles[profile].items.exclusions
    assert code in (exclusions.value or ())
    assert rule in exclusions.sources
    home = loaded.catalog.places[f"test-{profile}"]
    assert any(i.excluded and i.excluded.code == code and i.status == "excluded" for i in home.items.values())
    change = {
        "item": {"place": "test-yiyuan", "status": "candidate"},
        "set": {"status": "excluded", "excluded": {"code": code, "reason": "风险大"}},
    }
    assert codes_after(catalog_folder, change) == {"excluded-has-method"}


@carries("catalog", "BS-PL-3-1-1d", "BS-PL-3-1-1g", "WH-N-1a", "WH-N-3-2b", where="mianzheng.rules.items:_levels")
@pytest.mark.parametrize(
    ("place", "levels", "wrong"),
    [("test-boshan", {"district", "town"}, "province"), ("test-wuhai", {"city", "district"}, "county")],
)
def test_only_the_levels_of_the_profile_keep_lists(
    place: str, levels: set[str], wrong: str, loaded: Loaded, catalog_folder: Path
) -> None:
    profile = loaded.catalog.places[place].profile
    assert profile is not None
    assert set(profile.items.levels.value or ()) == levels
    home = loaded.catalog.places[place]
    asking = next(i.requesting_body for i in home.items.values() if i.status == "active")
    index = list(home.bodies).index(asking)
    change = {"file": f"places/{place}/bodies.yaml", "set": {f"bodies.{index}.level": wrong}}
    assert "level-mismatch" in codes_after(catalog_folder, change)


@carries("catalog", "BS-PL-3-1-1g", where="mianzheng.rules.items:_levels")
def test_a_town_lists_what_it_handles_itself(catalog_folder: Path, loaded: Loaded) -> None:
    bodies = loaded.catalog.places["test-boshan"].bodies.values()
    town = next(b for b in bodies if b.level == "town")
    change = active("test-boshan", "share", set={"requesting_body": town.id})
    assert codes_after(catalog_folder, change) == {"level-mismatch"}, "the service still belongs to the district"
    assert codes_after(catalog_folder, {"service": {"place": "test-boshan"}, "set": {"body": town.id}})


@carries("catalog", "QS-PL-4-2b", "QS-SP-1-3-1a", where="mianzheng.rules.names:check_names_of_item")
@pytest.mark.parametrize("name", ["收入证明等材料", "其他材料", "相关证明", "有关证明文件"])
def test_vague_names_are_errors_in_qingshen(name: str, catalog_folder: Path) -> None:
    alter(catalog_folder, {"kind": {"name": "测试收入证明"}, "set": {"name": name}})
    loaded = load(FolderSource(catalog_folder))
    levels = {f.level for f in check(loaded.catalog, today="2026-11-25") if f.code == "name-vague"}
    assert levels == {"error", "warning"}, "an error where Qingshen uses it, a warning at the kind itself"


@carries("catalog", "QS-SP-1-3-1a", where="mianzheng.model.items:TolerateTerms")
def test_material_that_may_be_missing_is_marked(loaded: Loaded) -> None:
    items = loaded.catalog.places["test-qingshen"].items.values()
    assert [v.tolerate.promise for i in items for v in i.versions if v.tolerate] == ["rq-v1"]


@carries("catalog", "QS-SP-4-1b", where="mianzheng.rules.names:check_names_of_item")
def test_a_special_case_states_its_condition_plainly(catalog_folder: Path) -> None:
    change = active("test-qingshen", "share", set={"condition": "其他材料不全时"})
    assert codes_after(catalog_folder, change) == {"name-vague"}


@carries("catalog", "QS-PL-4-2d", where="mianzheng.rules.places:_service")
def test_a_township_service_says_on_whose_authority(catalog_folder: Path, loaded: Loaded) -> None:
    bodies = loaded.catalog.places["test-qingshen"].bodies.values()
    town = next(b for b in bodies if b.kind == "township")
    change = {"service": {"place": "test-qingshen"}, "set": {"body": town.id}}
    assert "authority-mismatch" in codes_after(catalog_folder, change)
    authorisation = {"basis": "委托书", "kind": "委托", "term": "三年", "area": "本镇"}
    change["set"] = {"authorisation": authorisation}
    assert "authority-mismatch" not in codes_after(catalog_folder, change)


@carries("catalog", "QS-PL-4-3a", where="mianzheng.rules.methods:_complete")
def test_a_licence_of_the_same_office_is_named_not_copied(catalog_folder: Path) -> None:
    change = active("test-qingshen", "reference", drop=["versions.0.reference"])
    assert codes_after(catalog_folder, change) == {"method-incomplete"}


@carries("catalog", "QS-PL-4-3d", where="mianzheng.model.items:ShareTerms")
def test_shared_data_names_the_office_it_comes_from(catalog_folder: Path) -> None:
    change = active("test-qingshen", "share", set={"versions.0.share": {"source": "bd-000000"}})
    assert codes_after(catalog_folder, change) == {"reference-unknown"}


@carries("catalog", "QS-PV-3-1", where="mianzheng.rules.methods:_approve_first")
@pytest.mark.parametrize("reason", ["property", "identity_core"])
def test_property_and_identity_matters_are_not_approved_first(reason: str, catalog_folder: Path) -> None:
    catalog: Catalog = load(FolderSource(catalog_folder)).catalog
    home = catalog.places["test-qingshen"]
    item = next(i for i in home.items.values() if any(v.method == "approve_first" for v in i.versions))
    change = {"file": catalog.files[item.service], "set": {"approve_first_excluded": reason}}
    assert codes_after(catalog_folder, change) == {"method-not-enabled"}


@carries("catalog", "WH-N-1b", "WH-OR-02", where="mianzheng.rules.standing:standing_on")
def test_in_wuhai_licences_come_first_and_other_classes_sleep(loaded: Loaded) -> None:
    catalog = loaded.catalog
    states: dict[str, set[str]] = {"licence": set(), "certificate": set(), "approval": set()}
    for home, item, standing in as_of(catalog, "2026-11-25"):
        if home.place.profile == "wuhai":
            states[catalog.kinds[item.kind].material_class].add(standing.state)
    assert states["licence"] == {"listed", "excluded"}
    assert states["certificate"] == states["approval"] == {"dormant"}


def test_the_word_of_a_past_day_is_the_word_of_that_day(loaded: Loaded) -> None:
    home = loaded.catalog.places["test-yiyuan"]
    item = next(i for i in home.items.values() if i.cancelled)
    kind = loaded.catalog.kinds[item.kind]
    assert standing_on(item, kind, home.profile, "2024-04-27").state == "candidate"
    assert standing_on(item, kind, home.profile, "2024-04-28").state == "cancelled"
