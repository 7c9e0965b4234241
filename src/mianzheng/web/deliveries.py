"""What could not be delivered and was set aside: the office sees it, reads why, and sends it again (F37)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from mianzheng.cases.letters import MAIL
from mianzheng.cases.records import Claimed
from mianzheng.complaints.receivers import KEEPERS
from mianzheng.errors import RecordNotFound
from mianzheng.views import office
from mianzheng.views.notices import workbench_page
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import body_name
from mianzheng.web.routes import Route

WHO = frozenset(KEEPERS)
"""The office that keeps the list of a place; it is told of nothing that concerns another place."""


def parked_page(call: Call) -> Response:
    """`GET /office/deliveries`."""
    rows = [
        office.ParkedRow(
            id=one.delivery.id,
            number=one.delivery.data.get("number", ""),
            link=workbench_page(one.delivery.data),
            to=body_name(call, call.who.place, one.delivery.data["to"]["body"]),
            error=one.error,
        )
        for one in _parked(call)
    ]
    around = office.frame(call.who, call.services.catalog(), guards.form_token(call))
    return call.page(office.parked_page(call.services.settings, around, rows))


def send_again(call: Call) -> Response:
    """`POST /office/deliveries`: one is due again at once. Raises RecordNotFound, for those of other places too."""
    wanted = call.form.get("delivery", "")
    if wanted not in {one.delivery.id for one in _parked(call)}:
        raise RecordNotFound("这封信已经不在这里了，可能刚刚有人重新送过。")
    call.services.store.unpark(wanted, call.services.now())
    return call.see("/office/deliveries")


def _parked(call: Call) -> list[Claimed]:
    """The letters to bodies of the caller's place that were set aside."""
    letters = (one for one in call.services.store.parked() if one.delivery.topic == MAIL)
    return [one for one in letters if one.delivery.data.get("to", {}).get("place") == call.who.place]


ROUTES = (
    Route("GET", "/office/deliveries", "parked_page", "没有送出的信", WHO, parked_page, media="text/html"),
    Route("POST", "/office/deliveries", "send_again", "再送一次", WHO, send_again, media="text/html", limit="write"),
)
