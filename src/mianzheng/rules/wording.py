"""Findings with their sentences filled in; the sentences themselves stand in `rules/sentences/`."""

from __future__ import annotations

from typing import Any

from mianzheng.model import Finding
from mianzheng.model.findings import ErrorLevel
from mianzheng.rules.sentences import Sentences
from mianzheng.rules.sentences.files import SENTENCES as FILES
from mianzheng.rules.sentences.items import SENTENCES as ITEMS
from mianzheng.rules.sentences.reference import SENTENCES as REFERENCE

WORDINGS: Sentences = FILES | ITEMS | REFERENCE


def finding(
    code: str,
    variant: str = "",
    /,
    *,
    file: str,
    field: str = "",
    severity: ErrorLevel | None = None,
    line: int = 0,
    column: int = 0,
    **words: Any,
) -> Finding:
    """A finding with its sentences filled in. Raises KeyError for an unknown code or variant.

    `severity` replaces the usual level of the wording.
    """
    wording = WORDINGS[code][variant]
    filled = {key: (shorten(value) if isinstance(value, str) else value) for key, value in words.items()}
    filled.setdefault("line", line)
    return Finding(
        code=code,
        level=severity or wording.level,
        file=file,
        line=line,
        column=column,
        field=field,
        message=wording.message.format_map(filled),
        fix=wording.fix.format_map(filled),
        basis=wording.basis.format_map(filled),
    )


def shorten(text: str, limit: int = 160) -> str:
    """A text that fits in a sentence; what does not fit ends in an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
