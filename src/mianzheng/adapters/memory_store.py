"""The record store in memory: the reference that says what the other stores have to do; for tests and rehearsals."""

from __future__ import annotations

import datetime
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from mianzheng.cases.records import (
    CaseRecord,
    Change,
    Claimed,
    Command,
    Committed,
    Delivery,
    Event,
    Key,
    Page,
    Worklist,
)
from mianzheng.errors import AlreadyExists, CommandMismatch, LeaseLost, RecordNotFound, VersionConflict

_Name = tuple[str, str]


class _Waiting(msgspec.Struct):
    """A delivery with where it stands."""

    delivery: Delivery
    next_at: datetime.datetime
    attempts: int = 0
    lease: int = 0
    error: str = ""
    done: bool = False
    parked: bool = False


class MemoryRecordStore:
    """A `RecordStore` that forgets everything when the process ends. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._records: dict[_Name, CaseRecord] = {}
        self._events: dict[_Name, list[Event]] = defaultdict(list)
        self._unique: dict[str, Key] = {}
        self._commands: dict[str, Command] = {}
        self._sealed: dict[tuple[str, str, str], bytes] = {}
        self._keys: dict[_Name, bytes] = {}
        self._outbox: dict[str, _Waiting] = {}
        self._numbers: dict[str, int] = defaultdict(int)
        self._buckets: dict[str, tuple[datetime.datetime, int]] = {}
        self._values: dict[str, tuple[bytes, datetime.datetime]] = {}
        self._beats: dict[str, tuple[datetime.datetime, str]] = {}

    def commit(self, change: Change) -> Committed:
        """See the port."""
        with self._lock:
            if change.command and (known := self._commands.get(change.command.key)):
                if known.fingerprint != change.command.fingerprint:
                    raise CommandMismatch
                return Committed(result=known.result, replayed=True)
            self._examine(change)
            self._write(change)
            return Committed(result=change.command.result if change.command else {})

    def _examine(self, change: Change) -> None:
        for write in change.writes:
            name = (write.record.kind, write.record.id)
            current = self._records.get(name)
            if write.before is None:
                if current is not None:
                    raise AlreadyExists(f"{write.record.id} 已经有了")
            elif current is None:
                raise RecordNotFound(f"没有 {write.record.id}")
            elif current.version != write.before:
                raise VersionConflict(current)
            continues(write.events, current.seq if current else 0, current.head if current else "")
        for name_ in change.unique:
            if name_ in self._unique:
                raise AlreadyExists(f"{name_} 已经有了")

    def _write(self, change: Change) -> None:
        for write in change.writes:
            name = (write.record.kind, write.record.id)
            self._records[name] = write.record
            self._events[name].extend(write.events)
        self._unique.update(change.unique)
        for key in change.keys:
            self._keys[key.kind, key.id] = key.wrapped
        for one in change.seals:
            self._sealed[one.kind, one.id, one.name] = one.sealed
        for gone in change.destroyed:
            self._keys.pop((gone.kind, gone.id), None)
        for delivery in change.deliveries:
            self._outbox[delivery.id] = _Waiting(delivery, delivery.next_at)
        if change.command:
            self._commands[change.command.key] = change.command

    def command(self, key: str) -> Command | None:
        """See the port."""
        return self._commands.get(key)

    def get(self, kind: str, id: str) -> CaseRecord:
        """See the port."""
        found = self._records.get((kind, id))
        if found is None:
            raise RecordNotFound(f"没有 {id}")
        return found

    def find(self, name: str) -> Key | None:
        """See the port."""
        return self._unique.get(name)

    def events(self, kind: str, id: str, after: int = 0) -> Sequence[Event]:
        """See the port."""
        with self._lock:
            return [event for event in self._events.get((kind, id), []) if event.seq > after]

    def sealed(self, kind: str, id: str, name: str) -> tuple[bytes, bytes] | None:
        """See the port."""
        with self._lock:
            wrapped, sealed = self._keys.get((kind, id)), self._sealed.get((kind, id, name))
            return (wrapped, sealed) if wrapped is not None and sealed is not None else None

    def worklist(self, query: Worklist, after: str = "", limit: int = 50) -> Page:
        """See the port."""
        with self._lock:
            chosen = sorted((mark(record), record) for record in self._records.values() if _fits(record, query))
            rest = [record for at, record in chosen if at > after]
        last = mark(rest[limit - 1]) if len(rest) > limit else ""
        return Page(records=tuple(rest[:limit]), after=last)

    def due(self, until: datetime.datetime, limit: int = 100) -> Sequence[Key]:
        """See the port."""
        with self._lock:
            waiting = [(r.check_at, r.kind, r.id) for r in self._records.values() if r.check_at and r.check_at <= until]
        return [Key(kind=kind, id=id) for _, kind, id in sorted(waiting)[:limit]]

    def keys(self, kind: str = "", after: str = "", limit: int = 500) -> Sequence[Key]:
        """See the port."""
        with self._lock:
            names = sorted(f"{k}/{i}" for k, i in self._records if not kind or k == kind)
        chosen = [name.split("/", 1) for name in names if name > after][:limit]
        return [Key(kind=k, id=i) for k, i in chosen]

    def claim(
        self, now: datetime.datetime, lease: datetime.timedelta, limit: int = 20, topics: Sequence[str] = ()
    ) -> Sequence[Claimed]:
        """See the port."""
        with self._lock:
            due = [w for w in self._outbox.values() if not w.done and not w.parked and w.next_at <= now]
            due = [w for w in due if not topics or w.delivery.topic in topics]
            claimed = []
            for waiting in sorted(due, key=lambda w: (w.next_at, w.delivery.id))[:limit]:
                waiting.lease += 1
                waiting.attempts += 1
                waiting.next_at = now + lease
                claimed.append(_claimed(waiting))
            return claimed

    def ack(self, claimed: Claimed, now: datetime.datetime, change: Change | None = None) -> Committed | None:
        """See the port."""
        with self._lock:
            waiting = self._held(claimed)
            done = self.commit(change) if change else None
            waiting.done = True
            return done

    def retry(self, claimed: Claimed, at: datetime.datetime, error: str) -> None:
        """See the port."""
        with self._lock:
            waiting = self._held(claimed)
            waiting.lease += 1
            waiting.next_at, waiting.error = at, error

    def park(self, claimed: Claimed, error: str) -> None:
        """See the port."""
        with self._lock:
            waiting = self._held(claimed)
            waiting.lease += 1
            waiting.parked, waiting.error = True, error

    def parked(self) -> Sequence[Claimed]:
        """See the port."""
        with self._lock:
            return [_claimed(w) for _, w in sorted(self._outbox.items()) if w.parked and not w.done]

    def unpark(self, delivery_id: str, at: datetime.datetime) -> None:
        """See the port."""
        with self._lock:
            waiting = self._outbox.get(delivery_id)
            if waiting is None or not waiting.parked:
                raise RecordNotFound(f"没有搁置的 {delivery_id}")
            waiting.parked, waiting.next_at = False, at

    def pending(self) -> tuple[int, datetime.datetime | None]:
        """See the port."""
        with self._lock:
            waiting = [w.delivery.next_at for w in self._outbox.values() if not w.done and not w.parked]
        return len(waiting), min(waiting, default=None)

    def next_number(self, series: str) -> int:
        """See the port."""
        with self._lock:
            self._numbers[series] += 1
            return self._numbers[series]

    def take(self, bucket: str, limit: int, window: datetime.timedelta, now: datetime.datetime) -> bool:
        """See the port."""
        with self._lock:
            until, used = self._buckets.get(bucket, (now + window, 0))
            if until <= now:
                until, used = now + window, 0
            self._buckets[bucket] = until, used + 1
            return used < limit

    def remember(self, key: str, value: bytes, until: datetime.datetime, now: datetime.datetime) -> bool:
        """See the port."""
        with self._lock:
            if self.recall(key, now) is not None:
                return False
            self._values[key] = value, until
            return True

    def renew(self, key: str, value: bytes, until: datetime.datetime) -> None:
        """See the port."""
        self._values[key] = value, until

    def recall(self, key: str, now: datetime.datetime) -> bytes | None:
        """See the port."""
        value, until = self._values.get(key, (None, now))
        return value if until > now else None

    def forget(self, key: str) -> None:
        """See the port."""
        self._values.pop(key, None)

    def beat(self, job: str, at: datetime.datetime, report: str) -> None:
        """See the port."""
        self._beats[job] = at, report

    def beats(self) -> dict[str, tuple[datetime.datetime, str]]:
        """See the port."""
        return dict(self._beats)

    def dump(self) -> Iterator[bytes]:
        """See the port."""
        raise NotImplementedError

    def load(self, lines: Iterator[bytes]) -> int:
        """See the port."""
        raise NotImplementedError

    def check(self) -> list[str]:
        """See the port."""
        return []

    def _held(self, claimed: Claimed) -> _Waiting:
        waiting = self._outbox.get(claimed.delivery.id)
        if waiting is None or waiting.done or waiting.parked or waiting.lease != claimed.lease:
            raise LeaseLost(f"送达 {claimed.delivery.id} 已经由别人接手")
        return waiting


def mark(record: CaseRecord) -> str:
    """Where a record stands in a worklist: by due instant, those without one last, then by id."""
    due = record.due_at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") if record.due_at else "9"
    return f"{due} {record.id}"


def _fits(record: CaseRecord, query: Worklist) -> bool:
    wanted: list[Any] = [
        record.kind == query.kind,
        not query.place or record.place == query.place,
        not query.body or record.body == query.body,
        not query.handler or record.handler == query.handler,
        not query.states or record.state in query.states,
        query.due_from is None or (record.due_at is not None and record.due_at >= query.due_from),
        query.due_until is None or (record.due_at is not None and record.due_at < query.due_until),
    ]
    return all(wanted)


def _claimed(waiting: _Waiting) -> Claimed:
    return Claimed(delivery=waiting.delivery, lease=waiting.lease, attempts=waiting.attempts, error=waiting.error)


def continues(events: Sequence[Event], seq: int, head: str) -> None:
    """Make sure that events go on where the chain ends. Raises ValueError: a fault of the caller's code."""
    for event in events:
        if event.seq != seq + 1 or event.previous != head:
            raise ValueError(f"event {event.seq} of {event.kind}/{event.id} does not follow {seq}")
        seq, head = event.seq, event.digest
