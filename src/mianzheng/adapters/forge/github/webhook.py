"""GitHub's doorbell: a rightly signed call only says "look", what is true is read from GitHub."""

from __future__ import annotations

import hashlib
import hmac


def signed_by(secret: bytes, body: bytes, header: str) -> bool:
    """Whether `X-Hub-Signature-256` fits the raw body; compared in constant time. An empty secret signs nothing."""
    expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(expected.encode(), header.encode("utf-8", "replace"))
