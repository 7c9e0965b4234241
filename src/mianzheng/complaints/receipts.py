"""Receipts (查询码): one value of 128 bits in two spellings, 26 letters and digits or twelve Chinese characters.

The value comes from the draft's nonce, so pressing twice shows the same code and nothing has to be kept in clear; the
store knows only a digest. At 128 bits a guess is hopeless, so a fast digest is enough (A01).
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import itertools
import unicodedata

from mnemonic import Mnemonic

from mianzheng.model import Record
from mianzheng.model.values import CROCKFORD

SIZE = 16
LETTERS, GROUP = 26, 5
CHARACTERS = 12
UNWANTED = frozenset(
    "奴恶杀死毒骂鬼亡丧尸猪狗病疯罪刑犯砍刀枪血凶残害伤痛哭泪悲惨穷败灭绝逃骗盗偷抢狂怒恨仇隶霸敌炸爆毁烂脏祸灾"
)
"""Characters of the word list that nobody should have to read out as their own code."""
_MEANT = str.maketrans("oil", "011")
"""Letters that Crockford's alphabet leaves out, read as the digits they look like."""


class Receipt(Record, kw_only=True):
    """A code in both spellings, grouped for reading aloud."""

    letters: str
    characters: str


def receipt(secret: bytes, nonce: str) -> bytes:
    """The value that belongs to a draft: HMAC-SHA256 of its nonce, counted on until no unwanted character occurs."""
    counter = 0
    while True:
        value = hmac.digest(secret, f"receipt:{counter}:{nonce}".encode(), hashlib.sha256)[:SIZE]
        if UNWANTED.isdisjoint(_characters(value)):
            return value
        counter += 1


def spelled(value: bytes) -> Receipt:
    """Both spellings: five groups of letters and digits, three groups of four characters."""
    letters, characters = _letters(value).upper(), _characters(value)
    cuts = [*range(0, LETTERS - GROUP, GROUP), LETTERS]
    return Receipt(
        letters="-".join(letters[a:b] for a, b in itertools.pairwise(cuts)),
        characters=" ".join(characters[n : n + 4] for n in range(0, CHARACTERS, 4)),
    )


def read(text: str) -> bytes | None:
    """The value that somebody typed in either spelling; None when it is none.

    Spaces, hyphens and punctuation do not matter, nor do upper and lower case, full-width letters and O, I, L for the
    digits they look like.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())
    if len(plain) == CHARACTERS:
        return _from_characters(plain)
    return _from_letters(plain.lower().translate(_MEANT)) if len(plain) == LETTERS else None


def digest(secret: bytes, value: bytes) -> str:
    """The unique name under which a store knows a receipt; it does not lead back to the code."""
    return "receipt:" + hmac.new(secret, b"digest:" + value, hashlib.sha256).hexdigest()


def _letters(value: bytes) -> str:
    number = int.from_bytes(value, "big")
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(5 * (LETTERS - 1), -1, -5))


def _from_letters(text: str) -> bytes | None:
    if any(c not in CROCKFORD for c in text):
        return None
    number = functools.reduce(lambda total, c: total << 5 | CROCKFORD.index(c), text, 0)
    return number.to_bytes(SIZE, "big") if number < 1 << 8 * SIZE else None


@functools.cache
def _words() -> Mnemonic:
    return Mnemonic("chinese_simplified")


def _characters(value: bytes) -> str:
    return _words().to_mnemonic(value).replace(" ", "")


def _from_characters(text: str) -> bytes | None:
    try:
        return bytes(_words().to_entropy(list(text)))
    except (ValueError, LookupError):
        return None
