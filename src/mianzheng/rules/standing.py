"""Where an item stands on a day: which version holds, and whether the item shows at all.

A list as of a day is the catalog with this question asked of every item. Rules: YY-ADJ-10-2, WH-N-1b, CLK-1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mianzheng.model import Catalog, CertificateItem, CertificateKind, ItemVersion, PlaceCatalog, Profile, first_day

State = Literal["listed", "notice", "pending", "candidate", "cancelled", "excluded", "dormant"]
"""listed 已列入 · notice 公示中 · pending 已批准未生效 · candidate 还要交 · dormant 这一类材料尚未纳入."""


@dataclass(frozen=True)
class Standing:
    """The state on a day, the version in force then, and the next one if it is already decided."""

    state: State
    version: ItemVersion | None = None
    following: ItemVersion | None = None


def standing_on(item: CertificateItem, kind: CertificateKind | None, profile: Profile | None, day: str) -> Standing:
    """Where the item stands on a Shanghai day (`YYYY-MM-DD`)."""
    if kind is not None and profile is not None and _is_dormant(kind, profile, day):
        return Standing("dormant")
    if item.status == "excluded":
        return Standing("excluded")
    if item.cancelled is not None and first_day(item.cancelled.on) <= day:
        return Standing("cancelled")
    version = item.version_on(day)
    ahead = [v for v in item.versions if first_day(v.from_) > day]
    following = min(ahead, key=lambda v: first_day(v.from_)) if ahead else None
    if item.status == "candidate":
        return Standing("candidate", None, following)
    if version is None or version.method == "cancel":
        return Standing("pending" if following else "candidate", None, following)
    return Standing("notice" if item.status == "notice" else "listed", version, following)


def _is_dormant(kind: CertificateKind, profile: Profile, day: str) -> bool:
    """Whether the profile has not yet, or not on that day, taken in the kind's class of material (WH-N-1b, OQ-40)."""
    phase = profile.items.enabled_from.of(kind.material_class)
    if phase.value is None:
        return phase.source != "silent"
    return first_day(phase.value) > day


def as_of(catalog: Catalog, day: str) -> Iterator[tuple[PlaceCatalog, CertificateItem, Standing]]:
    """Every item with where it stood on a Shanghai day, dormant ones included."""
    for home, item in catalog.items():
        yield home, item, standing_on(item, catalog.kinds.get(item.kind), home.profile, day)
