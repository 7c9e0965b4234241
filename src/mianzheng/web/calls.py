"""One request on its way through a handler: who asks, with what, and how the answer is written down."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import msgspec
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from mianzheng.accounts import Account, Session
from mianzheng.cases.records import Change, Command
from mianzheng.web.problems import Problem
from mianzheng.web.routes import Route
from mianzheng.web.services import Services
from mianzheng.web.signing import Draft

S = TypeVar("S", bound=msgspec.Struct)
_KEY = re.compile(r"[\x21-\x7e]{8,128}")
_KEY_WANTED = "Idempotency-Key 要写 8 到 128 个字符，建议用 UUID。"
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"', re.ASCII)


@dataclass
class Call:
    """A request with everything that was found out about it. `token` is the session's, empty without one."""

    request: Request
    route: Route
    services: Services
    request_id: str
    arguments: Mapping[str, str]
    account: Account | None = None
    session: Session | None = None
    token: str = ""
    by_cookie: bool = False
    query: msgspec.Struct | None = None
    body: msgspec.Struct | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[bytes] = ()
    draft: Draft | None = None

    def asked(self, shape: type[S]) -> S:
        """The query string in the shape that the route names."""
        assert isinstance(self.query, shape)
        return self.query

    def sent(self, shape: type[S]) -> S:
        """The body in the shape that the route names."""
        assert isinstance(self.body, shape)
        return self.body

    @property
    def who(self) -> Account:
        """The account of a route that is not public."""
        return cast(Account, self.account)

    @property
    def version(self) -> int:
        """The version that the caller saw. Raises Problem `no-version`, `stale` when it is none of ours."""
        stated = self.request.headers.get("If-Match", "")
        if not stated:
            raise Problem("no-version")
        match = _ETAG.fullmatch(stated.strip())
        if match is None:
            raise Problem("stale", 'If-Match 要写读到的 ETag，例如 "7"。')
        return int(match.group(1))

    def seen(self, version: int) -> None:
        """Make sure that the caller saw this version of the record. Raises Problem `stale`."""
        if self.version != version:
            raise Problem("stale", more={"version": version})

    def replayed(self) -> Response | None:
        """The stored answer of a command sent before, if it was. Raises Problem: no-command-key, key-reused."""
        known = self.services.store.command(self._command_key())
        if known is None:
            return None
        if known.fingerprint != self._fingerprint():
            raise Problem("key-reused")
        return self._answer_from(known.result, replayed=True)

    def commit(self, change: Change, value: msgspec.Struct, *, version: int = 0, location: str = "") -> Response:
        """Write a change under the request's command key and answer with `value`, or as it was answered before."""
        result = {"body": msgspec.to_builtins(value), "version": version, "location": location}
        command = Command(
            key=self._command_key(), fingerprint=self._fingerprint(), at=self.services.now(), result=result
        )
        done = self.services.store.commit(msgspec.structs.replace(change, command=command))
        return self._answer_from(done.result, replayed=done.replayed)

    @property
    def wants_page(self) -> bool:
        """Whether a browser asks: people get a page where programs get JSON."""
        return self.request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"

    def answer(self, value: msgspec.Struct, *, version: int = 0) -> Response:
        """The route's answer as JSON."""
        response = Response(msgspec.json.encode(value), self.route.status, content_type="application/json")
        if version:
            response.headers["ETag"] = f'"{version}"'
        return response

    def page(self, html: str, status: int = 200) -> Response:
        """An HTML page."""
        return Response(html, status, content_type="text/html; charset=utf-8")

    def see(self, address: str) -> Response:
        """Go there next (303), so that reloading repeats nothing."""
        return redirect(address, 303)

    def sent_key(self) -> str:
        """The Idempotency-Key, empty where none was sent. Raises Problem `no-command-key` for one of another shape."""
        key = self.request.headers.get("Idempotency-Key", "").strip('"')
        if key and not _KEY.fullmatch(key):
            raise Problem("no-command-key", _KEY_WANTED)
        return key

    def _command_key(self) -> str:
        key = self.sent_key()
        if not key:
            raise Problem("no-command-key", _KEY_WANTED)
        owner = self.account.id if self.account else "public"
        return f"{owner}:{key}"

    def _fingerprint(self) -> str:
        content = f"{self.request.method} {self.request.path}\n".encode() + self.request.get_data(cache=True)
        return hashlib.sha256(content).hexdigest()

    def _answer_from(self, result: Mapping[str, Any], *, replayed: bool) -> Response:
        response = Response(msgspec.json.encode(result["body"]), self.route.status, content_type="application/json")
        if result["version"]:
            response.headers["ETag"] = f'"{result["version"]}"'
        if result["location"]:
            response.headers["Location"] = result["location"]
        if replayed:
            response.headers["Idempotency-Replayed"] = "true"
        return response
