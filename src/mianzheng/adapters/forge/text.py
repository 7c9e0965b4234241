"""Words of users in texts that a forge renders: they show as written and do nothing.

Forges look for mentions and references in the text *after* rendering, so escaping alone does not stop them; these
characters are replaced by their full-width twins, which look the same to the reader.
"""

from __future__ import annotations

import re

CUT = "……（过长，其余略）"
TITLE = 250
TEXT = 60_000
"""Characters that every forge takes; GitHub takes 256 and 65,536."""

_INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_LIVE = (
    (re.compile("@"), "＠"),
    (re.compile("#"), "＃"),
    (re.compile("://"), "：//"),
    (re.compile(r"(?i)\b(www)\."), r"\1．"),
    (re.compile(r"(?i)\b(gh)-(?=\d)"), r"\1－"),
)
_MARKUP = re.compile(r"([!\"$%&'()*+,\-./:;<=>?\[\\\]^_`{|}~])")


def plain(text: str, limit: int) -> str:
    """One line for places that know no markup, such as titles: nothing in it is a mention, reference or link."""
    return _unlinked(" ".join(_cleaned(text).split()), limit)


def inert(text: str, limit: int) -> str:
    """Markdown that shows the text as it was written, lines kept; at most `limit` characters of it (A13, A16)."""
    lines = _unlinked(_cleaned(text).strip(), limit).split("\n")
    return "\n".join(_MARKUP.sub(r"\\\1", line.strip()) for line in lines)


def capped(markdown: str, limit: int) -> str:
    """A composed text cut to what the forge takes."""
    return markdown if len(markdown) <= limit else markdown[: limit - len(CUT)] + CUT


def _cleaned(text: str) -> str:
    return _INVISIBLE.sub(lambda found: " " if found[0] in "\t\u2028\u2029\x85" else "", text.replace("\r\n", "\n"))


def _unlinked(text: str, limit: int) -> str:
    for pattern, instead in _LIVE:
        text = pattern.sub(instead, text)
    return capped(text, limit)
