"""What comes in, read strictly: JSON without surprises, forms, query strings; every problem named, all at once."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, TypeVar

import msgspec
from werkzeug.wrappers import Request

from mianzheng.complaints.uploads import MOST_BYTES
from mianzheng.web.problems import FieldProblem, Problem

JSON_LIMIT = 64 * 1024
FORM_LIMIT = 256 * 1024
FILES_LIMIT = 60 * 1024 * 1024
"""Of a form with files: five of the largest, and more, so that one too large is named and nothing entered is lost."""
TOO_MUCH = "一次交的内容合计最多 {} MB，这次没有收。请退回去少选几个，或者选小一点的照片和文件。"
MOST_PARTS = 200
"""Of one form, fields and files together."""
DEPTH_LIMIT = 20
S = TypeVar("S", bound=msgspec.Struct)
_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


@cache
def schema_of(shape: type[msgspec.Struct]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a shape, self-contained."""
    (root,), parts = msgspec.json.schema_components([shape])
    name = root["$ref"].removeprefix("#/$defs/")
    whole = dict(parts[name])
    if len(parts) > 1:
        whole["$defs"] = {key: value for key, value in parts.items() if key != name}
    return whole


@cache
def _validator(shape: type[msgspec.Struct]) -> Any:
    import jsonschema_rs  # compiled code, loaded with the first body

    return jsonschema_rs.validator_for({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema_of(shape)})


def json_body(request: Request, shape: type[S], limit: int = JSON_LIMIT) -> S:
    """The body as a shape. Raises Problem: wrong-media-type, too-large, malformed, invalid (all differences named)."""
    if request.mimetype != "application/json":
        raise Problem("wrong-media-type", "请写明 Content-Type: application/json。")
    raw = raw_body(request, limit)
    return fitted(_strict_json(raw), shape)


def fitted(data: object, shape: type[S]) -> S:
    """Data as a shape. Raises Problem `invalid` with one entry for each difference."""
    found = [_difference(error) for error in _validator(shape).iter_errors(data)]
    if found:
        raise Problem("invalid", "", [one for group in found for one in group])
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError:
        raise Problem("invalid", "有一处内容不合要求。") from None


def query_of(request: Request, shape: type[S]) -> S:
    """The query string as a shape. Raises Problem `invalid`: unknown or repeated names, values that do not fit."""
    properties = schema_of(shape).get("properties", {})
    data: dict[str, Any] = {}
    for name, values in request.args.lists():
        kind = properties.get(name, {}).get("type")
        if len(values) > 1:
            raise Problem("invalid", "", [FieldProblem(pointer=f"/{name}", detail=f"“{name}”只能写一次")])
        value = values[0]
        data[name] = int(value) if kind == "integer" and _NUMBER.fullmatch(value) else value
    return fitted(data, shape)


def form_of(request: Request, limit: int = FORM_LIMIT) -> dict[str, str]:
    """The fields of a plain form, each once, without surrounding space (passwords keep it); `limit` counts files too.

    Raises Problem: wrong-media-type, too-large, malformed.
    """
    if request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise Problem("wrong-media-type", "请从本站的表单提交。")
    _limit(request, limit)
    repeated = [name for name, values in request.form.lists() if len(values) > 1]
    if repeated:
        raise Problem("malformed", f"表单里“{repeated[0]}”出现了不止一次。")
    return {name: value if name.endswith("password") else value.strip() for name, value in request.form.items()}


def files_of(request: Request, limit: int = FILES_LIMIT) -> list[bytes]:
    """The files of a form in its field `files`; fields where nobody chose a file are left out. `limit` is that of all.

    Each is read a byte further than a file may be long, so that one too long shows. Raises Problem: wrong-media-type,
    too-large, malformed.
    """
    if request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise Problem("wrong-media-type", "请写明 Content-Type: multipart/form-data。")
    _limit(request, limit)
    return [file.stream.read(MOST_BYTES + 1) for file in request.files.getlist("files") if file.filename]


def _limit(request: Request, limit: int) -> None:
    if (request.content_length or 0) > limit:
        raise Problem("too-large", TOO_MUCH.format(limit // 1_000_000) if limit > FORM_LIMIT else "")
    request.max_content_length = limit
    request.max_form_memory_size = FORM_LIMIT
    request.max_form_parts = MOST_PARTS


def raw_body(request: Request, limit: int) -> bytes:
    """The body as it came. Raises Problem `too-large`."""
    if (request.content_length or 0) > limit:
        raise Problem("too-large", f"内容最多 {limit // 1024} KB。")
    request.max_content_length = limit
    return request.get_data(cache=True)


def _strict_json(raw: bytes) -> object:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("malformed", "内容要用 UTF-8 编码。") from None
    if _depth(text) > DEPTH_LIMIT:
        raise Problem("malformed", f"内容套得太深，最多 {DEPTH_LIMIT} 层。")
    try:
        return json.loads(text, object_pairs_hook=_no_twins, parse_constant=_no_constant, parse_float=_finite)
    except _Unfit as error:
        raise Problem("malformed", str(error)) from None
    except (ValueError, RecursionError):
        raise Problem("malformed", "内容不是规范的 JSON。") from None


class _Unfit(ValueError):
    """JSON that standard readers disagree on; the text says what."""


def _depth(text: str) -> int:
    """How deep brackets are nested, strings left aside; linear in the text."""
    depth = deepest = 0
    for mark in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        bracket = mark.group()
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif bracket in "]}":
            depth -= 1
    return deepest


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise _Unfit(f"“{twin[:40]}”写了两次。")
    return found


def _no_constant(name: str) -> float:
    raise _Unfit(f"JSON 里不能写 {name}。")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _Unfit(f"数字 {text[:40]} 太大。")
    return value


_WORDS = {
    "type": "类型不对",
    "enum": "不在可选的范围里",
    "const": "不在可选的范围里",
    "pattern": "格式不对",
    "format": "格式不对",
    "minLength": "不能是空的，或者太短",
    "maxLength": "太长",
    "minimum": "太小",
    "maximum": "太大",
    "exclusiveMinimum": "太小",
    "exclusiveMaximum": "太大",
    "minItems": "至少要有一项",
    "maxItems": "项数太多",
    "uniqueItems": "有重复",
    "anyOf": "不合要求",
    "oneOf": "不合要求",
}


def _difference(error: Any) -> list[FieldProblem]:
    """One difference from the schema as Chinese sentences; several unknown names are several sentences."""
    where = "".join(f"/{part}" for part in error.instance_path)
    kind = error.kind.name
    if kind == "required":
        return [FieldProblem(pointer=f"{where}/{error.kind.property}", detail=f"请填写“{error.kind.property}”")]
    if kind == "additionalProperties":
        names = list(error.kind.unexpected)[:20]
        return [FieldProblem(pointer=f"{where}/{name[:60]}", detail=f"没有“{name[:60]}”这一项") for name in names]
    name = str(error.instance_path[-1]) if error.instance_path else "内容"
    return [FieldProblem(pointer=where, detail=f"“{name}”{_WORDS.get(kind, '不合要求')}")]
