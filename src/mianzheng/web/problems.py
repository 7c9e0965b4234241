"""Errors as answers: RFC 9457 for programs, a page for people. Texts come from the table, never from an exception."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response

from mianzheng.errors import (
    AlreadyExists,
    BadArgument,
    CommandMismatch,
    GuardFailed,
    NoOperator,
    NotAllowed,
    RecordNotFound,
    Unavailable,
    VersionConflict,
)
from mianzheng.model import Record
from mianzheng.views.problems import TROUBLES, Trouble


class FieldProblem(Record, kw_only=True):
    """What is wrong with one field: where (JSON pointer, or name of a form field) and how to mend it, in Chinese."""

    pointer: str
    detail: str


class Problem(Exception):
    """An answer that is a problem: a code of the table, a sentence for this case, the fields concerned."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.trouble: Trouble = TROUBLES[code]
        self.detail = detail or self.trouble.meaning
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.more = dict(more or {})

    def as_json(self, public_url: str, request_id: str) -> bytes:
        """The body of type `application/problem+json`."""
        trouble = self.trouble
        body: dict[str, Any] = {
            "type": f"{public_url}/problems/{trouble.code}/",
            "title": trouble.title,
            "status": trouble.status,
            "detail": self.detail,
            "instance": f"urn:request:{request_id}",
            "code": trouble.code,
            **self.more,
        }
        if self.errors:
            body["errors"] = [{"pointer": one.pointer, "detail": one.detail} for one in self.errors]
        return msgspec.json.encode(body)


def too_many(seconds: float) -> Problem:
    """Too many requests; says when to come again."""
    wait = max(1, math.ceil(seconds))
    return Problem("too-many", f"请{wait}秒以后再试。", headers={"Retry-After": str(wait)})


def problem_of(error: Exception) -> Problem:
    """The problem that an error is to whoever asked. What is not meant for people becomes `internal`."""
    match error:
        case Problem():
            return error
        case VersionConflict(current=current):
            return Problem("stale", str(error), more={"state": current.state, "version": current.version})
        case GuardFailed(problems=problems):
            fields = [FieldProblem(pointer=f"/{name}", detail=text) for name, text in problems.items()]
            return Problem("invalid", "", fields)
        case NoOperator():
            return Problem("no-operator", str(error))
        case NotAllowed():
            return Problem("not-now", str(error))
        case BadArgument(problems=problems):
            return Problem("invalid", "", [FieldProblem(pointer="", detail=text) for text in problems])
        case CommandMismatch():
            return Problem("key-reused")
        case AlreadyExists():
            return Problem("already-exists")
        case RecordNotFound() | NotFound():
            return Problem("not-found")
        case Unavailable():
            return Problem("unavailable", headers={"Retry-After": "120"})
        case MethodNotAllowed():
            return Problem("method-not-allowed", headers={"Allow": ", ".join(sorted(error.valid_methods or ()))})
        case RequestEntityTooLarge():
            return Problem("too-large")
        case HTTPException(code=code) if code is not None and 400 <= code < 500:
            return Problem("malformed")
        case _:
            return Problem("internal")


def json_response(problem: Problem, public_url: str, request_id: str) -> Response:
    """The problem for a program."""
    return Response(
        problem.as_json(public_url, request_id),
        problem.trouble.status,
        headers=problem.headers,
        content_type="application/problem+json",
    )
