"""What every address about a complaint needs: the case, its place, its texts, and a step written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mianzheng.cases.records import CaseRecord, Change, Event
from mianzheng.cases.steps import Step
from mianzheng.complaints.desk import Desk, desk_at, sees
from mianzheng.complaints.handling import handle
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.sealed import PERSON, SEALED, STORY, text_of, unsealed
from mianzheng.errors import RecordNotFound
from mianzheng.web.calls import Call


def desk_of(call: Call, record: CaseRecord) -> Desk:
    """The desk of the case's place. Raises RecordNotFound for a place that the catalog no longer has."""
    return desk_at(record.place, call.services.catalog(), call.services.keys)


def case_for_staff(call: Call, id: str) -> CaseRecord:
    """A case that the caller may see. Raises RecordNotFound, for cases of others too."""
    record = call.services.store.get(MACHINE.kind, id)
    if not sees(call.who.actor, record):
        raise RecordNotFound("没有这件投诉，或者不在您的单位办理。")
    return record


def stepped(call: Call, record: CaseRecord, step: Step) -> Change:
    """The change of a step, with the case it refers to looked up by number or id. Raises what `handle` raises."""
    store = call.services.store
    given = dict(step.given)
    other = None
    for name in ("leader", "linked_case"):
        if given.get(name):
            other = _by_number(call, record.place, str(given[name]))
            given[name] = other.id if other else given[name]
    sealed = store.sealed(record.kind, record.id, STORY)
    step = Step(step.event, step.actor, step.at, given, step.reason)
    return handle(desk_of(call, record), record, step, wrapped=sealed[0] if sealed else None, other=other)


def story_of(call: Call, record: CaseRecord) -> dict[str, str]:
    """What the person wrote, masked; empty once it is destroyed."""
    return unsealed(call.services.store, call.services.keys, record.key, STORY)


def person_of(call: Call, record: CaseRecord) -> dict[str, str]:
    """Who complained; only to be shown after a `reveal`."""
    return unsealed(call.services.store, call.services.keys, record.key, PERSON)


def texts_of(call: Call, record: CaseRecord, events: list[Event]) -> dict[int, Mapping[str, str]]:
    """The texts that came with events, by number of the event."""
    store, keys = call.services.store, call.services.keys
    marked = [event.seq for event in events if any(v == SEALED for v in event.data.values())]
    return {seq: unsealed(store, keys, record.key, text_of(seq)) for seq in marked}


def _by_number(call: Call, place: str, number: str) -> CaseRecord | None:
    store = call.services.store
    key = store.find(f"number:{number}")
    try:
        found = store.get(MACHINE.kind, key.id if key else number)
    except RecordNotFound:
        return None
    return found if found.place == place else None


def given_from_form(event: str, form: Mapping[str, str], fields: tuple[str, ...]) -> dict[str, Any]:
    """The fields of an event from a plain form: lists and tables come as `name.part`, numbers as text."""
    given: dict[str, Any] = {}
    for name in fields:
        parts = {key[len(name) + 1 :]: value for key, value in form.items() if key.startswith(f"{name}.")}
        if parts:
            given[name] = _parts(name, parts)
        elif form.get(name, ""):
            given[name] = _whole(name, form[name])
    return given


def _parts(name: str, parts: Mapping[str, str]) -> Any:
    if name == "findings":
        return {key: value for key, value in parts.items() if value}
    if name == "parts":
        return [int(key) for key in parts if key.isascii() and key.isdigit()]
    return list(parts)


def _whole(name: str, value: str) -> Any:
    if name in ("days", "score"):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else value
    return value == "yes" if name == "same_matter" else value
