"""What an application needs and the catalog does not have yet: kinds of certificate, services, bodies, legal bases.

They come into the list with the items that need them, in the same commit. Their ids are chosen when they are first
written down, so that items of the application can point to them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mianzheng.model import Catalog, CertificateKind, LegalBasis, PublicBody, PublicService, Record
from mianzheng.model.ids import Prefix, is_valid_id
from mianzheng.proposals.forms import Application, NewRecord, Sort
from mianzheng.proposals.operations import wrong_fields


@dataclass(frozen=True)
class SortOfRecord:
    """How records of a sort are called, made, and named."""

    label: str
    prefix: Prefix
    record: type[Record]
    name: str = "name"


SORTS: dict[Sort, SortOfRecord] = {
    "kind": SortOfRecord("证明种类", "kd", CertificateKind),
    "service": SortOfRecord("办事事项", "sv", PublicService),
    "body": SortOfRecord("单位", "bd", PublicBody),
    "legal_basis": SortOfRecord("设定依据", "lb", LegalBasis, "title"),
}


def created(application: Application, catalog: Catalog, today: str) -> tuple[dict[int, Record], dict[str, str]]:
    """The records of an application that can be made, by their number in it, and what is wrong with the others."""
    made: dict[int, Record] = {}
    wrong: dict[str, str] = {}
    seen: set[str] = set()
    for number, one in enumerate(application.new):
        problems = dict(_problems(number, one, catalog, seen))
        seen.add(one.id)
        data = _data(one, today)
        record_type = SORTS[one.sort].record
        try:
            record = msgspec.convert(data, record_type)
        except msgspec.ValidationError:
            found = dict(wrong_fields(record_type, data))
            problems |= {f"new.{number}.fields.{name}": sentence for name, sentence in found.items() if name != "id"}
        else:
            if not problems:
                made[number] = record
        wrong |= problems
    return made, wrong


def namesakes(application: Application, made: Mapping[int, Record], catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Records that there are already under a similar name: field and sentence."""
    home = catalog.places[application.place]
    shelves: dict[Sort, Mapping[str, Any]] = {
        "kind": catalog.kinds, "service": home.services, "body": home.bodies, "legal_basis": catalog.legal_bases,
    }  # fmt: skip
    for number, record in made.items():
        sort = SORTS[application.new[number].sort]
        shelf = shelves[application.new[number].sort]
        names = sorted({getattr(other, sort.name) for other in shelf.values()})
        if near := difflib.get_close_matches(getattr(record, sort.name), names, 3, 0.7):
            said = "、".join(f"“{name}”" for name in near)
            yield f"new.{number}.fields.{sort.name}", f"登记过相近的{sort.label}：{said}，请看看是不是同一个。"


def _data(one: NewRecord, today: str) -> dict[str, Any]:
    given = {name: value for name, value in one.fields.items() if value not in ("", None)}
    if isinstance(days := given.get("promised_days"), str) and days.isdecimal() and len(days) < 5:
        given["promised_days"] = int(days)
    if one.sort == "legal_basis":
        given = {"checked_on": today, **given}
    return {"id": one.id, **given}


def _problems(number: int, one: NewRecord, catalog: Catalog, seen: set[str]) -> Iterator[tuple[str, str]]:
    prefix = SORTS[one.sort].prefix
    if not (one.id.startswith(f"{prefix}-") and is_valid_id(one.id)):
        yield f"new.{number}.id", f"新{SORTS[one.sort].label}的编号不对，要用没有用过的 {prefix}- 编号。"
    elif one.id in catalog.files or one.id in seen:
        yield f"new.{number}.id", f"编号 {one.id} 已经用过。"
