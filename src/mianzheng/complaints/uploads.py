"""What people may send along: pictures, made anew so that nothing but the picture is left, and PDFs without life (A21).

A file is judged by its content; its name and what the sender calls it are never looked at and never kept.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import NamedTuple

from mianzheng.complaints.pdf import lifeless

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 5
"""At one time."""
MOST_OF_A_CASE = 20
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2400
"""Pixels; enough to read a photographed page."""
JPEG, PDF = "jpg", "pdf"
MEDIA = {JPEG: "image/jpeg", PDF: "application/pdf"}
"""Kinds as they begin the id of a file, and how a browser is told."""
_QUALITY = 85
TOO_LONG = f"太大了，一个文件最多 {MOST_BYTES // 1024 // 1024} MB"
_UNREADABLE = "打不开，可能没有传完整，请重新拍照或者重新选"


class Unfit(ValueError):
    """A file that is not taken; the text says in Chinese why, and what to do."""


class Upload(NamedTuple):
    """A file as it is kept: `jpg` or `pdf`, and its content."""

    kind: str
    content: bytes


def fit(content: bytes) -> Upload:
    """A file as it may be kept. Raises Unfit."""
    if not content:
        raise Unfit("是空的，请重新选")
    if len(content) > MOST_BYTES:
        raise Unfit(TOO_LONG)
    if content.startswith(b"\xff\xd8\xff"):
        return Upload(JPEG, _redrawn(content, "JPEG"))
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Upload(JPEG, _redrawn(content, "PNG"))
    if content.startswith(b"%PDF-"):
        if wrong := lifeless(content):
            raise Unfit(wrong)
        return Upload(PDF, content)
    raise Unfit("不是 JPEG、PNG 图片，也不是 PDF。请换成照片、截图或者 PDF")


def _redrawn(content: bytes, format: str) -> bytes:
    """The picture alone, upright, on white: no place, no time, no device, no comment, nothing behind its end."""
    from PIL import Image, ImageOps  # compiled code, loaded with the first picture

    warnings.filterwarnings("ignore", module=r"PIL\.")  # what is odd about a picture concerns nobody
    try:
        with Image.open(io.BytesIO(content), formats=[format]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Unfit("的像素太多，请用手机的普通清晰度拍")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, IndexError, TypeError, KeyError,
            ZeroDivisionError, OverflowError, Image.DecompressionBombError) as error:  # fmt: skip
        raise error if isinstance(error, Unfit) else Unfit(_UNREADABLE) from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright, mask=upright.getchannel("A"))
    made = io.BytesIO()
    clean.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue()
