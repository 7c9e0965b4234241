"""Complaints over HTTP, for the person: fill in, check, send; look up, withdraw, add, rate, object."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from werkzeug.wrappers import Response

from mianzheng.cases.actors import CITIZEN, Actor
from mianzheng.clock import day_of
from mianzheng.complaints.attached import Held
from mianzheng.complaints.filing import Filing, grounds, place_for, problems, required
from mianzheng.complaints.intake import Sent, file, receipt_for
from mianzheng.complaints.masking import LABELS, masked
from mianzheng.complaints.receivers import RECEIVERS, route, web_channel
from mianzheng.errors import GuardFailed, NoOperator
from mianzheng.model import PlaceCatalog, Profile, Record
from mianzheng.rules.standing import standing_on
from mianzheng.views import complaints as view
from mianzheng.views.atlas import Entry, enter
from mianzheng.views.spoken import spoken
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import body_name, intake_of, screening_of
from mianzheng.web.complaint_files import chosen, put_away, takes_mb
from mianzheng.web.routes import Route
from mianzheng.web.uploads_ahead import uploads_page

TEXTS = ("reasons_facts", "demand", "ground_text", "asked_for", "body_name")


class NewDraft(Record, kw_only=True):
    """A draft for programs: send `draft` along with the complaint; the same draft is the same complaint."""

    draft: str


class FilingByProgram(Record, kw_only=True):
    """A complaint with its draft."""

    draft: str
    filing: Filing


class Filed(Record, kw_only=True):
    """What a person takes home. The code has two spellings of one value and is shown this once."""

    number: str
    received_at: str
    receiver: str
    letters: str
    characters: str


def new_draft(call: Call) -> Response:
    """`POST /api/v1/drafts`."""
    return call.answer(NewDraft(draft=call.services.signer.new_draft()))


def file_by_program(call: Call) -> Response:
    """`POST /api/v1/complaints`. Raises Problem: invalid, no-operator, key-reused, cross-site (not our draft)."""
    sent = call.sent(FilingByProgram)
    call.draft = call.services.signer.draft_of(sent.draft)
    return call.answer(_filed(call, sent.filing))


def form_page(call: Call) -> Response:
    """`GET /complaints/new`: empty, or begun from an item, a kind or an empty search."""
    asked = {name: value for name, value in call.request.args.items() if name in view.FIELDS}
    item = _item(call, asked.get("item", ""))
    if item:
        asked |= {"place": item[0].place.id, "body": item[1].item.requesting_body}
    if not asked.get("place"):
        takes = [home for home in call.services.catalog().places.values() if _takes(call, home)]
        carried = urlencode({name: value for name, value in asked.items() if name != "place"})
        return call.page(view.places_page(call.services.settings, takes, carried))
    form = {"hide_identity": "yes", **asked}
    return uploads_page(call, view.form_page(call.services.settings, _view(call, form, {})))


def form_again(call: Call) -> Response:
    """`POST /complaints/new`: back from the check page, with everything that was entered."""
    _place(call, call.form.get("place", ""))
    held, wrong = put_away(call)
    return uploads_page(call, view.form_page(call.services.settings, _view(call, call.form, wrong, held)))


def check(call: Call) -> Response:
    """`POST /complaints/check`: step 2, or the form with everything that is wrong."""
    filing = _filing(call)
    home, profile = _place(call, filing.place)
    actor = Actor(role=CITIZEN)
    held, wrong = put_away(call)
    wrong |= problems(filing, home, profile, call.services.catalog(), actor, call.services.now())
    if wrong:
        return uploads_page(call, view.form_page(call.services.settings, _view(call, call.form, wrong, held)), 422)
    shown = dict(call.form)
    found: list[str] = []
    for name in TEXTS:
        result = masked(shown.get(name, ""))
        shown[name] = result.text
        found += [LABELS[kind] for kind in result.found]
    page = view.check_page(call.services.settings, _view(call, shown, {}, held), list(dict.fromkeys(found)), shown)
    return call.page(page)


def send(call: Call) -> Response:
    """`POST /complaints`: step 3. Pressing twice shows the same receipt."""
    filing = _filing(call)
    held, wrong = put_away(call)
    try:
        if wrong:
            raise GuardFailed(wrong)
        filed = _filed(call, filing, held)
    except GuardFailed as error:
        again = view.form_page(call.services.settings, _view(call, call.form, error.problems, held))
        return uploads_page(call, again, 422)
    page = view.receipt_page(
        call.services.settings,
        filed.number,
        spoken(datetime.datetime.fromisoformat(filed.received_at), year=True),
        filed.receiver,
        receipt_for(intake_of(call), _nonce(call)),
        "接收单位一般在 1 个工作日内决定受不受理（本系统设定，文件未规定）。您可以随时用查询码看进度、补充、撤回。",
    )
    return call.page(page, 201)


def _filed(call: Call, filing: Filing, held: Held | None = None) -> Filed:
    services = call.services
    draft = call.draft
    assert draft is not None
    intake = intake_of(call)
    sent = Sent(Actor(role=CITIZEN), services.now(), draft.nonce, screening_of(call), held)
    done = services.store.commit(file(intake, filing, sent))
    record = services.store.get("complaint", done.result["id"])
    receipt = receipt_for(intake, draft.nonce)
    return Filed(
        number=record.data["number"],
        received_at=record.data["received_at"],
        receiver=body_name(call, record.place, record.data["received_by"]),
        letters=receipt.letters,
        characters=receipt.characters,
    )


def _filing(call: Call) -> Filing:
    """The filing of a form; what does not belong to it is left out."""
    form = call.form
    texts: dict[str, Any] = {name: form.get(name, "") for name in view.FIELDS}
    _, profile = _place(call, texts["place"])
    texts["channel"] = web_channel(profile)
    texts["reply_channel"] = texts["reply_channel"] or "receipt"
    for name in ("hide_identity", "by_agent"):
        texts[name] = texts[name] == "yes"
    return msgspec.convert(texts, Filing)


def _place(call: Call, place: str) -> tuple[PlaceCatalog, Profile]:
    return place_for(place, call.services.catalog(), demonstration=call.services.settings.demonstration)


def _takes(call: Call, home: PlaceCatalog) -> bool:
    try:
        _place(call, home.place.id)
    except NoOperator:
        return False
    return True


def _view(call: Call, form: Any, wrong: Any, held: Held | None = None) -> view.FormView:
    home, profile = _place(call, form.get("place", ""))
    channel = web_channel(profile)
    way = route(home, channel, concerned=[form["body"]] if form.get("body") else [])
    item = _item(call, form.get("item", ""))
    return view.FormView(
        home=home,
        grounds=grounds(profile, call.services.catalog().vocabularies),
        required=required(profile, channel),
        draft=call.draft.token if call.draft else call.services.signer.new_draft(),
        who_handles=f"由{home.bodies[way.received_by].name}接收（{RECEIVERS[way.code]}）。"
        + ("您反映的就是接收单位，所以由别的单位决定。" if way.recused else ""),
        how_long=_how_long(profile),
        entry=item[1] if item else None,
        form=form,
        problems=wrong,
        files=chosen(held),
        takes_mb=takes_mb(call.services),
        ahead=call.services.quarantine is not None,
    )


def _how_long(profile: Profile) -> str:
    due, extension = profile.complaint.due.value, profile.complaint.extension.value
    if due is None:
        return "文件没有写多少天办完；本系统的目标是受理后 5 个工作日。"
    more = f"复杂的最多再延 {extension.max} 个工作日，会告诉您。" if extension else ""
    return f"受理以后 {due.n} 个工作日内办完。{more}"


def _item(call: Call, id: str) -> tuple[PlaceCatalog, Entry] | None:
    """An item of the catalog with its answer today."""
    catalog = call.services.catalog()
    for home in catalog.places.values():
        if id and id in home.items and home.profile:
            item = home.items[id]
            today = day_of(call.services.now())
            standing = standing_on(item, catalog.kinds.get(item.kind), home.profile, today)
            return home, enter(catalog, home, item, standing)
    return None


def _nonce(call: Call) -> str:
    assert call.draft is not None
    return call.draft.nonce


PUBLIC_FORM: dict[str, Any] = {"audience": "public", "media": "text/html", "problems": ("no-operator", "key-reused")}
ROUTES = (
    Route("POST", "/api/v1/drafts", "new_draft", "领一张草稿", "public", new_draft, answer=NewDraft, status=201,
          limit="write"),
    Route("POST", "/api/v1/complaints", "file_complaint", "投诉举报", "public", file_by_program,
          body=FilingByProgram, answer=Filed, status=201, limit="file",
          problems=("no-operator", "key-reused", "cross-site")),
    Route("GET", "/complaints/new", "complaint_form", "填写", handler=form_page, **PUBLIC_FORM),
    Route("POST", "/complaints/new", "complaint_form_again", "回去改", handler=form_again, by_draft=True,
          files=True, **PUBLIC_FORM),
    Route("POST", "/complaints/check", "check_complaint", "核对", handler=check, by_draft=True, files=True,
          limit="write", **PUBLIC_FORM),
    Route("POST", "/complaints", "send_complaint", "提交", handler=send, by_draft=True, files=True,
          limit="file", **PUBLIC_FORM),
)  # fmt: skip
