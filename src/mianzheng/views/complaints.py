"""Complaints as the person sees them: three steps, a receipt, the progress. Every page works without scripts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from mianzheng.cases.actors import CITIZEN
from mianzheng.cases.records import CaseRecord
from mianzheng.complaints.fields import LABELS as FIELD_LABELS
from mianzheng.complaints.filing import HOW_ASKED, REPLY_BY, exhaustive
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.receipts import Receipt
from mianzheng.model import CodeEntry, PlaceCatalog
from mianzheng.settings import Settings
from mianzheng.views.atlas import Entry
from mianzheng.views.case_stories import Happening
from mianzheng.views.due_bars import DueBar
from mianzheng.views.frames import framed
from mianzheng.views.overtaken import overtaken
from mianzheng.views.proposals import became

ASKING = frozenset({"organ", "authorised_org", "township", "centre", "public_service"})
"""Kinds of bodies that may be complained about."""
LABELS = {
    "ground": "情况",
    "ground_text": "情况说明",
    "asked_for": "他们要的证明",
    "service": "办的事",
    "body": "反映的单位",
    "body_name": "单位名称",
    "happened_on": "哪一天",
    "how_asked": "怎么要的",
    "reasons_facts": "经过和理由",
    "demand": "希望怎么解决",
    "name": "姓名",
    "phone": "电话",
    "reply_channel": "怎么告诉您",
    "relation": "和当事人的关系",
}
FIELDS = ("place", "item", "kind", *LABELS, "hide_identity", "by_agent")
"""Everything that the form carries from step to step."""
OFFICE_ONLY = "受理单位看得到；办理的单位要用时，须写明用途，并且留下记录"
OFFICE_HIDDEN = "只有受理单位看得到，您反映的单位看不到"
HANDLERS = "受理单位和办理的单位看得到"


@dataclass(frozen=True)
class FormView:
    """What the form of a place shows: what it asks for, what was entered, what is wrong with it.

    `files`: fields and labels of the pictures and PDFs that are put away for it; `takes_mb`: how much of them the form
    can bring, 0 where none can come; `ahead`: whether what is more can be sent before it.
    """

    home: PlaceCatalog
    grounds: Mapping[str, CodeEntry]
    required: Collection[str]
    draft: str
    who_handles: str
    how_long: str
    entry: Entry | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    takes_mb: int = 0
    ahead: bool = False


HEADING = "他们还是让我开证明"
WHERE = ("先选是在哪里遇到的。", "/complaints/new")


def places_page(
    settings: Settings,
    homes: Sequence[PlaceCatalog],
    carried: str,
    heading: str = HEADING,
    where: tuple[str, str] = WHERE,
) -> str:
    """Which place? `where`: what is asked, and the form's address; `carried` goes along as query string."""
    lead, address = where
    return framed(
        settings, "complaints/places.html", heading, places=homes, carried=carried, lead=lead, address=address
    )


def form_page(settings: Settings, view: FormView) -> str:
    """Step 1."""
    home = view.home
    bodies = sorted((b for b in home.bodies.values() if b.kind in ASKING), key=lambda body: body.name)
    return framed(
        settings,
        "complaints/form.html",
        "他们还是让我开证明",
        entry=view.entry,
        grounds=[(code, ground.label) for code, ground in view.grounds.items()],
        exhaustive=exhaustive(view.grounds),
        services=sorted((service.id, service.name) for service in home.services.values()),
        bodies=[(body.id, body.name) for body in bodies],
        manners=list(HOW_ASKED.items()),
        replies=list(REPLY_BY.items()),
        required=view.required,
        who_sees="姓名和电话只给受理单位看，用来核实和答复您。您可以让被反映的单位看不到。",
        who_handles=view.who_handles,
        how_long=view.how_long,
        draft=view.draft,
        form=view.form,
        problems=view.problems,
        files=view.files,
        takes_mb=view.takes_mb,
        ahead=view.ahead,
    )


def check_page(settings: Settings, view: FormView, masked: Sequence[str], shown: Mapping[str, str]) -> str:
    """Step 2: what was understood, with numbers masked, and who sees what."""
    hidden = shown.get("hide_identity") == "yes"
    seen_by = dict.fromkeys(("name", "phone", "relation"), OFFICE_HIDDEN if hidden else OFFICE_ONLY)
    given = [name for name in LABELS if shown.get(name)]
    rows = [(LABELS[name], _said(view, name, shown[name]), seen_by.get(name, HANDLERS)) for name in given]
    if view.entry:
        rows.insert(0, ("清单上的事项", f"{view.entry.kind.name}（{view.entry.service.name}）", HANDLERS))
    if view.files:
        rows.append(("照片和文件", "、".join(view.files.values()), seen_by["name"]))
    return framed(
        settings,
        "complaints/check.html",
        "请核对",
        rows=rows,
        masked=masked,
        form={**shown, **dict.fromkeys(view.files, "yes")},
        names=(*FIELDS, *view.files),
        draft=view.draft,
    )


def receipt_page(
    settings: Settings, number: str, received: str, receiver: str, receipt: Receipt, next_step: str
) -> str:
    """Step 3: the receipt, shown this once. The QR code has the code behind `#`, which no browser sends to a server."""
    address = f"{settings.public_url}/complaints/lookup#{receipt.letters.replace('-', '')}"
    return framed(
        settings,
        "complaints/receipt.html",
        "收到了",
        number=number,
        received=received,
        receiver=receiver,
        words=receipt.characters,
        letters=receipt.letters,
        qr=qr_of(address),
        next_step=next_step,
    )


def lookup_page(settings: Settings, draft: str, form: Mapping[str, str], problems: Mapping[str, str]) -> str:
    """Ask for the code."""
    return framed(settings, "complaints/lookup.html", "查进度", draft=draft, form=form, problems=problems)


@dataclass(frozen=True)
class OwnAct:
    """Something that the person may do: heading, question, what the button says."""

    event: str
    title: str
    button: str
    ask: str = ""


FINAL = ("refuse", "conclude", "terminate")
"""Events that bring an answer."""
ACTS = (
    OwnAct("supplement", "补充情况", "补充", "要补充什么"),
    OwnAct("attach", "补充照片或者文件", "提交", "选照片或者 PDF"),
    OwnAct("rate", "评价", "评价"),
    OwnAct("object", "对结果有异议", "提出异议", "哪里不对"),
    OwnAct("withdraw", "不反映了", "撤回", "为什么撤回（可不填）"),
)
SCORES = ((5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意"))


def progress_page(
    settings: Settings,
    record: CaseRecord,
    timeline: Sequence[Happening],
    due: DueBar | None,
    looks: Sequence[tuple[str, str, str]],
    *,
    proposals: Sequence[CaseRecord],
    code: str,
    draft: str,
    about: str,
    written: str,
    problems: Mapping[str, str],
    takes_mb: int = 0,
    ahead: bool = False,
) -> str:
    """How far it is, who looked at the person's contact, and what the person may do now."""
    offered = {t.event for t in MACHINE.offered(record.state, CITIZEN)}
    done = set() if takes_mb else {"attach"}
    done |= {event for event, mark in (("rate", "rated"), ("object", "objected")) if mark in record.data}
    acts = [act for act in ACTS if act.event in offered - done]
    replies = [text for line in timeline for label, text in line.texts if label == FIELD_LABELS["reply"]]
    return framed(
        settings,
        "complaints/progress.html",
        record.data["title"],
        number=record.data["number"],
        state=MACHINE.states[record.state].public,
        due=due,
        reply=replies[0] if replies else "",
        timeline=timeline,
        looks=looks,
        proposals=became(proposals, linked=False),
        has_files=bool(record.data.get("files")),
        acts=acts,
        scores=SCORES,
        code=code,
        draft=draft,
        about=about,
        written=written,
        faster=overtaken(about, {act.event for act in acts}, problems, {"text": "内容"}, {"text": written}),
        problems=problems,
        takes_mb=takes_mb,
        ahead=ahead,
    )


def qr_of(address: str) -> Markup:
    """A QR code of an address where a case is looked up."""
    import segno  # drawn for receipts only

    code = segno.make_qr(address, error="m").svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)
    return Markup(f'<span role="img" aria-label="查进度的二维码">{code}</span>')


def _said(view: FormView, name: str, value: str) -> str:
    """A value of the form in words."""
    home = view.home
    match name:
        case "ground":
            return view.grounds[value].label if value in view.grounds else value
        case "service":
            return home.services[value].name if value in home.services else value
        case "body":
            return home.bodies[value].name if value in home.bodies else value
        case "how_asked":
            return HOW_ASKED.get(value, value)
        case "reply_channel":
            return REPLY_BY.get(value, value)
    return value
