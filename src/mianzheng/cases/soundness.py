"""Whether a change hangs together. A change that does not is a fault of the program, whatever store it goes to."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from mianzheng.cases.events import broken_links
from mianzheng.cases.records import Change, Write


def require_sound(change: Change) -> None:
    """What can be said without a store: versions rise by one, events belong to their record and are chained, instants
    have an offset.

    Raises ValueError.
    """
    names = [write.record.key.name for write in change.writes]
    if len(set(names)) != len(names):
        raise ValueError("a change writes each record once")
    if any(at and at.tzinfo is None for at in _instants(change)):
        raise ValueError("an instant needs an offset")
    for write in change.writes:
        record, events = write.record, write.events
        if not record.kind or not record.id or "/" in record.kind:
            raise ValueError(f"unusable name of a record: {record.kind!r} {record.id!r}")
        if record.version != (write.before or 0) + 1:
            raise ValueError(f"{record.key.name}: version {record.version} does not follow {write.before}")
        if any((event.kind, event.id) != (record.kind, record.id) for event in events):
            raise ValueError(f"{record.key.name}: an event of another record")
        if events and events[-1].digest != record.head:
            raise ValueError(f"{record.key.name}: head is not the digest of the latest event")
        if broken_links(events, record.seq - len(events), events[0].previous if events else ""):
            raise ValueError(f"{record.key.name}: events are not chained")


def _instants(change: Change) -> Iterator[datetime.datetime | None]:
    for write in change.writes:
        yield write.record.due_at
        yield write.record.check_at
        yield from (event.at for event in write.events)
    yield from (delivery.next_at for delivery in change.deliveries)
    if change.command:
        yield change.command.at


def require_continues(write: Write, seq: int, head: str) -> None:
    """A write goes on where the store's record stands (`seq`, `head`; 0 and empty for a new one). Raises ValueError."""
    events = write.events
    previous = events[0].previous if events else write.record.head
    if write.record.seq - len(events) != seq or previous != head:
        raise ValueError(f"{write.record.key.name}: events do not continue the chain of the store")


def referred(change: Change) -> set[str]:
    """Names of records that a change refers to without writing them: they must be there."""
    keys = {key.name for key in (*change.unique.values(), *change.destroyed)}
    keys |= {key.key.name for key in change.keys} | {seal.key.name for seal in change.seals}
    return keys - {write.record.key.name for write in change.writes}
