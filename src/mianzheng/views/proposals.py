"""Adjustments as departments and reviewers see them: the form, the way of a proposal, the page with the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from mianzheng.cases.events import Event
from mianzheng.cases.records import CaseRecord
from mianzheng.model import Catalog, CertificateItem, PlaceCatalog, Profile, RoleEntry
from mianzheng.proposals.chains import TYPES
from mianzheng.proposals.examining import Hint
from mianzheng.proposals.handling import timeliness_of
from mianzheng.proposals.machines import MACHINE
from mianzheng.settings import Settings
from mianzheng.views.case_stories import Happening
from mianzheng.views.frames import Frame, framed
from mianzheng.views.office import WorklistRow
from mianzheng.views.spoken import day_said, spoken

HERE = "/office/proposals"
Option = tuple[str, str]
DELIVERIES = {
    "queued": "正在送审", "pushing": "正在送审", "open": "已送审", "merging": "正在并入", "merged": "已并入",
    "conflicted": "和清单现在的内容冲突", "parked": "送审没有成功，等系统管理员处理", "closed": "合并请求已关闭",
}  # fmt: skip
CHECK_WHEN = [("before", "办理前"), ("during", "办理中"), ("after", "办结后")]
CHECK_HOW = [("onsite", "上门看"), ("online", "上网查"), ("sampling", "抽查"), ("internal", "单位内部查"),
             ("cooperation", "请有关单位协查")]  # fmt: skip
TIME_CLASSES = [("electronic", "有电子档案的"), ("paper", "查纸质档案"), ("hard", "档案不全、不好查的"),
                ("ordinary", "一般的"), ("complex", "复杂的")]  # fmt: skip


@dataclass(frozen=True)
class FormView:
    """What the form of an application shows: its type, what was entered, what is wrong, what to think of."""

    catalog: Catalog
    home: PlaceCatalog
    profile: Profile
    type: str
    own_body: str
    form: Mapping[str, str]
    due: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    hints: Sequence[Hint] = ()
    preview: str = ""


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
    event: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


def form_page(settings: Settings, around: Frame, view: FormView) -> str:
    """The application form of one type; everything works without scripts."""
    catalog, home = view.catalog, view.home
    reasons = catalog.vocabularies.reasons
    enabled = view.profile.adjust.reasons.value
    listed = {"add": reasons.add, "change": reasons.change, "cancel": reasons.cancel}[view.type] if reasons else ()
    labels = view.profile.methods.labels_zh.value or {}
    methods = [
        m for code, m in catalog.vocabularies.methods.items() if code in (view.profile.methods.enabled.value or ())
    ]
    forms = catalog.vocabularies.forms.values()
    return framed(
        settings,
        "office/proposal_form.html",
        f"{TYPES[view.type]}清单事项" if view.type in TYPES else "清单调整",
        frame=replace(around, here=HERE),
        type=view.type,
        types=list(TYPES.items()),
        items=_items(catalog, home, view.own_body),
        kinds=sorted(((k.id, k.name) for k in catalog.kinds.values()), key=lambda one: one[1]),
        services=sorted((s.id, s.name) for s in home.services.values()),
        bodies=sorted(((b.id, b.name) for b in home.bodies.values()), key=lambda one: one[1]),
        bases=sorted(((b.id, b.title) for b in catalog.legal_bases.values()), key=lambda one: one[1]),
        reasons=[(r.code, r.label) for r in listed if enabled is None or r.code in enabled],
        methods=[(m.code, labels.get(m.code, m.label)) for m in methods if m.code != "cancel"],
        letters=[(f.id, f.title) for f in forms if f.use == "commitment_letter"],
        requests=[(f.id, f.title) for f in forms if f.use == "verify_request"],
        replies=[(f.id, f.title) for f in forms if f.use == "verify_reply"],
        authorisations=[(f.id, f.title) for f in forms if f.use == "proxy_authorisation"],
        promises=[(f.id, f.title) for f in forms if f.use == "completion_promise"],
        check_when=CHECK_WHEN,
        check_how=CHECK_HOW,
        time_classes=TIME_CLASSES,
        needs_seal=view.profile.review.adjust_mode.value == "notify",
        form=view.form,
        due=view.due,
        problems=view.problems,
        hints=view.hints,
        preview=Markup(view.preview),
    )


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
        conflicts=list(delivery.get("problems", {}).values()),
        by_hand=delivery if delivery.get("by_hand") else None,
        came=timeliness_of(record).sentence,
        next_step=view.next_step,
        lacks=view.lacks,
        report=Markup(view.report),
        timeline=view.timeline,
        notice=record.data.get("notice"),
        acts=acts,
        event=view.event,
        values=view.values,
        problems=view.problems,
    )


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
            return bool(data["delivery"]["status"] in ("parked", "conflicted", "closed"))
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
    labels = {t.event: t.label for t in MACHINE.transitions}
    lines = []
    for event in events:
        body = home.bodies.get(event.body)
        role = roles[event.role].label if event.role in roles else "系统"
        who = f"{body.short_name or body.name} · {role}" if body else role
        what = labels.get(event.name, event.name)
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


def _items(catalog: Catalog, home: PlaceCatalog, own_body: str) -> list[Option]:
    """The items that may be changed; a department's own first."""

    def said(item: CertificateItem) -> str:
        kind, service = catalog.kinds[item.kind].name, home.services[item.service].name
        return f"{kind}（{service}）"

    chosen = [item for item in home.items.values() if item.status != "cancelled"]
    ordered = sorted(chosen, key=lambda item: (item.requesting_body != own_body, said(item)))
    return [(item.id, said(item)) for item in ordered]
