"""Vocabularies: the closed sets of codes with the Chinese words that people read."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from mianzheng.model.items import MethodCode, Status
from mianzheng.model.values import Code, Day, FormId, Name, Record, Slug, Text

AnswerWord = Literal["no_need", "commit", "fetched_for_you", "later", "still_needed", "cancelled", "unknown"]
"""不用交证明 · 签承诺书 · 单位帮您取 · 可以先办后补 · 还要交证明 · 已取消 · 没有收录."""


class ExemptionMethod(Record, kw_only=True):
    """免提交方式: how a certificate is replaced. Labels differ by profile and stand there."""

    code: MethodCode
    label: Name
    answer: AnswerWord
    sentence: Text
    steps: Annotated[tuple[Text, ...], Meta(min_length=1)]
    note: Text = ""


class Answer(Record, kw_only=True):
    """The word that answers "do I still have to hand it in?", one table for site, search, card and exports."""

    code: AnswerWord
    word: Name
    licence_word: Name = ""
    icon: Code
    meaning: Text


class MethodsFile(Record, kw_only=True):
    """`methods.yaml`: the answer words and the exemption methods that lead to them."""

    answers: tuple[Answer, ...]
    methods: tuple[ExemptionMethod, ...]


class Phrase(Record, kw_only=True):
    """One sentence that pages say, with the rules behind it; `{…}` is filled from fields.

    Several phrases may share a code: the one whose `profiles` names the place's profile goes before the general one.
    """

    code: Code
    text: Text
    profiles: tuple[Slug, ...] = ()
    rules: tuple[str, ...] = ()


class PhrasesFile(Record, kw_only=True):
    """`phrases.yaml`."""

    phrases: tuple[Phrase, ...]


class CodeEntry(Record, kw_only=True):
    """One code of a vocabulary with its label; `text_required` where the code says "other"."""

    code: Code
    label: Name
    text: Text = ""
    text_required: bool = False
    both_parts: tuple[Name, ...] = ()
    rules: tuple[str, ...] = ()


class ReasonsFile(Record, kw_only=True):
    """`reasons.yaml`: every reason code of adjustments, complaints and accountability (requirements 1.6.2)."""

    add: tuple[CodeEntry, ...]
    change: tuple[CodeEntry, ...]
    cancel: tuple[CodeEntry, ...]
    complaint_grounds: tuple[CodeEntry, ...]
    rebound_tags: tuple[CodeEntry, ...]
    problem_tags: tuple[CodeEntry, ...]
    non_acceptance: tuple[CodeEntry, ...]
    termination: tuple[CodeEntry, ...]
    accountability_grounds: tuple[CodeEntry, ...]
    sanctions: tuple[CodeEntry, ...]
    exemptions: tuple[CodeEntry, ...]
    approve_first_ends: tuple[CodeEntry, ...]
    false_commitment_outcomes: tuple[CodeEntry, ...]
    request_returns: tuple[CodeEntry, ...]
    necessity_grounds: tuple[CodeEntry, ...]


class ExclusionsFile(Record, kw_only=True):
    """`exclusions.yaml`: why an item may lie outside the scheme, and what is barred from 先办后验."""

    scope: tuple[CodeEntry, ...]
    approve_first: tuple[CodeEntry, ...]
    online: tuple[CodeEntry, ...]


class FormField(Record, kw_only=True):
    """One field of a form or letter; `source` is a rule id, or `project` for what we added."""

    code: Code
    label: Name
    required: bool = False
    source: Annotated[str, Meta(min_length=1)]
    hint: Text = ""


class Form(Record, kw_only=True):
    """A form or letter template (文书), never edited once used: a change is a new version.

    Letters (告知承诺书) carry the five parts that the rules ask for: duty, content, liability, promise of
    meeting the conditions, acceptance of liability (FX-3-2-1, BS-PL-3-3-2b, BS-PL-3-3-2c).
    """

    id: FormId
    use: Literal[
        "commitment_letter", "share_template", "verify_request", "verify_reply", "proxy_authorisation",
        "completion_promise", "adjustment", "complaint", "complaint_register", "ledger", "overdue_report", "check_plan",
        "staff", "implementation_row", "township_row", "guide", "acceptance_material", "onsite_authorisation",
        "account_report", "exemption_filing", "suggestion", "objection",
    ]  # fmt: skip
    title: Name
    valid_from: Day = ""
    private: bool = False
    duty: Text = ""
    content: Text = ""
    liability: Text = ""
    promise: Text = ""
    acceptance: Text = ""
    fields: tuple[FormField, ...] = ()
    rules: tuple[str, ...] = ()
    note: Text = ""


class FormsFile(Record, kw_only=True):
    """`forms.yaml`."""

    forms: tuple[Form, ...]


class ListColumn(Record, kw_only=True):
    """One column of a published list; with `profiles` only places under those rules have it."""

    code: Code
    label: Name
    profiles: tuple[Slug, ...] = ()


class ListSpec(Record, kw_only=True):
    """A published or kept list (requirements 1.6.4): which items stand on it, in which columns.

    Empty `methods` or `statuses` select nothing: such a list is filled elsewhere (internal lists) or refers to an
    upstream document. `services` fills it with public services instead of items. `levels`: drawn up for each level of
    government, the highest first (BS-PL-3-1-1d). `editions`: released every half-year as a frozen edition.
    """

    code: Code
    title: Name
    profiles: tuple[Slug, ...]
    public: bool
    statuses: tuple[Status, ...] = ()
    methods: tuple[MethodCode, ...] = ()
    materials: tuple[Literal["certificate", "licence", "approval"], ...] = ()
    services: Literal["online", "offline", "one_window", "township", ""] = ""
    columns: tuple[ListColumn, ...] = ()
    levels: bool = False
    editions: bool = False
    rules: tuple[str, ...] = ()
    note: Text = ""


class ListsFile(Record, kw_only=True):
    """`lists.yaml`."""

    lists: tuple[ListSpec, ...]


class Topic(Record, kw_only=True):
    """A life event (生活场景) by which people look for things."""

    code: Code
    label: Name
    words: tuple[Name, ...] = ()
    intro: Text = ""


class TopicsFile(Record, kw_only=True):
    """`topics.yaml`: life events, the categories of kinds, and the types of public service."""

    topics: tuple[Topic, ...]
    categories: tuple[CodeEntry, ...]
    service_types: tuple[CodeEntry, ...]


class RoleEntry(Record, kw_only=True):
    """A role in the system or in the policies; posts, never persons (YY-JM-2-1)."""

    code: Code
    label: Name
    account: bool = False
    profiles: tuple[Slug, ...] = ()
    does: Text


class RolesFile(Record, kw_only=True):
    """`roles.yaml`."""

    roles: tuple[RoleEntry, ...]


class Instrument(Record, kw_only=True):
    """One part of a policy document that rule ids refer to by prefix."""

    code: Annotated[str, Meta(pattern="^[A-Z]{2}(-[A-Z]{1,3})?$")]
    profile: Slug
    title: Name


class PolicyRule(Record, kw_only=True):
    """One rule read out of a policy; `carried` rules are worked by software, the others respected."""

    id: Annotated[str, Meta(pattern="^(YY|FX|BS|QS|WH)-[A-Za-z0-9-]+$")]
    article: Name
    features: Annotated[tuple[Code, ...], Meta(min_length=1)]
    carried: bool
    text: Text


class Reading(Record, kw_only=True):
    """How an open point of the policies is read (CLK: clocks, OQ: other points)."""

    id: Annotated[str, Meta(pattern="^(CLK|OQ)-[0-9]{1,2}$")]
    text: Text


class RulesFile(Record, kw_only=True):
    """`rules.yaml`: the register of policy rules and readings that values and checks cite."""

    instruments: tuple[Instrument, ...]
    rules: tuple[PolicyRule, ...]
    readings: tuple[Reading, ...]


class BacklogEntry(Record, kw_only=True):
    """A known debt: a warning that is accepted for now."""

    code: Annotated[str, Meta(pattern="^[a-z]+(-[a-z]+)*$")]
    record: Annotated[str, Meta(min_length=1, max_length=60)]
    since: Day
    note: Text = ""


class BacklogFile(Record, kw_only=True):
    """`backlog.yaml`."""

    entries: tuple[BacklogEntry, ...]
