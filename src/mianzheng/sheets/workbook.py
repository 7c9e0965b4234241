"""Lists as Excel workbooks, laid out for A4 paper."""

from __future__ import annotations

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from mianzheng.sheets.official import OfficialList
from mianzheng.sheets.packing import settled

WIDTHS = {"number": 6, "name": 24, "service": 30, "code": 18, "basis": 34, "note": 24, "reason": 24}
"""Widths of columns in characters; the others have 15."""
LONGEST = 32_767
"""Characters that a cell may hold."""
_TEXT = '<is><t xml:space="preserve">'
_SHEET = "xl/worksheets/sheet1.xml"
_LINE = Side(style="thin", color="808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAPPED = Alignment(wrap_text=True, vertical="center")
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
    for column, label in enumerate(document.labels, 1):
        cell = write(sheet, head, column, label)
        cell.font, cell.alignment, cell.border, cell.fill = Font(bold=True), _CENTRED, _BOX, _SHADE
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(document.codes[column - 1], 15)
    last = head + len(document.rows)
    for column, text in enumerate(document.rows[-1] if document.rows else (), 1):
        cell = write(sheet, last, column, text)
        cell.alignment, cell.border = _WRAPPED, _BOX
        if document.codes[column - 1] == "number":
            cell.value, cell.alignment = int(text), _CENTRED
    rows = _rows_as_xml(document, head, [sheet.cell(last, column).style_id for column in range(1, width + 1)])
    _for_paper(sheet, head, document)
    book.properties.title = document.title
    book.properties.creator = ""
    out = io.BytesIO()
    book.save(out)
    return settled(out.getvalue(), document.as_of, {_SHEET: lambda part: _before_row(last, rows, part)})


def _rows_as_xml(document: OfficialList, head: int, styles: Sequence[int]) -> bytes:
    """All rows but the last, in the styles of the last.

    Written as XML at once: cell by cell the library needs half a second for a thousand rows. The last one is left to
    it, so that it knows the size of the sheet and what styles there are.
    """
    letters = [get_column_letter(column) for column in range(1, len(styles) + 1)]
    columns = list(zip(letters, styles, [code == "number" for code in document.codes], strict=True))
    lines = []
    for line, row in enumerate(document.rows[:-1], head + 1):
        cells = []
        for (letter, style, number), text in zip(columns, row, strict=True):
            kind = "" if number or not text else ' t="inlineStr"'
            value = f"<v>{text}</v>" if number else f"{_TEXT}{escape(text[:LONGEST])}</t></is>" if text else ""
            cells.append(f'<c r="{letter}{line}" s="{style}"{kind}>{value}</c>')
        lines.append(f'<row r="{line}">{"".join(cells)}</row>')
    return "".join(lines).encode()


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


def _heading(document: OfficialList) -> list[tuple[str, Font]]:
    lines = [(document.title, Font(bold=True, size=16))]
    return lines + [(line, Font(size=11)) for line in document.heading]


def _for_paper(sheet: Worksheet, head: int, document: OfficialList) -> None:
    """A4 across, all columns on one page's width, the head of the table on each page."""
    sheet.freeze_panes = f"A{head + 1}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    if document.demonstration:
        sheet.oddHeader.center.text = document.heading[-1]
