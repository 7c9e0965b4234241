"""Word documents: A4, Chinese fonts, tables whose head stands on each page, page numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from markupsafe import escape

from mianzheng.sheets.official import DEMONSTRATION, OfficialList, printable
from mianzheng.sheets.packing import settled
from mianzheng.sheets.workbook import WIDTHS

BODY_FONT = "仿宋"
TITLE_FONT = "黑体"
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_PARAGRAPH = '<w:p><w:pPr><w:spacing w:after="0"/></w:pPr><w:r>'
_TEXT = '<w:t xml:space="preserve">'


def list_docx(document: OfficialList) -> bytes:
    """A list as a document: title, heading, one table with its head on each page, page numbers."""
    word = blank(document.title, across=True, demonstration=document.demonstration)
    heading(word, document.title, document.heading)
    table(word, document.labels, document.rows, [WIDTHS.get(code, 15) for code in document.codes])
    return saved(word, document.as_of)


def blank(title: str, *, across: bool, demonstration: bool) -> WordDocument:
    """An empty A4 document with page numbers; an example says so at the head of each page."""
    word = Document()
    word.core_properties.title = title
    word.core_properties.author = ""
    word.core_properties.comments = ""
    for name, font, size in (("Normal", BODY_FONT, 10.5), ("Heading 1", TITLE_FONT, 15), ("Heading 2", TITLE_FONT, 12)):
        style = word.styles[name]
        style.font.name, style.font.size = "Times New Roman", Pt(size)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    section = word.sections[0]
    section.page_width, section.page_height = (Cm(29.7), Cm(21)) if across else (Cm(21), Cm(29.7))
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    if demonstration:
        line = section.header.paragraphs[0]
        line.text, line.alignment = DEMONSTRATION, WD_ALIGN_PARAGRAPH.CENTER
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in ("第 ", "PAGE", " 页，共 ", "NUMPAGES", " 页"):
        _field(foot, part) if part.isascii() else foot.add_run(part)
    return word


def heading(word: WordDocument, title: str, lines: Sequence[str]) -> None:
    """The title and the lines under it, centred."""
    top = word.add_paragraph()
    run = top.add_run(printable(title))
    run.bold, run.font.size = True, Pt(18)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), TITLE_FONT)
    for paragraph in (top, *(word.add_paragraph(printable(line)) for line in lines)):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def table(word: WordDocument, labels: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    """A table with lines; rows do not break over pages.

    Written as XML at once: row by row the library needs a minute for a few thousand rows.
    """
    section = word.sections[0]
    space = int((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)) // 635
    shares = [space * width // sum(widths) for width in widths]
    grid = "".join(f'<w:gridCol w:w="{share}"/>' for share in shares)
    body = "".join(_row(row, shares) for row in rows)
    settings = (
        f'<w:tblW w:w="{space}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
    )
    parts = f"<w:tblPr>{settings}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{_row(labels, shares, head=True)}{body}"
    xml = f"<w:tbl {nsdecls('w')}>{parts}</w:tbl>"
    word.element.body.insert(len(word.element.body) - 1, parse_xml(xml))  # before the section's own properties
    word.add_paragraph()


def saved(word: WordDocument, day: str) -> bytes:
    """The document's bytes, the same for the same content."""
    out = io.BytesIO()
    word.save(out)
    return settled(out.getvalue(), day)


def _row(cells: Sequence[str], shares: Sequence[int], *, head: bool = False) -> str:
    marks = "<w:cantSplit/>" + ("<w:tblHeader/>" if head else "")
    bold = "<w:rPr><w:b/></w:rPr>" if head else ""
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/>' if head else ""
    columns = []
    for cell, share in zip(cells, shares, strict=True):
        lines = (f"{_PARAGRAPH}{bold}{_TEXT}{escape(line)}</w:t></w:r></w:p>" for line in printable(cell).split("\n"))
        columns.append(f'<w:tc><w:tcPr><w:tcW w:w="{share}" w:type="dxa"/>{shade}</w:tcPr>{"".join(lines)}</w:tc>')
    return f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(columns)}</w:tr>"


def _field(paragraph: Paragraph, code: str) -> None:
    """A field that Word fills in itself, such as the page number."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.append(paragraph.add_run("1")._element)
    paragraph._element.append(field)
