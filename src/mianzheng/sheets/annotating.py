"""The department's own table again, with a comment on each cell that something is to be said of."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from mianzheng.sheets.opening import open_workbook
from mianzheng.sheets.packing import settled
from mianzheng.sheets.reading import Reading, Remark
from mianzheng.sheets.widths import fitted, needs
from mianzheng.sheets.workbook import PAD, ROOM, WRAPPED, laid_out, write

_COLOURS = {"error": "F8CBAD", "warning": "FFE699", "hint": "DDEBF7"}
DROPPED = "（已略去）"


def annotated(content: bytes, reading: Reading, remarks: Iterable[Remark], day: str) -> bytes:
    """The table as a workbook: findings as comments, formulas as plain text, lines about persons blanked."""
    book = open_workbook(content) if content.startswith(b"PK") else _of_grid(reading)
    sheet = book[reading.grid.name]
    for other in [one for one in book.worksheets if one is not sheet]:
        book.remove(other)
    _harmless(sheet, reading)
    notes: dict[tuple[int, int], list[Remark]] = defaultdict(list)
    for remark in remarks:
        if remark.level is not None and remark.line:
            notes[(remark.line, max(remark.column, 1))].append(remark)
    for (line, column), found in sorted(notes.items()):
        cell = _anchor(sheet, line, column)
        worst = next(level for level in _COLOURS if any(one.level == level for one in found))
        text = "\n".join(f"第 {one.line} 行：{one.said}" for one in found)
        earlier = f"{cell.comment.text}\n" if cell.comment else ""
        cell.comment = Comment(f"{earlier}{text}", "免证", width=360, height=160)
        cell.fill = PatternFill("solid", fgColor=_COLOURS[worst])
    _readable(sheet, reading)
    out = io.BytesIO()
    book.save(out)
    return settled(out.getvalue(), day)


def _readable(sheet: Worksheet, reading: Reading) -> None:
    """Columns wide enough and lines broken, so that the words and the colours are seen together; for A4 across."""
    first, rows = reading.head.first, reading.grid.rows
    width = max(map(len, rows))
    whole = [[*row, *[""] * (width - len(row))] for row in rows[first:]]
    laid_out(sheet, first + 1, whole, fitted(needs([""] * width, whole), ROOM - PAD * width))
    for row in sheet.iter_rows(min_row=first + 1):
        for cell in row:
            cell.alignment = WRAPPED
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _harmless(sheet: Worksheet, reading: Reading) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if not isinstance(cell, Cell):
                continue
            cell.comment = cell.hyperlink = None
            if cell.data_type == "f":
                cell.value = f"公式：{cell.value}"
                cell.data_type = "s"
            if (cell.row in reading.private and cell.value is not None) or (cell.row, cell.column) in reading.personal:
                write(sheet, cell.row, cell.column, DROPPED)


def _anchor(sheet: Worksheet, line: int, column: int) -> Cell:
    """The cell itself, or the first of the merged area that it lies in."""
    for area in sheet.merged_cells.ranges:
        if area.min_row <= line <= area.max_row and area.min_col <= column <= area.max_col:
            line, column = area.min_row, area.min_col
    return sheet.cell(line, column)


def _of_grid(reading: Reading) -> Workbook:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # a new workbook always has one
    sheet.title = reading.grid.name
    for line, row in enumerate(reading.grid.rows, 1):
        for column, text in enumerate(row, 1):
            write(sheet, line, column, text)
    return book
