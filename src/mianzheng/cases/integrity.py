"""The nightly check of a store's history: every chain of events unbroken, every snapshot where its chain ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mianzheng.cases.events import Event, broken_links, chain_head
from mianzheng.cases.records import CaseRecord, Key
from mianzheng.model import Record

if TYPE_CHECKING:
    from mianzheng.ports import RecordStore


class Integrity(Record, kw_only=True):
    """What a walk through a store found: how much there is, the head of all chains, and faults in Chinese."""

    records: int
    events: int
    head: str
    faults: tuple[str, ...]


def examine(store: RecordStore, progress: Callable[[int, int], None] | None = None) -> Integrity:
    """Walk through every record of a store, which may be in use meanwhile; `progress` gets how many are walked of all.

    Raises Unavailable.
    """
    faults: list[str] = []
    heads: list[tuple[str, str]] = []
    events = 0
    keys = list(every_key(store))
    for number, key in enumerate(keys, 1):
        record = store.get(key.kind, key.id)
        # 读完快照又发生的事不算
        told = [event for event in store.events(key.kind, key.id) if event.seq <= record.seq]
        faults += record_faults(record, told)
        heads.append((key.name, record.head))
        events += len(told)
        if progress:
            progress(number, len(keys))
    return Integrity(records=len(heads), events=events, head=chain_head(heads), faults=tuple(faults))


def record_faults(record: CaseRecord, events: list[Event]) -> list[str]:
    """What is wrong with a record and its events, in Chinese; empty when all is well."""
    name = record.key.name
    found = [f"{name}：第 {seq} 个事件与前一个接不上，可能被改动、删除或调换过。" for seq in broken_links(events)]
    last = events[-1] if events else None
    if (record.seq, record.head) != ((last.seq, last.digest) if last else (0, "")):
        found.append(f"{name}：快照记的最后一个事件（第 {record.seq} 个）与事件记录不符。")
    return found


def every_key(store: RecordStore) -> Iterator[Key]:
    """All records of a store, in order of their names."""
    after = ""
    while page := store.keys(after=after):
        yield from page
        after = page[-1].name
