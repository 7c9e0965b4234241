"""Findings as people and programs want them: plain text, JSON, annotations of a GitHub workflow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from mianzheng.model import Finding

LEVELS = {"error": "错误", "warning": "提醒", "hint": "提示"}
_GITHUB = {"error": "error", "warning": "warning", "hint": "notice"}


def as_text(findings: Sequence[Finding], folder: str) -> str:
    """One paragraph a finding, a count at the end."""
    blocks = []
    for one in findings:
        where = f"{folder}/{one.file}" + (f":{one.line}:{one.column}" if one.line else "")
        field = f"（{one.field}）" if one.field else ""
        lines = [f"{where}  {LEVELS[one.level]} {one.code}{field}", f"    {one.message}"]
        if one.fix:
            lines.append(f"    怎么改：{one.fix}")
        if one.basis:
            lines.append(f"    为什么：{one.basis}")
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, summary(findings)])


def summary(findings: Sequence[Finding]) -> str:
    """One line: how many of each level, and of which codes."""
    if not findings:
        return "清单检查通过，没有发现问题。"
    levels = Counter(one.level for one in findings)
    codes = Counter(one.code for one in findings)
    counted = "，".join(
        f"{LEVELS[level]} {levels[level]} 处" for level in ("error", "warning", "hint") if levels[level]
    )
    return f"共{counted}：" + "，".join(f"{code} {n}" for code, n in codes.most_common())


def as_json(findings: Sequence[Finding]) -> str:
    """A list of findings with exactly the fields of `Finding`."""
    return msgspec.json.format(msgspec.json.encode(list(findings)), indent=2).decode()


def as_github(findings: Sequence[Finding], folder: str) -> str:
    """Workflow commands, one line each; what users typed cannot start a command of its own."""
    lines = []
    for one in findings:
        text = one.message + (f" 怎么改：{one.fix}" if one.fix else "") + (f" 为什么：{one.basis}" if one.basis else "")
        place = f"file={_property(f'{folder}/{one.file}')}"
        if one.line:
            place += f",line={one.line},col={max(one.column, 1)}"
        lines.append(f"::{_GITHUB[one.level]} {place},title={_property(one.code)}::{_data(text)}")
    return "\n".join([*lines, summary(findings)])


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
