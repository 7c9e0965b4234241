"""What a case consists of, and the one shape in which it changes.

A case is a snapshot (`CaseRecord`) with its events. Personal data is no part of either: it lies sealed beside them. A
`Change` holds everything that belongs together; a store writes all of it or nothing.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, field

from mianzheng.cases.events import Event
from mianzheng.model import Record

__all__ = [
    "CaseKey", "CaseRecord", "Change", "Claimed", "Command", "Committed", "Delivery", "Event", "Key", "Page", "Sealed",
    "Worklist", "Write",
]  # fmt: skip


class Key(Record, kw_only=True):
    """Names a record; a kind holds no `/`."""

    kind: str
    id: str

    @property
    def name(self) -> str:
        """`<kind>/<id>`."""
        return f"{self.kind}/{self.id}"

    @classmethod
    def named(cls, name: str) -> Key:
        """The key of a `<kind>/<id>`."""
        kind, _, id = name.partition("/")
        return cls(kind=kind, id=id)


class CaseRecord(Record, kw_only=True):
    """The snapshot of a case (or account, draft …) after its latest event. `data` holds no personal data.

    `version` rises by one with each change; `seq` and `head` are number and digest of the latest event. `body` is the
    body on whose worklist the case stands. `due_at` is the due instant as pages show it (exclusive; a cache of what
    the clock computes), `check_at` the next instant at which the clock has something to do. No event is older than
    `changed_at`, whatever the machine's clock says.
    """

    kind: str
    id: str
    version: Annotated[int, Meta(ge=1)]
    state: str
    place: str = ""
    body: str = ""
    handler: str = ""
    due_at: datetime.datetime | None = None
    check_at: datetime.datetime | None = None
    seq: int = 0
    head: str = ""
    changed_at: datetime.datetime | None = None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Its name."""
        return Key(kind=self.kind, id=self.id)


class Write(Record, kw_only=True):
    """One record's step: the snapshot it had (`before`: version, None when new), has now, and the events between."""

    record: CaseRecord
    before: int | None
    events: tuple[Event, ...] = ()


class Delivery(Record, kw_only=True):
    """Something that has to happen outside: a mail, a pull request, a register row.

    `format` is the version of `data`: a worker understands its own and the one before.
    """

    id: str
    topic: str
    next_at: datetime.datetime
    data: dict[str, Any] = field(default_factory=dict)
    format: int = 1


class Claimed(Record, kw_only=True):
    """A delivery leased to a worker; `lease` is the number that proves it, `attempts` counts claims."""

    delivery: Delivery
    lease: int
    attempts: int
    error: str = ""


class Command(Record, kw_only=True):
    """A caller's wish with the key under which it may be sent again: same key and fingerprint, same answer."""

    key: str
    fingerprint: str
    at: datetime.datetime
    result: dict[str, Any] = field(default_factory=dict)


class Sealed(Record, kw_only=True):
    """A piece of personal data, encrypted under the key of its case."""

    kind: str
    id: str
    name: str
    sealed: bytes

    @property
    def key(self) -> Key:
        """The case it belongs to."""
        return Key(kind=self.kind, id=self.id)


class CaseKey(Record, kw_only=True):
    """The wrapped data key of a case; without it the sealed data of the case is gone for good."""

    kind: str
    id: str
    wrapped: bytes

    @property
    def key(self) -> Key:
        """The case it belongs to."""
        return Key(kind=self.kind, id=self.id)


class Change(Record, kw_only=True):
    """Everything that happens in one step. `unique` maps names to the record they point to.

    `keys` are for cases that have none; `destroyed` comes last and takes the sealed data along.
    """

    writes: tuple[Write, ...]
    deliveries: tuple[Delivery, ...] = ()
    command: Command | None = None
    unique: dict[str, Key] = field(default_factory=dict)
    seals: tuple[Sealed, ...] = ()
    keys: tuple[CaseKey, ...] = ()
    destroyed: tuple[Key, ...] = ()


class Committed(Record, kw_only=True):
    """What a commit left: the result to answer with, and whether the command had been carried out before."""

    result: dict[str, Any] = field(default_factory=dict)
    replayed: bool = False


class Worklist(Record, kw_only=True):
    """Which records a list shows; empty means any. Due from an instant (included) until another (excluded)."""

    kind: str
    place: str = ""
    body: str = ""
    handler: str = ""
    states: tuple[str, ...] = ()
    due_from: datetime.datetime | None = None
    due_until: datetime.datetime | None = None


class Page(Record, kw_only=True):
    """Part of a worklist, and the mark of the next part (empty: this was the last)."""

    records: tuple[CaseRecord, ...]
    after: str = ""


def encoded(record: Record) -> bytes:
    """A value as JSON with sorted keys: the same bytes for the same value."""
    return msgspec.json.encode(record, order="sorted")
