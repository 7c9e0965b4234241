"""Files too long for one answer: opened once with a trace, fetched in parts, each part only by whoever may open it."""

from __future__ import annotations

import base64
import re
from dataclasses import replace

import pytest
from werkzeug.test import Client, TestResponse

from chalicelib import wiring
from mianzheng.catalog_files.loading import Loaded
from mianzheng.complaints.attached import name_of
from mianzheng.web import signing
from mianzheng.web.application import Application
from mianzheng.web.table import ROUTES
from tests.stand_ins.api_gateway import through_gateway
from tests.test_web_complaints import only_case
from tests.test_web_files import about_the_handler, with_files
from tests.test_web_uploads_ahead import large_pdf
from tests.uploads import pdf, photo
from tests.web_client import Town, Visitor, token_of

SHOWN = re.compile(
    r'data-fetch="([^"]+)" data-opened="([^"]+)" data-parts="(\d+)" data-size="(\d+)" data-name="([^"]+)"'
)


@pytest.fixture
def town(loaded: Loaded) -> Town:
    return short(Town(loaded.catalog), 1_000_000)


def short(town: Town, most: int) -> Town:
    """The town with answers of so many bytes."""
    town.services = replace(town.services, most_answer=most)
    town.application = Application(ROUTES, town.services)
    return town


def opened(town: Town, visitor: Visitor, file: str) -> TestResponse:
    record = only_case(town)
    page = visitor.get(f"/office/complaints/{record.id}")
    fields = {"form_token": token_of(page.text), "version": str(record.version), "file": file, "purpose": "verify"}
    return visitor.form(f"/office/complaints/{record.id}/open_file", fields)


def receiver(town: Town, number: int = 1) -> Visitor:
    visitor = town.visitor()
    visitor.log_in(f"test-yiyuan.receiver{number}")
    return visitor


def logged(town: Town) -> int:
    """How often a file of the case was opened."""
    events = town.services.store.events("complaint", only_case(town).id)
    return [event.name for event in events].count("open_file")


def part(visitor: Visitor, page: TestResponse, number: int) -> TestResponse:
    address, grant = SHOWN.findall(page.text)[0][:2]
    return visitor.get(f"{address}?part={number}&opened={grant}")


def test_a_long_file_is_opened_once_and_fetched_in_parts(town: Town) -> None:
    _, files = with_files(town, [(large_pdf(), "a")])
    visitor = receiver(town)
    page = opened(town, visitor, files[0])
    ((_, _, parts, size, name),) = SHOWN.findall(page.text)
    assert (page.status_code, int(parts), int(size)) == (200, 7, len(large_pdf()))
    assert name == f"{only_case(town).data['number']}-1.pdf"
    answers = [part(visitor, page, number) for number in range(7)]
    assert b"".join(answer.data for answer in answers) == large_pdf()
    assert {answer.content_type for answer in answers} == {"application/octet-stream"}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert part(visitor, page, 7).status_code == 404
    assert logged(town) == 1


def test_a_short_file_and_one_where_answers_may_be_long_come_at_once(town: Town) -> None:
    _, files = with_files(town, [(pdf(), "a"), (photo(), "b"), (large_pdf(), "c")])
    visitor = receiver(town)
    assert opened(town, visitor, files[0]).data == pdf()
    assert "data:image/jpeg" in opened(town, visitor, files[1]).text
    assert opened(short(town, 0), receiver(town), files[2]).data == large_pdf()


def test_a_long_picture_comes_in_parts_too(town: Town) -> None:
    _, files = with_files(town, [(photo((900, 600)), "a")])
    visitor = receiver(short(town, 1000))
    page = opened(town, visitor, files[0])
    ((_, _, parts, _, name),) = SHOWN.findall(page.text)
    whole = b"".join(part(visitor, page, number).data for number in range(int(parts)))
    assert name.endswith("-1.jpg") and whole.startswith(b"\xff\xd8\xff") and "data:image" not in page.text


def test_nobody_fetches_what_they_did_not_open(town: Town) -> None:
    _, files = with_files(town, [(large_pdf(), "a"), (pdf(), "b")])
    visitor = receiver(town)
    address, grant = SHOWN.findall(opened(town, visitor, files[0]).text)[0][:2]
    office, again, nobody = town.visitor(), receiver(town), town.visitor()
    office.log_in("test-yiyuan.joint_conference_office1")
    for other in (office, again):
        answer = other.get(f"{address}?part=0&opened={grant}")
        assert answer.status_code == 409 and "重新选用途打开" in answer.get_json()["detail"]
    assert receiver(town, 2).get(f"{address}?part=0&opened={grant}").status_code == 404, "not a case of theirs"
    assert nobody.get(f"{address}?part=0&opened={grant}").status_code == 401
    assert visitor.get(f"{address.replace(files[0], files[1])}?part=0&opened={grant}").status_code == 409
    assert visitor.get(f"{address}?part=0&opened=x").status_code == 409
    assert visitor.get(f"{address}?part=0").status_code == 422
    assert visitor.get(f"{address}?part=-1&opened={grant}").status_code == 422
    assert visitor.get(f"{address}?part=0&opened={grant}").status_code == 200


def test_what_was_opened_may_be_fetched_for_ten_minutes(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    _, files = with_files(town, [(large_pdf(), "a")])
    visitor = receiver(town)
    page = opened(town, visitor, files[0])
    monkeypatch.setattr(signing, "OPEN_LIFE", -1)
    assert part(visitor, page, 0).status_code == 409


def test_whoever_may_not_open_any_more_gets_no_further_part(town: Town) -> None:
    """A04: the body complained about, even with a word that would once have been right."""
    about_the_handler(town, large_pdf())
    handler, record = town.staff("handler"), only_case(town)
    file = record.data["files"][0]
    token = handler.headers["Authorization"].removeprefix("Bearer ")
    grant = town.services.signer.opening("verify", name_of(record.id, file), token)
    answer = handler.get(f"/api/v1/complaints/{record.id}/files/{file}?part=0&opened={grant}")
    assert answer.status_code == 409 and "您的单位不能查看" in answer.get_json()["detail"]


def test_a_part_is_gone_with_the_file(town: Town) -> None:
    _, files = with_files(town, [(large_pdf(), "a")])
    visitor = receiver(town)
    page = opened(town, visitor, files[0])
    assert town.services.files
    town.services.files.remove(name_of(only_case(town).id, files[0]))
    assert part(visitor, page, 0).status_code == 404


@pytest.mark.parametrize("size", [wiring.MOST_FILE - 100, 9_900_000])
def test_on_aws_every_file_that_is_taken_can_be_opened(loaded: Loaded, size: int) -> None:
    """A function gives back 6 MB at the most; what is longer comes in parts, through the same door."""
    town = short(Town(loaded.catalog), wiring.MOST_FILE)
    head = b"%PDF-1.7\n1 0 obj\n<< /Length 9 >>\nstream\n"
    content = head + b"q" * size + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"
    _, files = with_files(town, [(content, "a")])
    visitor = Visitor(town)
    whole = wiring.handler(town.services)
    visitor.client = Client(through_gateway(lambda event, context: wiring.sendable(whole(event, context))))
    visitor.log_in("test-yiyuan.receiver1")
    answer = opened(town, visitor, files[0])
    if found := SHOWN.findall(answer.text):
        parts = [part(visitor, answer, number) for number in range(int(found[0][2]))]
        assert {one.status_code for one in parts} == {200} and len(parts) == 3
        assert b"".join(one.data for one in parts) == content
    else:
        assert answer.data == content
    assert len(base64.b64encode(bytes(wiring.MOST_FILE))) < wiring.MOST_ANSWER
