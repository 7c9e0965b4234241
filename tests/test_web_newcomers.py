"""Kinds, services, bodies and legal bases that the catalog lacks come into the list with the item that needs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.model.ids import new_id
from tests.list_town import ListTown, sent, step, told
from tests.proposal_forms import LAW, civil_affairs
from tests.stand_ins.bare import Bare
from tests.test_web_drafts import hidden, saved
from tests.web_client import Visitor

PLACE = "test-yiyuan"
KIND, SERVICE, BODY, BASIS = (new_id(prefix) for prefix in ("kd", "sv", "bd", "lb"))


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog).under(tmp_path)


def unit_of(town: ListTown) -> tuple[str, int]:
    """The civil affairs bureau, and the number of its demonstration account."""
    body = civil_affairs(town.catalog, PLACE)
    accounts = {n: town.services.store.get("account", town.logins[f"{PLACE}.department{n}"]).body for n in (1, 2)}
    return next(((body, n) for n, held in accounts.items() if held == body), (accounts[1], 1))


def newcomers(body: str) -> list[dict[str, Any]]:
    return [
        {"sort": "kind", "id": KIND, "fields": {"name": "救助家庭核对结果证明", "material_class": "certificate",
                                                "category": "other"}},
        {"sort": "body", "id": BODY, "fields": {"name": "测试县核对中心", "kind": "authorised_org", "level": "county"}},
        {"sort": "service", "id": SERVICE, "fields": {"name": "临时住所救助", "body": body, "kind": "public",
                                                   "case_kind": "promised", "promised_days": "15"}},
        {"sort": "legal_basis", "id": BASIS, "fields": {"title": "测试家庭核对条例", "rank": "local_regulation",
         "issuer": "测试省人大常委会", "effective": "2026-01-01", "register": "省法规库"}},
    ]  # fmt: skip


def application(town: ListTown, **more: Any) -> dict[str, Any]:
    body, _ = unit_of(town)
    return {
        "place": PLACE, "type": "add", "applicant": body, "applied_on": "2026-11-25", "new": newcomers(body),
        "items": [{
            "kind": KIND, "service": SERVICE, "requesting_body": body, "issuing_body": BODY,
            "legal_bases": [{"basis": BASIS, "article": "第三条", "requires": "要核对家庭情况"}],
            "version": {"method": "share"}, "explain": "由单位自己核对，您不用去开。",
        }],
        "reason": "A4_omitted", "ground": "窗口在要，清单没有写", "trigger_date": "2026-11-20",
        "trigger_evidence": "自查", "contact_post": "业务科",
        "legal_bases": [{"basis": LAW, "article": "第十一条"}], **more,
    }  # fmt: skip


def test_everything_new_comes_with_the_item_in_one_commit(town: ListTown) -> None:
    body, number = unit_of(town)
    unit = town.staff("department", number, PLACE)
    id = sent(town, application(town), unit)["id"]
    (request,) = town.forge.listed("proposals/")
    assert "“救助家庭核对结果证明”（临时住所救助）" in request.title
    changed = Bare(town.forge.repository).git("diff", "--name-only", "main", request.head).split("\n")
    assert {name.split("/")[1] for name in changed} == {"kinds", "legal-bases", "places"} and len(changed) == 5
    office, justice = town.staff("joint_conference_office"), town.staff("justice")
    page = office.get(f"/office/proposals/{id}").text
    for words in (
        "一起新登记的",
        "救助家庭核对结果证明",
        "《测试家庭核对条例》（地方性法规，测试省人大常委会）",
        "测试县核对中心",
    ):
        assert words in page, words
    assert "另有改动" not in page and "不属于清单调整" not in page
    step(town, office, id, "study")
    step(town, justice, id, "opine", opinion="合法")
    assert step(town, office, id, "approve", opinion="同意").status_code == 200
    assert told(unit, id)["state"] == "published"
    catalog = town.catalog
    home = catalog.places[PLACE]
    assert catalog.kinds[KIND].name == "救助家庭核对结果证明" and home.services[SERVICE].body == body
    assert home.services[SERVICE].promised_days == 15
    assert home.bodies[BODY].name == "测试县核对中心" and catalog.legal_bases[BASIS].checked_on == "2026-11-25"


def test_what_is_wrong_with_a_new_record_stands_beside_its_field(town: ListTown) -> None:
    _, number = unit_of(town)
    unit = town.staff("department", number, PLACE)
    bad = application(town)
    bad["new"][0]["fields"] = {"name": "其他有关证明材料", "material_class": "certificate", "category": "nothing"}
    bad["new"][1] = {"sort": "body", "id": next(iter(town.catalog.places[PLACE].bodies)), "fields": {"name": "甲"}}
    bad["new"][2]["fields"] |= {"unknown": "x", "promised_days": "十五"}
    bad["new"][3]["id"] = "lb-00000x"
    answer = unit.command("/api/v1/proposals", bad)
    told = {one["pointer"]: one["detail"] for one in answer.get_json()["errors"]}
    assert answer.status_code == 422
    assert "已经用过" in told["/new.1.id"] and "编号不对" in told["/new.3.id"]
    assert "请填写“层级”" in told["/new.1.fields.level"] and "没有“unknown”" in told["/new.2.fields.unknown"]
    assert told["/new.0.fields.category"] and "承诺天数" in told["/new.2.fields.promised_days"]
    assert not town.services.store.keys("proposal")


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\u2028"])
def test_a16_what_reads_otherwise_than_it_is_written_is_refused(town: ListTown, mark: str) -> None:
    _, number = unit_of(town)
    unit = town.staff("department", number, PLACE)
    bad = application(town, ground=f"窗口在要{mark}，清单没有写")
    bad["new"][1]["fields"]["name"] += mark
    answer = unit.command("/api/v1/proposals", bad)
    wrong = {one["pointer"] for one in answer.get_json()["errors"] if "看不见的字符" in one["detail"]}
    assert answer.status_code == 422 and wrong == {"/ground", "/new.1.fields.name"}


def test_a_department_writes_a_new_kind_in_the_form_and_chooses_it(town: ListTown) -> None:
    body, number = unit_of(town)
    unit = town.visitor()
    unit.log_in(f"{PLACE}.department{number}")
    form = unit.get("/office/proposals/new?type=add").text
    home = town.catalog.places[PLACE]
    service = next(one for one in home.services.values() if one.body == body)
    common = {
        "items.0.service": service.id, "items.0.requesting_body": body, "items.0.version.method": "share",
        "items.0.legal_bases.0.basis": LAW, "items.0.legal_bases.0.article": "第十一条第（三）项",
        "items.0.legal_bases.0.requires": "要核对", "reason": "A4_omitted", "ground": "窗口在要",
        "trigger_date": "2026-11-20", "trigger_evidence": "自查", "contact_post": "业务科",
        "items.0.explain": "由单位自己核对，您不用去开。",
    }  # fmt: skip
    opened = saved(unit, {**hidden(form), **common}, "new.kind")
    assert "新的证明种类" in opened.text and "（新）还没有写名称" in opened.text
    made = opened.text.split('name="new.0.id" value="')[1].split('"')[0]
    assert made.startswith("kd-")
    near = next(iter(town.catalog.kinds.values())).name + "书"
    given = {"new.0.fields.name": near, "new.0.fields.material_class": "certificate", "new.0.fields.category": "other"}
    checked = unit.form("/office/proposals/check", {**hidden(opened.text), **given, "items.0.kind": made})
    assert f"（新）{near}" in checked.text and "登记过相近的证明种类" in checked.text
    again = {**hidden(checked.text), "new.0.fields.name": "救助家庭核对结果证明"}
    checked = unit.form("/office/proposals/check", again)
    assert checked.status_code == 200 and "一起新登记的" in checked.text, checked.text
    done = unit.form("/office/proposals", {**again, **hidden(checked.text)})
    assert done.status_code == 303
    town.work()
    (request,) = town.forge.listed("proposals/")
    assert "救助家庭核对结果证明" in request.title


def test_a_new_record_that_is_not_wanted_any_more_goes(town: ListTown) -> None:
    _, number = unit_of(town)
    unit = town.visitor()
    unit.log_in(f"{PLACE}.department{number}")
    page = saved(unit, hidden(unit.get("/office/proposals/new?type=add").text), "new.body")
    page = saved(unit, hidden(page.text), "new.legal_basis")
    assert page.text.count('class="newcomer"') == 2
    page = saved(unit, hidden(page.text), "drop.0")
    assert page.text.count('class="newcomer"') == 1 and "新的设定依据" in page.text
    assert saved(unit, hidden(page.text), "new.nothing").text.count('class="newcomer"') == 1


def test_a_body_that_somebody_else_registered_meanwhile_is_not_lost(town: ListTown) -> None:
    """Two departments add to the one file of bodies; the later one is made anew on the list of today."""
    _, number = unit_of(town)
    unit: Visitor = town.staff("department", number, PLACE)
    office, justice = town.staff("joint_conference_office"), town.staff("justice")
    ids = [sent(town, application(town), unit)["id"]]
    other = application(town)
    for one in other["new"]:
        one["id"] = new_id(one["id"][:2])
        key = "title" if one["sort"] == "legal_basis" else "name"
        one["fields"][key] = "另" + one["fields"][key]
    fresh = {one["sort"]: one["id"] for one in other["new"]}
    other["items"][0] |= {"kind": fresh["kind"], "service": fresh["service"], "issuing_body": fresh["body"]}
    other["items"][0]["legal_bases"][0]["basis"] = fresh["legal_basis"]
    ids.append(sent(town, other, unit)["id"])
    for _ in range(2):
        for id in ids:
            if told(unit, id)["state"] != "published":
                step(town, office, id, "study")
                step(town, justice, id, "opine", opinion="合法")
                step(town, office, id, "approve", opinion="同意")
    assert [told(unit, id)["state"] for id in ids] == ["published", "published"]
    assert {BODY, fresh["body"]} <= town.catalog.places[PLACE].bodies.keys()
