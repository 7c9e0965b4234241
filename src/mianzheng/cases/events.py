"""Events: what happened to a case, never changed, each one holding the digest of the one before."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import field

from mianzheng.model import Record


class Event(Record, kw_only=True):
    """One thing that happened. `role`, `account` and `body` say who did it; `data` holds no personal data.

    `previous` is the digest of the event before (empty for the first), `digest` that of this one.
    """

    kind: str
    id: str
    seq: int
    name: str
    at: datetime.datetime
    role: str
    account: str = ""
    body: str = ""
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    previous: str = ""
    digest: str = ""


def chained(event: Event, previous: str) -> Event:
    """The event with its place in the chain: SHA-256 over its content and the digest before it."""
    at = event.at.astimezone(datetime.UTC)
    linked = msgspec.structs.replace(event, at=at, previous=previous, digest="")
    return msgspec.structs.replace(linked, digest=_digest(linked))


def broken_links(events: Sequence[Event], after: int = 0, previous: str = "") -> list[int]:
    """Numbers of events that do not follow from the one before: changed, missing or out of order.

    `after` and `previous`: number and digest of the event before the first one given.
    """
    broken = []
    expected = after + 1
    for event in events:
        content = msgspec.structs.replace(event, digest="")
        if event.seq != expected or event.previous != previous or event.digest != _digest(content):
            broken.append(event.seq)
        previous, expected = event.digest, event.seq + 1
    return broken


def chain_head(heads: Iterable[tuple[str, str]]) -> str:
    """One digest over the newest events of all cases: (`<kind>/<id>`, digest) in order of the first.

    Published with the statistics; whoever rewrites any event changes it.
    """
    total = hashlib.sha256()
    for name, digest in heads:
        total.update(f"{name} {digest}\n".encode())
    return total.hexdigest()


def _digest(event: Event) -> str:
    return hashlib.sha256(msgspec.json.encode(event, order="sorted")).hexdigest()
