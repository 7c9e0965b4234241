"""The sentences of pages: looked up by code in `phrases.yaml`, the place's own wording first."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from mianzheng.model import Catalog, Duration, Profile


class Phrases:
    """The sentences that a place's pages may say. Raises KeyError for a code that the vocabulary lacks.

    `kept` is for whoever words much the same from them thousands of times, by what it was worded from.
    """

    def __init__(self, catalog: Catalog, profile: Profile | None = None) -> None:
        chosen: dict[str, str] = {}
        for phrase in catalog.vocabularies.phrases:
            if not phrase.profiles:
                chosen.setdefault(phrase.code, phrase.text)
            elif profile is not None and profile.id in phrase.profiles:
                chosen[phrase.code] = phrase.text
        self._texts = chosen
        self.kept: dict[Hashable, Any] = {}

    def __call__(self, code: str, **words: object) -> str:
        return self._texts[code].format_map(words)

    def duration(self, length: Duration) -> str:
        """A length of time in words, such as 30分钟 or 2个工作日."""
        units = {"minute": "minutes", "hour": "hours", "workday": "workdays", "month": "months"}
        return self(units[length.unit], n=length.n)
