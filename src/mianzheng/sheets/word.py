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

from mianzheng.sheets.official import DEMONSTRATION, OfficialList, printable
from mianzheng.sheets.packing import UNCHANGED, Changes, as_xml, settled
from mianzheng.sheets.widths import fitted
from mianzheng.views.word_files import TITLE_FONT, in_chinese

SIZE, SMALL, MANY = 10.5, 9.0, 6
"""Points of a table's text; of one with more columns than so many."""
_SIDE, _ABOVE = 70, 30
"""Space around the text of a cell, in twentieths of a point."""
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_MARGINS = "".join(
    f'<w:{side} w:w="{width}" w:type="dxa"/>'
    for side, width in (("top", _ABOVE), ("left", _SIDE), ("bottom", _ABOVE), ("right", _SIDE))
)
_PARAGRAPH = '<w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/>{}</w:pPr><w:r>'
_CENTRED = '<w:jc w:val="center"/>'
_TEXT = '<w:t xml:space="preserve">'
_TEXT_END = "</w:t></w:r></w:p>"
_BODY, _END = "word/document.xml", b"</w:tbl>"


def list_docx(document: OfficialList) -> bytes:
    """A list as a document: title, heading, one table with its head on each page, page numbers."""
    word = blank(document.title, across=True, demonstration=document.demonstration)
    heading(word, document.title, document.heading)
    size = SMALL if len(document.labels) > MANY else SIZE
    each = int(size * 10)  # a half-width character in twentieths of a point
    around = 2 * _SIDE + each  # a little more than the text: another font may be wider
    room = (_space(word) - len(document.labels) * around) / each
    widths = [round(around + width * each) for width in fitted(document.needs, room)]
    table(word, document.labels, (), widths, size)
    # put in when the document is packed: thousands of rows need not be parsed, only to be written again
    rows = _rows(document.rows, _shares(_space(word), widths), size).encode()
    return saved(word, document.as_of, {_BODY: lambda part: part.replace(_END, rows + _END, 1)})


def blank(title: str, *, across: bool, demonstration: bool) -> WordDocument:
    """An empty A4 document with page numbers; an example says so at the head of each page."""
    word = Document()
    word.core_properties.title = title
    word.core_properties.author = ""
    word.core_properties.comments = ""
    in_chinese(word, SIZE)
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
        paragraph.paragraph_format.space_after = Pt(4)


def table(
    word: WordDocument,
    labels: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    size: float = SIZE,
) -> None:
    """A table with lines, as wide as the page, parted by `widths`; rows do not break over pages.

    Written as XML at once: row by row the library needs a minute for a few thousand rows.
    """
    space = _space(word)
    shares = _shares(space, widths)
    grid = "".join(f'<w:gridCol w:w="{share}"/>' for share in shares)
    settings = (
        f'<w:tblW w:w="{space}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{_MARGINS}</w:tblCellMar>"
    )
    lines = _rows([labels], shares, size, head=True) + _rows([list(map(printable, row)) for row in rows], shares, size)
    parts = f"<w:tblPr>{settings}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}"
    xml = f"<w:tbl {nsdecls('w')}>{parts}</w:tbl>"
    word.element.body.insert(len(word.element.body) - 1, parse_xml(xml))  # before the section's own properties
    word.add_paragraph()


def saved(word: WordDocument, day: str, changes: Changes = UNCHANGED) -> bytes:
    """The document's bytes, the same for the same content; `changes` as in `settled`."""
    out = io.BytesIO()
    word.save(out)
    return settled(out.getvalue(), day, changes)


def _space(word: WordDocument) -> int:
    """The width between the margins, in twentieths of a point."""
    section = word.sections[0]
    return int((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)) // 635


def _shares(space: int, widths: Sequence[int]) -> list[int]:
    return [space * width // sum(widths) for width in widths]


def _rows(rows: Sequence[Sequence[str]], shares: Sequence[int], size: float, *, head: bool = False) -> str:
    """Rows of printable cells as XML; each line of a cell is a paragraph, numbers and days stand in the middle."""
    marks = "<w:cantSplit/>" + ("<w:tblHeader/>" if head else "")
    run = f'<w:rPr>{"<w:b/>" if head else ""}<w:sz w:val="{round(size * 2)}"/></w:rPr>{_TEXT}'
    left, centred = _PARAGRAPH.format("") + run, _PARAGRAPH.format(_CENTRED) + run
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/>' if head else ""
    columns = [
        f'<w:tc><w:tcPr><w:tcW w:w="{share}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
        for share in shares
    ]
    end = f"{_TEXT_END}</w:tc>"
    found = []
    for row in as_xml(rows):
        cells = []
        for column, cell in zip(columns, row, strict=True):
            start = centred if head or cell.isascii() else left
            text = cell.replace("\n", _TEXT_END + start) if "\n" in cell else cell
            cells.append(f"{column}{start}{text}{end}")
        found.append(f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(cells)}</w:tr>")
    return "".join(found)


def _field(paragraph: Paragraph, code: str) -> None:
    """A field that Word fills in itself, such as the page number."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.append(paragraph.add_run("1")._element)
    paragraph._element.append(field)
