"""A department changes what the list says of a public service: on line, one window, guide, advice (YY-ADJ-07-2)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from mianzheng.catalog_files.loading import Loaded
from mianzheng.model import PublicService
from mianzheng.views.proposal_edits import on_form
from mianzheng.views.proposal_form import FormView
from tests.list_town import ListTown
from tests.proposal_forms import LAW
from tests.test_web_drafts import hidden, new, saved
from tests.web_client import Visitor

PLACE = "test-qingshen"
WHY = {
    "reason": "C9_other", "reason_text": "系统接通了，可以网上办。", "ground": "省里的系统接通了",
    "element": "网上办理",
    "seal": "青政务函〔2026〕3号", "trigger_date": "2026-11-20", "trigger_evidence": "纪要", "contact_post": "业务科",
    "legal_bases.0.basis": LAW, "legal_bases.0.article": "第十一条", "legal_bases.0.requires": "能网上办的都网上办",
}  # fmt: skip


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog).under(tmp_path)


@pytest.fixture
def unit(town: ListTown) -> Visitor:
    visitor = town.visitor()
    visitor.log_in(f"{PLACE}.department1")
    return visitor


def own(town: ListTown) -> PublicService:
    """A service of the first department that is not on line yet."""
    body = town.services.store.get("account", town.logins[f"{PLACE}.department1"]).body
    found = (one for one in town.catalog.places[PLACE].services.values() if one.body == body)
    return next(one for one in found if one.online is None or one.online.extent == "none")


def sent(page: str) -> dict[str, str]:
    """Every field of the form as it stands: what a browser would send."""
    form = page.split('action="/office/proposals/check"')[1].split("</form>")[0]
    given = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    given |= dict(re.findall(r'<input id="[^"]+" name="([^"]+)" type="[^"]+" value="([^"]*)"', form))
    given |= dict(re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select id="[^"]+" name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        given[name] = next(iter(re.findall(r'<option value="([^"]*)" selected>', options)), "")
    return given


def chosen(unit: Visitor, service: PublicService) -> TestResponse:
    """The form once a service was chosen instead of an item."""
    empty = saved(unit, hidden(new(unit)), "of.service")
    assert "哪一个办事事项" in empty.text and "清单上的哪一项" not in empty.text
    return saved(unit, {**sent(empty.text), "items.0.item": service.id}, "open.0")


@pytest.mark.carries("adjustment", "YY-ADJ-07-2", where="mianzheng.proposals.service_fields:edits")
def test_a_service_goes_on_line_by_the_form(town: ListTown, unit: Visitor) -> None:
    service = own(town)
    page = chosen(unit, service).text
    assert "清单现在的内容" in page and "免提交方式" not in page
    wanted = {
        "items.0.to.online.extent": "whole", "items.0.to.online.ground": "", "items.0.to.online.reason": "",
        "items.0.to.one_window": "yes", "items.0.to.guide_updated": "2026-11-24",
        "items.0.to.advice.0.question": "要本人来吗？", "items.0.to.advice.0.answer": "不用，网上就能办。",
        "items.0.to.advice.0.updated": "2026-11-24",
    }  # fmt: skip
    checked = unit.form("/office/proposals/check", {**sent(page), **WHY, **wanted})
    assert checked.status_code == 200, re.findall(r'id="errors".*?</div>', checked.text, re.DOTALL)
    assert "全程网办" in checked.text and "不用，网上就能办。" in checked.text and service.name in checked.text
    checked = unit.form("/office/proposals/check", sent(checked.text))
    assert "问题 2" in checked.text and "问题 3" not in checked.text, "one empty row behind those that there are"
    done = unit.form("/office/proposals", sent(checked.text))
    assert done.status_code == 303
    town.work()
    (one,) = town.forge.listed("proposals/")
    shown = unit.get(done.headers["Location"]).text
    assert f"办事事项“{service.name}”" in one.title and "全程网办" in shown and "一窗受理" in shown


def test_what_is_wrong_with_a_service_is_said_where_it_is_mended(town: ListTown, unit: Visitor) -> None:
    page = chosen(unit, own(town)).text
    wanted = {"items.0.to.name": "", "items.0.to.advice.0.question": "只写了问"}
    wrong = unit.form("/office/proposals/check", {**sent(page), **WHY, **wanted})
    assert wrong.status_code == 422 and "只写了问" in wrong.text
    links = re.findall(r'<a href="#([^"]+)">', wrong.text.split('id="errors"')[1].split("</div>")[0])
    assert "f-items.0.to.name" in links and any(link.startswith("f-items.0.to.advice.0.") for link in links)
    assert all(f'id="{link}"' in wrong.text for link in links)
    assert re.search(r"<details[^>]* open><summary>窗口咨询", wrong.text)
    assert not re.search(r"<details[^>]* open><summary>办事指南", wrong.text)


def test_two_things_wrong_in_one_place_are_both_said(town: ListTown, unit: Visitor) -> None:
    view = FormView(town.catalog, town.catalog.places[PLACE], "change", "", {"items.0.item": own(town).id}, "dr-1")
    problems = {"items.0.online": "缺原因。", "items.0.online.extent": "没有这一种。", "reason": "请选。"}
    said = {"items.0.to.online.extent": "缺原因。没有这一种。", "reason": "请选。"}
    assert on_form(view, "items.0", problems) == said


def test_the_list_moves_on_under_one_field_of_a_service(town: ListTown, unit: Visitor) -> None:
    page = chosen(unit, own(town)).text
    moved = {**sent(page), **WHY, "items.0.from.guide_updated": "2020-01-01", "items.0.to.guide_updated": "2026-11-24"}
    told = unit.form("/office/proposals/check", moved)
    assert told.status_code == 422 and "在您填写的时候被别的调整改过" in told.text


def test_an_item_and_a_service_in_one_application(town: ListTown, unit: Visitor) -> None:
    service = own(town)
    page = chosen(unit, service).text
    second = saved(unit, {**sent(page), "items.0.to.one_window": "yes"}, "another").text
    assert f"办事事项“{service.name}”" in second and "清单上的哪一项" in second
    back = saved(unit, {**hidden(second), "items.1.sort": ""}, "open.0").text
    assert '<option value="yes" selected>是</option>' in back
    again = saved(unit, hidden(back), "of.item").text
    assert "清单上的哪一项" in again
