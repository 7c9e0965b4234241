"""The initial letter of a Chinese name, for A–Z directories."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1 << 14)
def initial(name: str) -> str:
    """A to Z by the pinyin of the first character; digits and the rest under #."""
    from pypinyin import Style, lazy_pinyin  # a large table: only when directories are made

    text = name.lstrip("《（(“")
    letter = lazy_pinyin(text[:4], style=Style.FIRST_LETTER)[0][:1].upper() if text else ""
    return letter if letter.isascii() and letter.isalpha() else "#"
