"""A table that was uploaded: what it has become, and everything that is to be said of its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from mianzheng.model import Record
from mianzheng.settings import Settings
from mianzheng.views.frames import Frame, framed
from mianzheng.views.proposal_form import DRAFTS, HERE

SHEETS = f"{HERE}/sheets"
LEVELS = {"error": "要改", "warning": "请核对", "hint": "提示", "": "说明"}


class CellRemark(Record, kw_only=True):
    """One sentence about a cell, such as `C7`; `level` is empty where it only tells what was done."""

    cell: str
    said: str
    level: str = ""


class SheetReport(Record, kw_only=True):
    """What became of an uploaded table: whose it is, its file name, the sums, the drafts with their number of items."""

    account: str
    name: str
    summary: str
    drafts: tuple[tuple[str, int], ...]
    remarks: tuple[CellRemark, ...]


def upload_page(
    settings: Settings, around: Frame, id: str, problems: Sequence[str], *, megabytes: int, lines: int
) -> str:
    """The form for a table; what is wrong with the one before stands above it."""
    return framed(
        settings, "office/sheet_upload.html", "从表格导入", frame=replace(around, here=HERE), id=id,
        problems={f"table{n or ''}": text for n, text in enumerate(problems)}, megabytes=megabytes, lines=lines,
    )  # fmt: skip


def sheet_page(settings: Settings, around: Frame, id: str, report: SheetReport, days: int) -> str:
    """What a table has become, remark by remark; those that ask for something first."""
    counts = Counter(one.level for one in report.remarks)
    groups = [
        (level, label, counts[level], [one for one in report.remarks if one.level == level])
        for level, label in LEVELS.items()
        if counts[level]
    ]
    return framed(
        settings, "office/sheet.html", f"导入：{report.name}", frame=replace(around, here=HERE), id=id, report=report,
        groups=groups, drafts=DRAFTS, days=days,
    )  # fmt: skip
