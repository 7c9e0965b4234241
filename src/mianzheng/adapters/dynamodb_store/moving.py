"""The whole table as the lines of a dump, and back. A scan is no snapshot: stop the writers, or export first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from mianzheng.adapters import refusals
from mianzheng.adapters.dump_lines import (
    CommandLine,
    CounterLine,
    EventLine,
    KeyLine,
    Line,
    Posted,
    RecordLine,
    SealedLine,
    UniqueLine,
)
from mianzheng.adapters.dynamodb_store import items
from mianzheng.adapters.dynamodb_store.calls import Item, Table
from mianzheng.adapters.dynamodb_store.lists import KindsAndStates
from mianzheng.cases.events import Event
from mianzheng.cases.records import CaseKey, Key, Sealed
from mianzheng.model import Record

LASTING = ("CASE", "PII", "UNIQ", "CMD", "OUT", "NUM")
"""First parts of partition keys that a dump holds."""
_ORDER = (RecordLine, EventLine, KeyLine, SealedLine, UniqueLine, CommandLine, Posted, CounterLine)


def lines(table: Table) -> list[Line]:
    """Everything that lasts, in the fixed order of dumps."""
    read = [item for item in table.scan() if item["pk"].partition("#")[0] in LASTING]
    keyed = {item["pk"] for item in read if item["sk"] == "KEY"}
    found = [(place, line) for item in read if (line := _line(item, keyed)) for place in [_place(item, line)]]
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


def _place(item: Item, line: Line) -> tuple[int, str, str]:
    return _ORDER.index(type(line)), item["pk"], item["sk"]


def _line(item: Item, keyed: set[str]) -> Line | None:
    sort, _, name = item["pk"].partition("#")
    key = Key.named(name)
    match sort:
        case "CASE" if item["sk"] == "SNAP":
            return RecordLine(record=items.record_in(item))
        case "CASE":
            return EventLine(event=msgspec.json.decode(item["data"], type=Event))
        case "PII" if item["sk"] == "KEY":
            return KeyLine(key=CaseKey(kind=key.kind, id=key.id, wrapped=items.raw(item["wrapped"])))
        case "PII" if item["pk"] in keyed:
            piece, data = item["sk"].removeprefix("DATA#"), items.raw(item["sealed"])
            return SealedLine(sealed=Sealed(kind=key.kind, id=key.id, name=piece, sealed=data))
        case "PII":
            # 密钥已毁：密文和没有一样
            return None
        case "UNIQ":
            return UniqueLine(name=name, key=Key.named(item["record"]))
        case "CMD":
            return CommandLine(command=items.command_in(item))
        case "OUT":
            return items.posted_in(item)
    return CounterLine(series=name, last=int(item["given"]))


def load(table: Table, known: KindsAndStates, read: list[Line]) -> int:
    """Write lines into an empty table; how many. Raises AlreadyExists."""
    if any(item["pk"].partition("#")[0] in LASTING for item in table.scan(ProjectionExpression="pk")):
        raise refusals.not_empty()
    written = list(_items(read))
    done: list[Item] = []
    try:
        known.note([line.record for line in read if isinstance(line, RecordLine)])
        for item in written:
            done.append(item)
            table.put(item)
    except BaseException:
        for item in done:
            table.delete(item["pk"], item["sk"])
        raise
    return len(read)


def _items(read: Iterable[Record]) -> Iterator[Item]:
    for line in read:
        match line:
            case RecordLine(record=record):
                yield items.of_record(record)
                yield items.of_name(record)
            case EventLine(event=event):
                yield items.of_event(event)
            case KeyLine(key=key):
                yield items.of_key(key)
            case SealedLine(sealed=sealed):
                yield items.of_seal(sealed)
            case UniqueLine(name=name, key=named):
                yield items.of_unique(name, named)
            case CommandLine(command=command):
                yield items.of_command(command)
            case Posted():
                yield items.of_posted(line)
            case CounterLine(series=series, last=last):
                yield {"pk": f"NUM#{series}", "sk": "-", "given": last}
