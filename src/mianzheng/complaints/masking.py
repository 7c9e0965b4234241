"""Numbers that identify a person are found and masked in free text before it is kept; nobody asks for them (OQ-13).

Every pattern has bounded repetition, so the time is proportional to the length of the text (A34). Digits of any script
count (full-width ones too), Chinese numerals as well, and what people put between digits does not hide a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

Kind = Literal["identity", "mobile", "landline", "card", "digits"]
LABELS: dict[Kind, str] = {
    "identity": "身份证号码",
    "mobile": "手机号码",
    "landline": "固定电话号码",
    "card": "银行卡号",
    "digits": "一长串数字",
}
MASK = "【{}已遮住】"

_GAP = r"[\s\-‐‑‒–—―−－_·.．()（）\u200b-\u200f\u2060\ufeff]{0,3}"
"""What people, and copying from elsewhere, put between the digits of one number; zero-width characters included."""
_RUN = re.compile(f"[0-9](?:{_GAP}[0-9])*(?:{_GAP}[Xx](?![A-Za-z]))?")
_SHORTEST, _LONGEST = 7, 19
_LOCAL = re.compile("(?:电话|座机|联系方式|号码)[^0-9]{0,4}$")
_MOBILE = re.compile("(?:86|0)?1[3-9][0-9]{9}")
_LANDLINE = re.compile("0(?:10|2[0-9]|[3-9][0-9]{2})[2-9][0-9]{6,7}")
_PHONES: tuple[tuple[Kind, re.Pattern[str]], ...] = (("mobile", _MOBILE), ("landline", _LANDLINE))
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_WIDE_X = str.maketrans("Ｘｘ", "Xx")
_NUMERALS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_SPOKEN = re.compile("[〇零一二三四五六七八九幺]{7}")


@dataclass(frozen=True)
class Masked:
    """The text without the numbers, and how many of which kind there were."""

    text: str
    found: dict[Kind, int]

    @property
    def sentence(self) -> str:
        """What was found, in Chinese; empty when nothing was."""
        return "、".join(f"{n}个{LABELS[kind]}" for kind, n in self.found.items())


def masked(text: str) -> Masked:
    """The text with every identity, phone and bank-card number replaced by the name of what stood there."""
    found: dict[Kind, int] = {}
    text = _covered(text, _plain(text), found)
    if _SPOKEN.search(text):
        text = _covered(text, _plain(text).translate(_NUMERALS), found)
    return Masked(text, found)


def _plain(text: str) -> str:
    """The same length, with every digit as an ASCII digit and the full-width X as X."""
    return _OTHER_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text).translate(_WIDE_X)


def _covered(text: str, plain: str, found: dict[Kind, int]) -> str:
    pieces, at = [], 0
    for run in _RUN.finditer(plain):
        for start, end, kind in _numbers(run, plain):
            pieces += [text[at:start], MASK.format(LABELS[kind])]
            at = end
            found[kind] = found.get(kind, 0) + 1
    return "".join([*pieces, text[at:]])


def _numbers(run: re.Match[str], plain: str) -> Iterator[tuple[int, int, Kind]]:
    """The numbers in one row of digits: where they stand, and of which kind, from left to right."""
    at = [run.start() + n for n, character in enumerate(run[0]) if character in "0123456789Xx"]
    if len(at) < _SHORTEST:
        return
    digits = "".join(plain[n] for n in at)
    if len(digits) > _LONGEST:
        yield at[0], at[-1] + 1, "digits"
        return
    first = 0
    while first <= len(digits) - _SHORTEST:
        length, kind = _number_at(digits, first, _Edges(at))
        if not length and first == 0 and len(digits) in (7, 8) and _LOCAL.search(plain[max(0, at[0] - 9) : at[0]]):
            length, kind = len(digits), "landline"
        if length:
            yield at[first], at[first + length - 1] + 1, kind
        first += length or 1


@dataclass(frozen=True)
class _Edges:
    """Where the digits of a row stand; a number ends where the next digit does not touch it."""

    at: list[int]

    def apart(self, n: int) -> bool:
        """Whether the row has n digits and something else, or nothing, lies between them and the next."""
        return n in (0, len(self.at)) or (n < len(self.at) and self.at[n] > self.at[n - 1] + 1)


def _number_at(digits: str, first: int, edges: _Edges) -> tuple[int, Kind]:
    """Length and kind of the number that begins at a digit; length 0 when none does.

    An identity number is found wherever its check character fits; all others only where no further digit touches them.
    """
    if _is_identity(digits[first : first + 18]):
        return 18, "identity"
    if not edges.apart(first):
        return 0, "digits"
    for kind, pattern in _PHONES:
        match = pattern.match(digits, first)
        if match and edges.apart(match.end()):
            return len(match[0]), kind
    for length in range(_LONGEST, 15, -1):
        if edges.apart(first + length) and _is_card(digits[first : first + length]):
            return length, "card"
    if edges.apart(first + 15) and _is_old_identity(digits[first : first + 15]):
        return 15, "identity"
    return 0, "digits"


def _is_identity(number: str) -> bool:
    return len(number) == 18 and number[:17].isdigit() and bool(mod_11_2.is_valid(number.upper()))


def _is_old_identity(number: str) -> bool:
    """Fifteen digits, issued until 1999: six of the area, two each of year, month and day, three of the person."""
    if len(number) != 15 or not number.isdigit() or number[0] == "0":
        return False
    return 1 <= int(number[8:10]) <= 12 and 1 <= int(number[10:12]) <= 31


def _is_card(number: str) -> bool:
    return number[0] in "34569" and bool(luhn.is_valid(number))
