"""GitHub's own description of the operations that we use: what a request and an answer must look like."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from tests.conftest import ROOT

FILE = ROOT / "tests" / "data" / "github-openapi.json"
_SEVERAL_SEGMENTS = ("ref", "path")


def _modern(node: Any) -> Any:
    """A schema of OpenAPI 3.0 as JSON Schema: `nullable` becomes a type."""
    if isinstance(node, list):
        return [_modern(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {key: _modern(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") is True:
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
        if isinstance(made.get("type"), str):
            made["type"] = [made["type"], "null"]
        elif "type" not in made:
            return {"anyOf": [made, {"type": "null"}]}
    return made


DESCRIPTION = _modern(json.loads(FILE.read_text("utf-8")))


def _part(name: re.Match[str]) -> str:
    return f"(?P<{name[1]}>{'.+' if name[1] in _SEVERAL_SEGMENTS else '[^/]+'})"


class Operation:
    """One method on one address pattern."""

    def __init__(self, method: str, path: str, about: Mapping[str, Any]) -> None:
        self.method, self.path, self.about = method, path, about
        self.name = f"{method.lower()} {path.removeprefix('/repos/{owner}/{repo}')}"
        self.pattern = re.compile(re.sub(r"\{(\w+)\}", _part, path))

    def request_problems(self, query: Mapping[str, str], body: Any) -> list[str]:
        """What GitHub's description, read strictly, has against a request; unknown names count as wrong."""
        known = {resolved(parameter)["name"] for parameter in self.about["parameters"]}
        problems = [f"unknown query parameter {name}" for name in query if name not in known]
        schema = self._body_schema(self.about.get("requestBody"))
        if schema is None:
            return problems + (["a body where none belongs"] if body is not None else [])
        problems += _problems(json.dumps(schema), body)
        if isinstance(body, dict):
            problems += [f"unknown key {key}" for key in body if key not in _keys(schema)]
        return problems

    def answer_problems(self, status: int, answer: Any) -> list[str]:
        """What the description has against an answer."""
        described = self.about["responses"].get(str(status))
        if described is None:
            return [f"status {status} is not described"] if status < 400 else []
        schema = self._body_schema(resolved(described))
        return [] if schema is None else _problems(json.dumps(schema), answer)

    def sample(self, status: int) -> Any:
        """The least answer that the description allows."""
        return sample(self._body_schema(resolved(self.about["responses"][str(status)])))

    @staticmethod
    def _body_schema(described: Mapping[str, Any] | None) -> Any:
        return (described or {}).get("content", {}).get("application/json", {}).get("schema")


def resolved(node: Any) -> Any:
    """A node, or what it refers to."""
    while isinstance(node, dict) and "$ref" in node:
        target = DESCRIPTION
        for key in node["$ref"][2:].split("/"):
            target = target[key]
        node = target
    return node


def _keys(schema: Any) -> set[str]:
    """All keys that a schema knows, in any of its variants."""
    schema = resolved(schema)
    variants = [part for several in ("anyOf", "oneOf", "allOf") for part in schema.get(several, ())]
    return set(schema.get("properties", {})).union(*map(_keys, variants))


def sample(schema: Any) -> Any:
    """The least value that fits: required keys only, null where it may be."""
    schema = resolved(schema)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            nothing = {"type": "null"} in schema[several]
            return None if nothing else sample(schema[several][0])
    if "allOf" in schema:
        return {key: value for part in schema["allOf"] for key, value in sample(part).items()}
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        return None
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "object":
        properties = schema.get("properties", {})
        return {key: sample(properties[key]) for key in schema.get("required", ())}
    return {"array": [], "integer": 0, "number": 0, "boolean": False}.get(kind, _text(schema))


def _text(schema: Mapping[str, Any]) -> str:
    return {"uri": "https://github.invalid/", "date-time": "2026-11-01T00:00:00Z"}.get(schema.get("format", ""), "x")


@cache
def _validator(schema: str) -> Any:
    return jsonschema_rs.validator_for({**json.loads(schema), "components": DESCRIPTION["components"]})


def _problems(schema: str, value: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message[:200]}"
        for error in _validator(schema).iter_errors(value)
    ]


OPERATIONS = [
    Operation(method.upper(), path, about)
    for path, methods in DESCRIPTION["paths"].items()
    for method, about in methods.items()
]
