"""A department's table, uploaded: drafts of applications, every remark on it, and its annotated copy to take home.

The table itself is not kept: who filled it in stands in it. What is kept for a while is its copy without them.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from mianzheng.errors import AlreadyExists, BadArgument
from mianzheng.proposals.fields import fields_of
from mianzheng.proposals.machines import PROPOSERS
from mianzheng.views import proposal_sheets as view
from mianzheng.web import long_values
from mianzheng.web.calls import Call
from mianzheng.web.problems import Problem
from mianzheng.web.proposal_desk import frame_of, today
from mianzheng.web.proposal_entry import begun
from mianzheng.web.routes import Route

if TYPE_CHECKING:
    from mianzheng.sheets.receiving import Received

LIMIT = 4_000_000
"""Bytes of an upload: what a cloud function may be handed."""
LINES = 1000
"""Lines of a table that are judged while somebody waits; longer ones come in parts."""
KEPT = datetime.timedelta(days=7)
_ID = re.compile(r"sh-[0-9a-z]{16}", re.ASCII)
_NAME = re.compile(r"[^\w.()（）-]+")


def upload_page(call: Call) -> Response:
    """`GET /office/proposals/sheets/new`."""
    return _upload(call)


def upload(call: Call) -> Response:
    """`POST /office/proposals/sheets`: one draft for each 200 items; the same upload once more is the same drafts."""
    id = call.form.get("sheet", "")
    if not _ID.fullmatch(id):
        raise Problem("malformed", "请从本站的表单提交。")
    if _kept(call, id) is not None:
        return call.see(f"{view.SHEETS}/{id}")
    from mianzheng.sheets.receiving import received  # spreadsheets are read by heavy libraries

    file = call.request.files.get("table")
    name = _NAME.sub("", file.filename or "")[-80:] if file else ""
    services, day = call.services, today(call)
    try:
        if not file or not name:
            raise BadArgument("请先选一个表格文件。")
        found = received(file.read(), services.catalog(), call.who.place, day, services.render, most=LINES)
    except BadArgument as error:
        return _upload(call, error.problems)
    drafts = []
    for number, application in enumerate(found.imported.applications):
        draft = f"dr-{hashlib.sha256(f'{id}/{number}'.encode()).hexdigest()[:16]}"
        drafts.append(draft)
        try:
            begun(call, "add", fields_of(application), id=draft)
        except AlreadyExists:  # stopped half-way the last time
            continue
    report = _report_on(found, call.who.id, name, drafts)
    until = services.now() + KEPT
    long_values.keep(services.store, f"{id}:copy", found.copy(day), until)
    long_values.keep(services.store, id, zlib.compress(msgspec.json.encode(report)), until)
    return call.see(f"{view.SHEETS}/{id}")


def sheet_page(call: Call) -> Response:
    """`GET /office/proposals/sheets/<id>`: what the table has become, remark by remark."""
    report = _report(call)
    page = view.sheet_page(call.services.settings, frame_of(call), call.arguments["id"], report, KEPT.days)
    return call.page(page)


def sheet_copy(call: Call) -> Response:
    """`GET /office/proposals/sheets/<id>/copy`: the annotated table."""
    report = _report(call)
    content = long_values.kept(call.services.store, f"{call.arguments['id']}:copy", call.services.now())
    if content is None:
        raise Problem("not-found")
    answer = Response(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    name = quote(f"批注-{report.name.rpartition('.')[0] or report.name}.xlsx")
    answer.headers["Content-Disposition"] = f"attachment; filename=\"table.xlsx\"; filename*=UTF-8''{name}"
    return answer


def _report_on(found: Received, account: str, name: str, drafts: list[str]) -> view.SheetReport:
    from mianzheng.sheets.accounting import in_order, summary, where

    items = [len(application.items) for application in found.imported.applications]
    said = in_order(found.remarks)
    return view.SheetReport(
        account=account,
        name=name,
        summary=summary(found.reading, found.imported, found.remarks),
        drafts=tuple(zip(drafts, items, strict=True)),
        remarks=tuple(view.CellRemark(cell=where(one), said=one.said, level=one.level or "") for one in said),
    )


def _upload(call: Call, problems: tuple[str, ...] = ()) -> Response:
    page = view.upload_page(
        call.services.settings, frame_of(call), call.services.new_id("sh"), problems, megabytes=LIMIT // 1_000_000,
        lines=LINES,
    )  # fmt: skip
    return call.page(page, 422 if problems else 200)


def _report(call: Call) -> view.SheetReport:
    found = _kept(call, call.arguments["id"])
    if found is None:
        raise Problem("not-found", "这份导入结果已经过期；导入的草稿还在“我的草稿”里。")
    return found


def _kept(call: Call, id: str) -> view.SheetReport | None:
    """The report on an upload of whoever asks."""
    content = long_values.kept(call.services.store, id, call.services.now()) if _ID.fullmatch(id) else None
    if content is None:
        return None
    report = msgspec.json.decode(zlib.decompress(content), type=view.SheetReport)
    return report if report.account == call.who.id else None


PAGE: dict[str, Any] = {"media": "text/html"}
ROUTES = (
    Route("GET", "/office/proposals/sheets/new", "sheet_form", "从表格导入", PROPOSERS, upload_page, **PAGE),
    Route("POST", "/office/proposals/sheets", "upload_sheet", "上传表格", PROPOSERS, upload, limit="file", size=LIMIT,
          problems=("malformed", "too-large"), **PAGE),
    Route("GET", "/office/proposals/sheets/<id>", "sheet", "导入的结果", PROPOSERS, sheet_page, **PAGE),
    Route("GET", "/office/proposals/sheets/<id>/copy", "sheet_copy", "批注后的表", PROPOSERS, sheet_copy, **PAGE),
)  # fmt: skip
