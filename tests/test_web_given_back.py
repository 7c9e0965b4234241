"""A form that comes to nothing for a reason that passes is given back: nothing already entered is lost."""

from __future__ import annotations

import datetime
import html
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug.test import TestResponse

from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.errors import Unavailable
from tests.test_web_case import accepted, at
from tests.test_web_complaints import MARKS, draft, filing, only_case, receipt
from tests.web_client import Town, Visitor, token_of

LOOKUP = "/complaints/lookup"
HOURS = 3 * 60 * 60


@pytest.fixture
def town(loaded: Loaded) -> Town:
    return Town(loaded.catalog, now=datetime.datetime(2025, 9, 25, 9, 0, tzinfo=SHANGHAI))


@contextmanager
def later(seconds: float) -> Iterator[None]:
    """The clock by which forms are signed has gone on."""
    now = time.time
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: now() + seconds)
        yield


def given_back(answer: TestResponse) -> tuple[str, dict[str, str]]:
    """The address and the fields of the form on a problem's page."""
    form = answer.text.split("您填的都在，不用重填")[1].split("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    action = form.split('action="')[1].split('"')[0]
    return action, {html.unescape(name): html.unescape(value) for name, value in fields}


def test_a_complaint_that_was_written_for_three_hours_is_sent_by_one_more_press(town: Town) -> None:
    visitor = town.visitor()
    fields = {**filing(town), "draft": draft(visitor)}
    with later(HOURS):
        answer = visitor.form("/complaints", fields)
        assert answer.status_code == 403 and "这一页开得太久" in answer.text and MARKS["reasons_facts"] in answer.text
        address, again = given_back(answer)
        assert address == "/complaints" and {**again, "draft": ""} == {**fields, "draft": ""}
        assert visitor.form(address, again).status_code == 201
    assert only_case(town).data["screening"] == "", "the person was not in haste"


def test_the_same_form_from_before_is_still_one_complaint(town: Town) -> None:
    visitor = town.visitor()
    fields = {**filing(town), "draft": draft(visitor)}
    first = visitor.form("/complaints", fields)
    with later(HOURS):
        address, again = given_back(visitor.form("/complaints", fields))
        second = visitor.form(address, again)
    code = re.compile(r'class="code[^"]*">([^<]+)<')
    assert code.findall(first.text) == code.findall(second.text) != []
    assert only_case(town)


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
    ids=["site", "origin", "no origin"],
)
def test_what_another_site_sends_is_never_shown_as_ours(town: Town, headers: dict[str, str]) -> None:
    visitor = town.visitor()
    with later(HOURS):
        fields = {**filing(town), "draft": draft(visitor)}
    answer = visitor.form("/complaints", fields, **headers)
    assert answer.status_code == 403 and MARKS["reasons_facts"] not in answer.text and "再提交一次" not in answer.text


def test_a_browser_that_says_nothing_is_believed_for_a_draft_of_ours_only(town: Town) -> None:
    visitor = town.visitor()
    fields = {**filing(town), "draft": draft(visitor)}
    with later(HOURS):
        ours = visitor.client.post("/complaints", data=fields)
        foreign = visitor.client.post("/complaints", data={**fields, "draft": "x.y.z"})
    assert ours.status_code == foreign.status_code == 403
    assert MARKS["reasons_facts"] in ours.text and MARKS["reasons_facts"] not in foreign.text


def test_a_page_of_before_a_restart_with_another_secret_is_sent_by_one_more_press(town: Town) -> None:
    visitor = town.visitor()
    fields = {**filing(town), "draft": "from.another.secret"}
    address, again = given_back(visitor.form("/complaints", fields))
    assert visitor.form(address, again).status_code == 201


def test_a_step_whose_session_is_over_waits_for_the_login(town: Town) -> None:
    accepted(town)
    record, reply = only_case(town), "查了台账，窗口确实多要了一份。"
    visitor = town.visitor()
    visitor.log_in("test-yiyuan.receiver1")
    page = visitor.get(f"/office/complaints/{record.id}").text
    fields = {"form_token": token_of(page), "version": str(record.version), "text": reply}
    at(town, 26, 12)
    lapsed = visitor.form(f"/office/complaints/{record.id}/note", fields)
    assert lapsed.status_code == 401 and reply in lapsed.text and 'target="_blank"' in lapsed.text
    visitor.log_in("test-yiyuan.receiver1")
    address, again = given_back(lapsed)
    stale = visitor.form(address, again)
    assert stale.status_code == 403 and reply in stale.text
    assert visitor.form(*given_back(stale)).status_code == 303
    assert [one.name for one in town.services.store.events("complaint", record.id)].count("note") == 1


def test_the_query_code_is_carried_on_and_not_shown(town: Town) -> None:
    visitor = town.visitor()
    words, _ = receipt(visitor.form("/complaints", {**filing(town), "draft": draft(visitor)}).text)
    own = {"code": words, "draft": draft(visitor), "text": "还有一件事要说。"}
    with later(HOURS):
        answer = visitor.form("/complaints/lookup/supplement", own)
        address, again = given_back(answer)
        assert again["code"] == words and answer.text.count(words) == 1, "in the field only"
        assert visitor.form(address, again).status_code == 200


def test_who_is_turned_away_brings_no_files_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = town.visitor()
    fields = {**filing(town), "draft": draft(visitor), "website": "x" * 300_000}
    monkeypatch.setattr(town.services.store, "take", lambda *given: False)
    answer = visitor.form("/complaints", fields)
    assert answer.status_code == 429 and MARKS["reasons_facts"] not in answer.text


def test_passwords_are_never_given_back(town: Town) -> None:
    visitor = town.visitor()
    answer = visitor.form("/office/login", {"login": "x", "password": "geheim-12", "form_token": "old"})
    assert answer.status_code == 403 and "geheim-12" not in answer.text and "再提交一次" not in answer.text


def test_too_many_at_once_and_a_store_that_does_not_answer(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = town.visitor()
    fields = {**filing(town), "draft": draft(visitor)}
    with monkeypatch.context() as patch:
        patch.setattr(town.services.store, "commit", _down)
        answer = visitor.form("/complaints", fields)
        assert answer.status_code == 503 and given_back(answer)[1]["reasons_facts"] == fields["reasons_facts"]
    with monkeypatch.context() as patch:
        patch.setattr(town.services.store, "take", lambda *given: False)
        answer = visitor.form("/complaints", fields)
    assert answer.status_code == 429
    assert visitor.form(*given_back(answer)).status_code == 201


def _down(change: object) -> None:
    raise Unavailable("没有回答")


def test_what_will_not_do_a_second_time_is_shown_to_be_copied(town: Town) -> None:
    visitor = town.visitor()
    fields = {**filing(town), "draft": draft(visitor)}
    visitor.form("/complaints", fields)
    answer = visitor.form("/complaints", {**fields, "reasons_facts": "还有一件事要说。"})
    assert answer.status_code == 422 and "还有一件事要说。" in answer.text
    assert "您写的（没有存，可以复制）" in answer.text and "再提交一次" not in answer.text


def test_what_is_given_back_is_text(town: Town) -> None:
    visitor: Visitor = town.visitor()
    fields = {**filing(town), "draft": draft(visitor), "reasons_facts": '坏"><script>alert(1)</script>'}
    with later(HOURS):
        answer = visitor.form("/complaints", fields)
    assert "<script>alert" not in answer.text and given_back(answer)[1]["reasons_facts"] == fields["reasons_facts"]
