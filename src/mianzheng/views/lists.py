"""Published lists: the rows that each profile's list has, in the profile's columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from mianzheng.model import ListSpec, PlaceCatalog
from mianzheng.rules.labels import LEVELS, MATERIALS
from mianzheng.views.atlas import Atlas, Entry

LIST_PAGE = 100
FORMATS = ("xlsx", "docx", "csv", "json")
"""The endings of downloads, those for offices first."""
OFFICE_ROWS = 2000
"""Up to so many rows a list is written as Excel and Word with every build; longer ones would keep it waiting."""
Cell = Callable[[Atlas, Entry, int], str]


def _time_class(atlas: Atlas, entry: Entry, _: int) -> str:
    version, profile = entry.standing.version, entry.home.profile
    if version is None or profile is None or not version.time_class:
        return ""
    leaf = getattr(profile.verify.classes, version.time_class)
    return atlas.phrases(profile).duration(leaf.value) if leaf.value is not None else ""


def _source(atlas: Atlas, entry: Entry, _: int) -> str:
    version = entry.standing.version
    body = version.share.source if version is not None and version.share is not None else ""
    return entry.home.bodies[body].name if body else ""


def _system(atlas: Atlas, entry: Entry, _: int) -> str:
    version = entry.standing.version
    if version is None:
        return ""
    terms = version.call or version.check or version.issue_online
    return SYSTEMS.get(terms.system, terms.system) if terms else ""


def _reason(atlas: Atlas, entry: Entry, _: int) -> str:
    reasons = atlas.catalog.vocabularies.reasons
    if entry.item.cancelled is None or reasons is None:
        return ""
    labels = {r.code: r.label for r in reasons.cancel}
    return labels.get(entry.item.cancelled.reason, entry.item.cancelled.reason)


def _from(atlas: Atlas, entry: Entry, _: int) -> str:
    if entry.item.cancelled is not None and entry.answer == "cancelled":
        return entry.item.cancelled.on
    return entry.standing.version.from_ if entry.standing.version else ""


def _basis(atlas: Atlas, entry: Entry, _: int) -> str:
    bases = atlas.catalog.legal_bases
    return "；".join(f"{bases[u.basis].marked_title}{u.article}" for u in entry.item.legal_bases)


SYSTEMS = {"one_window_platform": "综合一窗平台", "city_system": "市调用核验系统"}

CELLS: dict[str, Cell] = {
    "number": lambda _c, _e, n: str(n),
    "name": lambda _c, e, _n: e.kind.name,
    "service": lambda _c, e, _n: e.service.name,
    "code": lambda _c, e, _n: e.service.code,
    "requesting_body": lambda _c, e, _n: e.requesting.name,
    "issuing_body": lambda _c, e, _n: e.issuing.name if e.issuing else "",
    "basis": _basis,
    "method": lambda _c, e, _n: e.method_label or e.word,
    "time_class": _time_class,
    "source": _source,
    "from": _from,
    "until": lambda _c, e, _n: e.standing.version.until if e.standing.version else "",
    "reason": _reason,
    "level": lambda _c, e, _n: LEVELS[e.requesting.level],
    "material": lambda _c, e, _n: MATERIALS[e.kind.material_class],
    "system": _system,
    "tolerable": lambda _c, e, _n: "是" if e.standing.version and e.standing.version.method == "tolerate" else "否",
    "condition": lambda _c, e, _n: e.item.condition,
    "note": lambda _c, e, _n: e.item.note,
}


@dataclass(frozen=True)
class PublishedList:
    """A place's list on the atlas's day: its pages and its downloads show the same rows."""

    atlas: Atlas
    home: PlaceCatalog
    spec: ListSpec

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries that stand on the list, in its order."""
        return self.atlas.on_list(self.home, self.spec)

    @cached_property
    def rows(self) -> list[list[str]]:
        """The cells of each entry, in the list's columns, numbered from 1."""
        cells = [CELLS[column.code] for column in self.spec.columns]
        return [[cell(self.atlas, entry, n) for cell in cells] for n, entry in enumerate(self.entries, 1)]

    @property
    def pages(self) -> int:
        """How many pages it has; at least one."""
        return max(1, -(-len(self.entries) // LIST_PAGE))

    def shown(self, number: int) -> slice:
        """Which rows stand on page `number`, counted from 1."""
        return slice((number - 1) * LIST_PAGE, number * LIST_PAGE)

    @property
    def formats(self) -> tuple[str, ...]:
        """The endings of its downloads, those for offices first."""
        return FORMATS if len(self.entries) <= OFFICE_ROWS else FORMATS[2:]

    @property
    def stem(self) -> str:
        """Address of its downloads without the ending; fictional places say so in the name."""
        place = self.home.place
        mark = "yanshi-" if place.fictional else ""
        return f"{place.id}/lists/{self.spec.code}/{mark}{place.id}-{self.spec.code}"


def lists_of(atlas: Atlas, home: PlaceCatalog) -> Iterator[PublishedList]:
    """The public lists of a place."""
    for spec in atlas.lists_of(home):
        yield PublishedList(atlas, home, spec)
