"""What became of a table, line by line, for the person who handed it in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from openpyxl.utils import get_column_letter

from mianzheng.sheets.importing import Imported
from mianzheng.sheets.reading import Reading, Remark

_LEVELS = {"error": "错误", "warning": "提醒", "hint": "提示", None: "说明"}


def account(reading: Reading, imported: Imported, remarks: Sequence[Remark]) -> str:
    """The report: the sums first, then every line of the table with what it became, then every remark."""
    return "\n".join(
        [summary(reading, imported, remarks), "", *_fates(reading, imported), "", *map(_line, in_order(remarks))]
    )


def summary(reading: Reading, imported: Imported, remarks: Sequence[Remark]) -> str:
    """One sentence of sums; the lines of the table add up."""
    new = sum(len(application.items) for application in imported.applications)
    levels = Counter(remark.level for remark in remarks)
    said = "，".join(f"{_LEVELS[level]} {levels[level]} 处" for level in ("error", "warning", "hint") if levels[level])
    listed = sum(map(len, imported.listed.values()))
    sums = f"{len(reading.rows)} 行内容：新增 {new} 条，清单里已有 {listed} 条，表内重复 {len(imported.repeated)} 行"
    return f"{sums}；{said or '没有要改的'}。"


def fates(reading: Reading, imported: Imported) -> dict[int, str]:
    """For each line of the table what it became; a line without a fate would be lost, and there is none."""
    new = Counter(row.line for rows in imported.lines for row in rows)
    found = {}
    for row in reading.rows:
        parts = [f"新增 {new[row.line]} 条"] if new[row.line] else []
        parts += [f"清单里已有 {i}" for i in imported.listed.get(row.line, ())]
        if row.line in imported.repeated:
            parts.append(f"和第 {imported.repeated[row.line]} 行相同")
        found[row.line] = "，".join(parts)
    return found


def _fates(reading: Reading, imported: Imported) -> Iterator[str]:
    for line, fate in fates(reading, imported).items():
        yield f"第 {line} 行：{fate}"


def in_order(remarks: Sequence[Remark]) -> list[Remark]:
    """The remarks by line and column, each once."""
    return sorted(dict.fromkeys(remarks), key=lambda one: (one.line, one.column))


def where(remark: Remark) -> str:
    """The cell that a remark speaks of, `C7`, or the line, or the application."""
    if not remark.line:
        return "申请"
    return f"{get_column_letter(remark.column)}{remark.line}" if remark.column else f"第 {remark.line} 行"


def _line(remark: Remark) -> str:
    return f"{_LEVELS[remark.level]} {where(remark)}：{remark.said}"
