"""Calls to a forge's REST interface: one attempt each, writes spaced, failures told apart as "later" or "never"."""

from __future__ import annotations

import datetime
import email.utils
import http.client
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from typing import Any, Protocol

from mianzheng.errors import Rejected, Unavailable

SPACING = 1.0
"""Seconds between two writes, as GitHub advises."""
PAGE = 100
TIMEOUT = 20.0
LARGEST = 32_000_000
"""Bytes of an answer."""


class Refusal(Rejected):
    """The forge said no; `status` is its code, `reason` its words."""

    def __init__(self, service: str, status: int, reason: str) -> None:
        super().__init__(f"{service} 没有同意这一步（{status}）：{reason}")
        self.status, self.reason = status, reason


class Login(Protocol):
    """Who we are to the forge."""

    def authorization(self, transport: Transport) -> str:
        """The header's value. May raise Unavailable and Rejected."""

    def renew(self, refused: str) -> bool:
        """Forget a value that the forge no longer takes; whether another may be had."""


class Token:
    """A personal or machine token; it goes into a header, never into an address."""

    def __init__(self, token: str) -> None:
        self._token = token

    def authorization(self, transport: Transport) -> str:
        return f"Bearer {self._token}"

    def renew(self, refused: str) -> bool:
        return False


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could carry the token to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Transport:
    """One request and its answer. `now` serves to turn waiting times into moments.

    `service` is what people call the forge, `headers` what it wants to be told with each request.
    """

    def __init__(
        self, service: str, address: str, *, now: Callable[[], datetime.datetime], headers: Mapping[str, str]
    ) -> None:
        self.service, self.address, self.now = service, address.rstrip("/"), now
        self._headers = {"Content-Type": "application/json", "User-Agent": "mianzheng", **headers}
        self._opener = urllib.request.build_opener(_NoRedirects)

    def exchange(self, method: str, path: str, authorization: str, body: object = None) -> Any:
        """The answer's JSON. Raises Refusal for a no, Unavailable for anything that may pass."""
        request = urllib.request.Request(
            self.address + path,
            None if body is None else json.dumps(body).encode(),
            {**self._headers, "Authorization": authorization},
            method=method,
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return _json(answer.read(LARGEST))
        except urllib.error.HTTPError as error:
            with error:
                raise self._failure(error.code, error.headers, error.read(65_536)) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unavailable(f"暂时连不上 {self.service}，稍后再试") from error

    def _failure(self, status: int, headers: Message, raw: bytes) -> Exception:
        reason = _reason(raw)
        waiting = status == 429 or (
            status == 403
            and (
                headers.get("Retry-After") is not None
                or headers.get("x-ratelimit-remaining") == "0"
                or "rate limit" in reason.lower()
            )
        )
        if waiting:
            return Unavailable(f"{self.service} 要求过一会儿再来", again_at=_again_at(headers, self.now()))
        if status >= 500 or status == 408:
            return Unavailable(f"{self.service} 暂时不能办理（{status}），稍后再试")
        return Refusal(self.service, status, reason)


def _json(raw: bytes) -> Any:
    return json.loads(raw) if raw else None


def _reason(raw: bytes) -> str:
    """The forge's own words, all of them on one line."""
    try:
        answer = json.loads(raw)
    except ValueError:
        return ""
    if not isinstance(answer, dict):
        return ""
    errors = answer.get("errors") or []
    parts = [answer.get("message", "")]
    for error in errors if isinstance(errors, list) else []:
        parts.append(error.get("message") or error.get("code") or "" if isinstance(error, dict) else error)
    return " ".join(" ".join(str(part) for part in parts if part).split())[:300]


def _again_at(headers: Message, now: datetime.datetime) -> datetime.datetime:
    """The moment named by `Retry-After` (seconds or a date) or `x-ratelimit-reset` (seconds since 1970).

    Without either it is a minute, as GitHub's guide says.
    """
    after, reset = headers.get("Retry-After", ""), headers.get("x-ratelimit-reset", "")
    if after.isascii() and after.isdigit():
        return now + datetime.timedelta(seconds=min(int(after), 86_400))
    if after:
        try:
            return email.utils.parsedate_to_datetime(after).astimezone(datetime.UTC)
        except ValueError:
            pass
    if reset.isascii() and reset.isdigit() and len(reset) <= 10:
        return datetime.datetime.fromtimestamp(int(reset), datetime.UTC)
    return now + datetime.timedelta(minutes=1)


class Api:
    """The interface for one login. Safe for several threads."""

    def __init__(
        self,
        transport: Transport,
        login: Login,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport, self._login = transport, login
        self._sleep, self._clock = sleep, clock
        self._turn = threading.Lock()
        self._next_write = clock()

    @property
    def service(self) -> str:
        """What people call the forge."""
        return self._transport.service

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        """Read something. Raises Refusal and Unavailable."""
        return self._exchange("GET", f"{path}?{urllib.parse.urlencode(query)}" if query else path)

    def pages(self, path: str, query: Mapping[str, str | int] | None = None) -> Iterator[Any]:
        """Every entry of a list, page after page."""
        page = 1
        while True:
            entries = self.get(path, {**(query or {}), "per_page": PAGE, "page": page})
            yield from entries
            if len(entries) < PAGE:
                return
            page += 1

    def write(self, method: str, path: str, body: object) -> Any:
        """Change something, at least a second after the change before. Raises Refusal and Unavailable."""
        with self._turn:
            wait = self._next_write - self._clock()
            if wait > 0:
                self._sleep(wait)
            self._next_write = self._clock() + SPACING
        return self._exchange(method, path, body)

    def _exchange(self, method: str, path: str, body: object = None) -> Any:
        used = self._login.authorization(self._transport)
        try:
            return self._transport.exchange(method, path, used, body)
        except Refusal as error:
            if error.status != 401 or not self._login.renew(used):
                raise
        return self._transport.exchange(method, path, self._login.authorization(self._transport), body)
