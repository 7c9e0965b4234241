"""QR codes of permanent short addresses, one for every item, as small PNG pictures inside the page.

segno draws them, but not thirty thousand times: with version, error level and mask fixed, every module of a QR code is
an affine function of the data bits, and so is every bit of the picture. So the picture of a code whose last characters
differ is the base picture with some bits flipped, and what each bit of each character flips is learned once from segno.

A picture has one pixel a module; browsers enlarge it with hard edges, on paper too (`image-rendering: pixelated`). That
makes it so small that compressing it would cost more time than it saves bytes.
"""

from __future__ import annotations

import base64
import struct
import zlib
from functools import reduce
from operator import xor

import segno

from mianzheng.model.values import CROCKFORD

QUIET = 4
"""Width of the empty border in modules, as the standard asks."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class QrCodes:
    """Codes for `prefix` + `zm-` + six characters. `prefix` is the address up to the id."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix + "zm-"
        self.version = int(segno.make_qr(f"{self.prefix}000000", mode="byte", error="m", boost_error=False).version)
        self.side = 17 + 4 * self.version + 2 * QUIET
        self._bytes = self.side * (1 + -(-self.side // 8))
        self._base = self._picture("000000")
        self._flips = [self._flips_at(place) for place in range(6)]
        header = struct.pack(">IIBBBBB", self.side, self.side, 1, 0, 0, 0, 0)  # one bit a pixel, grey
        self._head = _SIGNATURE + _chunk(b"IHDR", header)
        self._stored = b"\x78\x01\x01" + struct.pack("<HH", self._bytes, self._bytes ^ 0xFFFF)  # one block, as it is

    def _flips_at(self, place: int) -> dict[str, int]:
        """For each character what it flips at a place: the flips of the bits in which it differs from `0`."""
        tails = ["0" * place + chr(ord("0") ^ 1 << bit) + "0" * (5 - place) for bit in range(7)]
        bits = [self._picture(tail) ^ self._base for tail in tails]
        return {
            letter: reduce(xor, (bits[bit] for bit in range(7) if (ord(letter) ^ ord("0")) >> bit & 1), 0)
            for letter in CROCKFORD
        }

    def _picture(self, tail: str) -> int:
        """The rows of the picture as one number: a zero byte (no filter) and the pixels, white being 1."""
        code = segno.make_qr(
            self.prefix + tail, version=self.version, mode="byte", error="m", mask=2, boost_error=False
        )
        blank, border, padding = "1" * len(code.matrix), "1" * QUIET, "0" * (-self.side % 8)
        rows = ["".join("0" if module else "1" for module in row) for row in code.matrix]
        rows = [blank] * QUIET + rows + [blank] * QUIET
        return int("".join(f"{'0' * 8}{border}{row}{border}{padding}" for row in rows), 2)

    def png(self, tail: str) -> bytes:
        """The picture for six id characters."""
        number = self._base
        for place, letter in enumerate(tail):
            number ^= self._flips[place][letter]
        pixels = number.to_bytes(self._bytes, "big")
        stored = self._stored + pixels + zlib.adler32(pixels).to_bytes(4, "big")
        return self._head + _chunk(b"IDAT", stored) + _END

    def address(self, item_id: str) -> str:
        """The picture as a `data:` address for an `img`."""
        return "data:image/png;base64," + base64.b64encode(self.png(item_id[3:])).decode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


_END = _chunk(b"IEND", b"")
