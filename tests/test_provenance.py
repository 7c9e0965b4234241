"""No number, code, phone or address in the shipped catalog is invented: each has a reviewed line with its source."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
import yaml

from mianzheng.catalog_files.loading import Loaded
from mianzheng.model import LegalBasis, PublicBody, Record
from tests.provenance import IN_TEXT, LISTING, WATCHED, Value, line_of, listed, values_of

VOCABULARY_CODES = frozenset(
    {
        "Answer.code", "BacklogEntry.code", "CodeEntry.code", "ExemptionMethod.code", "FormField.code",
        "FrozenList.code", "Instrument.code", "ListColumn.code", "ListSpec.code", "Phrase.code", "RoleEntry.code",
        "ScopeExclusion.code", "Topic.code",
    }
)  # fmt: skip
"""Codes that this project gives itself."""
SUSPECT = re.compile(r"number|phone|address|url|contact|complaint_receivers|index|proposal$|(^|_)code$")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return yaml.safe_load(LISTING.read_text("utf-8"))


@pytest.fixture(scope="module")
def found(shipped: Loaded) -> set[Value]:
    return values_of(shipped.records.values())


def structs(parent: type = Record) -> list[type]:
    """The shapes of the catalog; those of cases and of the interface hold nothing that is shipped."""
    kinds = [kind for child in parent.__subclasses__() for kind in (child, *structs(child))]
    return [kind for kind in kinds if kind.__module__.startswith("mianzheng.model.")]


def some(shipped: Loaded, kind: type) -> Any:
    return next(record for record in shipped.records.values() if isinstance(record, kind))


def test_every_value_has_a_line_with_its_source(found: set[Value], document: dict[str, Any]) -> None:
    missing = found - listed(document).keys()
    assert not missing, "\n".join(["say where these come from:", *map(line_of, sorted(missing))])


def test_no_line_outlives_its_value(found: set[Value], document: dict[str, Any]) -> None:
    stale = listed(document).keys() - found
    assert not stale, "\n".join(["nothing in the catalog says this any more:", *map(line_of, sorted(stale))])


def test_each_line_stands_once_and_names_a_source_that_is_explained(document: dict[str, Any]) -> None:
    lines = [line for group, lines in document.items() if group != "sources" for line in lines]
    assert len(lines) == len(listed(document))
    assert {line["source"] for line in lines} == set(document["sources"])


def test_every_field_that_can_hold_such_a_value_is_watched() -> None:
    fields = {f"{kind.__name__}.{f.name}" for kind in structs() for f in msgspec.structs.fields(kind)}
    suspects = {field for field in fields if SUSPECT.search(field.partition(".")[2])}
    assert suspects == WATCHED | VOCABULARY_CODES


def test_an_invented_document_number_is_noticed(shipped: Loaded, document: dict[str, Any]) -> None:
    forged = msgspec.structs.replace(some(shipped, LegalBasis), document_number="国务院令第99999号")
    assert values_of([forged]) - listed(document).keys() == {
        Value("LegalBasis.document_number", forged.title, "国务院令第99999号")
    }


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("请打0533-1234567", "text.phone"),
        ("请打13800000000", "text.phone"),
        ("依据某政发〔2021〕9号", "text.document_number"),
        ("在人民路12号", "text.street"),
        ("见 https://example.com/a", "text.url"),
        ("编号20211234", "text.long_number"),
    ],
)
def test_a_value_hidden_in_a_sentence_is_noticed(
    text: str, group: str, shipped: Loaded, document: dict[str, Any]
) -> None:
    told = msgspec.structs.replace(some(shipped, LegalBasis), note=text)
    assert {value.group for value in values_of([told]) - listed(document).keys()} == {group}


def test_fictional_places_hold_no_phone_and_no_address(shipped: Loaded) -> None:
    places = [place for place in shipped.catalog.places.values() if place.place.fictional]
    assert places
    for place in places:
        assert not [body.id for body in place.bodies.values() if body.phone]
        assert place.place.operator is None
        records = (place.place, *place.bodies.values(), *place.services.values(), *place.items.values())
        told = {value for value in values_of(records) if value.group in IN_TEXT}
        assert not {value for value in told if value.group in ("text.url", "text.street", "text.long_number")}
        assert {value.value for value in told if value.group == "text.phone"} <= {"12345"}


def test_a_phone_of_an_office_is_noticed() -> None:
    body = PublicBody(id="bd-00000f", name="某局", kind="organ", level="county", phone="0000-0000000")
    assert values_of([body]) == {Value("PublicBody.phone", "某局", "0000-0000000")}
