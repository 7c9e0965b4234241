"""`GET /api/v1/openapi.json`: the table of routes as OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from mianzheng.views.problems import TROUBLES
from mianzheng.web.routes import Route

VERSION = "1.0.0"
"""Of the interface, not of the program."""
REFERENCE = "#/components/schemas/{name}"
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "enum": sorted(TROUBLES)},
        "state": {"type": "string"},
        "version": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def description(routes: Iterable[Route], public_url: str) -> dict[str, Any]:
    """The whole description. Only addresses of programs stand in it, not the pages of the workbench."""
    told = [route for route in routes if route.media == "application/json"]
    shapes = [shape for route in told for shape in (route.body, route.answer) if shape]
    _, schemas = msgspec.json.schema_components(list(dict.fromkeys(shapes)), ref_template=REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for route in told:
        paths.setdefault(template(route.path), {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "免证 API",
            "version": VERSION,
            "description": "清单的动态部分：期限、投诉举报、调整申请、账号。清单本身请用 /data/v1/ 的文件。",
        },
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def template(path: str) -> str:
    """A path as OpenAPI writes it."""
    parts = [f"{{{part[1:-1].split(':')[-1]}}}" if part.startswith("<") else part for part in path.split("/")]
    return "/".join(parts)


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": _parameters(route),
        "responses": _responses(route),
        "security": [] if route.audience == "public" else [{"token": []}],
    }
    if isinstance(route.audience, frozenset):
        operation["x-roles"] = sorted(route.audience)
    if route.body:
        content = {"application/json": {"schema": {"$ref": REFERENCE.format(name=route.body.__name__)}}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.files:
        many = {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}
        shape = {
            "type": "object",
            "properties": {"files": many, "draft": {"type": "string"}},
            "patternProperties": {r"^ahead\.": {"const": "yes"}},
            "description": "随表单来的文件（files），或者先传好的（draft 和 ahead.<id>，见 invite_upload），或者都有",
        }
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": shape}}}
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in route.arguments
    ]
    if route.query:
        schema = msgspec.json.schema(route.query)
        shape = schema["$defs"][route.query.__name__]
        for name, one in shape["properties"].items():
            entry = {"name": name, "in": "query", "required": name in shape.get("required", []), "schema": one}
            found.append(entry)
    if route.keyed or route.once:
        key = {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[!-~]+$"}
        found.append({"name": "Idempotency-Key", "in": "header", "required": route.keyed, "schema": key})
    if route.versioned:
        found.append({"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}})
    return found


def _responses(route: Route) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "成功"}
    if route.answer:
        success["content"] = {"application/json": {"schema": {"$ref": REFERENCE.format(name=route.answer.__name__)}}}
    responses: dict[str, Any] = {str(route.status): success}
    by_status: dict[int, list[str]] = {}
    for code in route.codes():
        by_status.setdefault(TROUBLES[code].status, []).append(TROUBLES[code].title)
    for status, titles in sorted(by_status.items()):
        content = {"application/problem+json": {"schema": {"$ref": REFERENCE.format(name="Problem")}}}
        responses[str(status)] = {"description": "；".join(titles), "content": content}
    return responses
