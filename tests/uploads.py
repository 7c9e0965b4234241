"""Files that people might send: pictures with everything a telephone writes into them, PDFs with and without life."""

from __future__ import annotations

import io
import zlib

from PIL import Image, PngImagePlugin

SECRET = "SECRET-PLACE-AND-TIME"
TURNED = 6
"""The EXIF orientation of a telephone held upright."""


def photo(size: tuple[int, int] = (120, 80)) -> bytes:
    """A JPEG with position, device, comment, colour profile; red on the left, to be turned to the right."""
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = SECRET, TURNED
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 11.0, 5.5), 29: SECRET})
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif, comment=SECRET.encode(), icc_profile=SECRET.encode(), xmp=SECRET.encode())
    return made.getvalue()


def screenshot(size: tuple[int, int] = (60, 40)) -> bytes:
    """A PNG with texts and a clear background."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET)
    notes.add_itxt("XML:com.adobe.xmp", SECRET, zip=True)
    made = io.BytesIO()
    Image.new("RGBA", size, (0, 0, 0, 0)).save(made, "PNG", pnginfo=notes)
    return made.getvalue()


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG that claims to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf(
    catalog: bytes = b"", objects: bytes = b"", hidden: bytes | None = None, filters: bytes = b"/FlateDecode"
) -> bytes:
    """A PDF of one page; more in its catalog, as objects, and in a compressed stream of objects."""
    page = b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n"
    parts = [
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction [3 0 R /Fit] " + catalog + b" >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        page,
        b"5 0 obj\n<< /Length 12 >>\nstream\n/JSx /AA /JS\nendstream\nendobj\n",
        objects,
    ]
    if hidden is not None:
        packed = zlib.compress(hidden)
        head = b"9 0 obj\n<< /Type /ObjStm /N 1 /First 5 /Filter %s /Length %d >>\n" % (filters, len(packed))
        parts.append(head + b"stream\n" + packed + b"\nendstream\nendobj\n")
    return b"".join(parts) + b"trailer\n<< /Root 1 0 R /Size 10 >>\nstartxref\n9\n%%EOF\n"
