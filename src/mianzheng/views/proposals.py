"""Adjustments as departments and reviewers see them: the way of a proposal, its page with the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from mianzheng.cases.events import Event
from mianzheng.cases.records import CaseRecord
from mianzheng.model import Catalog, PlaceCatalog, RoleEntry
from mianzheng.proposals.chains import TYPES
from mianzheng.proposals.conflicts import name_of
from mianzheng.proposals.examining import MOVED_ON
from mianzheng.proposals.handling import timeliness_of
from mianzheng.proposals.machines import MACHINE
from mianzheng.proposals.operations import Conflict
from mianzheng.proposals.wording import Wording
from mianzheng.rules.labels import field_label
from mianzheng.settings import Settings
from mianzheng.views.case_stories import Happening
from mianzheng.views.frames import Frame, framed
from mianzheng.views.office import WorklistRow
from mianzheng.views.spoken import day_said, spoken

HERE = "/office/proposals"
DELIVERIES = {
    "queued": "正在送审", "pushing": "正在送审", "open": "已送审", "merging": "正在并入", "merged": "已并入",
    "conflicted": "和清单现在的内容冲突", "parked": "送审没有成功，等系统管理员处理", "closed": "已关闭",
}  # fmt: skip


@dataclass(frozen=True)
class ThreeValues:
    """A field that has changed meanwhile, in words: when the proposal was written, now, and as it is wanted."""

    name: str
    title: str
    label: str
    base: str
    now: str
    wanted: str
    ended: bool


@dataclass(frozen=True)
class ProposalView:
    """Everything that the page of a proposal shows to one role."""

    record: CaseRecord
    home: PlaceCatalog
    role: str
    report: str
    timeline: Sequence[Happening]
    next_step: str
    lacks: Sequence[str]
    kinds: frozenset[str] = frozenset()
    may_correct: bool = False
    conflicts: Sequence[ThreeValues] = ()
    event: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


def proposal_page(settings: Settings, around: Frame, view: ProposalView) -> str:
    """One proposal: where it stands, what it changes, what the role may do now."""
    record = view.record
    delivery = record.data["delivery"]
    offered = {t.event: t for t in MACHINE.offered(record.state, view.role)}
    acts = [(offered[event], fields) for event, fields in ACTS.items() if event in offered and _fits(view, event)]
    return framed(
        settings,
        "office/proposal.html",
        f"{record.data['number']} {record.data['title']}",
        frame=replace(around, here=HERE),
        record=record,
        heading=f"{TYPES[record.data['type']]}：{record.data['title']}",
        state=MACHINE.states[record.state],
        delivery=DELIVERIES.get(delivery["status"], delivery["status"]),
        conflicts=[text for text in delivery.get("problems", {}).values() if text != MOVED_ON],
        three=view.conflicts,
        came=timeliness_of(record).sentence,
        next_step=view.next_step,
        lacks=view.lacks,
        report=Markup(view.report),
        timeline=view.timeline,
        notice=record.data.get("notice"),
        may_correct=view.may_correct,
        defects=record.data.get("defects", "") if record.state == "returned" else "",
        acts=acts,
        event=view.event,
        values=view.values,
        problems=view.problems,
    )


def conflicts_said(catalog: Catalog, home: PlaceCatalog, conflicts: Sequence[Conflict]) -> list[ThreeValues]:
    """Every field to choose for, in words."""
    words = Wording(catalog, home)
    found = []
    for one in conflicts:
        record = home.items.get(one.id) or home.services.get(one.id)
        base, now, wanted = (words.said(one.field, value) for value in (one.base, one.now, one.wanted))
        title = words.title(record) if record else one.id
        ended = one.field == "cancelled"
        found.append(ThreeValues(name_of(one), title, field_label(one.field), base, now, wanted, ended))
    return found


def _fits(view: ProposalView, event: str) -> bool:
    """Whether a step has a place in this proposal's chain, and in what has happened so far."""
    data = view.record.data
    match event:
        case "file":
            return bool({"file", "receive"} & view.kinds)
        case "study" | "opine":
            return "approve" in view.kinds or "decide" in view.kinds
        case "notify":
            return "notice" in view.kinds and not data.get("notice")
        case "object" | "settle":
            return bool(data.get("notice"))
        case "retry":
            return bool(data["delivery"]["status"] in ("parked", "conflicted"))
        case "withdraw":
            return view.role == "department" or data["application"].get("initiator") == "office"
    return True


ACTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "study": (),
    "opine": (("opinion", "审核意见", "area"),),
    "approve": (("opinion", "审核意见", "area"), ("decision", "决定（提请决定的填这一栏）", "area")),
    "file": (),
    "notify": (("from", "公示开始", "date"), ("until", "最后一天", "date")),
    "object": (("objection", "异议（写编号或者一句话）", "text"),),
    "settle": (("objection", "哪一条异议", "text"), ("answer", "怎么处理的", "area")),
    "return": (("defects", "要补正的地方，一次说全", "area"),),
    "escalate": (("why", "意见不一致的地方", "area"),),
    "reject": (("why", "理由", "area"), ("decision", "决定（提请决定的填这一栏）", "area")),
    "withdraw": (("why", "撤回的理由", "area"),),
    "retry": (),
}
"""Event → fields: name, label, kind."""


def worklist_row(record: CaseRecord) -> WorklistRow:
    """A proposal on a worklist."""
    data, state = record.data, MACHINE.states[record.state]
    target = data.get("target", "")
    came = timeliness_of(record) if "timeliness" in data else None
    return WorklistRow(
        number=data["number"],
        link=f"{HERE}/{record.id}",
        came=f"{TYPES[data['type']]} · {day_said(data['submissions'][-1]['on'])}报送",
        title=data["title"],
        about=came.sentence if came else "",
        body="、".join(data["body_names"]),
        state=state.label,
        tone="open" if state.open else ("good" if record.state == "published" else "over"),
        due=f"目标 {day_said(target)}" if target and state.open else "",
        why="本系统设定，不算超期" if target and state.open else "",
        used=0,
    )


def told(events: Sequence[Event], home: PlaceCatalog, roles: Mapping[str, RoleEntry]) -> list[Happening]:
    """The timeline of a proposal, newest first."""
    labels = {t.event: t.label for t in reversed(MACHINE.transitions)}
    decided = {t.event: t.label for t in MACHINE.transitions if "decision" in t.needs}
    lines = []
    for event in events:
        body = home.bodies.get(event.body)
        role = roles[event.role].label if event.role in roles else "系统"
        who = f"{body.short_name or body.name} · {role}" if body else role
        what = (decided if event.data.get("decision") else labels).get(event.name) or labels.get(event.name, event.name)
        if event.name == "deliver":
            what = DELIVERIES.get(str(event.data.get("delivery")), what)
        texts = tuple(
            (label, str(event.data[name]))
            for name, label in (("opinion", "审核意见"), ("decision", "决定"), ("defects", "要补正"), ("why", "理由"),
                                ("answer", "处理情况"), ("objection", "异议"))
            if event.data.get(name)
        )  # fmt: skip
        lines.append(Happening(event.at.isoformat(), spoken(event.at, year=True), what, who, texts))
    return lines[::-1]
