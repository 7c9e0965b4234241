"""A `RecordStore` in memory: the plainest reading of the port. Tests use it, and hold other stores against it."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator, Sequence

import msgspec

from mianzheng.adapters import dump_lines, refusals
from mianzheng.adapters.dump_lines import Posted
from mianzheng.adapters.instants import instant_text, page_mark, read_mark, utc, window_start
from mianzheng.cases.events import Event
from mianzheng.cases.records import (
    CaseKey,
    CaseRecord,
    Change,
    Claimed,
    Command,
    Committed,
    Key,
    Page,
    Sealed,
    Worklist,
    Write,
    encoded,
)
from mianzheng.cases.soundness import referred, require_continues, require_sound
from mianzheng.errors import CommandMismatch, VersionConflict
from mianzheng.ports import RecordStore


class MemoryRecordStore(RecordStore):
    """Everything in dictionaries of JSON, so that nobody changes what is stored by changing what was returned."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._records: dict[str, bytes] = {}
        self._events: dict[str, list[bytes]] = {}
        self._keys: dict[str, bytes] = {}
        self._sealed: dict[str, dict[str, bytes]] = {}
        self._unique: dict[str, Key] = {}
        self._commands: dict[str, bytes] = {}
        self._outbox: dict[str, Posted] = {}
        self._counters: dict[str, int] = {}
        self._uses: dict[str, tuple[datetime.datetime, int]] = {}
        self._values: dict[str, tuple[bytes, datetime.datetime]] = {}
        self._beats: dict[str, tuple[datetime.datetime, str]] = {}

    def commit(self, change: Change) -> Committed:
        require_sound(change)
        change = msgspec.json.decode(encoded(change), type=Change)
        with self._lock:
            stored = self.command(change.command.key) if change.command else None
            if change.command and stored:
                if stored.fingerprint != change.command.fingerprint:
                    raise CommandMismatch
                return Committed(result=stored.result, replayed=True)
            self._examine(change)
            self._write(change)
            return Committed(result=change.command.result if change.command else {})

    def _examine(self, change: Change) -> None:
        """Every reason not to write, before anything is written."""
        if any(name in self._unique for name in change.unique):
            raise refusals.taken()
        for write in change.writes:
            self._examine_write(write)
        if referred(change) - self._records.keys():
            raise refusals.not_found()
        if len({d.id for d in change.deliveries} - self._outbox.keys()) < len(change.deliveries):
            raise refusals.taken()
        given = [key.key.name for key in change.keys]
        for number, name in enumerate(given):
            if name in self._keys or name in given[:number]:
                raise refusals.has_key(name)
        for seal in change.seals:
            if (name := seal.key.name) not in self._keys and name not in given:
                raise refusals.no_key(name)

    def _examine_write(self, write: Write) -> None:
        data = self._records.get(write.record.key.name)
        if data is None:
            if write.before is not None:
                raise refusals.not_found()
            require_continues(write, 0, "")
            return
        if write.before is None:
            raise refusals.taken()
        current = msgspec.json.decode(data, type=CaseRecord)
        if current.version != write.before:
            raise VersionConflict(current)
        require_continues(write, current.seq, current.head)

    def _write(self, change: Change) -> None:
        for write in change.writes:
            name = write.record.key.name
            self._records[name] = encoded(write.record)
            self._events.setdefault(name, []).extend(encoded(event) for event in write.events)
        self._unique.update(change.unique)
        for delivery in change.deliveries:
            due = utc(delivery.next_at)
            self._outbox[delivery.id] = Posted(delivery=msgspec.structs.replace(delivery, next_at=due), free_at=due)
        for key in change.keys:
            self._keys[key.key.name] = key.wrapped
        for seal in change.seals:
            self._sealed.setdefault(seal.key.name, {})[seal.name] = seal.sealed
        for gone in change.destroyed:
            self._keys.pop(gone.name, None)
            self._sealed.pop(gone.name, None)
        if change.command:
            self._commands[change.command.key] = encoded(change.command)

    def command(self, key: str) -> Command | None:
        data = self._commands.get(key)
        return None if data is None else msgspec.json.decode(data, type=Command)

    def get(self, kind: str, id: str) -> CaseRecord:
        data = self._records.get(f"{kind}/{id}")
        if data is None:
            raise refusals.not_found()
        return msgspec.json.decode(data, type=CaseRecord)

    def find(self, name: str) -> Key | None:
        return self._unique.get(name)

    def events(self, kind: str, id: str, after: int = 0) -> Sequence[Event]:
        with self._lock:
            return [msgspec.json.decode(e, type=Event) for e in self._events.get(f"{kind}/{id}", [])[max(after, 0) :]]

    def sealed(self, kind: str, id: str, name: str) -> tuple[bytes, bytes] | None:
        with self._lock:
            data = self._sealed.get(f"{kind}/{id}", {}).get(name)
            return None if data is None else (self._keys[f"{kind}/{id}"], data)

    def _all_records(self) -> list[CaseRecord]:
        with self._lock:
            return [msgspec.json.decode(data, type=CaseRecord) for data in self._records.values()]

    def worklist(self, query: Worklist, after: str = "", limit: int = 50) -> Page:
        start = read_mark(after)
        chosen = [r for r in self._all_records() if _chosen(r, query) and (instant_text(r.due_at), r.id) > start]
        chosen.sort(key=lambda r: (instant_text(r.due_at), r.id))
        shown = chosen[:limit]
        more = len(chosen) > limit
        return Page(records=tuple(shown), after=page_mark(shown[-1].due_at, shown[-1].id) if more else "")

    def due(self, until: datetime.datetime, limit: int = 100) -> Sequence[Key]:
        come = [(utc(r.check_at), r.key.name) for r in self._all_records() if r.check_at and r.check_at <= utc(until)]
        return [Key.named(name) for _, name in sorted(come)[:limit]]

    def keys(self, kind: str = "", after: str = "", limit: int = 500) -> Sequence[Key]:
        with self._lock:
            names = sorted(n for n in self._records if n > after and (not kind or n.startswith(f"{kind}/")))
        return [Key.named(name) for name in names[:limit]]

    def claim(
        self, now: datetime.datetime, lease: datetime.timedelta, limit: int = 20, topics: Sequence[str] = ()
    ) -> Sequence[Claimed]:
        with self._lock:
            free = [p for p in self._open() if p.free_at <= utc(now) and (not topics or p.delivery.topic in topics)]
            free.sort(key=lambda p: (p.free_at, p.delivery.id))
            until = utc(now) + lease
            taken = [self._post(p, free_at=until, lease=p.lease + 1, attempts=p.attempts + 1) for p in free[:limit]]
            return [_copied(posted).claimed for posted in taken]

    def ack(self, claimed: Claimed, now: datetime.datetime, change: Change | None = None) -> Committed | None:
        with self._lock:
            posted = self._leased(claimed)
            committed = None if change is None else self.commit(change)
            self._post(posted, done_at=utc(now))
            return committed

    def retry(self, claimed: Claimed, at: datetime.datetime, error: str) -> None:
        with self._lock:
            posted, due = self._leased(claimed), utc(at)
            delivery = msgspec.structs.replace(posted.delivery, next_at=due)
            self._post(posted, delivery=delivery, free_at=due, lease=posted.lease + 1, error=error)

    def park(self, claimed: Claimed, error: str) -> None:
        with self._lock:
            posted = self._leased(claimed)
            self._post(posted, parked=True, lease=posted.lease + 1, error=error)

    def parked(self) -> Sequence[Claimed]:
        with self._lock:
            return [_copied(posted).claimed for _, posted in sorted(self._outbox.items()) if posted.parked]

    def unpark(self, delivery_id: str, at: datetime.datetime) -> None:
        with self._lock:
            posted = self._outbox.get(delivery_id)
            if posted is None or not posted.parked:
                raise refusals.not_parked()
            delivery = msgspec.structs.replace(posted.delivery, next_at=utc(at))
            self._post(posted, delivery=delivery, free_at=utc(at), parked=False, attempts=0)

    def pending(self) -> tuple[int, datetime.datetime | None]:
        with self._lock:
            due = [posted.delivery.next_at for posted in self._open()]
        return len(due), min(due, default=None)

    def _open(self) -> list[Posted]:
        return [posted for posted in self._outbox.values() if posted.done_at is None and not posted.parked]

    def _leased(self, claimed: Claimed) -> Posted:
        posted = self._outbox.get(claimed.delivery.id)
        if posted is None or posted.done_at or posted.parked or posted.lease != claimed.lease:
            raise refusals.lease_lost()
        return posted

    def _post(self, posted: Posted, **fields: object) -> Posted:
        changed = self._outbox[posted.delivery.id] = msgspec.structs.replace(posted, **fields)
        return changed

    def next_number(self, series: str) -> int:
        with self._lock:
            self._counters[series] = number = self._counters.get(series, 0) + 1
            return number

    def take(self, bucket: str, limit: int, window: datetime.timedelta, now: datetime.datetime) -> bool:
        with self._lock:
            start = window_start(now, window)
            known, used = self._uses.get(bucket, (start, 0))
            used = used if known == start else 0
            if used >= limit:
                return False
            self._uses[bucket] = (start, used + 1)
            return True

    def remember(self, key: str, value: bytes, until: datetime.datetime, now: datetime.datetime) -> bool:
        with self._lock:
            if self.recall(key, now) is not None:
                return False
            self.renew(key, value, until)
            return True

    def renew(self, key: str, value: bytes, until: datetime.datetime) -> None:
        with self._lock:
            self._values[key] = (value, utc(until))

    def recall(self, key: str, now: datetime.datetime) -> bytes | None:
        value, until = self._values.get(key, (None, utc(now)))
        return value if until > utc(now) else None

    def forget(self, key: str) -> None:
        with self._lock:
            self._values.pop(key, None)

    def beat(self, job: str, at: datetime.datetime, report: str) -> None:
        with self._lock:
            self._beats[job] = (utc(at), report)

    def beats(self) -> dict[str, tuple[datetime.datetime, str]]:
        with self._lock:
            return dict(self._beats)

    def dump(self) -> Iterator[bytes]:
        with self._lock:
            lines = list(self._lines())
        return dump_lines.written(lines)

    def _lines(self) -> Iterator[dump_lines.Line]:
        for _, data in sorted(self._records.items()):
            yield dump_lines.RecordLine(record=msgspec.json.decode(data, type=CaseRecord))
        for _, told in sorted(self._events.items()):
            for data in told:
                yield dump_lines.EventLine(event=msgspec.json.decode(data, type=Event))
        for name, wrapped in sorted(self._keys.items()):
            key = Key.named(name)
            yield dump_lines.KeyLine(key=CaseKey(kind=key.kind, id=key.id, wrapped=wrapped))
        for name, pieces in sorted(self._sealed.items()):
            key = Key.named(name)
            for piece, data in sorted(pieces.items()):
                yield dump_lines.SealedLine(sealed=Sealed(kind=key.kind, id=key.id, name=piece, sealed=data))
        for name, key in sorted(self._unique.items()):
            yield dump_lines.UniqueLine(name=name, key=key)
        for _, data in sorted(self._commands.items()):
            yield dump_lines.CommandLine(command=msgspec.json.decode(data, type=Command))
        for _, posted in sorted(self._outbox.items()):
            yield posted
        for series, last in sorted(self._counters.items()):
            yield dump_lines.CounterLine(series=series, last=last)

    def load(self, lines: Iterator[bytes]) -> int:
        read = list(dump_lines.read(lines))
        with self._lock:
            if next(self._lines(), None) is not None:
                raise refusals.not_empty()
            for line in read:
                self._load(line)
        return len(read)

    def _load(self, line: dump_lines.Line) -> None:
        match line:
            case dump_lines.RecordLine(record=record):
                self._records[record.key.name] = encoded(record)
            case dump_lines.EventLine(event=event):
                self._events.setdefault(f"{event.kind}/{event.id}", []).append(encoded(event))
            case dump_lines.KeyLine(key=key):
                self._keys[key.key.name] = key.wrapped
            case dump_lines.SealedLine(sealed=sealed):
                self._sealed.setdefault(sealed.key.name, {})[sealed.name] = sealed.sealed
            case dump_lines.UniqueLine(name=name, key=key):
                self._unique[name] = key
            case dump_lines.CommandLine(command=command):
                self._commands[command.key] = encoded(command)
            case Posted(delivery=delivery):
                self._outbox[delivery.id] = line
            case dump_lines.CounterLine(series=series, last=last):
                self._counters[series] = last

    def check(self) -> list[str]:
        return []


def _copied(posted: Posted) -> Posted:
    return msgspec.json.decode(encoded(posted), type=Posted)


def _chosen(record: CaseRecord, query: Worklist) -> bool:
    due = record.due_at
    return (
        record.kind == query.kind
        and query.place in ("", record.place)
        and query.body in ("", record.body)
        and query.handler in ("", record.handler)
        and (not query.states or record.state in query.states)
        and (query.due_from is None or (due is not None and due >= query.due_from))
        and (query.due_until is None or (due is not None and due < query.due_until))
    )
