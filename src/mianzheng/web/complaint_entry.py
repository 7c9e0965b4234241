"""Staff write down what came by hotline, window, letter or from a platform, or what somebody told them (CMP-05)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import msgspec
from werkzeug.wrappers import Response

from mianzheng.clock import SHANGHAI
from mianzheng.complaints.filing import Filing, grounds, place_for
from mianzheng.complaints.intake import Sent, file, receipt_for
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.receivers import KEEPERS
from mianzheng.errors import AlreadyExists, GuardFailed
from mianzheng.views import complaint_entry as view
from mianzheng.views import office
from mianzheng.views.entered import entered_page
from mianzheng.views.frames import Frame
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import body_name, intake_of, received, same_matter
from mianzheng.web.routes import Route

ENTERING = frozenset({"receiver", *KEEPERS})
"""Roles that take complaints in for others."""
TAKEN = "这个来件编号已经登记过了，请到投诉举报列表里找那一件"
SAYS_YES = ("hide_identity", "by_agent", "oral", "read_back")


def entry_page(call: Call) -> Response:
    """`GET /office/complaints/new`."""
    return _form(call, {"hide_identity": "yes"}, {})


def enter(call: Call) -> Response:
    """`POST /office/complaints/new`: taken in, or the form with everything that is wrong. Twice is once."""
    draft = call.services.signer.draft_of(call.form.get("draft", ""))
    intake, sent = intake_of(call), Sent(call.who.actor, call.services.now(), draft.nonce)
    try:
        done = call.services.store.commit(file(intake, _filing(call), sent))
    except GuardFailed as error:
        return _form(call, call.form, error.problems, draft.token)
    except AlreadyExists:
        return _form(call, call.form, {"external_ref": TAKEN}, draft.token)
    record = call.services.store.get("complaint", done.result["id"])
    page = entered_page(
        call.services.settings,
        _frame(call),
        MACHINE,
        record,
        receiver=body_name(call, record.place, record.data["received_by"]),
        received=received(record),
        receipt=receipt_for(intake, draft.nonce),
        same=same_matter(call, record),
    )
    return call.page(page, 201)


def _filing(call: Call) -> Filing:
    """The filing of the form, in the place of whoever enters it; what does not belong to it is left out."""
    given: dict[str, Any] = {name: call.form.get(name, "") for name in view.FIELDS}
    given["place"] = call.who.place
    given["reply_channel"] = given["reply_channel"] or "receipt"
    given["received_at"] = _instant(given["received_at"])
    for name in SAYS_YES:
        given[name] = call.form.get(name) == "yes"
    return msgspec.convert(given, Filing)


def _instant(text: str) -> str:
    """What a browser's field for day and time gives, as an instant of Shanghai; anything else stays and is refused."""
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text
    return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)).isoformat()


def _form(call: Call, form: Mapping[str, str], wrong: Mapping[str, str], draft: str = "") -> Response:
    services = call.services
    home, profile = place_for(call.who.place, services.catalog(), demonstration=services.settings.demonstration)
    page = view.entry_page(
        services.settings,
        _frame(call),
        home,
        profile,
        services.catalog(),
        grounds(profile, services.catalog().vocabularies),
        draft=draft or services.signer.new_draft(),
        form=form,
        problems=wrong,
    )
    return call.page(page, 422 if wrong else 200)


def _frame(call: Call) -> Frame:
    return office.frame(call.who, call.services.catalog(), guards.form_token(call))


ROUTES = (
    Route("GET", "/office/complaints/new", "entry_page", "登记一件", ENTERING, entry_page, media="text/html",
          problems=("no-operator",)),
    Route("POST", "/office/complaints/new", "enter_complaint", "登记一件", ENTERING, enter, media="text/html",
          limit="write", problems=("no-operator", "key-reused")),
)  # fmt: skip
