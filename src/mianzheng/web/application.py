"""The WSGI application over the table of routes. Every way of running (own server, cloud functions) goes through it."""

from __future__ import annotations

import time
import traceback
import uuid
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Request, Response

from mianzheng.views.frames import problem_page
from mianzheng.web import guards
from mianzheng.web.bodies import FORM_LIMIT, JSON_LIMIT, files_of, form_of, json_body, query_of
from mianzheng.web.calls import Call
from mianzheng.web.given_back import given_back
from mianzheng.web.headers import HEADERS
from mianzheng.web.problems import Problem, json_response, problem_of
from mianzheng.web.routes import Route
from mianzheng.web.services import Services

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class _Request(Request):
    """Closes every file that came with it, also when the parser gave up half way."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        super().__init__(environ)
        self._streams: list[IO[bytes]] = []

    def _get_file_stream(self, *given: Any, **named: Any) -> IO[bytes]:
        self._streams.append(super()._get_file_stream(*given, **named))
        return self._streams[-1]

    def close(self) -> None:
        for stream in self._streams:
            stream.close()


class Application:
    """Answers what the table lists. Nothing that goes wrong inside reaches the caller as anything but a problem."""

    def __init__(self, routes: Sequence[Route], services: Services) -> None:
        self.services = services
        self.routes = tuple(routes)
        rules = [Rule(route.path, endpoint=route, methods=[route.method]) for route in routes]
        self._map = Map(rules, strict_slashes=False, redirect_defaults=False, merge_slashes=False)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with _Request(environ) as request:
            return self.answer(request)(environ, start_response)

    def serves(self, path: str) -> bool:
        """Whether an address belongs to the application rather than to the static site."""
        return path.startswith(("/api/", "/office", "/complaints", "/suggestions", "/objections")) or path in (
            "/healthz",
            "/readyz",
        )

    def answer(self, request: Request) -> Response:
        """The response to a request; never raises."""
        started, request_id = time.monotonic(), uuid.uuid4().hex
        call: Call | None = None
        who = ""
        try:
            matched, arguments = self._match(request)
            call = Call(request, matched, self.services, request_id, arguments)
            try:
                response = self._handled(call)
            finally:
                who = call.account.role if call.account else ""
        except Exception as error:
            response = self._refused(request, call, error, request_id)
        route = call.route if call else None
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["X-Request-Id"] = request_id
        self.services.log(
            {
                "at": self.services.now().isoformat(timespec="milliseconds"),
                "request": request_id,
                "method": request.method if request.method.isalpha() and len(request.method) < 10 else "?",
                "route": route.path if route else "",
                "status": response.status_code,
                "role": who,
                "ms": round((time.monotonic() - started) * 1000),
            }
        )
        return response

    def _match(self, request: Request) -> tuple[Route, dict[str, str]]:
        if "\0" in request.path:
            raise Problem("not-found")
        adapter = self._map.bind_to_environ(request.environ)
        try:
            endpoint, arguments = adapter.match()
        except RequestRedirect:
            raise Problem("not-found") from None
        assert isinstance(endpoint, Route)
        return endpoint, dict(arguments)

    def _handled(self, call: Call) -> Response:
        route, request = call.route, call.request
        guards.limited(call)
        guards.identify(call)
        guards.admitted(call)
        if route.query:
            call.query = query_of(request, route.query)
        if route.media == "text/html" and route.writes:
            call.form = form_of(request, route.size or (self.services.most_upload if route.files else FORM_LIMIT))
        guards.from_here(call)
        if route.files:
            call.files = files_of(request, self.services.most_upload)
        if route.body:
            call.body = json_body(request, route.body, route.size or JSON_LIMIT)
        if route.keyed and (known := call.replayed()):
            return known
        return route.handler(call)

    def _refused(self, request: Request, call: Call | None, error: Exception, request_id: str) -> Response:
        route = call.route if call else None
        if isinstance(error, HTTPException) and error.response is not None:
            error = Problem("malformed")
        problem = problem_of(error)
        if problem.trouble.code == "internal":
            last = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno}"
            self.services.log({"request": request_id, "error": type(error).__name__, "place": place})
        if _wants_page(request, route):
            if problem.trouble.code == "not-logged-in" and not (route and route.writes):
                return Response("", 303, headers={"Location": f"/office/login?next={quote(request.path)}"})
            back = given_back(call, problem.trouble.code) if call else None
            page = problem_page(
                self.services.settings, problem.trouble, problem.detail, problem.errors, request_id, back
            )
            return Response(
                page, problem.trouble.status, headers=problem.headers, content_type="text/html; charset=utf-8"
            )
        return json_response(problem, self.services.settings.public_url, request_id)


def _wants_page(request: Request, route: Route | None) -> bool:
    if route is not None and route.media == "text/html":
        return True
    if request.path.startswith("/api/"):
        return False
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
