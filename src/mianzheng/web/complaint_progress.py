"""The person comes back with the code: how far is it, and withdraw, add, rate, object."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta
from werkzeug.wrappers import Response

from mianzheng.cases.actors import CITIZEN, Actor
from mianzheng.cases.records import CaseRecord
from mianzheng.cases.steps import Step
from mianzheng.complaints.clocks import clocks_of, running
from mianzheng.complaints.guards.wish import PURPOSES
from mianzheng.complaints.machines import MACHINE
from mianzheng.errors import GuardFailed, NotAllowed
from mianzheng.model import Record
from mianzheng.views import complaints as view
from mianzheng.views.case_stories import told_to_the_person
from mianzheng.views.due_bars import due_bar
from mianzheng.views.spoken import spoken
from mianzheng.web.bodies import form_of
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import by_code, desk_of, stepped, texts_of
from mianzheng.web.complaint_files import attach, takes_mb
from mianzheng.web.own_steps import take_once, wish_of
from mianzheng.web.problems import Problem
from mianzheng.web.proposal_origins import proposals_of
from mianzheng.web.routes import Route
from mianzheng.web.uploads_ahead import announced, uploads_page

PERSON = Actor(role=CITIZEN)
WRONG_CODE = "没有这个查询码。请看看有没有抄错；两种写法填一种就行。"
LOOKS = frozenset({"reveal", "open_file"})
"""Events by which somebody saw what only concerns the person."""
Text = Annotated[str, Meta(max_length=2000)]


class OwnCase(Record, kw_only=True):
    """A complaint as the person who made it sees it."""

    number: str
    state: str
    state_label: str
    received_at: str
    due_day: str
    due_binds: bool
    may_change: bool
    version: int
    reply: str = ""


class OwnStep(Record, kw_only=True):
    """What the person adds: `text` to supplement, object or withdraw, `score` (1 to 5) to rate."""

    text: Text = ""
    score: Annotated[int, Meta(ge=1, le=5)] | None = None


def lookup_page(call: Call) -> Response:
    """`GET /complaints/lookup`."""
    return call.page(view.lookup_page(call.services.settings, call.services.signer.new_draft(), {}, {}))


def lookup(call: Call) -> Response:
    """`POST /complaints/lookup`: the progress; an unknown code and a foreign one look alike."""
    record = _record(call, call.form.get("code", ""))
    if record is None:
        return _again(call)
    return _progress(call, record, call.form["code"])


def act(call: Call) -> Response:
    """`POST /complaints/lookup/<event>`: a step by the person, then the progress again."""
    code, event = call.form.get("code", ""), call.arguments["event"]
    record = _record(call, code)
    if record is None:
        return _again(call)
    given: dict[str, Any] = {"text": call.form.get("text", ""), "score": call.form.get("score", "")}
    try:
        record = _taken(call, record, event, given)
    except GuardFailed as error:
        return _progress(call, record, code, event, error.problems, 422)
    except NotAllowed as error:
        return _progress(call, record, code, event, {"": str(error)}, 409)
    return _progress(call, record, code)


def _taken(call: Call, record: CaseRecord, event: str, sent: dict[str, Any]) -> CaseRecord:
    """The case after a step of the person's. Raises GuardFailed, NotAllowed, CommandMismatch, Problem `not-found`."""
    if event == "attach" and call.services.files:
        return attach(call, record)
    step = _step(call, event, sent)
    wish = wish_of(call, record, event, [msgspec.json.encode(step.given)])
    return take_once(call, record, wish, lambda present: stepped(call, present, step))


def own_case(call: Call) -> Response:
    """`GET /api/v1/complaint` with `Authorization: Receipt <code>`. Raises Problem `not-found`."""
    record = _by_header(call)
    return call.answer(_own(call, record), version=record.version)


def own_step(call: Call) -> Response:
    """`POST /api/v1/complaint/<event>`. Raises Problem: not-found, not-now, invalid, key-reused."""
    record = _by_header(call)
    sent = call.sent(OwnStep)
    after = _taken(call, record, call.arguments["event"], {"text": sent.text, "score": sent.score})
    return call.answer(_own(call, after), version=after.version)


def own_files(call: Call) -> Response:
    """`POST /api/v1/complaint/files`: pictures and PDFs for a complaint of one's own, in the form or ahead of it with a
    draft. Raises Problem: not-found, not-now, invalid, cross-site (not our draft)."""
    record = _by_header(call)
    if call.services.files is None:
        raise Problem("not-found")
    call.form = form_of(call.request, call.services.most_upload)
    if announced(call):
        call.draft = call.services.signer.draft_of(call.form.get("draft", ""))
    after = attach(call, record)
    return call.answer(_own(call, after), version=after.version)


def _step(call: Call, event: str, sent: dict[str, Any]) -> Step:
    """A step by the person; only the field that the event takes is passed on. Raises Problem `not-found`."""
    fields = {"withdraw": "why", "supplement": "text", "object": "text", "rate": "score"}
    if event not in fields:
        raise Problem("not-found")
    name = fields[event]
    value = sent["score"] if name == "score" else sent["text"]
    if name == "score" and isinstance(value, str):
        value = int(value) if value in ("1", "2", "3", "4", "5") else None
    return Step(event, PERSON, call.services.now(), {name: value} if value not in ("", None) else {})


def _record(call: Call, code: str) -> CaseRecord | None:
    return by_code(call, code, MACHINE.kind)


def _by_header(call: Call) -> CaseRecord:
    kind, _, code = call.request.headers.get("Authorization", "").partition(" ")
    record = _record(call, code) if kind.lower() == "receipt" else None
    if record is None:
        raise Problem("not-found", WRONG_CODE)
    return record


def _own(call: Call, record: CaseRecord) -> OwnCase:
    clock = running(record) or clocks_of(record).get("close")
    events = list(call.services.store.events(record.kind, record.id))
    texts = texts_of(call, record, events)
    replies = [texts[event.seq]["reply"] for event in events if event.name in view.FINAL and event.seq in texts]
    return OwnCase(
        number=record.data["number"],
        state=record.state,
        state_label=MACHINE.states[record.state].public,
        received_at=record.data["received_at"],
        due_day=clock.due_day if clock else "",
        due_binds=clock.binds if clock else False,
        may_change=clock.may_change if clock else False,
        version=record.version,
        reply=replies[-1] if replies else "",
    )


def _again(call: Call) -> Response:
    page = view.lookup_page(
        call.services.settings, call.services.signer.new_draft(), {"code": ""}, {"code": WRONG_CODE}
    )
    return call.page(page, 404)


def _progress(
    call: Call,
    record: CaseRecord,
    code: str,
    about: str = "",
    problems: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    desk = desk_of(call, record)
    clock = running(record)
    events = list(call.services.store.events(record.kind, record.id))
    page = view.progress_page(
        call.services.settings,
        record,
        told_to_the_person(events, texts_of(call, record, events), desk.home),
        due_bar(desk.clocks, clock, record, call.services.now()) if clock else None,
        [
            (desk.home.bodies[e.body].name if e.body in desk.home.bodies else "", spoken(e.at, year=True),
             ("打开了照片或者文件，" if e.name == "open_file" else "") + PURPOSES.get(e.data.get("purpose", ""), ""))
            for e in events
            if e.name in LOOKS
        ],
        proposals=proposals_of(call, record),
        code=code,
        draft=call.services.signer.new_draft(),
        about=about,
        written=call.form.get("text", "") if problems else "",
        problems=problems or {},
        takes_mb=takes_mb(call.services),
        ahead=call.services.quarantine is not None,
    )  # fmt: skip
    takes_files = any(row.event == "attach" for row in MACHINE.offered(record.state, CITIZEN))
    return uploads_page(call, page, status) if takes_files else call.page(page, status)


FORM: dict[str, Any] = {"audience": "public", "media": "text/html", "limit": "lookup"}
API: dict[str, Any] = {"audience": "public", "answer": OwnCase, "limit": "lookup"}
ROUTES = (
    Route("GET", "/complaints/lookup", "lookup_page", "查进度", "public", lookup_page, media="text/html"),
    Route("POST", "/complaints/lookup", "lookup", "查进度", handler=lookup, by_draft=True, **FORM),
    Route("POST", "/complaints/lookup/<event>", "own_step_by_form", "本人的一步", handler=act, by_draft=True,
          files=True, **FORM),
    Route("GET", "/api/v1/complaint", "own_complaint", "自己的投诉（Authorization: Receipt 查询码）", handler=own_case,
          problems=("not-found",), **API),
    Route("POST", "/api/v1/complaint/files", "own_complaint_files", "补充照片和文件（JPEG、PNG、PDF）",
          handler=own_files, files=True, once=True,
          problems=("not-found", "not-now", "stale", "invalid", "cross-site"), **API),
    Route("POST", "/api/v1/complaint/<event>", "own_complaint_step", "撤回、补充、评价、提出异议", handler=own_step,
          body=OwnStep, once=True, problems=("not-found", "not-now", "stale"), **API),
)  # fmt: skip
