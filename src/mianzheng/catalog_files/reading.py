"""One file: bytes in, record and findings out. Never raises for what a file holds."""

from __future__ import annotations

import datetime
import difflib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec

from mianzheng.catalog_files import canonical, schema, strict_yaml
from mianzheng.catalog_files.layout import FileType, classify
from mianzheng.catalog_files.strict_yaml import Document, Path
from mianzheng.model import Finding, Record
from mianzheng.model.ids import PREFIXES, check_character
from mianzheng.rules.labels import field_label, quoted_list
from mianzheng.rules.privacy import personal_data
from mianzheng.rules.wording import WORDINGS, finding

TYPES = {
    "string": "文字",
    "integer": "整数",
    "boolean": "true 或 false",
    "array": "一个列表",
    "object": "一组栏目",
}
_AFTER_DASH = re.compile("-[0-9a-z]{6}")
_QUOTED_DATE = re.compile('"([12][0-9]{3}-[0-9]{2}-[0-9]{2})"')
_ID = re.compile(r"\b((?:zm|kd|sv|bd|lb)-[0-9a-z]{6})\b")
_DATE = re.compile(r"\b([12][0-9]{3}-[0-9]{2}-[0-9]{2})\b")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ESCAPED_BIDI = re.compile(r"\\u20(?:0[ef]|2[a-e]|6[6-9])")
_ID_TITLES = frozenset(f"{noun}编号" for noun in (*PREFIXES.values(), "依据"))
"""Titles of the ids that end in a check character."""


@dataclass
class Reading:
    """What became of one file: its record if it could be read, and everything wrong with the file as such."""

    path: str
    type_name: str
    record: Record | None
    findings: list[Finding] = field(default_factory=list)


def read_file(path: str, raw: bytes) -> Reading:
    """Read one catalog file. The quick road is for files in canonical form; all others are explained."""
    known = classify(path)
    if known is None:
        return Reading(path, "", None, [finding("file-unknown", file=path, path=path)])
    file_type, _ = known
    return _quick(path, file_type, raw) or _explained(path, file_type, raw)


def _quick(path: str, file_type: FileType, raw: bytes) -> Reading | None:
    """A file that is exactly its own canonical form needs no explanation.

    Canonical text quotes whatever two YAML readers could read differently and holds no anchors, tags or comments, so
    the fast reader and the strict one agree on it; a test holds them together.
    """
    if len(raw) > file_type.max_bytes:
        return None
    try:
        text = raw.decode()
        data = strict_yaml.read_fast(text)
        if not schema.conforms(file_type, data):
            return None
        record = msgspec.convert(data, file_type.record)
    except (ValueError, msgspec.ValidationError):
        return None
    if canonical.dump(record) != text or not _ids_and_dates_hold(text):
        return None
    if _ESCAPED_BIDI.search(text) or personal_data(path, text):
        return None
    return Reading(path, file_type.name, record)


def _ids_and_dates_hold(text: str) -> bool:
    """In canonical text dates are quoted, and an id is known by its dash."""
    for match in _AFTER_DASH.finditer(text):
        start = match.start()
        if text[start - 2 : start] in PREFIXES and not _check_holds(text[start - 2 : start + 7]):
            return False
    return all(_is_date(day) for day in _QUOTED_DATE.findall(text))


@lru_cache(maxsize=1 << 14)
def _check_holds(identifier: str) -> bool:
    try:
        return check_character(identifier[3:8]) == identifier[8]
    except ValueError:
        return False


@lru_cache(maxsize=1 << 12)
def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _explained(path: str, file_type: FileType, raw: bytes) -> Reading:
    reading = Reading(path, file_type.name, None)
    text, problems = strict_yaml.decode(raw, file_type.max_bytes)
    document = (
        strict_yaml.read(text) if text and not any(p.what in ("control", "size") for p in problems) else Document()
    )
    if not text and not problems:
        problems = [strict_yaml.Problem("yaml-syntax", "empty", 1, 1)]
    for problem in problems + document.problems:
        reading.findings.append(
            finding(
                problem.code,
                problem.what,
                file=path,
                line=problem.line,
                column=problem.column,
                **problem.words,
            )
        )
    reading.findings.extend(personal_data(path, text))
    if document.problems or not isinstance(document.data, dict):
        return reading
    differences = _schema_findings(path, file_type, document)
    reading.findings.extend(differences)
    if any(f.level == "error" for f in differences):
        return reading
    reading.record = msgspec.convert(document.data, file_type.record)
    if all(problem.what == "carriage-return" for problem in problems):
        plain = text.replace("\r\n", "\n")
        reading.findings.extend(_style_findings(path, plain, canonical.dump(reading.record)))
    return reading


def _schema_findings(path: str, file_type: FileType, document: Document) -> list[Finding]:
    found: list[Finding] = []
    for difference in schema.problems(file_type, document.data):
        line, column = document.where(difference.path)
        dotted = ".".join(str(part) for part in difference.path)
        found.append(_worded(difference, file_type, file=path, field=dotted, line=line, column=column))
    named = {one.field for one in found}
    found.extend(one for one in _value_findings(path, document, document.data, ()) if one.field not in named)
    return found


def _value_findings(path: str, document: Document, node: object, at: Path) -> list[Finding]:
    """Ids whose check character is wrong, days that no calendar has, characters that turn text around."""
    found: list[Finding] = []
    if isinstance(node, dict):
        for key, inner in node.items():
            found += _value_findings(path, document, inner, (*at, key))
    elif isinstance(node, list):
        for i, inner in enumerate(node):
            found += _value_findings(path, document, inner, (*at, i))
    elif isinstance(node, str):
        line, column = document.where(at)
        dotted = ".".join(str(part) for part in at)
        label = field_label(dotted)
        place: dict[str, Any] = {"file": path, "field": dotted, "line": line, "column": column}
        if _ID.fullmatch(node) and not _check_holds(node):
            try:
                expected = check_character(node[3:8])
                found.append(finding("id-malformed", "check", **place, label=label, value=node, expected=expected))
            except ValueError:
                title = PREFIXES.get(node[:2], "编号")  # type: ignore[call-overload]
                found.append(finding("id-malformed", **place, label=label, value=node, title=title + "编号"))
        if _DATE.fullmatch(node) and not _is_date(node):
            found.append(finding("schema", "date", **place, value=node))
        if bidi := _BIDI.search(node):
            found.append(finding("schema", "bidi", **place, label=label, character=f"U+{ord(bidi[0]):04X}"))
    return found


def _worded(
    problem: schema.SchemaProblem, file_type: FileType, *, file: str, field: str, line: int, column: int
) -> Finding:
    """A schema difference as a sentence."""
    place: dict[str, Any] = {"file": file, "field": field, "line": line, "column": column}
    label = field_label(field)
    words = dict(problem.words)
    if problem.what == "missing":
        keys = quoted_list([f"{field_label(key)}（{key}）" for key in words["keys"]])
        return finding("field-missing", "schema", **place, fields=keys)
    if problem.what == "unknown-key":
        near = difflib.get_close_matches(words["key"], words["allowed"], n=1)
        hint = f"是不是想写“{near[0]}”？" if near else f"可以写的栏目：{quoted_list(words['allowed'])}。"
        return finding("schema", "unknown-key", **place, key=words["key"], hint=hint)
    if problem.what == "pattern" and words["title"] in _ID_TITLES:
        return finding("id-malformed", **place, label=label, value=str(words["value"]), title=words["title"])
    if problem.what == "pattern":
        title = words["title"] or "约定的格式"
        return finding("schema", "pattern", **place, label=label, value=str(words["value"]), title=title)
    if problem.what == "enum":
        allowed = quoted_list([str(option) for option in words["allowed"] if option != ""])
        return finding("schema", "enum", **place, label=label, value=str(words["value"]), allowed=allowed)
    shown = msgspec.json.encode(words.pop("value", None)).decode()
    if problem.what == "type":
        expected = quoted_list([TYPES.get(name, name) for name in words["expected"]])
        hint = "文字里只有数字时要加引号。" if "string" in words["expected"] else "请对照同类文件改正。"
        return finding("schema", "type", **place, label=label, value=shown, expected=expected, hint=hint)
    variant = problem.what if problem.what in WORDINGS["schema"] else "shape"
    return finding("schema", variant, **place, label=label, value=shown, schema=file_type.name, **words)


def _style_findings(path: str, text: str, wanted: str) -> list[Finding]:
    """Where a text that reads well differs from the canonical form: the first line that does."""
    if text == wanted:
        return []
    if comment := strict_yaml.first_comment(text):
        line, column = comment
        return [finding("yaml-not-canonical", "comment", file=path, line=line, column=column)]
    ours, theirs = text.split("\n"), wanted.split("\n")
    for number, (found, expected) in enumerate(zip(ours, theirs, strict=False), 1):
        if found != expected:
            return [finding("yaml-not-canonical", file=path, line=number, column=1, found=found, expected=expected)]
    number = min(len(ours), len(theirs))
    tail: dict[str, Any] = {"found": "（此行之后多出内容）" if len(ours) > len(theirs) else "（此行之后缺少内容）"}
    return [
        finding(
            "yaml-not-canonical",
            file=path,
            line=number,
            column=1,
            expected="文件到此为止，以一个换行结束",
            **tail,
        )
    ]
