"""The application form of an adjustment: fill in, check, save, hand in; drafts and what was returned go on here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from mianzheng.cases.records import CaseRecord, Write
from mianzheng.cases.steps import Step
from mianzheng.errors import GuardFailed, NotAllowed, RecordNotFound, VersionConflict
from mianzheng.model.ids import new_id
from mianzheng.proposals import drafts
from mianzheng.proposals.chains import TYPES
from mianzheng.proposals.examining import Examined
from mianzheng.proposals.fields import MOST, fields_of, new_names, of_sort, rows_of, with_new, without
from mianzheng.proposals.handing_in import may_correct
from mianzheng.proposals.handling import application_of as proposed
from mianzheng.proposals.machines import PROPOSERS
from mianzheng.proposals.newcomers import SORTS
from mianzheng.views import proposal_drafts as lists
from mianzheng.views import proposal_form as view
from mianzheng.views.proposal_reports import preview_of
from mianzheng.web.calls import Call
from mianzheng.web.proposal_desk import desk_of, examined, frame_of, record_of, send, today
from mianzheng.web.proposal_entry import (
    Entry,
    application_of,
    as_it_is,
    begun,
    draft_of,
    entry_of,
    kept,
    type_of,
)
from mianzheng.web.proposal_origins import begun_from
from mianzheng.web.routes import Route

MOST_NEW = 20
"""Records that one application may bring along, as `Application.new` has it."""
LANDS = {"another": "#item", "open": "#item", "of": "#item", "new": "#new", "drop": "#new"}
"""Where on the page somebody goes on after a button."""
SHOWN = 200
"""Drafts on one page."""


def form_page(call: Call) -> Response:
    """`GET /office/proposals/new?type=…&item=…`: an empty form; nothing is kept before something is sent.

    With `?suggestion=…` or `?complaint=…` (a number) the office begins from that case.
    """
    asked = call.request.args
    kind = asked.get("type", "change")
    item = asked.get("item", "")
    own = (kind if kind in TYPES else "change", {"items.0.item": item} if item else {})
    type, fields = begun_from(call) or own
    entry = Entry(type=type_of(type), id=call.services.new_id("dr"), fields=fields)
    return _form(call, entry)


def draft_page(call: Call) -> Response:
    """`GET /office/proposals/drafts/<id>?item=…`: go on; a batch shows what is still wrong with each item."""
    shown = call.request.args.get("item", "0")
    entry = entry_of(call, draft_of(call, call.arguments["id"]), int(shown) if shown.isdecimal() else 0)
    return _form(call, entry, looked_at=len(rows_of(entry.fields)) > 1)


def save(call: Call) -> Response:
    """`POST /office/proposals/drafts`: kept; `do` says what is shown next: another item, one of them, one fewer, a
    public service instead of an item, or room for something that the catalog lacks.
    """
    action, _, number = call.form.get("do", "save").partition(".")
    row = int(number) if number.isdecimal() else 0

    def alter(fields: dict[str, str], shown: int) -> tuple[dict[str, str], int]:
        match action:
            case "another":
                return fields, min(len(rows_of(fields)), MOST - 1)
            case "open":
                return fields, row
            case "remove":
                return without(fields, row), max(0, shown - (row <= shown))
            case "of":
                return of_sort(fields, shown, number), shown
            case "new" if number in SORTS and len(rows_of(fields, "new")) < MOST_NEW:
                taken = {*call.services.catalog().files, *new_names(fields)}
                return with_new(fields, number, new_id(SORTS[number].prefix, taken)), shown
            case "drop":
                return without(fields, row, "new"), shown
        return as_it_is(fields, shown)

    entry = kept(call, alter)
    if entry.other or entry.refused:
        return _form(call, entry, status=412 if entry.other else 422)
    return call.see(f"{view.DRAFTS}/{entry.id}?item={entry.open}{LANDS.get(action, '')}")


def check(call: Call) -> Response:
    """`POST /office/proposals/check`: everything that is wrong, what to think of, and how the item would read."""
    entry = kept(call)
    return _form(call, entry, checked=True, status=412 if entry.other else 200)


def send_by_form(call: Call) -> Response:
    """`POST /office/proposals`: handed in, once; or the form with everything that is wrong."""
    gone = _handed_in_already(call)
    if gone:
        return call.see(f"{view.HERE}/{gone}")
    entry = kept(call)
    application, wrong = application_of(call, entry)
    found = examined(call, application, entry.proposal)
    if entry.other or entry.refused or wrong or found.problems:
        return _form(call, entry, checked=True, status=412 if entry.other else 422)

    def emptied(id: str) -> tuple[Write, ...]:
        step = Step("send", call.who.actor, call.services.now(), {})
        return (drafts.handed_in(entry.draft, step, id=entry.id, proposal=id),)

    try:
        record = send(call, application, found, call.services.store.commit, before=entry.proposal, beside=emptied)
    except GuardFailed as error:
        return _form(call, entry, said=error.problems, status=422)
    except NotAllowed as error:
        return _form(call, entry, said={"": str(error)}, status=409)
    except VersionConflict:  # sent in another window at the same moment
        return call.see(f"{view.HERE}/{_handed_in_already(call)}")
    return call.see(f"{view.HERE}/{record.id}")


def correct(call: Call) -> Response:
    """`POST /office/proposals/<id>/again`: a draft of what was sent, to correct. Raises NotAllowed."""
    record = record_of(call)
    if not may_correct(call.who.actor, record):
        raise NotAllowed("这件申请现在不能修改后再报。")
    for one in _mine(call):
        if one.data["proposal"] == record.id:
            return call.see(f"{view.DRAFTS}/{one.id}")
    application = proposed(record)
    made = begun(call, application.type, fields_of(application), record.id)
    return call.see(f"{view.DRAFTS}/{made.id}")


def drafts_page(call: Call) -> Response:
    """`GET /office/proposals/drafts`: the drafts of the account, latest first."""
    found = sorted(_mine(call), key=lambda one: (one.changed_at, one.id), reverse=True)
    home = call.services.catalog().places[call.who.place]
    page = lists.drafts_page(call.services.settings, frame_of(call), call.services.catalog(), home, found)
    return call.page(page)


def discard(call: Call) -> Response:
    """`POST /office/proposals/drafts/<id>/discard`: deleted for good; deleting twice is once."""
    record = draft_of(call, call.arguments["id"])
    if record.state == "draft":
        step = Step("discard", call.who.actor, call.services.now(), {})
        call.services.store.commit(drafts.discarded(record, step))
    return call.see(view.DRAFTS)


def _mine(call: Call) -> list[CaseRecord]:
    page = call.services.store.worklist(drafts.mine(call.who.id, call.who.place), "", SHOWN)
    return list(page.records)


def _handed_in_already(call: Call) -> str:
    """The proposal that the form's draft has become, if it was sent before."""
    try:
        record = draft_of(call, call.form.get("draft", "") or "-")
    except RecordNotFound:
        return ""
    return str(record.data.get("proposal", "")) if record.state == "sent" else ""


def _form(
    call: Call,
    entry: Entry,
    *,
    checked: bool = False,
    looked_at: bool = False,
    said: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The form. `checked`: with everything that is wrong; `looked_at`: only beside the items of a batch."""
    services, catalog = call.services, call.services.catalog()
    home = desk_of(call).home(call.who.place)
    application, wrong = application_of(call, entry)
    found: Examined | None = examined(call, application, entry.proposal) if checked or looked_at else None
    refused = {"": entry.refused} if entry.refused else {}
    problems = {**refused, **(found.problems if found else {}), **wrong, **(said or {})}
    sound = found is not None and not problems
    preview = preview_of(catalog, home.place.id, found, services.render, today(call)) if found and sound else ""
    page = view.form_page(
        services.settings,
        frame_of(call),
        view.FormView(
            catalog=catalog,
            home=home,
            type=entry.type,
            own_body=call.who.body,
            fields=entry.fields,
            draft=entry.draft,
            id=entry.id,
            open=entry.open,
            other=entry.other,
            corrects=entry.proposal,
            due=_due(call, entry),
            problems=problems,
            checked=checked,
            hints=found.hints if found else (),
            preview=preview if checked else "",
        ),
    )
    return call.page(page, 422 if checked and problems and status == 200 else status)


def _due(call: Call, entry: Entry) -> str:
    """Until when the application has to come, as soon as its cause has a day (YY-ADJ-09-1)."""
    day, home = entry.fields.get("trigger_date", ""), desk_of(call).home(call.who.place)
    if not day or home.profile is None:
        return ""
    try:
        last = desk_of(call).last_day("adjust.apply")(home.profile, day)
    except ValueError:
        return ""
    return f"按规则，{last} 24时以前报送算按时。" if last else "这里的规则没有写多少天内报送。"


PAGE: dict[str, Any] = {"media": "text/html"}
ROUTES = (
    Route("GET", "/office/proposals/new", "proposal_form", "新申请", PROPOSERS, form_page, **PAGE),
    Route("GET", "/office/proposals/drafts", "drafts", "我的草稿", PROPOSERS, drafts_page, **PAGE),
    Route("POST", "/office/proposals/drafts", "save_draft", "存草稿", PROPOSERS, save, limit="write", **PAGE),
    Route("GET", "/office/proposals/drafts/<id>", "draft", "接着填", PROPOSERS, draft_page, **PAGE),
    Route("POST", "/office/proposals/drafts/<id>/discard", "discard_draft", "删除草稿", PROPOSERS, discard,
          limit="write", **PAGE),
    Route("POST", "/office/proposals/check", "check_proposal", "检查并预览", PROPOSERS, check, limit="write", **PAGE),
    Route("POST", "/office/proposals", "send_proposal_by_form", "报送", PROPOSERS, send_by_form, limit="write", **PAGE),
    Route("POST", "/office/proposals/<id>/again", "correct_proposal", "修改后再报", PROPOSERS, correct, limit="write",
          problems=("not-now",), **PAGE),
)  # fmt: skip
