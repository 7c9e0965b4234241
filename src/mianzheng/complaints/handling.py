"""Everything that people do with a complaint, one function for all events (requirements 3.3).

The table says who may do what in which state, guards say what each step needs, effects say what it leaves behind; the
result is one change that a store writes whole or not at all.
"""

from __future__ import annotations

import dataclasses

import msgspec

from mianzheng.cases.actors import AT_WORK
from mianzheng.cases.records import CaseKey, CaseRecord, Change, Event, Key
from mianzheng.cases.steps import Step, take, utc, written
from mianzheng.complaints import guards
from mianzheng.complaints.desk import Desk, sees
from mianzheng.complaints.effects import after_effects, timed
from mianzheng.complaints.fields import FIELDS, LABELS, TEXTS, misshapen
from mianzheng.complaints.guards import Wish
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.notices import notice
from mianzheng.complaints.sealed import SEALED, seal, text_of, without_numbers
from mianzheng.errors import GuardFailed, NotAllowed, RecordNotFound


def handle(
    desk: Desk, record: CaseRecord, step: Step, *, wrapped: bytes | None = None, other: CaseRecord | None = None
) -> Change:
    """The change that a step makes to a complaint.

    `wrapped` is the case's key, needed where the step brings text; `other` is the case it refers to (`leader`,
    `linked_case`). Raises RecordNotFound (not to be seen), NotAllowed (table, recusal, two persons, too late),
    GuardFailed naming every lack, Unavailable or Rejected from the key store.
    """
    if not sees(step.actor, record):
        raise RecordNotFound("没有这件投诉，或者不在您的单位办理。")
    row = MACHINE.find(record.state, step.event, step.actor.role)
    if step.event not in FIELDS:
        raise NotAllowed(f"“{row.label}”不能在这里办。")
    texts, bare = _parted(step)
    after, event = _taken(desk, record, bare, other)
    after = timed(after_effects(desk, after, event))
    writes = [written(record, after, event)]
    deliveries = notice(after, event, also=(desk.office,) if step.event == "object" else ())
    if step.event == "link" and other is not None:
        leader, followed = _followed(other, after, step)
        writes.append(written(other, leader, followed))
        deliveries += notice(leader, followed)
    return Change(
        writes=tuple(writes),
        deliveries=deliveries,
        seals=(seal(desk.keys, _key(record, wrapped), text_of(event.seq), texts),) if texts else (),
        unique=_names(after, event),
    )


def _parted(step: Step) -> tuple[dict[str, str], Step]:
    """The free texts, masked; and the step without them, holding a mark where one was given."""
    if wrong := misshapen(step.event, step.given):
        raise GuardFailed(wrong)
    texts = without_numbers({name: value for name, value in step.given.items() if name in TEXTS})
    bare = {name: value for name, value in step.given.items() if name not in TEXTS and value not in (None, "", [])}
    return texts, dataclasses.replace(step, given=bare | dict.fromkeys(texts, SEALED))


def _taken(desk: Desk, record: CaseRecord, step: Step, other: CaseRecord | None) -> tuple[CaseRecord, Event]:
    """The step by the table, with everything that it lacks named at once."""
    actor = step.actor
    wish = Wish(desk, record, step.event, actor.role, actor.body, step.given, utc(step.at), other)
    lacks = guards.problems(wish)
    concerned = {*record.data["concerned"], *step.given.get("about", ())}
    try:
        after, event, _ = take(MACHINE, record, step, concerned=concerned, names=LABELS)
    except GuardFailed as missing:
        raise GuardFailed({**lacks, **missing.problems}) from None
    if lacks:
        raise GuardFailed(lacks)
    return after, event


def _followed(leader: CaseRecord, follower: CaseRecord, step: Step) -> tuple[CaseRecord, Event]:
    """The leading case takes the other's grounds along; its clock is the one that runs (S-CMP-13, OQ-15)."""
    given = {"follower": follower.id, "channel": follower.data["channel"]}
    after, event, _ = take(MACHINE, leader, Step("follow", AT_WORK, step.at, given))
    data = after.data
    joined = {
        **data,
        "followers": [*data.get("followers", []), follower.id],
        "grounds": list(dict.fromkeys([*data["grounds"], *follower.data["grounds"]])),
    }
    return timed(msgspec.structs.replace(after, data=joined)), event


def _key(record: CaseRecord, wrapped: bytes | None) -> CaseKey:
    if wrapped is None:
        raise NotAllowed("这一件的个人信息和文字已经按期销毁，不能再写。")
    return CaseKey(kind=record.kind, id=record.id, wrapped=wrapped)


def _names(record: CaseRecord, event: Event) -> dict[str, Key]:
    """A reference of another platform points to one case only."""
    if event.name != "import_reference":
        return {}
    return {f"import:{record.place}:{record.data['channel']}:{event.data['external_ref']}": record.key}
