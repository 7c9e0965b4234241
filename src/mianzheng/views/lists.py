"""Published lists: the rows that each profile's list has, in the profile's columns."""

from __future__ import annotations

from collections.abc import Callable

from mianzheng.model import Catalog, ListSpec
from mianzheng.rules.labels import LEVELS, MATERIALS
from mianzheng.views.atlas import Entry
from mianzheng.views.phrases import Phrases

Cell = Callable[[Catalog, Entry, int], str]


def _time_class(catalog: Catalog, entry: Entry, _: int) -> str:
    version, profile = entry.standing.version, entry.home.profile
    if version is None or profile is None or not version.time_class:
        return ""
    leaf = getattr(profile.verify.classes, version.time_class)
    return Phrases(catalog, profile).duration(leaf.value) if leaf.value is not None else ""


def _source(catalog: Catalog, entry: Entry, _: int) -> str:
    version = entry.standing.version
    body = version.share.source if version is not None and version.share is not None else ""
    return entry.home.bodies[body].name if body else ""


def _system(catalog: Catalog, entry: Entry, _: int) -> str:
    version = entry.standing.version
    if version is None:
        return ""
    terms = version.call or version.check or version.issue_online
    return SYSTEMS.get(terms.system, terms.system) if terms else ""


def _reason(catalog: Catalog, entry: Entry, _: int) -> str:
    if entry.item.cancelled is None or catalog.vocabularies.reasons is None:
        return ""
    labels = {r.code: r.label for r in catalog.vocabularies.reasons.cancel}
    return labels.get(entry.item.cancelled.reason, entry.item.cancelled.reason)


def _from(catalog: Catalog, entry: Entry, _: int) -> str:
    if entry.item.cancelled is not None and entry.answer == "cancelled":
        return entry.item.cancelled.on
    return entry.standing.version.from_ if entry.standing.version else ""


def _basis(catalog: Catalog, entry: Entry, _: int) -> str:
    return "；".join(f"《{catalog.legal_bases[u.basis].title}》{u.article}" for u in entry.item.legal_bases)


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
    "note": lambda _c, e, _n: e.item.note,
}


def rows(catalog: Catalog, spec: ListSpec, entries: list[Entry], start: int = 1) -> list[list[str]]:
    """The cells of each entry, in the list's columns; numbering starts at `start`."""
    return [[CELLS[c.code](catalog, entry, n) for c in spec.columns] for n, entry in enumerate(entries, start)]
