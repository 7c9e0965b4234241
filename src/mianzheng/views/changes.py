"""What changed when: every start of a version and every cancellation, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from mianzheng.model import first_day
from mianzheng.views.atlas import Atlas, Entry, method_label, versions_of

FORMERLY = "要交证明"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one item on one day."""

    date: str
    entry: Entry
    was: str
    now: str


def all_changes(atlas: Atlas) -> list[Change]:
    """Changes up to the atlas's day, newest first.

    The first listing of an item is news when an adjustment added it, not when it came with the list itself.
    """
    found: list[Change] = []
    for entry in atlas.entries.values():
        versions = versions_of(entry.item)
        labels = [method_label(atlas.catalog, entry.home.profile, v) for v in versions]
        for i, version in enumerate(versions):
            told = i + 1 < len(versions) or version.proposal
            if told and first_day(version.from_) <= atlas.day:
                found.append(Change(version.from_, entry, [*labels, FORMERLY][i + 1], labels[i]))
        cancelled = entry.item.cancelled
        if cancelled is not None and entry.answer == "cancelled":
            was = next((label for label, v in zip(labels, versions, strict=True) if v.method != "cancel"), FORMERLY)
            found.append(Change(cancelled.on, entry, was, "已取消"))
    return sorted(found, key=lambda c: (first_day(c.date), c.entry.item.id), reverse=True)


def by_month(changes: list[Change]) -> list[tuple[str, list[Change]]]:
    """Changes grouped by month (`YYYY-MM`), newest month first."""
    return [(month, list(group)) for month, group in groupby(changes, key=lambda c: c.date[:7])]
