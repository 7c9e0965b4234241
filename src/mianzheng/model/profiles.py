"""Profiles: the rules of one policy, every value with its source.

A leaf is `{value, source}`. `source` is a rule id or a list of them, `inherited:<profile>` (taken over from a
sister policy, provisional), `project` (set by this system, the document does not say) or `silent` (the document
says nothing; the value is null). Values with source `project` or `inherited` are marked wherever they show and
never open an overdue breach or a lead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta, field

from mianzheng.model.items import Fallback, MethodCode
from mianzheng.model.reference import Level, MaterialClass
from mianzheng.model.values import Code, Day, Name, PartialDate, Record, Slug, Text

T = TypeVar("T")


class Leaf(Record, Generic[T], kw_only=True):
    """A value with its source; null means that the document is silent."""

    value: T | None
    source: str | tuple[str, ...] = ""
    provisional: bool = False
    note: Text = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources as a tuple, empty when none is given."""
        if isinstance(self.source, str):
            return (self.source,) if self.source else ()
        return self.source

    @property
    def is_project(self) -> bool:
        """Whether this system set the value: 「本系统设定，文件未规定」."""
        return self.source == "project"

    @property
    def is_inherited(self) -> bool:
        """Whether the value was taken over from another profile."""
        return any(s.startswith("inherited:") for s in self.sources)

    @property
    def binds(self) -> bool:
        """Whether missing it is a breach: a value that the document itself sets."""
        return self.value is not None and not self.is_project and not self.is_inherited


class Duration(Record, kw_only=True):
    """A length of time: `n` units, where it starts, and when the last day ends."""

    n: Annotated[int, Meta(ge=0, le=1000)]
    unit: Literal["minute", "hour", "workday", "day", "month"]
    mode: Literal["office", "working_dates", "natural", ""] = ""
    from_: Code = field(name="from", default="")
    end: Literal["24:00", "office_close", ""] = ""


class Extension(Record, kw_only=True):
    """How far a period may be extended, how often, and from when it counts (CLK-8)."""

    max: Annotated[int, Meta(ge=1, le=100)]
    unit: Literal["workday", "day"]
    times: Annotated[int, Meta(ge=1, le=9)]
    from_: Code = field(name="from")


class OfficeHours(Record, kw_only=True):
    """One span of office hours, `HH:MM` to `HH:MM`, Shanghai time."""

    from_: Annotated[str, Meta(pattern="^[0-2][0-9]:[0-5][0-9]$")] = field(name="from")
    until: Annotated[str, Meta(pattern="^[0-2][0-9]:[0-5][0-9]$")]


class PolicyDocument(Record, kw_only=True):
    """The instrument a profile was read from."""

    title: Name
    number: Annotated[str, Meta(max_length=60)] = ""
    index: Annotated[str, Meta(max_length=60)] = ""
    issued: PartialDate = ""
    released: PartialDate = ""
    trial: bool = False


class ReleaseNotice(Record, kw_only=True):
    """A notice or comment period before a decision: whether it is required, how long (null: not said)."""

    required: bool
    days: Annotated[int, Meta(ge=1, le=90)] | None


class StaffMinimum(Record, kw_only=True):
    """How many liaisons and service agents an office names, and whether they stand in for each other."""

    liaison: int = 0
    agents: int = 0
    ab: bool = False
    team: bool = False
    users: bool = False
    posts: bool = False


class CalendarRules(Record, kw_only=True):
    local_days: Leaf[tuple[Day, ...]]
    office_hours: Leaf[tuple[OfficeHours, ...]]


class UnitRules(Record, kw_only=True):
    types: Leaf[tuple[Code, ...]]


class ClassPhases(Record, kw_only=True):
    """From which day each material class is part of the scheme; null: not yet (OQ-40, WH-N-1b)."""

    certificate: Leaf[PartialDate]
    licence: Leaf[PartialDate]
    approval: Leaf[PartialDate]

    def of(self, material_class: MaterialClass) -> Leaf[PartialDate]:
        """The phase of one class."""
        phase: Leaf[PartialDate] = getattr(self, material_class)
        return phase


class ItemRules(Record, kw_only=True):
    service_types: Leaf[tuple[Code, ...]]
    directory_ref: Leaf[Name]
    material_classes: Leaf[tuple[MaterialClass, ...]]
    enabled_from: ClassPhases
    levels: Leaf[tuple[Level, ...]]
    required: Leaf[tuple[Code, ...]]
    exclusions: Leaf[tuple[Code, ...]]
    risk_assessment_required: Leaf[bool]
    lint_vague_wording: Leaf[Literal["warn", "error"]]


class MethodRules(Record, kw_only=True):
    enabled: Leaf[tuple[MethodCode, ...]]
    labels_zh: Leaf[dict[MethodCode, Name]]
    no_basis_rule: Leaf[Literal["cancel", "remove", "ground"]]
    fallback: Leaf[tuple[Fallback, ...]]
    volunteered: Leaf[Literal["accept_and_log", "accept_log_promote"]]


class OutsideUseRules(Record, kw_only=True):
    issue_required: Leaf[bool]


class ReviewRules(Record, kw_only=True):
    initial_chain: Leaf[tuple[Code, ...]]
    cancel_public_notice: Leaf[ReleaseNotice]
    public_comment_days: Leaf[ReleaseNotice]
    adjust_mode: Leaf[Literal["approval", "notify", "filing"]]
    adjust_chain: Leaf[tuple[Code, ...]]
    target_days: Leaf[int]
    notice_days: Leaf[int]
    no_consensus_to: Leaf[Code]


class AdjustRules(Record, kw_only=True):
    reasons: Leaf[tuple[Code, ...]]
    deadline: Leaf[Duration]
    interim: Leaf[Literal["own_method_no_demand"]]
    office_may_start: Leaf[bool]
    form_fields: Leaf[tuple[Code, ...]]


class PublishRules(Record, kw_only=True):
    rolling: Leaf[bool]
    edition_months: Leaf[int]
    channels: Leaf[tuple[Code, ...]]
    lists: Leaf[tuple[Code, ...]]
    guide_current: Leaf[bool] = Leaf(value=None, source="silent")
    share_template: Leaf[bool] = Leaf(value=None, source="silent")


class VerifyClasses(Record, kw_only=True):
    electronic: Leaf[Duration]
    paper: Leaf[Duration]
    hard: Leaf[Duration]
    ordinary: Leaf[Duration]
    complex: Leaf[Duration]
    self_now: Leaf[Duration]
    self_ordinary: Leaf[Duration]
    self_complex: Leaf[Duration]


class VerifyReturn(Record, kw_only=True):
    ordinary: Leaf[Duration]
    self_service: Leaf[Duration]
    needs: Leaf[tuple[Code, ...]]


class VerifyRules(Record, kw_only=True):
    channels: Leaf[tuple[Code, ...]]
    interim_channels: Leaf[tuple[Code, ...]]
    classes: VerifyClasses
    return_: VerifyReturn = field(name="return")
    minute_clock: Leaf[Literal["office", "natural"]]
    hour_clock: Leaf[Literal["working_dates", "natural"]]
    consent_each_call: Leaf[bool]
    reply: Leaf[tuple[Code, ...]]
    audience: Leaf[tuple[Code, ...]]
    legal_effect: Leaf[Code]
    late_chain: Leaf[tuple[Code, ...]]
    report_target: Leaf[Duration]
    excluded_from_case_time: Leaf[bool]
    secrets: Leaf[Code]


class StaffRules(Record, kw_only=True):
    min: Leaf[StaffMinimum]


class CommitRules(Record, kw_only=True):
    enabled: Leaf[Literal["as_method", "yes", "non_core_only", "no"]]
    selection: Leaf[bool]
    applicant_choice: Leaf[bool]
    bar: Leaf[tuple[Code, ...]]
    repair_lifts_bar: Leaf[bool]
    post_check_default: Leaf[Code]
    credit_site: Leaf[Name]


class ProxyRules(Record, kw_only=True):
    free: Leaf[bool]
    authorisation: Leaf[Literal["required"]]


class ComplaintRules(Record, kw_only=True):
    receivers: Leaf[tuple[Code, ...]]
    channels: Leaf[tuple[Code, ...]]
    grounds: Leaf[tuple[Code, ...]]
    required: Leaf[tuple[Code, ...]]
    refusal: Leaf[tuple[Code, ...]]
    termination: Leaf[tuple[Code, ...]]
    accept_target: Leaf[Duration]
    escalate_after: Leaf[Duration]
    due: Leaf[Duration]
    close_target: Leaf[Duration]
    extension: Leaf[Extension]
    inform_target: Leaf[Duration]
    share_every: Leaf[Duration]


class AccountRules(Record, kw_only=True):
    grounds: Leaf[tuple[Code, ...]]
    precondition: Leaf[Code]
    exemptions: Leaf[tuple[Code, ...]]


class GovernRules(Record, kw_only=True):
    body: Leaf[Name]
    office: Leaf[Name]
    session_months: Leaf[int]


class StatisticsRules(Record, kw_only=True):
    hotline_counts: Leaf[tuple[Code, ...]]
    hotspot_threshold: Leaf[Annotated[int, Meta(ge=1, le=1000)]]
    kpis: Leaf[tuple[Code, ...]]


class WindowClocks(Record, kw_only=True):
    """The one-window clocks D-17 … D-23 of Qingshen."""

    correction: Leaf[Duration]
    handover_morning: Leaf[Annotated[str, Meta(pattern="^[0-2][0-9]:[0-5][0-9]$")]]
    handover_afternoon: Leaf[Annotated[str, Meta(pattern="^[0-2][0-9]:[0-5][0-9]$")]]
    result_correction: Leaf[Duration]
    receipt: Leaf[Duration]
    originals: Leaf[Duration]
    same_day: Leaf[Duration]


class WindowRules(Record, kw_only=True):
    enabled: Leaf[Literal["yes", "no", "partial"]]
    clocks: WindowClocks
    approve_first_excluded: Leaf[tuple[Code, ...]]


class PrivacyRules(Record, kw_only=True):
    public_posts_only: Leaf[bool]


class Profile(Record, kw_only=True):
    """The rules of one policy document (requirements 2.2). A new place starts from all silent."""

    id: Slug
    level: Leaf[Level]
    scheme_name: Leaf[Name]
    instruments: Leaf[tuple[PolicyDocument, ...]]
    in_force_from: Leaf[PartialDate]
    territory: Leaf[Literal["county", "city"]]
    parent_profile: Leaf[Slug]
    calendar: CalendarRules
    units: UnitRules
    items: ItemRules
    methods: MethodRules
    outside_use: OutsideUseRules
    review: ReviewRules
    adjust: AdjustRules
    publish: PublishRules
    verify: VerifyRules
    staff: StaffRules
    commit: CommitRules
    proxy: ProxyRules
    complaint: ComplaintRules
    account: AccountRules
    govern: GovernRules
    stats: StatisticsRules
    window: WindowRules
    privacy: PrivacyRules

    def leaves(self) -> Iterator[tuple[str, Leaf[object]]]:
        """Every leaf with its dotted path as it stands in the YAML, in file order."""
        return _leaves(self, "")


def _leaves(group: msgspec.Struct, prefix: str) -> Iterator[tuple[str, Leaf[object]]]:
    for spec in msgspec.structs.fields(group):
        value = getattr(group, spec.name)
        path = f"{prefix}{spec.encode_name}"
        if isinstance(value, Leaf):
            yield path, value
        elif isinstance(value, msgspec.Struct):
            yield from _leaves(value, f"{path}.")
