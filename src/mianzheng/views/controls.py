"""One field of a form, as far as templates draw it from a description (`control` in `_forms.html`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Option = tuple[str, str]


@dataclass(frozen=True)
class Control:
    """A field: its name, label, choices (None: words), kind of input or `area`, hint, what an empty choice says."""

    name: str
    label: str
    options: Sequence[Option] | None = None
    type: str = "text"
    hint: str = ""
    empty: str = "请选择"
    required: bool = False
