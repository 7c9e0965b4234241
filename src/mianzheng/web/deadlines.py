"""`GET /api/v1/deadlines`: when something is due, with the counting."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, field
from werkzeug.wrappers import Response

from mianzheng.clock import WorkingCalendar, answer, read_question
from mianzheng.model import Record
from mianzheng.web.calls import Call
from mianzheng.web.routes import Route

Short = Annotated[str, Meta(max_length=60)]


class DeadlineQuery(Record, kw_only=True):
    """The question: whose rules, which clock, counted from when, with what extension or length."""

    profile: Short = ""
    rule: Short = ""
    from_: Short = field(name="from", default="")
    extend: Short = ""
    days: Short = ""


class DeadlineAnswer(Record, kw_only=True):
    """When it is due. `trail`: days `{day, counted, n, why}` or spans of time `{start, end, minutes}`."""

    rule: str
    due_at: str | None
    due_day: str | None
    certain: bool
    may_change: bool
    nominal_due_at: str | None
    target: dict[str, str] | None
    trail: tuple[dict[str, str | int | bool], ...]


def deadlines(call: Call) -> Response:
    """`GET /api/v1/deadlines`. Raises Problem `invalid` naming everything that is wrong with the question."""
    asked, catalog = call.asked(DeadlineQuery), call.services.catalog()
    question = read_question(
        catalog.profiles,
        profile=asked.profile,
        rule=asked.rule,
        start=asked.from_,
        extend=asked.extend,
        days=asked.days,
    )
    found = answer(WorkingCalendar(catalog.calendars), question)
    return call.answer(msgspec.convert(msgspec.to_builtins(found), DeadlineAnswer))


ROUTES = (
    Route("GET", "/api/v1/deadlines", "deadlines", "期限计算，带每一天怎么算的", "public", deadlines,
          query=DeadlineQuery, answer=DeadlineAnswer),
)  # fmt: skip
