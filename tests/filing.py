"""Cases for tests of stores: sound changes with every part, told in a few words."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec

from mianzheng.cases import CaseRecord, Change, Command, Delivery, Event, Key, Write, chained
from mianzheng.cases.records import CaseKey, Sealed

NOON = datetime.datetime(2026, 3, 2, 4, 0, tzinfo=datetime.UTC)
"""2 March 2026, noon in Shanghai."""
HOUR = datetime.timedelta(hours=1)


def filed(id: str, kind: str = "complaint", at: datetime.datetime = NOON, **fields: Any) -> Write:
    """A new record with its first event; `fields` are those of the snapshot."""
    event = chained(Event(kind=kind, id=id, seq=1, name="file", at=at, role="citizen", data={"item": "zm-abc234"}), "")
    fields = {"state": "received", "place": "test-yiyuan", "data": {"item": "zm-abc234"}, **fields}
    return Write(
        record=CaseRecord(kind=kind, id=id, version=1, seq=1, head=event.digest, **fields),
        before=None,
        events=(event,),
    )


def stepped(record: CaseRecord, name: str = "accept", at: datetime.datetime = NOON, **fields: Any) -> Write:
    """The next step of a record, with one event."""
    event = Event(kind=record.kind, id=record.id, seq=record.seq + 1, name=name, at=at, role="receiver")
    event = chained(event, record.head)
    fields = {"state": name, **fields, "version": record.version + 1, "seq": event.seq, "head": event.digest}
    return Write(record=msgspec.structs.replace(record, **fields), before=record.version, events=(event,))


def full(id: str, at: datetime.datetime = NOON, key: str = "", text: str = "我去办事，他们还要证明。") -> Change:
    """A filing with everything a filing has: snapshot, event, delivery, command, names, sealed data."""
    named = Key(kind="complaint", id=id)
    return Change(
        writes=(filed(id, at=at, body="bd-abc234", due_at=at + 72 * HOUR, check_at=at + 48 * HOUR),),
        deliveries=(Delivery(id=f"{id}/1", topic="notice", next_at=at, data={"case": id}),),
        command=Command(key=key or f"file-{id}", fingerprint="f" * 64, at=at, result={"number": id}),
        unique={f"receipt/{id}": named, f"number/{id}": named},
        keys=(CaseKey(kind="complaint", id=id, wrapped=b"wrapped " + id.encode()),),
        seals=(Sealed(kind="complaint", id=id, name="text", sealed=text.encode()),),
    )
