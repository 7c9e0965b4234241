"""Rows of a department's table: what each says, and what became of every line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mianzheng.errors import BadArgument
from mianzheng.model.findings import ErrorLevel
from mianzheng.rules.privacy import personal_data
from mianzheng.sheets.headings import COLUMNS, Head, find_head, plain_label
from mianzheng.sheets.opening import Grid

DITTO = frozenset({"同上", "〃", "″", "同前"})
_FORM_FILLER = re.compile(
    r"(?:填报单位|填报人|填表人|制表人|联系人|联系电话|电话|手机|审核人|经办人|填报日期|填表日期|单位[（(]盖章[）)]|负责人签字)\s*[：:]?"
)
_FOOTNOTE = re.compile(r"^(?:合计|总计|注|备注|说明|填表说明)[：:\d]")


@dataclass(frozen=True)
class Remark:
    """One sentence about a line (from 1) and column (from 1; 0: the whole line). No level: only tells what was done."""

    line: int
    column: int
    said: str
    level: ErrorLevel | None = None


@dataclass
class SheetRow:
    """A line of the table: what it says by column code, and where that stands (columns from 1)."""

    line: int
    says: dict[str, str] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)


@dataclass
class Reading:
    """A table as read. `private` are the lines (from 1) about whoever filled it in, `personal` other cells that name
    a person (line, column from 1); nothing of either is kept.
    """

    grid: Grid
    head: Head
    rows: list[SheetRow]
    remarks: list[Remark]
    private: set[int] = field(default_factory=set)
    personal: set[tuple[int, int]] = field(default_factory=set)


def read(grids: list[Grid], known: Mapping[str, str]) -> Reading:
    """The rows of the first worksheet that has a head. Raises BadArgument where none has."""
    heads = [(grid, find_head(grid, known)) for grid in grids]
    for grid, head in heads:
        if head is not None:
            reading = _rows(grid, head)
            others = [one.name for one in grids if one is not grid and any(map(any, one.rows))]
            reading.remarks += [
                Remark(1, 0, f"工作表“{one}”没有带入；要带入的请单独存成一个文件。", "warning") for one in others
            ]
            reading.remarks += [Remark(1, 0, one, "warning") for one in grid.remarks]
            return reading
    raise BadArgument("认不出表头。表头里至少要有“证明名称”（或者事项名称）和另外一列，例如“设定依据”“索要单位”。")


def tidy(text: str) -> str:
    """A cell's words on one line: hard breaks, indents and spaces between Chinese characters gone."""
    flat = re.sub(r"[\r\n\t\u3000\xa0]+", "", text).strip()
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) +(?=[\u3000-\u9fff\uff00-\uffef])", "", flat)


def _rows(grid: Grid, head: Head) -> Reading:
    reading = Reading(grid, head, [], [])
    for c, (label, code) in enumerate(zip(head.labels, head.columns, strict=True), 1):
        if code:
            reading.remarks.append(Remark(head.first + 1, c, f"“{label}”当作“{COLUMNS[code]}”。"))
        elif label:
            reading.remarks.append(Remark(head.first + 1, c, f"认不出“{label}”这一列，内容放在备注里。", "warning"))
    before: dict[str, str] = {}
    calculated = {r for r, _ in grid.formulas}
    for r, cells in enumerate(grid.rows):
        line = r + 1
        if head.first <= r < head.after or (not any(cell.strip() for cell in cells) and r not in calculated):
            continue
        if _about_filler(cells, data=r >= head.after, head=head):
            reading.private.add(line)
            reading.remarks.append(Remark(line, 0, "填表人、电话等，不是清单内容，没有带入。"))
        elif r < head.first:
            reading.remarks.append(Remark(line, 0, "表头上方的标题，没有带入。"))
        elif [plain_label(c) for c in cells] == [plain_label(c) for c in grid.rows[head.first]]:
            reading.remarks.append(Remark(line, 0, "重复的表头，跳过。"))
        elif _FOOTNOTE.match(tidy(cells[0])):
            reading.remarks.append(Remark(line, 0, "合计或者说明，不是证明事项，没有带入。", "hint"))
        else:
            row = _row(reading, r, cells, before)
            reading.rows.append(row)
            before = row.says
    return reading


def _about_filler(cells: list[str], *, data: bool, head: Head) -> bool:
    """A line that names whoever filled in the table; below the head only one that names no certificate or errand."""
    if not any(_FORM_FILLER.search(cell) for cell in cells):
        return False
    if not data:
        return True
    words = {cells[c] for code in ("name", "service") for c in head.of(code) if c < len(cells) and cells[c].strip()}
    own = {word for word in words if not _FORM_FILLER.search(word)}
    return not own or bool(_FORM_FILLER.match(tidy(cells[0])))


def _row(reading: Reading, r: int, cells: list[str], before: Mapping[str, str]) -> SheetRow:
    row = SheetRow(r + 1)
    for c, cell in enumerate(cells):
        column = c + 1
        code = reading.head.columns[c] if c < len(reading.head.columns) else ""
        label = reading.head.labels[c] if c < len(reading.head.labels) else ""
        if (r, c) in reading.grid.formulas:
            reading.remarks.append(Remark(row.line, column, "这一格是公式，没有计算，请改成文字。", "error"))
            continue
        text = cell.strip()
        if not text:
            continue
        if personal_data("", text):
            reading.personal.add((row.line, column))
            said = "这一格有姓名、手机号或者证件号码，没有带入；请删去。"
            reading.remarks.append(Remark(row.line, column, said, "error"))
            continue
        if text in DITTO and code in before:
            text = before[code]
            reading.remarks.append(Remark(row.line, column, f"“同上”，照上一行写成“{tidy(text)[:40]}”。"))
        elif (r, c) in reading.grid.merged and code in ("name", "service", "basis", "requesting_body", "issuing_body"):
            reading.remarks.append(Remark(row.line, column, f"合并的单元格，这一行也是“{tidy(text)[:40]}”。"))
        if code == "level" and len(reading.head.of("level")) > 1:
            text = f"{label.rpartition('／')[2]}{'' if text in '√✓是✔' else text}"
        if not code:
            code, text = "note", f"{label or f'第{column}列'}：{tidy(text)}"
        row.says[code] = f"{row.says[code]}\n{text}" if code in row.says else text
        row.at.setdefault(code, column)
    return row
