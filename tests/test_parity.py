"""The same requests through the own server's WSGI and through the Lambda handler get the same answers."""

from __future__ import annotations

import base64
import datetime
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from werkzeug.test import Client, EnvironBuilder, TestResponse

import app
from chalicelib import wiring
from mianzheng.adapters.memory_files import MemoryFileStore
from mianzheng.adapters.s3 import Bucket, S3FileStore, S3Quarantine
from mianzheng.catalog_files.loading import Loaded
from mianzheng.complaints.attached import name_of
from mianzheng.errors import BadArgument
from mianzheng.web.application import Application
from mianzheng.web.routes import Route
from mianzheng.web.table import ROUTES
from tests.stand_ins.api_gateway import event_of, through_gateway
from tests.stand_ins.cloud import Cloud
from tests.stand_ins.quarantine import MemoryQuarantine
from tests.test_web_complaints import draft, filing, receipt
from tests.test_web_files import form, kept
from tests.test_web_requests import BAD_BODIES, filled
from tests.test_web_uploads_ahead import large_pdf, sent_ahead
from tests.uploads import SECRET, pdf, photo
from tests.web_client import PASSWORD, URL, Town, Visitor, token_of

Way = Callable[[Town], Visitor]


def by_lambda(town: Town) -> Visitor:
    visitor = Visitor(town)
    visitor.client = Client(through_gateway(wiring.handler(town.services)))
    return visitor


def told(answer: TestResponse) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and body without what each answer has anew: request number, nonces, signatures, cookie times."""
    number = answer.headers["X-Request-Id"]
    text = answer.get_data().decode("utf-8", "surrogateescape")
    text = text.replace(number, "NUMBER").replace(number[:12], "NUMBER")
    text = re.sub(r'(value="|"(?:token|draft|nonce)":")[\w.\-]{20,}', r"\1SECRET", text)
    headers = [(name, re.sub(r"=[\w.\-]{20,}|Expires=[^;]+", "=NEW", value)) for name, value in answer.headers]
    kept = [pair for pair in headers if pair[0] not in ("X-Request-Id", "Content-Length")]
    return answer.status_code, sorted(kept), text


Ask = Callable[[Visitor], TestResponse]
Same = Callable[[Ask], tuple[int, list[tuple[str, str]], str]]


@pytest.fixture(scope="module")
def towns(loaded: Loaded) -> list[tuple[Town, Way]]:
    """A town for each way."""
    return [(Town(loaded.catalog), Visitor), (Town(loaded.catalog), by_lambda)]


@pytest.fixture
def same(towns: list[tuple[Town, Way]]) -> Same:
    """Ask both ways for the same, hours after the last test (so that no limit of it counts); what both answered."""

    def asked(ask: Ask) -> tuple[int, list[tuple[str, str]], str]:
        for town, _ in towns:
            town.now += datetime.timedelta(hours=30)
        own, cloud = (told(ask(way(town))) for town, way in towns)
        assert own == cloud
        return own

    return asked


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_answers_the_same(same: Same, route: Route) -> None:
    same(lambda visitor: visitor.client.open(filled(route), method=route.method, base_url=URL))


@pytest.mark.parametrize(("what", "body", "kind", "code"), BAD_BODIES, ids=[case[0] for case in BAD_BODIES])
def test_bad_bodies_are_refused_the_same(same: Same, what: str, body: bytes, kind: str, code: str) -> None:
    """A18, A20: byte for byte, whatever the encoding."""
    _, _, text = same(
        lambda visitor: visitor.client.post("/api/v1/sessions", base_url=URL, data=body, content_type=kind or None),
    )
    assert f'"{code}"' in text


ODD = {
    "dot segments": "/api/v1/accounts/%2e%2e%2f", "a null byte": "/api/v1/accounts/%00", "bad UTF-8": "/%c0%af",
    "two slashes": "/api//v1/accounts", "a semicolon": "/healthz;x=1", "a Chinese path": "/投诉",
    "twice the same": "/api/v1/deadlines?rule=a&rule=b", "brackets": "/api/v1/deadlines?rule[]=a",
    "no value": "/api/v1/deadlines?rule", "plus and percent": "/api/v1/deadlines?profile=a%2Bb+c%25&rule=%E4%BD%A0",
    "a prototype": "/api/v1/deadlines?__proto__=1", "a long value": "/api/v1/deadlines?rule=" + "a" * 5000,
    "a trailing slash": "/healthz/", "nothing": "/nothing", "a script": "/%3Cscript%3E",
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_odd_addresses_answer_the_same(same: Same, what: str) -> None:
    """A19."""
    assert same(lambda visitor: visitor.get(ODD[what]))[0] < 500


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_answer_the_same(same: Same, method: str) -> None:
    same(lambda visitor: visitor.client.open("/healthz", method=method, base_url=URL))


HEADERS = {
    "a foreign origin": {"Origin": "https://evil.example"},
    "another host": {"Host": "evil.example"},
    "a forged scheme": {"X-Forwarded-Proto": "https"},
    "a forged method": {"X-HTTP-Method-Override": "DELETE"},
    "a broken cookie": {"Cookie": "session=;;=\x01; a"},
    "a wrong token": {"Authorization": "Bearer nonsense"},
    "an impossible version": {"If-Match": "*"},
    "JSON wanted": {"Accept": "application/json"},
    "a page wanted": {"Accept": "text/html"},
}


@pytest.mark.parametrize("what", HEADERS)
@pytest.mark.parametrize("path", ["/api/v1/deadlines", "/office/", "/office/login", "/complaints/new"])
def test_odd_headers_answer_the_same(same: Same, what: str, path: str) -> None:
    same(lambda visitor: visitor.client.get(path, base_url=URL, headers=HEADERS[what]))


def test_a_complaint_is_filed_the_same_way_and_its_receipt_found(loaded: Loaded) -> None:
    seen = []
    for way in (Visitor, by_lambda):
        town = Town(loaded.catalog)
        visitor = way(town)
        token = draft(visitor)
        fields = {**filing(town), "draft": token}
        checked, sent = visitor.form("/complaints/check", fields), visitor.form("/complaints", fields)
        assert (checked.status_code, sent.status_code) == (200, 201)
        assert receipt(visitor.form("/complaints", fields).text) == receipt(sent.text) != []
        stored = town.services.store.keys()
        seen.append([town.services.store.get(key.kind, key.id) for key in stored])
    kinds = [[(record.kind, record.state, record.due_at) for record in records] for records in seen]
    assert kinds[0] == kinds[1]


def test_a21_a_photo_goes_the_same_way_to_the_case_and_to_whoever_opens_it(loaded: Loaded, bucket: Bucket) -> None:
    """Bytes of all values through Base64 and back; on S3 as on the disk all is looked at or drawn anew."""
    seen = []
    for way, files in ((Visitor, MemoryFileStore()), (by_lambda, S3FileStore(bucket.under(wiring.FILES)))):
        town = Town(loaded.catalog)
        town.services = replace(town.services, files=files)
        town.application = Application(ROUTES, town.services)
        visitor = way(town)
        fields = {**filing(town), "draft": draft(visitor)}
        sent_along = [(photo((900, 600)), "a.jpg"), (b"<html>", "b.jpg"), (pdf(), "../c")]
        checked = form(visitor, "/complaints/check", fields, sent_along)
        assert checked.status_code == 422 and "第 2 个文件不是 JPEG" in checked.text
        assert visitor.form("/complaints", {**fields, **kept(checked)}).status_code == 201
        (key,) = town.services.store.keys("complaint")
        record = town.services.store.get(key.kind, key.id)
        sealed = town.services.store.sealed(key.kind, key.id, "story")
        assert sealed and [id[:4] for id in record.data["files"]] == ["jpg-", "pdf-"]
        names = [name_of(record.id, id) for id in record.data["files"]]
        seen.append([town.services.keys.open(sealed[0], name, files.get(name)) for name in names])
    assert seen[0] == seen[1] and SECRET.encode() not in seen[0][0]
    listed = bucket.client.list_objects_v2(Bucket=bucket.name)["Contents"]
    assert {one["Key"].startswith("files/complaint/") for one in listed} == {True}


def test_a21_more_than_a_function_takes_is_refused_the_same_in_plain_words(loaded: Loaded) -> None:
    answers = []
    for way in (Visitor, by_lambda):
        town = Town(loaded.catalog)
        town.services = replace(town.services, most_upload=wiring.MOST_UPLOAD)
        town.application = Application(ROUTES, town.services)
        visitor = way(town)
        page = visitor.get("/complaints/new?place=test-yiyuan").text
        assert "合计不超过 4 MB" in page and 'data-megabytes="4"' in page
        fields = {**filing(town), "draft": draft(visitor)}
        answers.append(told(form(visitor, "/complaints/check", fields, [(bytes(4_500_000), "a.jpg")])))
    assert answers[0] == answers[1] and answers[0][0] == 413 and "合计最多 4 MB" in answers[0][2]


def test_a21_a_file_that_went_ahead_is_taken_over_the_same_way(loaded: Loaded, strict_cloud: Cloud) -> None:
    """From an invitation through a bucket that checks it, to the same page and the same case."""
    answers = []
    for way, quarantine in (
        (Visitor, MemoryQuarantine()), (by_lambda, S3Quarantine(strict_cloud.bucket().under(wiring.QUARANTINE))),
    ):  # fmt: skip
        town = Town(loaded.catalog)
        town.services = replace(town.services, quarantine=quarantine, most_upload=wiring.MOST_UPLOAD)
        town.application = Application(ROUTES, town.services)
        visitor = way(town)
        fields = {**filing(town), "draft": draft(visitor)}
        ahead = sent_ahead(town, visitor, fields["draft"], large_pdf(), b"<html>")
        status, headers, text = told(form(visitor, "/complaints/check", fields | ahead, []))
        headers = [(name, value.replace(quarantine.origin, "")) for name, value in headers]
        assert status == 422 and "第 2 个文件不是 JPEG" in text and "PDF 1" in text
        answers.append((headers, text))
    assert answers[0] == answers[1]


def test_what_a_function_takes_fits_into_its_event() -> None:
    """6 MB an event, with everything (AWS: Invocation payload, synchronous: 6 MB)."""
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": "c" * 4000, "User-Agent": "u" * 4000}
    builder = EnvironBuilder("/complaints/check", method="POST", data=bytes(wiring.MOST_UPLOAD), headers=headers)
    assert len(json.dumps(event_of(builder.get_environ()))) < 6 * 1024 * 1024


def test_staff_log_in_the_same_way_and_stay_logged_in_by_their_cookie(same: Same) -> None:
    def work(visitor: Visitor) -> TestResponse:
        answer = visitor.log_in("test-yiyuan.admin1", PASSWORD)
        assert answer.status_code == 303
        return visitor.get("/office/accounts")

    assert same(work)[0] == 200


def test_a_forged_forwarding_header_does_not_make_somebody_else_of_a_caller(loaded: Loaded) -> None:
    """Limits count the address that API Gateway saw, not what a header claims."""
    visitor = by_lambda(Town(loaded.catalog))
    wrong = {"login": "nobody", "password": "wrong"}
    for number in range(300):
        answer = visitor.json("POST", "/api/v1/sessions", wrong, X_Forwarded_For=f"203.0.113.{number % 250}")
        if answer.status_code == 429:
            return
    pytest.fail("no limit held")


@pytest.mark.parametrize(("hops", "held"), [(1, True), (0, False)])
def test_a26_behind_cloudfront_the_address_that_it_saw_counts_and_nothing_further_left(
    hops: int, held: bool, loaded: Loaded
) -> None:
    """CloudFront adds who called it, API Gateway adds CloudFront; what stands left of both a caller may have written.

    Callers of their own are told apart by what CloudFront saw; without the setting all of them would be one edge.
    """
    town = Town(loaded.catalog)
    town.services = replace(town.services, settings=replace(town.settings, trusted_hops=hops))
    visitor = by_lambda(town)
    wrong, refused = {"login": "nobody", "password": "wrong"}, 0
    for number in range(300):
        seen = f"203.0.113.{number % 250}, 198.51.100.7"  # made up by the caller, seen by CloudFront
        answer = visitor.json("POST", "/api/v1/sessions", wrong, X_Forwarded_For=seen)
        refused = answer.status_code
        if refused == 429:
            break
    assert refused == 429
    other = visitor.json("POST", "/api/v1/sessions", {**wrong, "login": "other"}, X_Forwarded_For="198.51.100.8")
    assert (other.status_code != 429) is held


def test_an_answer_never_passes_through_the_dispatch_that_threads_share(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(loaded.catalog)
    monkeypatch.setattr(wiring, "_handler", lambda: wiring.handler(town.services))
    visitor = Visitor(town)
    visitor.client = Client(through_gateway(app.app))
    assert token_of(visitor.get("/office/login").text)
    assert visitor.get("/healthz").status_code == 200


@pytest.mark.parametrize(("size", "status"), [(wiring.MOST_UPLOAD, 200), (5_000_000, 500)])
def test_what_is_too_large_to_be_sent_back_is_said_in_words(size: int, status: int) -> None:
    """Whatever can be sent in can be sent back; a PDF of ten megabytes from a server cannot (6 MB an answer)."""
    body = base64.b64encode(bytes(size)).decode()
    given = {"statusCode": 200, "multiValueHeaders": {}, "body": body, "isBase64Encoded": True}
    answered = wiring.sendable(given)
    assert answered["statusCode"] == status and len(json.dumps(answered)) < 6 * 1024 * 1024
    assert (answered is given) == (status == 200) and ("太大" in answered["body"]) == (status == 500)


@pytest.mark.parametrize("kept", ["", "some-bucket"])
def test_what_does_not_fit_goes_past_a_function_where_there_is_a_bucket(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("DEFAULT_REGION", "cn-northwest-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    names = dict.fromkeys(wiring.NAMES, "x") | {"MIANZHENG_KEPT": kept}
    services = wiring.cloud_services(names, lambda: loaded.catalog, b"s")
    assert (services.most_upload, services.most_answer) == (wiring.MOST_UPLOAD, wiring.MOST_FILE)
    assert (services.files is None, services.quarantine is None) == (not kept, not kept)
    if services.quarantine:
        form = services.quarantine.invite("draft/x/up-x", 1, datetime.timedelta(minutes=1))
        assert form.address == "https://some-bucket.s3.cn-northwest-1.amazonaws.com.cn/"
        assert form.fields["key"] == "quarantine/draft/x/up-x"


def test_settings_that_are_missing_are_all_named(loaded: Loaded) -> None:
    with pytest.raises(BadArgument) as caught:
        wiring.cloud_services({"MIANZHENG_TABLE": "t"}, lambda: loaded.catalog, b"s")
    assert len(caught.value.problems) == 2


def test_an_event_carries_what_a_request_carried() -> None:
    event = event_of(EnvironBuilder("/a b", method="POST", query_string="x=1&x=2", data=b"\xff").get_environ())
    assert (event["path"], event["multiValueQueryStringParameters"]) == ("/a%20b", {"x": ["1", "2"]})
    assert (event["body"], event["isBase64Encoded"]) == ("/w==", True)
