"""The review report: what a proposal changes, why, on which bases, what the rules find, and who decides next.

Written for somebody who knows neither git nor YAML. Values only; `views.review` makes Markdown and HTML of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from mianzheng.errors import BadArgument
from mianzheng.model import Catalog, CertificateItem, Finding, Record
from mianzheng.model.findings import ErrorLevel
from mianzheng.proposals.block import Proposal
from mianzheng.proposals.chains import TYPES, Facts, ProposalType, StepStanding, next_to_act
from mianzheng.proposals.differences import Changed, Difference
from mianzheng.proposals.examining import OpenProposal
from mianzheng.proposals.forms import CitedBasis
from mianzheng.proposals.wording import Line, Wording
from mianzheng.rules.labels import RANKS, quoted_list


class BasisReport(Record, kw_only=True):
    """A legal basis: what the article asks in our words, its rank, version, and until when it was checked."""

    title: str
    article: str
    requires: str
    rank: str
    version: str
    checked_on: str
    repealed: str = ""


class Said(Record, kw_only=True):
    """A finding of the rules."""

    level: ErrorLevel
    code: str
    sentence: str


class ItemReport(Record, kw_only=True):
    """One item: what is proposed, was → now, its bases, what the rules say, what else is going on with it."""

    id: str
    type: ProposalType
    title: str
    body: str
    lines: tuple[Line, ...]
    bases: tuple[BasisReport, ...] = ()
    findings: tuple[Said, ...] = ()
    others: tuple[OpenProposal, ...] = ()
    complaints: int = 0


class Question(Record, kw_only=True):
    """One of the three questions that the reviewer confirms, with what there is to look at."""

    code: Literal["basis", "necessity", "superior"]
    title: str
    asks: str
    evidence: tuple[str, ...]


StepState = Literal["done", "now", "later"]


class StepReport(Record, kw_only=True):
    """A step on the way, with a small line under it; `set_by_us`: no document asks for it."""

    label: str
    note: str
    set_by_us: bool = False
    state: StepState


class ReviewReport(Record, kw_only=True):
    """The whole report. `missing` holds what stands against merging; empty: it may be merged."""

    headline: str
    lead: str
    place: str
    type: ProposalType
    proposal: str
    items: tuple[ItemReport, ...]
    why: tuple[tuple[str, str], ...]
    findings: tuple[Said, ...]
    others: tuple[str, ...]
    questions: tuple[Question, ...]
    steps: tuple[StepReport, ...]
    next: str
    missing: tuple[str, ...]
    created: tuple[tuple[str, str], ...] = ()


ALONG_WITH_ITEMS = ("kinds/", "legal-bases/")
"""Shared records that may come with the items that need them; a proposal changes nothing else besides items."""


def facts_of(catalog: Catalog, difference: Difference, proposal: Proposal | None) -> Facts:
    """What the gate judges by, `catalog` being the list before the change. Raises BadArgument for another place.

    The change itself says what it is and whose items it touches; the text can only add a body to them. Where one of the
    place's own offices starts an adjustment, the review goes its usual way (YY-ADJ-11, S-ADJ-11).
    """
    told = proposal or Proposal(place=difference.place, type=difference.type)
    if told.place != difference.place:
        raise BadArgument(f"申请写的地区是“{told.place}”，实际改的是“{difference.place}”的清单。")
    offices = catalog.places[difference.place].place.offices.values()
    by_office = told.initiator == "office" and told.applicant in offices
    bodies = set() if by_office else {*difference.bodies, told.applicant} - {""}
    return Facts(
        place=difference.place,
        type=difference.type,
        bodies=tuple(sorted(bodies)),
        subject=told.subject,
        seal=told.seal,
        escalated=told.escalated,
        notice=told.notice,
    )


def review_report(
    catalog: Catalog,
    difference: Difference,
    findings: Sequence[Finding],
    standings: Sequence[StepStanding],
    proposal: Proposal | None = None,
    *,
    day: str,
    open_proposals: Collection[OpenProposal] = (),
    complaints: Mapping[str, int] | None = None,
) -> ReviewReport:
    """The report on a change. `catalog` is the list as it would be; `complaints` counts recent ones by item."""
    home = catalog.places[difference.place]
    words = Wording(catalog, home)
    items = tuple(
        _item(words, one, findings, day, open_proposals, complaints or {}, proposal.id if proposal else "")
        for one in difference.records
    )
    files = {one.file for one in difference.records}
    general = tuple(_said(finding) for finding in findings if finding.file not in files)
    errors = sum(finding.level == "error" for finding in findings)
    checks = [f"清单检查还有 {errors} 处错误，要先改正。"] if errors else []
    if foreign := [path for path in difference.others if not path.startswith(ALONG_WITH_ITEMS)]:
        checks.append(f"还改了规则或者登记数据（{quoted_list(foreign[:5])}），不属于清单调整，请分开提出。")
    return ReviewReport(
        headline=_headline(difference, items),
        lead=_lead(words, difference, proposal),
        place=home.place.name,
        type=difference.type,
        proposal=proposal.id if proposal else "",
        items=items,
        why=tuple(_why(words, proposal)) if proposal else (),
        findings=general,
        others=difference.others,
        questions=tuple(_questions(catalog, items, words, proposal, day)),
        steps=tuple(_steps(standings, proposal, errors)),
        next="清单检查没有通过，下一步：由提出的单位改正。" if errors else next_to_act(standings),
        missing=(*checks, *(one.lack for one in standings if one.lack)),
        created=difference.created,
    )


def _item(
    words: Wording,
    one: Changed,
    findings: Sequence[Finding],
    day: str,
    open_proposals: Collection[OpenProposal],
    complaints: Mapping[str, int],
    own: str,
) -> ItemReport:
    record = one.after
    body = record.requesting_body if isinstance(record, CertificateItem) else record.body
    uses = record.legal_bases if isinstance(record, CertificateItem) else ()
    cited = [CitedBasis(basis=use.basis, article=use.article, requires=use.requires) for use in uses]
    return ItemReport(
        id=record.id,
        type=one.type,
        title=words.title(record),
        body=words.body(body),
        lines=tuple(words.lines(one.before, record)),
        bases=tuple(_basis(words, use, day) for use in cited),
        findings=tuple(_said(finding) for finding in findings if finding.file == one.file),
        others=tuple(other for other in open_proposals if record.id in other.items and other.id != own),
        complaints=complaints.get(record.id, 0),
    )


def _basis(words: Wording, use: CitedBasis, day: str) -> BasisReport:
    basis = words.catalog.legal_bases.get(use.basis)
    if basis is None:
        return BasisReport(
            title=use.basis, article=use.article, requires=use.requires, rank="", version="", checked_on=""
        )
    version = basis.version_on(day)
    ended = basis.repealed
    return BasisReport(
        title=basis.marked_title,
        article=use.article,
        requires=use.requires,
        rank=RANKS[basis.rank],
        version=version.from_ if version else basis.effective,
        checked_on=basis.checked_on,
        repealed=f"{ended.on} 被{ended.by}废止" if ended else "",
    )


def _said(finding: Finding) -> Said:
    return Said(level=finding.level, code=finding.code, sentence=f"{finding.message}{finding.fix}")


def _headline(difference: Difference, items: Sequence[ItemReport]) -> str:
    if len(items) == 1:
        item = items[0]
        method = next((line.now for line in item.lines if line.field == "versions.0.method"), "")
        became = f"改为{method}" if item.type == "change" and method else ""
        return f"{TYPES[item.type]}：{item.title}{became}"
    counts = {label: sum(item.type == type for item in items) for type, label in TYPES.items()}
    said = [f"{label} {count} 条" for label, count in counts.items() if count]
    return f"调整：{'、'.join(said)}" if said else f"改动其他数据 {len(difference.others)} 处"


def _lead(words: Wording, difference: Difference, proposal: Proposal | None) -> str:
    parts = [words.home.place.name]
    if proposal is not None:
        who = words.body(proposal.applicant)
        parts += [f"{who}自行启动" if proposal.initiator == "office" else who]
        if proposal.trigger_date:
            parts.append(f"情形发生 {proposal.trigger_date}")
        if proposal.initiator == "office":
            parts.append(f"{proposal.submitted} 提出" if proposal.submitted else "")
        else:
            parts.append(proposal.timeliness.sentence.rstrip("。"))
    else:
        named = quoted_list([words.body(body) for body in difference.bodies[:3]])
        count = len(difference.bodies)
        parts.append(f"{named}等{count}个单位" if count > 3 else named)
    return " · ".join(part for part in parts if part)


def _why(words: Wording, proposal: Proposal) -> Iterator[tuple[str, str]]:
    said = {
        "事由": words.reason(proposal.type, proposal.reason) if proposal.reason else "",
        "理由说明": proposal.reason_text,
        "调整依据": proposal.ground,
        "依据的条款": "；".join(words.basis(use.basis, use.article) for use in proposal.legal_bases),
        "为什么更便民、高效、最优": proposal.justification,
        "情形发生": proposal.trigger_date,
        "凭据": proposal.trigger_evidence,
        "变化的要素": proposal.element,
        "部门盖章": proposal.seal,
        "按时还是逾期": "" if proposal.initiator == "office" else proposal.timeliness.sentence,
        "从哪天起实行": proposal.effective_from or "公布当天",
        "联系岗位": proposal.contact_post,
    }
    yield from ((label, text) for label, text in said.items() if text)


def _questions(
    catalog: Catalog, items: Sequence[ItemReport], words: Wording, proposal: Proposal | None, day: str
) -> Iterator[Question]:
    """The three questions of a review: basis, necessity (优化营商环境条例第四十四条), agreement with superior law."""
    cited = [_basis(words, use, day) for use in proposal.legal_bases] if proposal else []
    bases = list(dict.fromkeys([*cited, *(basis for item in items for basis in item.bases)]))
    reasons = catalog.vocabularies.reasons
    yield Question(
        code="basis",
        title="依据",
        asks="每项证明是不是都有法律、法规或者国务院决定作依据，条款找得到、现在还有效？",
        evidence=tuple(_cited(basis) for basis in bases) or ("没有写设定依据。",),
    )
    yield Question(
        code="necessity",
        title="必要性",
        asks="有没有下面任何一种情形？有的，就不应当再要这项证明。",
        evidence=tuple(entry.label for entry in reasons.necessity_grounds) if reasons else (),
    )
    ranks = dict.fromkeys(basis.rank for basis in bases if basis.rank)
    yield Question(
        code="superior",
        title="与上位法一致",
        asks="是不是和上位法一致，没有增加上位法没有的证明或者条件？",
        evidence=(f"依据的位阶：{quoted_list(list(ranks))}。",) if ranks else ("没有可以对照的依据。",),
    )


def _cited(basis: BasisReport) -> str:
    parts = [basis.rank, f"{basis.version} 版" if basis.version else "", basis.repealed]
    about = "，".join(part for part in (*parts, f"核对到 {basis.checked_on}" if basis.checked_on else "") if part)
    return f"{basis.title}{basis.article}" + (f"（{about}）" if about else "")


def _steps(standings: Sequence[StepStanding], proposal: Proposal | None, errors: int) -> Iterator[StepReport]:
    """The way from handing in to publication; the first step that is not done is the present one."""
    yield StepReport(label="提交", note=proposal.submitted if proposal else "", state="done")
    yield StepReport(label="检查", note=f"{errors} 处错误" if errors else "通过", state="now" if errors else "done")
    waiting = {one.step.role for one in standings if one.lack}
    for one in standings:
        ready = not errors and waiting.isdisjoint(one.step.after)
        state: StepState = "done" if one.done_on else "now" if ready else "later"
        note = one.done_on or one.lack.removeprefix(f"还缺：{one.step.said}。") or "等待办理"
        yield StepReport(label=one.step.label, note=note, set_by_us=one.step.set_by_us, state=state)
    yield StepReport(label="公布", note="并入清单后自动公布", state="later" if waiting or errors else "now")
