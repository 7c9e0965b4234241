"""Drafts of applications: kept whatever is wrong, one's own only, never lost between two windows, sent once."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from mianzheng.catalog_files.loading import Loaded
from mianzheng.jobs.sweep import sweep_due
from mianzheng.proposals import drafts
from tests.list_town import ListTown, owned
from tests.web_client import Visitor, token_of

DRAFTS = "/office/proposals/drafts"


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog).under(tmp_path)


@pytest.fixture
def unit(town: ListTown) -> Visitor:
    """Somebody of the department that asks for the item of `fields`, with a browser."""
    visitor = town.visitor()
    body = owned(town, "test-yiyuan", "verify")[0].requesting_body
    logins = (f"test-yiyuan.department{n}" for n in (1, 2))
    visitor.log_in(next(one for one in logins if town.services.store.get("account", town.logins[one]).body == body))
    return visitor


def fields(town: ListTown, page: str, **more: str) -> dict[str, str]:
    """A complete change of method, on the form that a page shows."""
    item, _ = owned(town, "test-yiyuan", "verify")
    basis = item.legal_bases[0]
    return {
        **hidden(page), "items.0.item": item.id,
        "items.0.version.method": "other", "items.0.version.other": "打电话核实", "reason": "C4_method",
        "ground": "接口停用", "legal_bases.0.basis": basis.basis, "legal_bases.0.article": basis.article,
        "legal_bases.0.requires": "要核实", "trigger_date": "2026-11-20", "trigger_evidence": "纪要",
        "justification": "更方便", "contact_post": "业务科", **more,
    }  # fmt: skip


def hidden(page: str) -> dict[str, str]:
    """What the form carries unseen."""
    form = page.split('action="/office/proposals/check"')[1]
    names = ("form_token", "type", "draft", "draft_version", "open")
    return {name: form.split(f'name="{name}" value="')[1].split('"')[0] for name in names}


def new(unit: Visitor, type: str = "change") -> str:
    return unit.get(f"/office/proposals/new?type={type}").text


def saved(unit: Visitor, given: dict[str, str], do: str = "save") -> TestResponse:
    """Save, and the page that follows."""
    answer = unit.form(DRAFTS, {**given, "do": do})
    assert answer.status_code == 303, answer.text
    return unit.get(answer.headers["Location"])


@pytest.mark.carries("adjustment", "YY-ADJ-06-1", where="mianzheng.web.proposal_entry:kept")
def test_what_is_saved_is_there_again_and_only_for_its_account(town: ListTown, unit: Visitor) -> None:
    """AP1."""
    page = saved(unit, fields(town, new(unit), ground="<b>依据", reason=""))
    assert "&lt;b&gt;依据" in page.text and "保留到" in page.text and "处要改" not in page.text
    listed = unit.get(DRAFTS).text
    link = f"{DRAFTS}/{hidden(page.text)['draft']}"
    assert link in listed and "2027" not in listed and "2月23日" in listed
    other = town.visitor()
    other.log_in("test-yiyuan.joint_conference_office1")
    assert other.get(link).status_code == 404 and link not in other.get(DRAFTS).text
    token = token_of(other.get("/office/proposals/new").text)
    assert other.form(f"{link}/discard", {"form_token": token}).status_code == 404
    assert not town.services.store.keys("proposal")
    for page_of_office in ("/office/", "/office/proposals"):
        assert other.get(page_of_office).status_code == 200


def test_a_check_that_finds_something_keeps_what_was_entered(town: ListTown, unit: Visitor) -> None:
    wrong = unit.form("/office/proposals/check", fields(town, new(unit), ground="", contact_post="保" * 300))
    assert wrong.status_code == 422 and "请填写“调整依据”" in wrong.text and "太长" in wrong.text
    again = unit.get(f"{DRAFTS}/{hidden(wrong.text)['draft']}").text
    assert "保" * 300 in again and "打电话核实" in again


def test_saving_the_same_twice_is_once_and_reloading_a_check_changes_nothing(town: ListTown, unit: Visitor) -> None:
    given = fields(town, new(unit))
    saved(unit, given)
    saved(unit, given)
    assert unit.form("/office/proposals/check", given).status_code == 200
    (key,) = town.services.store.keys("draft")
    assert town.services.store.get("draft", key.id).version == 1


def test_a_draft_changed_in_two_windows_becomes_two_drafts_and_nothing_is_lost(town: ListTown, unit: Visitor) -> None:
    page = saved(unit, fields(town, new(unit))).text
    one, two = fields(town, page, ground="第一个窗口"), fields(town, page, ground="第二个窗口")
    saved(unit, one)
    noticed = unit.form(DRAFTS, {**two, "do": "save"})
    assert noticed.status_code == 412 and "在别的窗口里改过" in noticed.text and "第二个窗口" in noticed.text
    assert {key.id for key in town.services.store.keys("draft")} == {
        hidden(page)["draft"], hidden(noticed.text)["draft"],
    }  # fmt: skip
    assert "第一个窗口" in unit.get(f"{DRAFTS}/{hidden(page)['draft']}").text
    assert "第二个窗口" in unit.get(f"{DRAFTS}/{hidden(noticed.text)['draft']}").text


def test_the_enter_key_never_hands_in(town: ListTown, unit: Visitor) -> None:
    """A browser presses the first button of a form: it only checks, whatever buttons stand above the fields."""
    checked = unit.form("/office/proposals/check", fields(town, new(unit)))
    form = checked.text.split('action="/office/proposals/check"')[1].split("</form>")[0]
    assert "没有问题，报送" in form and 'form="' not in checked.text
    first = form.split("<button")[1].split(">")[0]
    assert "formaction" not in first and "visually-hidden" in first


def test_handing_in_twice_is_one_proposal_and_the_draft_is_gone(town: ListTown, unit: Visitor) -> None:
    """F24."""
    given = fields(town, new(unit))
    checked = unit.form("/office/proposals/check", given)
    given = fields(town, checked.text)
    first, again = (unit.form("/office/proposals", given) for _ in range(2))
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    (key,) = town.services.store.keys("draft")
    record = town.services.store.get("draft", key.id)
    assert (record.state, set(record.data)) == ("sent", {"proposal"})
    assert len(town.services.store.keys("proposal")) == 1
    assert "没有草稿" in unit.get(DRAFTS).text
    assert unit.get(f"{DRAFTS}/{key.id}").status_code == 404
    late = unit.form(DRAFTS, {**given, "do": "save"})
    assert late.status_code == 412 and "打电话核实" in late.text


def test_a_deleted_draft_is_gone_for_good(town: ListTown, unit: Visitor) -> None:
    page = saved(unit, fields(town, new(unit), ground="不要了")).text
    link = f"{DRAFTS}/{hidden(page)['draft']}"
    for _ in range(2):
        assert unit.form(f"{link}/discard", {"form_token": hidden(page)["form_token"]}).status_code == 303
    assert "没有草稿" in unit.get(DRAFTS).text
    assert "不要了" not in b"".join(town.services.store.dump()).decode()


def test_a_draft_that_nobody_touches_is_deleted_after_ninety_days(town: ListTown, unit: Visitor) -> None:
    saved(unit, fields(town, new(unit), ground="过期的"))
    sweepers = {drafts.MACHINE.kind: drafts.expired}

    def swept() -> str:
        return sweep_due(town.services.store, sweepers, lambda: town.now, town.logged.append)

    town.now += datetime.timedelta(days=90, seconds=-1)
    assert swept() == "处理到时间的 0 件"
    town.now += datetime.timedelta(seconds=1)
    assert swept() == "处理到时间的 1 件"
    assert "过期的" not in b"".join(town.services.store.dump()).decode()


def test_a_batch_is_filled_in_one_item_at_a_time_and_sent_as_one(town: ListTown, unit: Visitor) -> None:
    """YY-ADJ-09-2: several items, one application; what is wrong stands beside its item."""
    home = town.catalog.places["test-yiyuan"]
    own, _ = owned(town, "test-yiyuan", "verify")
    others = [
        one.id
        for one in home.items.values()
        if one.status == "active" and one.requesting_body == own.requesting_body and one.id != own.id
    ]
    second = saved(unit, fields(town, new(unit)), "another")
    assert "第 2 项" in second.text
    other = {"items.1.item": others[0], "items.1.version.method": "other"}
    listed = saved(unit, {**hidden(second.text), **other}, "open.0")
    assert "请写明用什么代替证明" in listed.text and "打电话核实" in listed.text
    back = saved(unit, hidden(listed.text), "open.1")
    wrong = unit.form("/office/proposals", hidden(back.text))
    assert wrong.status_code == 422 and 'href="#f-items.1.version.other"' in wrong.text
    mended = {**hidden(wrong.text), "items.1.version.other": "单位自己查"}
    checked = unit.form("/office/proposals/check", mended)
    assert checked.status_code == 200, checked.text
    done = unit.form("/office/proposals", {**mended, **hidden(checked.text)})
    assert done.status_code == 303
    town.work()
    (one,) = town.forge.listed("proposals/")
    shown = unit.get(done.headers["Location"]).text
    assert "等 2 项" in one.title and "单位自己查" in shown and "打电话核实" in shown


def test_an_item_is_taken_out_of_a_batch_and_the_others_stay(town: ListTown, unit: Visitor) -> None:
    second = saved(unit, fields(town, new(unit)), "another")
    listed = saved(unit, {**hidden(second.text), "items.1.item": "zm-unknown", "items.1.version.method": "share"})
    left = saved(unit, hidden(listed.text), "remove.1")
    assert "这份申请里的事项" not in left.text and "打电话核实" in left.text
    record = town.services.store.get("draft", hidden(left.text)["draft"])
    assert {name.split(".")[1] for name in record.data["fields"] if name.startswith("items.")} == {"0"}


def test_the_fields_of_an_item_are_changed_against_what_the_list_says(town: ListTown, unit: Visitor) -> None:
    """YY-ADJ-07-1: not only the method."""
    item, _ = owned(town, "test-yiyuan", "verify")
    blank = dict.fromkeys(("items.0.version.method", "items.0.version.other"), "")
    chosen = saved(unit, fields(town, new(unit), **blank, reason="C9_other", reason_text="情形改了"))
    assert "清单现在的内容" in chosen.text and f'name="items.0.from.service" value="{item.service}"' in chosen.text
    edit = {"items.0.of": item.id, "items.0.from.condition": item.condition, "items.0.to.condition": "人在外地的才要"}
    checked = unit.form("/office/proposals/check", {**hidden(chosen.text), **edit})
    assert checked.status_code == 200 and "<ins" in checked.text and "人在外地的才要" in checked.text
    moved = {**hidden(checked.text), **edit, "items.0.from.condition": "从前的情形"}
    told = unit.form("/office/proposals/check", moved)
    assert told.status_code == 422 and "在您填写的时候被别的调整改过" in told.text
    assert f'name="items.0.from.condition" value="{item.condition}"' in told.text


def test_a_draft_that_no_store_would_hold_is_refused_and_stays_in_the_form(town: ListTown, unit: Visitor) -> None:
    page = saved(unit, fields(town, new(unit))).text
    many = {f"items.{n}.explain": "长" * 1900 for n in range(1, 47)}
    answer = unit.form(DRAFTS, {**fields(town, page, ground="刚才填的"), **many, "do": "save"})
    assert answer.status_code == 413, "more than a form may bring at once"
    for start in range(1, 57, 14):
        part = {f"items.{n}.explain": "长" * 1900 for n in range(start, start + 14)}
        answer = unit.form(DRAFTS, {**hidden(page), **part, "ground": "刚才填的", "do": "save"})
        page = unit.get(answer.headers["Location"]).text if answer.status_code == 303 else answer.text
    assert answer.status_code == 422 and "没有存进去" in page and "刚才填的" in page
    kept = town.services.store.get("draft", hidden(page)["draft"])
    assert hidden(page)["draft_version"] == str(kept.version), "a shorter text can still be saved"
    assert unit.form("/office/proposals", {**hidden(page), **part}).status_code == 422
