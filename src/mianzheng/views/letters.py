"""Letters to whoever complained: acceptance, refusal, extension, result, termination; for print and as .docx.

The name is left to be written by hand: to have it here, somebody would have to look at the contact, which is logged.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mianzheng.cases.records import CaseRecord, Event
from mianzheng.clock import day_of
from mianzheng.complaints.clocks import CaseClock, clocks_of
from mianzheng.complaints.desk import Desk
from mianzheng.complaints.guards.wish import OUTCOMES
from mianzheng.complaints.notices import deciding_body
from mianzheng.settings import Settings
from mianzheng.views.frames import Frame, framed
from mianzheng.views.rendering import zh_date
from mianzheng.views.spoken import day_said
from mianzheng.views.word_files import in_chinese

TITLES = {
    "accept": "投诉举报受理告知书",
    "refuse": "投诉举报不予受理告知书",
    "extend": "投诉举报延期办理告知书",
    "conclude": "投诉举报办理结果告知书",
    "terminate": "投诉举报终止办理告知书",
}
"""Event → what the letter about it is called."""
ADDRESSEE = "＿＿＿＿＿＿（先生／女士）："
DEMONSTRATION = "演示 · 不能用来办事"
LOOK_UP = "您可以随时凭查询码在“免证清单”网站查看进度、补充情况。"
OBJECT = "您对本决定有异议的，可以凭查询码在“免证清单”网站提出。"


@dataclass(frozen=True)
class Letter:
    """A letter as it is laid out: title, number, paragraphs, who signs it and on which day (in words)."""

    event: str
    title: str
    number: str
    paragraphs: tuple[str, ...]
    signed_by: str
    day: str


def letters_of(
    desk: Desk, record: CaseRecord, events: Sequence[Event], texts: Mapping[int, Mapping[str, str]]
) -> dict[str, Letter]:
    """The letters that a case has so far, by event; of what happened twice the latest."""
    return {
        event.name: _letter(desk, record, event, texts.get(event.seq, {})) for event in events if event.name in TITLES
    }


def letter_page(settings: Settings, around: Frame, letter: Letter, address: str) -> str:
    """A letter for print; `address` leads back to the case."""
    return framed(
        settings,
        "office/letter.html",
        letter.title,
        frame=replace(around, here="/office/complaints"),
        letter=letter,
        addressee=ADDRESSEE,
        mark=DEMONSTRATION,
        address=address,
    )


def letter_file(settings: Settings, letter: Letter) -> bytes:
    """A letter as a .docx on A4: title, number, addressee, paragraphs indented by two characters, signature right."""
    from docx import Document  # loaded for letters only
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    in_chinese(document, 16)
    document.styles["Normal"].paragraph_format.line_spacing = Pt(28)
    lines = [(letter.title, ALIGN.CENTER, 22), (f"编号：{letter.number}", ALIGN.CENTER, 14)]
    lines += [(DEMONSTRATION, ALIGN.CENTER, 14)] if settings.demonstration else []
    lines += [("", ALIGN.LEFT, 16), (ADDRESSEE, ALIGN.LEFT, 16)]
    lines += [(text, ALIGN.JUSTIFY, 16) for text in letter.paragraphs]
    lines += [("", ALIGN.LEFT, 16), (f"{letter.signed_by}（盖章）", ALIGN.RIGHT, 16), (letter.day, ALIGN.RIGHT, 16)]
    for text, align, size in lines:
        paragraph = document.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.space_after = Pt(0)
        if align == ALIGN.JUSTIFY:
            paragraph.paragraph_format.first_line_indent = Pt(32)
        run = paragraph.add_run(text)
        run.font.size, run.bold = Pt(size), text == letter.title
    document.core_properties.author, document.core_properties.title = letter.signed_by, letter.title
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _letter(desk: Desk, record: CaseRecord, event: Event, texts: Mapping[str, str]) -> Letter:
    body = desk.home.bodies.get(deciding_body(record))
    received = zh_date(day_of(datetime.datetime.fromisoformat(record.data["received_at"])))
    opening = f"您反映的“{record.data['title']}”问题，我单位于{received}收到。"
    return Letter(
        event=event.name,
        title=TITLES[event.name],
        number=record.data["number"],
        paragraphs=(opening, *_said(desk, record, event, texts)),
        signed_by=body.name if body else "",
        day=zh_date(day_of(event.at)),
    )


def _said(desk: Desk, record: CaseRecord, event: Event, texts: Mapping[str, str]) -> list[str]:
    """What the letter says after its opening."""
    reply = [part for part in texts.get("reply", "").splitlines() if part.strip()]
    match event.name:
        case "accept":
            return [f"经审查，决定受理。{_due(desk.clocks.start('close', event.at))}", LOOK_UP]
        case "extend":
            close = clocks_of(record)["close"]
            days = event.data["days"]
            return [f"因情况复杂，决定延长办理期限{days}个工作日。{_due(close)}", LOOK_UP]
        case "conclude":
            grounds = {e.code: e.label for e in (*desk.reasons.complaint_grounds, *desk.reasons.rebound_tags)}
            found = [
                f"{grounds.get(code, '反映的事')}：{OUTCOMES[outcome]}"
                for code, outcome in event.data["findings"].items()
            ]
            return [f"经调查核实，现将结果告知如下。{'；'.join(found)}。", *reply, OBJECT]
    chosen = desk.refusals if event.name == "refuse" else desk.terminations
    reason = chosen[event.data["ground"]].label if event.data.get("ground") in chosen else ""
    decision = "决定不予受理" if event.name == "refuse" else "决定终止办理"
    return [f"经审查，{decision}。理由：{reason}。", *reply, OBJECT]


def _due(clock: CaseClock) -> str:
    if not clock.due_day:
        return "办结以后会告诉您结果。"
    if not clock.binds:
        return f"文件没有规定办理期限，我单位争取在{day_said(clock.due_day, year=True)}当天以前办结。"
    return f"最晚{day_said(clock.due_day, year=True)}当天办结，并告诉您结果。"
