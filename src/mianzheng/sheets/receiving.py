"""A department's table from its bytes to applications, with everything that is to be said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mianzheng.errors import BadArgument
from mianzheng.model import Catalog
from mianzheng.model.ids import new_id
from mianzheng.proposals.operations import Render
from mianzheng.sheets.annotating import annotated
from mianzheng.sheets.headings import known_labels
from mianzheng.sheets.importing import Imported, import_rows
from mianzheng.sheets.judging import judge
from mianzheng.sheets.opening import open_grids
from mianzheng.sheets.reading import Reading, Remark, read


@dataclass(frozen=True)
class Received:
    """A table that was read: what stood there, what it became, every remark on it."""

    content: bytes
    reading: Reading
    imported: Imported
    remarks: list[Remark]

    def copy(self, day: str) -> bytes:
        """The department's own table again as .xlsx, with the remarks on its cells."""
        return annotated(self.content, self.reading, self.remarks, day)


def received(
    content: bytes,
    catalog: Catalog,
    place: str,
    day: str,
    render: Render,
    *,
    most: int = 0,
    reading_on: Callable[[int, int], None] | None = None,
    judging_on: Callable[[int, int], None] | None = None,
) -> Received:
    """Read a table for a place on a day; `most` lines at most (0: as many as a file may have).

    Both callables are told how far it is: lines read, then applications judged, each of how many.

    Raises BadArgument saying what is wrong with the file.
    """
    reading = read(open_grids(content), known_labels(catalog.vocabularies.lists.values()))
    if most and len(reading.rows) > most:
        raise BadArgument(f"表里有 {len(reading.rows)} 行内容，这里一次最多 {most} 行；请分成几份上传。")
    imported = import_rows(reading, catalog, catalog.places[place], day, reading_on)
    remarks = [*reading.remarks, *imported.remarks]
    remarks += judge(imported, catalog, day, lambda: new_id("zm", catalog.files), render, judging_on)
    return Received(content, reading, imported, remarks)
