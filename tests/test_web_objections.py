"""Objections to a notice: in time or late, sealed, answered, once; what each does to the cancellation."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from mianzheng.cases.letters import MAIL
from mianzheng.catalog_files.loading import Loaded
from mianzheng.jobs.objections import destroy_objections
from mianzheng.settings import Settings
from mianzheng.views.notices import subject_of, text_of
from tests.notice_town import (
    AT,
    LAST,
    PLACE,
    by,
    code_of,
    decide,
    looked_up,
    noticed,
    object_to,
    on,
    site_rows,
)
from tests.stores import on_every_store
from tests.test_web_proposals import ListTown, step, told
from tests.web_client import URL, token_of

carries = pytest.mark.carries


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog, now=AT).under(tmp_path)


@on_every_store
def test_an_objection_in_time_stops_the_cancellation_until_it_is_dealt_with(town: ListTown, tmp_path: Path) -> None:
    """S-PUB-07: 23:59 of the last day counts, 00:01 does not and is led to the suggestions; CI9: justice again."""
    id, number, _, _ = noticed(town)
    notice = f"{PLACE}-{number}"
    on(town, LAST, "23:59")
    answer = object_to(town, notice)
    assert answer.status_code == 201, answer.text
    assert "YJ-2026-0001" in answer.text and "演示" in answer.text
    on(town, "2026-05-14", "00:01")
    late = object_to(town, notice, "我也不同意", draft=town.services.signer.new_draft())
    assert late.status_code == 409 and "已经在 2026-05-13 24时结束" in late.text
    assert "/suggestions/new?item=" in late.text and "我也不同意" in late.text
    assert len(town.services.store.keys("objection")) == 1, "nothing of it is stored"
    (mail,) = town.services.store.claim(town.now, datetime.timedelta(0), topics=[MAIL])
    office_body = town.catalog.places[PLACE].place.offices["joint_conference_office"]
    told_to = {"place": PLACE, "body": office_body, "account": ""}
    assert (mail.delivery.data["to"], mail.delivery.data["about"]) == (told_to, "file"), "the late one is in no letter"
    assert mail.delivery.data["number"] == number and "还有人要用" not in str(mail.delivery.data)
    assert subject_of(mail.delivery.data) == f"调整申请 {number}：有异议或者意见"
    assert f"/office/proposals/{id}" in text_of(mail.delivery.data, town.catalog, town.settings)
    (row,) = site_rows(town, tmp_path)
    assert (row.received, row.waiting, row.outcome) == (1, 1, "公示已经结束，收到的异议正在研究。")
    on(town, "2026-05-14")
    office, government = (town.staff(role, 1, PLACE) for role in ("joint_conference_office", "government"))
    lacks = told(office, id)["missing"]
    assert any("异议还有 1 条没有处理" in lack for lack in lacks) and any("要再审一次" in lack for lack in lacks)
    assert step(town, government, id, "opine", opinion="同意").status_code == 409
    assert step(town, office, id, "approve", opinion="同意").status_code == 422
    assert decide(town, id, "YJ-2026-0001", answer="没有人再用").status_code == 422, "taken up or not has to be said"
    assert decide(town, id, "YJ-2026-0001", taken="no").status_code == 422, "and why"
    assert decide(town, id, "YJ-2026-0001", taken="no", answer="已经没有单位要它").status_code == 303
    said = looked_up(town, code_of(answer.text))
    assert "不采纳" in said and "已经没有单位要它" in said and "还有人要用这份证明" in said
    assert step(town, by(town, "justice"), id, "opine", opinion="复核合法").status_code == 200
    assert step(town, government, id, "opine", opinion="同意").status_code == 200
    assert step(town, office, id, "approve", opinion="同意").status_code == 200
    assert told(office, id)["state"] == "published"


def test_an_objection_taken_up_ends_the_cancellation_as_announced(town: ListTown, tmp_path: Path) -> None:
    id, number, _, _ = noticed(town)
    object_to(town, f"{PLACE}-{number}")
    assert decide(town, id, "YJ-2026-0001", taken="yes", answer="确实还要用").status_code == 303
    on(town, "2026-05-14")
    office = by(town, "joint_conference_office")
    assert step(town, by(town, "justice"), id, "opine", opinion="合法").status_code == 200
    assert step(town, office, id, "approve", opinion="同意").status_code == 422
    assert any("有 1 条成立" in lack for lack in told(office, id)["missing"])
    (row,) = site_rows(town, tmp_path)
    assert (row.taken, row.outcome) == (1, "公示已经结束，有异议成立，不照公示的内容办。")
    assert step(town, office, id, "reject", why="异议成立").status_code == 200
    (row,) = site_rows(town, tmp_path)
    assert row.outcome == "审核没有通过，还照原来的办。"


def test_what_people_write_is_sealed_masked_and_shown_to_reviewers_only(town: ListTown, tmp_path: Path) -> None:
    id, number, _, unit = noticed(town)
    secret = "甲乙丙丁的特别记号"
    answer = object_to(town, f"{PLACE}-{number}", f"{secret}，电话13800000000", name="王某某", contact="某街某号")
    assert "遮住了：手机号码" in answer.text
    kept = b"".join(town.services.store.dump())
    for words in (secret, "王某某", "某街某号", "13800000000"):
        assert words.encode() not in kept and json.dumps(words).encode() not in kept, words
        assert words not in str(town.logged)
    rows = site_rows(town, tmp_path)
    assert rows[0].received == 1 and secret not in (tmp_path / "notices.json").read_text("utf-8")
    assert unit.get(f"/office/proposals/{id}/objections").status_code == 403, "who proposes does not read them"
    justice = town.visitor()
    justice.log_in(f"{PLACE}.justice1")
    page = justice.get(f"/office/proposals/{id}/objections").text
    assert secret in page and "王某某" not in page and "13800000000" not in page
    (record,) = town.services.store.keys("objection")
    shown = justice.form(f"/office/objections/{record.id}/reveal", {"form_token": token_of(page), "purpose": "ask"})
    assert "王某某" in shown.text and "某街某号" in shown.text and "看过联系方式" in shown.text
    assert [e.name for e in town.services.store.events("objection", record.id)] == ["file", "reveal"]
    nothing = justice.form(f"/office/objections/{record.id}/reveal", {"form_token": token_of(page), "purpose": "x"})
    assert nothing.status_code == 422 and "王某某" not in nothing.text


def test_pressing_twice_is_one_objection_with_one_receipt(town: ListTown) -> None:
    _, number, _, _ = noticed(town)
    draft = town.services.signer.new_draft()
    first = object_to(town, f"{PLACE}-{number}", draft=draft)
    again = object_to(town, f"{PLACE}-{number}", draft=draft)
    assert code_of(first.text) == code_of(again.text) and "YJ-2026-0001" in again.text
    assert len(town.services.store.keys("objection")) == 1
    assert object_to(town, f"{PLACE}-{number}", "别的话", draft=draft).status_code == 422
    on(town, "2026-05-14")
    assert object_to(town, f"{PLACE}-{number}", draft=draft).status_code == 201, "the receipt of what came in time"


def test_a_form_with_faults_says_all_and_keeps_what_was_entered(town: ListTown) -> None:
    _, number, _, _ = noticed(town)
    answer = object_to(town, f"{PLACE}-{number}", "", name="甲" * 41, contact="<b>某街</b>")
    assert answer.status_code == 422
    assert "请写下您的看法和理由" in answer.text and "最多40个字" in answer.text and "&lt;b&gt;某街" in answer.text
    visitor = town.visitor()
    assert visitor.get("/objections/new?notice=nothing").status_code == 404
    assert visitor.get(f"/objections/new?notice={PLACE}-TZ-2026-9999").status_code == 404
    forged = visitor.form("/objections", {"draft": "x", "notice": f"{PLACE}-{number}", "text": "y"})
    assert forged.status_code == 403
    assert looked_up(town, "不是码").count("没有这个查询码") >= 1


def test_who_is_in_operation_and_who_is_not_as_for_complaints(loaded: Loaded, tmp_path: Path) -> None:
    town = ListTown(loaded.catalog, now=AT).under(tmp_path)
    _, number, _, _ = noticed(town)
    object.__setattr__(town.services, "settings", Settings(public_url=URL, deployment="operating"))
    assert town.visitor().get(f"/objections/new?notice={PLACE}-{number}").status_code == 409
    answer = object_to(town, f"{PLACE}-{number}", draft=town.services.signer.new_draft())
    assert answer.status_code == 409 and "没有保存" in answer.text
    assert not town.services.store.keys("objection")


def test_staff_enter_what_came_by_letter(town: ListTown) -> None:
    id, *_ = noticed(town)
    office = town.visitor()
    office.log_in(f"{PLACE}.joint_conference_office1")
    page = office.get(f"/office/proposals/{id}/objections").text
    wrong = office.form(f"/office/proposals/{id}/objections", {"form_token": token_of(page), "text": ""})
    assert wrong.status_code == 422
    draft = page.split('name="draft" value="')[1].split('"')[0]
    sent = {"form_token": token_of(page), "draft": draft, "text": "来信说不同意"}
    assert office.form(f"/office/proposals/{id}/objections", sent).status_code == 303
    assert office.form(f"/office/proposals/{id}/objections", sent).status_code == 303, "the button pressed twice"
    assert office.get(f"/office/proposals/{id}/objections").text.count("来信说不同意") == 1
    on(town, "2026-05-14")
    office.log_in(f"{PLACE}.joint_conference_office1")
    page = office.get(f"/office/proposals/{id}/objections").text
    assert "登记一条" not in page
    late = office.form(f"/office/proposals/{id}/objections", sent | {"form_token": token_of(page)})
    assert late.status_code == 409


def test_every_word_is_destroyed_two_years_after_the_notice_and_the_decision_stays(town: ListTown) -> None:
    id, number, _, _ = noticed(town)
    answer = object_to(town, f"{PLACE}-{number}", name="王某某")
    assert decide(town, id, "YJ-2026-0001", taken="no", answer="没有单位要了").status_code == 303
    store = town.services.store
    on(town, "2028-05-12")
    assert destroy_objections(store, lambda: town.now, town.logged.append) == "按期销毁异议、意见 0 条"
    on(town, "2028-05-13")
    assert destroy_objections(store, lambda: town.now, town.logged.append) == "按期销毁异议、意见 1 条"
    assert destroy_objections(store, lambda: town.now, town.logged.append) == "按期销毁异议、意见 0 条"
    (record,) = store.keys("objection")
    assert store.sealed("objection", record.id, "story") is None
    assert store.sealed("objection", record.id, "person") is None
    said = looked_up(town, code_of(answer.text))
    assert "已经按期销毁" in said and "没有单位要了" in said
