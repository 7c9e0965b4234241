"""Objections to a public notice, opinions on a public comment, for the person: write, get a receipt, look it up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from werkzeug.wrappers import Response

from mianzheng.cases.actors import CITIZEN, Actor
from mianzheng.cases.commits import carried_out, command_of, commit_change
from mianzheng.cases.records import CaseKey, CaseRecord, Change, Command
from mianzheng.cases.steps import utc
from mianzheng.clock import SHANGHAI, day_of
from mianzheng.complaints import receipts
from mianzheng.complaints.filing import place_for
from mianzheng.complaints.masking import LABELS, masked
from mianzheng.complaints.receivers import keeper_of
from mianzheng.complaints.sealed import PERSON, STORY, seal, unsealed, without_numbers
from mianzheng.errors import NoOperator, NotAllowed
from mianzheng.proposals import notices, objections
from mianzheng.proposals.machines import MACHINE as PROPOSAL
from mianzheng.views import objections as view
from mianzheng.web.calls import Call
from mianzheng.web.problems import Problem
from mianzheng.web.routes import Route

SECONDS_TO_FILL = 3
"""A form that comes back sooner was not filled in by a person: the office is told, nobody is refused."""
WRONG_CODE = "没有这个查询码。请看看有没有抄错；两种写法填一种就行。"
PERSON_ACTING = Actor(role=CITIZEN)


def form_page(call: Call) -> Response:
    """`GET /objections/new?notice=…`: the form, or when and how it ended."""
    proposal = _proposal(call, call.request.args.get("notice", ""))
    return _form(call, proposal, {}, {})


def send(call: Call) -> Response:
    """`POST /objections`: the receipt. Pressing twice shows the same one; after the last day nothing is stored."""
    form = call.form
    proposal = _proposal(call, form.get("notice", ""))
    if problems := view.problems(form):
        return _form(call, proposal, form, problems, 422)
    assert call.draft is not None
    secret, nonce = call.services.signer.secret, call.draft.nonce
    value = receipts.receipt(secret, nonce)
    hurried = call.draft.age < SECONDS_TO_FILL or bool(form.get("website"))
    extra = {"screening": "quarantined" if hurried else ""}
    wish, name = command(call, "objection", nonce, form), receipts.digest(secret, value)
    try:
        id = _sent_before(call, wish) or filed(call, proposal, PERSON_ACTING, form, extra, name, wish)
    except NotAllowed as error:
        return _form(call, _proposal(call, form["notice"]), form, {"": str(error)}, 409)
    record = call.services.store.get(objections.MACHINE.kind, id)
    found = dict.fromkeys(LABELS[kind] for kind in masked(form["text"]).found)
    shown = view.shown(call.services.catalog(), proposal, record.data["notice"])
    page = view.receipt_page(call.services.settings, record, shown, receipts.spelled(value), list(found))
    return call.page(page, 201)


def _sent_before(call: Call, command: Command) -> str:
    """The id of what this very form brought already, even if the notice has ended meanwhile. Raises CommandMismatch."""
    known = carried_out(call.services.store, command)
    return str(known.result["id"]) if known else ""


def filed(
    call: Call,
    proposal: CaseRecord,
    actor: Actor,
    form: Mapping[str, str],
    extra: Mapping[str, Any],
    receipt: str = "",
    command: Command | None = None,
) -> str:
    """Take an objection in and seal what was written; returns its id. Several who object at once come one behind the
    other. Raises NotAllowed, VersionConflict."""
    services = call.services
    id = services.new_id("ob")
    case = CaseKey(kind=objections.MACHINE.kind, id=id, wrapped=services.keys.create())
    office = keeper_of(services.catalog().places[proposal.place])
    names = {receipt: case.key} if receipt else {}

    def change_of(present: CaseRecord) -> Change:
        now = services.now()
        year = now.astimezone(SHANGHAI).year
        number = f"YJ-{year}-{services.store.next_number(f'YJ-{year}'):04d}"
        change = objections.file(present, actor, now, id=id, number=number, office=office, **extra)
        whole = msgspec.structs.replace(command, result={"id": id}, at=utc(now)) if command else None
        return msgspec.structs.replace(
            change, unique={**change.unique, **names}, keys=(case,), seals=_seals(call, case, form), command=whole
        )

    done = commit_change(services.store, proposal.key, change_of)
    return str(done.result.get("id", id)) if done else id


def lookup_page(call: Call) -> Response:
    """`GET /objections/lookup`."""
    return call.page(view.lookup_page(call.services.settings, call.services.signer.new_draft(), {}, {}))


def lookup(call: Call) -> Response:
    """`POST /objections/lookup`: what became of it; an unknown code and a foreign one look alike (A01)."""
    secret, store = call.services.signer.secret, call.services.store
    value = receipts.read(call.form.get("code", "")[:200])
    key = store.find(receipts.digest(secret, value or bytes(receipts.SIZE)))
    if value is None or key is None or key.kind != objections.MACHINE.kind:
        draft = call.services.signer.new_draft()
        wrong = {"code": WRONG_CODE}
        return call.page(view.lookup_page(call.services.settings, draft, {"code": ""}, wrong), 404)
    record = store.get(key.kind, key.id)
    proposal = store.get(PROPOSAL.kind, record.data["proposal"])
    page = view.progress_page(
        call.services.settings,
        record,
        view.shown(call.services.catalog(), proposal, record.data["notice"]),
        objections.decision_on(proposal, record),
        _outcome(call, proposal, record),
        unsealed(store, call.services.keys, record.key, STORY).get("text", ""),
    )
    return call.page(page)


def _outcome(call: Call, proposal: CaseRecord, record: CaseRecord) -> str:
    announcement = objections.notice_of(proposal, record)
    if announcement is None:
        return ""
    former = announcement in notices.former_of(proposal)
    return notices.outcome(proposal, announcement, day_of(call.services.now()), former=former)


def _proposal(call: Call, notice: str) -> CaseRecord:
    """The proposal whose notice it is. Raises Problem: not-found, no-operator."""
    named = notices.named_by(notice)
    key = call.services.store.find(f"number:{named[0]}:{named[1]}") if named else None
    if named is None or key is None or key.kind != PROPOSAL.kind:
        raise Problem("not-found", "没有这次公示。请从公示页面点“我要提异议”。")
    try:
        place_for(named[0], call.services.catalog(), demonstration=call.services.settings.demonstration)
    except NoOperator:
        said = "本站还没有这个地方的主办单位，不在这里收异议和意见，没有保存您填的内容。"
        raise Problem("no-operator", said) from None
    return call.services.store.get(key.kind, key.id)


def _form(
    call: Call, proposal: CaseRecord, form: Mapping[str, str], problems: Mapping[str, str], status: int = 200
) -> Response:
    asked = form.get("notice") or call.request.args.get("notice", "")
    shown = view.shown(call.services.catalog(), proposal, asked)
    if shown is None:
        raise Problem("not-found", "没有这次公示。请从公示页面点“我要提异议”。")
    closed, day = "", day_of(call.services.now())
    try:
        if objections.open_notice(proposal, day).id != asked:
            closed = f"这次{shown.announcement.words.name}已经终止，申请修改以后另外公示。"
    except NotAllowed as error:
        closed = str(error)
    draft = call.draft.token if call.draft else call.services.signer.new_draft()
    page = view.form_page(call.services.settings, shown, closed, draft, form, problems)
    return call.page(page, status)


def _seals(call: Call, case: CaseKey, form: Mapping[str, str]) -> tuple[Any, ...]:
    person = {name: form.get(name, "").strip() for name in ("name", "contact")}
    story = without_numbers({"text": form.get("text", "")})
    given = {name: value for name, value in person.items() if value}
    keys = call.services.keys
    return (seal(keys, case, PERSON, given), seal(keys, case, STORY, story))


def command(call: Call, wish: str, nonce: str, form: Mapping[str, str]) -> Command:
    """What a form of this draft wants; the same once more is the same command."""
    content = msgspec.json.encode({name: form.get(name, "") for name in view.FIELDS}, order="sorted")
    return command_of(call.services.signer.secret, wish, nonce, content, call.services.now())


PUBLIC_FORM: dict[str, Any] = {"audience": "public", "media": "text/html"}
ROUTES = (
    Route("GET", "/objections/new", "objection_form", "提异议、提意见", handler=form_page,
          problems=("not-found", "no-operator"), **PUBLIC_FORM),
    Route("POST", "/objections", "send_objection", "提交异议、意见", handler=send, by_draft=True, limit="file",
          problems=("not-found", "no-operator", "key-reused"), **PUBLIC_FORM),
    Route("GET", "/objections/lookup", "objection_lookup_form", "查异议、意见的处理", handler=lookup_page,
          **PUBLIC_FORM),
    Route("POST", "/objections/lookup", "objection_lookup", "异议、意见的处理", handler=lookup, by_draft=True,
          limit="lookup", **PUBLIC_FORM),
)  # fmt: skip
