"""Two offices at one proposal: whoever is slower reads what happened and keeps what was written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mianzheng.catalog_files.loading import Loaded
from tests.notice_town import AT, PLACE, by, cancelling, noticed, object_to
from tests.test_web_proposals import ListTown, step
from tests.web_client import Visitor, token_of

WORDS = "同意取消，理由写了半个小时。"


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog, now=AT).under(tmp_path)


def opened(town: ListTown, role: str, address: str) -> tuple[Visitor, dict[str, str], str]:
    visitor = town.visitor()
    visitor.log_in(f"{PLACE}.{role}1")
    page = visitor.get(address).text
    version = page.split('name="version" value="')[1].split('"')[0]
    return visitor, {"form_token": token_of(page), "version": version}, page


def test_an_opinion_on_what_was_just_returned(town: ListTown) -> None:
    id, *_ = cancelling(town)
    address = f"/office/proposals/{id}"
    visitor, fields, page = opened(town, "justice", address)
    fields["commit"] = re.findall(r'name="commit" value="([^"]*)"', page)[0]
    returned = step(town, by(town, "joint_conference_office"), id, "return", defects="缺会议纪要")
    assert returned.status_code == 200
    late = visitor.form(f"{address}/opine", {**fields, "basis": "no", "opinion": WORDS})
    assert late.status_code == 412 and late.text.count("刚刚有了新的情况") == 1
    assert "您刚才写的（没有存，可以复制）" in late.text and WORDS in late.text


def test_what_is_wrong_leads_to_where_it_is(town: ListTown) -> None:
    id, *_ = cancelling(town)
    address = f"/office/proposals/{id}"
    visitor, fields, _ = opened(town, "justice", address)
    answer = visitor.form(f"{address}/opine", {**fields, "opinion": ""})
    assert answer.status_code == 422
    links = re.findall(r'<a href="#([^"]+)">', answer.text.split('id="errors"')[1].split("</div>")[0])
    assert links and all(f'id="{link}"' in answer.text for link in links)


def test_two_decisions_on_one_objection(town: ListTown) -> None:
    id, number, *_ = noticed(town)
    for _ in range(2):
        object_to(town, f"{PLACE}-{number}", draft=town.services.signer.new_draft())
    address = f"/office/proposals/{id}/objections"
    visitor, fields, page = opened(town, "joint_conference_office", address)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    fast = {**fields, "taken": "no", "answer": "有别的办法核实。"}
    assert visitor.form(f"{address}/YJ-2026-0001", fast).status_code == 303
    late = visitor.form(f"{address}/YJ-2026-0001", {**fields, "taken": "yes", "answer": WORDS})
    assert late.status_code == 412 and "刚刚有了新的情况" in late.text and WORDS in late.text
