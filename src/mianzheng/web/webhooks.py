"""`POST /api/v1/webhooks/github`: the forge's doorbell. A rightly signed call makes the jobs look at the forge soon.

Nothing of the body is believed, nor read: who could forge it would gain a look at the forge.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re

from werkzeug.wrappers import Response

from mianzheng.proposals.doorbell import ring
from mianzheng.web.bodies import raw_body
from mianzheng.web.calls import Call
from mianzheng.web.problems import Problem
from mianzheng.web.routes import Route

LIMIT = 1024 * 1024
"""Bytes of a call; GitHub's about pull requests have some ten thousand."""
EVENTS = frozenset({"pull_request", "pull_request_review", "push"})
"""After these there is something to look at; others are taken in silence."""
REMEMBERED = datetime.timedelta(days=3)
"""How long a delivery's id is known: GitHub sends one again for three days."""
_ID = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)


def github(call: Call) -> Response:
    """Ring once for each delivery. Raises Problem: not-found (no secret is set), too-large, bad-signature."""
    secret, headers, services = call.services.settings.forge.hook_secret, call.request.headers, call.services
    if not secret:
        raise Problem("not-found")
    body = raw_body(call.request, LIMIT)
    if not signed_by(secret.encode(), body, headers.get("X-Hub-Signature-256", "")):
        raise Problem("bad-signature")
    id, now = headers.get("X-GitHub-Delivery", ""), services.now()
    known = headers.get("X-GitHub-Event", "") in EVENTS and _ID.fullmatch(id)
    if known and services.store.remember(f"hook:{id}", b"1", now + REMEMBERED, now):
        ring(services.store, now)
    return Response(status=204)


def signed_by(secret: bytes, body: bytes, header: str) -> bool:
    """Whether `X-Hub-Signature-256` fits the raw body; compared in constant time. An empty secret signs nothing."""
    expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(expected.encode(), header.encode("utf-8", "replace"))


ROUTES = (
    Route("POST", "/api/v1/webhooks/github", "github_webhook", "代码平台的通知，只当门铃", "public", github,
          status=204, limit="hook", problems=("not-found", "too-large", "bad-signature")),
)  # fmt: skip
