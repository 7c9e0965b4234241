"""How text sounds, and what characters are written otherwise: for pinyin, homophones and traditional characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from mianzheng.keeping import answers
from mianzheng.site.search.text import key
from mianzheng.views import pinyin

READINGS = 2
"""How many readings of a character are tried where a query is judged by its sound."""
INITIALS = 12
DOUBTFUL = {"还": ("hai", "huan"), "行": ("xing", "hang"), "重": ("zhong", "chong"), "长": ("chang", "zhang"),
            "调": ("tiao", "diao"), "传": ("chuan", "zhuan"), "降": ("jiang", "xiang"), "单": ("dan", "shan"),
            "曾": ("ceng", "zeng"), "参": ("can", "shen"), "校": ("xiao", "jiao"), "给": ("gei", "ji"),
            "称": ("cheng", "chen"), "查": ("cha", "zha"), "藏": ("cang", "zang"), "省": ("sheng", "xing"),
            "宿": ("su", "xiu"), "提": ("ti", "di"), "卡": ("ka", "qia"), "解": ("jie", "xie")}  # fmt: skip
"""Characters that phrases do not always settle: both readings find them."""


def syllables(text: str) -> list[str]:
    """The pinyin of a text as it is compared, one syllable a character."""
    return pinyin.syllables(key(text))


def pairs(text: str) -> list[str]:
    """Neighbouring syllables as terms: `hun yin`; both readings of characters that are easily misread."""
    ways = [DOUBTFUL.get(character, (read,)) for character, read in zip(key(text), syllables(text), strict=True)]
    return [f"{a} {b}" for left, right in pairwise(ways) for a in left for b in right] or syllables(text)


def initials(text: str) -> list[str]:
    """The first letters as terms, from two letters up to all of them: `!hy`, `!hyz`, `!hyzk`."""
    letters = "".join(s[0] for s in syllables(text))[:INITIALS]
    return [f"!{letters[:end]}" for end in range(2, len(letters) + 1)]


def character_table(used: Iterable[str]) -> Iterator[tuple[str, str]]:
    """For each character that people may type: its simplified form if it has one in `used`, then its readings.

    `證` → `证zheng`, `蜀` → `shu`. Covers the 6,763 characters of GB 2312 and the traditional forms of `used`.
    """
    wanted = set(used)
    known = answers("characters")
    if not known:
        known.update(_characters())
    for character, (plain, readings, common) in known.items():
        other = plain if plain in wanted else ""
        if other or common:
            yield character, other + readings


def _characters() -> Iterator[tuple[str, tuple[str, str, bool]]]:
    """Characters with their simplified form where it is another one, their readings, and whether GB 2312 has them."""
    from opencc import OpenCC
    from pypinyin.constants import PINYIN_DICT

    every = [chr(code) for code in range(0x4E00, 0xA000)]
    simple = OpenCC("t2s").convert("\n".join(every)).split("\n")
    for character, plain in zip(every, simple, strict=True):
        other = plain if plain != character else ""
        if other or _common(character):
            said = PINYIN_DICT.get(ord(character), character).split(",")
            readings = list(dict.fromkeys(map(_toneless, said)))[:READINGS]
            yield character, (other, " ".join(readings), _common(character))


@lru_cache(maxsize=1 << 11)
def _toneless(reading: str) -> str:
    """A reading without its tone: `zhōng` → `zhong`. There are some thirteen hundred, for seven thousand characters."""
    from pypinyin.contrib.tone_convert import to_normal

    return to_normal(reading)


def _common(character: str) -> bool:
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False
