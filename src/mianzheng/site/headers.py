"""Response headers: a strict content security policy with the hashes of the few inline scripts, computed at build."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable

_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/ld\+json)[^>]*>(.*?)</script>", re.DOTALL)


def script_hashes(pages: Iterable[str]) -> list[str]:
    """CSP sources for every distinct inline script of the pages."""
    bodies = sorted({body for page in pages for body in _SCRIPT.findall(page)})
    digests = [base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in bodies]
    return [f"'sha256-{digest}'" for digest in digests]


def headers(hashes: list[str], demonstration: bool) -> dict[str, str]:
    """Headers for every response of the static site."""
    scripts = " ".join(["script-src 'self'", *hashes])
    policy = [
        "default-src 'none'", scripts, "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
        "connect-src 'self'", "form-action 'self'", "manifest-src 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ]  # fmt: skip
    values = {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if demonstration:
        values["X-Robots-Tag"] = "noindex, nofollow"
    return values


def header_files(values: dict[str, str]) -> Iterable[tuple[str, bytes]]:
    """The headers for our own server and for nginx."""
    yield "headers.json", json.dumps(values, ensure_ascii=False, indent=1).encode()
    lines = [f'add_header {name} "{value}" always;' for name, value in values.items()]
    yield "headers.nginx.conf", ("\n".join(lines) + "\n").encode()
