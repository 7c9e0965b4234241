"""Words of a table → records of the catalog: only what is certain, with proposals for the rest."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mianzheng.model import Catalog, PlaceCatalog
from mianzheng.rules.names import normalised

CUTOFF = 0.5
"""How close a name must be to be offered: the share of characters that two names have in common."""


@dataclass(frozen=True)
class Register:
    """Names of one sort of record. A name that several records bear is no answer."""

    ids: Mapping[str, frozenset[str]]
    shown: Mapping[str, str]
    _answered: dict[str, list[str]] = field(default_factory=dict, compare=False, repr=False)

    def find(self, name: str) -> str:
        """The id of the only record with this name, or an empty string."""
        found = self.ids.get(normalised(name), frozenset())
        return next(iter(found)) if len(found) == 1 else ""

    def near(self, name: str) -> list[str]:
        """Up to three names that could be meant."""
        key = normalised(name)
        if key not in self._answered:
            self._answered[key] = self._near(key)
        return self._answered[key]

    def _near(self, key: str) -> list[str]:
        close = difflib.get_close_matches(key, self._alike(key), n=5, cutoff=CUTOFF)
        ids = dict.fromkeys(i for one in close for i in sorted(self.ids[one]))
        return list(dict.fromkeys(self.shown[i] for i in ids))[:3]

    @cached_property
    def _by_character(self) -> Mapping[str, list[tuple[str, int]]]:
        """For each character the names it stands in, and how often."""
        index: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for name in self.ids:
            for character, times in Counter(name).items():
                index[character].append((name, times))
        return index

    def _alike(self, key: str) -> list[str]:
        """The names that share enough characters with `key` to be as close as `CUTOFF`; comparing all takes minutes."""
        shared: Counter[str] = Counter()
        for character, times in Counter(key).items():
            for name, there in self._by_character.get(character, ()):
                shared[name] += min(times, there)
        return [name for name, common in shared.items() if 2 * common >= CUTOFF * (len(key) + len(name))]


def _register(records: Iterable[tuple[str, str, Iterable[str]]]) -> Register:
    ids: dict[str, set[str]] = defaultdict(set)
    shown = {}
    for record, name, others in records:
        shown[record] = name
        for one in (name, *others):
            if one:
                ids[normalised(one)].add(record)
    return Register({key: frozenset(found) for key, found in ids.items()}, shown)


def law_register(catalog: Catalog) -> Register:
    """Legal bases by title and short title, with and without the state's name."""
    state = "中华人民共和国"
    return _register(
        (b.id, b.title, (b.short_title, b.title.removeprefix(state), b.region + b.title, _inner(b.title)))
        for b in catalog.legal_bases.values()
    )


def _inner(title: str) -> str:
    """A title that holds another one, as it is written between 《 and 》."""
    return title.replace("《", "〈").replace("》", "〉")


def kind_register(catalog: Catalog) -> Register:
    """Kinds of certificate by their official names; what people say is not used, it is too loose."""
    return _register((k.id, k.name, k.aliases) for k in catalog.kinds.values())


@dataclass(frozen=True)
class Registers:
    """Everything a row of a place's table can refer to."""

    kinds: Register
    services: Register
    bodies: Register
    laws: Register
    methods: Register


def registers(catalog: Catalog, home: PlaceCatalog) -> Registers:
    """The registers of one place."""
    place = home.place
    labels = (home.profile.methods.labels_zh.value if home.profile else None) or {}
    bodies = []
    for b in home.bodies.values():
        local = [b.name.removeprefix(one) for one in (place.name, place.short_name) if b.name.startswith(one)]
        bodies.append((b.id, b.name, (b.short_name, *local, *(former.name for former in b.former_names))))
    methods = catalog.vocabularies.methods
    return Registers(
        kinds=kind_register(catalog),
        services=_register((s.id, s.name, (*s.aliases, s.code)) for s in home.services.values()),
        bodies=_register(bodies),
        laws=law_register(catalog),
        methods=_register((code, m.label, (code, labels.get(code, ""))) for code, m in methods.items()),  # type: ignore[call-overload]
    )
