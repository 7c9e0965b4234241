"""The workbench's home and worklists."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import msgspec
from werkzeug.wrappers import Response

from mianzheng.accounts import Account
from mianzheng.cases.machine import Machine
from mianzheng.cases.records import CaseRecord, Worklist
from mianzheng.clock import SHANGHAI
from mianzheng.complaints.machines import MACHINE as COMPLAINT
from mianzheng.proposals.machines import MACHINE as PROPOSAL
from mianzheng.views import cases, office, proposals
from mianzheng.views.frames import Frame
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import desk_of
from mianzheng.web.routes import Route

LISTS: Mapping[str, Machine] = {"/office/complaints": COMPLAINT, "/office/proposals": PROPOSAL}
PAGE_SIZE = 50
COUNTED = 1000
MOMENT = datetime.timedelta(microseconds=1)
"""Due instants are exclusive: what is due at midnight is late from that very moment on."""


def home(call: Call) -> Response:
    """`GET /office/`: what the role has to do today."""
    menu = {address for address, _ in _frame(call).menu}
    lists = [_view(call, address, "today") for address in LISTS if address in menu]
    return call.page(office.home_page(call.services.settings, _frame(call), lists))


def worklist(call: Call) -> Response:
    """`GET /office/complaints`, `/office/proposals`, with `?tab=`."""
    tab = call.request.args.get("tab", "open")
    known = {code for code, _, _ in office.TABS}
    view = _view(call, call.route.path, tab if tab in known else "open", call.request.args.get("cursor", ""))
    return call.page(office.worklist_page(call.services.settings, _frame(call), view))


def _view(call: Call, address: str, tab: str, cursor: str = "") -> office.WorklistView:
    machine, store = LISTS[address], call.services.store
    queries = _queries(machine, call.who, call.services.now())
    counts = {code: len(store.worklist(query, "", COUNTED).records) for code, query in queries.items()}
    page = store.worklist(queries[tab], call.services.signer.mark(cursor, call.who.id), PAGE_SIZE)
    after = call.services.signer.cursor(page.after, call.who.id)
    return office.WorklistView(
        title=machine.label,
        address=address,
        tab=tab,
        counts=counts,
        rows=[_row(call, machine, record) for record in page.records],
        next=f"{address}?tab={tab}&cursor={after}" if after else "",
    )


def _queries(machine: Machine, who: Account, now: datetime.datetime) -> dict[str, Worklist]:
    """The query behind each tab. A department sees its own body's cases, a handler those handed to the body."""
    tonight = (now.astimezone(SHANGHAI) + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    all_open = Worklist(kind=machine.kind, place=who.place, states=machine.open_states())
    if who.role in ("department", "handler"):
        all_open = msgspec.structs.replace(all_open, body=who.body)
    taken = {"handler": who.id} if who.role == "handler" else {"body": who.body}
    mine = msgspec.structs.replace(all_open, **taken)
    return {
        "today": msgspec.structs.replace(all_open, due_from=now + MOMENT, due_until=tonight + MOMENT),
        "late": msgspec.structs.replace(all_open, due_until=now + MOMENT),
        "mine": mine,
        "open": all_open,
    }


def _row(call: Call, machine: Machine, record: CaseRecord) -> office.WorklistRow:
    if machine is COMPLAINT:
        return cases.worklist_row(desk_of(call, record), record, call.services.now())
    return proposals.worklist_row(record)


def _frame(call: Call) -> Frame:
    return office.frame(call.who, call.services.catalog(), guards.form_token(call))


ROUTES = (
    Route("GET", "/office/", "office_home", "工作台首页", "staff", home, media="text/html"),
    Route("GET", "/office/complaints", "complaints_page", "投诉举报", office.MENU[0][2], worklist, media="text/html"),
    Route("GET", "/office/proposals", "proposals_page", "清单调整", office.MENU[1][2], worklist, media="text/html"),
)
