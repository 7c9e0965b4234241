"""Hostile, broken and ordinary requests: what the web core lets through, and how it says no."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.settings import Settings
from mianzheng.views.problems import TROUBLES
from mianzheng.web.routes import Route
from mianzheng.web.table import ROUTES
from tests.web_client import PASSWORD, URL, Town, token_of


@pytest.fixture
def town(loaded: Loaded) -> Town:
    return Town(loaded.catalog)


def filled(route: Route) -> str:
    path = route.path
    for name in route.arguments:
        path = path.replace(f"<{name}>", "x-1")
    return path


def problem(answer) -> dict:
    assert answer.content_type == "application/problem+json", answer.text
    body = json.loads(answer.data)
    trouble = TROUBLES[body["code"]]
    assert (answer.status_code, body["status"], body["title"]) == (trouble.status, trouble.status, trouble.title)
    assert body["type"] == f"{URL}/problems/{body['code']}/"
    assert body["instance"].removeprefix("urn:request:") == answer.headers["X-Request-Id"]
    return body


STAFF_ROUTES = [route for route in ROUTES if route.audience != "public"]


@pytest.mark.parametrize("route", STAFF_ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a27_nobody_gets_in_without_logging_in(town: Town, route: Route) -> None:
    answer = town.visitor().client.open(filled(route), method=route.method, base_url=URL)
    if route.media == "text/html" and not route.writes:
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/office/login")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize("route", STAFF_ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_role_that_is_not_named_is_refused(town: Town, route: Route) -> None:
    if not isinstance(route.audience, frozenset):
        return
    roles = {login.rsplit(".", 1)[1].rstrip("12") for login in town.logins if login.startswith("test-yiyuan.")}
    for role in sorted(roles - route.audience):
        assert town.staff(role).json(route.method, filled(route), {}).status_code == 403, role


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.method == "GET"], ids=lambda route: f"{route.method} {route.path}"
)
def test_a10_looking_changes_nothing_whoever_looks(town: Town, route: Route) -> None:
    """A robot that follows every link files, confirms and withdraws nothing."""
    visitors = [town.visitor(), town.staff("joint_conference_office")]
    before = lasting(town)
    for visitor in visitors:
        visitor.client.open(filled(route), method="GET", base_url=URL)
    assert lasting(town) == before


def lasting(town: Town) -> list[bytes]:
    """All that a dump holds but its last line and the counter by which `/readyz` proves that it can write."""
    return [line for line in town.services.store.dump() if b'"readiness"' not in line and b'"end"' not in line]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a07_every_answer_is_guarded_by_headers(town: Town, route: Route) -> None:
    answer = town.visitor().client.open(filled(route), method=route.method, base_url=URL)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.status_code < 500


def test_unknown_addresses_and_methods_are_told_apart(town: Town) -> None:
    assert problem(town.visitor().get("/api/v1/nothing"))["code"] == "not-found"
    wrong = town.visitor().json("DELETE", "/api/v1/openapi.json")
    assert problem(wrong)["code"] == "method-not-allowed"
    assert "GET" in wrong.headers["Allow"]
    assert town.visitor().client.head("/healthz", base_url=URL).status_code == 200


BAD_BODIES = [
    ("no type", b"{}", "", "wrong-media-type"),
    ("text", b"{}", "text/plain", "wrong-media-type"),
    ("not JSON", b"{login:", "application/json", "malformed"),
    ("duplicate keys", b'{"login":"a","login":"b","password":"c"}', "application/json", "malformed"),
    ("not a number", b'{"login":NaN}', "application/json", "malformed"),
    ("endless number", b'{"login":1e999}', "application/json", "malformed"),
    ("deep", b"[" * 60_000, "application/json", "malformed"),
    ("deep and closed", b"[" * 21 + b"]" * 21, "application/json", "malformed"),
    ("byte order mark", b"\xef\xbb\xbf{}", "application/json", "malformed"),
    ("UTF-16", '{"login":"a"}'.encode("utf-16"), "application/json", "malformed"),
    ("broken UTF-8", b'{"login":"\xff"}', "application/json", "malformed"),
    ("half a surrogate", b'{"login":"\\ud800","password":"x"}', "application/json", "wrong-login"),
    ("too large", b'{"login":"' + b"a" * 70_000 + b'"}', "application/json", "too-large"),
    ("a list", b"[]", "application/json", "invalid"),
    ("unknown field", b'{"login":"a","password":"b","state":"closed"}', "application/json", "invalid"),
    ("prototype", b'{"login":"a","password":"b","__proto__":{}}', "application/json", "invalid"),
]


@pytest.mark.parametrize(("what", "body", "kind", "code"), BAD_BODIES, ids=[case[0] for case in BAD_BODIES])
def test_bad_bodies_are_refused_with_their_reason(town: Town, what: str, body: bytes, kind: str, code: str) -> None:
    """A18, A20."""
    answer = town.visitor().client.post("/api/v1/sessions", base_url=URL, data=body, content_type=kind or None)
    assert problem(answer)["code"] == code


def test_all_wrong_fields_are_named_at_once(town: Town) -> None:
    answer = town.visitor().json("POST", "/api/v1/sessions", {"login": 7, "more": 1})
    assert {one["pointer"] for one in problem(answer)["errors"]} == {"/login", "/password", "/more"}


@pytest.mark.parametrize("query", ["cursor=a&cursor=b", "cursor[]=a", "state=closed", "__proto__=1"])
def test_query_strings_are_read_strictly(town: Town, query: str) -> None:
    """A19."""
    assert problem(town.staff("admin").get(f"/api/v1/accounts?{query}"))["code"] == "invalid"


@pytest.mark.parametrize("path", ["/api/v1/accounts/%00", "/api/v1/accounts/%2e%2e%2f", "/api//v1/accounts", "/%c0%af"])
def test_odd_paths_find_nothing(town: Town, path: str) -> None:
    """A19."""
    assert town.staff("admin").get(path).status_code == 404


def foreign_origins() -> Iterator[dict[str, str]]:
    yield {"Sec-Fetch-Site": "cross-site"}
    yield {"Sec-Fetch-Site": "same-site"}
    yield {"Sec-Fetch-Site": "", "Origin": "null"}
    yield {"Sec-Fetch-Site": "", "Origin": "https://evil.example"}


@pytest.mark.parametrize("headers", list(foreign_origins()), ids=str)
def test_forms_from_other_sites_are_refused_the_login_form_too(town: Town, headers: dict[str, str]) -> None:
    """A06."""
    visitor = town.visitor()
    token = token_of(visitor.get("/office/login").text)
    sent = {name: value for name, value in headers.items() if value}
    fields = {"login": "test-yiyuan.admin1", "password": PASSWORD, "form_token": token}
    answer = visitor.client.post("/office/login", base_url=URL, data=fields, headers=sent)
    assert answer.status_code == 403


def test_without_fetch_metadata_the_token_decides(town: Town) -> None:
    """A06: old browsers send neither Sec-Fetch-Site nor Origin."""
    visitor = town.visitor()
    token = token_of(visitor.get("/office/login").text)
    fields = {"login": "test-yiyuan.admin1", "password": PASSWORD, "form_token": token}
    stranger = town.visitor()
    assert stranger.client.post("/office/login", base_url=URL, data=fields).status_code == 403
    assert visitor.client.post("/office/login", base_url=URL, data={**fields, "form_token": "x"}).status_code == 403
    assert visitor.client.post("/office/login", base_url=URL, data=fields).status_code == 303


def test_a_forged_host_moves_no_link(town: Town) -> None:
    """A26."""
    answer = town.visitor().client.get("/api/v1/nothing", base_url="http://evil.example")
    assert json.loads(answer.data)["type"].startswith(URL)


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "/office/\\evil", "/office//e", "/x",
                                       "/office/a\r\nSet-Cookie: x=1"])  # fmt: skip
def test_after_logging_in_people_stay_on_this_site(town: Town, next_page: str) -> None:
    """A17."""
    visitor = town.visitor()
    token = token_of(visitor.get("/office/login").text)
    fields = {"login": "test-yiyuan.admin1", "password": PASSWORD, "form_token": token, "next": next_page}
    answer = visitor.form("/office/login", fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/office/")


def test_too_many_requests_are_told_when_to_come_again(town: Town) -> None:
    visitor = town.visitor()
    answers = [visitor.json("POST", "/api/v1/sessions", {"login": "a", "password": "b"}) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_logs_hold_allowed_fields_only_and_no_address_with_its_arguments(town: Town) -> None:
    """A29."""
    town.staff("admin").get("/api/v1/accounts/marker-7?cursor=marker-8")
    allowed = {"at", "request", "method", "route", "status", "role", "ms"}
    assert {name for line in town.logged for name in line} <= allowed
    assert "marker" not in str(town.logged)
    assert town.logged[-1]["route"] == "/api/v1/accounts/<id>"


def test_an_error_inside_is_a_plain_500_without_its_text(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("marker: 13800000000")

    monkeypatch.setattr(town.services.store, "parked", broken)
    answer = town.visitor().get("/readyz")
    assert problem(answer)["code"] == "internal"
    assert "marker" not in answer.text and "marker" not in str(town.logged)
    assert any(line.get("error") == "RuntimeError" for line in town.logged)


def test_cookies_insist_on_https_when_people_come_by_it(loaded: Loaded) -> None:
    town = Town(loaded.catalog, Settings(public_url="https://mz.example"))
    visitor = town.visitor()
    page = visitor.client.get("/office/login", base_url="https://mz.example")
    assert "Secure" in page.headers["Set-Cookie"] and "SameSite=Strict" in page.headers["Set-Cookie"]
