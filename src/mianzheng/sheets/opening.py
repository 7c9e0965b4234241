"""Spreadsheets from strangers: looked at as a package first, read as text, never calculated.

What could harm (macros, bombs, entities, endless rows, giant merged areas) is refused before a cell is made. Formulas
are not evaluated: their cells count as unreadable and are named.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from mianzheng.errors import BadArgument
from mianzheng.sheets.official import printable

MAX_BYTES = 10_000_000
MAX_UNPACKED = 100_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_MERGED = 200_000
"""Cells in all merged areas together; the library makes each of them."""
MAX_CELL = 20_000
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
_CELL = re.compile(rb"\sr=[\"']([A-Z]+)(\d+)[\"']")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Grid:
    """One worksheet as text, row by row; merged cells all say what their area says.

    `formulas` holds cells that were not read, `merged` those that repeat another; both as (row, column) from 0.
    """

    name: str
    rows: list[list[str]]
    formulas: frozenset[tuple[int, int]] = frozenset()
    merged: frozenset[tuple[int, int]] = frozenset()
    remarks: tuple[str, ...] = ()


def contents(file: Path) -> bytes:
    """The bytes of a spreadsheet file, if it is one and not too long. Raises BadArgument."""
    if not file.is_file():
        raise BadArgument(f"找不到文件：{file}")
    if file.suffix.lower() not in (".xlsx", ".csv"):
        raise BadArgument(f"只收 .xlsx 和 .csv，这是 {file.suffix or '没有后缀的文件'}。请用 Excel 另存为 .xlsx。")
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def open_grids(content: bytes) -> list[Grid]:
    """The worksheets of an .xlsx file, or the one table of a .csv file. Raises BadArgument saying what is wrong."""
    if len(content) > MAX_BYTES:
        raise BadArgument(f"文件超过 {MAX_BYTES // 1_000_000} MB；请删去图片或者分成几份。")
    if content.startswith(_OLD_OFFICE):
        raise BadArgument("这是旧版的 .xls，或者加了密码。请在 Excel 里去掉密码，另存为 .xlsx。")
    if content.startswith(b"PK"):
        return [_grid(sheet, remarks) for sheet, remarks in _worksheets(content)]
    if b"\0" in content or content.startswith((b"%PDF", b"{\\rtf")):
        raise BadArgument("这不是 .xlsx 或 .csv 表格。请用 Excel 打开后另存为 .xlsx。")
    return [_of_csv(content)]


def open_workbook(content: bytes) -> Workbook:
    """The workbook of a package that was found harmless; links to other files are left out. Raises BadArgument."""
    _refuse_harm(content)
    try:
        return openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
    except Exception as error:  # the library raises whatever its parser meets
        raise BadArgument("这个 .xlsx 文件坏了，打不开。请用 Excel 打开后另存一份再试。") from error


def _worksheets(content: bytes) -> list[tuple[Worksheet, tuple[str, ...]]]:
    sheets = open_workbook(content).worksheets
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        linked = any("externalLink" in name for name in package.namelist())
    said = ("表里有指向其他文件的链接，没有打开，也没有带入。",) if linked else ()
    return [(sheet, said) for sheet in sheets]


def _refuse_harm(content: bytes) -> None:
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        names = package.namelist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise BadArgument("这个文件坏了，打不开。请用 Excel 打开后另存一份再试。") from error
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise BadArgument("表里有宏，不能导入。请另存为不带宏的 .xlsx。")
    if "xl/workbook.xml" not in names:
        raise BadArgument("这不是 Excel 表格（.xlsx）。请用 Excel 打开后另存为 .xlsx。")
    if sum(info.file_size for info in package.infolist()) > MAX_UNPACKED:
        raise BadArgument(f"文件解开以后超过 {MAX_UNPACKED // 1_000_000} MB，不像清单，没有打开。")
    for name in names:
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        try:
            part = package.read(name)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
            raise BadArgument("这个文件坏了或者加了密码，打不开。请另存一份不加密的再试。") from error
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            raise BadArgument("文件里有不该有的内容（实体定义），没有打开。请用 Excel 另存一份再试。")
        if name.startswith("xl/worksheets/"):
            _refuse_size(part)


def _refuse_size(part: bytes) -> None:
    rows = sum(1 for _ in _ROW.finditer(part))
    if rows > MAX_ROWS:
        raise BadArgument(f"表里有 {rows} 行，最多 {MAX_ROWS} 行；请删去空行，或者分成几份。")
    area = 0
    for left, top, right, bottom in _MERGED.findall(part):
        area += (_column(right) - _column(left) + 1) * (int(bottom) - int(top) + 1)
    if area > MAX_MERGED:
        raise BadArgument("表里合并的单元格大得不正常，没有打开。请取消整行整列的合并。")
    if any(_column(column) > MAX_COLUMNS for column, _ in _CELL.findall(part)):
        raise BadArgument(f"表里的列太多，最多 {MAX_COLUMNS} 列；请删去右边多余的列。")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _grid(sheet: Worksheet, remarks: tuple[str, ...]) -> Grid:
    formulas = set()
    rows: list[list[str]] = []
    for r, row in enumerate(sheet.iter_rows()):
        rows.append([])
        for c, cell in enumerate(row):
            if cell.data_type == "f":
                formulas.add((r, c))
            rows[-1].append("" if cell.value is None or cell.data_type == "f" else _text(cell.value))
    merged = set()
    for area in sheet.merged_cells.ranges:
        for r in range(area.min_row - 1, min(area.max_row, len(rows))):
            for c in range(area.min_col - 1, min(area.max_col, len(rows[r]))):
                if (r, c) != (area.min_row - 1, area.min_col - 1):
                    rows[r][c] = rows[area.min_row - 1][area.min_col - 1]
                    merged.add((r, c))
    return Grid(sheet.title, rows, frozenset(formulas), frozenset(merged), remarks)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return printable(str(value))[:MAX_CELL]


def _of_csv(content: bytes) -> Grid:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadArgument("认不出文字编码。请在 Excel 里另存为“CSV UTF-8”或者 .xlsx。")
    delimiter = max(",\t;", key=text[:5000].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise BadArgument("CSV 里有一格太长或者引号没有配对。请用 Excel 打开后另存为 .xlsx。") from error
    if len(rows) > MAX_ROWS:
        raise BadArgument(f"表里有 {len(rows)} 行，最多 {MAX_ROWS} 行；请删去空行，或者分成几份。")
    formulas, clean = set(), []
    for r, row in enumerate(rows):
        clean.append([_text(cell) for cell in row[:MAX_COLUMNS]])
        for c, cell in enumerate(clean[-1]):
            if cell.startswith("'") and cell[1:2] in "=+-@":
                clean[-1][c] = cell[1:]
            elif cell.startswith("="):
                formulas.add((r, c))
                clean[-1][c] = ""
    return Grid("CSV", clean, frozenset(formulas))
