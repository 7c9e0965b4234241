"""How wide columns have to be for what stands in them, in half-width characters; a Chinese character takes two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

MOST = 40
"""What a column asks for at most; longer texts take several lines."""
LEAST = 12
"""What a column of words keeps when there is little room."""
_SHORT_LABEL = 6
_UNBROKEN = re.compile(r"[!-~]+")
_LONGEST_RUN = 18


def across(text: str) -> int:
    """The width of a text's longest line; by its bytes in UTF-8, which is quick: one for what is narrow, else three."""
    if "\n" in text:
        return max(map(across, text.split("\n")))
    return (len(text.encode("utf-8", "replace")) + len(text)) // 2


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column."""
    if "\n" in text:
        return sum(lines(line, width) for line in text.split("\n"))
    if 2 * len(text) <= width:  # fits, whatever its characters are
        return 1
    return max(1, -(-across(text) // max(2, int(width))))


class Needs(NamedTuple):
    """What each column needs at least, and what it would take."""

    least: list[float]
    wanted: list[float]


def needs(labels: Sequence[str], rows: Sequence[Sequence[str]]) -> Needs:
    """What columns need for what stands in them: numbers and days on one line, empty columns narrow."""
    columns = [[row[n] for row in rows] for n in range(len(labels))]
    found = [sorted(map(across, cells)) for cells in columns]
    least = [_least(*column) for column in zip(labels, columns, found, strict=True)]
    return Needs(least, [max(low, _wanted(each)) for low, each in zip(least, found, strict=True)])


def fitted(columns: Needs, room: float) -> list[float]:
    """Widths that fill the room."""
    least, wanted = columns
    more = sum(wanted) - sum(least)
    share = min(1.0, max(0.0, (room - sum(least)) / more)) if more else 0.0
    widths = [low + (want - low) * share for low, want in zip(least, wanted, strict=True)]
    if sum(widths) > room:  # more columns than fit: all of them give way
        return [width * room / sum(widths) for width in widths]
    loose = [want if want > low else 0.0 for low, want in zip(least, wanted, strict=True)]
    takers = loose if any(loose) else wanted  # what is left over goes to columns of words
    growth = (room - sum(widths)) / sum(takers)
    return [width + growth * taker for width, taker in zip(widths, takers, strict=True)]


def _wanted(found: Sequence[int]) -> float:
    """What nine of ten cells need (their widths, rising); a column that hardly any line fills in stays narrow."""
    return float(min(MOST, found[len(found) * 9 // 10] if found else 0))


def _least(label: str, cells: Sequence[str], found: Sequence[int]) -> float:
    words = min(LEAST, found[-1] if found else 0)
    return float(max(_of_label(label), _run(cells), words))


def _of_label(label: str) -> int:
    """Long labels may take two lines."""
    width = across(label)
    return width if width <= _SHORT_LABEL else max(_SHORT_LABEL, -(-width // 4) * 2)


def _run(cells: Sequence[str]) -> int:
    """The longest number, day or code, which must not break; some fonts have wide digits."""
    longest = max(map(len, _UNBROKEN.findall("\n".join(cells))), default=0)
    return min(_LONGEST_RUN, longest + -(-longest // 4))
