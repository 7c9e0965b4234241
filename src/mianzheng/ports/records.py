"""Where cases live: snapshots, events, outbox, sealed personal data, short-lived values."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Protocol

from mianzheng.cases.records import (
    CaseRecord,
    Change,
    Claimed,
    Command,
    Committed,
    Event,
    Key,
    Page,
    Worklist,
)


class RecordStore(Protocol):
    """A durable store with one write. All instants are aware; text order of ids is the order of pages.

    Every method may raise Unavailable: nothing was changed then, or, for `commit`, asking again with the same
    command tells whether it was.
    """

    def commit(self, change: Change) -> Committed:
        """Write all of a change, or nothing of it.

        A change whose command was seen before is not written again: its stored result comes back, `replayed` true.
        Raises VersionConflict (a record moved on; carries the present one), AlreadyExists (a new record, unique name or
        delivery is taken), CommandMismatch (same command key, other content), RecordNotFound; ValueError for a change
        that does not hang together or does not continue the chain of events.
        """

    def command(self, key: str) -> Command | None:
        """The command stored under a key, with its result."""

    def get(self, kind: str, id: str) -> CaseRecord:
        """The present snapshot, read consistently. Raises RecordNotFound."""

    def find(self, name: str) -> Key | None:
        """Which record a unique name (receipt digest, public number, login) belongs to."""

    def events(self, kind: str, id: str, after: int = 0) -> Sequence[Event]:
        """The events of a record with a number above `after`, in order; empty for an unknown record."""

    def sealed(self, kind: str, id: str, name: str) -> tuple[bytes, bytes] | None:
        """Wrapped key and ciphertext of a piece of personal data; None when it never was or its key is destroyed."""

    def worklist(self, query: Worklist, after: str = "", limit: int = 50) -> Page:
        """Records that a query chooses, by (due instant, id), those without due instant last; `after`: page mark."""

    def due(self, until: datetime.datetime, limit: int = 100) -> Sequence[Key]:
        """Records whose `check_at` has come, oldest first. A hint: read the record and decide again."""

    def keys(self, kind: str = "", after: str = "", limit: int = 500) -> Sequence[Key]:
        """Every record in order of `<kind>/<id>`, for checks and moves; `after` is the last `<kind>/<id>` seen."""

    def claim(
        self, now: datetime.datetime, lease: datetime.timedelta, limit: int = 20, topics: Sequence[str] = ()
    ) -> Sequence[Claimed]:
        """Deliveries that are due, leased to the caller: nobody else gets them until the lease is over.

        Those due first come first. A lease that is over still counts until somebody else has claimed the delivery.
        """

    def ack(self, claimed: Claimed, now: datetime.datetime, change: Change | None = None) -> Committed | None:
        """A delivery is done; `change` is written in the same step. Raises LeaseLost and whatever `commit` raises."""

    def retry(self, claimed: Claimed, at: datetime.datetime, error: str) -> None:
        """A delivery failed and is due again at an instant. Raises LeaseLost."""

    def park(self, claimed: Claimed, error: str) -> None:
        """A delivery cannot succeed; it is kept aside, never dropped. Raises LeaseLost."""

    def parked(self) -> Sequence[Claimed]:
        """All deliveries set aside."""

    def unpark(self, delivery_id: str, at: datetime.datetime) -> None:
        """A parked delivery is due again, its attempts counted from anew. Raises RecordNotFound when none is parked."""

    def pending(self) -> tuple[int, datetime.datetime | None]:
        """How many deliveries are neither done nor parked, and since when the oldest of them has been due."""

    def next_number(self, series: str) -> int:
        """The next number of a series, from 1. Numbers are never given twice; gaps may stay."""

    def take(self, bucket: str, limit: int, window: datetime.timedelta, now: datetime.datetime) -> bool:
        """Whether one more use of a bucket fits in its window; counts it if so."""

    def remember(self, key: str, value: bytes, until: datetime.datetime, now: datetime.datetime) -> bool:
        """Keep a short-lived value, unless one is kept already. False then."""

    def renew(self, key: str, value: bytes, until: datetime.datetime) -> None:
        """Keep a short-lived value whatever is there."""

    def recall(self, key: str, now: datetime.datetime) -> bytes | None:
        """A short-lived value that is not over yet."""

    def forget(self, key: str) -> None:
        """Drop a short-lived value, if there is one."""

    def beat(self, job: str, at: datetime.datetime, report: str) -> None:
        """A job ran: remember when and what it said."""

    def beats(self) -> dict[str, tuple[datetime.datetime, str]]:
        """For each job when it ran last and what it said."""

    def dump(self) -> Iterator[bytes]:
        """Everything that lasts, one JSON line each in a fixed order, for moving to another store."""

    def load(self, lines: Iterator[bytes]) -> int:
        """Fill an empty store from a dump, whole or not at all; returns the number of lines.

        Raises AlreadyExists when not empty, BadArgument when the dump is cut off or was changed.
        """

    def check(self) -> list[str]:
        """Faults of the store itself (integrity, permissions), in Chinese; empty when all is well."""
