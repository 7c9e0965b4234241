"""The items of the table: keys, index attributes, and back again.

Sparse indexes: `worklist` (wl_pk `<kind> <state>`, wl_sk `<due> <id>`), `due` (due_pk, due_sk `<check> <name>`),
`outbox` (out_pk OPEN with out_sk `<free> <id>`, or PARKED with out_sk `<id>`).
"""

from __future__ import annotations

from typing import Any

import msgspec

from mianzheng.adapters.dump_lines import Posted
from mianzheng.adapters.instants import NEVER, instant, instant_text, page_mark
from mianzheng.cases.events import Event
from mianzheng.cases.records import CaseKey, CaseRecord, Command, Delivery, Key, Sealed, encoded

Item = dict[str, Any]
LAST = "\U0010ffff"
"""Sorts after every text of ours."""
ABSENT = "attribute_not_exists(pk)"
PRESENT = "attribute_exists(pk)"
DUE, OPEN, PARKED = "DUE", "OPEN", "PARKED"


def case(name: str) -> str:
    """The partition of a record: snapshot and events."""
    return f"CASE#{name}"


def person(name: str) -> str:
    """The partition of a record's sealed data: its own, so that rights can be given for it alone."""
    return f"PII#{name}"


def of_record(record: CaseRecord) -> Item:
    """A snapshot."""
    item = {
        "pk": case(record.key.name), "sk": "SNAP", "version": record.version, "seq": record.seq, "head": record.head,
        "place": record.place, "body": record.body, "handler": record.handler, "data": encoded(record).decode(),
        "wl_pk": f"{record.kind} {record.state}", "wl_sk": page_mark(record.due_at, record.id),
    }  # fmt: skip
    if record.check_at:
        item |= {"due_pk": DUE, "due_sk": f"{instant_text(record.check_at)} {record.key.name}"}
    return item


def record_in(item: Item) -> CaseRecord:
    """The snapshot of an item."""
    return msgspec.json.decode(item["data"], type=CaseRecord)


def of_name(record: CaseRecord) -> Item:
    """Lists a record in the order of names."""
    return {"pk": f"NAMES#{record.kind}", "sk": record.id}


def of_event(event: Event) -> Item:
    """An event."""
    return {"pk": case(f"{event.kind}/{event.id}"), "sk": event_key(event.seq), "data": encoded(event).decode()}


def event_key(seq: int) -> str:
    """Numbers as text that sorts like them."""
    return f"EV#{seq:09d}"


def of_key(key: CaseKey) -> Item:
    """A wrapped data key."""
    return {"pk": person(key.key.name), "sk": "KEY", "wrapped": key.wrapped}


def of_seal(seal: Sealed) -> Item:
    """A piece of sealed data."""
    return {"pk": person(seal.key.name), "sk": f"DATA#{seal.name}", "sealed": seal.sealed}


def of_unique(name: str, key: Key) -> Item:
    """A unique name."""
    return {"pk": f"UNIQ#{name}", "sk": "-", "record": key.name}


def of_command(command: Command) -> Item:
    """A command that was carried out."""
    return {"pk": f"CMD#{command.key}", "sk": "-", "data": encoded(command).decode()}


def command_in(item: Item) -> Command:
    """The command of an item."""
    return msgspec.json.decode(item["data"], type=Command)


def of_posted(posted: Posted) -> Item:
    """A delivery in whatever condition."""
    delivery = posted.delivery
    item = {
        "pk": f"OUT#{delivery.id}", "sk": "-", "topic": delivery.topic, "due_at": instant_text(delivery.next_at),
        "free_at": instant_text(posted.free_at), "lease": posted.lease, "attempts": posted.attempts,
        "failure": posted.error, "parked": posted.parked, "done_at": instant_text(posted.done_at),
        "data": encoded(delivery).decode(),
    }  # fmt: skip
    if posted.parked:
        item |= {"out_pk": PARKED, "out_sk": delivery.id}
    elif posted.done_at is None:
        item |= {"out_pk": OPEN, "out_sk": f"{item['free_at']} {delivery.id}"}
    return item


def posted_in(item: Item) -> Posted:
    """The delivery of an item."""
    delivery = msgspec.json.decode(item["data"], type=Delivery)
    return Posted(
        delivery=msgspec.structs.replace(delivery, next_at=instant(item["due_at"])),
        free_at=instant(item["free_at"]),
        lease=int(item["lease"]),
        attempts=int(item["attempts"]),
        error=item["failure"],
        parked=item["parked"],
        done_at=None if item["done_at"] == NEVER else instant(item["done_at"]),
    )


def raw(value: Any) -> bytes:
    """Bytes as they were stored."""
    return bytes(value.value) if hasattr(value, "value") else bytes(value)
