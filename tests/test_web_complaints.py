"""A person complains: by the plain form in three steps, or by program; twice, wrongly, in haste, with secrets."""

from __future__ import annotations

import datetime
import re
import time
from typing import Any

import pytest

from mianzheng.cases.records import encoded
from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.settings import Settings
from tests.stores import on_every_store
from tests.web_client import URL, Town, Visitor

MARKS = {
    "name": "张标记",
    "phone": "13812345678",
    "demand": "标记要求：别再要了",
    "reasons_facts": "标记经过：窗口让我开证明",
}
HASTE = [(10, "", ""), (1, "", "quarantined"), (10, "x", "quarantined")]


@pytest.fixture
def town(loaded: Loaded) -> Town:
    return Town(loaded.catalog)


def body_of(town: Town, place: str = "test-yiyuan", name: str = "民政局") -> str:
    return next(b.id for b in town.catalog.places[place].bodies.values() if b.name.endswith(name))


def filing(town: Town, **more: Any) -> dict[str, str]:
    fields = {"place": "test-yiyuan", "ground": "G1_demand", "body": body_of(town), "hide_identity": "yes", **MARKS}
    return {**fields, **more}


def draft(visitor: Visitor, query: str = "place=test-yiyuan") -> str:
    page = visitor.get(f"/complaints/new?{query}").text
    return page.split('name="draft" value="')[1].split('"')[0]


def receipt(page: str) -> list[str]:
    return re.findall(r'<span class="code">(.+?)</span>', page)


def only_case(town: Town) -> Any:
    (key,) = town.services.store.keys("complaint")
    return town.services.store.get(key.kind, key.id)


def test_three_steps_without_scripts_lead_to_a_receipt(town: Town) -> None:
    visitor = town.visitor()
    token = draft(visitor)
    checked = visitor.form("/complaints/check", {**filing(town), "draft": token})
    assert checked.status_code == 200 and "请核对" in checked.text and "只有受理单位看得到" in checked.text
    sent = visitor.form("/complaints", {**filing(town), "draft": token})
    assert sent.status_code == 201 and sent.headers["Cache-Control"] == "no-store"
    words, letters = receipt(sent.text)
    assert len(words.replace(" ", "")) == 12 and len(letters.replace("-", "")) == 26
    record = only_case(town)
    assert (record.state, record.data["number"]) == ("registered", "TS-2026-0001")
    assert "TS-2026-0001" in sent.text


def test_pressing_twice_shows_the_same_receipt_of_one_case(town: Town) -> None:
    """F22."""
    visitor = town.visitor()
    fields = {**filing(town), "draft": draft(visitor)}
    first, again = visitor.form("/complaints", fields), visitor.form("/complaints", fields)
    assert receipt(first.text) == receipt(again.text)
    only_case(town)


def test_the_same_draft_with_other_content_is_refused_and_tells_nothing_of_the_first(town: Town) -> None:
    """F23."""
    visitor = town.visitor()
    token = draft(visitor)
    visitor.form("/complaints", {**filing(town), "draft": token})
    other = visitor.form("/complaints", {**filing(town, demand="别的要求"), "draft": token})
    assert other.status_code == 422 and "TS-2026" not in other.text and not receipt(other.text)


@pytest.mark.carries("complaint", "YY-CMP-05-2", "BS-CMP-05-2", where="mianzheng.web.complaints:check")
@on_every_store
def test_the_web_form_names_every_gap_and_keeps_what_was_entered(town: Town) -> None:
    """S-CMP-11."""
    visitor = town.visitor()
    fields = {"place": "test-yiyuan", "demand": "<b>保留</b>", "draft": draft(visitor)}
    answer = visitor.form("/complaints/check", fields)
    assert answer.status_code == 422
    for name in ("name", "phone", "body", "reasons_facts", "ground"):
        assert f'href="#f-{name}"' in answer.text, name
    assert "&lt;b&gt;保留&lt;/b&gt;" in answer.text and "<b>保留" not in answer.text
    assert 'href="#f-demand"' not in answer.text


def test_a_place_with_silent_rules_asks_for_less(town: Town) -> None:
    visitor = town.visitor()
    fields = {"place": "test-fangxian", "ground": "V3_no_service_no_answer", "reasons_facts": "没有证明不给办"}
    answer = visitor.form("/complaints", {**fields, "draft": draft(visitor, "place=test-fangxian")})
    assert answer.status_code == 201


@pytest.mark.parametrize(("place", "offered"), [("test-yiyuan", True), ("test-fangxian", False)])
def test_the_form_speaks_of_other_only_where_other_is_a_choice(town: Town, place: str, offered: bool) -> None:
    form = town.visitor().get(f"/complaints/new?place={place}").text
    assert ("选了“其他”的" in form) is offered and ("都不是的" in form) is not offered


def test_an_item_page_leads_to_a_form_that_is_begun(town: Town) -> None:
    home = town.catalog.places["test-yiyuan"]
    item = next(item for item in home.items.values() if item.status == "active")
    page = town.visitor().get(f"/complaints/new?item={item.id}").text
    assert f'name="item" value="{item.id}"' in page
    assert re.search(rf'<option value="{item.requesting_body}" selected>', page)
    assert town.catalog.kinds[item.kind].name in page


def test_numbers_of_persons_are_masked_before_anything_is_kept(town: Town) -> None:
    visitor = town.visitor()
    text = "我的身份证号是11010519491231002X，电话13800138000"
    fields = {**filing(town, reasons_facts=text), "draft": draft(visitor)}
    checked = visitor.form("/complaints/check", fields)
    assert "11010519491231002X" not in checked.text and "身份证号码、手机号码" in checked.text
    visitor.form("/complaints", fields)
    record = only_case(town)
    sealed = town.services.store.sealed("complaint", record.id, "story")
    assert sealed is not None
    plain = town.services.keys.open(sealed[0], f"complaint/{record.id}/story", sealed[1])
    assert b"11010519491231002X" not in plain and "已遮住".encode() in plain


@pytest.mark.carries("complaint", "YY-CMP-07-2", where="mianzheng.complaints.intake:file")
def test_nothing_personal_and_no_receipt_is_found_outside_the_sealed_pieces(town: Town) -> None:
    """A02: snapshot, events, deliveries, commands, names, logs, headers and addresses hold none of it."""
    visitor = town.visitor()
    sent = visitor.form("/complaints", {**filing(town), "draft": draft(visitor)})
    words, letters = receipt(sent.text)
    store, record = town.services.store, only_case(town)
    seen = [encoded(record), *map(encoded, store.events("complaint", record.id)), str(town.logged).encode()]
    far = town.now + datetime.timedelta(days=9)
    seen += [encoded(claimed.delivery) for claimed in store.claim(far, datetime.timedelta(minutes=1))]
    seen.append(str(sent.headers).encode())
    assert len(seen) > 4
    for secret in (*MARKS.values(), words, words.replace(" ", ""), letters, letters.replace("-", "")):
        assert not [where for where in seen if secret.encode() in where], secret


@pytest.mark.parametrize("settings", [Settings(public_url=URL, deployment="operating")])
def test_a_place_without_operator_shows_no_form_and_stores_nothing(loaded: Loaded, settings: Settings) -> None:
    town = Town(loaded.catalog, settings)
    visitor = town.visitor()
    assert visitor.get("/complaints/new?place=test-yiyuan").status_code == 409
    token = visitor.json("POST", "/api/v1/drafts").get_json()["draft"]
    answer = visitor.form("/complaints", {**filing(town), "draft": token})
    assert answer.status_code == 409 and "12345" in answer.text
    by_program = {"draft": token, "filing": {"place": "test-yiyuan", "channel": "platform"}}
    assert visitor.json("POST", "/api/v1/complaints", by_program).get_json()["code"] == "no-operator"
    assert not town.services.store.keys("complaint")


@pytest.mark.parametrize(("waited", "website", "screening"), HASTE)
def test_what_looks_like_spam_is_looked_at_but_gets_its_receipt(
    town: Town, monkeypatch: pytest.MonkeyPatch, waited: int, website: str, screening: str
) -> None:
    """A09."""
    visitor = town.visitor()
    token = draft(visitor)
    real = time.time
    monkeypatch.setattr("mianzheng.web.signing.time.time", lambda: real() + waited)
    answer = visitor.form("/complaints", {**filing(town), "draft": token, "website": website})
    assert answer.status_code == 201 and receipt(answer.text)
    assert only_case(town).data["screening"] == screening


def test_a_form_without_a_draft_of_ours_is_refused(town: Town) -> None:
    """A06, A08."""
    for token in ("", "x", "a" * 100_000):
        answer = town.visitor().form("/complaints", {**filing(town), "draft": token})
        assert answer.status_code == 403
    assert not town.services.store.keys("complaint")


def test_programs_get_the_same_receipt_as_people(town: Town) -> None:
    visitor = town.visitor()
    token = visitor.json("POST", "/api/v1/drafts").get_json()["draft"]
    wish = {"place": "test-yiyuan", "channel": "platform", "ground": "G1_demand", "body": body_of(town), **MARKS}
    first = visitor.json("POST", "/api/v1/complaints", {"draft": token, "filing": wish})
    assert first.status_code == 201
    assert visitor.json("POST", "/api/v1/complaints", {"draft": token, "filing": wish}).get_json() == first.get_json()
    more = visitor.json("POST", "/api/v1/complaints", {"draft": token, "filing": {**wish, "state": "informed"}})
    assert more.get_json()["errors"][0]["pointer"] == "/filing/state"


@pytest.mark.carries("complaint", "YY-CMP-07-2", "BS-CMP-07-2", where="mianzheng.complaints.intake:file")
@on_every_store
def test_the_day_of_receipt_is_that_of_shanghai(town: Town) -> None:
    """S-CMP-01, S-CMP-10: received at 23:59:30 counts for that day."""
    town.now = datetime.datetime(2025, 9, 25, 23, 59, 30, tzinfo=SHANGHAI)
    visitor = town.visitor()
    answer = visitor.form("/complaints", {**filing(town), "draft": draft(visitor)})
    assert "2025年9月25日（周四）23:59" in answer.text
