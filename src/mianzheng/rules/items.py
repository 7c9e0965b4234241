"""Rules about single certificate items: references, required fields, status, cancellation, exclusion, versions."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import Any

from mianzheng.model import CertificateItem, PublicBody, PublicService, first_day, last_day
from mianzheng.rules.examination import Examination, PlaceRules, source_of
from mianzheng.rules.labels import BODY_KINDS, LEVELS, MATERIALS, STATUSES, field_label, quoted_list

LISTED = frozenset({"candidate", "notice", "active"})
"""States in which an item is asked for, or was and is now exempt."""


def check_item(run: Examination, rules: PlaceRules, item: CertificateItem, file: str) -> None:
    """Everything about one item that needs no other item."""
    service = rules.home.services.get(item.service)
    requesting = rules.home.bodies.get(item.requesting_body)
    issuing = rules.home.bodies.get(item.issuing_body) if item.issuing_body else None
    _references(run, rules, item, file, service, requesting, issuing)
    if item.status in LISTED:
        required_fields(run, rules, item, file, service)
        if requesting is not None and service is not None:
            _levels(run, rules, file, requesting, service)
        _scope(run, rules, item, file, service)
        if issuing is not None:
            check_issuer(run, item, file, issuing)
    _status(run, rules, item, file)
    _versions(run, item, file)
    if rules.home.place.fictional and item.provenance.standing == "adopted":
        run.add("place-incomplete", "fictional-adopted", file=file, field="provenance.standing")


def _references(
    run: Examination,
    rules: PlaceRules,
    item: CertificateItem,
    file: str,
    service: PublicService | None,
    requesting: PublicBody | None,
    issuing: PublicBody | None,
) -> None:
    catalog = run.catalog
    here = f"只能引用本地区（{rules.home.place.short_name}）自己的记录。"
    if service is None and not run.file_of(item.service).startswith(f"places/{rules.home.place.id}/"):
        run.unknown(file, "service", item.service, "政务服务事项", here)
    if requesting is None:
        run.unknown(file, "requesting_body", item.requesting_body, "单位", here)
    if item.issuing_body and issuing is None:
        run.unknown(file, "issuing_body", item.issuing_body, "单位", here)
    if item.kind not in catalog.kinds and not run.file_of(item.kind):
        run.unknown(file, "kind", item.kind, "证明种类", "新的证明种类要先建 kinds/ 下的记录。")
    for i, use in enumerate(item.legal_bases):
        if use.basis not in catalog.legal_bases and not run.file_of(use.basis):
            run.unknown(
                file,
                f"legal_bases.{i}.basis",
                use.basis,
                "设定依据",
                "新的依据要先建 legal-bases/ 下的记录。",
            )
    if item.cancelled and item.cancelled.successor and item.cancelled.successor not in rules.home.items:
        run.unknown(file, "cancelled.successor", item.cancelled.successor, "证明事项", here)
    if item.confirmed and item.confirmed.by not in rules.home.bodies:
        run.unknown(file, "confirmed.by", item.confirmed.by, "单位", here)
    if item.risk_assessed and item.risk_assessed.by not in rules.home.bodies:
        run.unknown(file, "risk_assessed.by", item.risk_assessed.by, "单位", here)
    if item.problem_tags and catalog.vocabularies.reasons:
        known = {entry.code for entry in catalog.vocabularies.reasons.problem_tags}
        for i, tag in enumerate(item.problem_tags):
            if tag not in known:
                run.add(
                    "reference-unknown", "code", file=file, field=f"problem_tags.{i}", label="问题标签", value=tag,
                    target="reasons.yaml", hint=f"可选：{quoted_list(sorted(known))}。",
                )  # fmt: skip
    shelf = file.split("/")[3]
    if shelf not in rules.home.bodies:
        run.add("file-misplaced", "body", file=file, field="requesting_body", found=shelf)


SERVICE_PARTS = {"code": "code", "conditions": "guide.conditions", "procedure": "guide.procedure",
                 "time_limit": "guide.time_limit", "fee": "guide.fee"}  # fmt: skip
"""Parts that a profile may require of an item but that stand in its service."""


def service_gaps(service: PublicService, required: frozenset[str]) -> tuple[list[str], list[str]]:
    """What a service lacks of the required parts: (absent, declared as not published)."""
    absent: list[str] = []
    unpublished: list[str] = []
    for part in SERVICE_PARTS:
        if part in required and not is_filled(service, part):
            (unpublished if part in service.missing else absent).append(part)
    return absent, unpublished


def required_fields(
    run: Examination, rules: PlaceRules, item: CertificateItem, file: str, service: PublicService | None
) -> None:
    """All parts that the profile requires and that are absent, named together (BS-PL-3-1-1c, QS-PL-4-2a, S-CAT-02)."""
    absent: list[str] = []
    unpublished: list[str] = []
    if not item.issuing_body and "issuer" in rules.required:
        (unpublished if "issuing_body" in item.missing else absent).append("issuing_body")
    if item.status == "active" and item.in_force is None:
        absent.append("in_force")
    shown = [f"{field_label(part)}（{part}）" for part in absent]
    if service is not None:
        gaps, _ = service_gaps(service, rules.required)
        shown += [f"事项的{SERVICE_LABELS[part]}（service.{SERVICE_PARTS[part]}）" for part in gaps]
    if not shown and not unpublished and not item.missing:
        return
    basis = source_of(rules.profile.items.required)
    if shown:
        first = absent[0] if absent else "service"
        run.add("field-missing", file=file, field=first, fields=quoted_list(shown), count=len(shown), basis=basis)
    if unpublished:
        not_published(run, item.id, file, unpublished, basis)
    for part in item.missing:
        if is_filled(item, part):
            run.add("field-missing", "both", file=file, field=f"missing.{part}", label=field_label(part), key=part)


def is_filled(record: CertificateItem | PublicService, part: str) -> bool:
    """Whether a record says something of a part that it may declare as not published."""
    if isinstance(record, CertificateItem) or part == "code":
        return bool(getattr(record, part, None))
    return bool(getattr(record.guide, part, ""))


SERVICE_LABELS = {
    "code": "编码",
    "conditions": "受理条件",
    "procedure": "办理流程",
    "time_limit": "办理时限",
    "fee": "收费",
}


def part_label(part: str) -> str:
    """What people call a part that may be declared as not published."""
    return SERVICE_LABELS.get(part) or field_label(part)


def not_published(run: Examination, record_id: str, file: str, parts: list[str], basis: str) -> None:
    """A required part that no source gives: debt for what was taken over, an error for what is new."""
    fields = quoted_list([f"{part_label(part)}（{part}）" for part in parts])
    code = "field-not-published"
    if run.is_new(file):
        run.add(code, "new", file=file, field="missing", fields=fields, basis=basis)
    elif (code, record_id) in run.backlog:
        run.add(code, file=file, field="missing", fields=fields, basis=basis)
    else:
        run.add(code, "no-backlog", file=file, field="missing", fields=fields, record=record_id, basis=basis)


def _levels(run: Examination, rules: PlaceRules, file: str, requesting: PublicBody, service: PublicService) -> None:
    place = rules.home.place.short_name
    if rules.levels is not None and requesting.level not in rules.levels:
        run.add(
            "level-mismatch", "profile", file=file, field="requesting_body", body=requesting.name,
            level=LEVELS[requesting.level], place=place, basis=source_of(rules.profile.items.levels),
            allowed=quoted_list([LEVELS[x] for x in sorted(rules.levels)]),
        )  # fmt: skip
    owner = rules.home.bodies.get(service.body)
    if owner is not None and owner.level != requesting.level:
        run.add(
            "level-mismatch", "service", file=file, field="requesting_body", body=requesting.name,
            level=LEVELS[requesting.level], service=service.name, owner=owner.name, owner_level=LEVELS[owner.level],
        )  # fmt: skip
    if rules.body_kinds is not None and requesting.kind not in rules.body_kinds:
        run.add(
            "level-mismatch", "class", file=file, field="requesting_body", body=requesting.name, place=place,
            allowed=quoted_list([BODY_KINDS.get(k, k) for k in sorted(rules.body_kinds)]),
            basis=source_of(rules.profile.units.types),
        )  # fmt: skip


def _scope(
    run: Examination, rules: PlaceRules, item: CertificateItem, file: str, service: PublicService | None
) -> None:
    """Whether the profile covers this type of service and this class of material (FX-1-2, BS-PL-3-1-1a, WH-OR-02)."""
    place = rules.home.place.short_name
    if service is not None and rules.service_types is not None and service.kind not in rules.service_types:
        topics = run.catalog.vocabularies.topics
        labels = {t.code: t.label for t in topics.service_types} if topics else {}
        run.add(
            "level-mismatch", "service-type", file=file, field="service", service=service.name, place=place,
            type=labels.get(service.kind, service.kind), basis=source_of(rules.profile.items.service_types),
            allowed=quoted_list([labels.get(t, t) for t in sorted(rules.service_types)]),
        )  # fmt: skip
    kind = run.catalog.kinds.get(item.kind)
    dormant_allowed = rules.profile.items.material_classes
    if kind is not None and rules.materials is not None and kind.material_class not in rules.materials:
        phase = rules.profile.items.enabled_from.of(kind.material_class)
        if phase.is_project or phase.source == "silent":
            run.add(
                "level-mismatch", "material", file=file, field="kind", kind=kind.name, place=place,
                material=MATERIALS[kind.material_class], basis=source_of(dormant_allowed),
                allowed=quoted_list([MATERIALS[m] for m in sorted(rules.materials)]),
            )  # fmt: skip


def check_issuer(run: Examination, item: CertificateItem, file: str, issuing: PublicBody) -> None:
    """Whether the body may issue this certificate, and is not the applicant (FX-3-1-1, FX-2-2-2)."""
    if issuing.kind == "applicant":
        run.add("issuer-is-applicant", file=file, field="issuing_body", name=issuing.name)
    kind = run.catalog.kinds.get(item.kind)
    for entry in kind.may_not_issue if kind else ():
        if issuing.kind in entry.bodies and kind is not None:
            basis = run.catalog.legal_bases.get(entry.basis)
            run.add(
                "issuer-may-not-issue", file=file, field="issuing_body", kind=kind.name, body=issuing.name,
                basis_title=basis.marked_title if basis else entry.basis, instead=entry.instead,
            )  # fmt: skip


def _status(run: Examination, rules: PlaceRules, item: CertificateItem, file: str) -> None:
    if item.status == "cancelled" or item.cancelled is not None:
        _cancellation(run, rules, item, file)
    if item.status == "excluded" or item.excluded is not None:
        _exclusion(run, rules, item, file)
    if item.status in ("active", "notice") and all(v.until for v in item.versions):
        last = max((v.until for v in item.versions), key=last_day, default="")
        day = f"{last} 之后" if last else "现在"
        run.add("version-gap", "open", file=file, field="versions", status=STATUSES[item.status], day=day)


def _cancellation(run: Examination, rules: PlaceRules, item: CertificateItem, file: str) -> None:
    """Cancelled is final and says why, since when and on whose list (YY-ADJ-08, FX-3-1-5, OQ-36)."""
    place = rules.home.place.short_name
    cancelled = item.cancelled
    if item.status != "cancelled":
        run.add("cancel-incomplete", "status", file=file, field="status", status=STATUSES[item.status])
        return
    if cancelled is None:
        parts = "取消日期（cancelled.on）、取消理由（cancelled.reason）"
        run.add("cancel-incomplete", file=file, field="status", parts=parts)
        return
    reasons = run.catalog.vocabularies.reasons
    entries = {entry.code: entry for entry in reasons.cancel} if reasons else {}
    entry = entries.get(cancelled.reason)
    allowed = [c for c in entries if rules.reasons is None or c in rules.reasons]
    # 规则没有列出任何取消事由的地方（青神），用哪一个都可以
    if cancelled.reason not in (allowed or entries) and entries:
        run.add(
            "cancel-incomplete", "reason", file=file, field="cancelled.reason", code=cancelled.reason, place=place,
            allowed=quoted_list(allowed), basis=source_of(rules.profile.adjust.reasons),
        )  # fmt: skip
    parts_missing = []
    if entry is not None and entry.text_required and not cancelled.reason_text:
        parts_missing.append("理由说明（cancelled.reason_text）")
    if cancelled.reason == "X6_upstream_list" and not cancelled.upstream:
        parts_missing.append("依据的上级清单（cancelled.upstream）")
    if parts_missing:
        run.add("cancel-incomplete", file=file, field="cancelled", parts=quoted_list(parts_missing))
    for i, version in enumerate(item.versions):
        runs_on = not version.until or last_day(version.until) >= first_day(cancelled.on)
        if runs_on and version.method != "cancel":
            words: dict[str, Any] = {"on": cancelled.on, "until": version.until or "现在"}
            run.add("cancel-incomplete", "still-open", file=file, field=f"versions.{i}.until", **words)
    issue = rules.profile.outside_use.issue_required.value
    if issue is False and item.issue_for_outside_use is True:
        run.add("cancel-incomplete", "issue", file=file, field="issue_for_outside_use", place=place)
    if issue is True and item.issue_for_outside_use is False:
        run.add("cancel-incomplete", "must-issue", file=file, field="issue_for_outside_use", place=place)


def _exclusion(run: Examination, rules: PlaceRules, item: CertificateItem, file: str) -> None:
    if item.status != "excluded":
        run.add("excluded-has-method", "not-excluded", file=file, field="status", status=STATUSES[item.status])
        return
    if item.excluded is None:
        run.add("excluded-has-method", "no-reason", file=file, field="status")
        return
    code = item.excluded.code
    if rules.exclusions is None or code not in rules.exclusions:
        allowed = quoted_list(sorted(rules.exclusions or ())) or "（没有）"
        run.add(
            "excluded-has-method", "code", file=file, field="excluded.code", code=code, allowed=allowed,
            place=rules.home.place.short_name, basis=source_of(rules.profile.items.exclusions),
        )  # fmt: skip
    for i, version in enumerate(item.versions):
        if not version.until:
            label = rules.method_label(version.method)
            run.add("excluded-has-method", file=file, field=f"versions.{i}.method", code=code, method=label)


def _versions(run: Examination, item: CertificateItem, file: str) -> None:
    """Dated versions neither overlap nor leave a day without a method."""
    if len(item.versions) == 1 and not item.versions[0].until:
        return
    spans = sorted(
        (first_day(v.from_), last_day(v.until) if v.until else "9999", i) for i, v in enumerate(item.versions)
    )
    for first, until, i in spans:
        if until < first:
            version = item.versions[i]
            words: dict[str, Any] = {"since": version.from_, "until": version.until}
            run.add("version-overlap", "backwards", file=file, field=f"versions.{i}.until", **words)
    for (start, end, i), (next_start, _, j) in pairwise(spans):
        one, two = item.versions[i], item.versions[j]
        if next_start <= end and end >= start:
            first_span = f"{one.from_} 至 {one.until or '今后'}"
            second_span = f"{two.from_} 至 {two.until or '今后'}"
            run.add("version-overlap", file=file, field=f"versions.{j}.from", first=first_span, second=second_span)
        elif end >= start and len(one.until) == 10 and len(two.from_) == 10 and not _follows(one.until, two.from_):
            run.add("version-gap", file=file, field=f"versions.{j}.from", since=one.until, until=two.from_)


def _follows(until: str, since: str) -> bool:
    """Whether the second day is the day after the first."""
    return datetime.date.fromisoformat(until) + datetime.timedelta(days=1) == datetime.date.fromisoformat(since)
