"""Rules about exemption methods: enabled by the profile, and complete in what each of them needs."""

from __future__ import annotations

from typing import Any

from mianzheng.model import CertificateItem, ItemVersion
from mianzheng.model.findings import ErrorLevel
from mianzheng.model.items import CommitTerms
from mianzheng.rules.examination import Examination, PlaceRules, source_of
from mianzheng.rules.labels import FALLBACKS, field_label, quoted_list

BLOCKS = ("share", "commit", "verify", "proxy", "call", "check", "issue_online", "reference", "reuse",
          "approve_first", "tolerate")  # fmt: skip
"""Fields of a version that belong to one method each."""

NEEDED = frozenset(BLOCKS) - {"share"}
"""Methods whose block must be there; a share may be silent about its source."""

_BASES = {"commit": "FX-4-1-2、BS-PL-3-3-2d", "verify": "YY-VER-04、BS-VER-04"}


def check_methods(run: Examination, rules: PlaceRules, item: CertificateItem, file: str) -> None:
    """Every version's method: allowed here, with everything it needs and nothing else."""
    for i, version in enumerate(item.versions):
        at = f"versions.{i}"
        _enabled(run, rules, item, version, file, at)
        _complete(run, rules, version, file, at)
    if item.status in ("candidate", "notice", "active"):
        _risk(run, rules, item, file)


def _enabled(
    run: Examination, rules: PlaceRules, item: CertificateItem, version: ItemVersion, file: str, at: str
) -> None:
    place = rules.home.place.short_name
    if rules.methods is not None and version.method not in rules.methods:
        allowed = quoted_list([f"{rules.method_label(m)}（{m}）" for m in sorted(rules.methods)])
        known = run.catalog.vocabularies.methods.get(version.method)
        run.add(
            "method-not-enabled", file=file, field=f"{at}.method", place=place, method=version.method,
            label=known.label if known else version.method, allowed=allowed,
            basis=source_of(rules.profile.methods.enabled),
        )  # fmt: skip
    if version.method == "commit" and item.core and rules.profile.commit.enabled.value == "non_core_only":
        source = source_of(rules.profile.commit.enabled)
        run.add("method-not-enabled", "commit-core", file=file, field=f"{at}.method", place=place, basis=source)
    if version.method == "approve_first":
        _approve_first(run, rules, item, file, at)
    for fallback in version.fallback:
        if rules.fallbacks is not None and fallback not in rules.fallbacks:
            run.add(
                "method-not-enabled", "fallback", file=file, field=f"{at}.fallback", place=place,
                fallback=FALLBACKS[fallback], basis=source_of(rules.profile.methods.fallback),
                allowed=quoted_list([FALLBACKS[f] for f in sorted(rules.fallbacks)]),
            )  # fmt: skip
    own = {version.method, version.agency} if version.method == "agency" else {version.method}
    for block in (*BLOCKS, "agency", "other"):
        if getattr(version, block) and block not in own:
            label = rules.method_label(version.method)
            run.add(
                "method-not-enabled",
                "extra",
                file=file,
                field=f"{at}.{block}",
                method=label,
                block=field_label(block),
            )


def _approve_first(run: Examination, rules: PlaceRules, item: CertificateItem, file: str, at: str) -> None:
    """Neither property matters nor items whose core is identity (QS-PV-3-1)."""
    service = rules.home.services.get(item.service)
    barred = rules.profile.window.approve_first_excluded.value or ()
    if service is not None and service.approve_first_excluded in barred:
        vocabulary = run.catalog.vocabularies.exclusions
        labels = {entry.code: entry.label for entry in vocabulary.approve_first} if vocabulary else {}
        why = labels.get(service.approve_first_excluded, service.approve_first_excluded)
        run.add(
            "method-not-enabled",
            "approve-first",
            file=file,
            field=f"{at}.method",
            service=service.name,
            why=why,
        )


def _complete(run: Examination, rules: PlaceRules, version: ItemVersion, file: str, at: str) -> None:
    """What the method needs, all absent parts named together; what it refers to exists."""
    method: str = version.agency if version.method == "agency" and version.agency else version.method
    terms = getattr(version, method) if method in BLOCKS else None
    parts: list[str] = []
    if version.method == "agency" and not version.agency:
        parts.append("做法：核验或代办（agency）")
    if method in NEEDED and terms is None:
        parts.append(f"{field_label(method)}的内容（{method}）")
    if method == "other" and not version.other:
        parts.append("用什么代替（other）")
    if method == "verify" and rules.time_classes and not version.time_class:
        parts.append("答复时限类别（time_class）")
    if method == "commit" and version.commit is not None:
        parts += _commit_needs(rules, version.commit)
    if method == "share" and rules.profile.publish.share_template.value and not (terms and terms.template):
        basis = source_of(rules.profile.publish.share_template)
        run.add("share-template-missing", file=file, field=f"{at}.share", basis=basis)
    if parts:
        label, basis = rules.method_label(version.method), _BASES.get(method, "")
        run.add("method-incomplete", file=file, field=at, label=label, parts=quoted_list(parts), basis=basis)
    if version.time_class and rules.time_classes and version.time_class not in rules.time_classes:
        hint = f"可选：{quoted_list(sorted(rules.time_classes))}。"
        where: dict[str, Any] = {"file": file, "field": f"{at}.time_class", "target": "本地规则", "hint": hint}
        run.add("reference-unknown", "code", label="答复时限类别", value=version.time_class, **where)
    if terms is not None:
        _references(run, rules, method, terms, file, f"{at}.{method}")


def _commit_needs(rules: PlaceRules, commit: CommitTerms) -> list[str]:
    """A check plan and the grounds of selection, where the profile wants them (BS-PL-3-3-2d, FX-4-1-2, FX-3-2-2)."""
    parts = []
    if commit.check is None and rules.profile.commit.post_check_default.value is not None:
        parts.append("核查计划（commit.check）")
    if commit.check is not None and commit.check.exempt and not commit.check.standard:
        parts.append("免核查的，写明日常监管怎么管（commit.check.standard）")
    if rules.profile.commit.selection.value and commit.selection is None:
        parts.append("适用理由：高频、可纠正、风险可控（commit.selection）")
    return parts


_FORMS = {
    "share": (("template", "share_template", "数据共享模板"),),
    "commit": (("letter", "commitment_letter", "告知承诺书"),),
    "verify": (("request_template", "verify_request", "协查函"), ("reply_template", "verify_reply", "反馈函")),
    "proxy": (("authorisation", "proxy_authorisation", "授权委托书"),),
    "approve_first": (("promise", "completion_promise", "补正承诺"),),
    "tolerate": (("promise", "completion_promise", "补正承诺"),),
}
"""For each method the forms it refers to: field, use, what to call it."""

_CHANNELS = {"verify": "channel", "share": "system", "call": "system", "check": "system", "issue_online": "system"}


def _references(run: Examination, rules: PlaceRules, method: str, terms: Any, file: str, at: str) -> None:
    """Forms exist and serve the right use; systems and channels are those of the profile (WH-N-2a)."""
    for name, use, title in _FORMS.get(method, ()):
        form_id = getattr(terms, name)
        if method == "share" and not form_id:  # whether it may be absent is for the place's rules to say
            continue
        form = run.catalog.vocabularies.forms.get(form_id)
        if form is not None and form.use == use:
            continue
        words: dict[str, Any] = {"file": file, "field": f"{at}.{name}", "label": field_label(name)}
        if form is None:
            run.add("reference-unknown", "file", value=form_id, target="文书 forms.yaml ", **words)
        else:
            words |= {"form": form_id, "use": form.title, "expected": title, "basis": _BASES.get(method, "")}
            run.add("method-incomplete", "template", **words)
    channel_name = _CHANNELS.get(method)
    channel = getattr(terms, channel_name) if channel_name else ""
    if channel and rules.channels is not None and channel not in rules.channels:
        run.add(
            "method-not-enabled", "channel", file=file, field=f"{at}.{channel_name}", channel=channel,
            place=rules.home.place.short_name, allowed=quoted_list(sorted(rules.channels)),
            basis=source_of(rules.profile.verify.channels),
        )  # fmt: skip
    if method == "share" and terms.source and terms.source not in rules.home.bodies:
        words = {"file": file, "field": f"{at}.source", "target": "单位", "hint": "只能引用本地区自己的单位。"}
        run.add("reference-unknown", label="数据来源单位", value=terms.source, **words)


def _risk(run: Examination, rules: PlaceRules, item: CertificateItem, file: str) -> None:
    """A risk assessment comes before the method where the profile says so (FX-2-1-2, BS-PL-2-1b)."""
    if item.risk_assessed is not None or not rules.profile.items.risk_assessment_required.value:
        return
    if not any(v.method not in ("cancel",) and not v.until for v in item.versions):
        return
    example = item.provenance.standing == "illustrative"
    severity: ErrorLevel = "error" if run.is_new(file) else "hint" if example else "warning"
    run.add(
        "risk-assessment-missing", file=file, field="risk_assessed", severity=severity,
        place=rules.home.place.short_name, basis=source_of(rules.profile.items.risk_assessment_required),
    )  # fmt: skip
