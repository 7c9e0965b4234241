"""The workbench's home and worklists."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlencode

import msgspec
from werkzeug.wrappers import Response

from mianzheng.accounts import Account
from mianzheng.cases.machine import Machine
from mianzheng.cases.records import CaseRecord, Worklist
from mianzheng.clock import SHANGHAI, WorkingCalendar, day_of
from mianzheng.complaints.clocks import Clocks
from mianzheng.complaints.filing import grounds
from mianzheng.complaints.machines import MACHINE as COMPLAINT
from mianzheng.complaints.overdue import is_provisional, shelf
from mianzheng.complaints.receivers import keeper_of
from mianzheng.duties import duties_of
from mianzheng.proposals.machines import MACHINE as PROPOSAL
from mianzheng.proposals.machines import PROPOSERS, REVIEWERS
from mianzheng.suggestions.machines import MACHINE as SUGGESTION
from mianzheng.views import cases, office, proposals, suggestion_office
from mianzheng.views.frames import Frame
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import desk_of
from mianzheng.web.complaint_entry import ENTERING
from mianzheng.web.complaint_list import PAGE_SIZE, seen, with_ground
from mianzheng.web.routes import Route

LISTS: Mapping[str, Machine] = {"/office/complaints": COMPLAINT, "/office/proposals": PROPOSAL}
BEGINNING: Mapping[str, tuple[frozenset[str], tuple[tuple[str, str], ...]]] = {
    "/office/complaints": (ENTERING, (("/office/complaints/new", "登记一件"),)),
    "/office/proposals": (
        PROPOSERS,
        (("/office/proposals/new", "写一份申请"), ("/office/proposals/drafts", "我的草稿")),
    ),
}
"""Worklist → who may begin something new from it, and where."""
COUNTED = 1000
NOTHING: Mapping[str, str] = MappingProxyType({})
MOMENT = datetime.timedelta(microseconds=1)
"""Due instants are exclusive: what is due at midnight is late from that very moment on."""


def home(call: Call) -> Response:
    """`GET /office/`: what the role has to do today."""
    menu = {address for address, _ in _frame(call).menu}
    lists = [_view(call, address, "today") for address in LISTS if address in menu]
    waiting = None
    if suggestion_office.HERE in menu:
        query = Worklist(kind=SUGGESTION.kind, place=call.who.place, states=SUGGESTION.open_states())
        waiting = len(call.services.store.worklist(query, "", COUNTED).records)
    return call.page(office.home_page(call.services.settings, _frame(call), lists, waiting, _duties(call)))


def _duties(call: Call) -> list[office.DutyRow]:
    """What falls due for the list: a department sees its own, whoever reviews sees what the office sees."""
    catalog, now = call.services.catalog(), call.services.now()
    home = catalog.places.get(call.who.place)
    if home is None or call.who.role not in PROPOSERS | REVIEWERS:
        return []
    body = keeper_of(home) if call.who.role in REVIEWERS else call.who.body
    shown = [duty for duty in duties_of(catalog, home, now) if duty.body == body]
    return office.duty_rows(shown, WorkingCalendar(catalog.calendars), now)


def worklist(call: Call) -> Response:
    """`GET /office/complaints`, `/office/proposals`, with `?tab=`."""
    tab = call.request.args.get("tab", "open")
    known = {code for code, _, _ in (office.COMPLAINT_TABS if call.route.path == "/office/complaints" else office.TABS)}
    view = _view(call, call.route.path, tab if tab in known else "open", call.request.args)
    return call.page(office.worklist_page(call.services.settings, _frame(call), view))


def _view(call: Call, address: str, tab: str, asked: Mapping[str, str] = NOTHING) -> office.WorklistView:
    machine = LISTS[address]
    queries = _queries(machine, call.who, call.services.now())
    filters = _filters(call, machine, asked)
    chosen = {one.name: one.value for one in filters if one.value}
    query = queries[tab]
    if "state" in chosen:
        query = msgspec.structs.replace(query, states=(chosen["state"],))
    mark = call.services.signer.mark(asked.get("cursor", ""), call.who.id)
    narrowed = with_ground(chosen.get("ground", ""))
    kept = _kept(call, machine)
    records, after = _found(call, machine, query, mark, PAGE_SIZE, lambda one: kept[tab](one) and narrowed(one))
    following = {"tab": tab, **chosen, "cursor": call.services.signer.cursor(after, call.who.id)}
    return office.WorklistView(
        title=machine.label,
        address=address,
        tab=tab,
        counts={code: len(_found(call, machine, one, "", COUNTED, kept[code])[0]) for code, one in queries.items()},
        rows=_rows(call, machine, records),
        next=f"{address}?{urlencode(following)}" if after else "",
        filters=filters,
        actions=BEGINNING[address][1] if call.who.role in BEGINNING[address][0] else (),
        tabs=office.COMPLAINT_TABS if machine is COMPLAINT else office.TABS,
    )


def _found(
    call: Call, machine: Machine, query: Worklist, after: str, size: int, wanted: Callable[[CaseRecord], bool]
) -> tuple[list[CaseRecord], str]:
    if machine is COMPLAINT:
        return seen(call, query, after, size, wanted)
    page = call.services.store.worklist(query, after, size)
    return list(page.records), page.after


def _filters(call: Call, machine: Machine, asked: Mapping[str, str]) -> tuple[office.Filter, ...]:
    """What a list of complaints may be narrowed by; a value that is not offered counts as none."""
    home = call.services.catalog().places.get(call.who.place)
    if machine is not COMPLAINT or home is None or home.profile is None:
        return ()
    known = grounds(home.profile, call.services.catalog().vocabularies)
    states = [(code, machine.states[code].label) for code in machine.open_states()]
    offered = (("state", "状态", states), ("ground", "反映的问题", [(code, one.label) for code, one in known.items()]))
    return tuple(
        office.Filter(name, label, options, asked.get(name, "") if asked.get(name) in dict(options) else "")
        for name, label, options in offered
    )


def _queries(machine: Machine, who: Account, now: datetime.datetime) -> dict[str, Worklist]:
    """The query behind each tab. A department sees its own body's cases. What a handler sees is decided case by case,
    because a case that several bodies handle stands with the leading one only."""
    tonight = (now.astimezone(SHANGHAI) + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    all_open = Worklist(kind=machine.kind, place=who.place, states=machine.open_states())
    if who.role == "department":
        all_open = msgspec.structs.replace(all_open, body=who.body)
    taken = {"handler": who.id} if who.role == "handler" else {"body": who.body}
    mine = msgspec.structs.replace(all_open, **taken)
    late = msgspec.structs.replace(all_open, due_until=now + MOMENT)
    queries = {
        "today": msgspec.structs.replace(all_open, due_from=now + MOMENT, due_until=tonight + MOMENT),
        "late": late,
        "mine": mine,
        "open": all_open,
    }
    return queries | ({"passed": late, "provisional": all_open} if machine is COMPLAINT else {})


def _kept(call: Call, machine: Machine) -> Mapping[str, Callable[[CaseRecord], bool]]:
    """What a tab keeps of its query: a target that has passed is no breach and has a list of its own (CLK-13)."""
    home = call.services.catalog().places.get(call.who.place)
    if machine is not COMPLAINT or home is None or home.profile is None:
        return defaultdict(lambda: bool)
    clocks, now = Clocks(WorkingCalendar(call.services.catalog().calendars), home.profile), call.services.now()
    return defaultdict(
        lambda: bool,
        late=lambda record: shelf(clocks, record, now) == "overdue",
        passed=lambda record: shelf(clocks, record, now) == "target_passed",
        provisional=is_provisional,
    )


def _rows(call: Call, machine: Machine, records: Sequence[CaseRecord]) -> list[office.WorklistRow]:
    """A list is of one place, so one desk, with its calendar, serves all of its rows."""
    if machine is not COMPLAINT:
        home = call.services.catalog().places.get(call.who.place)
        profile, day = home.profile if home else None, day_of(call.services.now())
        return [proposals.worklist_row(record, profile, day) for record in records]
    if not records:
        return []
    desk, now = desk_of(call, records[0]), call.services.now()
    return [cases.worklist_row(desk, record, now) for record in records]


def _frame(call: Call) -> Frame:
    return office.frame(call.who, call.services.catalog(), guards.form_token(call))


ROUTES = (
    Route("GET", "/office/", "office_home", "工作台首页", "staff", home, media="text/html"),
    Route("GET", "/office/complaints", "complaints_page", "投诉举报", office.MENU[0][2], worklist, media="text/html"),
    Route("GET", "/office/proposals", "proposals_page", "清单调整", office.MENU[1][2], worklist, media="text/html"),
)
