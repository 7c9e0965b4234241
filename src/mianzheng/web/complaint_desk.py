"""What every address about a complaint needs: the case, its place, its texts, and a step written down."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from mianzheng.cases.records import CaseRecord, Change, Event, Worklist
from mianzheng.cases.steps import Step
from mianzheng.clock import WorkingCalendar
from mianzheng.complaints import receipts
from mianzheng.complaints.desk import Desk, desk_at, sees
from mianzheng.complaints.handling import handle
from mianzheng.complaints.intake import Intake, Screening
from mianzheng.complaints.likeness import alike
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.sealed import PERSON, SEALED, STORY, text_of, unsealed
from mianzheng.errors import RecordNotFound
from mianzheng.views.cases import Alike
from mianzheng.views.spoken import spoken
from mianzheng.web.calls import Call

WORKERS = frozenset({"receiver", "handler", "joint_conference_office", "centre", "bureau"})
"""Roles that take steps with complaints."""
SECONDS_TO_FILL = 3
"""A form that comes back sooner was not filled in by a person: it is looked at, never refused."""
LOOKED_THROUGH = 1000
"""So many open cases of a place are looked through for the same matter."""


def desk_of(call: Call, record: CaseRecord) -> Desk:
    """The desk of the case's place. Raises RecordNotFound for a place that the catalog no longer has."""
    return desk_at(record.place, call.services.catalog(), call.services.keys)


def intake_of(call: Call) -> Intake:
    """What taking a complaint in needs."""
    services = call.services
    catalog = services.catalog()
    return Intake(
        catalog=catalog,
        calendar=WorkingCalendar(catalog.calendars),
        keys=services.keys,
        secret=services.signer.secret,
        demonstration=services.settings.demonstration,
        new_id=lambda: services.new_id("cp"),
        next_number=services.store.next_number,
    )


def screening_of(call: Call) -> Screening:
    """Whether a form looks like spam: sent in haste, or with the field filled in that people do not see."""
    assert call.draft is not None
    hurried = call.draft.age < SECONDS_TO_FILL and call.route.by_draft
    return "quarantined" if hurried or call.form.get("website") else ""


def by_code(call: Call, code: str, kind: str) -> CaseRecord | None:
    """The case of a kind that a query code opens; the same work whether there is one or not (A01)."""
    value = receipts.read(code[:200])
    key = call.services.store.find(receipts.digest(call.services.signer.secret, value or bytes(receipts.SIZE)))
    if value is None or key is None or key.kind != kind:
        return None
    return call.services.store.get(key.kind, key.id)


def body_name(call: Call, place: str, body: str) -> str:
    """What a body is called; empty for one that the catalog does not have."""
    home = call.services.catalog().places.get(place)
    return home.bodies[body].name if home and body in home.bodies else ""


def same_matter(call: Call, record: CaseRecord) -> list[Alike]:
    """Open cases of the place that may be the same matter, other receivers' too: so much is told of them."""
    waiting = Worklist(kind=MACHINE.kind, place=record.place, states=MACHINE.open_states())
    found = alike(record, call.services.store.worklist(waiting, "", LOOKED_THROUGH).records)
    return [
        Alike(other.data["number"], body_name(call, other.place, other.data["received_by"]), received(other))
        for other in found
    ]


def received(record: CaseRecord) -> str:
    """When a case was received, in words."""
    return spoken(datetime.datetime.fromisoformat(record.data["received_at"]), year=True)


def case_for_staff(call: Call, id: str) -> CaseRecord:
    """A case that the caller may see. Raises RecordNotFound, for cases of others too."""
    record = call.services.store.get(MACHINE.kind, id)
    if not sees(call.who.actor, record):
        raise RecordNotFound("没有这件投诉，或者不在您的单位办理。")
    return record


def complaint_for_staff(call: Call, number: str) -> CaseRecord:
    """A case by its number or id, if the caller may see it. Raises RecordNotFound, for cases of others too."""
    found = _by_number(call, call.who.place, number)
    if found is None:
        raise RecordNotFound("没有这件投诉，或者不在您的单位办理。")
    return case_for_staff(call, found.id)


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
