"""Deliveries: leased by number, so that whoever comes late changes nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from mianzheng.adapters import refusals
from mianzheng.adapters.dump_lines import Posted
from mianzheng.adapters.dynamodb_store import items
from mianzheng.adapters.dynamodb_store.calls import ConditionFailed, Item, Table
from mianzheng.adapters.dynamodb_store.commits import Part
from mianzheng.adapters.instants import instant, instant_text
from mianzheng.cases.records import Claimed

_LEASED = "lease = :mine AND out_pk = :open"


def claim(
    table: Table, now: datetime.datetime, until: datetime.datetime, limit: int, topics: Sequence[str]
) -> Iterator[Claimed]:
    """See the port. The index names candidates; the condition on what was seen decides."""
    left = limit
    for seen in _free(table, now, topics):
        if left <= 0:
            return
        try:
            item = table.update(
                seen["pk"],
                UpdateExpression="SET out_sk = :next, free_at = :until ADD lease :one, attempts :one",
                ConditionExpression="out_pk = :open AND out_sk = :seen",
                ExpressionAttributeValues={
                    ":open": items.OPEN,
                    ":seen": seen["out_sk"],
                    ":until": instant_text(until),
                    ":next": f"{instant_text(until)} {seen['pk'].removeprefix('OUT#')}",
                    ":one": 1,
                },
            )
        except ConditionFailed:
            continue
        left -= 1
        yield items.posted_in(item).claimed


def _free(table: Table, now: datetime.datetime, topics: Sequence[str]) -> list[Item]:
    wish: dict[str, Any] = {}
    values = {":open": items.OPEN, ":now": f"{instant_text(now)} {items.LAST}"}
    if topics:
        named = {f":t{number}": topic for number, topic in enumerate(topics)}
        wish["FilterExpression"] = f"topic IN ({', '.join(named)})"
        values |= named
    return list(
        table.query(
            IndexName="outbox",
            KeyConditionExpression="out_pk = :open AND out_sk <= :now",
            ExpressionAttributeValues=values,
            **wish,
        )
    )


def finishing(claimed: Claimed, now: datetime.datetime) -> Part:
    """Mark as done, as part of a transaction."""
    return _changing(claimed, "SET done_at = :now REMOVE out_pk, out_sk", {":now": instant_text(now)})


def retrying(claimed: Claimed, at: datetime.datetime, error: str) -> Part:
    """Due again later; the lease ends."""
    due = instant_text(at)
    return _changing(
        claimed,
        "SET due_at = :due, free_at = :due, out_sk = :next, failure = :failure ADD lease :one",
        {":due": due, ":next": f"{due} {claimed.delivery.id}", ":failure": error, ":one": 1},
    )


def parking(claimed: Claimed, error: str) -> Part:
    """Set aside; the lease ends."""
    return _changing(
        claimed,
        "SET parked = :yes, out_pk = :parked, out_sk = :id, failure = :failure ADD lease :one",
        {":yes": True, ":parked": items.PARKED, ":id": claimed.delivery.id, ":failure": error, ":one": 1},
    )


def _changing(claimed: Claimed, expression: str, values: dict[str, Any]) -> Part:
    wish = {
        "Key": {"pk": f"OUT#{claimed.delivery.id}", "sk": "-"},
        "UpdateExpression": expression,
        "ConditionExpression": _LEASED,
        "ExpressionAttributeValues": {":mine": claimed.lease, ":open": items.OPEN, **values},
    }
    return Part({"Update": wish}, lambda _: refusals.lease_lost())


def unpark(table: Table, delivery_id: str, at: datetime.datetime) -> None:
    """See the port."""
    due = instant_text(at)
    try:
        table.update(
            f"OUT#{delivery_id}",
            UpdateExpression="SET parked = :no, attempts = :none, due_at = :due, free_at = :due,"
            " out_pk = :open, out_sk = :next",
            ConditionExpression="out_pk = :parked",
            ExpressionAttributeValues={
                ":no": False, ":none": 0, ":due": due, ":open": items.OPEN, ":next": f"{due} {delivery_id}",
                ":parked": items.PARKED,
            },
        )  # fmt: skip
    except ConditionFailed:
        raise refusals.not_parked() from None


def parked(table: Table) -> list[Posted]:
    """All deliveries set aside, by id."""
    found = table.query(
        IndexName="outbox",
        KeyConditionExpression="out_pk = :parked",
        ExpressionAttributeValues={":parked": items.PARKED},
    )
    return [items.posted_in(item) for item in found]


def pending(table: Table) -> tuple[int, datetime.datetime | None]:
    """See the port."""
    found = table.query(
        IndexName="outbox",
        KeyConditionExpression="out_pk = :open",
        ExpressionAttributeValues={":open": items.OPEN},
        ProjectionExpression="due_at",
    )
    due = [item["due_at"] for item in found]
    return len(due), instant(min(due)) if due else None
