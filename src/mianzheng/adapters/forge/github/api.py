"""Where GitHub's interface is, and what it wants to be told."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from mianzheng.adapters.forge import rest

PUBLIC = "https://api.github.com"
"""For GitHub Enterprise: https://its.host/api/v3."""
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


class Transport(rest.Transport):
    """Requests to GitHub or GitHub Enterprise."""

    def __init__(self, address: str = PUBLIC, *, now: Callable[[], datetime.datetime]) -> None:
        super().__init__("GitHub", address, now=now, headers=_HEADERS)
