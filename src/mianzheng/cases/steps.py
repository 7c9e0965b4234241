"""One step of a case: the table is asked, recusal and the two-person rule are held, the event joins the chain."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mianzheng.cases.actors import Actor
from mianzheng.cases.events import Event, chained
from mianzheng.cases.machine import Machine, Transition
from mianzheng.cases.records import CaseRecord, Write
from mianzheng.errors import GuardFailed, NotAllowed

MISSING = "请填写“{}”"


@dataclass(frozen=True)
class Step:
    """A wish: `given` are the fields that came with it (no personal data), `reason` a text for staff."""

    event: str
    actor: Actor
    at: datetime.datetime
    given: Mapping[str, Any]
    reason: str = ""


def opened(machine: Machine, id: str, step: Step, **fields: Any) -> CaseRecord:
    """The snapshot of a case that does not exist yet, in the machine's initial state, before its first event."""
    return CaseRecord(kind=machine.kind, id=id, version=1, state=machine.initial, changed_at=utc(step.at), **fields)


def take(
    machine: Machine,
    record: CaseRecord,
    step: Step,
    *,
    concerned: Collection[str] = (),
    names: Mapping[str, str] | None = None,
) -> tuple[CaseRecord, Event, Transition]:
    """The snapshot after a step, its event, and the row that allowed it. The version is left to `written`.

    `concerned` are the bodies that the case is about: they may not decide it. `names` are the Chinese names of fields
    for the refusal. Raises NotAllowed (table, recusal, two-person rule), GuardFailed (a needed field is empty).
    """
    row = machine.find(record.state, step.event, step.actor.role)
    if row.decides and step.actor.body and step.actor.body in concerned:
        raise NotAllowed(f"您的单位与这件事有关，“{row.label}”要由别的单位决定（回避）。")
    if row.other_than and step.actor.subject == record.data.get("by", {}).get(row.other_than):
        raise NotAllowed(f"“{row.label}”要由另一个人来办，不能由提出的人自己办。")
    _require(row, step, names or {})
    at = max(utc(step.at), record.changed_at) if record.changed_at else utc(step.at)
    event = chained(
        Event(
            kind=record.kind,
            id=record.id,
            seq=record.seq + 1,
            name=step.event,
            at=at,
            role=step.actor.role,
            account=step.actor.account,
            body=step.actor.body,
            reason=step.reason,
            data=dict(step.given),
        ),
        record.head,
    )
    by = {**record.data.get("by", {}), step.event: step.actor.subject}
    after = msgspec.structs.replace(
        record,
        state=row.target or record.state,
        seq=event.seq,
        head=event.digest,
        changed_at=at,
        data={**record.data, "by": by},
    )
    return after, event, row


def written(before: CaseRecord | None, after: CaseRecord, *events: Event) -> Write:
    """The write that brings a case from `before` (None: new) to `after`, one version further."""
    version = before.version if before else 0
    return Write(record=msgspec.structs.replace(after, version=version + 1), before=version or None, events=events)


def utc(instant: datetime.datetime) -> datetime.datetime:
    """The instant in UTC, as it is stored. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return instant.astimezone(datetime.UTC)


def _require(row: Transition, step: Step, names: Mapping[str, str]) -> None:
    empty = [name for name in row.needs if step.given.get(name) in (None, "", [])]
    lacking = {name: MISSING.format(names.get(name, name)) for name in empty}
    if lacking:
        raise GuardFailed(lacking)
