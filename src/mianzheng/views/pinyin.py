"""How Chinese sounds: syllables of names, and their initial letters for A–Z directories.

The library's tables take a tenth of a second to load and every name asked costs as much as a page, so what it said is
kept between builds.
"""

from __future__ import annotations

from mianzheng.keeping import answers


def syllables(text: str) -> list[str]:
    """The pinyin of a text without tones, one syllable a character, read as the phrase is (银行 yin hang)."""
    known = answers("pinyin")
    said: list[str] | None = known.get(text)
    if said is None:
        from pypinyin import lazy_pinyin  # only when there is something new

        # its types say "text"; a list keeps one syllable a character where there is no pinyin
        said = known[text] = lazy_pinyin(text, errors=list) if text else []  # type: ignore[arg-type]
    return said


def initial(name: str) -> str:
    """A to Z by the pinyin of the first character; digits and the rest under #."""
    letter = "".join(syllables(name.lstrip("《（(“")[:4]))[:1].upper()
    return letter if letter.isascii() and letter.isalpha() else "#"
