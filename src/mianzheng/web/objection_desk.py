"""Objections and opinions in the workbench: read them, decide on each, enter what came otherwise, look at a contact."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from werkzeug.wrappers import Response

from mianzheng.cases.records import CaseRecord, Change
from mianzheng.cases.steps import Step
from mianzheng.clock import day_of
from mianzheng.complaints.sealed import PERSON, STORY, unsealed
from mianzheng.errors import GuardFailed, NotAllowed
from mianzheng.proposals import objections
from mianzheng.proposals.handling import handle, sees
from mianzheng.proposals.machines import MACHINE, OFFICE, REVIEWERS
from mianzheng.proposals.notices import OPEN_STATES, Announcement, announcement_of
from mianzheng.views import objections as view
from mianzheng.views import office
from mianzheng.views.spoken import spoken
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.objections import command, filed
from mianzheng.web.problems import Problem
from mianzheng.web.proposal_desk import desk_of
from mianzheng.web.routes import Route
from mianzheng.web.steps import by_form

PURPOSES = {"ask": "向本人了解情况", "tell": "把结果告诉本人"}


def desk(call: Call) -> Response:
    """`GET /office/proposals/<id>/objections`."""
    return _page(call, "", _proposal(call, call.arguments["id"]))


def enter(call: Call) -> Response:
    """`POST /office/proposals/<id>/objections`: what came by word of mouth, telephone or letter. Twice is once."""
    proposal = _proposal(call, call.arguments["id"])
    problems = view.problems(call.form)
    if problems:
        return _page(call, "new", proposal, problems, 422)
    try:
        nonce = call.services.signer.draft_of(call.form.get("draft", "")).nonce
        wish = command(call, "objection-entered", nonce, call.form)
        filed(call, proposal, call.who.actor, call.form, {"entered_by_staff": True}, command=wish)
    except NotAllowed as error:
        return _page(call, "new", proposal, {"": str(error)}, 409)
    return call.see(f"/office/proposals/{proposal.id}/objections")


def decide(call: Call) -> Response:
    """`POST /office/proposals/<id>/objections/<number>`: taken up or not, with the reasons."""
    number = call.arguments["number"]
    return by_form(
        call,
        lambda: _proposal(call, call.arguments["id"]),
        lambda proposal: _settled(call, proposal, number),
        moved_on="这件申请刚刚有了新的情况。请看过以后再办。",
        again=partial(_page, call, number),
        done=lambda proposal: call.see(f"/office/proposals/{proposal.id}/objections#objection-{number}"),
    )


def _settled(call: Call, proposal: CaseRecord, number: str) -> Change:
    if "taken" not in call.form:
        raise GuardFailed({"taken": "请选采纳还是不采纳"})
    notice = announcement_of(proposal)
    given = {"objection": number, "taken": call.form["taken"], "answer": call.form.get("answer", "")}
    if notice:
        given["kind"] = notice.kind
    return handle(desk_of(call), proposal, Step("settle", call.who.actor, call.services.now(), given))


def reveal(call: Call) -> Response:
    """`POST /office/objections/<id>/reveal`: the contact, once the purpose is written down."""
    record = call.services.store.get(objections.MACHINE.kind, call.arguments["id"])
    proposal = _proposal(call, record.data["proposal"])
    purpose = call.form.get("purpose", "")
    if purpose not in PURPOSES:
        return _page(call, record.id, proposal, {"purpose": "请选看联系方式做什么"}, 422)
    call.services.store.commit(objections.revealed(record, call.who.actor, call.services.now(), purpose))
    return _page(call, "", proposal, shown=record.id)


def _page(
    call: Call,
    about: str,
    proposal: CaseRecord,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
    *,
    shown: str = "",
) -> Response:
    services, role = call.services, call.who.role
    notice = view.shown(services.catalog(), proposal)
    if notice is None:
        raise Problem("not-found", "这件申请没有公示，也没有征求意见。")
    offered = {row.event for row in MACHINE.offered(proposal.state, role)}
    running = _runs(proposal, notice.announcement, day_of(services.now()))
    page = view.desk_page(
        services.settings,
        office.frame(call.who, services.catalog(), guards.form_token(call)),
        proposal,
        notice,
        [_row(call, record, notice.announcement, shown) for record in _records(call, proposal, notice.announcement)],
        decides="settle" in offered,
        enters=running and "object" in offered,
        reveals=role in objections.STAFF,
        draft=services.signer.new_draft(),
        about=about,
        values=call.form,
        problems=problems,
    )
    return call.page(page, status)


def _runs(proposal: CaseRecord, announcement: Announcement, day: str) -> bool:
    return proposal.state in OPEN_STATES and announcement.fact.takes(day)


def _records(call: Call, proposal: CaseRecord, announcement: Announcement) -> list[CaseRecord]:
    """The objections of a notice, those that wait first. Numbers without a record came before there were records."""
    store = call.services.store
    keys = [store.find(f"number:{number}") for number in (*announcement.objections, *announcement.handled)]
    found = [store.get(key.kind, key.id) for key in keys if key and key.kind == objections.MACHINE.kind]
    return [record for record in found if record.data["proposal"] == proposal.id]


def _row(call: Call, record: CaseRecord, announcement: Announcement, shown: str) -> view.Row:
    store, keys = call.services.store, call.services.keys
    person: dict[str, str] = {}
    if shown == record.id:
        person = unsealed(store, keys, record.key, PERSON) or {"name": "", "contact": ""}
    home = call.services.catalog().places[record.place]
    looks = []
    for event in store.events(record.kind, record.id):
        if event.name == "reveal":
            who = home.bodies[event.body].name if event.body in home.bodies else ""
            looks.append(f"{who} {spoken(event.at)} {PURPOSES.get(event.data['purpose'], '')}")
    return view.Row(
        record=record,
        number=record.data["number"],
        when=view.received(record),
        text=unsealed(store, keys, record.key, STORY).get("text", ""),
        handled=announcement.handled.get(record.data["number"]),
        looks=looks,
        person=person,
    )


def _proposal(call: Call, id: str) -> CaseRecord:
    record = call.services.store.get(MACHINE.kind, id)
    if not sees(call.who.actor, record):
        raise Problem("not-found")
    return record


READERS = REVIEWERS | {"auditor"}
ROUTES = (
    Route("GET", "/office/proposals/<id>/objections", "objections_page", "收到的异议和意见", READERS, desk,
          media="text/html"),
    Route("POST", "/office/proposals/<id>/objections", "enter_objection", "登记一条异议、意见", OFFICE, enter,
          limit="write", media="text/html"),
    Route("POST", "/office/proposals/<id>/objections/<number>", "decide_objection", "处理一条异议、意见", OFFICE,
          decide, limit="write", media="text/html"),
    Route("POST", "/office/objections/<id>/reveal", "reveal_objection", "看提异议的人的联系方式", objections.STAFF,
          reveal, limit="write", media="text/html"),
)  # fmt: skip
