"""Pages of editions: what was released each half-year, and what changed from one to the next."""

from __future__ import annotations

from typing import NamedTuple

from mianzheng.clock import WorkingCalendar
from mianzheng.editions import comparing, halves
from mianzheng.editions.comparing import CellChange, Difference
from mianzheng.model import Edition, EditionEntry, FrozenList, ListSpec, PlaceCatalog
from mianzheng.rules.editions import Publicity, publicity
from mianzheng.rules.labels import CHANNELS
from mianzheng.views.atlas import Atlas
from mianzheng.views.lists import FORMATS, LIST_PAGE
from mianzheng.views.rendering import render

CHANGES_SHOWN = 100
"""Up to so many lines of a kind stand on the page; all of them are in the downloads."""


class LineChange(NamedTuple):
    """One line that came, went or says something else: what it is called, where it leads, was → now."""

    name: str
    service: str
    method: str
    link: str
    cells: tuple[CellChange, ...] = ()


class FrozenTable(NamedTuple):
    """One list of an edition as the page shows it: its first lines, what changed, its downloads."""

    head: FrozenList
    total: int
    rows: list[tuple[str, tuple[str, ...]]]
    changes: list[tuple[str, str, list[LineChange], int]]
    download: str


def wants_editions(home: PlaceCatalog) -> bool:
    """Whether a place's rules ask for half-yearly editions, or it has some anyway."""
    return bool(home.editions) or (home.profile is not None and home.profile.publish.edition_months.value is not None)


def editions_page(atlas: Atlas, home: PlaceCatalog, root: str) -> str:
    """All editions of a place, the newest first, and when the next one is due."""
    released = {one.half for one in home.editions.values()}
    waiting = halves.outstanding(WorkingCalendar(atlas.catalog.calendars), home.profile, atlas.day, released)
    specs = [spec for spec in atlas.lists_of(home) if spec.editions]
    return render(
        "pages/editions.html",
        root=root,
        place=home.place,
        day=atlas.day,
        editions=[
            (one, halves.spoken(one.id), sum(one.counts.values()), _stands(atlas, home, one))
            for one in newest_first(home)
        ],
        waiting=[(halves.spoken(half), due.end.due_day, due.may_change) for half, due in waiting if due.end],
        lists=specs,
    )


def newest_first(home: PlaceCatalog) -> list[Edition]:
    """A place's editions, the one that counts now first."""
    return sorted(home.editions.values(), key=lambda one: (one.half, one.revision), reverse=True)


def edition_page(atlas: Atlas, home: PlaceCatalog, edition: Edition, root: str) -> str:
    """One edition: number, days, counts, digests, downloads, and what changed since the one before."""
    older = comparing.before(home.editions.values(), edition)
    found = {one.head.code: one for one in comparing.compare(older, edition)} if older else {}
    last = max((one for one in home.editions.values() if one.half == edition.half), key=lambda one: one.revision)
    due = halves.due(WorkingCalendar(atlas.catalog.calendars), home.profile, edition.half)
    return render(
        "pages/edition.html",
        root=root,
        place=home.place,
        edition=edition,
        half=halves.spoken(edition.id),
        number=edition.number,
        due_day=due.end.due_day if due and due.end else "",
        stands=_stands(atlas, home, edition),
        corrected=(last.id, halves.spoken(last.id)) if last.id != edition.id else None,
        older=(older.id, halves.spoken(older.id)) if older else None,
        formats=FORMATS,
        lists=[_table(atlas, home, edition, head, root, found.get(head.code)) for head in edition.lists],
    )


def _stands(atlas: Atlas, home: PlaceCatalog, edition: Edition) -> tuple[str, list[tuple[str, str, str]], str]:
    """Where it was made public: the state, each channel with its day and address, and the channels still missing."""
    return stands_of(publicity(home.profile, home.publications.get(edition.id, ()), atlas.day))


def list_stands(atlas: Atlas, home: PlaceCatalog, spec: ListSpec) -> tuple[str, list[tuple[str, str, str]], str] | None:
    """Where a list without editions was made public; None where nobody registered it (FX-5-2-3)."""
    done = home.announced.get(spec.code, ())
    return stands_of(publicity(home.profile, done, atlas.day)) if done and not spec.editions else None


def stands_of(found: Publicity) -> tuple[str, list[tuple[str, str, str]], str]:
    """The same in words, for an edition or a list."""
    done = [(CHANNELS.get(one.channel, one.channel), one.on, one.address) for one in found.done]
    return found.state, done, "、".join(CHANNELS.get(channel, channel) for channel in found.missing)


def _table(
    atlas: Atlas, home: PlaceCatalog, edition: Edition, head: FrozenList, root: str, found: Difference | None
) -> FrozenTable:
    lines = edition.lines(head.code)
    place = home.place

    def link(line: EditionEntry) -> str:
        return f"{root}{place.id}/items/{line.item}/" if line.item in atlas.entries else ""

    def change(line: EditionEntry, cells: tuple[CellChange, ...] = ()) -> LineChange:
        name, service, method = (comparing.cell(head, line, code) for code in ("name", "service", "method"))
        return LineChange(name, service, method, link(line), cells)

    changes = []
    if found is not None:
        for code, label, several in (
            ("added", "新增", [change(line) for line in found.added]),
            ("removed", "不再列入", [change(line) for line in found.removed]),
            ("changed", "变更", [change(line, cells) for line, cells in found.changed]),
        ):
            changes.append((code, label, several[:CHANGES_SHOWN], len(several)))
    rows = [(link(line), line.cells) for line in lines[:LIST_PAGE]]
    return FrozenTable(head, len(lines), rows, changes, f"{root}{stem_of(home, edition, head)}")


def stem_of(home: PlaceCatalog, edition: Edition, head: FrozenList) -> str:
    """Address of a frozen list's downloads without the ending; fictional places say so in the name."""
    place = home.place
    mark = "yanshi-" if place.fictional else ""
    return f"{place.id}/editions/{edition.id}/{mark}{place.id}-{edition.id}-{head.code}"
