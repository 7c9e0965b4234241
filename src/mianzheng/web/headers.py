"""Headers of every answer; the policy says what a page may load, run and speak with."""

from __future__ import annotations

from mianzheng.views.frames import SCRIPT_HASH


def policy(*also: str) -> str:
    """The security policy of a page, which may speak with these origins too."""
    return "; ".join(
        [
            "default-src 'none'", f"script-src 'self' {SCRIPT_HASH}", "style-src 'self'", "img-src 'self' data:",
            "font-src 'self'", " ".join(["connect-src 'self'", *also]), "form-action 'self'", "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )  # fmt: skip


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
"""What an answer says about itself unless its handler said otherwise."""
