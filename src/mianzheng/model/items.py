"""The certificate item: one line of the list."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from mianzheng.model.values import (
    BasisId,
    BodyId,
    Code,
    Day,
    FormId,
    ItemId,
    KindId,
    PartialDate,
    Period,
    Record,
    ServiceId,
    Text,
    first_day,
    last_day,
)

MethodCode = Literal[
    "cancel",
    "share",
    "commit",
    "verify",
    "proxy",
    "agency",
    "call",
    "check",
    "issue_online",
    "reference",
    "reuse",
    "approve_first",
    "tolerate",
    "other",
]
"""How a certificate is replaced (免提交方式). Closed: drawn from the five policies."""

Status = Literal["candidate", "notice", "active", "cancelled", "excluded"]
"""States that the file knows; the finer states of an adjustment are live data."""

TimeClass = Literal["electronic", "paper", "hard", "ordinary", "complex"]
Fallback = Literal["onsite", "proxy", "submit", "correction", "tolerate"]


class BasisUse(Record, kw_only=True):
    """Where the law asks for the certificate (设定依据), with what it asks in our own words."""

    basis: BasisId
    article: Annotated[str, Meta(title="条款", max_length=60)] = ""
    requires: Annotated[str, Meta(title="该条要求什么（自己的话）", max_length=500)] = ""


class CommitCheck(Record, kw_only=True):
    """The check plan after a written commitment (核查计划). Rules: BS-PL-3-3-2d, FX-4-1-2."""

    when: Literal["before", "during", "after"]
    how: Literal["onsite", "online", "sampling", "internal", "cooperation"]
    exempt: bool
    standard: Text = ""
    credit_weight: Text = ""


class Selection(Record, kw_only=True):
    """Why a commitment is acceptable here (FX-3-2-2): frequent, correctable, risk under control."""

    frequent: bool
    correctable: bool
    risk_controllable: bool


class CommitTerms(Record, kw_only=True):
    """Terms of 告知承诺: the letter people sign and what is checked later."""

    letter: FormId
    check: CommitCheck | None = None
    selection: Selection | None = None


class VerifyTerms(Record, kw_only=True):
    """Terms of 部门核验: the templates that the offices exchange. Rules: YY-VER-04, BS-VER-04."""

    request_template: FormId
    reply_template: FormId
    channel: Code = ""


class ShareTerms(Record, kw_only=True):
    """Terms of 数据共享: where the data comes from, as far as a source names it, and by which template it is asked for.

    `template`: what is asked with and what comes back, in which standard (BS-PL-3-3-1a).
    """

    source: BodyId = ""
    system: Code = ""
    template: FormId | Literal[""] = ""


class SystemTerms(Record, kw_only=True):
    """Terms of 数据调用, 数据核验 and 在线开具: the system that is asked. Rule: WH-N-2a."""

    system: Code


class ProxyTerms(Record, kw_only=True):
    """Terms of 代办: the office fetches the paper with the applicant's authority."""

    authorisation: FormId
    why: Text = ""


class ReferenceTerms(Record, kw_only=True):
    """Terms of a reference instead of a copy: what the applicant names. Rule: QS-PL-4-3a."""

    fields: Annotated[tuple[Literal["name", "number", "code"], ...], Meta(min_length=1)]


class ReuseTerms(Record, kw_only=True):
    """Terms of reusing earlier material: until when it may be reused (OQ-33)."""

    valid_until: Literal["own_expiry", "facts_change"]


class ApproveFirstTerms(Record, kw_only=True):
    """Terms of 先办后验: what the applicant signs; completed at collection (QS-PV-3-2e)."""

    promise: FormId


class TolerateTerms(Record, kw_only=True):
    """Terms of 容缺受理: the promise to complete, and under which condition it is offered."""

    promise: FormId
    condition: Text = ""


class ItemVersion(Record, kw_only=True):
    """What held from one day to another: the exemption method with everything it needs."""

    from_: PartialDate = field(name="from")
    until: PartialDate = ""
    method: MethodCode
    time_class: TimeClass | Literal[""] = ""
    fallback: tuple[Fallback, ...] = ()
    agency: Literal["verify", "proxy", ""] = ""
    share: ShareTerms | None = None
    commit: CommitTerms | None = None
    verify: VerifyTerms | None = None
    proxy: ProxyTerms | None = None
    call: SystemTerms | None = None
    check: SystemTerms | None = None
    issue_online: SystemTerms | None = None
    reference: ReferenceTerms | None = None
    reuse: ReuseTerms | None = None
    approve_first: ApproveFirstTerms | None = None
    tolerate: TolerateTerms | None = None
    other: Annotated[str, Meta(title="其他方式：用什么代替", max_length=500)] = ""
    reason: Code = ""
    proposal: Annotated[str, Meta(title="调整申请编号", max_length=60)] = ""

    def holds_on(self, day: str) -> bool:
        """Whether this version is the one in force on `day` (`YYYY-MM-DD`, Shanghai)."""
        return first_day(self.from_) <= day and (not self.until or day <= last_day(self.until))


class Cancellation(Record, kw_only=True):
    """Why and when an item was cancelled; the page goes on answering. Rules: YY-ADJ-08, FX-3-1-5."""

    on: PartialDate
    reason: Code
    reason_text: Text = ""
    upstream: Annotated[str, Meta(title="上级清单", max_length=200)] = ""
    successor: ItemId = ""
    proposal: Annotated[str, Meta(title="调整申请编号", max_length=60)] = ""


class ScopeExclusion(Record, kw_only=True):
    """Why an item lies outside the scheme. Rules: FX-5-3-2, WH-OR-03."""

    code: Code
    reason: Text


class Assessment(Record, kw_only=True):
    """A risk assessment that was made. Rules: FX-2-1-2, BS-PL-2-1b."""

    on: PartialDate
    by: BodyId


class Confirmation(Record, kw_only=True):
    """When and by whom the item was last confirmed to be right."""

    on: Day
    by: BodyId


class Provenance(Record, kw_only=True):
    """Where the facts of the record come from, and how binding the record is.

    `standing`: illustrative (an example place shows how it would look), imported (taken over from a
    published list, not yet confirmed), adopted (decided by the body named).
    """

    standing: Literal["illustrative", "imported", "adopted"]
    basis_source: Literal["law", "national", "published_list", "adopted", "none"]
    method_source: Literal["law", "national", "illustrative", "published_list", "adopted", "none"]
    checked_on: Day
    note: Text = ""


class CertificateItem(Record, kw_only=True):
    """证明事项: one place, one requesting body, one public service, one kind of certificate.

    A relation, not a thing. The main exemption method stands in the dated `versions`; a record is never
    deleted or moved, it is cancelled. The place is given by the folder the record lies in.
    """

    id: ItemId
    kind: KindId
    service: ServiceId
    requesting_body: BodyId
    issuing_body: BodyId = ""
    missing: dict[Code, Literal["not_published"]] = {}
    status: Status
    legal_bases: tuple[BasisUse, ...] = ()
    versions: tuple[ItemVersion, ...] = ()
    in_force: Period | None = None
    cancelled: Cancellation | None = None
    excluded: ScopeExclusion | None = None
    issue_for_outside_use: bool | None = None
    core: bool = False
    secret: bool = False
    problem_tags: tuple[Code, ...] = ()
    condition: Annotated[str, Meta(title="在什么情形下才要", max_length=500)] = ""
    sample: Annotated[str, Meta(title="样本：照着哪一份填、交", max_length=300)] = ""
    risk_assessed: Assessment | None = None
    explain: Annotated[str, Meta(title="给群众的一句话", max_length=400)] = ""
    note: Annotated[str, Meta(title="备注", max_length=1000)] = ""
    confirmed: Confirmation | None = None
    provenance: Provenance

    def version_on(self, day: str) -> ItemVersion | None:
        """The version in force on `day` (`YYYY-MM-DD`, Shanghai), or None."""
        for version in self.versions:
            if version.holds_on(day):
                return version
        return None
