"""Drafts of applications (AP1): what somebody has entered so far, kept for their own account until they hand it in.

A draft is a record of its own, not yet a proposal: nobody else sees it, its events say when it was saved but not what
it held, and when it is handed in, deleted or too old, its content is gone for good.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import msgspec

from mianzheng.cases.actors import AT_WORK, SYSTEM
from mianzheng.cases.machine import Machine, State, Transition
from mianzheng.cases.records import CaseRecord, Change, Worklist, Write
from mianzheng.cases.steps import Step, opened, take, utc, written
from mianzheng.proposals.chains import ProposalType
from mianzheng.proposals.machines import PROPOSERS

KEPT = datetime.timedelta(days=90)
"""A draft is deleted so long after it was last saved (project; no rule says how long)."""
_OPEN = frozenset({"draft"})

MACHINE = Machine(
    kind="draft",
    label="草稿",
    initial="draft",
    states={
        "draft": State("草稿", "草稿"),
        "sent": State("已报送", "已报送", open=False),
        "discarded": State("已删除", "已删除", open=False),
    },
    transitions=(
        Transition("save", "存草稿", _OPEN, None, PROPOSERS, rules=("YY-ADJ-06-1", "YY-ADJ-11")),
        Transition("send", "报送", _OPEN, "sent", PROPOSERS),
        Transition("discard", "删除草稿", _OPEN, "discarded", PROPOSERS | {SYSTEM}),
    ),
)


def mine(account: str, place: str) -> Worklist:
    """Which drafts an account goes on with."""
    return Worklist(kind=MACHINE.kind, place=place, handler=account, states=tuple(_OPEN))


def kept_until(record: CaseRecord) -> datetime.datetime:
    """When a draft that nobody touches again is deleted."""
    assert record.changed_at is not None
    return record.changed_at + KEPT


def saved(
    before: CaseRecord | None,
    step: Step,
    *,
    id: str,
    type: ProposalType,
    fields: Mapping[str, str],
    proposal: str = "",
) -> Change:
    """The change that keeps what was entered. `proposal` is the proposal that the draft corrects. Raises NotAllowed."""
    first = before or _begun(id, step)
    after, event, _ = take(MACHINE, first, step)
    data = {**after.data, "type": type, "fields": dict(fields), "proposal": first.data.get("proposal", proposal)}
    after = msgspec.structs.replace(after, data=data, check_at=utc(step.at) + KEPT)
    return Change(writes=(written(before, after, event),))


def handed_in(before: CaseRecord | None, step: Step, *, id: str, proposal: str) -> Write:
    """The write that belongs to handing in: the draft has become this proposal, once. Raises NotAllowed."""
    return _emptied(before, before or _begun(id, step), step, proposal=proposal)


def discarded(record: CaseRecord, step: Step) -> Change:
    """The change that deletes a draft. Raises NotAllowed."""
    return Change(writes=(_emptied(record, record, step),))


def expired(record: CaseRecord, now: datetime.datetime) -> Change | None:
    """What the clock does to a draft: it is deleted when its time is over."""
    if record.state not in _OPEN or record.check_at is None or now < record.check_at:
        return None
    return discarded(record, Step("discard", AT_WORK, now, {}))


def _begun(id: str, step: Step) -> CaseRecord:
    actor = step.actor
    return opened(MACHINE, id, step, place=actor.place, body=actor.body, handler=actor.account)


def _emptied(before: CaseRecord | None, record: CaseRecord, step: Step, **left: Any) -> Write:
    after, event, _ = take(MACHINE, record, step)
    return written(before, msgspec.structs.replace(after, data=left, check_at=None), event)
