"""Lists of complaints: what somebody may see of a query, for the worklists and for programs."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta
from werkzeug.wrappers import Response

from mianzheng.cases.records import CaseRecord, Worklist
from mianzheng.complaints.desk import sees
from mianzheng.complaints.machines import MACHINE
from mianzheng.model import Record
from mianzheng.web.calls import Call
from mianzheng.web.complaint_office import READERS, CaseAnswer, told
from mianzheng.web.problems import FieldProblem, Problem
from mianzheng.web.routes import Route

PAGE_SIZE = 50
PAGES_LOOKED_THROUGH = 20
"""A page of the list comes from at most so many pages of the store; then it ends early and the next one goes on."""
Short = Annotated[str, Meta(max_length=60)]


class ComplaintQuery(Record, kw_only=True):
    """Which complaints: in a state, at a body, with a ground, due before an instant (ISO, with offset)."""

    state: Short = ""
    body: Short = ""
    ground: Short = ""
    due_before: Short = ""
    cursor: Annotated[str, Meta(max_length=500)] = ""


class ComplaintList(Record, kw_only=True):
    """A page, what is due first standing first; `next` is the cursor of the page after it, empty on the last."""

    complaints: tuple[CaseAnswer, ...]
    next: str = ""


def seen(
    call: Call, query: Worklist, after: str, size: int, wanted: Callable[[CaseRecord], bool] = bool
) -> tuple[list[CaseRecord], str]:
    """The cases of a query that the caller may see (A03) and that are wanted, at least `size` of them if there are, and
    the next mark."""
    found: list[CaseRecord] = []
    for _ in range(PAGES_LOOKED_THROUGH):
        page = call.services.store.worklist(query, after, size)
        after = page.after
        mine = (record for record in page.records if sees(call.who.actor, record))
        found += filter(wanted, mine)
        if len(found) >= size or not after:
            break
    return found, after


def with_ground(ground: str) -> Callable[[CaseRecord], bool]:
    """Whether a case names a ground; any will do when none is asked for."""
    return lambda record: not ground or ground in record.data["grounds"]


def complaints(call: Call) -> Response:
    """`GET /api/v1/complaints`. Raises Problem: invalid, bad-cursor."""
    asked = call.asked(ComplaintQuery)
    query = Worklist(kind=MACHINE.kind, place=call.who.place, body=asked.body, due_until=_before(asked.due_before))
    if asked.state:
        if asked.state not in MACHINE.states:
            raise _wrong("state", f"没有这个状态，可以写：{'、'.join(MACHINE.states)}")
        query = msgspec.structs.replace(query, states=(asked.state,))
    mark = call.services.signer.mark(asked.cursor, call.who.id)
    found, after = seen(call, query, mark, PAGE_SIZE, with_ground(asked.ground))
    following = call.services.signer.cursor(after, call.who.id)
    return call.answer(ComplaintList(complaints=tuple(map(told, found)), next=following))


def _before(text: str) -> datetime.datetime | None:
    if not text:
        return None
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise _wrong("due_before", "请写带时区的时刻，例如 2026-02-13T10:00:00%2B08:00")
    return at


def _wrong(name: str, detail: str) -> Problem:
    return Problem("invalid", "", [FieldProblem(pointer=f"/{name}", detail=detail)])


ROUTES = (
    Route("GET", "/api/v1/complaints", "complaints", "投诉列表，没有个人信息", READERS, complaints,
          query=ComplaintQuery, answer=ComplaintList, problems=("bad-cursor",)),
)  # fmt: skip
