"""What the office does with a suggestion: answer, note, look at the contact."""

from __future__ import annotations

import dataclasses
import datetime

import msgspec

from mianzheng.cases.actors import CITIZEN, SYSTEM, Actor
from mianzheng.cases.records import CaseKey, CaseRecord, Change
from mianzheng.cases.steps import Step, take, written
from mianzheng.complaints.guards.wish import PURPOSES
from mianzheng.complaints.sealed import SEALED, seal, text_of, without_numbers
from mianzheng.errors import GuardFailed, NotAllowed, RecordNotFound
from mianzheng.ports import KeyStore
from mianzheng.suggestions.machines import MACHINE, READERS

LABELS = {"reply": "答复", "text": "内容", "purpose": "用途"}
FIELDS = {"answer": ("reply",), "note": ("text",), "reveal": ("purpose",)}
"""Events of the workbench with the fields they take."""
TEXTS = frozenset({"reply", "text"})
LONGEST = 4000


def sees(actor: Actor, record: CaseRecord) -> bool:
    """Whether somebody may see a suggestion: whoever holds the receipt, the system, and the place's readers."""
    return actor.role in (CITIZEN, SYSTEM) or (actor.place == record.place and actor.role in READERS)


def handle(record: CaseRecord, step: Step, keys: KeyStore, wrapped: bytes | None) -> Change:
    """The change that a step makes; texts are masked and sealed under the case's key (`wrapped`).

    Raises RecordNotFound (not to be seen), NotAllowed, GuardFailed naming every lack, and what the key store raises.
    """
    if not sees(step.actor, record):
        raise RecordNotFound("没有这件意见，或者不在您的地区。")
    row = MACHINE.find(record.state, step.event, step.actor.role)
    if step.event not in FIELDS:
        raise NotAllowed(f"“{row.label}”不能在这里办。")
    given = {name: str(step.given.get(name, "")) for name in FIELDS[step.event]}
    if wrong := _wrong(given):
        raise GuardFailed(wrong)
    texts = without_numbers({name: text for name, text in given.items() if name in TEXTS})
    bare = {name: text for name, text in given.items() if name not in TEXTS} | dict.fromkeys(texts, SEALED)
    after, event, _ = take(MACHINE, record, dataclasses.replace(step, given=bare), names=LABELS)
    if step.event == "answer":
        after = msgspec.structs.replace(after, data={**after.data, "answered_at": event.at.isoformat()})
    if not texts:
        return Change(writes=(written(record, after, event),))
    if wrapped is None:
        raise NotAllowed("这一件的文字已经按期销毁，不能再写。")
    case = CaseKey(kind=record.kind, id=record.id, wrapped=wrapped)
    return Change(
        writes=(written(record, after, event),),
        seals=(seal(keys, case, text_of(event.seq), texts),),
    )


def ended_at(record: CaseRecord) -> datetime.datetime | None:
    """When a suggestion was over: it was answered, the latest answer counts. None while it waits."""
    answered = record.data.get("answered_at")
    return datetime.datetime.fromisoformat(answered) if answered else None


def _wrong(given: dict[str, str]) -> dict[str, str]:
    found = {name: f"太长了，最多{LONGEST}个字" for name, text in given.items() if len(text) > LONGEST}
    purpose = given.get("purpose")
    if purpose and purpose not in PURPOSES:
        found["purpose"] = f"请从这些里面选：{'、'.join(PURPOSES.values())}"
    return found
