"""Who is asking, from where, how often: sessions, origin of forms, rate limits."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from werkzeug.wrappers import Request, Response

from mianzheng.accounts import session_of
from mianzheng.accounts.sessions import TOTAL
from mianzheng.clock import day_of
from mianzheng.web.calls import Call
from mianzheng.web.problems import Problem, too_many
from mianzheng.web.services import Services
from mianzheng.web.signing import TOO_LATE

LIMITS = {
    "read": (600, datetime.timedelta(minutes=1)),
    "write": (120, datetime.timedelta(minutes=1)),
    "login": (20, datetime.timedelta(minutes=15)),
    "file": (20, datetime.timedelta(hours=1)),
    "hook": (300, datetime.timedelta(minutes=1)),
    "upload": (60, datetime.timedelta(hours=1)),
    "invite": (60, datetime.timedelta(hours=1)),
    "lookup": (30, datetime.timedelta(minutes=15)),
}
"""Bucket -> uses, window; for each client address."""

FORM_COOKIE = "form"
OUR_SITE = ("same-origin", "none")
"""What a browser says of a request from our own pages, and of one that the person typed in."""


def session_cookie(services: Services) -> str:
    """The name of the session cookie; with https the browser itself guards host and path by the prefix."""
    return "__Host-session" if services.settings.secure else "session"


def client(request: Request, services: Services) -> str:
    """The client as rate limits know it: its address under a key that changes daily, never the address itself."""
    day = day_of(services.now())
    address = request.remote_addr or ""
    return hmac.new(services.signer.secret, f"{day} {address}".encode(), hashlib.sha256).hexdigest()[:24]


def limited(call: Call, limit: str = "") -> None:
    """Count the request, or one use of another limit. Raises Problem `too-many`."""
    limit = limit or call.route.limit
    uses, window = LIMITS[limit]
    bucket = f"{limit}:{client(call.request, call.services)}"
    if not call.services.store.take(bucket, uses, window, call.services.now()):
        raise too_many(window.total_seconds() / 2)


def identify(call: Call) -> None:
    """Find the session of a bearer token or cookie; a bearer token goes first."""
    kind, _, bearer = call.request.headers.get("Authorization", "").partition(" ")
    call.by_cookie = kind.lower() != "bearer"
    token = bearer.strip() if not call.by_cookie else call.request.cookies.get(session_cookie(call.services), "")
    found = session_of(call.services.store, token, call.services.now()) if len(token) <= 200 else None
    if found:
        call.token = token
        call.session, call.account = found


def admitted(call: Call) -> None:
    """Make sure that the audience fits. Raises Problem: not-logged-in, forbidden."""
    audience = call.route.audience
    if audience == "public":
        return
    if call.account is None:
        raise Problem("not-logged-in", headers={"WWW-Authenticate": 'Bearer realm="mianzheng"'})
    if isinstance(audience, frozenset) and call.account.role not in audience:
        raise Problem("forbidden")


def from_here(call: Call) -> None:
    """Make sure that a browser sends a change from our own pages. Raises Problem `cross-site`.

    A bearer token is not sent by browsers on their own, so it needs no such proof.
    """
    if not call.route.writes or not call.by_cookie:
        return
    site, origin = _sender(call)
    if site is not None and site not in OUR_SITE:
        raise Problem("cross-site")
    if origin is not None and origin not in _our_origins(call):
        raise Problem("cross-site", "请从本站自己的地址打开页面再提交。")
    if call.route.by_draft:
        call.draft = call.services.signer.draft_of(call.form.get("draft", ""))
    elif call.route.media == "text/html":
        holder = call.token or call.request.cookies.get(FORM_COOKIE, "")
        if not call.services.signer.form_token_fits(call.form.get("form_token", ""), holder):
            raise Problem("cross-site", TOO_LATE)
    elif call.account is not None and site is None and origin is None:
        raise Problem("cross-site", "从浏览器以外调用接口，请用 Authorization: Bearer。")


def is_from_here(call: Call, form: Mapping[str, str]) -> bool:
    """Whether a browser sends a form from our own pages, though its proof may be too old.

    Browsers that say nothing of the sender bring a draft that is ours, or they are not believed.
    """
    site, origin = _sender(call)
    if site is None and origin is None:
        return bool(call.services.signer.renewed(form.get("draft", "")))
    return site in (None, *OUR_SITE) and origin in (None, *_our_origins(call))


def fresh_proof(call: Call, form: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form that prove where it comes from, made anew: the same draft if it is ours, a new token."""
    signer = call.services.signer
    proof = {"form_token": form_token(call)} if "form_token" in form else {}
    if draft := signer.renewed(form.get("draft", "")) or (signer.new_draft() if call.route.by_draft else ""):
        proof["draft"] = draft
    return proof


def _sender(call: Call) -> tuple[str | None, str | None]:
    """What the browser says of the page that sends: its site, seen from here, and its origin."""
    return call.request.headers.get("Sec-Fetch-Site"), call.request.headers.get("Origin")


def _our_origins(call: Call) -> tuple[str, str]:
    return call.services.settings.public_url, call.request.host_url.rstrip("/")


def form_token(call: Call) -> str:
    """The token for a form on a page that answers this call."""
    return call.services.signer.form_token(call.token or _form_holder(call))


def keep_form_holder(call: Call, response: Response) -> Response:
    """Before anybody has logged in, a random cookie stands for the visitor whom a form is shown to."""
    if not call.token:
        secure = call.services.settings.secure
        response.set_cookie(
            FORM_COOKIE, _form_holder(call), max_age=7200, httponly=True, samesite="Strict", secure=secure
        )
    return response


def set_session_cookie(call: Call, response: Response, token: str) -> Response:
    """Give the browser a session; an empty token takes it away."""
    name, secure = session_cookie(call.services), call.services.settings.secure
    age = int(TOTAL.total_seconds()) if token else 0
    response.set_cookie(name, token, max_age=age, httponly=True, samesite="Strict", secure=secure)
    return response


def _form_holder(call: Call) -> str:
    kept = call.request.cookies.get(FORM_COOKIE, "")
    if len(kept) == 43:
        return kept
    made: str = call.request.environ.setdefault("mianzheng.form_holder", secrets.token_urlsafe(32))
    return made
