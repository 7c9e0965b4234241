"""Adjustments as departments and reviewers see them: the way of a proposal, its page with the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from markupsafe import Markup

from mianzheng.cases.events import Event
from mianzheng.cases.machine import State
from mianzheng.cases.records import CaseRecord
from mianzheng.model import Catalog, PlaceCatalog, Profile, RoleEntry
from mianzheng.proposals.chains import TYPES
from mianzheng.proposals.conflicts import name_of
from mianzheng.proposals.examining import MOVED_ON
from mianzheng.proposals.handling import timeliness_of
from mianzheng.proposals.machines import MACHINE
from mianzheng.proposals.notices import WORDS, announcement_of
from mianzheng.proposals.operations import Conflict
from mianzheng.proposals.opinions import ANSWERS, QUESTIONS, Opinion, ground_of
from mianzheng.proposals.origins import ORIGINS
from mianzheng.proposals.target import sentence_of
from mianzheng.proposals.wording import Wording
from mianzheng.rules.labels import field_label
from mianzheng.settings import Settings
from mianzheng.views.case_stories import Happening
from mianzheng.views.frames import Frame, framed
from mianzheng.views.office import WorklistRow
from mianzheng.views.overtaken import overtaken
from mianzheng.views.spoken import day_said, spoken

HERE = "/office/proposals"
DELIVERIES = {
    "queued": "正在送审", "pushing": "正在送审", "open": "已送审", "merging": "正在并入", "merged": "已并入",
    "dated": "写上公布的日期",
    "conflicted": "和清单现在的内容冲突", "parked": "送审没有成功，等系统管理员处理", "closed": "合并请求已关闭",
}  # fmt: skip


Became = tuple[str, str, State]
"""Of a proposal that came of a case: its number, its address (empty for those who may not open it), how far it is."""


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
    """Everything that the page of a proposal shows to one role. `turns` are the roles whose step may be taken now."""

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
    turns: frozenset[str] = frozenset()
    event: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    comments: bool = False
    overseen: bool = False
    opinions: Sequence[Opinion] = ()
    day: str = ""


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
        origins=ORIGINS,
        record=record,
        heading=f"{TYPES[record.data['type']]}：{record.data['title']}",
        state=MACHINE.states[record.state],
        delivery=DELIVERIES.get(delivery["status"], delivery["status"]),
        conflicts=[text for text in delivery.get("problems", {}).values() if text != MOVED_ON],
        three=view.conflicts,
        by_hand=delivery if delivery.get("by_hand") else None,
        came=timeliness_of(record).sentence,
        target=sentence_of(record, view.home.profile, view.day),
        next_step=view.next_step,
        lacks=view.lacks,
        report=Markup(view.report),
        timeline=view.timeline,
        shown=_shown_in_public(view),
        may_correct=view.may_correct,
        defects=record.data.get("defects", "") if record.state == "returned" else "",
        notice=announcement_of(record),
        opinions=[(one, _who(view.home, one.body), day_said(one.day)) for one in view.opinions],
        answers=list(ANSWERS.items()),
        defaults={"from": view.day},
        acts=acts,
        faster=overtaken(
            view.event,
            {*(act.event for act, _ in acts), *(["resolve"] if view.conflicts else [])},
            view.problems,
            {name: label for name, label, kind in ACTS.get(view.event, ()) if kind in ("area", "text")},
            view.values,
        ),
        places={name: f"{view.event}-{name}" for name, _, _ in ACTS.get(view.event, ())},
        event=view.event,
        values=view.values,
        problems=view.problems,
    )


def _shown_in_public(view: ProposalView) -> list[tuple[str, str]]:
    """The items that a published proposal changed: id and address on the public site."""
    if view.record.state != "published":
        return []
    changed = [PurePosixPath(path).stem for path in view.record.data["delivery"].get("paths", ())]
    return [(id, f"/{view.home.place.id}/items/{id}/") for id in changed if id in view.home.items]


def became(proposals: Sequence[CaseRecord], *, linked: bool) -> list[Became]:
    """What came of a case, for its page; `linked` for staff."""
    return [(one.data["number"], f"{HERE}/{one.id}" if linked else "", MACHINE.states[one.state]) for one in proposals]


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
        case "study":
            return "approve" in view.kinds or "decide" in view.kinds
        case "opine":
            return view.role in view.turns
        case "notify":
            return "notice" in view.turns and not data.get("notice")
        case "consult":
            return view.comments and not data.get("notice")
        case "oversee":
            return view.overseen
        case "retry":
            return bool(data["delivery"]["status"] in ("parked", "conflicted", "closed"))
        case "withdraw":
            return view.role == "department" or data["application"].get("initiator") == "office"
    return True


def _who(home: PlaceCatalog, body: str) -> str:
    found = home.bodies.get(body)
    return (found.short_name or found.name) if found else ""


_ANSWERED = tuple(
    part
    for code, title in QUESTIONS.items()
    for part in ((code, title, "answer"), (ground_of(code), f"{title}的理由（不符合的要写）", "text"))
)
"""The three questions, each with its grounds."""
_DAYS = (("from", "第一天", "date"), ("until", "最后一天（不填，由系统按工作日算）", "date"))
ACTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "study": (),
    "opine": (*_ANSWERED, ("opinion", "审核意见", "area")),
    "approve": (*_ANSWERED, ("opinion", "审核意见", "area"), ("decision", "决定（提请决定的填这一栏）", "area")),
    "file": (),
    "oversee": (*_ANSWERED, ("opinion", "审查意见", "area")),
    "notify": _DAYS,
    "consult": _DAYS,
    "return": (("defects", "要补正的地方，一次说全", "area"),),
    "escalate": (("why", "意见不一致的地方", "area"),),
    "reject": (("why", "理由", "area"), ("decision", "决定（提请决定的填这一栏）", "area")),
    "withdraw": (("why", "撤回的理由", "area"),),
    "retry": (),
}
"""Event → fields: name, label, kind."""


def worklist_row(record: CaseRecord, profile: Profile | None, day: str) -> WorklistRow:
    """A proposal on a worklist, as it stands on a day."""
    data, state = record.data, MACHINE.states[record.state]
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
        due=sentence_of(record, profile, day),
        why="",
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
        elif event.name in _OF_NOTICE and event.data.get("kind") in WORDS:
            what = _OF_NOTICE[event.name].format(WORDS[event.data["kind"]])
        texts = tuple(
            (label, str(event.data[name]))
            for name, label in (("opinion", "审核意见"), ("decision", "决定"), ("defects", "要补正"), ("why", "理由"),
                                ("answer", "处理情况"), ("objection", "编号"), ("until", "最后一天"))
            if event.data.get(name)
        )  # fmt: skip
        texts += tuple(_answered(event))
        lines.append(Happening(event.at.isoformat(), spoken(event.at, year=True), what, who, texts))
    return lines[::-1]


def _answered(event: Event) -> Iterator[tuple[str, str]]:
    """The answers to the three questions that came with an event."""
    for code, title in QUESTIONS.items():
        if answer := ANSWERS.get(str(event.data.get(code, ""))):
            why = event.data.get(ground_of(code))
            yield title, f"{answer}：{why}" if why else answer


_OF_NOTICE = {"end_notice": "{0.name}结束", "object": "收到一条{0.voice}", "settle": "处理一条{0.voice}"}
"""Events about a notice, in the words of its kind."""
