"""Handing in a proposal (AP2), handing in again what was returned (AP3), and going on after a conflict (F47)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import msgspec

from mianzheng.cases.actors import Actor
from mianzheng.cases.records import CaseRecord, Change
from mianzheng.cases.steps import Step, opened, take
from mianzheng.clock import day_of
from mianzheng.errors import GuardFailed, NotAllowed
from mianzheng.proposals import notices
from mianzheng.proposals.chains import TYPES
from mianzheng.proposals.examining import Examined
from mianzheng.proposals.forms import Application, as_listed
from mianzheng.proposals.handling import LABELS, ProposalDesk, change_of, delivery_of, sees
from mianzheng.proposals.machines import MACHINE, PROPOSERS, UNDER_REVIEW
from mianzheng.proposals.milestones import Submission, timeliness
from mianzheng.proposals.was_now import in_words
from mianzheng.proposals.wording import Wording


def submit(
    desk: ProposalDesk,
    application: Application,
    examined: Examined,
    step: Step,
    *,
    id: str,
    number: str,
    before: CaseRecord | None = None,
) -> Change:
    """The change that hands a proposal in (AP2), or hands in again what was returned (AP3) or met another change.

    What is handed in again keeps its number and, while its pull request is open, its branch; opinions given so far are
    void. Raises GuardFailed naming every defect: nothing is stored then; NotAllowed.
    """
    if examined.problems:
        raise GuardFailed(examined.problems)
    if before and not may_correct(step.actor, before):
        raise NotAllowed("这件申请现在不能修改后再报。")
    home = desk.home(application.place)
    application = as_listed(application, home)
    first = before or opened(MACHINE, id, step, place=application.place, body=step.actor.body)
    after, event, _ = take(MACHINE, first, step)
    day = day_of(step.at)
    submissions = [*first.data.get("submissions", []), {"on": day, "valid": True}]
    assert home.profile is not None
    came = timeliness(
        home.profile,
        application.initiator,
        application.trigger_date,
        msgspec.convert(submissions, list[Submission]),
        desk.last_day("adjust.apply"),
    )
    data = {
        **after.data,
        **_told(application, examined),
        "number": first.data.get("number", number),
        "application": msgspec.to_builtins(application),
        "new_ids": [operation.id for operation in examined.operations],
        "submissions": submissions,
        "submitted_at": event.at.isoformat(),
        "subject": step.actor.subject,
        "timeliness": msgspec.to_builtins(came),
        "target": desk.last_day("review")(home.profile, day),
        "opinions": [],
        "changes": _in_words(application, examined),
        **notices.set_aside(first),
        "delivery": _queued(first.data.get("delivery", {})),
    }
    after = msgspec.structs.replace(after, data=data)
    return change_of(before, after, event, delivery_of(after, event, "open"))


def resolve(desk: ProposalDesk, record: CaseRecord, application: Application, examined: Examined, step: Step) -> Change:
    """The change that goes on with what people chose (`conflicts.chosen`): sent again, opinions void.

    Raises GuardFailed, NotAllowed.
    """
    if examined.problems:
        raise GuardFailed(examined.problems)
    if not may_correct(step.actor, record):
        raise NotAllowed("这件申请现在没有要您选择的。")
    after, event, _ = take(MACHINE, record, step, names=LABELS)
    data = {
        **after.data,
        **_told(application, examined),
        "application": msgspec.to_builtins(application),
        "subject": step.actor.subject,
        "opinions": [],
        "changes": _in_words(application, examined),
        **notices.set_aside(record),
        "delivery": _queued(record.data["delivery"]),
    }
    after = msgspec.structs.replace(after, data=data)
    return change_of(record, after, event, delivery_of(after, event, "open"))


def may_correct(actor: Actor, record: CaseRecord) -> bool:
    """Whether somebody may change a proposal and hand it in again: it was returned, or met another change."""
    ours = actor.role in PROPOSERS and (
        actor.role == "department" or record.data["application"].get("initiator") == "office"
    )
    conflicted = record.data["delivery"]["status"] == "conflicted" and record.state in UNDER_REVIEW | {"filed"}
    return ours and sees(actor, record) and (record.state == "returned" or conflicted)


def again(actor: Actor, at: datetime.datetime, before: CaseRecord | None, application: Application) -> Step:
    """The step with which an application is handed in, for the first time or again."""
    corrects = before is not None and before.state != "returned"
    given = {"type": application.type, "reason": application.reason}
    return Step("resolve" if corrects else "submit", actor, at, {**given, "choices": "form"} if corrects else given)


def _told(application: Application, examined: Examined) -> dict[str, Any]:
    """What lists show: what it is about, codes, names of bodies, items."""
    home = examined.catalog.places[application.place]
    words = Wording(examined.catalog, home)
    titles = [words.title(one) for one in examined.applied.records]
    bodies = [application.applicant] if application.applicant in home.bodies else []
    for one in examined.applied.records:
        body = getattr(one, "requesting_body", getattr(one, "body", ""))
        if body in home.bodies and body not in bodies:
            bodies.append(body)
    more = f"等 {len(titles)} 项" if len(titles) > 1 else ""
    return {
        "title": f"{titles[0]}{more}" if titles else TYPES[application.type],
        "concerned": [] if application.initiator == "office" else bodies,
        "body_names": [home.bodies[body].name for body in bodies],
        "type": application.type,
        "items": [operation.id for operation in examined.operations],
    }


def _in_words(application: Application, examined: Examined) -> list[dict[str, Any]]:
    home = examined.catalog.places[application.place]
    return in_words(examined.catalog, home, examined.applied.records, dated=bool(application.effective_from))


def _queued(delivery: Mapping[str, Any]) -> dict[str, Any]:
    """Where the pull request stands when a proposal is handed in (again): on its branch, if there is one already."""
    if delivery.get("branch"):
        kept = ("round", "base", "branch", "number", "head", "paths")
        return {"status": "queued", **{name: delivery[name] for name in kept if name in delivery}}
    begun = delivery.get("status") in ("queued", "pushing", "closed")
    return {"status": "queued", "round": delivery.get("round", 1) + begun}
