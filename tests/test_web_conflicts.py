"""Two adjustments of one item: different fields merge, the same field has three values and people choose (F47, F48)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.model import CertificateItem
from tests.list_town import ListTown, change_of, owned, sent, step, told
from tests.stand_ins.bare import Bare
from tests.web_client import Visitor, token_of


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog).under(tmp_path)


class Two:
    """Two proposals on one item, sent before either was merged; the first one is on the list already."""

    def __init__(self, town: ListTown, first: dict[str, Any], second: dict[str, Any], type: str = "change") -> None:
        self.town = town
        self.item, self.unit = owned(town, "test-yiyuan", "verify")
        self.office, self.justice = town.staff("joint_conference_office"), town.staff("justice")
        self.first, self.id = (
            sent(town, change_of(town, self.item, items=[{"item": self.item.id, **one}], **_why(one)), self.unit)["id"]
            for one in (first, second)
        )
        for id in (self.first, self.id):
            self.approved(id)
        assert told(self.unit, self.first)["state"] == "published"

    def approved(self, id: str) -> None:
        step(self.town, self.office, id, "study")
        step(self.town, self.justice, id, "opine", opinion="合法")
        step(self.town, self.office, id, "approve", opinion="同意")

    def now(self) -> CertificateItem:
        return self.town.catalog.places["test-yiyuan"].items[self.item.id]

    def choose(self, **fields: str) -> Any:
        choices = {f"{self.item.id}.{name}": value for name, value in fields.items()}
        seen = int(self.unit.get(f"/api/v1/proposals/{self.id}").headers["ETag"].strip('"'))
        answer = self.unit.command(f"/api/v1/proposals/{self.id}/choices", {"choices": choices}, version=seen)
        self.town.work()
        return answer

    def browser(self) -> Visitor:
        visitor = self.town.visitor()
        store = self.town.services.store
        logins = (login for login in self.town.logins if ".department" in login)
        visitor.log_in(
            next(
                one for one in logins
                if store.get("account", self.town.logins[one]).body == self.item.requesting_body
            )
        )  # fmt: skip
        return visitor


def _why(one: dict[str, Any]) -> dict[str, Any]:
    return {} if "version" in one else {"reason": "C9_other", "reason_text": "情形改了"}


def edits(item: CertificateItem, **to: str) -> dict[str, Any]:
    now = msgspec.to_builtins(item)
    return {"edits": [{"field": name, "from": now.get(name), "to": text} for name, text in to.items()]}


def item_of(town: ListTown) -> CertificateItem:
    return owned(town, "test-yiyuan", "verify")[0]


def test_f47_different_fields_of_one_item_both_reach_the_list(town: ListTown) -> None:
    item = item_of(town)
    case = Two(town, edits(item, explain="不用交了。"), edits(item, condition="在外地的才要"))
    assert told(case.unit, case.id)["delivery"] == "open", "rebased by field on a branch of its own"
    case.approved(case.id)
    assert told(case.unit, case.id)["state"] == "published"
    assert (case.now().explain, case.now().condition) == ("不用交了。", "在外地的才要")


def test_f47_the_same_field_is_shown_in_three_columns_and_the_choice_is_a_new_commit(town: ListTown) -> None:
    item = item_of(town)
    second = edits(item, explain="由我们打电话。", condition="在外地的才要")
    case = Two(town, edits(item, explain="不用交了。"), second)
    stands = told(case.unit, case.id)
    assert stands["delivery"] == "conflicted"
    (one,) = stands["conflicts"]
    assert (one["field"], one["base"], one["now"], one["wanted"]) == (
        "explain", item.explain, "不用交了。", "由我们打电话。",
    )  # fmt: skip
    unit = case.browser()
    page = unit.get(f"/office/proposals/{case.id}").text
    for words in (
        "照哪一个",
        "您填写的时候",
        item.explain,
        "照清单现在的",
        "不用交了。",
        "照您要改的",
        "由我们打电话。",
    ):
        assert words in page, words
    given = {"form_token": token_of(page), "version": page.split('name="version" value="')[1].split('"')[0]}
    missing = unit.form(f"/office/proposals/{case.id}/resolve", given)
    assert missing.status_code == 422 and "请选择这一栏照哪一个" in missing.text
    chosen = {**given, f"choice.{item.id}.explain": "wanted"}
    stale = unit.form(f"/office/proposals/{case.id}/resolve", {**chosen, "version": "1"})
    assert stale.status_code == 412 and 'value="wanted" checked' in stale.text
    assert unit.form(f"/office/proposals/{case.id}/resolve", chosen).status_code == 303
    town.work()
    again = told(case.unit, case.id)
    assert again["delivery"] == "open" and "conflicts" not in again
    assert any("司法局" in lack for lack in again["missing"]), "opinions on the older version are void"
    path = f"catalog/{town.catalog.files[item.id]}"
    assert "由我们打电话" in Bare(town.forge.repository).file(again["head"], path)
    case.approved(case.id)
    assert told(case.unit, case.id)["state"] == "published"
    assert (case.now().explain, case.now().condition) == ("由我们打电话。", "在外地的才要")


def test_what_the_list_says_now_stays_where_that_is_chosen(town: ListTown) -> None:
    item = item_of(town)
    second = edits(item, explain="由我们打电话。", condition="在外地的才要")
    case = Two(town, edits(item, explain="不用交了。"), second)
    assert case.choose(explain="now").status_code == 200
    case.approved(case.id)
    assert (case.now().explain, case.now().condition) == ("不用交了。", "在外地的才要")


def test_nothing_left_to_change_is_said_and_the_proposal_can_be_withdrawn(town: ListTown) -> None:
    item = item_of(town)
    case = Two(town, edits(item, explain="不用交了。"), edits(item, explain="由我们打电话。"))
    answer = case.choose(explain="now")
    assert answer.status_code == 422 and "请撤回" in answer.text
    assert case.choose(explain="other").status_code == 422
    assert step(town, case.unit, case.id, "withdraw", why="不需要了").status_code == 200
    assert case.choose(explain="wanted").status_code == 409


def test_a_method_that_changed_meanwhile_is_a_choice_of_methods(town: ListTown) -> None:
    """Two methods of one day cannot both be: what was chosen takes the place of the one that began today."""
    call = {"version": {"method": "other", "other": "由本单位打电话核实"}}
    visit = {"version": {"method": "other", "other": "由本单位上门核实"}}
    case = Two(town, call, visit)
    unit = case.browser()
    page = unit.get(f"/office/proposals/{case.id}").text
    assert "由本单位打电话核实" in page and "由本单位上门核实" in page and "免提交方式：" in page
    day = told(case.unit, case.id)["conflicts"][0]
    assert day["field"] == "versions" and len(day["now"]) == 2
    assert case.choose(versions="wanted").status_code == 200
    case.approved(case.id)
    assert told(case.unit, case.id)["state"] == "published"
    newest, before = case.now().versions[:2]
    assert newest.other == "由本单位上门核实" and before.method == "verify"


def test_others_see_the_three_values_but_do_not_choose(town: ListTown) -> None:
    item = item_of(town)
    case = Two(town, edits(item, explain="不用交了。"), edits(item, explain="由我们打电话。"))
    office = town.visitor()
    office.log_in("test-yiyuan.joint_conference_office1")
    page = office.get(f"/office/proposals/{case.id}").text
    assert "要由提出申请的单位来选" in page and "disabled" in page
    seen = int(case.office.get(f"/api/v1/proposals/{case.id}").headers["ETag"].strip('"'))
    body = {"choices": {f"{item.id}.explain": "wanted"}}
    assert case.office.command(f"/api/v1/proposals/{case.id}/choices", body, version=seen).status_code == 409


def test_an_item_cancelled_meanwhile_in_another_way_stays_as_it_was_cancelled(town: ListTown) -> None:
    item, unit = owned(town, "test-yiyuan", "verify")
    ids = [
        sent(
            town,
            change_of(town, item, type="cancel", items=[{"item": item.id}], reason="X3_function_or_manner",
                      reason_text=text),
            unit,
        )["id"]
        for text in ("职能改了", "另有办法")
    ]  # fmt: skip
    office, justice = town.staff("joint_conference_office"), town.staff("justice")
    for id in ids:
        step(town, office, id, "study")
        step(town, justice, id, "opine", opinion="合法")
        step(town, office, id, "approve", opinion="同意")
    found = told(unit, ids[1])
    assert found["delivery"] == "conflicted" and found["conflicts"][0]["field"] == "cancelled"
    seen = int(unit.get(f"/api/v1/proposals/{ids[1]}").headers["ETag"].strip('"'))
    body = {"choices": {f"{item.id}.cancelled": "wanted"}}
    refused = unit.command(f"/api/v1/proposals/{ids[1]}/choices", body, version=seen)
    assert refused.status_code == 422 and "已经取消了" in refused.text
