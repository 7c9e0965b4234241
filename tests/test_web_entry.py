"""What came by hotline, window, letter or from a platform is written down by staff: gaps allowed, once, linked."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.complaints.likeness import alike
from tests.stores import on_every_store
from tests.test_web_complaints import MARKS, body_of, receipt
from tests.web_client import Town, Visitor, token_of

PLACE = "test-yiyuan"


@pytest.fixture
def town(loaded: Loaded) -> Town:
    return Town(loaded.catalog, now=datetime.datetime(2025, 9, 28, 9, 10, tzinfo=SHANGHAI))


def at_desk(town: Town, role: str = "receiver1") -> Visitor:
    visitor = town.visitor()
    visitor.log_in(f"{PLACE}.{role}")
    return visitor


def enter(visitor: Visitor, town: Town, draft: str = "", **more: str) -> TestResponse:
    """The form as opened by the visitor, filled in and sent."""
    page = visitor.get("/office/complaints/new").text
    fields = {"channel": "hotline_12345", "ground": "G1_demand", "body": body_of(town), "hide_identity": "yes"}
    fields["draft"] = draft or page.split('name="draft" value="')[1].split('"')[0]
    return visitor.form("/office/complaints/new", {**fields, "form_token": token_of(page), **more})


def cases(town: Town) -> list[Any]:
    return [town.services.store.get(key.kind, key.id) for key in town.services.store.keys("complaint")]


@pytest.mark.carries(
    "complaint", "YY-CMP-05-3", "BS-CMP-05-3", where="mianzheng.complaints.filing:required"
)  # fmt: skip
@pytest.mark.parametrize("channel", ["hotline_12345", "window"])
@on_every_store
def test_hotline_and_window_are_taken_in_without_name_and_phone(town: Town, channel: str) -> None:
    """S-CMP-11, import side."""
    answer = enter(at_desk(town), town, channel=channel)
    assert answer.status_code == 201 and "TS-2025-0001" in answer.text
    (record,) = cases(town)
    assert (record.state, record.data["channel"], record.data["entered_by_staff"]) == ("registered", channel, True)


def test_a_letter_without_name_and_phone_comes_back_with_every_gap(town: Town) -> None:
    answer = enter(at_desk(town), town, channel="letter", demand="已经写了的要求")
    assert answer.status_code == 422 and cases(town) == []
    for words in ("请写您的姓名", "请写您的电话", "请写事情经过和理由", "已经写了的要求"):
        assert words in answer.text, words


def test_the_limit_runs_from_when_it_was_received(town: Town) -> None:
    enter(at_desk(town), town, received_at="2025-09-27T16:00")
    (record,) = cases(town)
    assert record.data["received_at"] == "2025-09-27T08:00:00+00:00"
    assert record.data["registered_at"] == "2025-09-28T01:10:00+00:00"


@pytest.mark.parametrize("instant", ["2025-09-28T10:00", "昨天", "2017-12-31T10:00"])
def test_a_time_of_receipt_that_cannot_be_is_refused(town: Town, instant: str) -> None:
    answer = enter(at_desk(town), town, received_at=instant)
    assert answer.status_code == 422 and "收到的时刻" in answer.text and cases(town) == []


def test_what_was_told_is_read_back_first(town: Town) -> None:
    visitor = at_desk(town)
    refused = enter(visitor, town, oral="yes")
    assert refused.status_code == 422 and "念给本人听" in refused.text
    assert enter(visitor, town, oral="yes", read_back="yes").status_code == 201
    assert cases(town)[0].data["oral"] is True


def test_a_number_of_a_platform_is_needed_and_taken_once(town: Town) -> None:
    visitor = at_desk(town)
    assert "请写来件编号" in enter(visitor, town, channel="moj_platform").text
    assert enter(visitor, town, channel="moj_platform", external_ref="SFB-2025-17").status_code == 201
    again = enter(visitor, town, channel="moj_platform", external_ref="SFB-2025-17")
    assert again.status_code == 422 and "已经登记过" in again.text and len(cases(town)) == 1


def test_pressing_twice_enters_one_case_with_one_code(town: Town) -> None:
    visitor = at_desk(town)
    draft = town.services.signer.new_draft()
    first, second = (enter(visitor, town, draft=draft) for _ in range(2))
    assert receipt(first.text) == receipt(second.text) and len(receipt(first.text)) == 2 and len(cases(town)) == 1


@pytest.mark.carries("complaint", "YY-CMP-09-2", "BS-CMP-09-2", where="mianzheng.complaints.likeness:alike")
@on_every_store
def test_the_same_matter_at_another_receiver_is_suggested_and_linked(town: Town) -> None:
    """S-CMP-13: the hotline at 09:05 leads, the window's entry at 09:10 is linked to it; one clock stays."""
    item = next(i for i in town.catalog.places[PLACE].items.values() if i.requesting_body == body_of(town)).id
    first = enter(at_desk(town, "receiver2"), town, item=item, received_at="2025-09-28T09:05", **MARKS)
    assert "可能是同一件事" not in first.text
    window = at_desk(town)
    second = enter(window, town, item=item, channel="window", **MARKS)
    assert "可能是同一件事" in second.text and "TS-2025-0001" in second.text
    follower = next(record for record in cases(town) if record.data["number"] == "TS-2025-0002")
    page = window.get(f"/office/complaints/{follower.id}").text
    assert "可能是同一件事" in page and "TS-2025-0001" in page
    fields = {"form_token": token_of(page), "version": str(follower.version), "leader": "TS-2025-0001"}
    linked = window.form(f"/office/complaints/{follower.id}/link", {**fields, "same_matter": "yes"})
    assert linked.status_code == 303
    states = {record.data["number"]: (record.state, record.check_at is not None) for record in cases(town)}
    assert states == {"TS-2025-0001": ("registered", True), "TS-2025-0002": ("linked", False)}


@pytest.mark.parametrize(
    "other",
    [
        {"body": ""},
        {"happened_on": "2025-09-01"},
        {"received_at": "2025-09-27T09:00"},
        {"ground": "G3_check_late"},
    ],
    ids=["no body", "another day", "received another day", "another ground is the same matter"],
)  # fmt: skip
def test_only_body_certificate_and_day_make_two_cases_alike(town: Town, other: dict[str, str]) -> None:
    visitor = at_desk(town)
    for more in ({}, other):
        given = {"happened_on": "2025-09-26", **more} if "happened_on" in other else more
        assert enter(visitor, town, **given).status_code == 201
    one, two = cases(town)
    assert bool(alike(two, [one, two])) == ("ground" in other)


@pytest.mark.parametrize("role", ["handler1", "department1", "auditor1", "admin1"])
def test_others_do_not_take_complaints_in(town: Town, role: str) -> None:
    assert at_desk(town, role).get("/office/complaints/new").status_code == 403
