"""Numbers, uses of buckets, short-lived values, beats. DynamoDB deletes late what is over: readers look themselves."""

from __future__ import annotations

import datetime

from mianzheng.adapters.dynamodb_store import items
from mianzheng.adapters.dynamodb_store.calls import ConditionFailed, Table
from mianzheng.adapters.instants import instant, instant_text, utc, window_start

_GRACE = datetime.timedelta(hours=1)
"""How long after its end a value may be deleted: clocks differ a little."""


def next_number(table: Table, series: str) -> int:
    """See the port."""
    item = table.update(f"NUM#{series}", UpdateExpression="ADD given :one", ExpressionAttributeValues={":one": 1})
    return int(item["given"])


def take(table: Table, bucket: str, limit: int, window: datetime.timedelta, now: datetime.datetime) -> bool:
    """See the port."""
    if limit <= 0:
        return False
    start = window_start(now, window)
    try:
        table.update(
            f"RL#{bucket}#{instant_text(start)}",
            UpdateExpression="SET expires = :expires ADD used :one",
            ConditionExpression="attribute_not_exists(used) OR used < :most",
            ExpressionAttributeValues={":expires": _expires(start + window), ":one": 1, ":most": limit},
        )
    except ConditionFailed:
        return False
    return True


def remember(table: Table, key: str, value: bytes, until: datetime.datetime, now: datetime.datetime) -> bool:
    """See the port."""
    try:
        table.put(
            _value(key, value, until),
            ConditionExpression=f"{items.ABSENT} OR over_at <= :now",
            ExpressionAttributeValues={":now": instant_text(now)},
        )
    except ConditionFailed:
        return False
    return True


def renew(table: Table, key: str, value: bytes, until: datetime.datetime) -> None:
    """See the port."""
    table.put(_value(key, value, until))


def recall(table: Table, key: str, now: datetime.datetime) -> bytes | None:
    """See the port."""
    item = table.get(f"ONCE#{key}")
    return items.raw(item["kept"]) if item and item["over_at"] > instant_text(now) else None


def beats(table: Table) -> dict[str, tuple[datetime.datetime, str]]:
    """See the port."""
    found = table.query(
        KeyConditionExpression="pk = :beats", ExpressionAttributeValues={":beats": "BEATS"}, ConsistentRead=True
    )
    return {item["sk"]: (instant(item["beat_at"]), item["report"]) for item in found}


def _value(key: str, value: bytes, until: datetime.datetime) -> items.Item:
    return {
        "pk": f"ONCE#{key}", "sk": "-", "kept": value, "over_at": instant_text(until), "expires": _expires(until),
    }  # fmt: skip


def _expires(at: datetime.datetime) -> int:
    return int((utc(at) + _GRACE).timestamp())
