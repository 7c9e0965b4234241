"""Short-lived values that are too long for one: kept in pieces that every store holds."""

from __future__ import annotations

import datetime

from mianzheng.ports import RecordStore

PIECE = 200_000
"""Bytes; a record of DynamoDB holds 400 KB."""


def keep(store: RecordStore, key: str, value: bytes, until: datetime.datetime) -> None:
    """Keep a value under a key; the first piece, which says how many there are, comes last."""
    pieces = [value[start : start + PIECE] for start in range(0, len(value), PIECE)] or [b""]
    for number, piece in reversed(list(enumerate(pieces))):
        store.renew(f"{key}:{number}", piece if number else f"{len(pieces)}\n".encode() + piece, until)


def kept(store: RecordStore, key: str, now: datetime.datetime) -> bytes | None:
    """The whole value, None when it, or a part of it, is over."""
    first = store.recall(f"{key}:0", now)
    if first is None:
        return None
    count, _, start = first.partition(b"\n")
    others = [store.recall(f"{key}:{number}", now) for number in range(1, int(count))]
    found = [piece for piece in others if piece is not None]
    return start + b"".join(found) if len(found) == len(others) else None
