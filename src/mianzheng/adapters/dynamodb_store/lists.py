"""Worklists, what is due, and every record by its name."""

from __future__ import annotations

import datetime
import heapq
import itertools
from collections.abc import Iterator

from mianzheng.adapters.dynamodb_store import items
from mianzheng.adapters.dynamodb_store.calls import Item, Table
from mianzheng.adapters.instants import NEVER, instant_text, page_mark, read_mark
from mianzheng.cases.records import CaseRecord, Key, Page, Worklist

_FIRST = " "
"""Sorts before every due text."""


class KindsAndStates:
    """Which kinds and states there ever were: lists that ask for all of them read one partition after the other."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: set[str] = set()

    def note(self, records: list[CaseRecord]) -> None:
        """Remember those of records that are about to be written; free of charge for those seen before."""
        fresh = {f"{record.kind} {record.state}" for record in records} - self._known
        if fresh:
            self._table.update("KINDS", UpdateExpression="ADD pairs :new", ExpressionAttributeValues={":new": fresh})
            self._known |= fresh

    def kinds(self) -> list[str]:
        """All kinds in the order of names."""
        return sorted({kind for kind, _ in self._pairs()}, key=lambda kind: f"{kind}/")

    def states(self, kind: str) -> list[str]:
        """All states of a kind."""
        return sorted(state for known, state in self._pairs() if known == kind)

    def _pairs(self) -> list[tuple[str, str]]:
        item = self._table.get("KINDS") or {}
        self._known |= set(item.get("pairs", ()))
        return [(kind, state) for kind, _, state in (pair.partition(" ") for pair in self._known)]


def worklist(table: Table, known: KindsAndStates, query: Worklist, after: str, limit: int) -> Page:
    """See the port: one query a state, merged in order."""
    read_mark(after)
    states = query.states or tuple(known.states(query.kind))
    lists = [_of_state(table, query, state, after, limit + 1) for state in sorted(set(states))]
    found = list(itertools.islice(heapq.merge(*lists, key=lambda item: item["wl_sk"]), limit + 1))
    records = tuple(items.record_in(item) for item in found[:limit])
    more = len(found) > limit
    return Page(records=records, after=page_mark(records[-1].due_at, records[-1].id) if more else "")


def _of_state(table: Table, query: Worklist, state: str, after: str, start: int) -> Iterator[Item]:
    low = max(instant_text(query.due_from) if query.due_from else _FIRST, f"{after}\0" if after else _FIRST)
    high = instant_text(query.due_until) if query.due_until else NEVER if query.due_from else items.LAST
    if low > high:
        return iter(())
    values = {":list": f"{query.kind} {state}", ":low": low, ":high": high}
    wanted = {name: value for name in ("place", "body", "handler") if (value := getattr(query, name))}
    wish: dict[str, object] = {}
    if wanted:
        wish["FilterExpression"] = " AND ".join(f"#{name} = :{name}" for name in wanted)
        wish["ExpressionAttributeNames"] = {f"#{name}": name for name in wanted}
        values |= {f":{name}": value for name, value in wanted.items()}
    return table.query(
        start=0 if wanted else start,
        IndexName="worklist",
        KeyConditionExpression="wl_pk = :list AND wl_sk BETWEEN :low AND :high",
        ExpressionAttributeValues=values,
        **wish,
    )


def due(table: Table, until: datetime.datetime, limit: int) -> list[Key]:
    """See the port."""
    found = table.query(
        start=limit,
        IndexName="due",
        KeyConditionExpression="due_pk = :due AND due_sk <= :until",
        ExpressionAttributeValues={":due": items.DUE, ":until": f"{instant_text(until)} {items.LAST}"},
    )
    return [Key.named(item["due_sk"].partition(" ")[2]) for item in itertools.islice(found, limit)]


def keys(table: Table, known: KindsAndStates, kind: str, after: str, limit: int) -> list[Key]:
    """See the port."""
    found = (key for one in known.kinds() if kind in ("", one) for key in _of_kind(table, one, after, limit))
    return list(itertools.islice(found, limit))


def _of_kind(table: Table, kind: str, after: str, start: int) -> Iterator[Key]:
    prefix = f"{kind}/"
    if prefix < after and not after.startswith(prefix):
        return
    values = {":names": f"NAMES#{kind}"}
    condition = "pk = :names"
    if len(after) > len(prefix) and after.startswith(prefix):
        condition += " AND sk > :after"
        values[":after"] = after.removeprefix(prefix)
    wish = {"KeyConditionExpression": condition, "ExpressionAttributeValues": values, "ConsistentRead": True}
    for item in table.query(start=start, **wish):
        yield Key(kind=kind, id=item["sk"])
