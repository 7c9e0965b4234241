"""Objections to a public notice, opinions on a public comment: one record each (FX-3-1-4, BS-PL-3-1-1e).

What somebody wrote lies sealed under the key of this record; the proposal knows the number only, and what the office
decided about it (`notices.Handled`). So there is one place that says whether anything is still open.
"""

from __future__ import annotations

import datetime
from typing import Any

import msgspec

from mianzheng.cases.actors import AT_WORK, CITIZEN, SYSTEM, Actor
from mianzheng.cases.letters import letter
from mianzheng.cases.machine import Machine, State, Transition
from mianzheng.cases.records import CaseRecord, Change
from mianzheng.cases.steps import Step, opened, take, utc, written
from mianzheng.clock import day_of
from mianzheng.errors import NotAllowed
from mianzheng.proposals import notices
from mianzheng.proposals.machines import JUSTICE, OFFICE
from mianzheng.proposals.machines import MACHINE as PROPOSAL

KEPT = datetime.timedelta(days=730)
"""From the end of the notice until every word is destroyed; this system's own period, as for complaints."""
STAFF = OFFICE | JUSTICE
MACHINE = Machine(
    kind="objection",
    label="公示异议、征求到的意见",
    initial="new",
    states={
        "new": State("填写", "填写"),
        "received": State("已收到", "已收到"),
        "destroyed": State("已销毁", "已经按期销毁", open=False),
    },
    transitions=(
        Transition("file", "收到", frozenset({"new"}), "received", OFFICE | {CITIZEN},
                   rules=("FX-3-1-4", "BS-PL-3-1-1e", "YY-ADJ-12-1", "BS-ADJ-12-1")),
        Transition("reveal", "查看联系方式", frozenset({"received"}), None, STAFF, ("purpose",)),
        Transition("purge", "按期销毁", frozenset({"received"}), "destroyed", frozenset({SYSTEM})),
    ),
)  # fmt: skip


def open_notice(proposal: CaseRecord, day: str) -> notices.Announcement:
    """The notice of a proposal that takes objections on a Shanghai day, until 24:00 of the last (OQ-34, S-PUB-07).

    Raises NotAllowed saying why it takes none: what comes later is a suggestion.
    """
    announcement = notices.announcement_of(proposal)
    if announcement is None:
        raise NotAllowed("这里没有正在进行的公示。")
    words = announcement.words
    if day > announcement.until:
        raise NotAllowed(f"{words.name}已经在 {announcement.until} 24时结束，不再收{words.voice}。")
    if proposal.state not in notices.OPEN_STATES:
        raise NotAllowed(f"这次{words.name}已经终止，不再收{words.voice}。")
    if day < announcement.from_:
        raise NotAllowed(f"{words.name}从 {announcement.from_} 开始，现在还没有开始。")
    return announcement


def file(
    proposal: CaseRecord, actor: Actor, at: datetime.datetime, *, id: str, number: str, office: str = "", **data: Any
) -> Change:
    """The change that takes an objection in: its record, its number in the proposal, word to the office, or nothing.

    `office` is the body that hears of it by mail, unless it entered it itself. `data` holds nothing that a person
    wrote: seals, receipt and key are the caller's. Raises NotAllowed.
    """
    announcement = open_notice(proposal, day_of(at))
    given = {"notice": announcement.id, "kind": announcement.kind}
    kept = {
        "proposal": proposal.id,
        "number": number,
        "notice": announcement.id,
        "until": announcement.until,
        "received_at": utc(at).isoformat(),
    }
    step = Step("file", actor, at, given)
    first = opened(MACHINE, id, step, place=proposal.place, data={**kept, **data})
    record, filed, _ = take(MACHINE, first, step)
    entered_by = AT_WORK if actor.role == CITIZEN else actor
    told = {"objection": number, "kind": announcement.kind}
    after, event, _ = take(PROPOSAL, proposal, Step("object", entered_by, at, told))
    more = notices.objected(announcement, number, utc(at))
    after = msgspec.structs.replace(after, data={**after.data, "notice": notices.kept(more)})
    told_of = (letter(event, after.place, office, about="file", number=after.data["number"], state=after.state),)
    return Change(
        writes=(written(None, record, filed), written(proposal, after, event)),
        deliveries=told_of if office and actor.body != office else (),
        unique={f"number:{number}": record.key},
    )


def revealed(record: CaseRecord, actor: Actor, at: datetime.datetime, purpose: str) -> Change:
    """The change that writes down who looked at the contact, and what for. Raises NotAllowed, GuardFailed."""
    step = Step("reveal", actor, at, {"purpose": purpose})
    after, event, _ = take(MACHINE, record, step, names={"purpose": "看联系方式做什么"})
    return Change(writes=(written(record, after, event),))


def is_due(record: CaseRecord, now: datetime.datetime) -> bool:
    """Whether everything that was written has to go."""
    return record.state == "received" and day_of(now - KEPT) > record.data["until"]


def purged(record: CaseRecord, now: datetime.datetime) -> Change:
    """The change that destroys the record's key, and with it every word; number and decision stay."""
    after, event, _ = take(MACHINE, record, Step("purge", AT_WORK, now, {"kept_for": KEPT.days}))
    return Change(writes=(written(record, after, event),), destroyed=(record.key,))


def notice_of(proposal: CaseRecord, record: CaseRecord) -> notices.Announcement | None:
    """The notice that an objection was made to, which may be one of an earlier version."""
    present = notices.announcement_of(proposal)
    known = (*notices.former_of(proposal), *([present] if present else []))
    return next((one for one in known if one.id == record.data["notice"]), None)


def decision_on(proposal: CaseRecord, record: CaseRecord) -> notices.Handled | None:
    """What the office decided about an objection; None while it is open."""
    announcement = notice_of(proposal, record)
    return announcement.handled.get(record.data["number"]) if announcement else None
