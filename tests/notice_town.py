"""A cancellation in Fangxian under way: what tests of notices, objections and opinions share."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import msgspec

from mianzheng.adapters.whole_files import FolderLiveFiles
from mianzheng.clock import SHANGHAI
from mianzheng.jobs.live import write_live
from mianzheng.jobs.notices import end_notices
from mianzheng.model import CertificateItem
from mianzheng.views.live import Notice
from tests.proposal_forms import LAW
from tests.test_web_proposals import ListTown, step
from tests.web_client import Town, Visitor, token_of

PLACE = "test-fangxian"
AT = datetime.datetime(2026, 4, 30, 9, 0, tzinfo=SHANGHAI)
LAST = "2026-05-13"
"""Seven working days after 30 April: 1 to 5 May are holidays, Saturday 9 May is worked."""


def owned(town: ListTown, place: str) -> tuple[CertificateItem, Visitor]:
    """An item in force of the first demo department, and that department."""
    body = town.services.store.get("account", town.logins[f"{place}.department1"]).body
    home = town.catalog.places[place]
    item = next(i for i in home.items.values() if i.status == "active" and i.requesting_body == body)
    return item, town.staff("department", 1, place)


def cancelling(town: ListTown, place: str = PLACE, **more: Any) -> tuple[str, str, CertificateItem, Visitor]:
    """A cancellation that is being studied: id, number, item, department."""
    item, unit = owned(town, place)
    body = {
        "place": place,
        "type": "cancel",
        "applicant": item.requesting_body,
        "applied_on": town.now.date().isoformat(),
        "items": [{"item": item.id}],
        "reason": "X3_function_or_manner",
        "ground": "换了管理办法，不再需要这项证明",
        "legal_bases": [{"basis": LAW, "article": "第十一条"}],
        "trigger_date": "2026-04-27",
        "trigger_evidence": "会议纪要第3号",
        "justification": "",
        "contact_post": "业务科",
        **more,
    }
    answer = unit.command("/api/v1/proposals", body)
    assert answer.status_code == 202, answer.text
    town.work()
    sent = answer.get_json()
    studied = step(town, town.staff("joint_conference_office", 1, place), sent["id"], "study")
    assert studied.status_code == 200, studied.text
    return sent["id"], sent["number"], item, unit


def noticed(town: ListTown) -> tuple[str, str, CertificateItem, Visitor]:
    """A cancellation that justice has reviewed and that is in public notice from today."""
    id, number, item, unit = cancelling(town)
    assert step(town, by(town, "justice"), id, "opine", opinion="合法").status_code == 200
    office = by(town, "joint_conference_office")
    begun = step(town, office, id, "notify", **{"from": town.now.date().isoformat()})
    assert begun.status_code == 200, begun.text
    return id, number, item, unit


def on(town: ListTown, day: str, time: str = "10:00") -> None:
    town.now = datetime.datetime.fromisoformat(f"{day}T{time}+08:00")


def by(town: ListTown, role: str, place: str = PLACE) -> Visitor:
    """Somebody of a role with a session of today."""
    return town.staff(role, 1, place)


def draft_of(page: str) -> str:
    return page.split('name="draft" value="')[1].split('"')[0]


def object_to(town: Town, notice: str, text: str = "还有人要用这份证明。", draft: str = "", **more: str) -> Any:
    """Somebody fills in the form of a notice and sends it."""
    visitor = town.visitor()
    page = visitor.get(f"/objections/new?notice={notice}")
    fields = {"draft": draft or draft_of(page.text), "notice": notice, "text": text, **more}
    return visitor.form("/objections", fields)


def code_of(page: str) -> str:
    return page.split('class="code">')[2].split("<")[0]


def looked_up(town: Town, code: str) -> str:
    visitor = town.visitor()
    draft = draft_of(visitor.get("/objections/lookup").text)
    return visitor.form("/objections/lookup", {"draft": draft, "code": code}).text


def site_rows(town: ListTown, folder: Path) -> list[Notice]:
    """What the public site is told now."""
    end_notices(town.services.store, town.now)
    write_live(town.services.store, town.catalog, FolderLiveFiles(folder), town.now)
    return msgspec.json.decode((folder / "notices.json").read_bytes(), type=list[Notice])


def decide(town: ListTown, id: str, number: str, place: str = PLACE, **fields: str) -> Any:
    """The office decides on an objection in the workbench."""
    office = town.visitor()
    office.log_in(f"{place}.joint_conference_office1")
    page = office.get(f"/office/proposals/{id}/objections").text
    version = page.split('name="version" value="')[1].split('"')[0]
    sent = {"form_token": token_of(page), "version": version, **fields}
    return office.form(f"/office/proposals/{id}/objections/{number}", sent)
