"""Guides of services follow the list: a guide older than the method in force tells people the wrong thing."""

from __future__ import annotations

from mianzheng.model import CertificateItem, PlaceCatalog, first_day
from mianzheng.rules.examination import Examination


def check_guide(run: Examination, home: PlaceCatalog, item: CertificateItem, file: str) -> None:
    """The guide of an item's service against the version in force; an error where the place's rules want it current.

    (BS-PL-3-4a, FX-4-3-1, WH-OR-17; elsewhere a warning.)
    """
    service = home.services.get(item.service)
    if service is None or not service.guide_updated or item.status != "active":
        return
    version = item.version_on(run.today)
    if version is None or service.guide_updated >= first_day(version.from_):
        return
    leaf = home.profile.publish.guide_current if home.profile else None
    run.add(
        "guide-outdated", file=file, field="service", severity="error" if leaf and leaf.value else "warning",
        service=service.name, updated=service.guide_updated, since=version.from_,
    )  # fmt: skip
