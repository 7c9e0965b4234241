"""Which column says what: the head of a department's table, in one line or two, under any of the names in use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mianzheng.model import ListSpec
from mianzheng.sheets.opening import Grid

COLUMNS = {
    "number": "序号",
    "name": "证明名称",
    "service": "办理的事项",
    "code": "事项编码",
    "basis": "设定依据",
    "clause": "依据条文",
    "rank": "效力层级",
    "requesting_body": "索要单位",
    "issuing_body": "开具单位",
    "method": "免提交方式",
    "guide": "办理指南",
    "level": "行使层级",
    "service_type": "事项类型",
    "reason": "保留的原因",
    "note": "备注",
}
"""What a table can say, with the word for it in reports."""
_NAMES = {
    "number": "序号 编号",
    "name": "证明名称 证明事项名称 证明材料名称 证明材料 证明事项 申请材料 材料名称 证照证明材料",
    "service": "证明用途 办理事项 行政事项 业务事项 涉及政务服务事项 政务服务事项 事项名称"
    " 政务服务事项名称 用途 服务事项",
    "code": "事项编码",
    "basis": "设定依据 设定及保留依据 法律政策依据 法律依据 依据名称 依据",
    "clause": "依据条文及内容 依据条文 条文内容",
    "rank": "效力层级",
    "requesting_body": "索要单位 要求开具单位 需要单位 需求单位 索要部门 需求部门 需求机关",
    "issuing_body": "开具单位 出具单位 出证单位 开具部门 出具部门 出具机关",
    "method": "取消后办理方式 替代方式 免提交方式 办理方式 替代措施",
    "guide": "办理指南 办事指南",
    "level": "行使层级 省级 市级 县级 乡级 省部级 乡镇级 区级 乡镇级及其他 乡级及其他 层级",
    "service_type": "事项类型",
    "reason": "不能实行告知承诺及保留原因 保留原因",
    "note": "备注 说明",
}
HEAD_WITHIN = 30
"""The head stands in the first so many lines."""


@dataclass(frozen=True)
class Head:
    """Where the table starts. `columns` gives for each column its code, or "" where the name is not known."""

    first: int
    after: int
    labels: tuple[str, ...]
    columns: tuple[str, ...]

    def of(self, code: str) -> list[int]:
        """The columns that say this."""
        return [c for c, found in enumerate(self.columns) if found == code]


def plain_label(text: str) -> str:
    """A name of a column without breaks, spaces, widths and marks."""
    return re.sub(r"[\s*:：]", "", unicodedata.normalize("NFKC", text))


def known_labels(lists: Iterable[ListSpec]) -> Mapping[str, str]:
    """Name of a column → code: those in use elsewhere, and those of our own lists, which so come back unharmed."""
    known = {plain_label(c.label): c.code for spec in lists for c in spec.columns if c.code in COLUMNS}
    return known | {label: code for code, labels in _NAMES.items() for label in labels.split()}


def find_head(grid: Grid, known: Mapping[str, str]) -> Head | None:
    """The head of the table: the first line that names a certificate or errand and something else; None without one."""
    for r, row in enumerate(grid.rows[:HEAD_WITHIN]):
        found = {known[label] for cell in row if (label := plain_label(cell)) in known}
        if len(found) >= 2 and found & {"name", "service"}:
            return _head(grid, r, known)
    return None


def _head(grid: Grid, r: int, known: Mapping[str, str]) -> Head:
    top = [plain_label(cell) for cell in grid.rows[r]]
    below = [plain_label(cell) for cell in grid.rows[r + 1]] if r + 1 < len(grid.rows) else []
    below += [""] * (len(top) - len(below))
    two = sum(1 for upper, lower in zip(top, below, strict=False) if lower and (lower == upper or lower in known)) >= 2
    labels, columns = [], []
    over = ""
    for c, upper in enumerate(top):
        lower = below[c] if two and below[c] != upper else ""
        over = upper or (over if lower else "")
        labels.append("／".join(filter(None, [over, lower])))
        columns.append(known.get(lower) or known.get(over, ""))
    return Head(r, r + 2 if two else r + 1, tuple(labels), tuple(_told_apart(columns, labels)))


def _told_apart(columns: list[str], labels: list[str]) -> list[str]:
    """证明事项 names the certificate in some tables, the errand in those that name the certificate elsewhere."""
    if columns.count("name") > 1 and "service" not in columns and "证明事项" in labels:
        columns[labels.index("证明事项")] = "service"
    return columns
