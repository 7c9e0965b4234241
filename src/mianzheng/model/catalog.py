"""The catalog as one frozen value: everything linked, nothing computed twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mianzheng.errors import BadArgument
from mianzheng.model.calendars import CalendarYear
from mianzheng.model.editions import Edition, Publication
from mianzheng.model.items import CertificateItem
from mianzheng.model.places import Place
from mianzheng.model.profiles import Profile
from mianzheng.model.reference import CertificateKind, LegalBasis, PublicBody, PublicService
from mianzheng.model.vocabularies import (
    Answer,
    BacklogEntry,
    ExclusionsFile,
    ExemptionMethod,
    Form,
    ListSpec,
    Phrase,
    ReasonsFile,
    RoleEntry,
    RulesFile,
    TopicsFile,
)


@dataclass(frozen=True)
class PlaceCatalog:
    """One place with its profile and everything that lies in its folder, by id.

    `publications` says where each edition was made public, `announced` the same of lists by their code.
    """

    place: Place
    profile: Profile | None
    bodies: Mapping[str, PublicBody]
    services: Mapping[str, PublicService]
    items: Mapping[str, CertificateItem]
    editions: Mapping[str, Edition]
    publications: Mapping[str, tuple[Publication, ...]] = field(default_factory=dict)
    announced: Mapping[str, tuple[Publication, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Vocabularies:
    """The closed sets of codes; `None` where the file is absent or unreadable.

    `repeated` names, for a vocabulary, the entries (index, code) whose code had been used before.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    methods: Mapping[str, ExemptionMethod] = field(default_factory=dict)
    phrases: tuple[Phrase, ...] = ()
    forms: Mapping[str, Form] = field(default_factory=dict)
    lists: Mapping[str, ListSpec] = field(default_factory=dict)
    roles: Mapping[str, RoleEntry] = field(default_factory=dict)
    reasons: ReasonsFile | None = None
    exclusions: ExclusionsFile | None = None
    topics: TopicsFile | None = None
    rules: RulesFile | None = None
    repeated: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Catalog:
    """All places with the kinds, bases, vocabularies and calendars they share.

    `files` maps every record id (and `place:<id>`, `profile:<id>`, `file:<name>`) to its path relative to
    the catalog folder. Secret items were withheld by the loader and are not in here.
    """

    places: Mapping[str, PlaceCatalog]
    profiles: Mapping[str, Profile]
    kinds: Mapping[str, CertificateKind]
    legal_bases: Mapping[str, LegalBasis]
    vocabularies: Vocabularies
    calendars: Mapping[int, CalendarYear]
    backlog: tuple[BacklogEntry, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def home(self, place: str) -> PlaceCatalog:
        """A place by its id. Raises BadArgument naming what there is."""
        if place not in self.places:
            raise BadArgument(f"没有“{place}”这个地区；有：{'、'.join(self.places)}")
        return self.places[place]

    def items(self) -> Iterator[tuple[PlaceCatalog, CertificateItem]]:
        """Every item with its place, in order of place and id."""
        for place in self.places.values():
            for item in place.items.values():
                yield place, item
