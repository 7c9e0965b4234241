"""Who has to say yes before a proposal is merged, and what is still missing. The chain comes from the place's profile.

Approval (Yiyuan, Boshan, Fangxian): each office of the chain approves the newest commit. Notification (Qingshen): the
sealed notice reaches the centre. Filing (Wuhai): merged without approval and filed with the bureau. A body never
approves its own proposal; the profile's `no_consensus_to` decides in its place (recusal, set by this system).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from mianzheng.clock import day_of
from mianzheng.model import Catalog, PlaceCatalog, Record
from mianzheng.model.values import BodyId, Day
from mianzheng.ports.forge import Approval

ProposalType = Literal["add", "change", "cancel"]
TYPES: dict[ProposalType, str] = {"add": "新增", "change": "变更", "cancel": "取消"}
SET_BY_US = "本系统设定，文件未规定"

_ROLES = {"office": "joint_conference_office", "joint_meeting": "joint_conference_office"}
_DOES = {"joint_conference_office": "会同有关部门研究，提出审核意见", "justice": "审核合法性", "government": "审定",
         "centre": "接收盖章的变化通知", "bureau": "备案"}  # fmt: skip
_CALLED = {"notice": "公示", "comment": "征求意见"}
_GOVERNMENTS = {"county": "县政府", "district": "区政府", "city": "市政府"}
_JUSTICE_READING = "OQ-27"
"""The reading by which the justice office reviews adjustments: where the chain rests on it, that step is ours."""


NoticeKind = Literal["notice", "comment"]
"""公示, with objections, before a cancellation (FX-3-1-4); 征求意见, with opinions (BS-PL-3-1-1e)."""


class Notice(Record, kw_only=True):
    """A public notice or comment; `objections` are those that nobody has dealt with yet, `upheld` counts those taken.

    `objected_at` is the instant of the latest objection (ISO), empty without any.
    """

    kind: NoticeKind = "notice"
    from_: Day = msgspec.field(name="from")
    until: Day
    objections: tuple[str, ...] = ()
    upheld: int = 0
    objected_at: str = ""

    def takes(self, day: str) -> bool:
        """Whether an objection of a Shanghai day is in time: until 24:00 of the last day (OQ-34, S-PUB-07)."""
        return self.from_ <= day <= self.until


class Facts(Record, kw_only=True):
    """What the gate has to know of a proposal.

    `bodies` are the bodies it is about: the applicant and those whose items it changes. `subject` is the person who
    sent it in, the same whatever account was used (A25). `seal` names the sealed paper (QS-SP-1-3-1b).
    """

    place: str
    type: ProposalType
    bodies: tuple[BodyId, ...] = ()
    subject: str = ""
    seal: str = ""
    escalated: bool = False
    notice: Notice | None = None


@dataclass(frozen=True)
class Step:
    """One step: whose, what it is called, whether a document asks for it. `after` names roles that go first.

    `instead_of` is the office that steps back because the proposal is its own; `barred`: nobody may decide.
    """

    kind: Literal["approve", "decide", "notice", "comment", "receive", "file"]
    role: str
    label: str
    set_by_us: bool = False
    after: tuple[str, ...] = ()
    instead_of: str = ""
    barred: bool = False

    @property
    def said(self) -> str:
        """The step in words, with the mark of what this system added."""
        return f"{self.label}（{SET_BY_US}）" if self.set_by_us else self.label


@dataclass(frozen=True)
class StepStanding:
    """A step and where it stands: the day on which it was done, or one Chinese sentence saying what is missing."""

    step: Step
    done_on: str = ""
    lack: str = ""


def chain_of(catalog: Catalog, facts: Facts) -> tuple[Step, ...]:
    """The steps between handing in and merging, recusal and escalation worked in."""
    home = catalog.places[facts.place]
    steps = _commented(_chain(catalog, home, facts.type), facts)
    referee = _referee(catalog, home)
    if facts.escalated:
        public = tuple(step for step in steps if step.kind in ("notice", "comment"))
        decides = replace(referee, kind="decide", after=tuple(step.role for step in public))
        return (*public, _held(home, facts, decides, referee))
    if not any(step.kind == "approve" for step in steps):
        return steps
    held = [_held(home, facts, step, referee) if step.kind == "approve" else step for step in steps]
    return tuple(dict.fromkeys(held))


def standing(
    steps: Sequence[Step], facts: Facts, approvals: Sequence[Approval], head: str, day: str
) -> list[StepStanding]:
    """Every step with where it stands on a Shanghai day. Only a yes to `head`, the newest commit, counts (AP9)."""
    counted = [a for a in approvals if a.commit == head and a.subject and a.subject != facts.subject]
    chosen = _chosen(steps, counted)
    return [_standing(step, facts, approvals, chosen, head, day) for step in steps]


def missing(catalog: Catalog, facts: Facts, approvals: Sequence[Approval], head: str, day: str) -> list[str]:
    """What is missing before the proposal may be merged, one Chinese sentence each; empty: it may.

    YY-ADJ-10-1, YY-ADJ-10-2, FX-3-1-4, QS-SP-1-3-1b, WH-OR-16, YY-JM-3-4, QS-SD-1; AP5, AP7, AP8, AP9, A25.
    """
    return [s.lack for s in standing(chain_of(catalog, facts), facts, approvals, head, day) if s.lack]


def awaited(standings: Sequence[StepStanding], role: str) -> list[str]:
    """The steps that have to be done before the one of a role, in words; empty when it is its turn."""
    undone = {one.step.role: one.step.label for one in standings if one.lack}
    own = next((one.step for one in standings if one.step.role == role), None)
    return [undone[before] for before in own.after if before in undone] if own else []


def next_to_act(standings: Sequence[StepStanding]) -> str:
    """Who must act now, in a sentence; steps that wait for others are left out."""
    undone = [s.step for s in standings if s.lack]
    waiting = {step.role for step in undone}
    ready = [step for step in undone if waiting.isdisjoint(step.after)]
    if not ready:
        return "各步骤都已完成，可以并入清单。"
    return f"下一步：{'；'.join(step.said for step in ready)}。"


def _chain(catalog: Catalog, home: PlaceCatalog, type: ProposalType) -> tuple[Step, ...]:
    review = home.profile.review if home.profile else None
    mode = (review.adjust_mode.value if review else None) or "approval"
    codes = (review.adjust_chain.value if review else None) or ("office",)
    if mode == "filing":
        return (_step(catalog, home, "bureau", "file"),)
    if mode == "notify":
        return (_step(catalog, home, "centre", "receive"),)
    ours = review is None or not (review.adjust_chain.binds and review.adjust_mode.binds)
    reading = review is not None and _JUSTICE_READING in review.adjust_chain.sources
    roles = [_ROLES.get(code, code) for code in codes if code != "departments"]
    steps = [
        _step(
            catalog, home, role, "approve",
            set_by_us=ours or (role == "justice" and reading),
            after=tuple(roles[:i]) if role == "government" else (),
        )
        for i, role in enumerate(roles)
    ]  # fmt: skip
    notice = review.cancel_public_notice.value if review else None
    if type == "cancel" and notice is not None and notice.required:
        steps[-1] = replace(steps[-1], after=(*steps[-1].after, "notice"))
        before = tuple(step.role for step in steps[:-1])  # legality first, then the public (CI7)
        steps.insert(len(steps) - 1, Step("notice", "notice", "取消前公示，并处理完异议", after=before))
    return tuple(steps)


def _commented(steps: tuple[Step, ...], facts: Facts) -> tuple[Step, ...]:
    """A comment that was begun comes before the reviews, as for a first list (BS-PL-3-1-1e, S-REV-02)."""
    if facts.notice is None or facts.notice.kind != "comment":
        return steps
    waiting = (replace(step, after=(*step.after, "comment")) for step in steps)
    return (Step("comment", "comment", "公开征求意见", set_by_us=True), *waiting)


def _step(
    catalog: Catalog,
    home: PlaceCatalog,
    role: str,
    kind: Literal["approve", "receive", "file"],
    *,
    set_by_us: bool = False,
    after: tuple[str, ...] = (),
) -> Step:
    return Step(kind, role, f"{_name(catalog, home, role)}{_DOES.get(role, '审核')}", set_by_us, after)


def _referee(catalog: Catalog, home: PlaceCatalog) -> Step:
    """Who decides where the offices do not agree or the office itself is concerned (YY-JM-3-4)."""
    leaf = home.profile.review.no_consensus_to if home.profile else None
    code = (leaf.value if leaf else None) or "government"
    role = _ROLES.get(code, code)
    return Step("approve", role, f"{_name(catalog, home, role)}决定", set_by_us=leaf is None or not leaf.binds)


def _held(home: PlaceCatalog, facts: Facts, step: Step, referee: Step) -> Step:
    """The step, or the one that takes its place because its own body is concerned."""
    if home.place.offices.get(step.role) not in facts.bodies:
        return step
    if step.role == referee.role or home.place.offices.get(referee.role) in facts.bodies:
        return replace(step, barred=True)
    return replace(referee, instead_of=step.label, set_by_us=True, after=step.after)


def _name(catalog: Catalog, home: PlaceCatalog, role: str) -> str:
    if role == "government":
        return _GOVERNMENTS.get(home.place.level, "政府")
    entry = catalog.vocabularies.roles.get(role)
    return entry.label if entry else role


def _chosen(steps: Sequence[Step], counted: Sequence[Approval]) -> dict[str, Approval]:
    """One approval a role, each by another person (QS-SD-1: who reviews does not also decide), the latest that fit."""
    options = {step.role: [a for a in counted if a.role == step.role] for step in steps}
    chosen: dict[str, Approval] = {}
    for role in sorted(options, key=lambda name: len({a.subject for a in options[name]})):
        taken = {approval.subject for approval in chosen.values()}
        free = [a for a in options[role] if a.subject not in taken]
        if free:
            chosen[role] = max(free, key=lambda a: a.at)
    return chosen


def _standing(
    step: Step, facts: Facts, approvals: Sequence[Approval], chosen: dict[str, Approval], head: str, day: str
) -> StepStanding:
    if step.kind == "file":
        return StepStanding(step, done_on=day)
    if step.kind in ("notice", "comment"):
        return _notice(step, facts.notice, day)
    if step.barred:
        return StepStanding(step, lack=f"{step.label}：这件申请涉及这个单位自己，要由上一级或者别的单位决定（回避）。")
    if step.kind == "receive" and not facts.seal:
        return StepStanding(step, lack="变化通知要盖部门公章：还没有盖章的凭证（QS-SP-1-3-1b）。")
    approval = chosen.get(step.role)
    if approval is None:
        return StepStanding(step, lack=_absent(step, facts, approvals, head))
    early = [other for role in step.after if (other := chosen.get(role)) and other.at > approval.at]
    if early:
        when, first = day_of(approval.at), max(day_of(other.at) for other in early)
        return StepStanding(step, lack=f"{step.label}（{when}）早于前一步（{first}）：要等前面的审核完成以后再作。")
    if facts.notice and (unripe := _unripe(step, facts.notice, approval)):
        return StepStanding(step, lack=unripe)
    return StepStanding(step, done_on=day_of(approval.at))


def _unripe(step: Step, notice: Notice, approval: Approval) -> str:
    """Why a yes came too early: before the notice was over, or before the objection that leads back to it (CI9)."""
    when = day_of(approval.at)
    if {"notice", "comment"} & {*step.after} and when <= notice.until:
        return f"{step.label}（{when}）早于{_CALLED[notice.kind]}结束（{notice.until}）：要等结束以后再作。"
    if step.role == "justice" and notice.kind == "notice" and notice.objected_at:
        objected = datetime.datetime.fromisoformat(notice.objected_at)
        if approval.at < objected:
            return f"还缺：{step.said}。{day_of(objected)} 收到了公示异议，要再审一次。"
    return ""


def _absent(step: Step, facts: Facts, approvals: Sequence[Approval], head: str) -> str:
    """Why there is no approval for a step."""
    of_role = [a for a in approvals if a.role == step.role]
    why = f"“{step.instead_of}”因涉及本单位而回避，改由这里决定。" if step.instead_of else ""
    if any(a.commit == head and a.subject == facts.subject for a in of_role):
        return f"还缺：{step.said}。提出申请的人不能审核自己的申请，要由另一个人来办。{why}"
    if any(a.commit == head and a.subject for a in of_role):
        return f"还缺：{step.said}。同一个人已经作了另一步的审核，这一步要由另一个人来办。{why}"
    if of_role:
        return f"还缺：{step.said}。之前的同意是对修改以前的内容作的，已经失效，请重新审核。{why}"
    if step.kind == "decide":
        return f"意见不一致，已提请决定，还缺：{step.said}。{why}"
    return f"还缺：{step.said}。{why}"


def _notice(step: Step, notice: Notice | None, day: str) -> StepStanding:
    if notice is None or notice.kind != step.kind:
        return StepStanding(step, lack="取消前要先公示，还没有公示（FX-3-1-4）。")
    if day <= notice.until:
        ended = f"{_CALLED[notice.kind]}还没有结束"
        return StepStanding(step, lack=f"{ended}，最后一天是 {notice.until}（到当天24时止）。")
    if notice.kind == "comment" and notice.objections:
        return StepStanding(
            step, lack=f"征求到的意见还有 {len(notice.objections)} 条没有处理（采纳不采纳都要写明理由）。"
        )
    if notice.kind == "comment":
        return StepStanding(step, done_on=notice.until)
    if notice.upheld:
        said = f"公示异议有 {notice.upheld} 条成立，不能照公示的内容取消：请退回修改，或者审核不通过。"
        return StepStanding(step, lack=said)
    if notice.objections:
        return StepStanding(step, lack=f"公示期间收到的异议还有 {len(notice.objections)} 条没有处理。")
    return StepStanding(step, done_on=notice.until)
