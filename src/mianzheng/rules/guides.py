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
    if run.is_new(file) and _revised(item, version, service, together=guide_changed):
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


def _revised(item: CertificateItem, version: ItemVersion, service: PublicService, *, together: bool) -> bool:
    """Whether the guide was revised for this very version, which begins on the day of merging, some days later.

    A change brings the revised guide along (`together`): newer than the version before. An addition cannot; there the
    guide was brought up to date when it was handed in, or since.
    """
    earlier = [first_day(v.from_) for v in item.versions if first_day(v.from_) < first_day(version.from_)]
    if earlier:
        return together and service.guide_updated > max(earlier)
    return service.guide_updated >= item.provenance.checked_on
