"""What a proposal wants of the list: items added, fields changed, items cancelled. Never a path, never YAML.

Every edit carries the value it was made against. Applied to a list that has moved on meanwhile it is merged field by
field: value then / value now / value wanted. A field that somebody else changed to something else is a conflict with
all three (F47, F48); everything else goes through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import msgspec

from mianzheng.errors import BadArgument
from mianzheng.model import (
    BodiesFile,
    Catalog,
    CertificateItem,
    CertificateKind,
    LegalBasis,
    PlaceCatalog,
    PublicBody,
    PublicService,
    Record,
)
from mianzheng.model.ids import is_valid_id
from mianzheng.proposals.versions import after_cancelling, settled
from mianzheng.rules.items import is_filled
from mianzheng.rules.labels import field_label

ITEM_FIELDS = (
    "kind", "service", "requesting_body", "issuing_body", "missing", "status", "legal_bases", "versions", "in_force",
    "excluded", "issue_for_outside_use", "core", "problem_tags", "condition", "sample", "risk_assessed", "explain",
    "note",
)  # fmt: skip
"""What a change may edit of an item. Cancelling has an operation of its own; provenance is the system's."""
SERVICE_FIELDS = (
    "name", "aliases", "words", "code", "guide", "guide_url", "guide_updated", "authorisation", "online", "one_window",
    "advice",
)  # fmt: skip
"""What a change may edit of a public service (YY-ADJ-07-2, QS-PL-4-2c, QS-PL-4-2d)."""

Render = Callable[[Record, str], tuple[str, str]]
"""`CatalogRepository.render`: record and place to the path in the catalog folder and the canonical text."""


class FieldEdit(Record, kw_only=True):
    """One field: the value it had when the edit was made, and the wanted one; null is an empty field."""

    field: str
    from_: Any = msgspec.field(name="from", default=None)
    to: Any = None


class Add(Record, kw_only=True, tag="add", tag_field="do"):
    """A new item, its id chosen by the system. Versions without a first day start when the change takes effect."""

    id: str
    item: dict[str, Any]


class Change(Record, kw_only=True, tag="change", tag_field="do"):
    """Edits of an item, or of the public service that it belongs to."""

    id: str
    edits: tuple[FieldEdit, ...]


class Cancel(Record, kw_only=True, tag="cancel", tag_field="do"):
    """The end of an item: it stays readable and says since when and why (YY-ADJ-08, FX-3-1-5)."""

    id: str
    reason: str
    on: str = ""
    reason_text: str = ""
    upstream: str = ""
    successor: str = ""
    proposal: str = ""


Operation = Add | Change | Cancel


class Conflict(Record, kw_only=True):
    """A field that has changed since the proposal was written, to something other than what it wants."""

    id: str
    field: str
    base: Any = None
    now: Any = None
    wanted: Any = None


class Fault(Record, kw_only=True):
    """Why an operation cannot be carried out at all: its number in the batch, the field, one Chinese sentence."""

    operation: int
    field: str
    sentence: str


@dataclass(frozen=True)
class Applied:
    """The records to write, in the order of the operations, and the fields that stand against it."""

    records: tuple[CertificateItem | PublicService, ...]
    conflicts: tuple[Conflict, ...]
    faults: tuple[Fault, ...] = ()


def apply(catalog: Catalog, place: str, operations: Iterable[Operation], today: str) -> Applied:
    """The operations of one place's proposal on the list as it stands. Raises BadArgument, all faults named at once.

    `today` (`YYYY-MM-DD`, Shanghai) is the day from which things hold that name none. Records that stay as they are
    because the list says so already are left out.
    """
    done = attempted(catalog, place, operations, today)
    if done.faults:
        raise BadArgument(*(fault.sentence for fault in done.faults))
    return done


def attempted(catalog: Catalog, place: str, operations: Iterable[Operation], today: str) -> Applied:
    """Like `apply`, with the faults as values, for a form that shows all of them."""
    home = catalog.places.get(place)
    if home is None:
        sentence = f"没有“{place}”这个地区。"
        return Applied((), (), (Fault(operation=0, field="place", sentence=sentence),))
    work = _Work(catalog, home, today)
    for number, operation in enumerate(operations):
        work.take(number, operation)
    return Applied(tuple(work.records), tuple(work.conflicts), tuple(work.faults))


def files(catalog: Catalog, place: str, records: Iterable[Record], render: Render) -> dict[str, str]:
    """Path in the catalog folder → canonical text. A record that exists stays in its file, whatever changes in it."""
    texts, records = {}, list(records)
    for record in records:
        if isinstance(record, PublicBody):
            continue
        path, text = render(record, place)
        texts[catalog.files.get(getattr(record, "id", ""), path)] = text
    bodies = {record.id: record for record in records if isinstance(record, PublicBody)}
    if bodies:
        all_bodies = sorted({**catalog.places[place].bodies, **bodies}.items())
        path, text = render(BodiesFile(bodies=tuple(body for _, body in all_bodies)), place)
        texts[path] = text
    return texts


def with_records(catalog: Catalog, place: str, records: Iterable[Record], render: Render) -> Catalog:
    """The catalog as it would be with these records, those of a place in this one."""
    home, paths = catalog.places[place], dict(catalog.files)
    shelves: dict[type[Record], dict[str, Any]] = {
        CertificateItem: dict(home.items), PublicService: dict(home.services), PublicBody: dict(home.bodies),
        CertificateKind: dict(catalog.kinds), LegalBasis: dict(catalog.legal_bases),
    }  # fmt: skip
    for record in records:
        id = getattr(record, "id", "")
        shelves[type(record)][id] = record
        told = BodiesFile(bodies=(record,)) if isinstance(record, PublicBody) else record
        if id not in paths:
            paths[id] = render(told, place)[0]
    there = replace(
        home,
        items=dict(sorted(shelves[CertificateItem].items())),
        services=shelves[PublicService],
        bodies=shelves[PublicBody],
    )
    return replace(
        catalog,
        places={**catalog.places, place: there},
        files=paths,
        kinds=shelves[CertificateKind],
        legal_bases=shelves[LegalBasis],
    )


class _Work:
    """One batch on its way through."""

    def __init__(self, catalog: Catalog, home: PlaceCatalog, today: str) -> None:
        self.catalog, self.home, self.today = catalog, home, today
        self.records: list[CertificateItem | PublicService] = []
        self.conflicts: list[Conflict] = []
        self.faults: list[Fault] = []
        self.seen: set[str] = set()

    def take(self, number: int, operation: Operation) -> None:
        if operation.id in self.seen:
            self.fault(number, "id", "同一条记录在一份申请里出现了两次，请合在一起写。")
            return
        self.seen.add(operation.id)
        if isinstance(operation, Add):
            self._add(number, operation)
        elif isinstance(operation, Change):
            self._change(number, operation)
        else:
            self._cancel(number, operation)

    def fault(self, number: int, name: str, sentence: str) -> None:
        self.faults.append(Fault(operation=number, field=name, sentence=sentence))

    def _add(self, number: int, operation: Add) -> None:
        if not (operation.id.startswith("zm-") and is_valid_id(operation.id)):
            self.fault(number, "id", "新事项的编号不对，编号由系统生成。")
        elif operation.id in self.catalog.files:
            self.fault(number, "id", f"编号 {operation.id} 已经用过。")
        else:
            versions = settled(operation.item.get("versions", ()), self.today)
            data = {**operation.item, "id": operation.id, "versions": versions}
            if (item := self._built(number, CertificateItem, _in_force(data))) is not None:
                self.records.append(item)

    def _change(self, number: int, operation: Change) -> None:
        record = self._found(number, operation.id)
        if record is None:
            return
        allowed = ITEM_FIELDS if isinstance(record, CertificateItem) else SERVICE_FIELDS
        data = msgspec.to_builtins(record)
        for edit in operation.edits:
            if edit.field not in allowed:
                self.fault(number, edit.field, f"“{field_label(edit.field)}”不能在调整申请里改。")
                continue
            to = settled(edit.to, self.today) if edit.field == "versions" else edit.to
            base, wanted = (_plain(type(record), edit.field, value) for value in (edit.from_, to))
            now = data.get(edit.field)
            if now == wanted:
                continue
            if now != base:
                self.conflicts.append(Conflict(id=record.id, field=edit.field, base=base, now=now, wanted=wanted))
            elif wanted is None:
                del data[edit.field]
            else:
                data[edit.field] = wanted
        changed = self._built(number, type(record), _in_force(data))
        if changed is not None and (told := _declared(changed)) != record:
            self.records.append(told)

    def _cancel(self, number: int, operation: Cancel) -> None:
        record = self._found(number, operation.id)
        if record is None:
            return
        if not isinstance(record, CertificateItem):
            self.fault(number, "id", "这里只能取消证明事项；办事事项的取消由主管单位另行办理。")
            return
        names = ("reason", "reason_text", "upstream", "successor", "proposal")
        given = {name: getattr(operation, name) for name in names if getattr(operation, name)}
        wanted = {"on": operation.on or self.today, **given}
        data = msgspec.to_builtins(record)
        if (now := data.get("cancelled")) is not None:
            if now != wanted:
                self.conflicts.append(Conflict(id=record.id, field="cancelled", now=now, wanted=wanted))
            return
        data |= {"status": "cancelled", "cancelled": wanted}
        data["versions"] = after_cancelling(data.get("versions", []), wanted["on"])
        if (item := self._built(number, CertificateItem, data)) is not None:
            self.records.append(item)

    def _found(self, number: int, id: str) -> CertificateItem | PublicService | None:
        """The record of this place; an id is only ever looked up, never made into a path (A12)."""
        found = self.home.items.get(id) or self.home.services.get(id)
        if found is None:
            self.fault(number, "id", f"{self.home.place.short_name}的清单里没有编号为“{id[:40]}”的记录。")
        return found

    def _built(self, number: int, record_type: type[Any], data: dict[str, Any]) -> Any:
        """The record from plain data, or None with what is wrong, field by field."""
        try:
            return msgspec.convert(data, record_type)
        except msgspec.ValidationError:
            for name, sentence in wrong_fields(record_type, data):
                self.fault(number, name, sentence)
            return None


def wrong_fields(record_type: type[msgspec.Struct], data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each field that does not fit the model, with a sentence: absent, unknown, or of the wrong shape."""
    specs = _specs(record_type)
    for name in sorted(data.keys() - specs.keys()):
        yield name, f"没有“{name[:40]}”这个栏目。"
    for name, spec in specs.items():
        if name not in data:
            if spec.required:
                yield name, f"请填写“{field_label(name)}”。"
            continue
        try:
            msgspec.convert(data[name], spec.type)
        except msgspec.ValidationError as error:
            inner, absent = _where(error), _ABSENT.search(str(error))
            inner += f".{absent[1]}" if absent else ""
            label = f"“{field_label(name)}”" + (f"里的“{field_label(inner)}”" if inner.strip(".0123456789") else "")
            yield f"{name}{inner}", f"{label}没有填写，请补上。" if absent else f"{label}不合要求，请按提示重新填写。"


_ABSENT = re.compile(r"missing required field `([^`]+)`")


@cache
def _specs(record_type: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    """The fields of a record by their name in files; reading them out of the annotations anew is slow."""
    return {spec.encode_name: spec for spec in msgspec.structs.fields(record_type)}


def _where(error: msgspec.ValidationError) -> str:
    """The place inside a field that an error speaks of, `.0.time_class`; empty for the field itself."""
    found = re.search(r"`\$([^`]*)`$", str(error))
    return re.sub(r"\[([0-9]+)\]", r".\1", found[1]) if found else ""


def _declared(record: Any) -> Any:
    """The record, without declaring as not published what it says now."""
    left = {part: said for part, said in record.missing.items() if not is_filled(record, part)}
    return msgspec.structs.replace(record, missing=left)


def _in_force(data: dict[str, Any]) -> dict[str, Any]:
    """An item that comes onto the list without a day is in force from its newest version on."""
    versions = data.get("versions")
    if data.get("status") != "active" or data.get("in_force") or not isinstance(versions, list | tuple) or not versions:
        return data
    newest = versions[0]
    return {**data, "in_force": {"from": newest["from"]}} if isinstance(newest, dict) and "from" in newest else data


def _plain(record_type: type[msgspec.Struct], name: str, value: Any) -> Any:
    """A field's value as it lies in a record: what equals the default is None, inner defaults are left out."""
    spec = _specs(record_type)[name]
    if value is None:
        return None
    try:
        converted = msgspec.convert(value, spec.type)
    except msgspec.ValidationError:
        return value
    default = spec.default if spec.default_factory is msgspec.NODEFAULT else spec.default_factory()
    return None if converted == default else msgspec.to_builtins(converted)
