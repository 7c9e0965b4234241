"""Permanent ids: a prefix, five characters of Crockford's base 32 and one check character.

`zm-7k3f9q` says nothing about what it names, so it never has to change: names get corrected, printed QR codes
must not break. The check character (Luhn mod 32) catches every single mistyped character and nearly every swap
of two neighbours, so a mistyped id is told from an unknown one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Container
from typing import Literal

from stdnum import luhn

from mianzheng.model.values import CROCKFORD

Prefix = Literal["zm", "kd", "sv", "bd", "lb"]
PREFIXES: dict[Prefix, str] = {
    "zm": "证明事项",
    "kd": "证明种类",
    "sv": "政务服务事项",
    "bd": "单位",
    "lb": "设定依据",
}


def check_character(body: str) -> str:
    """The check character for five (or any number of) characters of the alphabet."""
    digit: str = luhn.calc_check_digit(body, CROCKFORD)
    return digit


def new_id(prefix: Prefix, taken: Container[str] = (), choose: Callable[[str], str] = secrets.choice) -> str:
    """A fresh id that is not in `taken`. `choose` picks one character of the alphabet (random by default)."""
    while True:
        body = "".join(choose(CROCKFORD) for _ in range(5))
        candidate = f"{prefix}-{body}{check_character(body)}"
        if candidate not in taken:
            return candidate


def is_valid_id(text: str) -> bool:
    """Whether `text` has the form of an id and its check character fits."""
    prefix, _, rest = text.partition("-")
    return (
        prefix in PREFIXES
        and len(rest) == 6
        and all(c in CROCKFORD for c in rest)
        and check_character(rest[:5]) == rest[5]
    )
