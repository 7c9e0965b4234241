"""What a job says it did, and what somebody has to look at; both without names, texts and numbers of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class Log(Protocol):
    """Takes one line of allowed fields."""

    def __call__(self, entry: Mapping[str, Any], /) -> None: ...


def said(done: str, alarms: Iterable[str] = ()) -> str:
    """A job's report: what was done in the first line, each alarm in a line of its own (`/readyz` shows those)."""
    return "\n".join([done, *alarms])
