"""Rules about profiles: every leaf names its source, and borrowed values never run a clock or a sanction (OQ-28)."""

from __future__ import annotations

from collections.abc import Iterable

from mianzheng.model import Leaf, Profile
from mianzheng.rules.examination import Examination

BINDING = (
    "adjust.deadline",
    "verify.classes.",
    "verify.return.",
    "complaint.due",
    "complaint.extension",
    "account.",
    "window.clocks.",
)
"""Leaves from which due dates and leads are computed."""


def check_profile(run: Examination, profile: Profile) -> None:
    """All leaves of one profile, then the codes it uses."""
    file = run.file_of(f"profile:{profile.id}")
    register = run.catalog.vocabularies.rules
    known = {r.id for r in register.rules} | {r.id for r in register.readings} if register else set()
    owners = {i.code.split("-")[0]: i.profile for i in register.instruments} if register else {}
    for path, leaf in profile.leaves():
        _leaf(run, file, profile, path, leaf, known, owners)
    _codes(run, file, profile)
    _hours(run, file, profile)


def _hours(run: Examination, file: str, profile: Profile) -> None:
    """Office hours are spans of a day, in order: minute clocks run in them (CLK-5)."""
    closed = ""
    for i, span in enumerate(profile.calendar.office_hours.value or ()):
        fault = "" if span.from_ < span.until <= "24:00" else "order"
        if not fault and span.from_ < closed:
            fault = "overlap"
        if fault:
            field = f"calendar.office_hours.value.{i}"
            run.add("office-hours-impossible", fault, file=file, field=field, from_=span.from_, until=span.until)
        closed = max(closed, span.until)


def _leaf(
    run: Examination,
    file: str,
    profile: Profile,
    path: str,
    leaf: Leaf[object],
    known: set[str],
    owners: dict[str, str],
) -> None:
    field = f"{path}.source"
    if not leaf.sources:
        run.add("profile-leaf-unsourced", file=file, field=path, leaf=path)
        return
    for source in leaf.sources:
        if source in ("project", "silent"):
            if source == "silent" and leaf.value is not None:
                run.add("profile-leaf-unsourced", "silent", file=file, field=field, leaf=path)
        elif source.startswith("inherited:"):
            _inherited(run, file, profile, path, leaf, source.removeprefix("inherited:"))
        elif source not in known:
            run.add("profile-leaf-unsourced", "unknown", file=file, field=field, leaf=path, source=source)
        elif owners.get(source.split("-")[0], profile.id) != profile.id and profile.id in owners.values():
            run.add("profile-leaf-unsourced", "other-place", file=file, field=field, leaf=path, source=source)


def _inherited(run: Examination, file: str, profile: Profile, path: str, leaf: Leaf[object], origin: str) -> None:
    if origin not in run.catalog.profiles or origin == profile.id:
        source = f"inherited:{origin}"
        run.add("profile-leaf-unsourced", "unknown", file=file, field=f"{path}.source", leaf=path, source=source)
        return
    if leaf.value is not None and any(f"{path}.".startswith(b) or path.startswith(b) for b in BINDING):
        run.add("profile-inherited-used", file=file, field=f"{path}.source", leaf=path, source=origin)
    if not leaf.provisional:
        run.add("profile-inherited-used", "unmarked", file=file, field=path, leaf=path, source=origin)


def _codes(run: Examination, file: str, profile: Profile) -> None:
    """Codes in the profile exist in the vocabularies; every enabled method has its local name."""
    vocabularies = run.catalog.vocabularies
    reasons, exclusions = vocabularies.reasons, vocabularies.exclusions
    if reasons is not None:
        adjust = {e.code for group in (reasons.add, reasons.change, reasons.cancel) for e in group}
        grounds = {e.code for e in (*reasons.complaint_grounds, *reasons.rebound_tags)}
        lists: list[tuple[str, Leaf[tuple[str, ...]], Iterable[str]]] = [
            ("adjust.reasons", profile.adjust.reasons, adjust),
            ("complaint.grounds", profile.complaint.grounds, grounds),
            ("complaint.refusal", profile.complaint.refusal, {e.code for e in reasons.non_acceptance}),
            ("complaint.termination", profile.complaint.termination, {e.code for e in reasons.termination}),
            ("account.exemptions", profile.account.exemptions, {e.code for e in reasons.exemptions}),
        ]
        for path, leaf, allowed in lists:
            _known_codes(run, file, path, leaf, allowed, "reasons.yaml ")
    if exclusions is not None:
        scope = {e.code for e in exclusions.scope} | {e.code for e in exclusions.online}
        _known_codes(run, file, "items.exclusions", profile.items.exclusions, scope, "exclusions.yaml ")
    _known_codes(run, file, "publish.lists", profile.publish.lists, vocabularies.lists, "lists.yaml ")
    labels = profile.methods.labels_zh.value or {}
    for method in profile.methods.enabled.value or ():
        if method not in labels:
            run.add("profile-leaf-unsourced", "label", file=file, field="methods.labels_zh.value", method=method)


def _known_codes(
    run: Examination, file: str, path: str, leaf: Leaf[tuple[str, ...]], allowed: Iterable[str], target: str
) -> None:
    known = set(allowed)
    for i, code in enumerate(leaf.value or ()):
        if code not in known:
            run.add(
                "profile-leaf-unsourced",
                "code",
                file=file,
                field=f"{path}.value.{i}",
                leaf=path,
                value=code,
                target=target,
            )
