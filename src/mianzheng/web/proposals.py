"""Adjustments over HTTP: the proposal's page with the review report and its steps; the same by program."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from msgspec import Meta
from werkzeug.wrappers import Response

from mianzheng.cases.records import CaseRecord, Change
from mianzheng.cases.steps import Step
from mianzheng.errors import NotAllowed
from mianzheng.model import Record
from mianzheng.proposals.chains import StepStanding, awaited, next_to_act
from mianzheng.proposals.conflicts import Choice, chosen, conflicts_of
from mianzheng.proposals.examining import Examined
from mianzheng.proposals.forms import Application, unseen
from mianzheng.proposals.handing_in import may_correct, resolve
from mianzheng.proposals.handling import (
    application_of,
    asks_comments,
    handle,
    is_overseen,
    lacks,
    standings,
    timeliness_of,
)
from mianzheng.proposals.machines import MACHINE, PROPOSERS
from mianzheng.proposals.operations import Conflict
from mianzheng.proposals.opinions import opinions_of
from mianzheng.views import proposals as view
from mianzheng.views.proposal_reports import report_of
from mianzheng.web.calls import Call
from mianzheng.web.problems import Problem
from mianzheng.web.proposal_desk import READERS, WORKERS, desk_of, examined, frame_of, record_of, today
from mianzheng.web.proposal_desk import send as handed_in
from mianzheng.web.routes import Route
from mianzheng.web.steps import by_form

BATCH_LIMIT = 256 * 1024
"""Bytes of an application: a full batch of 200 items has room, and every store holds it in one record."""
_STEP = re.compile(r"[a-z_]{3,20}")


class Sent(Record, kw_only=True):
    """A proposal that was handed in: its number, how it stands, and what to think of."""

    id: str
    number: str
    state: str
    timeliness: str
    hints: tuple[str, ...] = ()


class Told(Record, kw_only=True):
    """A proposal as it stands. `missing` is what stands against merging, `next` who acts next, `conflicts` what the
    list says otherwise by now: to be chosen.
    """

    id: str
    number: str
    state: str
    state_label: str
    delivery: str
    timeliness: str
    next: str
    missing: tuple[str, ...]
    items: tuple[str, ...]
    head: str = ""
    conflicts: tuple[Conflict, ...] = ()


class Choices(Record, kw_only=True):
    """For each field that changed meanwhile (`zm-7k3f9q.condition`): as the list says `now`, or as was `wanted`."""

    choices: dict[Annotated[str, Meta(max_length=60)], Choice]


class StepWish(Record, kw_only=True):
    """The fields of a step, by name: `opinion`, `commit`, `why`, `defects`, `decision`, `from`, `until` …"""

    fields: dict[Annotated[str, Meta(max_length=20)], Annotated[str, Meta(max_length=4000)]] = {}


def send(call: Call) -> Response:
    """`POST /api/v1/proposals`: stored with its number, on its way to the forge. Raises Problem `invalid`."""
    return _sent(call, unseen(call.sent(Application)))


def send_again(call: Call) -> Response:
    """`POST /api/v1/proposals/<id>/submissions`: what was returned, corrected. Raises Problem: invalid, not-now."""
    record = record_of(call)
    call.seen(record.version)
    return _sent(call, unseen(call.sent(Application)), record)


def proposal_page(call: Call) -> Response:
    """`GET /office/proposals/<id>`."""
    return _page(call, "", record_of(call))


def step_by_form(call: Call) -> Response:
    """`POST /office/proposals/<id>/<event>`."""
    event = call.arguments["event"]
    given = {k: v for k, v in call.form.items() if k not in ("form_token", "version") and v}
    return by_form(
        call,
        partial(record_of, call),
        lambda record: handle(desk_of(call), record, _step(call, event, given)),
        moved_on="这件申请刚刚有了新的情况。请看过以后再办。",
        again=partial(_page, call, event),
        done=lambda record: call.see(f"{view.HERE}/{record.id}"),
    )


def choose_by_form(call: Call) -> Response:
    """`POST /office/proposals/<id>/resolve`: field by field, what the list says now or what was wanted (F47)."""
    choices = {name.removeprefix("choice."): value for name, value in call.form.items() if name.startswith("choice.")}
    return by_form(
        call,
        partial(record_of, call),
        lambda record: _resolved(call, record, choices),
        moved_on="这件申请刚刚有了新的情况。请看过以后再选。",
        again=partial(_page, call, "resolve"),
        done=lambda record: call.see(f"{view.HERE}/{record.id}"),
    )


def choose(call: Call) -> Response:
    """`POST /api/v1/proposals/<id>/choices`: the same by program. Raises Problem: not-now, invalid, stale."""
    record = record_of(call)
    call.seen(record.version)
    change = _resolved(call, record, call.sent(Choices).choices)
    after = change.writes[0].record
    return call.commit(change, _told(call, after), version=after.version)


def proposal(call: Call) -> Response:
    """`GET /api/v1/proposals/<id>`."""
    record = record_of(call)
    return call.answer(_told(call, record), version=record.version)


def step(call: Call) -> Response:
    """`POST /api/v1/proposals/<id>/<event>`. Raises Problem: not-now, invalid, stale."""
    record = record_of(call)
    call.seen(record.version)
    change = handle(desk_of(call), record, _step(call, call.arguments["event"], call.sent(StepWish).fields))
    after = change.writes[0].record
    return call.commit(change, _told(call, after), version=after.version)


def _sent(call: Call, application: Application, before: CaseRecord | None = None) -> Response:
    if application.place != call.who.place:
        raise Problem("not-found", "只能为自己的地区提出调整。")
    found = examined(call, application, before)
    answers: list[Response] = []

    def committed(change: Any) -> None:
        record = change.writes[0].record
        told = _receipt(record, found)
        answers.append(call.commit(change, told, version=record.version, location=f"/api/v1/proposals/{record.id}"))

    handed_in(call, application, found, committed, before=before)
    return answers[0]


def _resolved(call: Call, record: CaseRecord, choices: Mapping[str, str]) -> Change:
    found = conflicts_of(record)
    if not found:
        raise NotAllowed("这件申请现在没有要您选择的。")
    application = chosen(application_of(record), found, choices)
    step = Step("resolve", call.who.actor, call.services.now(), {"choices": dict(choices)})
    return resolve(desk_of(call), record, application, examined(call, application, record), step)


def _receipt(record: CaseRecord, found: Examined) -> Sent:
    return Sent(
        id=record.id,
        number=record.data["number"],
        state=record.state,
        timeliness=timeliness_of(record).sentence,
        hints=tuple(hint.sentence for hint in found.hints),
    )


def _page(
    call: Call, event: str, record: CaseRecord, problems: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    desk, catalog, day = desk_of(call), call.services.catalog(), today(call)
    home = desk.home(record.place)
    events = list(call.services.store.events(record.kind, record.id))
    open_state = MACHINE.states[record.state].open
    steps = standings(desk, record, day) if open_state and record.state != "merged" else []
    page = view.proposal_page(
        call.services.settings,
        frame_of(call),
        view.ProposalView(
            record=record,
            home=home,
            role=call.who.role,
            report=report_of(catalog, record, steps, call.services.render, day),
            timeline=view.told(events, home, catalog.vocabularies.roles),
            next_step=_next(record, steps),
            lacks=[] if record.state == "returned" else [one.lack for one in steps if one.lack],
            kinds=frozenset(one.step.kind for one in steps),
            may_correct=may_correct(call.who.actor, record),
            conflicts=view.conflicts_said(catalog, home, conflicts_of(record)),
            turns=frozenset(one.step.role for one in steps if not awaited(steps, one.step.role)),
            event=event,
            values=call.form,
            problems=problems or {},
            comments=asks_comments(desk, record),
            overseen=is_overseen(desk, record),
            opinions=opinions_of(events),
            day=day,
        ),
    )
    return call.page(page, status)


def _told(call: Call, record: CaseRecord) -> Told:
    desk, day = desk_of(call), today(call)
    running = MACHINE.states[record.state].open and record.state != "merged"
    steps = standings(desk, record, day) if running else []
    return Told(
        id=record.id,
        number=record.data["number"],
        state=record.state,
        state_label=MACHINE.states[record.state].label,
        delivery=record.data["delivery"]["status"],
        timeliness=timeliness_of(record).sentence,
        next=_next(record, steps) if running else "",
        missing=tuple(lacks(desk, record, day)) if running else (),
        items=tuple(record.data["items"]),
        head=record.data["delivery"].get("head", ""),
        conflicts=tuple(conflicts_of(record)),
    )


def _next(record: CaseRecord, steps: Sequence[StepStanding]) -> str:
    """Who acts next: whoever sent it, as long as it is back with them or they have to choose."""
    if record.state == "returned":
        return "下一步：由提出的单位补正后再报。"
    if record.data["delivery"]["status"] == "conflicted":
        return "下一步：清单变了，由提出的单位看过以后再报。"
    return next_to_act(steps) if steps else MACHINE.states[record.state].public


def _step(call: Call, event: str, given: Mapping[str, str]) -> Step:
    if not _STEP.fullmatch(event):
        raise Problem("not-found")
    return Step(event, call.who.actor, call.services.now(), dict(given))


PAGE: dict[str, Any] = {"media": "text/html"}
ROUTES = (
    Route("GET", "/office/proposals/<id>", "proposal_page", "一件申请", READERS, proposal_page, **PAGE),
    Route("POST", "/office/proposals/<id>/resolve", "choose_by_form", "照哪一个", PROPOSERS, choose_by_form,
          limit="write", **PAGE),
    Route("POST", "/office/proposals/<id>/<event>", "proposal_step_by_form", "办一步", WORKERS, step_by_form,
          limit="write", **PAGE),
    Route("POST", "/api/v1/proposals", "send_proposal", "报送调整申请", PROPOSERS, send, body=Application, answer=Sent,
          status=202, keyed=True, limit="write", size=BATCH_LIMIT, problems=("not-found",)),
    Route("POST", "/api/v1/proposals/<id>/submissions", "send_proposal_again", "补正以后再报", PROPOSERS, send_again,
          body=Application, answer=Sent, status=202, keyed=True, versioned=True, limit="write", size=BATCH_LIMIT,
          problems=("not-now",)),
    Route("POST", "/api/v1/proposals/<id>/choices", "choose", "照哪一个", PROPOSERS, choose, body=Choices, answer=Told,
          keyed=True, versioned=True, limit="write", problems=("not-now",)),
    Route("GET", "/api/v1/proposals/<id>", "proposal", "一件申请", READERS, proposal, answer=Told),
    Route("POST", "/api/v1/proposals/<id>/<event>", "step_proposal", "申请的一步", WORKERS, step, body=StepWish,
          answer=Told, keyed=True, versioned=True, limit="write", problems=("not-now",)),
)  # fmt: skip
