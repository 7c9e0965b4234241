"""A complaint from the phone to the answer, through the same addresses that people use."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from tests.stores import on_every_store
from tests.test_web_complaints import MARKS, draft, filing, only_case, receipt
from tests.web_client import Town, Visitor, token_of


@pytest.fixture
def town(loaded: Loaded) -> Town:
    return Town(loaded.catalog, now=datetime.datetime(2025, 9, 25, 23, 59, 30, tzinfo=SHANGHAI))


def filed(town: Town, **more: Any) -> str:
    """A complaint sent by the plain form; returns the code in letters."""
    visitor = town.visitor()
    answer = visitor.form("/complaints", {**filing(town, **more), "draft": draft(visitor)})
    return receipt(answer.text)[1]


def step(town: Town, who: Visitor, event: str, body: dict[str, Any] | None = None) -> Any:
    record = only_case(town)
    return who.command(f"/api/v1/complaints/{record.id}/{event}", body or {}, version=record.version)


def at(town: Town, day: int, hour: int, minute: int = 0, month: int = 9) -> None:
    town.now = datetime.datetime(2025, month, day, hour, minute, tzinfo=SHANGHAI)


def accepted(town: Town) -> str:
    code = filed(town)
    at(town, 26, 10)
    assert step(town, town.staff("receiver"), "accept").status_code == 200
    return code


def handled(town: Town) -> str:
    """Handed to the handling body and taken up there."""
    code = accepted(town)
    body = town.services.store.get("account", town.logins["test-yiyuan.handler1"]).body
    assert step(town, town.staff("receiver"), "transfer", {"handling_body": body}).status_code == 200
    assert step(town, town.staff("handler"), "investigate").status_code == 200
    return code


def looked_up(town: Town, code: str) -> Any:
    return town.visitor().get("/api/v1/complaint", Authorization=f"Receipt {code}")


@pytest.mark.carries("complaint", "YY-CMP-10-1", "BS-CMP-10-1", where="mianzheng.complaints.clocks:Clocks.start")
@on_every_store
def test_the_limit_is_counted_from_the_day_of_acceptance(town: Town) -> None:
    """S-CMP-01: registered 2025-09-25, accepted 09-26, due 10-10 counting the make-up day 09-28."""
    code = accepted(town)
    own = looked_up(town, code).get_json()
    assert (own["state"], own["received_at"][:10], own["due_day"]) == ("accepted", "2025-09-25", "2025-10-10")


@pytest.mark.carries("complaint", "YY-CMP-10-2", "BS-CMP-10-2", where="mianzheng.complaints.guards.handling:extension")
@on_every_store
def test_an_extension_counts_from_the_due_day_and_is_given_once(town: Town) -> None:
    """S-CMP-02, S-CMP-04."""
    code = handled(town)
    at(town, 10, 16, month=10)
    assert step(town, town.staff("handler"), "ask_extension", {"days": 6, "why": "要外调"}).status_code == 422
    assert step(town, town.staff("handler"), "ask_extension", {"days": 5, "why": "要外调"}).status_code == 200
    assert step(town, town.staff("receiver"), "extend", {"days": 5}).status_code == 200
    assert looked_up(town, code).get_json()["due_day"] == "2025-10-16"
    assert (
        step(town, town.staff("handler"), "ask_extension", {"days": 1, "why": "还要"}).get_json()["code"] == "not-now"
    )


def test_from_the_form_to_the_answer_and_the_persons_own_word(town: Town) -> None:
    code = handled(town)
    proposed = {"findings": {"G1_demand": "upheld"}, "reply": "查实，已经纠正并道歉。", "why": "窗口人员不知道清单改了"}
    assert step(town, town.staff("handler"), "propose_conclusion", proposed).status_code == 200
    concluded = {"findings": {"G1_demand": "upheld"}, "reply": "查实，已经纠正并道歉。"}
    assert step(town, town.staff("receiver"), "conclude", concluded).status_code == 200
    own = looked_up(town, code).get_json()
    assert (own["state"], own["reply"]) == ("concluded", "查实，已经纠正并道歉。")
    assert step(town, town.staff("receiver"), "inform", {"way": "phone"}).status_code == 200
    rated = town.visitor().json("POST", "/api/v1/complaint/rate", {"score": 5}, Authorization=f"Receipt {code}")
    assert rated.status_code == 200
    again = town.visitor().json("POST", "/api/v1/complaint/rate", {"score": 1}, Authorization=f"Receipt {code}")
    assert again.get_json()["code"] == "not-now"


def test_the_page_of_progress_tells_it_in_plain_words(town: Town) -> None:
    code = accepted(town)
    visitor = town.visitor()
    token = visitor.get("/complaints/lookup").text.split('name="draft" value="')[1].split('"')[0]
    page = visitor.form("/complaints/lookup", {"code": code, "draft": token})
    assert page.status_code == 200
    for words in ("决定受理", "10月10日（周五）当天办结", "假期不计", "调休上班", "已受理"):
        assert words in page.text, words
    assert MARKS["name"] not in page.text
    added = visitor.form("/complaints/lookup/supplement", {"code": code, "draft": token, "text": "那天是上午"})
    assert added.status_code == 200 and "那天是上午" in added.text
    gone = visitor.form("/complaints/lookup/withdraw", {"code": code, "draft": token, "text": ""})
    assert "已终止" in gone.text and only_case(town).state == "terminated"


@pytest.mark.parametrize("code", ["", "x", "7" * 26, "一二三四五六七八九十甲乙", "0" * 10_000])
def test_an_unknown_code_says_the_same_whatever_it_is(town: Town, code: str) -> None:
    """A01: same status, same page; the tries are counted."""
    filed(town)
    visitor = town.visitor()
    token = visitor.get("/complaints/lookup").text.split('name="draft" value="')[1].split('"')[0]
    answer = visitor.form("/complaints/lookup", {"code": code, "draft": token})
    assert answer.status_code == 404 and "没有这个查询码" in answer.text and 'value=""' in answer.text


def test_guessing_codes_is_stopped(town: Town) -> None:
    """A01."""
    wrong = {"Authorization": "Receipt " + "7" * 26}
    assert {town.visitor().get("/api/v1/complaint", **wrong).status_code for _ in range(31)} == {404, 429}


def test_staff_of_other_bodies_and_places_find_nothing(town: Town) -> None:
    """A03."""
    handled(town)
    record = only_case(town)
    strangers = [town.staff("handler", 2), *(town.staff(role, place="test-boshan") for role in ("receiver", "handler"))]
    for who in strangers:
        for path in (f"/api/v1/complaints/{record.id}", f"/office/complaints/{record.id}"):
            assert who.get(path).status_code == 404
        answer = who.command(f"/api/v1/complaints/{record.id}/note", {"text": "x"}, version=record.version)
        assert answer.status_code in (403, 404)


def test_the_body_complained_about_never_learns_who_complained(town: Town) -> None:
    """A04, F16: the handler's own body is the one complained about."""
    body = town.services.store.get("account", town.logins["test-yiyuan.handler1"]).body
    filed(town, body=body)
    at(town, 26, 10)
    step(town, town.staff("receiver"), "accept")
    step(town, town.staff("receiver"), "transfer", {"handling_body": body})
    refused = step(town, town.staff("handler"), "reveal", {"purpose": "verify"})
    assert refused.get_json()["code"] == "not-now"
    page = town.staff("handler").get(f"/office/complaints/{only_case(town).id}").text
    assert MARKS["name"] not in page and MARKS["phone"] not in page and MARKS["reasons_facts"] in page


def test_looking_at_the_contact_is_remembered_and_told(town: Town) -> None:
    code = accepted(town)
    visitor = town.visitor()
    visitor.log_in("test-yiyuan.receiver1")
    record = only_case(town)
    page = visitor.get(f"/office/complaints/{record.id}").text
    assert MARKS["phone"] not in page
    fields = {"form_token": token_of(page), "version": str(record.version), "purpose": "tell"}
    shown = visitor.form(f"/office/complaints/{record.id}/reveal", fields)
    assert MARKS["phone"] in shown.text and MARKS["name"] in shown.text
    assert MARKS["phone"] not in visitor.get(f"/office/complaints/{record.id}").text
    token = town.visitor().get("/complaints/lookup").text.split('name="draft" value="')[1].split('"')[0]
    told = town.visitor().form("/complaints/lookup", {"code": code, "draft": token}).text
    assert "谁看过您的联系方式" in told and "告知进展或者结果" in told


@on_every_store
def test_a_step_by_the_page_comes_back_with_all_that_is_wrong(town: Town) -> None:
    """S-CMP-07: N1 with one part only is refused, what was written is kept."""
    filed(town)
    at(town, 26, 10)
    visitor = town.visitor()
    visitor.log_in("test-yiyuan.receiver1")
    record = only_case(town)
    page = visitor.get(f"/office/complaints/{record.id}").text
    fields = {"form_token": token_of(page), "version": str(record.version), "ground": "N1_vague_and_uncheckable",
              "parts.0": "yes", "reply": "写了一半的答复"}  # fmt: skip
    answer = visitor.form(f"/office/complaints/{record.id}/refuse", fields)
    assert answer.status_code == 422 and "两条都成立" in answer.text and "写了一半的答复" in answer.text
    assert only_case(town).state == "registered"
    stale = visitor.form(f"/office/complaints/{record.id}/refuse", {**fields, "version": "99"})
    assert stale.status_code == 412 and "写了一半的答复" in stale.text


def test_worklists_show_each_case_on_its_day(town: Town) -> None:
    """F04."""
    handled(town)
    at(town, 10, 9, month=10)
    assert "TS-2025-0001" in shelf(town, "today")
    assert "TS-2025-0001" not in shelf(town, "late")
    at(town, 11, 0, month=10)
    assert "TS-2025-0001" not in shelf(town, "today")
    assert "TS-2025-0001" in shelf(town, "late") and "已超期" in shelf(town, "late")
    assert "TS-2025-0001" in shelf(town, "mine", "handler")


def shelf(town: Town, tab: str, role: str = "receiver") -> str:
    page: str = town.staff(role).get(f"/office/complaints?tab={tab}").text
    return page


@pytest.mark.carries("complaint", "YY-CMP-04-2", where="mianzheng.complaints.breach:rules_against")
def test_the_officer_reads_what_the_list_said_and_which_article_a_demand_went_against(town: Town) -> None:
    home = town.catalog.places["test-yiyuan"]
    item = next(item for item in home.items.values() if item.status == "active" and item.versions[0].method == "share")
    filed(town, item=item.id)
    page = town.staff("receiver").get(f"/office/complaints/{only_case(town).id}").text
    register = town.catalog.vocabularies.rules
    assert register
    (rule,) = (rule for rule in register.rules if rule.id == "YY-CMP-04-2")
    assert "清单写的是不用交，有别的办法代替" in page and f"{rule.article}：{rule.text}" in page
