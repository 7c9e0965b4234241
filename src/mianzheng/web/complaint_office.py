"""Complaints over HTTP, for staff: the case page with its steps, the same by program, cases that came in otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from werkzeug.wrappers import Response

from mianzheng.cases.records import CaseRecord
from mianzheng.cases.steps import Step
from mianzheng.complaints.attached import files_of, labelled
from mianzheng.complaints.fields import FIELDS, SHAPES, TEXTS, Text, Word
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.uploads import JPEG
from mianzheng.model import Record
from mianzheng.views import cases, office
from mianzheng.views.case_stories import told_to_staff
from mianzheng.views.letters import letters_of
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import (
    WORKERS,
    case_for_staff,
    complaint_for_staff,
    desk_of,
    given_from_form,
    person_of,
    same_matter,
    stepped,
    story_of,
    texts_of,
)
from mianzheng.web.complaint_files import download, opened
from mianzheng.web.complaint_parts import in_parts, parts_page
from mianzheng.web.problems import Problem
from mianzheng.web.proposal_origins import adjustment_address, proposals_of
from mianzheng.web.routes import Route
from mianzheng.web.steps import by_form

READERS = WORKERS | {"auditor"}


class CaseAnswer(Record, kw_only=True):
    """A complaint without personal data and free text."""

    id: str
    number: str
    state: str
    state_label: str
    body: str
    due_at: str
    data: dict[str, Any]


def case_page(call: Call) -> Response:
    """`GET /office/complaints/<id>`: by id or by number."""
    return _page(call, "", complaint_for_staff(call, call.arguments["id"]))


def step_by_form(call: Call) -> Response:
    """`POST /office/complaints/<id>/<event>`: a step; what is wrong comes back with what was entered."""
    event = call.arguments["event"]
    if event not in FIELDS:
        raise Problem("not-found")
    given = given_from_form(event, call.form, FIELDS[event])
    step = Step(event, call.who.actor, call.services.now(), given)

    def read() -> CaseRecord:
        return case_for_staff(call, call.arguments["id"])

    def done(record: CaseRecord) -> Response:
        if event == "open_file":
            return _opened(call, record, given["file"], given["purpose"])
        if event == "reveal":
            return _page(call, "", read(), revealed=True)
        return call.see(f"/office/complaints/{record.id}")

    return by_form(
        call,
        read,
        lambda record: stepped(call, record, step),
        moved_on="这一件刚刚被别人改过。请看过最新的经过，再办。",
        again=partial(_page, call, event),
        done=done,
    )


def _opened(call: Call, record: CaseRecord, file: str, purpose: str) -> Response:
    """A file that was just logged as opened: a PDF to be saved, a picture on a page of its own; in parts if long."""
    _, content = opened(call, record, file)
    label = labelled(files_of(record))[file]
    around = office.frame(call.who, call.services.catalog(), guards.form_token(call))
    if in_parts(call, content):
        return parts_page(call, around, record, file, label, purpose, len(content))
    if not file.startswith(JPEG):
        return download(file, record.data["number"], label, content)
    return call.page(cases.picture_page(call.services.settings, around, record, label, content))


def case(call: Call) -> Response:
    """`GET /api/v1/complaints/<id>`."""
    return _answer(call, case_for_staff(call, call.arguments["id"]))


def step(call: Call) -> Response:
    """`POST /api/v1/complaints/<id>/<event>`. Raises Problem: not-now, invalid, stale."""
    record = case_for_staff(call, call.arguments["id"])
    call.seen(record.version)
    given = {k: v for k, v in msgspec.to_builtins(call.body).items() if v is not None}
    event = call.route.path.rpartition("/")[2]
    change = stepped(call, record, Step(event, call.who.actor, call.services.now(), given))
    after = change.writes[0].record
    return call.commit(change, told(after), version=after.version)


def _answer(call: Call, record: CaseRecord) -> Response:
    return call.answer(told(record), version=record.version)


def told(record: CaseRecord) -> CaseAnswer:
    """A case as programs read it."""
    shown = {k: v for k, v in record.data.items() if k not in ("by", "marks")}
    return CaseAnswer(
        id=record.id,
        number=record.data["number"],
        state=record.state,
        state_label=MACHINE.states[record.state].label,
        body=record.body,
        due_at=record.due_at.isoformat() if record.due_at else "",
        data=shown,
    )


def _page(
    call: Call,
    event: str,
    record: CaseRecord,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
    *,
    revealed: bool = False,
) -> Response:
    desk, catalog = desk_of(call, record), call.services.catalog()
    events = list(call.services.store.events(record.kind, record.id))
    texts = texts_of(call, record, events)
    happened = told_to_staff(events, texts, desk.home, catalog.vocabularies.roles)
    view = cases.CaseView(
        record=record,
        desk=desk,
        catalog=catalog,
        role=call.who.role,
        story=story_of(call, record),
        timeline=happened,
        now=call.services.now(),
        person=person_of(call, record) if revealed else {},
        may_reveal=any(t.event == "reveal" for t in MACHINE.offered(record.state, call.who.role)),
        same=same_matter(call, record) if record.state == MACHINE.initial else (),
        letters=letters_of(desk, record, events, texts),
        proposals=proposals_of(call, record),
        proposes=adjustment_address(call, "complaint", record),
        event=event,
        values=call.form,
        problems=problems or {},
    )
    around = office.frame(call.who, catalog, guards.form_token(call))
    return call.page(cases.case_page(call.services.settings, around, view), status)


def _body(event: str) -> type[msgspec.Struct]:
    """The shape of a step's body: the fields of the event, each may be left out."""
    fields = [(name, SHAPES.get(name, Text if name in TEXTS else Word) | None, None) for name in FIELDS[event]]
    name = "Complaint" + "".join(part.title() for part in event.split("_"))
    return msgspec.defstruct(name, fields, kw_only=True, frozen=True, forbid_unknown_fields=True)


def _api(event: str) -> Route:
    label = next(t.label for t in MACHINE.transitions if t.event == event)
    roles = frozenset({role for t in MACHINE.transitions if t.event == event for role in t.roles}) & WORKERS
    return Route(
        "POST", f"/api/v1/complaints/<id>/{event}", f"complaint_{event}", label, roles, step, body=_body(event),
        answer=CaseAnswer, keyed=True, versioned=True, limit="write", problems=("not-now",),
    )  # fmt: skip


OPENED_ON_PAGES = frozenset({"open_file"})
"""Answers with a picture or a PDF, not with a case."""
STAFF_EVENTS = [
    e
    for e in FIELDS
    if e not in OPENED_ON_PAGES and any(t.roles & WORKERS for t in MACHINE.transitions if t.event == e)
]
ROUTES = (
    Route("GET", "/office/complaints/<id>", "case_page", "一件投诉", READERS, case_page, media="text/html"),
    Route("POST", "/office/complaints/<id>/<event>", "case_step_by_form", "办一步", WORKERS, step_by_form,
          media="text/html", limit="write"),
    Route("GET", "/api/v1/complaints/<id>", "complaint", "一件投诉", READERS, case, answer=CaseAnswer),
    *(_api(event) for event in STAFF_EVENTS),
)  # fmt: skip
