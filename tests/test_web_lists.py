"""Lists of complaints: narrowed by state and ground, page by page, for people and for programs."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.web import complaint_list, office
from tests.test_web_complaints import MARKS, draft, filing
from tests.web_client import Town

GROUNDS = ("G1_demand", "G3_check_late", "G1_demand", "G1_demand", "G3_check_late")


@pytest.fixture
def town(loaded: Loaded) -> Town:
    """Five complaints, the second accepted."""
    town = Town(loaded.catalog, now=datetime.datetime(2025, 9, 25, 10, tzinfo=SHANGHAI))
    for number, ground in enumerate(GROUNDS):
        town.now += datetime.timedelta(hours=number)
        visitor = town.visitor()
        visitor.form("/complaints", {**filing(town, ground=ground), "draft": draft(visitor)})
    second = next(record for record in records(town) if record.data["number"].endswith("2"))
    town.staff("receiver").command(f"/api/v1/complaints/{second.id}/accept", {}, version=second.version)
    return town


def records(town: Town) -> list[Any]:
    return [town.services.store.get(key.kind, key.id) for key in town.services.store.keys("complaint")]


def numbers(answer: Any) -> list[str]:
    return sorted(one["number"][-1] for one in answer.get_json()["complaints"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "12345"),
        ("?state=accepted", "2"),
        ("?state=concluded", ""),
        ("?ground=G3_check_late", "25"),
        ("?state=registered&ground=G3_check_late", "5"),
        ("?due_before=2025-09-25T00:00:00%2B08:00", ""),
        ("?due_before=2026-01-01T00:00:00%2B08:00", "12345"),
        ("?body=bd-000000", ""),
    ],
)
def test_programs_ask_for_complaints(town: Town, query: str, found: str) -> None:
    answer = town.staff("receiver").get(f"/api/v1/complaints{query}")
    assert answer.status_code == 200 and numbers(answer) == list(found)
    assert not [mark for mark in MARKS.values() if mark in answer.text], "no personal data and no words"


@pytest.mark.parametrize("query", ["state=open", "due_before=gestern", "due_before=2026-01-01T00:00:00", "page=2"])
def test_a_question_that_makes_no_sense_is_named(town: Town, query: str) -> None:
    answer = town.staff("receiver").get(f"/api/v1/complaints?{query}")
    assert answer.status_code == 422 and answer.get_json()["errors"][0]["pointer"] == f"/{query.split('=')[0]}"


def test_pages_follow_each_other_and_leave_nothing_out(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complaint_list, "PAGE_SIZE", 2)
    reader, found, cursor = town.staff("receiver"), [], ""
    for _ in range(3):
        answer = reader.get(f"/api/v1/complaints?cursor={cursor}")
        found += numbers(answer)
        cursor = answer.get_json().get("next", "")
    assert sorted(found) == list("12345") and cursor == ""


def test_a_borrowed_or_altered_cursor_is_refused(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complaint_list, "PAGE_SIZE", 2)
    cursor = town.staff("receiver").get("/api/v1/complaints").get_json()["next"]
    for who, sent in ((town.staff("receiver", 2), cursor), (town.staff("receiver"), "x" + cursor)):
        answer = who.get(f"/api/v1/complaints?cursor={sent}")
        assert (answer.status_code, answer.get_json()["code"]) == (400, "bad-cursor")


def test_other_places_and_bodies_see_none_of_it(town: Town) -> None:
    """A03."""
    for who in (town.staff("receiver", place="test-boshan"), town.staff("handler"), town.staff("receiver", 2)):
        assert numbers(who.get("/api/v1/complaints")) == []
        assert "TS-2025-" not in who.get("/office/complaints").text


def test_the_worklist_is_narrowed_and_keeps_that_from_page_to_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "PAGE_SIZE", 1)
    reader, found = town.staff("receiver"), []
    address = "/office/complaints?tab=open&ground=G3_check_late"
    for _ in range(5):
        page = reader.get(address).text
        found += re.findall(r"TS-2025-000\d", page)
        following = re.search(r'href="([^"]+cursor=[^"]+)"', page)
        if following is None:
            break
        address = following.group(1).replace("&amp;", "&")
        assert "ground=G3_check_late" in address
    assert sorted(found) == ["TS-2025-0002", "TS-2025-0005"]
    assert "没有符合的" in reader.get("/office/complaints?ground=G9_other&state=accepted").text
    assert "TS-2025-0001" in town.staff("receiver").get("/office/complaints?state=invented").text
