"""Editions: a place's list as it was frozen and released each half-year, and where it was made public."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mianzheng.model.values import Code, Day, Name, Record, Slug
from mianzheng.model.vocabularies import ListColumn

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", title="校验码（SHA-256）")]
EditionId = Annotated[str, Meta(pattern=r"^[0-9]{4}-H[12](-r[1-9][0-9]*)?$", title="期次")]
"""`2026-H2` for the second half of 2026, `2026-H2-r1` for its first revision."""


class EditionEntry(Record, kw_only=True):
    """One line of an edition: which item stood on which list with which method, file hash and cells.

    `cells` are the texts of the line in the columns of its list, as they were published.
    """

    item: str
    list: str
    method: str
    sha256: Digest
    cells: tuple[str, ...] = ()


class FrozenList(Record, kw_only=True):
    """The head of one list of an edition; `sha256` is the digest of title, column heads and lines."""

    code: Code
    title: Name
    columns: tuple[ListColumn, ...]
    sha256: Digest


class Edition(Record, kw_only=True):
    """半年度清单: the list as it was frozen and released on a day; never changed afterwards (YY-ADJ-05-2).

    `commit` is the state of the catalog that it was drawn from, empty where that was not known.
    """

    id: EditionId
    place: Slug
    number: Annotated[str, Meta(max_length=60)] = ""
    released_on: Day
    as_of: Day
    commit: Annotated[str, Meta(pattern="^[0-9a-f]{40}$")] = ""
    counts: dict[str, int]
    lists: tuple[FrozenList, ...] = ()
    entries: tuple[EditionEntry, ...]

    @property
    def half(self) -> str:
        """The half-year, `2026-H2`, without the revision."""
        return self.id[:7]

    @property
    def revision(self) -> int:
        """0 for the first release of a half-year, then 1, 2 …"""
        return int(self.id[9:] or 0)

    def lines(self, code: str) -> list[EditionEntry]:
        """The lines of one of its lists, in their order."""
        return [entry for entry in self.entries if entry.list == code]


class Publication(Record, kw_only=True):
    """That an edition or a list was made public through one channel on a day (BS-PL-3-1-2c, FX-5-2-3)."""

    channel: Code
    on: Day
    address: Annotated[str, Meta(max_length=400)] = ""


class PublicationsFile(Record, kw_only=True):
    """`publications.yaml` of a place: through which channels each edition, and each list without, was made public."""

    editions: dict[EditionId, tuple[Publication, ...]] = {}
    lists: dict[Code, tuple[Publication, ...]] = {}
