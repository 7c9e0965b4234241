"""`GET /api/v1/deadlines`: when something is due, with the counting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, field
from werkzeug.wrappers import Response

from mianzheng.clock import WorkingCalendar, answer, read_question
from mianzheng.errors import BadArgument
from mianzheng.model import Record
from mianzheng.views.deadlines import deadline_form, deadline_result, deadline_title
from mianzheng.views.frames import site_page
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
    trail: tuple[dict[str, str | int | bool | float], ...]


def deadlines(call: Call) -> Response:
    """`GET /api/v1/deadlines`: JSON, or a page for people. Raises Problem `invalid` naming all that is wrong."""
    asked, catalog = call.asked(DeadlineQuery), call.services.catalog()
    calendar = WorkingCalendar(catalog.calendars)
    try:
        question = read_question(
            catalog.profiles,
            profile=asked.profile,
            rule=asked.rule,
            start=asked.from_,
            extend=asked.extend,
            days=asked.days,
        )
    except BadArgument as error:
        if call.wants_page:
            return _form_again(call, error.problems)
        raise
    found = answer(calendar, question)
    if call.wants_page:
        body = deadline_result(catalog, calendar, question, found, "/")
        return call.page(site_page(call.services.settings, deadline_title(found), body))
    return call.answer(msgspec.convert(msgspec.to_builtins(found), DeadlineAnswer))


def _form_again(call: Call, problems: Sequence[str]) -> Response:
    body = deadline_form(call.services.catalog(), "/", dict(call.request.args), problems)
    return call.page(site_page(call.services.settings, "算期限", body), 422)


ROUTES = (
    Route("GET", "/api/v1/deadlines", "deadlines", "期限计算，带每一天怎么算的", "public", deadlines,
          query=DeadlineQuery, answer=DeadlineAnswer),
)  # fmt: skip
