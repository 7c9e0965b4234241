"""QR codes: flipped together from learned parts, they are what segno draws."""

from __future__ import annotations

import io

import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mianzheng.model.values import CROCKFORD
from mianzheng.views.qr import QUIET, QrCodes

PREFIX = "https://example.invalid/i/"
CODES = QrCodes(PREFIX)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=CROCKFORD, min_size=6, max_size=6))
def test_a_combined_picture_is_module_for_module_what_segno_draws(tail: str) -> None:
    picture = Image.open(io.BytesIO(CODES.png(tail))).convert("1")
    expected = segno.make_qr(
        f"{PREFIX}zm-{tail}", version=CODES.version, mode="byte", error="m", mask=2, boost_error=False
    ).matrix
    side = len(expected) + 2 * QUIET
    assert picture.size == (side, side)
    for y in range(side):
        for x in range(side):
            row, column = y - QUIET, x - QUIET
            inside = 0 <= row < len(expected) and 0 <= column < len(expected)
            assert (picture.getpixel((x, y)) == 0) == bool(inside and expected[row][column])


def test_the_address_holds_the_picture_itself() -> None:
    assert CODES.address("zm-abc123").startswith("data:image/png;base64,iVBOR")
