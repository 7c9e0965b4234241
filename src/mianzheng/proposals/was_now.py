"""What a proposal changes, kept in words: what a notice shows and what a written opinion is about stay as they were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from mianzheng.model import Catalog, CertificateItem, PlaceCatalog, PublicService, Record
from mianzheng.proposals.wording import Line, Wording

_OWN = frozenset({"versions.0.proposal"})
"""Lines that speak of the proposal itself."""
_DAYS = frozenset({"cancelled.on", "versions.0.from"})
"""Lines that say the day of publication, which nobody knows before the review is over."""


class ItemChange(Record, kw_only=True):
    """One record: its id, what it is about, its was → now lines."""

    id: str
    title: str
    lines: tuple[Line, ...] = ()


def was_now(
    catalog: Catalog, home: PlaceCatalog, records: Iterable[CertificateItem | PublicService], *, dated: bool
) -> tuple[ItemChange, ...]:
    """The changes that `records` are to the list as it stands; `dated`: the proposal itself names its first day."""
    words = Wording(catalog, home)
    found = []
    for record in records:
        before = home.items.get(record.id) or home.services.get(record.id)
        lines = words.lines(before, record)
        hidden = _OWN if dated else _OWN | _DAYS
        shown = tuple(line for line in lines if line.field not in hidden)
        found.append(ItemChange(id=record.id, title=words.title(record), lines=shown))
    return tuple(found)


SHOWN = 60
"""So many records of a batch are kept in words for its written opinion; the report shows all."""


def in_words(
    catalog: Catalog, home: PlaceCatalog, records: Sequence[CertificateItem | PublicService], *, dated: bool
) -> list[dict[str, Any]]:
    """The changes of a proposal as its data keeps them from handing in."""
    plain: list[dict[str, Any]] = msgspec.to_builtins(was_now(catalog, home, records[:SHOWN], dated=dated))
    return plain
