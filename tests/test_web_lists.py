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


def tab_of(town: Town, tab: str, role: str = "receiver") -> list[str]:
    page = town.staff(role).get(f"/office/complaints?tab={tab}").text
    return re.findall(r"TS-\d+-\d+", page.split("<tbody>")[1]) if "<tbody>" in page else []


def test_a_target_that_has_passed_is_not_late_and_stands_on_a_list_of_its_own(town: Town) -> None:
    """CLK-13: the time to accept is a target, the time to conclude is a limit."""
    town.now = datetime.datetime(2025, 11, 3, 10, tzinfo=SHANGHAI)
    assert tab_of(town, "late") == ["TS-2025-0002"]
    assert len(tab_of(town, "passed")) == 4
    assert "不算超期" in town.staff("receiver").get("/office/complaints?tab=passed").text


def test_cases_whose_end_may_still_move_are_listed_with_what_to_do(loaded: Loaded) -> None:
    """CLK-10."""
    town = Town(loaded.catalog, now=datetime.datetime(2026, 12, 30, 10, tzinfo=SHANGHAI))
    visitor = town.visitor()
    visitor.form("/complaints", {**filing(town), "draft": draft(visitor)})
    town.staff("receiver").command(f"/api/v1/complaints/{records(town)[0].id}/accept", {}, version=1)
    assert tab_of(town, "provisional") == ["TS-2026-0001"]
    assert "自动重算" in town.staff("receiver").get("/office/complaints?tab=provisional").text
    town = Town(loaded.catalog, now=datetime.datetime(2026, 3, 2, 10, tzinfo=SHANGHAI))
    visitor = town.visitor()
    visitor.form("/complaints", {**filing(town), "draft": draft(visitor)})
    assert tab_of(town, "provisional") == [] and tab_of(town, "open")


def test_a_case_of_several_bodies_is_on_the_list_of_each_and_of_nobody_else(town: Town) -> None:
    own = town.services.store.get("account", town.logins["test-yiyuan.handler1"]).body
    second = next(record for record in records(town) if record.state == "accepted")
    assert tab_of(town, "open", "handler") == []
    bodies = {"lead_body": second.body, "joint_bodies": [own]}
    joined = town.staff("receiver").command(f"/api/v1/complaints/{second.id}/join", bodies, version=second.version)
    assert joined.status_code == 200
    assert tab_of(town, "open", "handler") == ["TS-2025-0002"]
