"""What changed from one edition to the next, line by line and column by column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mianzheng.model import Edition, EditionEntry, FrozenList

UNCOMPARED = frozenset({"number"})
"""Columns that say where a line stands, not what it says."""


@dataclass(frozen=True)
class CellChange:
    """One text that is another now: the head of its column, was → now."""

    label: str
    was: str
    now: str


@dataclass(frozen=True)
class Difference:
    """One list of an edition against the same list of the edition before."""

    head: FrozenList
    added: tuple[EditionEntry, ...]
    removed: tuple[EditionEntry, ...]
    changed: tuple[tuple[EditionEntry, tuple[CellChange, ...]], ...]

    @property
    def empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


def before(editions: Iterable[Edition], edition: Edition) -> Edition | None:
    """The edition that one follows: the one it corrects, or the last revision of the last half-year before."""
    place = (edition.half, edition.revision)
    earlier = [one for one in editions if (one.half, one.revision) < place]
    return max(earlier, key=lambda one: (one.half, one.revision), default=None)


def compare(older: Edition, newer: Edition) -> list[Difference]:
    """The difference of each list of `newer`; a list that the older edition lacks is all new."""
    return [_compare_list(older, newer, head) for head in newer.lists]


def _compare_list(older: Edition, newer: Edition, head: FrozenList) -> Difference:
    was = {entry.item: entry for entry in older.lines(head.code)}
    now = {entry.item: entry for entry in newer.lines(head.code)}
    old_head = next((one for one in older.lists if one.code == head.code), head)
    changed = [
        (entry, cells)
        for item, entry in now.items()
        if item in was and (cells := _cells(old_head, was[item], head, entry))
    ]
    return Difference(
        head,
        tuple(entry for item, entry in now.items() if item not in was),
        tuple(entry for item, entry in was.items() if item not in now),
        tuple(changed),
    )


def _cells(old_head: FrozenList, older: EditionEntry, head: FrozenList, newer: EditionEntry) -> tuple[CellChange, ...]:
    """Columns are matched by their code: a list may have got another one meanwhile."""
    texts = {column.code: text for column, text in zip(old_head.columns, older.cells, strict=True)}
    return tuple(
        CellChange(column.label, texts[column.code], text)
        for column, text in zip(head.columns, newer.cells, strict=True)
        if column.code in texts and column.code not in UNCOMPARED and texts[column.code] != text
    )


def cell(head: FrozenList, entry: EditionEntry, code: str) -> str:
    """The text of a line in one of the list's columns; empty where the list has no such column."""
    codes = [column.code for column in head.columns]
    return entry.cells[codes.index(code)] if code in codes else ""
