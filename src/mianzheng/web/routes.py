"""One row of the table of routes: what an address takes, who may use it, what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from mianzheng.web.calls import Call

Audience = Literal["public", "staff"] | frozenset[str]
"""Everybody; everybody who has logged in; those who have logged in with one of these roles."""
Media = Literal["application/json", "text/html"]


@dataclass(frozen=True)
class Route:
    """An operation. `path` is a Werkzeug rule; `name` its id in the API description.

    `keyed`: needs an Idempotency-Key and answers a repeated request as before; `once`: takes one without needing it,
    and does nothing a second time. `versioned`: needs If-Match. `limit` names the bucket of the rate limit. `size`:
    bytes that a body may have, 0 for the usual limit. `files`: takes `multipart/form-data` with files. `by_draft`: a
    form for people without account or cookie, whose proof of coming from here is the draft that the form was given.
    `problems`: codes beyond those that follow from the row.
    """

    method: str
    path: str
    name: str
    summary: str
    audience: Audience
    handler: Callable[[Call], Response]
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    answer: type[msgspec.Struct] | None = None
    status: int = 200
    media: Media = "application/json"
    keyed: bool = False
    once: bool = False
    versioned: bool = False
    limit: str = "read"
    size: int = 0
    by_draft: bool = False
    files: bool = False
    problems: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether it changes anything: GET never does."""
        return self.method not in ("GET", "HEAD")

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the parts of the path that vary."""
        return tuple(part[1:-1].split(":")[-1] for part in self.path.split("/") if part.startswith("<"))

    def codes(self) -> tuple[str, ...]:
        """Every problem that the operation may answer with."""
        found = ["too-many", "unavailable", *self.problems]
        if self.audience != "public":
            found += ["not-logged-in", "cross-site" if self.writes else "not-logged-in"]
            if isinstance(self.audience, frozenset):
                found.append("forbidden")
        if self.arguments:
            found.append("not-found")
        if self.query or self.body:
            found.append("invalid")
        if self.body or self.files:
            found += ["malformed", "too-large", "wrong-media-type"]
        if self.keyed or self.once:
            found += ["no-command-key", "key-reused"]
        if self.versioned:
            found += ["no-version", "stale"]
        return tuple(sorted(set(found)))
