"""Anybody comments on the list: one form, a receipt without due date, an answer, perhaps an adjustment."""

from __future__ import annotations

import datetime
import re
import time
from dataclasses import replace
from typing import Any

import pytest

from mianzheng.cases.events import broken_links
from mianzheng.cases.records import CaseRecord, encoded
from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.complaints.retention import Periods
from mianzheng.jobs.nightly import destroy_old
from mianzheng.settings import Settings
from mianzheng.views.notices import subject_of, text_of
from tests.test_web_complaints import filing, receipt
from tests.web_client import URL, Town, Visitor, token_of

TEXT = "标记意见：住址一样的，还要我开居住证明"
CONTACT = "13812345678"
OFFICE = "joint_conference_office"


@pytest.fixture
def town(loaded: Loaded) -> Town:
    return Town(loaded.catalog)


def draft(visitor: Visitor, query: str = "place=test-yiyuan") -> str:
    page = visitor.get(f"/suggestions/new?{query}").text
    return page.split('name="draft" value="')[1].split('"')[0]


def suggest(visitor: Visitor, **more: str) -> Any:
    fields = {"place": "test-yiyuan", "text": TEXT, "contact": CONTACT, **more}
    return visitor.form("/suggestions", {"draft": draft(visitor), **fields})


def only_one(town: Town) -> CaseRecord:
    (key,) = town.services.store.keys("suggestion")
    return town.services.store.get(key.kind, key.id)


def look_up(visitor: Visitor, code: str) -> Any:
    token = visitor.get("/suggestions/lookup").text.split('name="draft" value="')[1].split('"')[0]
    return visitor.form("/suggestions/lookup", {"draft": token, "code": code})


def act(town: Town, who: Visitor, event: str, version: int = 0, **fields: str) -> Any:
    record = only_one(town)
    given = {"form_token": token_of(who.get(f"/office/suggestions/{record.id}").text), **fields}
    return who.form(f"/office/suggestions/{record.id}/{event}", {**given, "version": str(version or record.version)})


def at_desk(town: Town, role: str = OFFICE, place: str = "test-yiyuan") -> Visitor:
    visitor = town.visitor()
    assert visitor.log_in(f"{place}.{role}1").status_code == 303
    return visitor


@pytest.mark.carries("site", "YY-ADJ-12-1", "BS-ADJ-12-1", where="mianzheng.web.suggestions:send")
@pytest.mark.parametrize(
    ("at", "day", "number"),
    [
        ("2025-09-30T16:30:00+00:00", "2025年10月1日（周三）00:30", "YJ-2025-0001"),
        ("2025-12-31T16:30:00+00:00", "2026年1月1日（周四）00:30", "YJ-2026-0001"),
    ],
)
def test_the_receipt_is_dated_in_shanghai_and_names_no_due_date(town: Town, at: str, day: str, number: str) -> None:
    """S-SITE-11: sent at 2025-09-30T16:30Z, dated 2025-10-01 00:30; a year begins in Shanghai too."""
    town.now = datetime.datetime.fromisoformat(at)
    sent = suggest(town.visitor())
    local = town.now.astimezone(SHANGHAI).isoformat(timespec="minutes")
    assert sent.status_code == 201 and f'<time datetime="{local}">{day}</time>' in sent.text
    assert number in sent.text
    main = sent.text.split("<main")[1].split("</main")[0]
    assert not re.search("期限|到期|工作日|以前", main)
    record = only_one(town)
    assert (record.state, record.due_at, record.check_at) == ("received", None, None)


@pytest.mark.carries("adjustment", "YY-ADJ-12-1", "BS-ADJ-12-1", where="mianzheng.suggestions.handling:handle")
def test_the_office_answers_and_the_person_reads_it_by_either_spelling(town: Town) -> None:
    citizen, desk = town.visitor(), at_desk(town)
    words, letters = receipt(suggest(citizen).text)
    assert act(town, desk, "answer", reply="已经核实，居住证明不再要。").status_code == 303
    assert only_one(town).state == "considered"
    for code in (words, letters, words.replace(" ", ""), letters.replace("-", "").lower()):
        page = look_up(citizen, code)
        assert page.status_code == 200 and "已经核实，居住证明不再要。" in page.text and TEXT in page.text
    assert "已答复" in desk.get("/office/suggestions?state=considered").text
    assert "没有等待答复的" in desk.get("/office/suggestions").text


def test_an_item_and_a_kind_page_lead_to_a_form_that_knows_what_it_is_about(town: Town) -> None:
    home = town.catalog.places["test-yiyuan"]
    item = next(item for item in home.items.values() if item.status == "active")
    kind = town.catalog.kinds[item.kind]
    page = town.visitor().get(f"/suggestions/new?item={item.id}").text
    assert kind.name in page and f'name="item" value="{item.id}"' in page and 'name="place" value="test-yiyuan"' in page
    places = town.visitor().get(f"/suggestions/new?kind={kind.id}&text=请收录").text
    link = re.search(r'href="(/suggestions/new\?place=test-yiyuan[^"]+)"', places)
    assert link is not None
    begun = town.visitor().get(link[1].replace("&amp;", "&")).text
    assert kind.name in begun and f'name="kind" value="{kind.id}"' in begun and ">请收录</textarea>" in begun


def test_pressing_twice_is_once_and_other_content_is_refused(town: Town) -> None:
    visitor = town.visitor()
    fields = {"place": "test-yiyuan", "text": TEXT, "draft": draft(visitor)}
    first, again = visitor.form("/suggestions", fields), visitor.form("/suggestions", fields)
    assert receipt(first.text) == receipt(again.text)
    only_one(town)
    other = visitor.form("/suggestions", {**fields, "text": "别的"})
    assert other.status_code == 422 and not receipt(other.text)


def test_a_draft_gives_a_suggestion_and_a_complaint_different_codes(town: Town) -> None:
    """Neither code opens the other's page."""
    visitor = town.visitor()
    one = draft(visitor)
    sent = visitor.form("/suggestions", {"place": "test-yiyuan", "text": TEXT, "draft": one})
    filed = visitor.form("/complaints", {**filing(town), "draft": one})
    assert (sent.status_code, filed.status_code) == (201, 201)
    words, _ = receipt(sent.text)
    assert look_up(visitor, receipt(filed.text)[0]).status_code == 404
    token = visitor.get("/complaints/lookup").text.split('name="draft" value="')[1].split('"')[0]
    assert visitor.form("/complaints/lookup", {"draft": token, "code": words}).status_code == 404
    assert look_up(visitor, "0" * 26).status_code == 404


def test_what_is_wrong_is_named_and_what_was_entered_is_kept(town: Town) -> None:
    answer = suggest(town.visitor(), text=" ", contact="长" * 61, item="zm-000000")
    assert answer.status_code == 422 and not town.services.store.keys("suggestion")
    for sentence in ("请写您的意见", "最多60个字", "清单上没有这一项"):
        assert sentence in answer.text
    assert "长" * 61 in answer.text and 'name="item"' not in answer.text, "sent again, it goes through"
    assert suggest(town.visitor(), text="<b>" + "长" * 2000).text.count("&lt;b&gt;") == 1


def test_nothing_personal_and_no_code_stands_outside_the_sealed_pieces(town: Town) -> None:
    visitor = town.visitor()
    sent = suggest(visitor, text=f"{TEXT}，我的身份证号是11010519491231002X")
    assert "我们遮住了：身份证号码" in sent.text
    words, letters = receipt(sent.text)
    store, record = town.services.store, only_one(town)
    seen = [encoded(record), *map(encoded, store.events("suggestion", record.id)), str(town.logged).encode()]
    seen += [encoded(one.delivery) for one in store.claim(town.now, datetime.timedelta(minutes=1))]
    seen.append(str(sent.headers).encode())
    for secret in (TEXT, CONTACT, "11010519491231002X", words, letters):
        assert not [where for where in seen if secret.encode() in where], secret
    story, person = (store.sealed("suggestion", record.id, name) for name in ("story", "person"))
    assert story is not None and person is not None
    plain = town.services.keys.open(story[0], f"suggestion/{record.id}/story", story[1])
    assert b"11010519491231002X" not in plain and TEXT.encode() in plain
    assert CONTACT.encode() in town.services.keys.open(person[0], f"suggestion/{record.id}/person", person[1])


def test_the_office_hears_of_it_by_a_letter_without_what_was_written(town: Town) -> None:
    suggest(town.visitor())
    record = only_one(town)
    (claimed,) = town.services.store.claim(town.now, datetime.timedelta(minutes=1))
    data = claimed.delivery.data
    assert (claimed.delivery.topic, data["to"]["body"]) == ("mail", record.body)
    assert subject_of(data) == f"意见建议 {record.data['number']}：等您答复"
    letter = text_of(data, town.catalog, town.settings)
    assert f"/office/suggestions/{record.id}" in letter and "期限" not in letter


def test_who_looked_at_the_contact_stands_on_the_person_s_page(town: Town) -> None:
    citizen, desk = town.visitor(), at_desk(town)
    words, _ = receipt(suggest(citizen).text)
    assert CONTACT not in desk.get(f"/office/suggestions/{only_one(town).id}").text
    assert act(town, desk, "reveal").status_code == 422
    assert act(town, desk, "reveal", purpose="made-up").status_code == 422
    seen = act(town, desk, "reveal", purpose="verify")
    assert seen.status_code == 200 and CONTACT in seen.text
    assert "核实情况" in look_up(citizen, words).text
    events = town.services.store.events("suggestion", only_one(town).id)
    assert [event.name for event in events] == ["register", "reveal"] and not broken_links(events)


@pytest.mark.parametrize(("age", "website"), [(0, ""), (10, "x")])
def test_what_looks_like_spam_is_marked_and_never_refused(
    town: Town, monkeypatch: pytest.MonkeyPatch, age: int, website: str
) -> None:
    visitor = town.visitor()
    token, opened = draft(visitor), time.time()
    monkeypatch.setattr(time, "time", lambda: opened + age)
    sent = visitor.form("/suggestions", {"place": "test-yiyuan", "text": TEXT, "draft": token, "website": website})
    assert sent.status_code == 201 and only_one(town).data["screening"] == "quarantined"
    assert "看起来像垃圾信息" in at_desk(town).get("/office/suggestions").text


def test_a_place_without_operator_renders_no_form_and_stores_nothing(loaded: Loaded) -> None:
    town = Town(loaded.catalog, Settings(public_url=URL, deployment="operating"))
    visitor = town.visitor()
    assert "test-yiyuan" not in visitor.get("/suggestions/new").text
    assert visitor.get("/suggestions/new?place=test-yiyuan").status_code == 409
    token = visitor.json("POST", "/api/v1/drafts").get_json()["draft"]
    answer = visitor.form("/suggestions", {"place": "test-yiyuan", "text": TEXT, "draft": token})
    assert answer.status_code == 409 and "没有保存" in answer.text and "12345" in answer.text
    assert not town.services.store.keys("suggestion")


def test_a_demonstration_says_at_every_step_that_nobody_will_handle_it(town: Town) -> None:
    visitor = town.visitor()
    form = visitor.get("/suggestions/new?place=test-yiyuan").text
    sent = suggest(visitor)
    for page in (form, sent.text, look_up(visitor, receipt(sent.text)[0]).text):
        assert "没有人会处理" in page


def test_those_that_wait_stand_oldest_first_and_are_counted_on_the_first_page(town: Town) -> None:
    numbers = [f"YJ-2026-000{n}" for n in range(1, 6)]
    ids = iter(["e", "a", "d", "b", "c"])
    town.application.services = replace(town.services, new_id=lambda prefix: f"{prefix}-{next(ids) * 16}")
    for _ in numbers:
        town.now += datetime.timedelta(minutes=1)
        suggest(town.visitor())
    desk = at_desk(town)
    page = desk.get("/office/suggestions").text
    assert sorted(numbers, key=page.index) == numbers
    assert '<a href="/office/suggestions"><b>5</b>等待答复</a>' in desk.get("/office/").text
    assert "等待答复" not in at_desk(town, "department").get("/office/").text


@pytest.mark.parametrize(("role", "place"), [(OFFICE, "test-boshan"), ("department", "test-yiyuan")])
def test_others_see_nothing(town: Town, role: str, place: str) -> None:
    suggest(town.visitor())
    id = only_one(town).id
    stranger = town.staff(role, place=place)
    assert stranger.get(f"/office/suggestions/{id}").status_code in (403, 404)
    assert id not in stranger.get("/office/suggestions").text


def test_two_windows_do_not_answer_over_each_other(town: Town) -> None:
    desk = at_desk(town)
    suggest(town.visitor())
    stale = only_one(town).version
    act(town, desk, "answer", reply="先答复")
    late = act(town, desk, "answer", version=stale, reply="后答复")
    assert late.status_code == 412 and "后答复" in late.text
    assert act(town, desk, "answer").status_code == 422


@pytest.mark.carries("site", "WH-OR-21-2", "WH-N-3-4", where="mianzheng.web.suggestion_office:enter")
def test_staff_write_down_what_came_by_hotline_or_at_a_window(town: Town) -> None:
    desk = at_desk(town, "bureau", "test-wuhai")
    page = desk.get("/office/suggestions/new").text
    token = page.split('name="draft" value="')[1].split('"')[0]
    fields = {"form_token": token_of(page), "draft": token, "text": TEXT}
    wrong = desk.form("/office/suggestions/new", fields)
    assert wrong.status_code == 422 and TEXT in wrong.text and "12345热线" in wrong.text
    done = desk.form("/office/suggestions/new", {**fields, "channel": "hotline_12345"})
    assert done.status_code == 201 and len(receipt(done.text)) == 2
    record = only_one(town)
    assert (record.place, record.data["channel"], record.data["screening"]) == ("test-wuhai", "hotline_12345", "")
    assert "12345热线" in desk.get(f"/office/suggestions/{record.data['number']}").text


def test_contact_and_words_are_destroyed_after_the_answer(town: Town) -> None:
    """A31: an open suggestion keeps everything; a year after the answer the contact goes, after two every word."""
    citizen, desk = town.visitor(), at_desk(town)
    words, _ = receipt(suggest(citizen).text)
    services, answered = town.services, town.now

    def nights(days: int) -> None:
        town.now = answered + datetime.timedelta(days=days)
        destroy_old(services.store, services.keys, Periods(), services.now, services.log)

    nights(1000)
    assert "purged" not in only_one(town).data
    town.now = answered
    act(town, desk, "answer", reply="谢谢")
    nights(364)
    assert "purged" not in only_one(town).data
    nights(366)
    assert only_one(town).data["purged"] == "person" and TEXT in look_up(citizen, words).text
    nights(731)
    assert only_one(town).data["purged"] == "words"
    page = look_up(citizen, words)
    assert page.status_code == 200 and TEXT not in page.text and "已按期销毁" in page.text
    assert not broken_links(services.store.events("suggestion", only_one(town).id))
