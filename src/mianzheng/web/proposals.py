"""Adjustments over HTTP: the application form, the proposal's page with the review report, the same by program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from werkzeug.wrappers import Response

from mianzheng.cases.records import CaseRecord, Worklist
from mianzheng.cases.steps import Step
from mianzheng.clock import WorkingCalendar, day_of
from mianzheng.errors import GuardFailed, NotAllowed, RecordNotFound
from mianzheng.model import Record
from mianzheng.model.ids import new_id
from mianzheng.proposals.chains import next_to_act
from mianzheng.proposals.examining import Examined, OpenProposal, examine
from mianzheng.proposals.forms import Application
from mianzheng.proposals.handling import ProposalDesk, handle, lacks, sees, standings, submit, timeliness_of
from mianzheng.proposals.machines import MACHINE, OFFICE, PROPOSERS, REVIEWERS
from mianzheng.views import office
from mianzheng.views import proposals as view
from mianzheng.views.frames import Frame
from mianzheng.views.proposal_reports import preview_of, report_of
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.problems import Problem
from mianzheng.web.routes import Route
from mianzheng.web.suggestion_desk import begun_from_suggestion, with_word_to_suggestion

READERS = PROPOSERS | REVIEWERS | {"auditor"}
WORKERS = PROPOSERS | REVIEWERS | {"admin"}
_STEP = re.compile(r"[a-z_]{3,20}")


class Sent(Record, kw_only=True):
    """A proposal that was handed in: its number, how it stands, and what to think of."""

    id: str
    number: str
    state: str
    timeliness: str
    hints: tuple[str, ...] = ()


class Told(Record, kw_only=True):
    """A proposal as it stands. `missing` is what stands against merging, `next` who acts next."""

    id: str
    number: str
    state: str
    state_label: str
    delivery: str
    timeliness: str
    next: str
    missing: tuple[str, ...]
    items: tuple[str, ...]
    head: str = ""


class StepWish(Record, kw_only=True):
    """The fields of a step, by name: `opinion`, `commit`, `why`, `defects`, `decision`, `from`, `until` …"""

    fields: dict[Annotated[str, Meta(max_length=20)], Annotated[str, Meta(max_length=4000)]] = {}


def form_page(call: Call) -> Response:
    """`GET /office/proposals/new?type=…&item=…`."""
    kind = call.request.args.get("type", "change")
    form = {"items.0.item": call.request.args.get("item", ""), **begun_from_suggestion(call)}
    return _form(call, kind if kind in ("add", "change", "cancel") else "change", form)


def check(call: Call) -> Response:
    """`POST /office/proposals/check`: everything that is wrong, what to think of, and how the item would read."""
    application = _application(call)
    examined = _examined(call, application)
    return _form(call, application.type, call.form, examined, 422 if examined.problems else 200)


def send_by_form(call: Call) -> Response:
    """`POST /office/proposals`: handed in, or the form with everything that is wrong."""
    application = _application(call)
    examined = _examined(call, application)
    if examined.problems:
        return _form(call, application.type, call.form, examined, 422)
    record = _send(call, application, examined, call.services.store.commit)
    return call.see(f"{view.HERE}/{record.id}")


def send(call: Call) -> Response:
    """`POST /api/v1/proposals`: stored with its number, on its way to the forge. Raises Problem `invalid`."""
    application = call.sent(Application)
    if application.place != call.who.place:
        raise Problem("not-found", "只能为自己的地区提出调整。")
    examined = _examined(call, application)
    answers: list[Response] = []

    def committed(change: Any) -> None:
        record = change.writes[0].record
        told = Sent(
            id=record.id,
            number=record.data["number"],
            state=record.state,
            timeliness=timeliness_of(record).sentence,
            hints=tuple(hint.sentence for hint in examined.hints),
        )
        answers.append(call.commit(change, told, version=1, location=f"/api/v1/proposals/{record.id}"))

    _send(call, application, examined, committed)
    return answers[0]


def proposal_page(call: Call) -> Response:
    """`GET /office/proposals/<id>`."""
    return _page(call, _record(call))


def step_by_form(call: Call) -> Response:
    """`POST /office/proposals/<id>/<event>`."""
    record, event = _record(call), call.arguments["event"]
    if call.form.get("version") != str(record.version):
        return _page(call, record, event, {"": "这件申请刚刚有了新的情况。请看过以后再办。"}, 412)
    given = {k: v for k, v in call.form.items() if k not in ("form_token", "version") and v}
    try:
        call.services.store.commit(handle(_desk(call), record, _step(call, event, given)))
    except GuardFailed as error:
        return _page(call, record, event, error.problems, 422)
    except NotAllowed as error:
        return _page(call, record, event, {"": str(error)}, 409)
    return call.see(f"{view.HERE}/{record.id}")


def proposal(call: Call) -> Response:
    """`GET /api/v1/proposals/<id>`."""
    record = _record(call)
    return call.answer(_told(call, record), version=record.version)


def step(call: Call) -> Response:
    """`POST /api/v1/proposals/<id>/<event>`. Raises Problem: not-now, invalid, stale."""
    record = _record(call)
    call.seen(record.version)
    change = handle(_desk(call), record, _step(call, call.arguments["event"], call.sent(StepWish).fields))
    after = change.writes[0].record
    return call.commit(change, _told(call, after), version=after.version)


def _send(call: Call, application: Application, examined: Examined, commit: Any) -> CaseRecord:
    services = call.services
    now = services.now()
    before = None
    year = day_of(now)[:4]
    series = f"TZ-{application.place}-{year}"
    number = "" if examined.problems else f"TZ-{year}-{services.store.next_number(series):04d}"
    done = Step("submit", call.who.actor, now, {"type": application.type, "reason": application.reason})
    change = submit(_desk(call), application, examined, done, id=services.new_id("pr"), number=number, before=before)
    commit(with_word_to_suggestion(call, change))
    return change.writes[0].record


def _examined(call: Call, application: Application) -> Examined:
    services = call.services
    today = day_of(services.now())
    return examine(
        application,
        services.catalog(),
        today,
        new_id=lambda: new_id("zm"),
        render=services.render,
        open_proposals=_open(call, application.place),
    )


def _open(call: Call, place: str) -> list[OpenProposal]:
    """The proposals of a place that are on their way."""
    page = call.services.store.worklist(Worklist(kind=MACHINE.kind, place=place, states=MACHINE.open_states()), "", 500)
    return [
        OpenProposal(
            id=record.data["number"],
            title=record.data["title"],
            state=MACHINE.states[record.state].label,
            items=tuple(record.data["items"]),
        )
        for record in page.records
        if "number" in record.data
    ]


def _application(call: Call) -> Application:
    """The application of a form: dotted names are parts; who applies and when is known already."""
    form = call.form
    kind = form.get("type", "")
    if kind not in ("add", "change", "cancel"):
        raise Problem("malformed", "请从本站的表单提交。")
    tree: dict[str, Any] = {}
    for name, value in form.items():
        if value and name not in ("form_token", "type"):
            _plant(tree, name.split("."), value)
    wish = _first(tree.pop("items", {}))
    version = wish.get("version")
    if isinstance(version, dict):
        wish["version"] = _version(version)
    wish["legal_bases"] = [_first(wish["legal_bases"])] if "legal_bases" in wish else []
    bases = [_first(tree.pop("legal_bases"))] if "legal_bases" in tree else []
    who = call.who
    own = {
        "place": who.place,
        "type": kind,
        "initiator": "office" if who.role in OFFICE else "unit",
        "applicant": who.body,
        "applied_on": day_of(call.services.now()),
    }
    try:
        return msgspec.convert({**tree, **own, "items": [wish], "legal_bases": bases}, Application)
    except msgspec.ValidationError:
        raise Problem("malformed", "有一栏太长，或者表单不完整。") from None


def _plant(tree: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
        if not isinstance(tree, dict):
            raise Problem("malformed")
    tree[path[-1]] = value


def _first(rows: Any) -> dict[str, Any]:
    """The first of numbered rows."""
    found = rows.get("0", {}) if isinstance(rows, dict) else {}
    return dict(found) if isinstance(found, dict) else {}


def _version(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The new method with its own terms; terms of methods that were not chosen are left out."""
    method = given.get("method", "")
    if not method:
        return None
    kept: dict[str, Any] = {"method": method}
    terms = given.get(method)
    if isinstance(terms, dict):
        terms = dict(terms)
        if isinstance(terms.get("check"), dict):
            terms["check"] = {**terms["check"], "exempt": terms["check"].get("exempt") == "yes"}
        kept[method] = terms
    elif method == "share":
        kept["share"] = {}
    if method == "other":
        kept["other"] = given.get("other", "")
    if method == "agency":
        kept["agency"] = "proxy" if isinstance(given.get("proxy"), dict) else "verify"
        kept |= {name: given[name] for name in ("verify", "proxy") if isinstance(given.get(name), dict)}
    if given.get("time_class"):
        kept["time_class"] = given["time_class"]
    return kept


def _form(
    call: Call, kind: str, form: Mapping[str, str], examined: Examined | None = None, status: int = 200
) -> Response:
    catalog = call.services.catalog()
    home = catalog.places.get(call.who.place)
    if home is None or home.profile is None:
        raise RecordNotFound("没有这个地区。")
    desk = _desk(call)
    due = ""
    if form.get("trigger_date"):
        try:
            last = desk.last_day("adjust.apply")(home.profile, form["trigger_date"])
            due = f"按规则，{last} 24时以前报送算按时。" if last else "这里的规则没有写多少天内报送。"
        except ValueError:
            due = ""
    shown = examined is not None and not examined.problems
    page = view.form_page(
        call.services.settings,
        _frame(call),
        view.FormView(
            catalog=catalog,
            home=home,
            profile=home.profile,
            type=kind,
            own_body=call.who.body,
            form=form,
            due=due,
            problems=examined.problems if examined else {},
            hints=examined.hints if examined else (),
            preview=preview_of(catalog, home.place.id, examined, call.services.render, _today(call))
            if examined and shown
            else "",
        ),
    )
    return call.page(page, status)


def _page(
    call: Call, record: CaseRecord, event: str = "", problems: dict[str, str] | None = None, status: int = 200
) -> Response:
    desk, catalog = _desk(call), call.services.catalog()
    day = day_of(call.services.now())
    home = desk.home(record.place)
    events = list(call.services.store.events(record.kind, record.id))
    open_state = MACHINE.states[record.state].open
    steps = standings(desk, record, day) if open_state and record.state != "merged" else []
    page = view.proposal_page(
        call.services.settings,
        _frame(call),
        view.ProposalView(
            record=record,
            home=home,
            role=call.who.role,
            report=report_of(catalog, record, steps, call.services.render, day),
            timeline=view.told(events, home, catalog.vocabularies.roles),
            next_step=next_to_act(steps) if steps else MACHINE.states[record.state].public,
            lacks=[one.lack for one in steps if one.lack],
            kinds=frozenset(one.step.kind for one in steps),
            event=event,
            values=call.form,
            problems=problems or {},
        ),
    )
    return call.page(page, status)


def _told(call: Call, record: CaseRecord) -> Told:
    desk, day = _desk(call), day_of(call.services.now())
    running = MACHINE.states[record.state].open and record.state != "merged"
    steps = standings(desk, record, day) if running else []
    return Told(
        id=record.id,
        number=record.data["number"],
        state=record.state,
        state_label=MACHINE.states[record.state].label,
        delivery=record.data["delivery"]["status"],
        timeliness=timeliness_of(record).sentence,
        next=next_to_act(steps) if steps else "",
        missing=tuple(lacks(desk, record, day)) if running else (),
        items=tuple(record.data["items"]),
        head=record.data["delivery"].get("head", ""),
    )


def _record(call: Call) -> CaseRecord:
    record = call.services.store.get(MACHINE.kind, call.arguments["id"])
    if not sees(call.who.actor, record):
        raise Problem("not-found")
    return record


def _step(call: Call, event: str, given: Mapping[str, str]) -> Step:
    if not _STEP.fullmatch(event):
        raise Problem("not-found")
    return Step(event, call.who.actor, call.services.now(), dict(given))


def _desk(call: Call) -> ProposalDesk:
    catalog = call.services.catalog()
    return ProposalDesk(catalog, WorkingCalendar(catalog.calendars))


def _today(call: Call) -> str:
    return day_of(call.services.now())


def _frame(call: Call) -> Frame:
    return office.frame(call.who, call.services.catalog(), guards.form_token(call))


PAGE: dict[str, Any] = {"media": "text/html"}
ROUTES = (
    Route("GET", "/office/proposals/new", "proposal_form", "新申请", PROPOSERS, form_page, **PAGE),
    Route("POST", "/office/proposals/check", "check_proposal", "检查并预览", PROPOSERS, check, limit="write", **PAGE),
    Route("POST", "/office/proposals", "send_proposal_by_form", "报送", PROPOSERS, send_by_form, limit="write", **PAGE),
    Route("GET", "/office/proposals/<id>", "proposal_page", "一件申请", READERS, proposal_page, **PAGE),
    Route("POST", "/office/proposals/<id>/<event>", "proposal_step_by_form", "办一步", WORKERS, step_by_form,
          limit="write", **PAGE),
    Route("POST", "/api/v1/proposals", "send_proposal", "报送调整申请", PROPOSERS, send, body=Application, answer=Sent,
          status=202, keyed=True, limit="write", problems=("not-found",)),
    Route("GET", "/api/v1/proposals/<id>", "proposal", "一件申请", READERS, proposal, answer=Told),
    Route("POST", "/api/v1/proposals/<id>/<event>", "step_proposal", "申请的一步", WORKERS, step, body=StepWish,
          answer=Told, keyed=True, versioned=True, limit="write", problems=("not-now",)),
)  # fmt: skip
