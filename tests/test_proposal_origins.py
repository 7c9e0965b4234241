"""Adjustments that the office opens from a suggestion or from a complaint that was concluded."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.proposals.fields import application_from
from mianzheng.proposals.origins import OMITTED, begun
from tests.proposal_forms import listed
from tests.test_web_case import handled, looked_up, only_case, step
from tests.test_web_complaints import MARKS
from tests.test_web_proposals import ListTown, change_of, owned
from tests.test_web_suggestions import OFFICE, TEXT, at_desk, look_up, only_one, receipt, suggest
from tests.web_client import Visitor

UPHELD = {"findings": {"G1_demand": "upheld"}, "reply": "查实。"}


@pytest.fixture
def list_town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog).under(tmp_path)


@pytest.mark.carries("adjustment", "YY-ADJ-11", where="mianzheng.web.proposal_origins:with_word_to_origins")
def test_the_office_opens_a_proposal_from_a_suggestion_and_both_know_of_each_other(
    list_town: ListTown, tmp_path: Path
) -> None:
    """OQ-68: the form is begun with item and number, never with what the person wrote."""
    town = list_town
    item, _ = owned(town, "test-yiyuan", "verify")
    citizen, desk = town.visitor(), at_desk(town)
    words, _ = receipt(suggest(citizen, item=item.id).text)
    record = only_one(town)
    number = record.data["number"]
    case = desk.get(f"/office/suggestions/{record.id}").text
    link = re.search(r'href="(/office/proposals/new[^"]+)"', case)
    assert link is not None
    form = desk.get(link[1].replace("&amp;", "&")).text
    assert f'value="{item.id}" selected' in form and f'name="suggestion" value="{number}"' in form
    assert f"群众意见 {number}" in form and TEXT not in form
    office = town.staff(OFFICE)
    sent = office.command("/api/v1/proposals", {**change_of(town, item), "suggestion": number})
    assert sent.status_code == 202, sent.text
    proposal = sent.get_json()
    assert f"/office/suggestions/{number}" in desk.get(f"/office/proposals/{proposal['id']}").text
    case = desk.get(f"/office/suggestions/{record.id}").text
    assert proposal["number"] in case and "已报送" in case
    page = look_up(citizen, words).text
    assert proposal["number"] in page and "已报送，等待研究" in page and "据此提出了清单调整申请" in page
    town.work()
    assert town.forge.listed("proposals/")
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("forge.reviews.sqlite3*"))
    assert proposal["number"].encode() in kept and TEXT.encode() not in kept


def test_a_proposal_cannot_name_a_suggestion_that_is_not_there(list_town: ListTown) -> None:
    town = list_town
    item, unit = owned(town, "test-yiyuan", "verify")
    suggest(town.visitor(), item=item.id)
    number = only_one(town).data["number"]
    for who, named in ((unit, number), (town.staff(OFFICE), "YJ-2026-9999")):
        answer = who.command("/api/v1/proposals", {**change_of(town, item), "suggestion": named})
        assert answer.status_code == 422 and "没有编号是" in answer.text
    assert not town.services.store.keys("proposal") and not only_one(town).data["proposals"]


@pytest.fixture
def complained(loaded: Loaded, tmp_path: Path) -> tuple[ListTown, str]:
    """A complaint that is concluded, and its code."""
    town = ListTown(loaded.catalog, now=datetime.datetime(2025, 9, 25, 10, tzinfo=SHANGHAI)).under(tmp_path)
    code = handled(town)
    assert step(town, town.staff("handler"), "propose_conclusion", UPHELD).status_code == 200
    assert step(town, town.staff("receiver"), "conclude", UPHELD).status_code == 200
    return town, code


def begun_at(office: Visitor, town: ListTown) -> str:
    """The form that the link on the case's page leads to."""
    case = office.get(f"/office/complaints/{only_case(town).id}").text
    link = re.search(r'href="(/office/proposals/new[^"]+)"', case)
    assert link is not None
    return office.get(link[1].replace("&amp;", "&")).text


def test_the_office_opens_a_proposal_from_a_concluded_complaint_and_the_person_reads_of_it(
    complained: tuple[ListTown, str],
) -> None:
    """What the list left out begins with that reason; nothing that the person wrote goes along."""
    town, code = complained
    office = town.staff(OFFICE)
    number = only_case(town).data["number"]
    form = begun_at(office, town)
    assert f'name="complaint" value="{number}"' in form and f"投诉举报 {number}：" in form
    assert f'value="{OMITTED}" selected' in form
    assert not [mark for mark in MARKS.values() if mark in form]
    item, _ = owned(town, "test-yiyuan", "verify")
    sent = office.command("/api/v1/proposals", {**change_of(town, item), "complaint": number})
    assert sent.status_code == 202, sent.text
    proposal = sent.get_json()
    assert proposal["number"] in office.get(f"/office/complaints/{number}").text
    assert f"/office/complaints/{number}" in office.get(f"/office/proposals/{proposal['id']}").text
    visitor = town.visitor()
    token = visitor.get("/complaints/lookup").text.split('name="draft" value="')[1].split('"')[0]
    told = visitor.form("/complaints/lookup", {"draft": token, "code": code}).text
    assert proposal["number"] in told and "据此提出了清单调整" in told
    assert looked_up(town, code).get_json()["state"] == "concluded"


def test_only_the_office_is_offered_it_and_only_after_the_result(complained: tuple[ListTown, str]) -> None:
    town, _ = complained
    record = only_case(town)
    assert "/office/proposals/new" not in town.staff("receiver").get(f"/office/complaints/{record.id}").text
    assert "complaint=" in town.staff(OFFICE).get(f"/office/complaints/{record.id}").text


def test_a_complaint_that_is_not_concluded_or_not_there_is_not_taken_up(loaded: Loaded, tmp_path: Path) -> None:
    town = ListTown(loaded.catalog, now=datetime.datetime(2025, 9, 25, 10, tzinfo=SHANGHAI)).under(tmp_path)
    handled(town)
    office, record = town.staff(OFFICE), only_case(town)
    assert "/office/proposals/new" not in office.get(f"/office/complaints/{record.id}").text
    item, _ = owned(town, "test-yiyuan", "verify")
    for number, words in ((record.data["number"], "现在是"), ("TS-2025-9999", "没有编号是")):
        answer = office.command("/api/v1/proposals", {**change_of(town, item), "complaint": number})
        assert answer.status_code == 422 and words in answer.text, answer.text
    assert not town.services.store.keys("proposal")


@pytest.mark.carries("adjustment", "YY-ADJ-11", "BS-ADJ-11", where="mianzheng.proposals.origins:begun")
@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_a_form_begun_from_a_case_has_no_day_it_was_caused(loaded: Loaded, place: str) -> None:
    catalog = loaded.catalog
    type, fields = begun("suggestion", "YJ-2026-0001", listed(catalog, place).id)
    own = {"place": place, "type": type, "initiator": "office", "applicant": "", "applied_on": "2026-11-25"}
    application, wrong = application_from(fields, own)
    assert not wrong and (type, application.trigger_date) == ("change", "")
    assert (application.suggestion, application.items[0].item) == ("YJ-2026-0001", listed(catalog, place).id)


def test_what_was_left_out_has_its_reason_where_the_place_knows_it() -> None:
    assert begun("complaint", "TS-1", kind="kd-aaaaaa", reasons={OMITTED: 1})[1]["reason"] == OMITTED
    assert "reason" not in begun("complaint", "TS-1", kind="kd-aaaaaa")[1]
    assert "reason" not in begun("complaint", "TS-1", item="zm-aaaaaa", reasons={OMITTED: 1})[1]
    assert begun("complaint", "TS-1", item="zm-aaaaaa", kind="kd-aaaaaa")[0] == "change"
