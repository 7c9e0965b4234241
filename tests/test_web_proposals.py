"""A department changes the list without git, reviewers decide without git, git keeps the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from mianzheng.catalog_files.loading import Loaded
from tests.list_town import ListTown, change_of, owned, sent, step, told
from tests.stores import on_every_store
from tests.web_client import token_of


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog).under(tmp_path)


@on_every_store
def test_a_change_is_reviewed_merged_and_published(town: ListTown) -> None:
    """S-REV-01 and the whole way of Yiyuan: office with justice, then on the public list."""
    item, unit = owned(town, "test-yiyuan", "verify")
    proposal = sent(town, change_of(town, item), unit)
    id = proposal["id"]
    assert "按时" in proposal["timeliness"]
    first = told(unit, id)
    assert (first["state"], first["delivery"]) == ("submitted", "open")
    office, justice = town.staff("joint_conference_office"), town.staff("justice")
    assert step(town, office, id, "study").status_code == 200
    page = office.get(f"/office/proposals/{id}")
    assert page.status_code == 200
    for words in ("请确认三个问题", "原来 → 现在", "打电话向出具单位核实", "司法局", "本系统设定，文件未规定"):
        assert words in page.text, words
    early = step(town, office, id, "approve", opinion="同意")
    assert early.status_code == 422 and "司法局" in early.text
    assert step(town, justice, id, "opine", opinion="合法").status_code == 200
    assert step(town, office, id, "approve", opinion="同意").status_code == 200
    assert told(unit, id)["state"] == "published"
    assert town.published == [town.forge.main()]
    now = town.catalog.places["test-yiyuan"].items[item.id]
    assert (now.versions[0].method, now.versions[0].proposal) == ("other", proposal["number"])
    assert now.versions[1].method == "verify" and now.versions[1].until


@on_every_store
def test_the_same_command_twice_is_one_proposal_and_one_pull_request(town: ListTown) -> None:
    """S-ADJ-13, F24."""
    item, unit = owned(town, "test-yiyuan", "verify")
    body = change_of(town, item)
    first = unit.command("/api/v1/proposals", body, key="key-proposal-1")
    again = unit.command("/api/v1/proposals", body, key="key-proposal-1")
    assert first.get_json() == again.get_json() and again.headers["Idempotency-Replayed"] == "true"
    town.work()
    town.work()
    assert len(town.forge.listed("proposals/")) == 1


@on_every_store
def test_everything_wrong_is_told_at_once_and_nothing_is_stored(town: ListTown) -> None:
    """S-ADJ-07."""
    item, unit = owned(town, "test-yiyuan", "verify")
    body = change_of(town, item, reason="C9_other")
    body["items"][0]["version"] = {"method": "other"}
    answer = unit.command("/api/v1/proposals", body)
    assert answer.status_code == 422
    assert {"/reason_text"} < {one["pointer"] for one in answer.get_json()["errors"]}
    assert not town.services.store.keys("proposal")


def test_nobody_approves_what_they_sent_and_no_body_its_own(town: ListTown) -> None:
    """A25."""
    item, unit = owned(town, "test-yiyuan", "verify")
    id = sent(town, change_of(town, item), unit)["id"]
    office = town.staff("joint_conference_office")
    step(town, office, id, "study")
    assert step(town, unit, id, "opine", opinion="同意").status_code in (403, 409)


@on_every_store
def test_wuhai_files_without_approval(town: ListTown) -> None:
    """S-REV-05."""
    place = "test-wuhai"
    home = town.catalog.places[place]
    methods = [i.versions[0].method for i in home.items.values() if i.status == "active" and i.versions]
    item, unit = owned(town, place, methods[0])
    body = change_of(town, item, place)
    enabled = home.profile.methods.enabled.value if home.profile else ()
    other = next(m for m in enabled or () if m != item.versions[0].method)
    body["items"][0]["version"] = {"method": other, other: {"system": "city_system"}}
    body |= {"reason": "", "reason_text": "系统升级，改由平台核验"}
    answer = unit.command("/api/v1/proposals", body)
    assert answer.status_code == 202, answer.text
    for _ in range(3):
        town.work()
    assert told(unit, answer.get_json()["id"])["state"] == "published"


def test_a_form_works_without_scripts_and_shows_what_would_change(town: ListTown) -> None:
    item, _ = owned(town, "test-yiyuan", "verify")
    number = (
        1
        if town.services.store.get("account", town.logins["test-yiyuan.department1"]).body == item.requesting_body
        else 2
    )
    visitor = town.visitor()
    visitor.log_in(f"test-yiyuan.department{number}")
    page = visitor.get(f"/office/proposals/new?type=change&item={item.id}")
    assert page.status_code == 200
    basis = item.legal_bases[0]
    fields = {
        "form_token": token_of(page.text), "type": "change", "items.0.item": item.id,
        "items.0.version.method": "other", "items.0.version.other": "打电话核实", "reason": "C4_method",
        "ground": "接口停用", "legal_bases.0.basis": basis.basis, "legal_bases.0.article": basis.article,
        "legal_bases.0.requires": "要核实", "trigger_date": "2026-11-20", "trigger_evidence": "纪要",
        "justification": "更方便", "contact_post": "业务科",
    }  # fmt: skip
    checked = visitor.form("/office/proposals/check", fields)
    assert checked.status_code == 200, checked.text
    assert "改了以后是这样" in checked.text and "打电话核实" in checked.text and "2026-12-01" in checked.text
    done = visitor.form("/office/proposals", fields)
    assert done.status_code == 303
    town.work()
    shown = visitor.get(done.headers["Location"])
    assert shown.status_code == 200 and "TZ-2026-0001" in shown.text and "已送审" in shown.text
    wrong = visitor.form("/office/proposals/check", {**fields, "ground": "", "reason_text": "<i>保留"})
    assert wrong.status_code == 422 and "&lt;i&gt;保留" in wrong.text and "<i>保留" not in wrong.text


def test_two_proposals_on_one_item_the_second_sees_the_first_and_conflicts(town: ListTown) -> None:
    """F47."""
    item, unit = owned(town, "test-yiyuan", "verify")
    first = sent(town, change_of(town, item), unit)["id"]
    second_body = change_of(town, item)
    second_body["items"][0]["version"]["other"] = "上门核实"
    second = sent(town, second_body, unit)
    assert any("另有一件调整涉及同一事项" in hint for hint in second["hints"])
    office, justice = town.staff("joint_conference_office"), town.staff("justice")
    for id in (first, second["id"]):
        step(town, office, id, "study")
        step(town, justice, id, "opine", opinion="合法")
        step(town, office, id, "approve", opinion="同意")
    assert told(unit, first)["state"] == "published"
    assert told(unit, second["id"])["delivery"] == "conflicted"


def test_a_full_batch_comes_in_one_request_and_its_report_lists_every_item(town: ListTown) -> None:
    """YY-ADJ-09-2: 200 items are more than other bodies may bring; one more item is refused in words."""
    item, unit = owned(town, "test-yiyuan", "verify")
    home = town.catalog.places["test-yiyuan"]
    own = [one.id for one in home.items.values() if one.requesting_body == item.requesting_body]
    wishes = [
        {"item": id, "version": {"method": "other", "other": "由本单位打电话向出具单位核实" * 12}}
        for id in own
        if home.items[id].status == "active"
    ]
    assert len(wishes) > 2
    body = change_of(town, item, items=wishes)
    id = sent(town, body, unit)["id"]
    (request,) = town.forge.listed("proposals/")
    assert f"等 {len(wishes)} 项" in request.title
    page = unit.get(f"/office/proposals/{id}").text
    for one in wishes:
        assert f'href="#change-{one["item"]}"' in page and f'id="change-{one["item"]}"' in page
    repeated = change_of(town, item, items=wishes * (200 // len(wishes)))
    answer = unit.command("/api/v1/proposals", repeated)
    assert len(str(repeated).encode()) > 64 * 1024 and answer.status_code == 422
    assert "同一条记录在一份申请里出现了两次" in answer.text
    beyond = unit.command("/api/v1/proposals", change_of(town, item, items=wishes[:1] * 201))
    assert beyond.status_code == 422 and "项数太多" in beyond.text


def test_a20_what_the_list_said_is_never_taken_from_a_caller(town: ListTown) -> None:
    item, unit = owned(town, "test-yiyuan", "verify")
    claimed = {"versions": [{}], "status": "candidate"}
    wish = {"item": item.id, "version": {"method": "other", "other": "打电话"}, "was": claimed}
    id = sent(town, change_of(town, item, items=[wish]), unit)["id"]
    stored = town.services.store.get("proposal", id).data["application"]["items"][0]["was"]
    assert stored["status"] == "active" and stored["versions"][0]["method"] == "verify"
