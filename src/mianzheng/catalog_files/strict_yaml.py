"""Reading YAML without surprises.

Strict: one document, one mapping, no duplicate keys, no anchors, aliases or tags, text stays text (only `true`,
`false`, `null` and plain integers are anything else), UTF-8 without byte order mark, bounded size and depth. What is
refused is explained with line and column, as many problems at once as can be told apart. Nothing is ever expanded,
so an alias bomb costs its own length and no more.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from mianzheng.catalog_files.layout import MAX_BYTES

_ryaml: Any
try:
    _ryaml = importlib.import_module("ryaml")
except ImportError:  # only a fast path: the functions' bundle does without it
    _ryaml = None

MAX_LINE = 20_000
MAX_DEPTH = 24

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\Z")
_KEYWORDS: dict[str, object] = {"true": True, "false": False, "null": None}
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")

ProblemCode = Literal["yaml-syntax", "yaml-unsafe", "yaml-duplicate-key", "yaml-encoding"]
Path = tuple[str | int, ...]


_SYNTAX = {
    "mapping values are not allowed": "这一行里多了一个冒号，或者上一行没写完（含冒号的文字要加引号）",
    "could not find expected ':'": "这里少了冒号",
    "did not find expected key": "缩进没有对齐",
    "did not find expected '-' indicator": "列表的短横线没有对齐",
    "did not find expected ',' or ']'": "方括号里少了逗号，或者没有右方括号",
    "did not find expected ',' or '}'": "花括号里少了逗号，或者没有右花括号",
    "did not find expected node content": "这里该有内容，却没有",
    "did not find expected <document start>": "这里多出了内容",
    "did not find the expected": "这里的写法不完整",
    "found character that cannot start any token": "有不能直接写的字符（如制表符、@、`），请加引号或改用空格",
    "found unexpected end of stream": "引号没有成对",
    "found unknown escape character": "双引号里有认不出的反斜杠写法",
    "block sequence entries are not allowed": "短横线写错了位置",
    "found undefined tag handle": "用了感叹号开头的写法，请加引号",
    "found undefined alias": "用了星号开头的写法，请加引号",
    "found a tab character": "缩进用了制表符，请改成空格",
}
"""What the YAML parser says, in Chinese; by the beginning of its sentence."""


def _in_chinese(problem: str) -> str:
    for start, text in _SYNTAX.items():
        if problem.startswith(start):
            return text
    return "这里的写法认不出来"


@dataclass(frozen=True)
class Problem:
    """One reason to refuse a text; `what` names the variant of the message, `words` fill it."""

    code: ProblemCode
    what: str
    line: int
    column: int
    words: dict[str, Any] = field(default_factory=dict)


@dataclass
class Document:
    """What a text says, where each part of it stands, and what is wrong with it.

    `data` is usable only when `problems` is empty. `marks` maps a path such as `("versions", 0, "method")` to
    the line and column (from 1) of the key or list entry.
    """

    data: Any = None
    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def where(self, path: Path) -> tuple[int, int]:
        """Line and column of a path, or of the nearest part of it that exists."""
        while path:
            if path in self.marks:
                return self.marks[path]
            path = path[:-1]
        return self.marks.get((), (1, 1))


def decode(raw: bytes, limit: int = MAX_BYTES) -> tuple[str, list[Problem]]:
    """Bytes to text, or the reason why not; at most `limit` bytes."""
    if len(raw) > limit:
        return "", [Problem("yaml-unsafe", "size", 1, 1, {"found": len(raw), "limit": limit})]
    if raw.startswith(b"\xef\xbb\xbf"):
        return "", [Problem("yaml-encoding", "bom", 1, 1)]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        return "", [Problem("yaml-encoding", "not-utf8", line, column)]
    problems = []
    for match in _FORBIDDEN.finditer(text):
        line, column = _position(text, match.start())
        what = "carriage-return" if match[0] == "\r" else "control"
        problems.append(Problem("yaml-encoding", what, line, column, {"character": f"U+{ord(match[0]):04X}"}))
        break  # one is enough: such a file is damaged as a whole
    if len(text) > MAX_LINE:
        for number, line_text in enumerate(text.split("\n"), 1):
            if len(line_text) > MAX_LINE:
                words: dict[str, Any] = {"found": len(line_text), "limit": MAX_LINE}
                problems.append(Problem("yaml-unsafe", "line", number, 1, words))
    return text, problems


def read_fast(text: str) -> object:
    """What a text says, by the quickest reader there is. Raises ValueError when it cannot be read.

    It is laxer than `read`: only for callers that hold the result against the canonical text. Without the optional
    `ryaml` the strict reader answers, slower and the same.
    """
    if _ryaml is None:
        document = read(text)
        if document.problems:
            raise ValueError(document.problems[0].what)
        return document.data
    try:
        return _ryaml.loads(text)
    except _ryaml.InvalidYamlError as error:
        raise ValueError(str(error)) from None


def first_comment(text: str) -> tuple[int, int] | None:
    """Line and column of the first comment of a text that can be read: a `#` that stands in no scalar."""
    start = 0
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        if isinstance(token, yaml.ScalarToken):
            begin = token.start_mark.index
            if token.style in ("|", ">"):  # a comment may follow the sign
                begin = text.find("\n", begin)
            if "#" in text[start:begin]:
                break
            start = token.end_mark.index
    at = text.find("#", start)
    return _position(text, at) if at >= 0 else None


def _position(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def read(text: str) -> Document:
    """Parse a decoded text strictly."""
    document = Document()
    builder = _Builder(document)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
            if builder.stopped:
                break
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.problems.append(
            Problem("yaml-syntax", "syntax", line, column, {"problem": _in_chinese(error.problem or "")})
        )
    except yaml.YAMLError as error:
        document.problems.append(Problem("yaml-syntax", "syntax", 1, 1, {"problem": _in_chinese(str(error))}))
    if not document.problems and not isinstance(document.data, dict):
        document.problems.append(Problem("yaml-syntax", "empty" if document.data is None else "no-mapping", 1, 1))
    return document


@dataclass
class _Frame:
    container: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


class _Builder:
    """Turns parser events into data, noting positions and everything that is not allowed."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[_Frame] = []
        self.stopped = False
        self.documents = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.refuse("yaml-syntax", "documents", event)
                self.stopped = True
        elif isinstance(event, yaml.AliasEvent):
            self.refuse("yaml-unsafe", "alias", event, name=event.anchor)
            self.add(None, event)
        elif isinstance(event, yaml.NodeEvent):
            self.node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()

    def node(self, event: Any) -> None:
        if event.anchor is not None:
            self.refuse("yaml-unsafe", "anchor", event, name=event.anchor)
        if event.tag is not None:
            self.refuse("yaml-unsafe", "tag", event, name=event.tag)
        if isinstance(event, yaml.ScalarEvent):
            self.add(_resolve(event), event)
            return
        if len(self.stack) >= MAX_DEPTH:
            self.refuse("yaml-unsafe", "depth", event, limit=MAX_DEPTH)
            self.stopped = True
            return
        container: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        frame = self.stack[-1] if self.stack else None
        is_key = frame is not None and isinstance(frame.container, dict) and frame.key is None
        if is_key:
            self.refuse("yaml-syntax", "key", event)
            self.stopped = True
            return
        path = self.add(container, event)
        self.stack.append(_Frame(container, path))

    def add(self, value: Any, event: Any) -> Path:
        """Put a value where it belongs; returns its path."""
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if not self.stack:
            self.document.data = value
            self.document.marks[()] = (line, column)
            return ()
        frame = self.stack[-1]
        if isinstance(frame.container, list):
            path: Path = (*frame.path, len(frame.container))
            frame.container.append(value)
            self.document.marks[path] = (line, column)
            return path
        if frame.key is None:
            key = event.value if isinstance(event, yaml.ScalarEvent) else ""
            path = (*frame.path, key)
            if key in frame.container:
                first_line = self.document.marks.get(path, (0, 0))[0]
                self.refuse("yaml-duplicate-key", "duplicate", event, key=key, first_line=first_line)
            self.document.marks[path] = (line, column)
            frame.container.setdefault(key, None)
            frame.key = key
            return path
        path = (*frame.path, frame.key)
        frame.container[frame.key] = value
        frame.key = None
        return path

    def refuse(self, code: ProblemCode, what: str, event: Any, **words: object) -> None:
        mark = event.start_mark
        self.document.problems.append(Problem(code, what, mark.line + 1, mark.column + 1, words))


def _resolve(event: Any) -> object:
    """The value of a scalar: text, unless it is a plain keyword or integer."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _KEYWORDS:
        return _KEYWORDS[text]
    if _INTEGER.match(text):
        return int(text)
    return text if text or event.style else None
