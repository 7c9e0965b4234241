"""QR codes of permanent short addresses, one for every item.

segno draws them, but not thirty thousand times: with version, error level and mask fixed, every module of a QR code is
an affine function of the data bits. So a code whose last characters differ is the base code with some modules flipped,
and the flips of each character at each place are learned once from segno.
"""

from __future__ import annotations

import re

import segno

from mianzheng.model.values import CROCKFORD

_RUN = re.compile("1+")
QUIET = 4
"""Width of the empty border in modules, as the standard asks."""


class QrCodes:
    """Codes for `prefix` + `zm-` + six characters. `prefix` is the address up to the id."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix + "zm-"
        self.version = int(segno.make_qr(f"{self.prefix}000000", mode="byte", error="m", boost_error=False).version)
        base = self._draw("000000")
        self.size = len(base)
        self._base = _number(base)
        self._flips = [
            {letter: _number(self._draw("0" * i + letter + "0" * (5 - i))) ^ self._base for letter in CROCKFORD}
            for i in range(6)
        ]

    def _draw(self, tail: str) -> list[str]:
        code = segno.make_qr(
            self.prefix + tail, version=self.version, mode="byte", error="m", mask=2, boost_error=False
        )
        return ["".join("1" if module else "0" for module in row) for row in code.matrix]

    def modules(self, tail: str) -> list[str]:
        """The rows of the code for six id characters, `1` for dark."""
        number = self._base
        for place, letter in enumerate(tail):
            number ^= self._flips[place][letter]
        bits = format(number, f"0{self.size * self.size}b")
        return [bits[i : i + self.size] for i in range(0, len(bits), self.size)]

    def svg(self, item_id: str, label: str) -> str:
        """An inline SVG, named for those who cannot see it."""
        runs = [
            f"M{match.start() + QUIET} {y + QUIET}.5h{match.end() - match.start()}"
            for y, row in enumerate(self.modules(item_id[3:]))
            for match in _RUN.finditer(row)
        ]
        side = self.size + 2 * QUIET
        return (
            f'<svg viewBox="0 0 {side} {side}" role="img" aria-label="{label}">'
            f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
            f'<path stroke="#000" d="{"".join(runs)}"/></svg>'
        )


def _number(rows: list[str]) -> int:
    return int("".join(rows), 2)
