"""Lists as Excel workbooks, laid out for A4 paper."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from mianzheng.sheets.official import OfficialList
from mianzheng.sheets.packing import as_xml, settled
from mianzheng.sheets.widths import fitted, lines

LONGEST = 32_767
"""Characters that a cell may hold."""
ROOM = 150
"""Characters that an A4 page across takes side by side, as Excel counts them."""
PAD = 2
_LINE_HEIGHT = 14.0
_FONT = "宋体"
_TEXT = '<is><t xml:space="preserve">'
_SHEET = "xl/worksheets/sheet1.xml"
_LINE = Side(style="thin", color="808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
WRAPPED = Alignment(wrap_text=True, vertical="center")
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_SHADE = PatternFill("solid", fgColor="EDEDED")


def list_xlsx(document: OfficialList) -> bytes:
    """A list as a workbook: title, heading, a table whose head stands on each printed page, page numbers."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # a new workbook always has one
    sheet.title = document.name[:31]
    width = len(document.codes)
    for line, (text, font) in enumerate(_heading(document), 1):
        cell = write(sheet, line, 1, text)
        cell.font, cell.alignment = font, _CENTRED
        sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=width)
    head = sheet.max_row + 1
    widths = fitted(document.needs, ROOM - PAD * width)
    for column, label in enumerate(document.labels, 1):
        cell = write(sheet, head, column, label)
        cell.font, cell.alignment, cell.border, cell.fill = Font(name=_FONT, bold=True), _CENTRED, _BOX, _SHADE
    last = head + len(document.rows)
    for column, text in enumerate(document.rows[-1] if document.rows else (), 1):
        cell = write(sheet, last, column, text)
        cell.font, cell.alignment, cell.border = Font(name=_FONT, size=10), WRAPPED, _BOX
        if document.codes[column - 1] == "number":
            cell.value, cell.alignment = int(text), _CENTRED
    laid_out(sheet, head, [document.labels], widths)
    if document.rows:
        sheet.row_dimensions[last].height = height(document.rows[-1], widths)
    styles = [sheet.cell(last, column).style_id for column in range(1, width + 1)]
    rows = _rows_as_xml(document, head, styles, widths)
    _for_paper(sheet, head, document)
    book.properties.title = document.title
    book.properties.creator = ""
    out = io.BytesIO()
    book.save(out)
    return settled(out.getvalue(), document.as_of, {_SHEET: lambda part: _before_row(last, rows, part)})


def _rows_as_xml(document: OfficialList, head: int, styles: Sequence[int], widths: Sequence[float]) -> bytes:
    """All rows but the last, in the styles of the last.

    Written as XML at once: cell by cell the library needs half a second for a thousand rows. The last one is left to
    it, so that it knows the size of the sheet and what styles there are.
    """
    letters = [get_column_letter(column) for column in range(1, len(styles) + 1)]
    columns = list(zip(letters, styles, [code == "number" for code in document.codes], strict=True))
    found = []
    rows = document.rows[:-1]
    texts = as_xml([[cell[:LONGEST] for cell in row] for row in rows])
    for line, (row, cells_as_xml) in enumerate(zip(rows, texts, strict=True), head + 1):
        cells = []
        for (letter, style, number), text in zip(columns, cells_as_xml, strict=True):
            kind = "" if number or not text else ' t="inlineStr"'
            value = f"<v>{text}</v>" if number else f"{_TEXT}{text}</t></is>" if text else ""
            cells.append(f'<c r="{letter}{line}" s="{style}"{kind}>{value}</c>')
        tall = height(row, widths)
        found.append(f'<row r="{line}" ht="{tall:g}" customHeight="1">{"".join(cells)}</row>')
    return "".join(found).encode()


def _before_row(line: int, rows: bytes, part: bytes) -> bytes:
    """The sheet with rows put in before the one of this number."""
    mark = b'<row r="%d"' % line
    return part.replace(mark, rows + mark, 1)


def write(sheet: Worksheet, line: int, column: int, text: str) -> Cell:
    """Put text into a cell as text: what starts like a formula is none."""
    cell = sheet.cell(line, column)
    assert isinstance(cell, Cell)  # merged cells are never written to
    cell.value = text
    cell.data_type = "s"
    return cell


def laid_out(sheet: Worksheet, first: int, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """Set widths, and the heights of the rows from line `first` on: not every program finds those by itself."""
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = round(width + PAD, 1)
    for line, row in enumerate(rows, first):
        sheet.row_dimensions[line].height = height(row, widths)


def height(row: Sequence[str], widths: Sequence[float]) -> float:
    """What a row needs, in points."""
    most = max((lines(text, width + PAD) for text, width in zip(row, widths, strict=False) if text), default=1)
    return _LINE_HEIGHT * most + 4


def _heading(document: OfficialList) -> list[tuple[str, Font]]:
    top = [(document.title, Font(name=_FONT, bold=True, size=16))]
    return top + [(line, Font(name=_FONT, size=11)) for line in document.heading]


def _for_paper(sheet: Worksheet, head: int, document: OfficialList) -> None:
    """A4 across, all columns on one page's width, the head of the table on each page."""
    sheet.freeze_panes = f"A{head + 1}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.7, bottom=0.7, header=0.3, footer=0.3)
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    if document.demonstration:
        sheet.oddHeader.center.text = document.heading[-1]
