"""`POST /api/v1/webhooks/…`: the forge's doorbell. A rightly signed call makes the jobs look at the forge soon.

Nothing of the body is believed, nor read: who could forge it would gain a look at the forge.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import re
import urllib.parse

from werkzeug.wrappers import Response

from mianzheng.proposals.doorbell import ring
from mianzheng.web.bodies import raw_body
from mianzheng.web.calls import Call
from mianzheng.web.problems import Problem
from mianzheng.web.routes import Route

LIMIT = 1024 * 1024
"""Bytes of a call; GitHub's about pull requests have some ten thousand."""
EVENTS = frozenset({"pull_request", "pull_request_review", "push", "Merge Request Hook", "Push Hook"})
"""After these, as GitHub and Gitee call them, there is something to look at; others are taken in silence."""
REMEMBERED = datetime.timedelta(days=3)
"""How long a delivery's id is known: GitHub sends one again for three days."""
TOLERANCE = datetime.timedelta(hours=1)
"""How far the moment in a call of Gitee may be from ours, as Gitee's guide says."""
_ID = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
_MOMENT = re.compile(r"[0-9]{12,14}", re.ASCII)


def github(call: Call) -> Response:
    """Ring once for each delivery. Raises Problem: not-found (no secret is set), too-large, bad-signature."""
    secret, body, headers = _secret(call), raw_body(call.request, LIMIT), call.request.headers
    if not signed_by(secret, body, headers.get("X-Hub-Signature-256", "")):
        raise Problem("bad-signature")
    return _rung(call, headers.get("X-GitHub-Event", ""), headers.get("X-GitHub-Delivery", ""))


def gitee(call: Call) -> Response:
    """Ring once for each call of Gitee, which bears no id but a moment. Raises Problem as `github` does.

    The token is the password of the webhook, or a signature of the moment (unverified against the live service).
    """
    secret, body, headers = _secret(call), raw_body(call.request, LIMIT), call.request.headers
    moment, token = headers.get("X-Gitee-Timestamp", ""), headers.get("X-Gitee-Token", "")
    if not _recent(moment, call.services.now()) or not known_by(secret, moment, token):
        raise Problem("bad-signature")
    id = hashlib.sha256(b"\n".join((moment.encode(), token.encode(), body))).hexdigest()
    return _rung(call, headers.get("X-Gitee-Event", ""), id)


def signed_by(secret: bytes, body: bytes, header: str) -> bool:
    """Whether `X-Hub-Signature-256` fits the raw body; compared in constant time. An empty secret signs nothing."""
    expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(expected.encode(), header.encode("utf-8", "replace"))


def known_by(secret: bytes, moment: str, header: str) -> bool:
    """Whether `X-Gitee-Token` is the secret, or its signature of the moment, plain or as part of an address."""
    digest = hmac.new(secret, moment.encode() + b"\n" + secret, hashlib.sha256).digest()
    signature = base64.b64encode(digest)
    accepted = (secret, signature, urllib.parse.quote_plus(signature).encode())
    given = header.encode("utf-8", "replace")
    return bool(secret) and any(hmac.compare_digest(one, given) for one in accepted)


def _recent(moment: str, now: datetime.datetime) -> bool:
    """Whether a moment in milliseconds since 1970 is about now."""
    if not _MOMENT.fullmatch(moment):
        return False
    return abs(now.timestamp() - int(moment) / 1000) <= TOLERANCE.total_seconds()


def _secret(call: Call) -> bytes:
    secret = call.services.settings.forge.hook_secret
    if not secret:
        raise Problem("not-found")
    return secret.encode()


def _rung(call: Call, event: str, id: str) -> Response:
    store, now = call.services.store, call.services.now()
    if event in EVENTS and _ID.fullmatch(id) and store.remember(f"hook:{id}", b"1", now + REMEMBERED, now):
        ring(store, now)
    return Response(status=204)


ROUTES = tuple(
    Route("POST", f"/api/v1/webhooks/{forge}", f"{forge}_webhook", "代码平台的通知，只当门铃", "public", answer,
          status=204, limit="hook", problems=("not-found", "too-large", "bad-signature"))
    for forge, answer in (("github", github), ("gitee", gitee))
)  # fmt: skip
