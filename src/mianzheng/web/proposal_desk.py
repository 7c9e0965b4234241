"""What all handlers of adjustments share: the desk, who is asking, examining and handing in."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import msgspec

from mianzheng.cases.records import CaseRecord, Change, Worklist, Write
from mianzheng.clock import WorkingCalendar, day_of
from mianzheng.model.ids import new_id
from mianzheng.proposals.examining import Examined, OpenProposal, examine
from mianzheng.proposals.forms import Application
from mianzheng.proposals.handing_in import again, submit
from mianzheng.proposals.handling import ProposalDesk, sees
from mianzheng.proposals.machines import MACHINE, PROPOSERS, REVIEWERS
from mianzheng.views import office
from mianzheng.views.frames import Frame
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.problems import Problem
from mianzheng.web.proposal_origins import with_word_to_origins

READERS = PROPOSERS | REVIEWERS | {"auditor"}
WORKERS = PROPOSERS | REVIEWERS | {"admin"}


def desk_of(call: Call) -> ProposalDesk:
    """The list as it stands, with the working calendar."""
    catalog = call.services.catalog()
    return ProposalDesk(catalog, WorkingCalendar(catalog.calendars))


def today(call: Call) -> str:
    """The Shanghai day."""
    return day_of(call.services.now())


def frame_of(call: Call) -> Frame:
    """What stands around the page."""
    return office.frame(call.who, call.services.catalog(), guards.form_token(call))


def record_of(call: Call) -> CaseRecord:
    """The proposal that the address names. Raises Problem `not-found`, also for one that is not theirs to see."""
    record = call.services.store.get(MACHINE.kind, call.arguments["id"])
    if not sees(call.who.actor, record):
        raise Problem("not-found")
    return record


def examined(call: Call, application: Application, before: CaseRecord | None = None) -> Examined:
    """An application examined on the list of today; `before` is the proposal that it corrects, which keeps its ids."""
    own = before.data["number"] if before else ""
    kept = [id for id in before.data["new_ids"] if id.startswith("zm-")] if before else []
    adds = kept if application.type == "add" else []
    ids = itertools.chain(adds, iter(lambda: new_id("zm"), ""))
    return examine(
        application,
        call.services.catalog(),
        today(call),
        new_id=lambda: next(ids),
        render=call.services.render,
        open_proposals=[one for one in _open(call, application.place) if one.id != own],
    )


def send(
    call: Call,
    application: Application,
    found: Examined,
    commit: Callable[[Change], Any],
    *,
    before: CaseRecord | None = None,
    beside: Callable[[str], tuple[Write, ...]] = lambda id: (),
) -> CaseRecord:
    """Hand an application in, or in again. `beside` are writes that belong to it, given the proposal's id.

    Raises GuardFailed, NotAllowed, and what the store raises.
    """
    services = call.services
    now = services.now()
    year = day_of(now)[:4]
    fresh = before is None and not found.problems
    number = f"TZ-{year}-{services.store.next_number(f'TZ-{application.place}-{year}'):04d}" if fresh else ""
    step = again(call.who.actor, now, before, application)
    id = before.id if before else services.new_id("pr")
    change = submit(desk_of(call), application, found, step, id=id, number=number, before=before)
    whole = msgspec.structs.replace(change, writes=(*change.writes, *beside(id)))
    commit(with_word_to_origins(call, whole))
    return change.writes[0].record


def _open(call: Call, place: str) -> list[OpenProposal]:
    """The proposals of a place that are on their way."""
    page = call.services.store.worklist(Worklist(kind=MACHINE.kind, place=place, states=MACHINE.open_states()), "", 500)
    return [
        OpenProposal(
            id=record.data["number"],
            title=record.data["title"],
            state=MACHINE.states[record.state].label,
            items=tuple(record.data["items"]),
        )
        for record in page.records
    ]
