"""Kinds of inputs that keep what was entered: a browser empties a field for days when what it is given is no day."""

from __future__ import annotations

import datetime
from collections.abc import Callable

_READ: dict[str, Callable[[str], object]] = {
    "date": datetime.date.fromisoformat,
    "datetime-local": datetime.datetime.fromisoformat,
    "number": float,
}
_LONG = {"date": (10,), "datetime-local": (16, 19)}
"""Characters of what a browser takes; Python reads other spellings too."""


def holding(kind: str, value: str) -> str:
    """The kind of an input that shows `value`: the wanted one, or `text` where that could not."""
    read = _READ.get(kind)
    if read is None or not value:
        return kind
    try:
        read(value)
    except ValueError:
        return "text"
    return kind if len(value) in _LONG.get(kind, (len(value),)) else "text"
