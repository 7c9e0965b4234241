"""Legal bases as departments write them: several in a cell, with marks, numbers and whole clauses around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMERAL = "[零〇一二三四五六七八九十百千0-9]+"
_ARTICLE = re.compile(
    rf"第{_NUMERAL}条(?:之{_NUMERAL})?(?:第{_NUMERAL}款)?(?:第?[（(]?{_NUMERAL}[）)]?项)?(?:第?[（(]?{_NUMERAL}[）)]?目)?"
)
_TITLED = re.compile(
    r"《(?P<title>[^《》]*(?:《[^《》]*》[^《》]*)*)》(?P<more>(?:的?实施)?(?:办法|细则|条例|规定|意见|解释)?)(?P<rest>[^《]*)"
)
_MARK = re.compile(r"^[\s\d.、（()）一二三四五六七八九十]*[【\[][^】\]]{2,8}[】\]]")
_NUMBER = re.compile(
    r"^(?:[（(][^（）()]*[）)]|[\u4e00-\u9fff]{0,8}[〔\[（(]\d{4}[〕\]）)](?:第?\d+号)?(?=第|$|[，,。；;：:]))"
)
"""文号 behind a title, in any of the brackets in use."""
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．［］", "0123456789.[]")
_LISTED = re.compile(r"^[\s、，,和及与]*(?:第[零〇一二三四五六七八九十0-9]+[编章节])*")
_LISTED_END = re.compile(r"(?:第[零〇一二三四五六七八九十0-9]+[编章节])+$")
_UNMARKED = re.compile(
    rf"^(?!.*(?:本|依照|依据|根据|按照))[\u4e00-\u9fff（）]{{1,40}}(?:法|条例|办法|规定|细则|决定)第{_NUMERAL}条.{{0,12}}$"
)
"""A line of its own that names a law without 《》, among others that have it."""


@dataclass(frozen=True)
class Citation:
    """One basis as written: title, article (empty where none stands), whether a clause follows that is left out."""

    title: str
    article: str
    has_clause: bool = False


def citations(text: str) -> list[Citation]:
    """The bases in a cell, in order, one for each article; titles without 《》 are taken line by line."""
    squeezed = re.sub(r"[ \t\u3000]", "", text).translate(_HALF_WIDTH)
    found = []
    for match in _TITLED.finditer(squeezed):
        rest, *lines = match["rest"].split("\n")
        unmarked = [line for line in lines if _UNMARKED.match(line)]
        clause = "".join([rest, *(line for line in lines if line not in unmarked)])
        title = match["title"].replace("\n", "")
        title = title[1:-1] if title.startswith("《") and title.endswith("》") and title.count("《") == 1 else title
        found += _cited(f"《{title}》{match['more']}" if match["more"] else title, clause)
        found += [one for line in unmarked for one in _bare(line)]
    return found or [one for line in re.split(r"[\n；;]", squeezed) if line for one in _bare(line)]


def _cited(title: str, rest: str) -> list[Citation]:
    rest = _NUMBER.sub("", rest)
    articles = []
    while match := _ARTICLE.match(rest := _LISTED.sub("", rest)):
        articles.append(match[0])
        rest = rest[match.end() :]
    clause = len(rest.strip("。；;，,、：:")) > 6
    return [Citation(title, article, clause) for article in articles or [""]]


def _bare(line: str) -> list[Citation]:
    line = _MARK.sub("", line).strip("。，,、")
    match = _ARTICLE.search(line)
    if not match:
        return [Citation(line, "")] if line else []
    return _cited(_LISTED_END.sub("", line[: match.start()]), line[match.start() :])
