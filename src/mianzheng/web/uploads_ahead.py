"""Files that do not fit into their form: the browser brings them to quarantine, then the form says which (A21).

A file's name there is made of the draft that it was invited for, so an id is worth something with its own draft only.
What was brought is looked at and put away when the form comes (complaint_files.py), like a file that the form brings.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from typing import Annotated

from msgspec import Meta
from werkzeug.wrappers import Response

from mianzheng.complaints.uploads import MOST_BYTES, MOST_FILES, TOO_LONG
from mianzheng.errors import GuardFailed, Unavailable
from mianzheng.model import Record
from mianzheng.web.calls import Call
from mianzheng.web.headers import policy
from mianzheng.web.problems import Problem
from mianzheng.web.routes import Route

AHEAD = "ahead."
"""Begins the names of form fields that say which files were brought before."""
LIFE = datetime.timedelta(minutes=15)
"""So long an upload may begin; how long it takes then is no matter."""
_ID = re.compile(r"up-[A-Za-z0-9]{1,40}", re.ASCII)


class UploadWish(Record, kw_only=True):
    """A file to be brought: for which draft, and how long it is."""

    draft: str
    bytes: Annotated[int, Meta(ge=1)]


class UploadInvitation(Record, kw_only=True):
    """Where to send the file, as `multipart/form-data`: these fields, then the file as `file`; begun within `seconds`.

    The form that it belongs to then has a field `ahead.<id>` with the value `yes`.
    """

    id: str
    address: str
    fields: dict[str, str]
    seconds: int


def invite(call: Call) -> Response:
    """`POST /api/v1/uploads`. Raises Problem: not-found (no need for it here), cross-site, invalid."""
    quarantine = call.services.quarantine
    if quarantine is None:
        raise Problem("not-found", "这里的照片和文件直接随表单提交，不用先传。")
    wish = call.sent(UploadWish)
    call.draft = call.services.signer.draft_of(wish.draft)
    if wish.bytes > MOST_BYTES:
        raise GuardFailed({"bytes": f"这个文件{TOO_LONG}"})
    id = call.services.new_id("up")
    form = quarantine.invite(_name(call, id), MOST_BYTES, LIFE)
    return call.answer(
        UploadInvitation(id=id, address=form.address, fields=form.fields, seconds=int(LIFE.total_seconds()))
    )


def announced(call: Call) -> list[str]:
    """The ids of the files that a form says were brought before, in their order; one too many at the most."""
    named = [name.removeprefix(AHEAD) for name, value in call.form.items() if name.startswith(AHEAD) and value == "yes"]
    return [id for id in named if _ID.fullmatch(id)][: MOST_FILES + 1]


def brought(call: Call, id: str) -> bytes | None:
    """What was brought under an id of the form's own draft, a byte more than a file may have at the most; None when
    nothing was, or the id is none of this draft. Raises Unavailable."""
    quarantine = call.services.quarantine
    return quarantine.take(_name(call, id), MOST_BYTES) if quarantine else None


def done_with(call: Call, id: str) -> None:
    """Take away what was brought under an id, if it can be: it lapses anyway."""
    if call.services.quarantine:
        with contextlib.suppress(Unavailable):
            call.services.quarantine.remove(_name(call, id))


def uploads_page(call: Call, html: str, status: int = 200) -> Response:
    """A page with a form that files may go along with: it alone may speak with the quarantine, where there is one."""
    response = call.page(html, status)
    if call.services.quarantine is not None:
        response.headers["Content-Security-Policy"] = policy(call.services.quarantine.origin)
    return response


def _name(call: Call, id: str) -> str:
    assert call.draft is not None
    return f"draft/{call.services.signer.name_for('ahead', call.draft)}/{id}"


ROUTES = (
    Route("POST", "/api/v1/uploads", "invite_upload", "先传一个表单里放不下的文件", "public", invite, body=UploadWish,
          answer=UploadInvitation, status=201, limit="invite", problems=("not-found", "cross-site")),
)  # fmt: skip
