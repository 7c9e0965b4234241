"""A proposal's operations on the list: what is written, what merges, what conflicts, and what never gets in."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mianzheng.catalog_files.loading import Loaded
from mianzheng.catalog_files.reading import read_file
from mianzheng.catalog_files.repository import InMemoryCatalogRepository
from mianzheng.errors import BadArgument
from mianzheng.model import Catalog, CertificateItem, PublicService
from mianzheng.proposals.forms import operations_of
from mianzheng.proposals.operations import (
    ITEM_FIELDS,
    Add,
    Cancel,
    Change,
    FieldEdit,
    Operation,
    apply,
    files,
    with_records,
)
from mianzheng.proposals.versions import begun
from tests.proposal_forms import TODAY, complete, ids, listed

PLACE = "test-yiyuan"
HOSTILE = [
    "x\nstatus: cancelled", "- [", "!!python/object:os.system", "no", "010", "12:30:45", "~", "=", "<<",
    "a\u2028b", "a\u0085b", "&a *a", "{}", "2026-01-01", "null", "'", '"', "#x", " x", "x:", "\ttab",
]  # fmt: skip


@pytest.fixture(scope="module")
def catalog(loaded: Loaded) -> Catalog:
    return loaded.catalog


@pytest.fixture(scope="module")
def item(catalog: Catalog) -> CertificateItem:
    return listed(catalog, PLACE, "verify")


def edit(item: CertificateItem, name: str, to: Any) -> FieldEdit:
    return FieldEdit(field=name, from_=msgspec.to_builtins(item).get(name), to=to)


def done(catalog: Catalog, *operations: Operation) -> Catalog:
    """The catalog after operations that nothing stands against."""
    applied = apply(catalog, PLACE, operations, TODAY)
    assert applied.conflicts == ()
    return with_records(catalog, PLACE, applied.records, InMemoryCatalogRepository(catalog).render)


def only(catalog: Catalog, operation: Operation) -> Any:
    (record,) = apply(catalog, PLACE, [operation], TODAY).records
    return record


def test_a_new_version_starts_on_the_day_and_the_one_before_ends_the_day_before(
    catalog: Catalog, item: CertificateItem
) -> None:
    fresh = {"method": "share", "from": "2027-01-01"}
    wanted = begun(msgspec.to_builtins(item.versions), fresh)
    changed = only(catalog, Change(id=item.id, edits=(edit(item, "versions", wanted),)))
    newest, before = changed.versions
    assert (newest.from_, newest.method) == ("2027-01-01", "share")
    assert (before.until, before.method) == ("2026-12-31", "verify")


def test_a_version_without_a_day_starts_on_the_day_it_is_carried_out(catalog: Catalog, item: CertificateItem) -> None:
    wanted = begun(msgspec.to_builtins(item.versions), {"method": "share"})
    change = Change(id=item.id, edits=(edit(item, "versions", wanted),))
    for day, before in (("2026-11-25", "2026-11-24"), ("2027-03-01", "2027-02-28")):
        (changed,) = apply(catalog, PLACE, [change], day).records
        assert isinstance(changed, CertificateItem)
        assert (changed.versions[0].from_, changed.versions[1].until) == (day, before)


def test_a_decided_version_that_the_new_one_overtakes_gives_way(catalog: Catalog, item: CertificateItem) -> None:
    later = begun(msgspec.to_builtins(item.versions), {"method": "commit", "from": "2027-06-01"})
    fresh = begun(later, {"method": "share", "from": "2027-01-01"})
    assert [version["method"] for version in fresh] == ["share", "verify"]


def test_cancelling_ends_every_version_and_says_since_when_and_why(catalog: Catalog, item: CertificateItem) -> None:
    cancelled = only(catalog, Cancel(id=item.id, reason="X1_law", on="2027-01-01", proposal="TZ-1"))
    assert cancelled.status == "cancelled"
    assert (cancelled.cancelled.on, cancelled.cancelled.reason, cancelled.cancelled.proposal) == (
        "2027-01-01", "X1_law", "TZ-1",
    )  # fmt: skip
    assert [version.until for version in cancelled.versions] == ["2026-12-31"]
    assert only(catalog, Cancel(id=item.id, reason="X1_law")).cancelled.on == TODAY


def test_a_version_decided_for_after_the_cancellation_never_begins(catalog: Catalog, item: CertificateItem) -> None:
    later = begun(msgspec.to_builtins(item.versions), {"method": "share", "from": "2027-06-01"})
    decided = done(catalog, Change(id=item.id, edits=(edit(item, "versions", later),)))
    cancelled = only(decided, Cancel(id=item.id, reason="X1_law", on="2027-01-01"))
    assert [(version.method, version.until) for version in cancelled.versions] == [("verify", "2026-12-31")]


def test_a_public_service_can_be_renamed_and_nothing_else_of_it_turned(catalog: Catalog, item: CertificateItem) -> None:
    service = catalog.places[PLACE].services[item.service]
    rename = FieldEdit(field="name", from_=service.name, to="测试社会救助确认")
    renamed = only(catalog, Change(id=service.id, edits=(rename,)))
    assert isinstance(renamed, PublicService)
    assert renamed == msgspec.structs.replace(service, name="测试社会救助确认")
    with pytest.raises(BadArgument, match="不能在调整申请里改"):
        apply(catalog, PLACE, [Change(id=service.id, edits=(FieldEdit(field="body", to="bd-668f55"),))], TODAY)


def test_what_is_filled_in_is_no_longer_said_to_be_unpublished(catalog: Catalog) -> None:
    """Otherwise nobody could fill in what was taken over without it (QS-PL-4-2a)."""
    home = catalog.places["test-qingshen"]
    service = next(iter(home.services.values()))
    data = {"missing": dict.fromkeys(("fee", "procedure", "code"), "not_published"), "guide": None, "code": ""}
    bare = msgspec.convert({**msgspec.to_builtins(service), **data}, PublicService)
    home = dataclasses.replace(home, services={**home.services, bare.id: bare})
    there = dataclasses.replace(catalog, places={**catalog.places, "test-qingshen": home})

    def missing(*edits: FieldEdit) -> dict[str, str]:
        (record,) = apply(there, "test-qingshen", [Change(id=bare.id, edits=edits)], TODAY).records
        assert isinstance(record, PublicService)
        return dict(record.missing)

    guide = FieldEdit(field="guide", to={"fee": "不收费"})
    assert missing(guide).keys() == {"procedure", "code"}
    assert missing(guide, FieldEdit(field="code", to="000711")).keys() == {"procedure"}
    everything = FieldEdit(field="guide", to={"fee": "不收费", "procedure": "申请、核对"})
    assert missing(everything, FieldEdit(field="code", to="000711")) == {}


def test_different_fields_of_one_item_both_merge(catalog: Catalog, item: CertificateItem) -> None:
    first = Change(id=item.id, edits=(edit(item, "condition", "外地来的，才要。"),))
    second = Change(id=item.id, edits=(edit(item, "note", "已和公安局商定。"),))
    both = done(done(catalog, first), second).places[PLACE].items[item.id]
    assert (both.condition, both.note) == ("外地来的，才要。", "已和公安局商定。")


def test_the_same_field_changed_meanwhile_is_a_conflict_with_three_values(
    catalog: Catalog, item: CertificateItem
) -> None:
    moved_on = done(catalog, Change(id=item.id, edits=(edit(item, "explain", "甲的话。"),)))
    late = Change(id=item.id, edits=(edit(item, "explain", "乙的话。"), edit(item, "note", "乙的备注。")))
    applied = apply(moved_on, PLACE, [late], TODAY)
    (conflict,) = applied.conflicts
    assert (conflict.field, conflict.base, conflict.now, conflict.wanted) == (
        "explain", item.explain, "甲的话。", "乙的话。",
    )  # fmt: skip
    (record,) = applied.records
    assert (record.explain, record.note) == ("甲的话。", "乙的备注。"), "the other field merges all the same"  # type: ignore[union-attr]


def test_what_the_list_says_already_is_neither_written_nor_a_conflict(catalog: Catalog, item: CertificateItem) -> None:
    change = Change(id=item.id, edits=(edit(item, "explain", "同一句话。"),))
    applied = apply(done(catalog, change), PLACE, [change], TODAY)
    assert (applied.records, applied.conflicts) == ((), ())
    cancel = Cancel(id=item.id, reason="X1_law", on="2027-01-01")
    applied = apply(done(catalog, cancel), PLACE, [cancel], TODAY)
    assert (applied.records, applied.conflicts) == ((), ())


def test_cancelling_what_was_cancelled_otherwise_is_a_conflict(catalog: Catalog, item: CertificateItem) -> None:
    gone = done(catalog, Cancel(id=item.id, reason="X1_law", on="2027-01-01"))
    (conflict,) = apply(gone, PLACE, [Cancel(id=item.id, reason="X2_gov_decision", on="2027-02-01")], TODAY).conflicts
    assert (conflict.field, conflict.now["reason"]) == ("cancelled", "X1_law")


def test_a_default_and_an_empty_field_are_the_same(catalog: Catalog, item: CertificateItem) -> None:
    assert item.note == ""
    for base in (None, ""):
        change = Change(id=item.id, edits=(FieldEdit(field="note", from_=base, to="备注。"),))
        assert apply(catalog, PLACE, [change], TODAY).conflicts == ()
    core = Change(id=item.id, edits=(FieldEdit(field="core", from_=False, to=True),))
    assert only(catalog, core).core is True


@pytest.mark.parametrize(
    "id", ["../../x", "../../.github/workflows/x.yml", "C1\0", "ZM-FSECZ2", "zm-fsecz2\n", "zm-000001", "", "x" * 9999]
)
def test_an_id_that_is_not_in_this_place_is_refused(catalog: Catalog, id: str) -> None:
    """A12: paths are made of ids that the catalog knows, and of nothing else."""
    for operation in (Change(id=id, edits=()), Cancel(id=id, reason="X1_law")):
        with pytest.raises(BadArgument, match="没有编号为"):
            apply(catalog, PLACE, [operation], TODAY)
    with pytest.raises(BadArgument, match="编号"):
        apply(catalog, PLACE, [Add(id=id, item={})], TODAY)


def test_an_item_of_another_place_is_refused(catalog: Catalog) -> None:
    foreign = listed(catalog, "test-boshan")
    with pytest.raises(BadArgument, match="没有编号为"):
        apply(catalog, PLACE, [Cancel(id=foreign.id, reason="X1_law")], TODAY)


def test_every_fault_of_a_batch_is_named_at_once(catalog: Catalog, item: CertificateItem) -> None:
    batch: list[Operation] = [
        Change(id=item.id, edits=(FieldEdit(field="id", to="zm-x"), FieldEdit(field="provenance", to={}))),
        Change(id=item.id, edits=()),
        Cancel(id="zm-nowhere", reason="X1_law"),
        Add(id=item.id, item={}),
    ]
    with pytest.raises(BadArgument) as refused:
        apply(catalog, PLACE, batch, TODAY)
    assert [problem[:8] for problem in refused.value.problems] == [
        "“编号”不能在调", "“来历”不能在调", "同一条记录在一份", "测试县的清单里没", "同一条记录在一份",
    ]  # fmt: skip


def test_values_that_do_not_fit_are_named_field_by_field(catalog: Catalog, item: CertificateItem) -> None:
    edits = (edit(item, "kind", 5), edit(item, "legal_bases", [{"basis": "x"}]), edit(item, "status", "gone"))
    with pytest.raises(BadArgument) as refused:
        apply(catalog, PLACE, [Change(id=item.id, edits=edits)], TODAY)
    assert [word for word in ("证明种类", "设定依据", "状态") if word in "".join(refused.value.problems)] == [
        "证明种类", "设定依据", "状态",
    ]  # fmt: skip


def test_an_existing_item_stays_in_its_file_when_the_asking_body_changes(
    catalog: Catalog, item: CertificateItem
) -> None:
    other = next(body for body in catalog.places[PLACE].bodies if body != item.requesting_body)
    applied = apply(catalog, PLACE, [Change(id=item.id, edits=(edit(item, "requesting_body", other),))], TODAY)
    written = files(catalog, PLACE, applied.records, InMemoryCatalogRepository(catalog).render)
    assert list(written) == [catalog.files[item.id]]
    assert f"requesting_body: {other}" in written[catalog.files[item.id]]


def test_a_new_item_lies_under_its_asking_body_and_is_in_force_from_its_first_version(catalog: Catalog) -> None:
    application = complete(catalog, PLACE, "add", effective_from="2027-01-01")
    applied = apply(catalog, PLACE, operations_of(application, catalog, TODAY, ids(catalog), "TZ-1"), TODAY)
    (item,) = applied.records
    assert isinstance(item, CertificateItem)
    assert item.in_force is not None
    assert item.in_force.from_ == item.versions[0].from_ == "2027-01-01"
    (path,) = files(catalog, PLACE, applied.records, InMemoryCatalogRepository(catalog).render)
    assert path == f"places/{PLACE}/items/{item.requesting_body}/{item.id}.yaml"


TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30))
WANTED = {"explain": TEXTS, "note": TEXTS, "condition": TEXTS, "core": st.booleans()}
EDITS = st.fixed_dictionaries({}, optional=WANTED)


@given(EDITS)
@settings(max_examples=60, deadline=None)
def test_edits_of_an_untouched_item_are_the_same_as_editing_it(catalog: Catalog, wanted: dict[str, Any]) -> None:
    item = listed(catalog, PLACE, "verify")
    change = Change(id=item.id, edits=tuple(edit(item, name, value) for name, value in wanted.items()))
    applied = apply(catalog, PLACE, [change], TODAY)
    direct = msgspec.structs.replace(item, **wanted)
    assert applied.conflicts == ()
    assert applied.records == (() if direct == item else (direct,))


@given(EDITS, EDITS)
@settings(max_examples=60, deadline=None)
def test_edits_of_different_fields_merge_in_either_order(
    catalog: Catalog, first: dict[str, Any], second: dict[str, Any]
) -> None:
    item = listed(catalog, PLACE, "verify")
    apart = {name: value for name, value in second.items() if name not in first}
    one, two = (
        Change(id=item.id, edits=tuple(edit(item, name, value) for name, value in fields.items()))
        for fields in (first, apart)
    )
    forth, back = done(done(catalog, one), two), done(done(catalog, two), one)
    assert forth.places[PLACE].items[item.id] == back.places[PLACE].items[item.id]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text_again_after_writing_and_reading(
    catalog: Catalog, item: CertificateItem, text: str
) -> None:
    """A11: whatever a department writes is a string in one field, and no line of YAML."""
    applied = apply(catalog, PLACE, [Change(id=item.id, edits=(edit(item, "note", text),))], TODAY)
    written = files(catalog, PLACE, applied.records, InMemoryCatalogRepository(catalog).render)
    reading = read_file(*((path, body.encode()) for path, body in written.items()).__next__())
    assert reading.record == msgspec.structs.replace(item, note=text)


def test_only_fields_of_the_model_can_be_edited() -> None:
    known = {spec.encode_name for spec in msgspec.structs.fields(CertificateItem)}
    assert set(ITEM_FIELDS) < known
    assert known - set(ITEM_FIELDS) == {"id", "cancelled", "secret", "confirmed", "provenance"}
