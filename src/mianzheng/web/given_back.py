"""A form that came to nothing for a reason that passes is given back: as it was filled in, to be sent once more.

The page lay open too long, the session was over, too many asked at once, the store did not answer: whoever wrote for
half an hour must not have to write it again.
"""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.exceptions import HTTPException

from mianzheng.views.frames import GivenBack
from mianzheng.web import guards
from mianzheng.web.bodies import FORM_LIMIT, form_of
from mianzheng.web.calls import Call
from mianzheng.web.problems import Problem

AGAIN = frozenset({"cross-site", "not-logged-in", "too-many", "unavailable", "internal"})
"""Problems after which the same form may do."""
COPIED = frozenset({"already-exists", "forbidden", "key-reused", "no-operator", "not-found", "not-now", "stale"})
"""Problems after which it will not do: what was written is shown, to be copied."""


def given_back(call: Call, code: str) -> GivenBack | None:
    """What a form brought, with fresh proof that it comes from here; None for what is no form of ours, and for forms
    with a password. What another site sends is never shown: it would look like words of this one.
    """
    if code not in AGAIN | COPIED or call.route.media != "text/html" or not call.route.writes:
        return None
    form = dict(call.form) or _read_now(call)
    if not form or any(name.endswith("password") for name in form) or not guards.is_from_here(call, form):
        return None
    if call.account or call.route.by_draft:
        form |= guards.fresh_proof(call, form)
    address = quote(call.request.path)
    if call.request.query_string:
        address += "?" + call.request.query_string.decode("ascii", "ignore")
    return GivenBack(
        address=address,
        fields=form,
        again=code in AGAIN,
        log_in=code == "not-logged-in",
        files=call.route.files,
    )


def _read_now(call: Call) -> dict[str, str]:
    """The form of a request that was turned away before it was read: words, but not files, for those who come without
    leave or too often.
    """
    try:
        return form_of(call.request, FORM_LIMIT)
    except (Problem, HTTPException):
        return {}
