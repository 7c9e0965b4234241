"""Files too long for one answer, fetched in parts by the page that the logged `open_file` answered with.

Opening is logged once. Each part shows the signed word that it was, made for this session and file, and is refused as
soon as the step itself would be. Parts have numbers instead of being ranges: gateways change ranges on the way.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from werkzeug.wrappers import Response

from mianzheng.cases.records import CaseRecord
from mianzheng.cases.steps import Step
from mianzheng.complaints.attached import name_of
from mianzheng.complaints.uploads import MOST_BYTES
from mianzheng.errors import RecordNotFound
from mianzheng.model import Record
from mianzheng.views import cases
from mianzheng.views.frames import Frame
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import WORKERS, case_for_staff, stepped
from mianzheng.web.complaint_files import opened, saved_as
from mianzheng.web.routes import Route


class PartAsked(Record, kw_only=True):
    """Which part, from 0, and the word that the file was opened."""

    part: Annotated[int, Meta(ge=0, le=999)]
    opened: Annotated[str, Meta(max_length=500)]


def in_parts(call: Call, content: bytes) -> bool:
    """Whether a file is too long for one answer here."""
    return 0 < call.services.most_answer < len(content)


def parts_page(
    call: Call, around: Frame, record: CaseRecord, file: str, label: str, purpose: str, size: int
) -> Response:
    """The page that fetches a file which was just logged as opened, and saves it."""
    fetched = cases.Fetched(
        address=f"/api/v1/complaints/{record.id}/files/{file}",
        opened=call.services.signer.opening(purpose, name_of(record.id, file), call.token),
        parts=-(-size // call.services.most_answer),
        size=size,
        name=saved_as(file, record.data["number"], label),
    )
    return call.page(cases.parts_page(call.services.settings, around, record, label, fetched))


def part(call: Call) -> Response:
    """`GET /api/v1/complaints/<id>/files/<file>`. Raises Problem: not-found, not-now (not opened, or no longer to be),
    unavailable."""
    services, wish, file = call.services, call.asked(PartAsked), call.arguments["file"]
    record = case_for_staff(call, call.arguments["id"])
    purpose = services.signer.purpose_of(wish.opened, name_of(record.id, file), call.token)
    given = {"file": file, "purpose": purpose}
    stepped(call, record, Step("open_file", call.who.actor, services.now(), given))  # may it still be? not kept
    _, content = opened(call, record, file)
    size = services.most_answer or MOST_BYTES
    piece = content[wish.part * size : (wish.part + 1) * size]
    if not piece:
        raise RecordNotFound("没有这一段。")
    return Response(piece, content_type="application/octet-stream")


ROUTES = (
    Route("GET", "/api/v1/complaints/<id>/files/<file>", "complaint_file_part", "打开过的大文件的一段", WORKERS, part,
          query=PartAsked, problems=("not-now",)),
)  # fmt: skip
