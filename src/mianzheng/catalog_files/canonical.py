"""The one way in which a record is written: fixed key order, fixed style, byte for byte.

Every program and every person who runs `--fix` writes the same bytes, so a difference between two versions of a
file is always a difference in content. Keys come in the order of the model; what equals its default is left out;
a mapping or a list of scalars stands on one line when that fits in 110 columns; a list of mappings is a block.
Comments have no place: what has to be said stands in a `note`, where exports keep it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise
from json.encoder import encode_basestring
from typing import Any

import msgspec

from mianzheng.model import BodiesFile, CertificateItem, Record, first_day

WIDTH = 110

# What YAML 1.1 or 1.2 would read as something other than text: numbers, dates, times, booleans, null, merge keys.
_AMBIGUOUS = re.compile(
    r"""(?:[-+]?[0-9][0-9_,.:eExXoOa-fA-F+-]*          # numbers, dates, sexagesimals
        |[-+]?\.(?:[0-9]|inf|nan).*                    # .5 .inf
        |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*
        |~|<<|=
        |yes|no|on|off|true|false|null)\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN = re.compile(
    r"[^\s\-?:,\[\]{}#&*!|>'\"%@`\x00-\x1f\x7f-\xa0](?:[^:#?,\[\]{}\x00-\x1f\x7f-\xa0]*[^\s:#?,\[\]{}\x00-\x1f\x7f-\xa0])?\Z"
)
# Characters that a reviewer cannot see or that end a line for some readers: written as escapes.
_INVISIBLE = re.compile(
    "[\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)


def dump(record: Record) -> str:
    """The canonical text of a record or file, ending in a newline."""
    return _written(_node_of(_sorted(record)))


def dump_data(data: dict[str, Any]) -> str:
    """Plain data in the same style, keys in the order given."""
    return _written(_mapping_node(data))


def _written(node: _Node) -> str:
    lines: list[str] = []
    _block(node, "", lines)
    return "\n".join(lines) + "\n"


def _sorted(record: Record) -> Record:
    """The record with its order-free lists in declared order: versions newest first, bodies by id."""
    if isinstance(record, CertificateItem) and len(record.versions) > 1:
        starts = [first_day(version.from_) for version in record.versions]
        if any(newer < older for newer, older in pairwise(starts)):
            newest_first = sorted(record.versions, key=lambda v: first_day(v.from_), reverse=True)
            return msgspec.structs.replace(record, versions=tuple(newest_first))
    if isinstance(record, BodiesFile):
        return msgspec.structs.replace(record, bodies=tuple(sorted(record.bodies, key=lambda b: b.id)))
    return record


@lru_cache(maxsize=1 << 15)
def _text(value: str) -> str:
    """Text as a canonical scalar: plain where every reader agrees that it is text, quoted otherwise."""
    if _PLAIN.match(value) and not _AMBIGUOUS.match(value) and (value.isascii() or not _INVISIBLE.search(value)):
        return value
    return _quoted(value)


def _quoted(text: str) -> str:
    body = encode_basestring(text)
    return body if body.isascii() and "\x7f" not in body else _INVISIBLE.sub(_escape, body)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def width(text: str) -> int:
    """Columns that a line takes on a screen: Chinese characters count two."""
    return len(text) if text.isascii() else (len(text) + len(text.encode())) // 2


class _Node:
    """A mapping or list with its one-line form, worked out once for all levels that may want it.

    `flow` is None for what is always a block: a list of mappings, or something that holds one. The parts are
    (key, value) with keys already written, keys empty in a list; values are written scalars or nodes.
    """

    __slots__ = ("flow", "is_mapping", "parts")

    flow: str | None
    is_mapping: bool
    parts: list[tuple[str, str | _Node]]

    def __init__(self, pairs: Iterable[tuple[str, Any]], is_mapping: bool) -> None:
        self.is_mapping = is_mapping
        self.parts = []
        flows: list[str] | None = []
        for key, inner in pairs:
            part: str | _Node = _text(inner) if type(inner) is str else _part(inner)
            self.parts.append((key, part))
            if flows is None:
                continue
            if isinstance(part, str):
                flows.append(f"{key}: {part}" if is_mapping else part)
            elif part.flow is None or (part.is_mapping and not is_mapping):
                flows = None
            else:
                flows.append(f"{key}: {part.flow}" if is_mapping else part.flow)
        text = None if flows is None else ", ".join(flows)
        self.flow = None if text is None else f"{{{text}}}" if is_mapping else f"[{text}]"


def _part(value: object) -> str | _Node:
    """The written scalar, or the node of a record, mapping or list."""
    if isinstance(value, Record):
        try:
            return _remembered_node(value)
        except TypeError:  # a record that holds a mapping cannot be remembered
            return _node_of(value)
    if isinstance(value, dict):
        return _mapping_node(value)
    if isinstance(value, list | tuple):
        return _Node((("", inner) for inner in value), False)
    return _WRITTEN[value] if isinstance(value, bool) else json.dumps(value)


_WRITTEN = {True: "true", False: "false"}


def _mapping_node(mapping: dict[str, Any]) -> _Node:
    return _Node(((_text(key), inner) for key, inner in mapping.items()), True)


def _node_of(record: Record) -> _Node:
    pairs = []
    for name, key, default in _fields(type(record)):
        value = getattr(record, name)
        if value is not default and value != default:
            pairs.append((key, value))
    return _Node(pairs, True)


_remembered_node = lru_cache(maxsize=1 << 14)(_node_of)
"""Small records such as a reference to a form recur in thousands of files."""


@cache
def _fields(record_type: type[Record]) -> tuple[tuple[str, str, object], ...]:
    """Attribute, written key and default of each field, in order; what equals its default is left out."""
    return tuple(
        (
            spec.name,
            _text(spec.encode_name),
            spec.default if spec.default_factory is msgspec.NODEFAULT else spec.default_factory(),
        )
        for spec in msgspec.structs.fields(record_type)
    )


def _block(node: _Node, indent: str, lines: list[str], first: str | None = None) -> None:
    """Append a node as a block; `first` replaces the indent of the first line (for a mapping in a list)."""
    for key, value in node.parts:
        head = f"{indent if first is None else first}{key}:" if node.is_mapping else f"{indent}-"
        first = None
        if isinstance(value, str):
            lines.append(f"{head} {value}")
        elif value.flow is not None and (not value.parts or width(head) + 1 + width(value.flow) <= WIDTH):
            lines.append(f"{head} {value.flow}")
        elif node.is_mapping:
            lines.append(head)
            _block(value, indent + "  ", lines)
        elif value.is_mapping:
            _block(value, indent + "  ", lines, first=f"{indent}- ")
        else:  # a list in a list does not occur in the model; written all the same
            lines.append(f"{head} {value.flow}")
