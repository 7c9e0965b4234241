"""Published lists: the rows that each profile's list has, in the profile's columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from mianzheng.model import ListColumn, ListSpec, PlaceCatalog, first_day
from mianzheng.model.reference import MaterialClass
from mianzheng.rules.labels import LEVELS, MATERIALS
from mianzheng.views.atlas import Atlas, Entry, basis_said
from mianzheng.views.service_lists import SERVICE_CELLS, ServiceEntry, services_on

LIST_PAGE = 100
FORMATS = ("xlsx", "docx", "csv", "json")
"""The endings of downloads, those for offices first."""
MATERIAL_CLASSES: tuple[MaterialClass, ...] = ("licence", "approval", "certificate")
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


def _template(atlas: Atlas, entry: Entry, _: int) -> str:
    """The template of the share: what is asked with → what comes back (BS-PL-3-3-1a)."""
    version = entry.standing.version
    form = version.share.template if version is not None and version.share is not None else ""
    return atlas.catalog.vocabularies.forms[form].title if form else ""


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


def _sample(atlas: Atlas, entry: Entry, _: int) -> str:
    """What the material should look like: the sample that the department names, or the form people sign (QS-SP-2c)."""
    version = entry.standing.version
    form = ""
    if version is not None:
        promises = (block.promise for block in (version.tolerate, version.approve_first) if block)
        form = version.commit.letter if version.commit else next(promises, "")
    return entry.item.sample or (atlas.catalog.vocabularies.forms[form].title if form else "")


def _upstream(atlas: Atlas, entry: Entry, _: int) -> str:
    """Whose clean-up it comes from: the list of the province or the city, or the place's own (FX-3-1-3)."""
    cancelled = entry.item.cancelled
    return "" if cancelled is None else cancelled.upstream or "本地清理"


def _from(atlas: Atlas, entry: Entry, _: int) -> str:
    if entry.item.cancelled is not None and entry.answer == "cancelled":
        return entry.item.cancelled.on
    return entry.standing.version.from_ if entry.standing.version else ""


SYSTEMS = {"one_window_platform": "综合一窗平台", "city_system": "市调用核验系统"}

CELLS: dict[str, Cell] = {
    "number": lambda _c, _e, n: str(n),
    "name": lambda _c, e, _n: e.kind.name,
    "service": lambda _c, e, _n: e.service.name,
    "code": lambda _c, e, _n: e.service.code,
    "requesting_body": lambda _c, e, _n: e.requesting.name,
    "issuing_body": lambda _c, e, _n: e.issuing.name if e.issuing else "",
    "basis": lambda c, e, _n: basis_said(c.catalog, e.item),
    "method": lambda _c, e, _n: e.method_label or e.word,
    "time_class": _time_class,
    "source": _source,
    "template": _template,
    "from": _from,
    "until": lambda _c, e, _n: e.standing.version.until if e.standing.version else "",
    "reason": _reason,
    "upstream": _upstream,
    "sample": _sample,
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
    def columns(self) -> tuple[ListColumn, ...]:
        """The columns that the place's rules give it."""
        own = self.home.profile.id if self.home.profile else ""
        return tuple(one for one in self.spec.columns if not one.profiles or own in one.profiles)

    @cached_property
    def items(self) -> list[Entry]:
        """The items that stand on it, in its order; none on a list of services."""
        return [] if self.spec.services else self.atlas.on_list(self.home, self.spec)

    @cached_property
    def services(self) -> list[ServiceEntry]:
        """The services that stand on it, in its order; none on a list of items."""
        return services_on(self.home, self.spec, self.atlas.catalog.vocabularies) if self.spec.services else []

    @property
    def entries(self) -> Sequence[Entry | ServiceEntry]:
        """Whatever stands on it, in its order; each has an id and an address."""
        return self.services or self.items

    @cached_property
    def rows(self) -> list[list[str]]:
        """The cells of each entry, in the list's columns, numbered from 1."""
        codes = [column.code for column in self.columns]
        if self.spec.services:
            return [
                [str(n) if code == "number" else SERVICE_CELLS[code](entry) for code in codes]
                for n, entry in enumerate(self.services, 1)
            ]
        cells = [CELLS[code] for code in codes]
        return [[cell(self.atlas, entry, n) for cell in cells] for n, entry in enumerate(self.items, 1)]

    @cached_property
    def levels(self) -> list[tuple[str, int]]:
        """How many lines each level of government has, the highest first; empty where the list knows no levels."""
        counted = (
            Counter(LEVELS[entry.requesting.level] for entry in self.items) if self.spec.levels else Counter[str]()
        )
        return list(counted.items())

    @property
    def phases(self) -> str:
        """Which classes of material are in the scheme so far, where some still wait for their data (WH-N-1b)."""
        rules = self.home.profile.items if self.home.profile else None
        if rules is None or self.spec.services:
            return ""
        begun: list[str] = []
        waiting: list[str] = []
        for one in MATERIAL_CLASSES:
            phase = rules.enabled_from.of(one)
            since = phase.value
            if phase.source != "silent":
                (begun if since and first_day(since) <= self.atlas.day else waiting).append(MATERIALS[one])
        if not waiting or not begun:
            return ""
        return f"先纳入{'、'.join(begun)}；{'、'.join(waiting)}等数据准备好以后再纳入。"

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
