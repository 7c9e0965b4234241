"""Which complaints may be one matter received twice: to be suggested to staff, who decide (YY-CMP-09-2, S-CMP-13)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from mianzheng.cases.records import CaseRecord
from mianzheng.clock import day_of


def alike(record: CaseRecord, others: Iterable[CaseRecord]) -> list[CaseRecord]:
    """Cases of the same place, body, certificate and day, the first received first; linked ones lead no other."""
    found = [
        other
        for other in others
        if other.id != record.id and other.state != "linked" and _about(other) == _about(record) and _met(record, other)
    ]
    return sorted(found, key=lambda other: (other.data["received_at"], other.id))


def _about(record: CaseRecord) -> tuple[str, frozenset[str], str]:
    data = record.data
    return record.place, frozenset(data["about"]), data["item"] or data["kind"]


def _met(one: CaseRecord, other: CaseRecord) -> bool:
    """The same day: when it happened if both say so, else when it was received. Without a body nothing is alike."""
    days = [record.data["happened_on"] for record in (one, other)]
    if not all(days):
        days = [day_of(datetime.datetime.fromisoformat(record.data["received_at"])) for record in (one, other)]
    return bool(one.data["about"]) and days[0] == days[1]
