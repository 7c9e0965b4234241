"""The application form: what every place asks for, what each reason needs, and all defects told at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from mianzheng.catalog_files.loading import Loaded, load
from mianzheng.catalog_files.repository import InMemoryCatalogRepository
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.model import Catalog
from mianzheng.model.ids import check_character
from mianzheng.proposals.examining import OpenProposal, examine
from mianzheng.proposals.forms import Application, CitedBasis, ItemWish
from mianzheng.proposals.guards import reasons_for
from tests.alterations import alter
from tests.proposal_forms import (
    DECREE,
    LAW,
    NOTICE,
    PLACES,
    TODAY,
    civil_affairs,
    complete,
    edited,
    examined,
    home_of,
    listed,
    wish,
)

TYPES = ("add", "change", "cancel")
YIYUAN = "test-yiyuan"


@pytest.fixture(scope="module")
def catalog(loaded: Loaded) -> Catalog:
    return loaded.catalog


def problems(catalog: Catalog, application: Application) -> dict[str, str]:
    return dict(examined(application, catalog).problems)


@pytest.mark.carries(
    "adjustment", "BS-PL-3-5-1", "FX-5-2-4", "WH-N-3-2a", "WH-OR-16", where="mianzheng.proposals.examining:examine"
)
@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("place", PLACES)
def test_a_complete_application_has_no_problem_in_any_place(catalog: Catalog, place: str, type: str) -> None:
    found = examined(complete(catalog, place, type), catalog)
    assert found.problems == {}
    assert len(found.files) == len(found.operations) == 1
    assert all(path.startswith(f"places/{place}/items/") for path in found.files)


@pytest.mark.carries("adjustment", "YY-ADJ-09-2", "BS-ADJ-09-2", where="mianzheng.proposals.guards:form_problems")
@pytest.mark.parametrize("place", PLACES)
def test_an_empty_application_is_told_everything_it_lacks_at_once(catalog: Catalog, place: str) -> None:
    profile = home_of(catalog, place).profile
    assert profile is not None
    found = problems(catalog, Application(place=place, type="add"))
    asked = set(profile.adjust.form_fields.value or ())
    names = {"applicant_unit": "applicant", "applied_on": "applied_on", "ground": "ground", "service_items": "items",
             "materials": "items", "method": "items", "element": "element", "seal": "seal"}  # fmt: skip
    for code in asked - {"adj_type"}:
        assert names[code] in found, code
    assert {"trigger_date", "contact_post", "items"} <= set(found)
    assert ("seal" in found) == (profile.id == "qingshen")


@pytest.mark.carries("adjustment", "QS-SP-1-3-1b", "QS-SP-4-1c", where="mianzheng.proposals.guards:form_problems")
def test_qingshen_wants_the_element_that_changed_and_the_seal(catalog: Catalog) -> None:
    place = "test-qingshen"
    bare = problems(catalog, complete(catalog, place, "change", seal="", element=""))
    assert set(bare) == {"seal", "element"}
    assert problems(catalog, complete(catalog, place, "change", seal="2026年第3号函", element="材料名称")) == {}


@pytest.mark.parametrize("part", ["kind", "service", "requesting_body", "legal_bases", "version"])
def test_what_a_new_item_is_has_to_be_said(catalog: Catalog, part: str) -> None:
    empty: Any = {"legal_bases": (), "version": None}.get(part, "")
    lacking = msgspec.structs.replace(wish(catalog, YIYUAN, "add"), **{part: empty})
    found = problems(catalog, complete(catalog, YIYUAN, "add", items=(lacking,)))
    assert any(name.startswith(f"items.0.{part}") for name in found), found


REASONS = {
    "add": ["A1_law", "A2_devolved", "A3_function", "A4_omitted", "A9_other"],
    "change": ["C1_unit", "C2_service_name", "C3_material_name_kind", "C4_method", "C9_other"],
    "cancel": ["X1_law", "X2_gov_decision", "X3_function_or_manner", "X9_other"],
}


@pytest.mark.carries(
    "adjustment",
    "YY-ADJ-06-1", "YY-ADJ-06-2", "YY-ADJ-06-3", "YY-ADJ-06-4", "YY-ADJ-06-5",
    "YY-ADJ-07-1", "YY-ADJ-07-2", "YY-ADJ-07-3", "YY-ADJ-07-4", "YY-ADJ-07-5",
    "YY-ADJ-08-1", "YY-ADJ-08-2", "YY-ADJ-08-3", "YY-ADJ-08-4",
    "BS-ADJ-06-1", "BS-ADJ-06-2", "BS-ADJ-06-3", "BS-ADJ-06-4", "BS-ADJ-06-5",
    "BS-ADJ-07-1", "BS-ADJ-07-2", "BS-ADJ-07-3", "BS-ADJ-07-4", "BS-ADJ-07-5",
    "BS-ADJ-08-1", "BS-ADJ-08-2", "BS-ADJ-08-3", "BS-ADJ-08-4",
    where="mianzheng.proposals.guards:reasons_for",
)  # fmt: skip
@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_each_reason_of_the_rules_opens_its_type_and_no_other(catalog: Catalog, place: str, type: str) -> None:
    assert sorted(reasons_for(type, catalog, home_of(catalog, place).profile)) == REASONS[type]  # type: ignore[arg-type]
    for other, codes in REASONS.items():
        for code in codes:
            items = (_with_method(catalog, place),) if code == "C4_method" and type == "change" else None
            application = complete(catalog, place, type, reason=code)
            if items:
                application = msgspec.structs.replace(application, items=items)
            found = problems(catalog, application)
            assert ("reason" in found) == (other != type), (code, found)
            bare = problems(catalog, msgspec.structs.replace(application, reason_text=" "))
            assert ("reason_text" in bare) == (other == type and code.endswith("9_other")), code


def _with_method(catalog: Catalog, place: str) -> ItemWish:
    verified = listed(catalog, place, "verify")
    return ItemWish(item=verified.id, version={"method": "share"})


@pytest.mark.carries("adjustment", "WH-OR-16", where="mianzheng.proposals.guards:reasons_for")
@pytest.mark.parametrize(
    ("place", "type"), [("test-wuhai", "change"), ("test-wuhai", "cancel"), ("test-qingshen", "add")]
)
def test_where_no_reasons_are_listed_words_are_wanted(catalog: Catalog, place: str, type: str) -> None:
    assert set(problems(catalog, complete(catalog, place, type, reason_text=""))) == {"reason_text"}


def test_an_upstream_list_is_named(catalog: Catalog) -> None:
    named = (ItemWish(item=listed(catalog, "test-fangxian").id, upstream="省级取消清单第三批"),)
    application = complete(catalog, "test-fangxian", "cancel", reason="X6_upstream_list")
    assert set(problems(catalog, application)) == {"items.0.upstream"}
    assert problems(catalog, msgspec.structs.replace(application, items=named)) == {}


def test_fangxian_may_cancel_because_there_is_no_basis_and_yiyuan_may_not(catalog: Catalog) -> None:
    for place, fits in (("test-fangxian", True), (YIYUAN, False)):
        found = problems(catalog, complete(catalog, place, "cancel", reason="X5_no_basis"))
        assert ("reason" not in found) == fits


@pytest.mark.carries("adjustment", "YY-ADJ-03-1", "BS-ADJ-03-1", where="mianzheng.proposals.forms:Application")
@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_the_object_is_the_method_or_the_material(catalog: Catalog, place: str) -> None:
    verified = listed(catalog, place, "verify")
    method = (ItemWish(item=verified.id, version={"method": "share"}),)
    both = (*method, edited(listed(catalog, place, "share"), "condition", "甲"))
    assert complete(catalog, place, "change", items=method).object == "method"
    assert complete(catalog, place, "change", items=both).object == "material"
    assert complete(catalog, place, "add").object == complete(catalog, place, "cancel").object == "material"


@pytest.mark.carries("review", "YY-ADJ-03-2", "BS-ADJ-03-2", where="mianzheng.proposals.guards:form_problems")
@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_a_material_needs_a_law_or_a_regulation_behind_it(catalog: Catalog, place: str, type: str) -> None:
    for basis, holds in ((LAW, True), (DECREE, False), (NOTICE, False)):
        cited = (CitedBasis(basis=basis, article="第三条", requires="交一份证明"),)
        application = complete(catalog, place, type, legal_bases=cited)
        if type == "add":
            items = (msgspec.structs.replace(wish(catalog, place, type), legal_bases=cited),)
            application = msgspec.structs.replace(application, items=items)
        if type == "change":
            items = (edited(listed(catalog, place), "legal_bases", [{"basis": basis, "article": "第三条"}]),)
            application = msgspec.structs.replace(application, items=items)
        found = problems(catalog, application)
        if type == "change":
            assert ("items.0.legal_bases" not in found) == holds, "what the item cites afterwards counts"
        else:
            field = "items.0.legal_bases" if type == "add" else "legal_bases"
            assert (field not in found) == holds, (basis, found)


@pytest.mark.carries("review", "YY-ADJ-03-3", "BS-ADJ-03-3", where="mianzheng.proposals.guards:form_problems")
@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_a_change_of_method_says_why_it_is_the_best_for_people(catalog: Catalog, place: str) -> None:
    items = (_with_method(catalog, place),)
    application = complete(catalog, place, "change", items=items, reason="C4_method", legal_bases=())
    assert problems(catalog, application) == {}
    assert set(problems(catalog, msgspec.structs.replace(application, justification=""))) == {"justification"}


@pytest.mark.carries("review", "FX-6-4-2d", where="mianzheng.proposals.guards:form_problems")
def test_fangxian_adds_nothing_that_no_superior_text_asks_for(catalog: Catalog) -> None:
    place = "test-fangxian"
    own = (CitedBasis(basis=NOTICE, article="第三条", requires="交一份证明"),)
    items = (msgspec.structs.replace(wish(catalog, place, "add"), legal_bases=own),)
    found = problems(catalog, complete(catalog, place, "add", items=items, legal_bases=own))
    assert "上级没有明文规定的，不得新设" in found["items.0.legal_bases"]


def test_bases_are_named_to_the_article_and_have_to_be_known(catalog: Catalog) -> None:
    cited = (CitedBasis(basis="lb-000000", article="第一条"), CitedBasis(basis=LAW))
    found = problems(catalog, complete(catalog, YIYUAN, "cancel", legal_bases=cited))
    assert set(found) == {"legal_bases.0.basis", "legal_bases.1.article"}


@pytest.mark.parametrize(
    ("terms", "field", "says"),
    [
        ({"method": "agency"}, "method", "没有"),
        ({"method": "other"}, "other", "写明用什么代替"),
        ({"method": "verify"}, "", "time_class"),
        ({"method": "verify", "time_class": "slow"}, "time_class", "答复时限类别"),
        ({"method": "magic"}, "method", "不合要求"),
        ({"method": "share", "other": "看户口簿"}, "other", "只保留"),
    ],
)
def test_the_rules_of_the_list_speak_beside_the_field(
    catalog: Catalog, terms: dict[str, Any], field: str, says: str
) -> None:
    items = (ItemWish(item=listed(catalog, YIYUAN, "verify").id, version=terms),)
    found = problems(catalog, complete(catalog, YIYUAN, "change", items=items))
    at = f"items.0.version.{field}".rstrip(".")
    assert says in found.get(at, ""), found


def test_days_have_to_be_days_and_nothing_takes_effect_before_its_review(catalog: Catalog) -> None:
    found = problems(
        catalog,
        complete(
            catalog, YIYUAN, "change", applied_on="2026-11-26", trigger_date="2026-02-30", effective_from="2026-11-24"
        ),
    )
    assert set(found) == {"applied_on", "trigger_date", "effective_from"}
    assert problems(catalog, complete(catalog, YIYUAN, "change", effective_from=TODAY)) == {}


def test_a_unit_speaks_for_its_own_items_only(catalog: Catalog) -> None:
    home = home_of(catalog, YIYUAN)
    stranger = next(body.id for body in home.bodies.values() if "医院" in body.name)
    issuer = listed(catalog, YIYUAN).issuing_body
    assert "items.0.item" in problems(catalog, complete(catalog, YIYUAN, "change", applicant=stranger))
    assert problems(catalog, complete(catalog, YIYUAN, "change", applicant=issuer)) == {}
    assert "applicant" in problems(catalog, complete(catalog, YIYUAN, "change", applicant="bd-nobody"))


@pytest.mark.carries("adjustment", "YY-ADJ-11", "BS-ADJ-11", where="mianzheng.proposals.guards:_applicant")
@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_the_office_may_start_by_itself_and_only_the_office(catalog: Catalog, place: str) -> None:
    office = home_of(catalog, place).place.offices["joint_conference_office"]
    own = complete(catalog, place, "change", initiator="office", applicant=office, trigger_date="")
    assert problems(catalog, own) == {}
    unit = msgspec.structs.replace(own, applicant=civil_affairs(catalog, place))
    assert set(problems(catalog, unit)) == {"applicant"}


@pytest.mark.parametrize(
    ("field", "text"),
    [("ground", "张某电话13800138000"), ("contact_post", "联系人：张三"), ("reason_text", "身份证11010519491231002X")],
)
def test_persons_stay_out_of_it(catalog: Catalog, field: str, text: str) -> None:
    assert field in problems(catalog, complete(catalog, YIYUAN, "change", **{field: text}))


def test_secrets_are_no_matter_for_this_system(catalog: Catalog) -> None:
    items = (msgspec.structs.replace(wish(catalog, YIYUAN, "add"), secret=True),)
    assert "涉密" in problems(catalog, complete(catalog, YIYUAN, "add", items=items))["items.0.secret"]
    hidden = (edited(listed(catalog, YIYUAN), "secret", True),)
    assert "涉密" in problems(catalog, complete(catalog, YIYUAN, "change", items=hidden))["items.0.secret"]


def test_a_form_filled_in_before_somebody_elses_change_is_told_so(catalog: Catalog) -> None:
    item = listed(catalog, YIYUAN)
    stale = msgspec.convert(
        {"item": item.id, "edits": [{"field": "explain", "from": "从前的话。", "to": "新的话。"}]}, ItemWish
    )
    assert "被别的调整改过" in problems(catalog, complete(catalog, YIYUAN, "change", items=(stale,)))["items.0.item"]
    same = (edited(item, "explain", item.explain),)
    assert "没有要改的" in problems(catalog, complete(catalog, YIYUAN, "change", items=same))["items.0.item"]


def test_look_alikes_and_other_proposals_show_before_sending(catalog: Catalog) -> None:
    item = listed(catalog, YIYUAN)
    service = next(s.id for s in home_of(catalog, YIYUAN).services.values() if s.id != item.service)
    twin = msgspec.structs.replace(wish(catalog, YIYUAN, "add"), kind=item.kind, service=service)
    found = examined(complete(catalog, YIYUAN, "add", items=(twin,)), catalog)
    assert item.id in {hint.about for hint in found.hints}
    other = OpenProposal(id="TZ-9", title="变更", state="研究中", items=(item.id,))
    found = examined(complete(catalog, YIYUAN, "cancel"), catalog, open_proposals=(other,))
    assert [hint.about for hint in found.hints] == ["TZ-9"]


@pytest.mark.parametrize("new", ["zm-000000", "zm-zzzzz5"])
def test_an_item_that_is_there_already_is_named_and_no_path(catalog: Catalog, new: str) -> None:
    """Whichever of the two ids comes first, the sentence names the one that the list has."""
    item = listed(catalog, YIYUAN)
    double = msgspec.structs.replace(wish(catalog, YIYUAN, "add"), kind=item.kind)
    application = complete(catalog, YIYUAN, "add", items=(wish(catalog, YIYUAN, "add"), double))
    given = iter(["zm-" + "1" * 5 + check_character("1" * 5), new])
    render = InMemoryCatalogRepository(catalog).render
    found = examine(application, catalog, TODAY, new_id=lambda: next(given), render=render).problems
    assert set(found) == {"items.1.kind"}
    assert item.id in found["items.1.kind"]
    assert "places/" not in found["items.1.kind"]


def test_a_new_method_reminds_of_the_sentence_that_people_read(catalog: Catalog) -> None:
    found = examined(complete(catalog, YIYUAN, "change", items=(_with_method(catalog, YIYUAN),)), catalog)
    assert [hint.field for hint in found.hints] == ["items.0.explain"]


def test_a_batch_tells_which_item_is_wrong(catalog: Catalog) -> None:
    good, bad = wish(catalog, YIYUAN, "change"), ItemWish(item="../../x", edits=wish(catalog, YIYUAN, "change").edits)
    found = problems(catalog, complete(catalog, YIYUAN, "change", items=(good, bad, good)))
    assert set(found) == {"items.1.item", "items.2.item"}


def test_a_candidate_comes_onto_the_list_with_its_method(catalog: Catalog) -> None:
    home = home_of(catalog, YIYUAN)
    candidate = next(
        i for i in home.items.values() if i.status == "candidate" and "民政局" in home.bodies[i.requesting_body].name
    )
    items = (ItemWish(item=candidate.id, version={"method": "share"}),)
    found = examined(complete(catalog, YIYUAN, "change", items=items, effective_from="2027-01-01"), catalog)
    assert found.problems == {}
    (record,) = found.applied.records
    assert (record.status, record.in_force.from_) == ("active", "2027-01-01")  # type: ignore[union-attr]


def test_an_unknown_place_is_told_and_nothing_else(catalog: Catalog) -> None:
    assert set(problems(catalog, Application(place="nowhere", type="add"))) == {"place"}


@pytest.mark.parametrize(("place", "stops"), [("test-boshan", True), ("test-fangxian", True), ("test-yiyuan", False)])
def test_a_change_that_leaves_the_guide_behind_is_refused_and_one_that_brings_it_along_is_not(
    catalog_folder: Path, place: str, stops: bool
) -> None:
    """S-PUB-11: a change is stopped in Boshan and Fangxian; Yiyuan is told. Time alone never stops anything."""
    item = listed(load(FolderSource(catalog_folder)).catalog, place, "share")
    service = f"places/{place}/services/{item.service}.yaml"
    alter(catalog_folder, {"file": service, "set": {"guide_updated": "2026-11-01"}})
    catalog = load(FolderSource(catalog_folder)).catalog
    terms: dict[str, Any] = {"letter": "cl-v1", "check": {"when": "after", "how": "onsite", "exempt": False}}
    if place == "test-fangxian":
        terms["selection"] = {"frequent": True, "correctable": True, "risk_controllable": True}
    change = msgspec.convert({"item": item.id, "version": {"method": "commit", "commit": terms}}, ItemWish)
    enabled = home_of(catalog, place).profile.adjust.reasons.value  # type: ignore[union-attr]
    reason = "C4_method" if enabled and "C4_method" in enabled else ""
    alone = examined(complete(catalog, place, "change", items=(change,), reason=reason), catalog)
    said = [*alone.problems.values(), *(hint.sentence for hint in alone.hints)]
    assert any("办事指南是 2026-11-01 更新的" in one for one in said), said
    assert any("办事指南" in one for one in alone.problems.values()) == stops
    edit = {"field": "guide_updated", "from": "2026-11-01", "to": "2026-11-24"}
    guide = msgspec.convert({"item": item.service, "edits": [edit]}, ItemWish)
    both = examined(complete(catalog, place, "change", items=(change, guide), reason=reason), catalog)
    assert both.problems == {}
