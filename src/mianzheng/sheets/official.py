"""A list as an official document: what every format of it shows, before any format is chosen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from mianzheng.editions.halves import spoken
from mianzheng.model import Edition, FrozenList, ListColumn, Place
from mianzheng.sheets.widths import Needs, needs
from mianzheng.views.lists import PublishedList

DEMONSTRATION = "演示数据，不能作为办事依据"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


Line = tuple[str, Sequence[str]]
"""One line of a list: the item's id and its cells."""


@dataclass(frozen=True)
class OfficialList:
    """A published list with its heading: today's, or one that was frozen.

    `make_lines` gives its lines when they are first wanted. `demonstration` marks it as an example on every page and
    in every format. `number` is the document number, empty where none was given; `edition` and `digest` are empty for
    today's list.
    """

    place: Place
    code: str
    name: str
    columns: tuple[ListColumn, ...]
    as_of: str
    make_lines: Callable[[], Iterable[Line]]
    demonstration: bool
    number: str = ""
    edition: str = ""
    digest: str = ""

    @property
    def title(self) -> str:
        """《…清单》 of the place, as it stands above the table."""
        return f"{self.place.name}{self.name}"

    @property
    def heading(self) -> list[str]:
        """The lines under the title: half-year, number, day and size, the mark of an example."""
        half = spoken(self.edition) if self.edition else ""
        size = f"截至 {self.as_of}，共 {len(self.rows)} 条"
        return [*filter(None, [half, self.number]), size, *([DEMONSTRATION] if self.demonstration else [])]

    @property
    def codes(self) -> list[str]:
        """The codes of its columns, in the order of the profile's list."""
        return [column.code for column in self.columns]

    @property
    def labels(self) -> list[str]:
        """The heads of its columns."""
        return [printable(column.label) for column in self.columns]

    @cached_property
    def lines(self) -> list[Line]:
        """Its lines, without characters that no document can hold."""
        return [(item, _printable_row(cells)) for item, cells in self.make_lines()]

    @cached_property
    def needs(self) -> Needs:
        """How wide its columns have to be."""
        return needs(self.labels, self.rows)

    @cached_property
    def rows(self) -> list[Sequence[str]]:
        """Its cells."""
        return [cells for _, cells in self.lines]


def todays(published: PublishedList, *, demonstration: bool, number: str = "") -> OfficialList:
    """A list of a place on the atlas's day."""
    spec = published.spec

    def lines() -> Iterable[Line]:
        return zip((entry.id for entry in published.entries), published.rows, strict=True)

    home, day = published.home, published.atlas.day
    return OfficialList(home.place, spec.code, spec.title, published.columns, day, lines, demonstration, number)


def frozen(place: Place, edition: Edition, head: FrozenList, *, demonstration: bool) -> OfficialList:
    """A list of an edition as it was released: made from the frozen file alone."""

    def lines() -> Iterable[Line]:
        return ((line.item, line.cells) for line in edition.lines(head.code))

    marks = (edition.number, edition.id, head.sha256)
    return OfficialList(place, head.code, head.title, head.columns, edition.as_of, lines, demonstration, *marks)


def _printable_row(cells: Sequence[str]) -> Sequence[str]:
    return cells if "".join(cells).isprintable() else [printable(cell) for cell in cells]


def printable(text: str) -> str:
    """A text without control characters: spreadsheets and documents refuse them."""
    return _UNPRINTABLE.sub("", text)
