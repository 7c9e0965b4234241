"""JSON Schemas, generated from the model, and what they say about a file.

The model is the one definition; `catalog/schema/*.schema.json` is written from it (`make docs`) for editors and other
programs, and a test holds it fresh. Reading uses the very same schemas.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from mianzheng.catalog_files.layout import FILE_TYPES, FileType
from mianzheng.catalog_files.strict_yaml import Path

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def schema_of(file_type: FileType) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one type of file."""
    (reference,), definitions = msgspec.json.schema_components([file_type.record])
    names = {name: _short_name(name, i) for i, name in enumerate(definitions)}
    definitions = {names[name]: _tidy(body, names) for name, body in definitions.items()}
    root = definitions.pop(names[reference["$ref"].removeprefix("#/$defs/")])
    schema = {"$schema": DIALECT, **root, "title": file_type.label}
    if definitions:
        schema["$defs"] = definitions
    return schema


def _short_name(name: str, index: int) -> str:
    return f"Leaf{index:02d}" if name.startswith("Leaf_") else name


def _tidy(node: Any, names: dict[str, str]) -> Any:
    """Plain references; no null where absence already says it; first paragraph of a docstring as description."""
    if isinstance(node, list):
        return [_tidy(inner, names) for inner in node]
    if not isinstance(node, dict):
        return node
    tidy: dict[str, Any] = {}
    for key, value in node.items():
        if key == "$ref":
            tidy[key] = "#/$defs/" + names[value.removeprefix("#/$defs/")]
        elif key == "description" and isinstance(value, str):
            tidy[key] = " ".join(value.split("\n\n")[0].split())
        elif key == "title" and isinstance(value, str) and value.startswith("Leaf["):
            continue
        elif key == "properties":
            tidy[key] = {name: _tidy(_without_null(inner), names) for name, inner in value.items()}
        else:
            tidy[key] = _tidy(value, names)
    return tidy


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    """A property whose default is null is simply left out in files; and no default is written either."""
    default = node.get("default", ...)
    node = {key: value for key, value in node.items() if key != "default"}
    if default is None and "anyOf" in node:
        options = [option for option in node.pop("anyOf") if option != {"type": "null"}]
        node.update(options[0] if len(options) == 1 else {"anyOf": options})
    return node


def schema_files() -> Iterator[tuple[str, str]]:
    """Every generated schema as (file name, text)."""
    for file_type in FILE_TYPES:
        text = json.dumps(schema_of(file_type), ensure_ascii=False, indent=2) + "\n"
        yield f"{file_type.name}.schema.json", text


@dataclass(frozen=True)
class SchemaProblem:
    """One way in which data differs from its schema: `what` is the kind of difference, `words` its details."""

    what: str
    path: Path
    words: dict[str, Any]


@cache
def _validator(file_type: FileType) -> Any:
    import jsonschema_rs  # only when a file is read afresh

    return jsonschema_rs.validator_for(schema_of(file_type))


def conforms(file_type: FileType, data: object) -> bool:
    """Whether the data fits the schema; the quick question."""
    valid: bool = _validator(file_type).is_valid(data)
    return valid


def problems(file_type: FileType, data: object) -> list[SchemaProblem]:
    """Every difference between data and schema, missing keys of one mapping taken together."""
    found: list[SchemaProblem] = []
    missing: dict[Path, list[str]] = {}
    for error in _validator(file_type).iter_errors(data):
        path: Path = tuple(error.instance_path)
        kind = error.kind.name
        if kind == "required":
            missing.setdefault(path, []).append(error.kind.property)
        elif kind == "additionalProperties":
            allowed = _properties_at(file_type, list(error.schema_path))
            for key in error.kind.unexpected:
                found.append(SchemaProblem("unknown-key", (*path, key), {"key": key, "allowed": allowed}))
        else:
            found.append(_difference(file_type, error, kind, path))
    found.extend(SchemaProblem("missing", path, {"keys": keys}) for path, keys in missing.items())
    return found


def _difference(file_type: FileType, error: Any, kind: str, path: Path) -> SchemaProblem:
    value = error.instance
    if kind == "enum":
        return SchemaProblem("enum", path, {"value": value, "allowed": list(error.kind.options)})
    if kind == "pattern":
        holder = _node_at(file_type, list(error.schema_path)[:-1])
        title = holder.get("title", "") if isinstance(holder, dict) else ""
        return SchemaProblem("pattern", path, {"value": value, "title": title, "pattern": error.kind.pattern})
    if kind == "type":
        return SchemaProblem("type", path, {"value": value, "expected": sorted(error.kind.types)})
    if kind in ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"):
        return SchemaProblem(kind, path, {"value": value, "limit": error.kind.limit})
    return SchemaProblem("shape", path, {"value": value})


def _node_at(file_type: FileType, schema_path: list[str | int]) -> Any:
    """The schema node at a path of keywords, following references."""
    root: Any = schema_of(file_type)
    node: Any = root
    for step in schema_path:
        node = root["$defs"][node["$ref"].removeprefix("#/$defs/")] if step == "$ref" else node[step]
    return node


def _properties_at(file_type: FileType, schema_path: list[str | int]) -> list[str]:
    node = _node_at(file_type, schema_path[:-1])
    return list(node.get("properties", {}))
