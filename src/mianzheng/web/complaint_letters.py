"""Letters of a case to whoever complained, as a page to print and as a file."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.wrappers import Response

from mianzheng.errors import RecordNotFound
from mianzheng.views import letters as view
from mianzheng.views import office
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import WORKERS, case_for_staff, desk_of, texts_of
from mianzheng.web.routes import Route

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def letter_page(call: Call) -> Response:
    """`GET /office/complaints/<id>/letters/<event>`. Raises RecordNotFound while there is no such letter."""
    around = office.frame(call.who, call.services.catalog(), guards.form_token(call))
    address = f"/office/complaints/{call.arguments['id']}"
    return call.page(view.letter_page(call.services.settings, around, _letter(call), address))


def letter_file(call: Call) -> Response:
    """`GET /office/complaints/<id>/letters/<event>/docx`, as an attachment."""
    letter = _letter(call)
    response = Response(view.letter_file(call.services.settings, letter), content_type=DOCX)
    name = quote(f"{letter.title}-{letter.number}.docx")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _letter(call: Call) -> view.Letter:
    record = case_for_staff(call, call.arguments["id"])
    events = list(call.services.store.events(record.kind, record.id))
    found = view.letters_of(desk_of(call, record), record, events, texts_of(call, record, events))
    if call.arguments["event"] not in found:
        raise RecordNotFound("这一件没有这份告知书。")
    return found[call.arguments["event"]]


ROUTES = (
    Route("GET", "/office/complaints/<id>/letters/<event>", "letter_page", "告知书", WORKERS, letter_page,
          media="text/html"),
    Route("GET", "/office/complaints/<id>/letters/<event>/docx", "letter_file", "告知书文件", WORKERS, letter_file,
          media="text/html"),
)  # fmt: skip
