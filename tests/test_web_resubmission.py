"""What was returned is corrected and handed in again: same case, same branch, opinions void, no reviewer's fix lost."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.model import CertificateItem
from mianzheng.ports.forge import Commit
from mianzheng.proposals.block import read_block
from mianzheng.proposals.handling import application_of
from tests.list_town import ListTown, change_of, owned, sent, step, told
from tests.stand_ins.bare import Bare
from tests.stores import on_every_store
from tests.test_web_drafts import DRAFTS, hidden
from tests.web_client import Visitor, token_of


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog).under(tmp_path)


class Returned:
    """A proposal of a department that the office sent back, and everybody concerned."""

    def __init__(self, town: ListTown, **more: Any) -> None:
        self.town = town
        self.item, self.unit = owned(town, "test-yiyuan", "verify")
        self.body = change_of(town, self.item, **more)
        self.id = sent(town, self.body, self.unit)["id"]
        self.office, self.justice = town.staff("joint_conference_office"), town.staff("justice")
        step(town, self.office, self.id, "study")
        step(town, self.justice, self.id, "opine", opinion="合法")
        self.first = told(self.unit, self.id)
        assert step(town, self.office, self.id, "return", defects="请写清由哪个科室打电话").status_code == 200

    def browser(self) -> Visitor:
        login = next(
            login
            for login, id in self.town.logins.items()
            if ".department" in login and self.town.services.store.get("account", id).body == self.item.requesting_body
        )
        visitor = self.town.visitor()
        visitor.log_in(login)
        return visitor

    def again(self, **version: str) -> Any:
        """Hand it in again by program."""
        body = {**self.body, "items": [{"item": self.item.id, "version": {"method": "other", **version}}]}
        version_seen = int(self.unit.get(f"/api/v1/proposals/{self.id}").headers["ETag"].strip('"'))
        answer = self.unit.command(f"/api/v1/proposals/{self.id}/submissions", body, version=version_seen)
        self.town.work()
        return answer

    def text(self, ref: str) -> str:
        """The item's file at a commit."""
        return Bare(self.town.forge.repository).file(ref, self.path)

    @property
    def path(self) -> str:
        return f"catalog/{self.town.catalog.files[self.item.id]}"


@pytest.mark.carries("adjustment", "YY-ADJ-09-1", where="mianzheng.proposals.handing_in:submit")
def test_what_was_returned_is_corrected_in_the_form_and_goes_on_its_own_branch(town: ListTown) -> None:
    """AP3, AP9."""
    case = Returned(town)
    assert told(case.unit, case.id)["state"] == "returned"
    unit = case.browser()
    page = unit.get(f"/office/proposals/{case.id}").text
    assert "退回补正，原因" in page and "请写清由哪个科室打电话" in page and "打开申请来改" in page
    opened = [unit.form(f"/office/proposals/{case.id}/again", {"form_token": token_of(page)}) for _ in range(2)]
    assert opened[0].headers["Location"] == opened[1].headers["Location"], "one draft, however often it is opened"
    form = unit.get(opened[0].headers["Location"]).text
    for words in ("退回的原因", "请写清由哪个科室打电话", "由本单位打电话向出具单位核实", "会议纪要第3号"):
        assert words in form, words
    given = {**hidden(form), "items.0.version.other": "由本单位业务科打电话核实"}
    checked = unit.form("/office/proposals/check", given)
    assert checked.status_code == 200, checked.text
    done = unit.form("/office/proposals", {**given, **hidden(checked.text)})
    assert done.headers["Location"] == f"/office/proposals/{case.id}"
    town.work()
    now = told(case.unit, case.id)
    assert (now["state"], now["delivery"], now["number"]) == ("submitted", "open", case.first["number"])
    (request,) = town.forge.listed("proposals/")
    assert request.head == now["head"] != case.first["head"], "one more commit, still one pull request"
    assert "业务科" in case.text(request.head) and "业务科" not in case.text(case.first["head"])
    assert any("司法局" in one for one in now["missing"]), "opinions on the first version are void"
    step(town, case.office, case.id, "study")
    step(town, case.justice, case.id, "opine", opinion="合法")
    assert step(town, case.office, case.id, "approve", opinion="同意").status_code == 200
    assert told(case.unit, case.id)["state"] == "published"
    assert unit.get(DRAFTS).text.count("没有草稿") == 1


@on_every_store
def test_s_adj_14_the_first_valid_submission_decides_whether_it_came_in_time(town: ListTown) -> None:
    town.now = datetime.datetime(2025, 9, 29, 16, 0, tzinfo=SHANGHAI)
    case = Returned(town, trigger_date="2025-09-19")
    assert "按时（期限 2025-09-29）" in case.first["timeliness"]
    town.now = datetime.datetime(2025, 10, 9, 9, 0, tzinfo=SHANGHAI)
    case.unit = owned(town, "test-yiyuan", "verify")[1]
    assert case.again(other="由业务科打电话核实").status_code == 202
    assert "2025-10-09 报送，晚于期限 2025-09-29" in told(case.unit, case.id)["timeliness"]


def test_the_gate_reads_what_was_handed_in_last(town: ListTown) -> None:
    """The pull request's title and text are written anew, with one block of data only."""
    case = Returned(town, trigger_evidence="会议纪要第3号")
    (request,) = town.forge.listed("proposals/")
    assert read_block(town.forge.review(request.number).body).trigger_evidence == "会议纪要第3号"  # type: ignore[union-attr]
    case.body["trigger_evidence"] = "会议纪要第5号（更正）"
    town.now += datetime.timedelta(days=1)
    case.unit = owned(town, "test-yiyuan", "verify")[1]
    assert case.again(other="由业务科打电话核实").status_code == 202
    told_there = read_block(town.forge.review(request.number).body)
    assert told_there is not None
    assert (told_there.trigger_evidence, told_there.submitted) == ("会议纪要第5号（更正）", "2026-11-26")
    assert town.forge.remarks(request.number) == {}


def test_only_those_who_sent_it_correct_it_and_only_when_it_was_returned(town: ListTown) -> None:
    case = Returned(town)
    office = town.visitor()
    office.log_in("test-yiyuan.joint_conference_office1")
    token = token_of(office.get("/office/proposals/new").text)
    assert office.form(f"/office/proposals/{case.id}/again", {"form_token": token}).status_code == 409
    assert case.again(other="由业务科打电话核实").status_code == 202
    assert case.again(other="由别的科打电话核实").status_code == 409


def test_an_item_that_the_corrected_application_leaves_out_is_as_the_list_has_it(town: ListTown) -> None:
    item, _ = owned(town, "test-yiyuan", "verify")
    other = _another(town, item)
    case = Returned(
        town, items=[{"item": one.id, "version": {"method": "other", "other": "打电话"}} for one in (item, other)]
    )
    assert case.again(other="由业务科打电话核实").status_code == 202
    (request,) = town.forge.listed("proposals/")
    bare, path = Bare(town.forge.repository), f"catalog/{town.catalog.files[other.id]}"
    assert bare.file(case.first["head"], path) != bare.file("main", path) == bare.file(request.head, path)


def test_f43_a_reviewers_fix_elsewhere_stays_below_the_correction(town: ListTown) -> None:
    case = Returned(town)
    other = _another(town, case.item)
    path = f"catalog/{town.catalog.files[other.id]}"
    fixed = Bare(town.forge.repository).file("main", path) + "\nnote: 审核的人补的\n"
    (request,) = town.forge.listed("proposals/")
    _fix(town, request.branch, request.head, path, fixed)
    assert case.again(other="由业务科打电话核实").status_code == 202
    (request,) = town.forge.listed("proposals/")
    assert "审核的人补的" in Bare(town.forge.repository).file(request.head, path)
    assert "业务科" in case.text(request.head)


def test_f43_a_reviewers_fix_of_the_same_file_is_not_written_over_unseen(town: ListTown) -> None:
    case = Returned(town)
    (request,) = town.forge.listed("proposals/")
    fixed = _fix(town, request.branch, request.head, case.path, case.text(request.head) + "\nnote: 审核的人补的\n")
    assert case.again(other="由业务科打电话核实").status_code == 202
    assert told(case.unit, case.id)["delivery"] == "conflicted"
    assert town.forge.listed("proposals/")[0].head == fixed
    page = case.browser().get(f"/office/proposals/{case.id}").text
    assert "审核的人在这期间直接改过同一条内容" in page and "打开申请来改" in page
    assert case.again(other="由业务科打电话核实").status_code == 202, "who has seen it decides"
    assert told(case.unit, case.id)["delivery"] == "open"


def test_a_list_that_moved_on_below_gets_a_new_branch_from_its_newest_state(town: ListTown) -> None:
    case = Returned(town)
    moved = Bare(town.forge.repository).file("main", case.path) + "\nnote: 后来加的备注\n"
    base = town.forge.main()
    head = town.forge.push("other/fix", base, _commit(town, case.path, moved))
    request = town.forge.open("other/fix", "x", "y", (), ())
    town.forge.merge(request.number, head, "x", town.now)
    town._publish()
    assert case.again(other="由业务科打电话核实").status_code == 202
    for _ in range(2):
        town.work()
    (request,) = town.forge.listed("proposals/")
    assert request.branch.endswith("-r2") and told(case.unit, case.id)["delivery"] == "open"
    assert "后来加的备注" in case.text(request.head) and "业务科" in case.text(request.head)


def test_a_repeated_delivery_adds_no_second_commit(town: ListTown) -> None:
    """F40."""
    case = Returned(town)
    store = town.services.store
    case.body["items"][0]["version"]["other"] = "由业务科打电话核实"
    seen = int(case.unit.get(f"/api/v1/proposals/{case.id}").headers["ETag"].strip('"'))
    assert case.unit.command(f"/api/v1/proposals/{case.id}/submissions", case.body, version=seen).status_code == 202
    queued = store.get("proposal", case.id)
    for _ in range(2):  # the worker dies after pushing and starts over
        change = town.works._opened(queued, town.now)
        assert change is not None
    (request,) = town.forge.listed("proposals/")
    assert change.writes[0].record.data["delivery"]["head"] == request.head
    assert Bare(town.forge.repository).git("rev-list", "--count", f"main..{request.head}").strip() == "2"
    assert application_of(queued).items[0].was is not None


def _another(town: ListTown, item: CertificateItem) -> CertificateItem:
    home = town.catalog.places["test-yiyuan"]
    return next(
        one
        for one in home.items.values()
        if one.id != item.id and one.status == "active" and one.requesting_body == item.requesting_body and not one.note
    )


def _fix(town: ListTown, branch: str, head: str, path: str, text: str) -> str:
    return town.forge.add(branch, head, _commit(town, path, text))


def _commit(town: ListTown, path: str, text: str) -> Commit:
    return Commit(files={path: text.encode()}, message="审核的人改的", author="办公室", at=town.now)
