"""Written opinions (审核意见) of reviewers as files to print and stamp."""

from __future__ import annotations

from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from mianzheng.errors import RecordNotFound
from mianzheng.model import PlaceCatalog
from mianzheng.proposals.chains import TYPES
from mianzheng.proposals.handling import sees, timeliness_of
from mianzheng.proposals.machines import MACHINE, PROPOSERS, REVIEWERS
from mianzheng.proposals.opinions import opinions_of
from mianzheng.proposals.was_now import ItemChange
from mianzheng.web.calls import Call
from mianzheng.web.complaint_letters import DOCX
from mianzheng.web.problems import Problem
from mianzheng.web.routes import Route


def opinion_file(call: Call) -> Response:
    """`GET /office/proposals/<id>/opinions/<seq>/docx`, as an attachment. Raises RecordNotFound for no such opinion."""
    from mianzheng.sheets.opinion import TITLE, OpinionPaper, opinion_docx  # Word is loaded for papers only

    services = call.services
    record = services.store.get(MACHINE.kind, call.arguments["id"])
    if not sees(call.who.actor, record):
        raise Problem("not-found")
    events = services.store.events(record.kind, record.id)
    found = [one for one in opinions_of(events) if str(one.seq) == call.arguments["seq"]]
    home = services.catalog().places.get(record.place)
    if not found or home is None:
        raise RecordNotFound("这件申请没有这份审核意见。")
    paper = OpinionPaper(
        number=record.data["number"],
        title=f"{TYPES[record.data['type']]}：{record.data['title']}",
        place=home.place.name,
        proposer=_name(home, record.body),
        reviewer=_name(home, found[0].body),
        came=timeliness_of(record).sentence,
        changes=msgspec.convert(record.data.get("changes", []), list[ItemChange]),
        total=len(record.data["items"]),
        opinion=found[0],
    )
    content = opinion_docx(paper, demonstration=services.settings.demonstration)
    response = Response(content, content_type=DOCX)
    name = quote(f"{TITLE}-{paper.number}-{found[0].seq}.docx")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _name(home: PlaceCatalog, body: str) -> str:
    found = home.bodies.get(body)
    return found.name if found else home.place.name


READERS = PROPOSERS | REVIEWERS | {"auditor"}
ROUTES = (
    Route("GET", "/office/proposals/<id>/opinions/<seq>/docx", "opinion_file", "审核意见书", READERS, opinion_file,
          media="text/html"),
)  # fmt: skip
