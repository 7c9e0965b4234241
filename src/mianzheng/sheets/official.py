"""A list as an official document: what every format of it shows, before any format is chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from mianzheng.views.lists import PublishedList

DEMONSTRATION = "演示数据，不能作为办事依据"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class OfficialList:
    """A published list with its heading. `number` is the document number, empty where none was given.

    `demonstration` marks it as an example on every page and in every format.
    """

    published: PublishedList
    demonstration: bool
    number: str = ""

    @property
    def title(self) -> str:
        """《…清单》 of the place, as it stands above the table."""
        return f"{self.published.home.place.name}{self.published.spec.title}"

    @property
    def as_of(self) -> str:
        """The Shanghai day whose list it is, `YYYY-MM-DD`."""
        return self.published.atlas.day

    @property
    def heading(self) -> list[str]:
        """The lines under the title: number, day and size, the mark of an example."""
        size = f"截至 {self.as_of}，共 {len(self.published.entries)} 条"
        return [*filter(None, [self.number]), size, *([DEMONSTRATION] if self.demonstration else [])]

    @property
    def codes(self) -> list[str]:
        """The codes of its columns, in the order of the profile's list."""
        return [column.code for column in self.published.spec.columns]

    @property
    def labels(self) -> list[str]:
        """The heads of its columns."""
        return [printable(column.label) for column in self.published.spec.columns]

    @cached_property
    def rows(self) -> list[list[str]]:
        """Its cells, without characters that no document can hold."""
        return [[printable(cell) for cell in row] for row in self.published.rows]


def printable(text: str) -> str:
    """A text without control characters: spreadsheets and documents refuse them."""
    return _UNPRINTABLE.sub("", text)
