"""One run of the checks: the catalog, the day, what has changed, and the findings so far."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from mianzheng.model import Catalog, Finding, Leaf, PlaceCatalog, Profile, first_day
from mianzheng.model.findings import ErrorLevel
from mianzheng.model.reference import BasisVersion
from mianzheng.rules.labels import field_label, quoted_list
from mianzheng.rules.wording import finding

T = TypeVar("T")


def leaf_set(leaf: Leaf[tuple[T, ...]] | None) -> frozenset[T] | None:
    """The values of a list leaf, or None when the profile is silent."""
    return None if leaf is None or leaf.value is None else frozenset(leaf.value)


def source_of(leaf: Leaf[T]) -> str:
    """The source of a leaf as it stands in a finding's `basis`."""
    if leaf.is_project:
        return "本系统设定"
    return quoted_list(leaf.sources)


@dataclass(frozen=True)
class PlaceRules:
    """What the profile of a place allows, ready for quick questions; None means the profile is silent."""

    home: PlaceCatalog
    profile: Profile

    @cached_property
    def methods(self) -> frozenset[str] | None:
        return leaf_set(self.profile.methods.enabled)

    @cached_property
    def fallbacks(self) -> frozenset[str] | None:
        return leaf_set(self.profile.methods.fallback)

    @cached_property
    def levels(self) -> frozenset[str] | None:
        return leaf_set(self.profile.items.levels)

    @cached_property
    def exclusions(self) -> frozenset[str] | None:
        return leaf_set(self.profile.items.exclusions)

    @cached_property
    def reasons(self) -> frozenset[str] | None:
        return leaf_set(self.profile.adjust.reasons)

    @cached_property
    def required(self) -> frozenset[str]:
        return leaf_set(self.profile.items.required) or frozenset()

    @cached_property
    def materials(self) -> frozenset[str] | None:
        return leaf_set(self.profile.items.material_classes)

    @cached_property
    def channels(self) -> frozenset[str] | None:
        official = leaf_set(self.profile.verify.channels)
        return None if official is None else official | (leaf_set(self.profile.verify.interim_channels) or frozenset())

    @cached_property
    def service_types(self) -> frozenset[str] | None:
        types = leaf_set(self.profile.items.service_types)
        return None if types is None else _with_members(types, _GOVERNMENT, "government")

    @cached_property
    def body_kinds(self) -> frozenset[str] | None:
        types = leaf_set(self.profile.units.types)
        if types is None:
            return None
        kinds = {"organ" if t == "department" else t for t in types}
        return frozenset(kinds | {"township"} if "organ" in kinds else kinds)

    @cached_property
    def time_classes(self) -> frozenset[str]:
        classes = self.profile.verify.classes
        return frozenset(
            name
            for name in ("electronic", "paper", "hard", "ordinary", "complex")
            if getattr(classes, name).value is not None
        )

    def method_label(self, code: str) -> str:
        """What this place calls a method."""
        labels = self.profile.methods.labels_zh.value or {}
        label: str = labels.get(code, "")  # type: ignore[call-overload]
        return label or code


_GOVERNMENT = frozenset({"permit", "confirmation", "benefit", "reward", "adjudication", "other_power"})


def _with_members(types: frozenset[str], members: frozenset[str], whole: str) -> frozenset[str]:
    return types | members if whole in types else types


@dataclass
class Examination:
    """The state of one run. Rules read from it and `add` what they find.

    `today` is a Shanghai date, `YYYY-MM-DD`. `changed` holds the files that a proposal adds or changes (paths in
    the catalog folder); None when the whole catalog is judged as it stands.
    """

    catalog: Catalog
    today: str
    changed: Collection[str] | None = None
    findings: list[Finding] = field(default_factory=list)

    @cached_property
    def backlog(self) -> frozenset[tuple[str, str]]:
        """Known debts: code of the fault and id of the record."""
        return frozenset((entry.code, entry.record) for entry in self.catalog.backlog)

    @cached_property
    def places(self) -> dict[str, PlaceRules]:
        """The places whose profile is known, with what it allows."""
        return {
            name: PlaceRules(home, home.profile)
            for name, home in self.catalog.places.items()
            if home.profile is not None
        }

    @cached_property
    def first_effective(self) -> dict[str, str]:
        """For each legal basis the first day it is known to have been in force, empty where none is known."""
        return {
            basis.id: min(
                (first_day(d) for d in (basis.effective, *(v.from_ for v in basis.versions)) if d), default=""
            )
            for basis in self.catalog.legal_bases.values()
        }

    @cached_property
    def latest_text(self) -> dict[str, BasisVersion]:
        """For each legal basis its latest version whose number of articles is known."""
        return {
            basis.id: max((v for v in basis.versions if v.articles), key=lambda v: first_day(v.from_))
            for basis in self.catalog.legal_bases.values()
            if any(v.articles for v in basis.versions)
        }

    def file_of(self, record_id: str) -> str:
        """The file of a record."""
        return self.catalog.files.get(record_id, "")

    def is_new(self, file: str) -> bool:
        """Whether a proposal adds or changes this file."""
        return self.changed is not None and file in self.changed

    def add(
        self,
        code: str,
        variant: str = "",
        /,
        *,
        file: str,
        field: str = "",
        severity: ErrorLevel | None = None,
        **words: Any,
    ) -> None:
        """Note a finding; the sentence comes from `wording`."""
        self.findings.append(finding(code, variant, file=file, field=field, severity=severity, **words))

    def unknown(self, file: str, field: str, value: str, target: str, hint: str = "请先建好它，或改正这里。") -> None:
        """Note a reference to a record that is not there."""
        self.add(
            "reference-unknown",
            file=file,
            field=field,
            label=field_label(field),
            value=value,
            target=target,
            hint=hint,
        )
