"""A written opinion (审核意见) as a Word document to stamp: what is proposed, was → now, the answers, the opinion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from mianzheng.proposals.opinions import Opinion
from mianzheng.proposals.was_now import ItemChange
from mianzheng.sheets.official import printable
from mianzheng.sheets.word import blank, heading, saved, table
from mianzheng.views.rendering import zh_date

TITLE = "清单调整审核意见"
OPEN = "（没有填写）"
VERDICTS = {"opine": "", "approve": "审核通过。", "reject": "审核不通过。"}


@dataclass(frozen=True)
class OpinionPaper:
    """What stands on the paper. `proposer`, `reviewer` and `place` are names; `changes` may be cut, `total` is not."""

    number: str
    title: str
    place: str
    proposer: str
    reviewer: str
    came: str
    changes: Sequence[ItemChange]
    total: int
    opinion: Opinion


def opinion_docx(paper: OpinionPaper, *, demonstration: bool) -> bytes:
    """The document's bytes, the same for the same opinion."""
    word = blank(f"{TITLE} {paper.number}", across=False, demonstration=demonstration)
    word.styles["Normal"].font.size = Pt(12)
    heading(word, TITLE, [f"编号：{paper.number}"])
    _section(word, "一、申请的事项")
    _line(word, paper.title)
    _line(word, f"{paper.place}；{paper.proposer}提出。{paper.came}")
    _section(word, "二、原来和现在")
    rows = [(item.title, line.label, line.was, line.now) for item in paper.changes for line in item.lines]
    alone = len(paper.changes) == 1
    labels, widths = ("事项", "项目", "原来", "现在"), (22, 12, 26, 26)
    cut = 1 if alone else 0
    table(word, labels[cut:], [row[cut:] for row in rows], widths[cut:])
    if paper.total > len(paper.changes):
        _line(word, f"共 {paper.total} 项，这里列出前 {len(paper.changes)} 项，其余见申请。")
    _section(word, "三、三个问题")
    answers = [(title, answer or OPEN, grounds) for title, answer, grounds in paper.opinion.answers]
    table(word, ("问题", "回答", "理由"), answers, (16, 14, 46))
    _section(word, "四、审核意见")
    for text in (VERDICTS.get(paper.opinion.event, ""), *paper.opinion.text.splitlines()):
        if text.strip():
            _line(word, text)
    _signed(word, paper)
    return saved(word, paper.opinion.day)


def _section(word: WordDocument, text: str) -> None:
    paragraph = word.add_paragraph(printable(text), style="Heading 2")
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(14), Pt(4)
    paragraph.runs[0].font.color.rgb = RGBColor(0, 0, 0)


def _line(word: WordDocument, text: str) -> Paragraph:
    paragraph = word.add_paragraph(printable(text))
    paragraph.paragraph_format.first_line_indent = Pt(24)
    paragraph.paragraph_format.line_spacing = 1.5
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def _signed(word: WordDocument, paper: OpinionPaper) -> None:
    """Body, place for the seal and day, right, kept on one page."""
    for text, before in ((f"{paper.reviewer}（盖章）", 36), (zh_date(paper.opinion.day), 6)):
        paragraph = word.add_paragraph(printable(text))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.space_before = Pt(before)
        paragraph.paragraph_format.keep_together = True
        paragraph.paragraph_format.right_indent = Pt(36)
        paragraph.paragraph_format.keep_with_next = before > 6
