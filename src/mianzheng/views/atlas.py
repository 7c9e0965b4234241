"""The atlas: the catalog as it stands on a day, joined and indexed for pages.

Everything a page needs is looked up once here: an `Entry` is an item together with what it refers to, its answer word
and its address. Dormant items are left out (WH-N-1b); secret ones never came this far.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from mianzheng.model import (
    Catalog,
    CertificateItem,
    CertificateKind,
    Edition,
    ItemVersion,
    ListSpec,
    Place,
    PlaceCatalog,
    Profile,
    PublicBody,
    PublicService,
    first_day,
)
from mianzheng.rules.editions import newest
from mianzheng.rules.labels import LEVELS
from mianzheng.rules.standing import Standing, as_of
from mianzheng.views.phrases import Phrases

K = TypeVar("K", bound=Hashable)


@dataclass(eq=False, slots=True)
class Entry:
    """One item with everything its page speaks of; itself and no other, however alike.

    Nobody changes one. It is not frozen because tens of thousands are made at a time, which would take four times as
    long.
    """

    home: PlaceCatalog
    item: CertificateItem
    kind: CertificateKind
    service: PublicService
    requesting: PublicBody
    issuing: PublicBody | None
    standing: Standing
    answer: str
    word: str
    method_label: str
    place_id: str
    url: str
    """Address from the root of the site, ending in a slash."""

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def office(self) -> str:
        """What the asking body is called for short."""
        return self.requesting.short_name or self.requesting.name

    @property
    def told(self) -> ItemVersion | None:
        """The version that the item's own page tells: the one in force, or the one that cancelled it."""
        if self.standing.state != "cancelled":
            return self.standing.version
        return next((v for v in versions_of(self.item) if v.method == "cancel"), None)


@dataclass(frozen=True)
class Atlas:
    """The catalog on `day` (`YYYY-MM-DD`, Shanghai)."""

    catalog: Catalog
    day: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    spoken: dict[str, Phrases] = field(default_factory=dict, compare=False)
    listed: dict[tuple[str, str], list[Entry]] = field(default_factory=dict, compare=False)

    @cached_property
    def by_place(self) -> Mapping[str, list[Entry]]:
        return _grouped(self.entries.values(), lambda e: [e.place_id], self.catalog.places)

    @cached_property
    def by_kind(self) -> Mapping[str, list[Entry]]:
        return _grouped(self.entries.values(), lambda e: [e.kind.id], self.catalog.kinds)

    @cached_property
    def by_kind_and_place(self) -> Mapping[tuple[str, str], list[Entry]]:
        return _grouped(self.entries.values(), lambda e: [(e.kind.id, e.place_id)])

    @cached_property
    def by_service(self) -> Mapping[str, list[Entry]]:
        return _grouped(self.entries.values(), lambda e: [e.service.id])

    @cached_property
    def by_body(self) -> Mapping[str, list[Entry]]:
        return _grouped(self.entries.values(), lambda e: [e.requesting.id])

    @cached_property
    def issued_by(self) -> Mapping[str, list[Entry]]:
        return _grouped(self.entries.values(), lambda e: [e.issuing.id] if e.issuing else [])

    @cached_property
    def by_basis(self) -> Mapping[str, list[Entry]]:
        return _grouped(self.entries.values(), lambda e: dict.fromkeys(use.basis for use in e.item.legal_bases))

    @cached_property
    def by_topic(self) -> Mapping[str, list[Entry]]:
        """Entries by life event: that of the service, or of the kind where the service names none."""
        return _grouped(self.entries.values(), lambda e: e.service.topics or e.kind.topics)

    @cached_property
    def makers(self) -> Mapping[str, list[tuple[Place, PublicService]]]:
        """For each kind of certificate the services whose result it is."""
        found: dict[str, list[tuple[Place, PublicService]]] = defaultdict(list)
        for home in self.catalog.places.values():
            for service in home.services.values():
                for kind in service.produces:
                    found[kind].append((home.place, service))
        return found

    @cached_property
    def last_edition(self) -> Mapping[str, Edition]:
        """For each item that stands in its place's newest edition, that edition."""
        found: dict[str, Edition] = {}
        for home in self.catalog.places.values():
            if home.editions:
                last = newest(home.editions.values())
                found.update((entry.item, last) for entry in last.entries)
        return found

    def phrases(self, profile: Profile | None = None) -> Phrases:
        """The sentences that pages under a profile may say."""
        key = profile.id if profile else ""
        if key not in self.spoken:
            self.spoken[key] = Phrases(self.catalog, profile)
        return self.spoken[key]

    def on_list(self, home: PlaceCatalog, spec: ListSpec) -> list[Entry]:
        """The entries of a place that stand on a list, in order of level (where it has levels), body and service."""
        key = (home.place.id, spec.code)
        if key not in self.listed:
            chosen = [e for e in self.by_place.get(home.place.id, []) if _stands_on(e, spec)]
            level = _RANK_OF_LEVEL if spec.levels else {}
            self.listed[key] = sorted(
                chosen,
                key=lambda e: (level.get(e.requesting.level, 0), e.requesting.name, e.service.name, e.kind.name),
            )
        return self.listed[key]

    def lists_of(self, home: PlaceCatalog) -> list[ListSpec]:
        """The public lists of a place's profile that are filled from the catalog, in the profile's order."""
        codes = (home.profile.publish.lists.value if home.profile else None) or ()
        specs = self.catalog.vocabularies.lists
        known = [specs[c] for c in codes if c in specs]
        return [spec for spec in known if spec.public and (spec.statuses or spec.services)]


def _grouped(
    entries: Iterable[Entry], keys: Callable[[Entry], Iterable[K]], known: Iterable[K] = ()
) -> Mapping[K, list[Entry]]:
    groups: dict[K, list[Entry]] = defaultdict(list)
    for key in known:
        groups[key] = []
    for entry in entries:
        for key in keys(entry):
            groups[key].append(entry)
    return groups


_RANK_OF_LEVEL = {level: rank for rank, level in enumerate(LEVELS)}
_STATE_OF_STATUS = {"active": ("listed",), "notice": ("notice",), "candidate": ("candidate", "pending"),
                    "cancelled": ("cancelled",), "excluded": ("excluded",)}  # fmt: skip


def _stands_on(entry: Entry, spec: ListSpec) -> bool:
    state = entry.standing.state
    if not any(state in _STATE_OF_STATUS[status] for status in spec.statuses):
        return False
    if spec.materials and entry.kind.material_class not in spec.materials:
        return False
    version = entry.standing.version
    if version is None or state == "cancelled":
        return state in ("candidate", "pending", "cancelled")
    return not spec.methods or version.method in spec.methods or version.agency in spec.methods


def draw(catalog: Catalog, day: str) -> Atlas:
    """The atlas of a catalog without errors on a Shanghai day."""
    entries: dict[str, Entry] = {}
    for home, item, standing in as_of(catalog, day):
        if standing.state != "dormant":
            entries[item.id] = enter(catalog, home, item, standing)
    return Atlas(catalog, day, entries)


def enter(catalog: Catalog, home: PlaceCatalog, item: CertificateItem, standing: Standing) -> Entry:
    """One item joined with what it refers to."""
    kind = catalog.kinds[item.kind]
    answer = answer_code(catalog, standing)
    version = standing.version
    return Entry(
        home=home,
        item=item,
        kind=kind,
        service=home.services[item.service],
        requesting=home.bodies[item.requesting_body],
        issuing=home.bodies.get(item.issuing_body),
        standing=standing,
        answer=answer,
        word=answer_word(catalog, answer, kind),
        method_label=method_label(catalog, home.profile, version) if version else "",
        place_id=home.place.id,
        url=f"{home.place.id}/items/{item.id}/",
    )


def answer_code(catalog: Catalog, standing: Standing) -> str:
    """The answer to "do I still have to hand it in?" (contracts: one table for site, search, card and exports)."""
    if standing.state == "cancelled":
        return "cancelled"
    version = standing.version
    if version is None or standing.state in ("candidate", "pending", "excluded"):
        return "still_needed"
    code = version.agency if version.method == "agency" and version.agency else version.method
    return catalog.vocabularies.methods[code].answer


def answer_word(catalog: Catalog, answer: str, kind: CertificateKind) -> str:
    """The answer in words; licences are carried, not handed in."""
    entry = catalog.vocabularies.answers[answer]
    return entry.licence_word if kind.material_class == "licence" and entry.licence_word else entry.word


def method_label(catalog: Catalog, profile: Profile | None, version: ItemVersion) -> str:
    """What the place calls the method; the vocabulary's word where the profile has none."""
    labels = (profile.methods.labels_zh.value if profile else None) or {}
    return labels.get(version.method) or catalog.vocabularies.methods[version.method].label


def versions_of(item: CertificateItem) -> list[ItemVersion]:
    """All versions, newest first."""
    return sorted(item.versions, key=lambda v: first_day(v.from_), reverse=True)


def basis_said(catalog: Catalog, item: CertificateItem) -> str:
    """The legal bases of an item with their articles, in one line."""
    return "；".join([f"{catalog.legal_bases[use.basis].marked_title}{use.article}" for use in item.legal_bases])
