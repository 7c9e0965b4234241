"""A change as one transaction, and what it means when one of its conditions does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from mianzheng.adapters import refusals
from mianzheng.adapters.dump_lines import Posted
from mianzheng.adapters.dynamodb_store import items
from mianzheng.adapters.dynamodb_store.calls import ConditionFailed, Item, Table
from mianzheng.adapters.instants import utc
from mianzheng.cases.records import Change, Command, Committed, Write
from mianzheng.cases.soundness import referred, require_continues
from mianzheng.errors import CommandMismatch, Unavailable, VersionConflict

Refusal = Callable[[Item | None], Exception]


@dataclass(frozen=True)
class Part:
    """An item of a transaction, and the error when its condition does not hold (given what lies there instead)."""

    wish: Item
    refusal: Refusal


def commit(table: Table, change: Change, before: tuple[Part, ...] = ()) -> Committed:
    """Write a sound change, `before` in the same step; see the port. Of several refusals the first part's counts."""
    parts = [*before, *_parts(table, change)]
    try:
        table.transact([part.wish for part in parts])
    except ConditionFailed as error:
        first = min(error.failed)
        if change.command and first == len(before):
            return _replayed(change.command, error.failed[first])
        raise parts[first].refusal(error.failed[first]) from None
    return Committed(result=_copied(change.command).result) if change.command else Committed()


def _parts(table: Table, change: Change) -> Iterator[Part]:
    """The order is the order in which reasons to refuse are told: the command comes first."""
    taken: Refusal = lambda _: refusals.taken()  # noqa: E731
    not_found: Refusal = lambda _: refusals.not_found()  # noqa: E731
    gone = {key.name for key in change.destroyed}
    if change.command:
        yield Part(_put(items.of_command(change.command)), taken)
    for name, key in change.unique.items():
        yield Part(_put(items.of_unique(name, key)), taken)
    for write in change.writes:
        yield from _written(write)
    for name in sorted(referred(change)):
        yield Part(_check(items.case(name), "SNAP"), not_found)
    if len({delivery.id for delivery in change.deliveries}) < len(change.deliveries):
        raise refusals.taken()
    for delivery in change.deliveries:
        due = utc(delivery.next_at)
        posted = Posted(delivery=msgspec.structs.replace(delivery, next_at=due), free_at=due)
        yield Part(_put(items.of_posted(posted)), taken)
    yield from _sealed(change, gone)
    for name in sorted(gone):
        for item in pieces(table, name):
            yield Part({"Delete": {"Key": {"pk": item["pk"], "sk": item["sk"]}}}, _impossible)


def _written(write: Write) -> Iterator[Part]:
    record = write.record
    if write.before is None:
        require_continues(write, 0, "")
        yield Part(_put(items.of_record(record)), lambda _: refusals.taken())
        yield Part(_put(items.of_name(record)), lambda _: refusals.taken())
    else:
        wish = {
            "Item": items.of_record(record),
            "ConditionExpression": "#version = :version AND #seq = :seq AND #head = :head",
            "ExpressionAttributeNames": {"#version": "version", "#seq": "seq", "#head": "head"},
            "ExpressionAttributeValues": {
                ":version": write.before,
                ":seq": record.seq - len(write.events),
                ":head": write.events[0].previous if write.events else record.head,
            },
        }
        yield Part({"Put": wish}, lambda item: _moved_on(write, item))
    for event in write.events:
        yield Part(_put(items.of_event(event)), lambda _: ValueError("events are append-only"))


def _moved_on(write: Write, item: Item | None) -> Exception:
    if item is None:
        return refusals.not_found()
    current = items.record_in(item)
    if current.version != write.before:
        return VersionConflict(current)
    try:
        require_continues(write, current.seq, current.head)
    except ValueError as error:
        return error
    return _impossible(item)


def _sealed(change: Change, gone: set[str]) -> Iterator[Part]:
    given = Counter(key.key.name for key in change.keys)
    for key in change.keys:
        name = key.key.name
        if given[name] > 1:
            raise refusals.has_key(name)
        if name in gone:
            yield Part(_check(items.person(name), "KEY", items.ABSENT), lambda _, name=name: refusals.has_key(name))  # type: ignore[misc]
        else:
            yield Part(_put(items.of_key(key)), lambda _, name=name: refusals.has_key(name))  # type: ignore[misc]
    sealed = {(seal.key.name, seal.name): seal for seal in change.seals}
    for name in sorted({name for name, _ in sealed} - given.keys() - gone):
        yield Part(_check(items.person(name), "KEY"), lambda _, name=name: refusals.no_key(name))  # type: ignore[misc]
    for (name, _), seal in sealed.items():
        if name not in gone:
            yield Part({"Put": {"Item": items.of_seal(seal)}}, _impossible)


def pieces(table: Table, name: str) -> Iterator[Item]:
    """Key and sealed data of a record."""
    yield from table.query(
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": items.person(name)},
        ProjectionExpression="pk, sk",
        ConsistentRead=True,
    )


def _put(item: Item) -> Item:
    return {"Put": {"Item": item, "ConditionExpression": items.ABSENT}}


def _check(pk: str, sk: str, condition: str = items.PRESENT) -> Item:
    return {"ConditionCheck": {"Key": {"pk": pk, "sk": sk}, "ConditionExpression": condition}}


def _replayed(wish: Command, item: Item | None) -> Committed:
    if item is None:
        raise _impossible(item)
    stored = items.command_in(item)
    if stored.fingerprint != wish.fingerprint:
        raise CommandMismatch
    return Committed(result=stored.result, replayed=True)


def _copied(command: Command) -> Command:
    return items.command_in(items.of_command(command))


def _impossible(item: Item | None) -> Exception:
    return Unavailable("数据库的回答前后不一致，没有保存，请稍后再试。")
