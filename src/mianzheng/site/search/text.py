"""How text becomes terms, and terms numbers of shards: the same here and in `site/theme/assets/search.js`.

Both sides are held to tests/data/search/vectors.json.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_TEXT = re.compile(r"[^0-9a-z\u3400-\u9fff \t\n\r\f\v]+")


def fold(text: str) -> str:
    """Lower case, half width, no punctuation; words stay apart by one space. Characters beyond the BMP are dropped."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("〇", "零")
    return " ".join(_NOT_TEXT.sub("", plain).split())


@lru_cache(maxsize=1 << 16)
def key(text: str) -> str:
    """What two names are compared by: folded, without any space."""
    return fold(text).replace(" ", "")


def grams(word: str) -> list[str]:
    """The pairs of neighbouring characters of a word; a single character is its own term."""
    return [word[i : i + 2] for i in range(len(word) - 1)] or ([word] if word else [])


@lru_cache(maxsize=1 << 16)
def grams_of(text: str) -> tuple[str, ...]:
    """The grams of a name, each once. The same names and words stand in many documents."""
    return tuple(dict.fromkeys(grams(key(text))))


def shard_of(term: str, count: int) -> int:
    """The shard that holds a term: FNV-1a over its UTF-16 units, modulo the number of shards."""
    digest = 0x811C9DC5
    for character in term:
        digest = ((digest ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    return digest % count
