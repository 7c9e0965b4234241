"""Guides of services follow the list: a guide older than the method in force tells people the wrong thing."""

from __future__ import annotations

from mianzheng.model import CertificateItem, ItemVersion, PlaceCatalog, PublicService, first_day
from mianzheng.rules.examination import Examination


def check_guide(run: Examination, home: PlaceCatalog, item: CertificateItem, file: str) -> None:
    """The guide of an item's service against its method; an error where the place's rules want it current.

    (BS-PL-3-4a, FX-4-3-1, WH-OR-17, S-PUB-11; elsewhere a warning.) Decision: a change is stopped that leaves the guide
    behind, also behind a method that only begins later; what came into force by time alone, after the record was last
    checked (`provenance.checked_on`), only warns, so that main never turns red by the calendar.
    """
    service = home.services.get(item.service)
    if service is None or not service.guide_updated or item.status != "active":
        return
    guide_changed = run.is_new(run.file_of(service.id))
    changing = run.is_new(file) or guide_changed
    version = _newest(item) if changing else item.version_on(run.today)
    if version is None or service.guide_updated >= first_day(version.from_):
        return
    if guide_changed and run.is_new(file) and _revised(item, version, service):
        return
    by_time = not changing and first_day(version.from_) > item.provenance.checked_on
    leaf = home.profile.publish.guide_current if home.profile else None
    run.add(
        "guide-outdated", file=file, field="service",
        severity="error" if leaf and leaf.value and not by_time else "warning",
        service=service.name, updated=service.guide_updated, since=version.from_,
    )  # fmt: skip


def _newest(item: CertificateItem) -> ItemVersion | None:
    return max(item.versions, key=lambda v: first_day(v.from_), default=None)


def _revised(item: CertificateItem, version: ItemVersion, service: PublicService) -> bool:
    """Whether the guide was revised for this very version: after the one before it, in the change that brings it.

    The day on which the change is merged, and its version begins, is a few days after that on which it was revised.
    """
    earlier = [first_day(v.from_) for v in item.versions if first_day(v.from_) < first_day(version.from_)]
    return bool(earlier) and service.guide_updated > max(earlier)
