"""Internal reports on complaints for the receivers, the office that keeps the list, and the auditor."""

from __future__ import annotations

from collections.abc import Iterator

from werkzeug.wrappers import Response

from mianzheng.cases.records import CaseRecord, Worklist
from mianzheng.clock import WorkingCalendar
from mianzheng.complaints.clocks import Clocks
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.receivers import KEEPERS
from mianzheng.errors import RecordNotFound
from mianzheng.statistics.facts import facts, month_of, quarter_of
from mianzheng.statistics.internal import by_unit, shared
from mianzheng.views import office
from mianzheng.views import reports as view
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.routes import Route

READERS = frozenset({"receiver", *KEEPERS, "auditor"})
READ_AT_ONCE = 500


def reports_page(call: Call) -> Response:
    """`GET /office/reports?quarter=2026-Q3`; without one, the quarter that runs."""
    around = office.frame(call.who, call.services.catalog(), guards.form_token(call))
    return call.page(view.report_page(call.services.settings, around, _report(call)))


def reports_file(call: Call) -> Response:
    """`GET /office/reports/csv`: the same as a table."""
    report = _report(call)
    response = Response(view.report_csv(report), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename=complaints-{report.quarter}.csv"
    return response


def _report(call: Call) -> view.ReportView:
    catalog, now = call.services.catalog(), call.services.now()
    home = catalog.places.get(call.who.place)
    reasons = catalog.vocabularies.reasons
    if home is None or home.profile is None or reasons is None:
        raise RecordNotFound("没有这个地区。")
    profile = home.profile
    known = facts(_records(call), Clocks(WorkingCalendar(catalog.calendars), profile), now)
    running = quarter_of(month_of(now))
    quarters = sorted({running, *(quarter_of(month) for fact in known for month in (fact.month, fact.closed) if month)})
    wanted = call.request.args.get("quarter", running)
    quarter = wanted if wanted in quarters else running
    first = 3 * int(quarter[-1]) - 2
    return view.ReportView(
        home=home,
        quarter=quarter,
        quarters=quarters[::-1],
        units=by_unit(known, [f"{quarter[:4]}-{month:02}" for month in range(first, first + 3)]),
        shared=shared(known, quarter, profile),
        ground_names={e.code: e.label for e in (*reasons.complaint_grounds, *reasons.rebound_tags)},
        threshold=profile.stats.hotspot_threshold.value,
    )


def _records(call: Call) -> Iterator[CaseRecord]:
    """Every complaint of the place, in any state."""
    after, query = "", Worklist(kind=MACHINE.kind, place=call.who.place)
    while True:
        page = call.services.store.worklist(query, after, READ_AT_ONCE)
        yield from page.records
        if not page.after:
            return
        after = page.after


ROUTES = (
    Route("GET", "/office/reports", "reports_page", "投诉举报分析", READERS, reports_page, media="text/html"),
    Route("GET", "/office/reports/csv", "reports_file", "投诉举报分析表", READERS, reports_file, media="text/html"),
)  # fmt: skip
