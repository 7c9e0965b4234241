"""Suggestions over HTTP, for the person: one form, a receipt without due date, the answer by code (YY-ADJ-12-1)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from mianzheng.cases.actors import CITIZEN, Actor
from mianzheng.cases.records import CaseRecord
from mianzheng.complaints.guards.wish import PURPOSES
from mianzheng.complaints.intake import Sent
from mianzheng.complaints.masking import LABELS as MASKED
from mianzheng.complaints.masking import masked
from mianzheng.errors import GuardFailed, NoOperator
from mianzheng.model import PlaceCatalog
from mianzheng.suggestions.intake import Suggestion, home_of, receipt_for, take_in
from mianzheng.suggestions.machines import MACHINE
from mianzheng.views import suggestions as view
from mianzheng.views.complaints import places_page
from mianzheng.views.spoken import spoken
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import body_name, by_code, received, screening_of, story_of, texts_of
from mianzheng.web.complaint_progress import WRONG_CODE
from mianzheng.web.proposal_origins import proposals_of
from mianzheng.web.routes import Route
from mianzheng.web.suggestion_desk import about_of, letterbox_of


def form_page(call: Call) -> Response:
    """`GET /suggestions/new`: empty, or begun from an item, a kind or an empty search."""
    asked = {name: value for name, value in call.request.args.items() if name in view.FIELDS}
    place = _place_of_item(call, asked.get("item", ""))
    asked |= {"place": place} if place else {}
    if not asked.get("place"):
        takes = [home for home in call.services.catalog().places.values() if _takes(call, home)]
        carried = urlencode({name: value for name, value in asked.items() if name != "place"})
        return call.page(places_page(call.services.settings, takes, carried, view.HEADING, view.WHERE))
    return _form(call, asked, {}, call.services.signer.new_draft())


def send(call: Call) -> Response:
    """`POST /suggestions`: the receipt, or the form with everything that is wrong. Pressing twice is once."""
    assert call.draft is not None
    wish = Suggestion(**{name: call.form.get(name, "") for name in view.FIELDS})
    services = call.services
    sent = Sent(Actor(role=CITIZEN), services.now(), call.draft.nonce, screening_of(call))
    try:
        done = services.store.commit(take_in(letterbox_of(call), wish, sent))
    except GuardFailed as error:
        return _form(call, call.form, error.problems, call.draft.token, 422)
    record = services.store.get(MACHINE.kind, done.result["id"])
    page = view.receipt_page(
        services.settings,
        number=record.data["number"],
        at=datetime.datetime.fromisoformat(record.data["received_at"]),
        receiver=body_name(call, record.place, record.body),
        receipt=receipt_for(services.signer.secret, call.draft.nonce),
        masked=[MASKED[kind] for kind in masked(wish.text).found],
    )
    return call.page(page, 201)


def lookup_page(call: Call) -> Response:
    """`GET /suggestions/lookup`."""
    return _lookup(call, {})


def lookup(call: Call) -> Response:
    """`POST /suggestions/lookup`: the answer; an unknown code and a foreign one look alike."""
    record = by_code(call, call.form.get("code", ""), MACHINE.kind)
    return _progress(call, record) if record else _lookup(call, {"code": WRONG_CODE}, 404)


def _progress(call: Call, record: CaseRecord) -> Response:
    home = call.services.catalog().places[record.place]
    events = list(call.services.store.events(record.kind, record.id))
    page = view.progress_page(
        call.services.settings,
        record,
        home,
        events,
        texts_of(call, record, events),
        received=received(record),
        text=story_of(call, record).get("text", ""),
        about=about_of(call, record.place, record.data["item"], record.data["kind"]),
        proposals=proposals_of(call, record),
        looks=[
            (body_name(call, record.place, e.body), spoken(e.at, year=True), PURPOSES.get(e.data["purpose"], ""))
            for e in events
            if e.name == "reveal"
        ],
    )
    return call.page(page)


def _lookup(call: Call, problems: Mapping[str, str], status: int = 200) -> Response:
    services = call.services
    return call.page(view.lookup_page(services.settings, services.signer.new_draft(), problems), status)


def _form(call: Call, form: Mapping[str, str], problems: Mapping[str, str], draft: str, status: int = 200) -> Response:
    services = call.services
    place = form.get("place", "")
    home, office = home_of(place, services.catalog(), demonstration=services.settings.demonstration)
    page = view.form_page(
        services.settings,
        home,
        home.bodies[office].name,
        about_of(call, place, form.get("item", ""), form.get("kind", "")),
        draft=draft,
        form=form,
        problems=problems,
    )
    return call.page(page, status)


def _takes(call: Call, home: PlaceCatalog) -> bool:
    services = call.services
    try:
        home_of(home.place.id, services.catalog(), demonstration=services.settings.demonstration)
    except NoOperator:
        return False
    return True


def _place_of_item(call: Call, item: str) -> str:
    """The place whose list holds an item; empty for none."""
    places = call.services.catalog().places
    return next((id for id, home in places.items() if item and item in home.items), "")


PUBLIC: dict[str, Any] = {"audience": "public", "media": "text/html"}
TAKEN: dict[str, Any] = {"problems": ("no-operator", "key-reused"), **PUBLIC}
ROUTES = (
    Route("GET", "/suggestions/new", "suggestion_form", "给清单提意见", handler=form_page, **TAKEN),
    Route("POST", "/suggestions", "send_suggestion", "提交意见", handler=send, by_draft=True, limit="file", **TAKEN),
    Route("GET", "/suggestions/lookup", "suggestion_lookup_page", "看答复", handler=lookup_page, **PUBLIC),
    Route("POST", "/suggestions/lookup", "suggestion_lookup", "看答复", handler=lookup, by_draft=True, limit="lookup",
          **PUBLIC),
)  # fmt: skip
