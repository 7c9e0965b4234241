"""The review report as Markdown for a remark on a forge and as HTML for the workbench.

Whatever a user wrote is text and nothing else: in Markdown every mark is escaped, mentions, references and addresses
are broken up (A13); in HTML the templates escape.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

import msgspec

from mianzheng.proposals.chains import SET_BY_US, TYPES
from mianzheng.proposals.report import ItemReport, Question, ReviewReport, Said
from mianzheng.rules.wording import shorten
from mianzheng.views.rendering import render

LEVELS = {"error": "错误", "warning": "请注意", "hint": "提示"}
STATES = {"done": "✓", "now": "→", "later": "·"}
LIMIT = 600
"""Characters of one piece of user text in a remark."""

_MARKS = re.compile(r"([\\`*_\[\]{}|~$>]|^[-+#=]|^[0-9]+(?=[.)]))")
_BREAKABLE = re.compile(r"@|#|:(?=//)|\bwww(?=\.)|\bGH-", re.IGNORECASE)
_JOINER = "\u2060"
"""Word joiner: invisible. It stands inside what would begin a mention, reference or address, never behind a `://`:
GitHub takes it for a letter of the host there."""


def escaped(text: str) -> str:
    """User text for Markdown: one line, no markup, no HTML, no mention, no reference, no link."""
    visible = "".join(_shown(character) for character in shorten(text, LIMIT))
    plain = " ".join(visible.split())
    broken = _BREAKABLE.sub(lambda match: match[0] + _JOINER, plain)
    return _MARKS.sub(_backslashed, broken.replace("&", "&amp;").replace("<", "&lt;"))


def as_markdown(report: ReviewReport) -> str:
    """The report as one remark."""
    return "\n".join(_markdown(report)) + "\n"


def as_html(report: ReviewReport) -> str:
    """The body of the report for a page of the workbench, without frame."""
    return _rendered("review/report.html", report)


def embedded(report: ReviewReport) -> str:
    """The report inside a page that has a side of its own."""
    return _rendered("review/embedded.html", report)


def preview(report: ReviewReport) -> str:
    """Only what would change, for whoever has not sent it yet."""
    return _rendered("review/preview.html", report)


def _rendered(template: str, report: ReviewReport) -> str:
    return render(template, report=report, levels=LEVELS, types=TYPES, set_by_us=SET_BY_US)


FORMATS: Mapping[str, Callable[[ReviewReport], str]] = {
    "md": as_markdown,
    "json": lambda report: msgspec.json.encode(report).decode(),
    "html": as_html,
}
"""The formats in which a report is handed out."""


def _shown(character: str) -> str:
    """Controls and invisible direction marks turn into something that is seen."""
    if character in "\n\r\t" or unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp"):
        return character
    return "\N{REPLACEMENT CHARACTER}"


def _backslashed(match: re.Match[str]) -> str:
    """A mark that means itself; a number that would begin a list keeps its digits."""
    return f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}"


def _markdown(report: ReviewReport) -> Iterator[str]:
    yield f"## {escaped(report.headline)}"
    yield f"\n{escaped(report.lead)}"
    yield f"\n**{escaped(report.next)}**\n"
    if report.missing:
        yield "### 并入清单以前还缺\n"
        yield from (f"- {escaped(sentence)}" for sentence in report.missing)
    yield "\n### 原来 → 现在"
    for item in report.items:
        yield from _item(item, alone=len(report.items) == 1)
    yield from (f"\n一起新登记的{label}：{escaped(name)}" for label, name in report.created)
    yield from (f"\n另有改动：{escaped(path)}" for path in report.others)
    if report.why:
        yield "\n### 为什么\n"
        yield from (f"- {label}：{escaped(text)}" for label, text in report.why)
    if report.findings:
        yield "\n### 清单检查\n"
        yield from map(_finding, report.findings)
    yield "\n### 请确认三个问题"
    for number, question in enumerate(report.questions, 1):
        yield from _question(number, question)
    yield "\n### 办到哪一步\n"
    for step in report.steps:
        mark = f"（{SET_BY_US}）" if step.set_by_us else ""
        yield f"- {STATES[step.state]} {escaped(step.label)}{mark}　{escaped(step.note)}"


def _item(item: ItemReport, *, alone: bool) -> Iterator[str]:
    if not alone:
        yield f"\n#### {TYPES[item.type]}：{escaped(item.title)}"
    yield f"\n{escaped(item.body)} · {item.id}\n"
    if item.lines:
        yield "| 项目 | 原来 | 现在 |\n|---|---|---|"
        for line in item.lines:
            yield f"| {escaped(line.label)} | {escaped(line.was)} | {escaped(line.now)} |"
    else:
        yield "内容没有变化。"
    yield ""
    for basis in item.bases:
        asks = f"：{escaped(basis.requires)}" if basis.requires else ""
        yield f"- 依据{escaped(basis.title)}{escaped(basis.article)}{asks}"
    yield from map(_finding, item.findings)
    for other in item.others:
        about = f"{escaped(other.id)} {escaped(other.title)}（{escaped(other.state)}）"
        yield f"- **请注意** 另有一件调整涉及同一事项：{about}"
    if item.complaints:
        yield f"- **请注意** 近半年有 {item.complaints} 件相关的投诉举报"


def _finding(said: Said) -> str:
    return f"- **{LEVELS[said.level]}** {escaped(said.sentence)}"


def _question(number: int, question: Question) -> Iterator[str]:
    yield f"\n{number}. **{question.title}** {question.asks}"
    yield from (f"   - {escaped(one)}" for one in question.evidence)
