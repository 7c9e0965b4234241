"""Suggestions over HTTP, for staff: the list, a case with its answer, what came by hotline, window or letter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from werkzeug.wrappers import Response

from mianzheng.cases.records import CaseRecord, Worklist
from mianzheng.complaints.intake import Sent
from mianzheng.errors import GuardFailed
from mianzheng.suggestions.handling import FIELDS
from mianzheng.suggestions.intake import Suggestion, receipt_for, take_in
from mianzheng.suggestions.machines import ENTERING, MACHINE, OFFICE, READERS
from mianzheng.views import office
from mianzheng.views import suggestion_office as view
from mianzheng.views.entered import entered_page
from mianzheng.views.frames import Frame
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import body_name, person_of, received, story_of, texts_of
from mianzheng.web.problems import Problem
from mianzheng.web.proposal_origins import adjustment_address, proposals_of
from mianzheng.web.routes import Route
from mianzheng.web.steps import by_form
from mianzheng.web.suggestion_desk import (
    about_of,
    letterbox_of,
    stepped,
    suggestion_for_staff,
)

PAGE_SIZE = 50


def list_page(call: Call) -> Response:
    """`GET /office/suggestions?state=`: those that wait, oldest first; those that were answered, newest first."""
    asked = call.request.args
    state = asked.get("state", MACHINE.initial)
    state = state if state in MACHINE.states else MACHINE.initial
    query = Worklist(kind=MACHINE.kind, place=call.who.place, states=(state,))
    mark = call.services.signer.mark(asked.get("cursor", ""), call.who.id)
    page = call.services.store.worklist(query, mark, PAGE_SIZE)
    rows = [
        view.Row(record, received(record), about_of(call, record.place, record.data["item"], record.data["kind"]))
        for record in sorted(page.records, key=_received_at, reverse=not MACHINE.states[state].open)
    ]
    html = view.list_page(
        call.services.settings,
        _frame(call),
        state,
        rows,
        call.services.signer.cursor(page.after, call.who.id),
        may_enter=call.who.role in ENTERING,
    )
    return call.page(html)


def _received_at(record: CaseRecord) -> str:
    """The store orders by due instants, which suggestions have none of; so a page is put in order here."""
    return str(record.data["received_at"])


def case_page(call: Call) -> Response:
    """`GET /office/suggestions/<id>`: by id or by number."""
    return _page(call, "", suggestion_for_staff(call, call.arguments["id"]))


def step_by_form(call: Call) -> Response:
    """`POST /office/suggestions/<id>/<event>`: a step; what is wrong comes back with what was entered."""
    event = call.arguments["event"]
    if event not in FIELDS:
        raise Problem("not-found")

    def read() -> CaseRecord:
        return suggestion_for_staff(call, call.arguments["id"])

    def done(record: CaseRecord) -> Response:
        return _page(call, "", read(), revealed=True) if event == "reveal" else call.see(f"{view.HERE}/{record.id}")

    return by_form(
        call,
        read,
        lambda record: stepped(call, record, event, call.form),
        moved_on="这一件刚刚有了新的情况。请看过最新的经过，再办。",
        again=partial(_page, call, event),
        done=done,
    )


def entry_page(call: Call) -> Response:
    """`GET /office/suggestions/new`."""
    return _entry(call, {}, {}, call.services.signer.new_draft())


def enter(call: Call) -> Response:
    """`POST /office/suggestions/new`: taken in, or the form with everything that is wrong. Twice is once."""
    services = call.services
    draft = services.signer.draft_of(call.form.get("draft", ""))
    given = {name: call.form.get(name, "") for name in ("text", "item", "kind", "contact", "channel")}
    wish = Suggestion(place=call.who.place, **given)
    try:
        done = services.store.commit(
            take_in(letterbox_of(call), wish, Sent(call.who.actor, services.now(), draft.nonce))
        )
    except GuardFailed as error:
        return _entry(call, call.form, error.problems, draft.token, 422)
    record = services.store.get(MACHINE.kind, done.result["id"])
    page = entered_page(
        services.settings,
        _frame(call),
        MACHINE,
        record,
        receiver=body_name(call, record.place, record.body),
        received=received(record),
        receipt=receipt_for(services.signer.secret, draft.nonce),
    )
    return call.page(page, 201)


def _entry(call: Call, form: Mapping[str, str], problems: Mapping[str, str], draft: str, status: int = 200) -> Response:
    catalog = call.services.catalog()
    home = catalog.places[call.who.place]
    page = view.entry_page(
        call.services.settings, _frame(call), catalog, home, draft=draft, form=form, problems=problems
    )
    return call.page(page, status)


def _page(
    call: Call,
    event: str,
    record: CaseRecord,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
    *,
    revealed: bool = False,
) -> Response:
    catalog, store = call.services.catalog(), call.services.store
    events = list(store.events(record.kind, record.id))
    page = view.case_page(
        call.services.settings,
        _frame(call),
        view.CaseView(
            record=record,
            home=catalog.places[record.place],
            roles=catalog.vocabularies.roles,
            role=call.who.role,
            about=about_of(call, record.place, record.data["item"], record.data["kind"]),
            received=received(record),
            text=story_of(call, record).get("text", ""),
            events=events,
            texts=texts_of(call, record, events),
            contact=person_of(call, record).get("contact", "") if revealed else "",
            proposals=proposals_of(call, record),
            proposes=adjustment_address(call, "suggestion", record),
            event=event,
            values=call.form,
            problems=problems or {},
        ),
    )
    return call.page(page, status)


def _frame(call: Call) -> Frame:
    return office.frame(call.who, call.services.catalog(), guards.form_token(call), view.HERE)


PAGE: dict[str, Any] = {"media": "text/html"}
ROUTES = (
    Route("GET", view.HERE, "suggestions_page", "意见建议", READERS, list_page, **PAGE),
    Route("GET", f"{view.HERE}/new", "suggestion_entry", "登记一条意见", ENTERING, entry_page, **PAGE),
    Route("POST", f"{view.HERE}/new", "enter_suggestion", "登记一条意见", ENTERING, enter, limit="write", **PAGE),
    Route("GET", f"{view.HERE}/<id>", "suggestion_page", "一条意见", READERS, case_page, **PAGE),
    Route("POST", f"{view.HERE}/<id>/<event>", "suggestion_step", "办一步", OFFICE, step_by_form, limit="write",
          **PAGE),
)  # fmt: skip
