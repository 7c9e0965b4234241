"""Files are judged by what is in them, and only the picture of a picture is kept (A21)."""

from __future__ import annotations

import io
import random
import time
import zipfile

import pytest
from PIL import Image

from mianzheng.complaints.uploads import JPEG, LONGEST_SIDE, MOST_BYTES, PDF, Unfit, fit
from tests.uploads import SECRET, bomb, pdf, photo, screenshot


def dot(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    """The colours of a point."""
    found = picture.getpixel((x, y))
    assert isinstance(found, tuple)
    return found


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("evil.class", "x")
    return made.getvalue()


def test_a_photo_is_made_anew_without_place_time_device_comment_and_upright() -> None:
    assert SECRET.encode() in photo()
    kind, kept = fit(photo())
    assert kind == JPEG and SECRET.encode() not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (80, 120))
        assert not picture.getexif() and "comment" not in picture.info and "icc_profile" not in picture.info
        assert dot(picture, 40, 10)[0] > 200 and dot(picture, 40, 10)[1] < 60
        assert min(dot(picture, 40, 110)) > 200


def test_a_screenshot_becomes_a_plain_picture_on_white() -> None:
    kind, kept = fit(screenshot())
    assert kind == JPEG
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.format == "JPEG" and min(dot(picture, 5, 5)) > 250 and set(picture.info) <= {
            "jfif", "jfif_version", "jfif_unit", "jfif_density"}  # fmt: skip


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16", "RGBA", "LA"])
def test_pictures_of_every_mode_are_taken(mode: str) -> None:
    made = io.BytesIO()
    Image.new(mode, (30, 20)).save(made, "JPEG" if mode == "CMYK" else "PNG")
    assert fit(made.getvalue()).kind == JPEG


def test_a_large_picture_is_made_smaller_and_what_follows_its_end_is_gone() -> None:
    kept = fit(photo((4000, 3000)) + archive()).content
    with Image.open(io.BytesIO(kept)) as picture:
        assert max(picture.size) == LONGEST_SIDE
    assert b"PK\x03\x04" not in kept and b"evil" not in kept


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空的"),
        (b"<html><script>alert(1)</script>", "不是 JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "不是 JPEG"),
        (b"GIF89a" + bytes(100), "不是 JPEG"),
        (archive(), "不是 JPEG"),
        (archive() + photo(), "不是 JPEG"),
        (b"\xff\xd8\xff<script>", "打不开"),
        (photo()[:300], "打不开"),
        (screenshot()[:-60], "打不开"),
        (b"\xff\xd8\xff" + bytes(MOST_BYTES), "太大"),
        (b"\n" + pdf(), "不是 JPEG"),
    ],
    ids=["nothing", "HTML", "SVG", "GIF", "ZIP", "ZIP before a photo", "HTML as JPEG", "half a photo", "half a PNG",
         "too long", "something before a PDF"],
)  # fmt: skip
def test_what_is_no_picture_and_no_pdf_is_refused_whatever_it_is_called(content: bytes, word: str) -> None:
    with pytest.raises(Unfit, match=word):
        fit(content)


def test_a_picture_that_unpacks_to_gigabytes_is_refused_before_it_does() -> None:
    began = time.process_time()
    for content in (bomb(), bomb(12_000, 12_000), bomb(2_000_000_000, 2_000_000_000)):
        with pytest.raises(Unfit, match=r"像素|打不开"):
            fit(content)
    assert time.process_time() - began < 2


def test_pictures_with_flipped_bytes_are_taken_or_refused_and_never_break_anything() -> None:
    dice = random.Random(21)
    for content in (photo(), screenshot(), pdf(hidden=b"1 0 << /Type /Font >>")):
        for _ in range(150):
            broken = bytearray(content)
            for _ in range(dice.randint(1, 6)):
                broken[dice.randrange(len(broken))] = dice.randrange(256)
            try:
                assert SECRET.encode() not in fit(bytes(broken)).content
            except Unfit as refused:
                assert str(refused)


def test_a_plain_pdf_is_kept_as_it_is() -> None:
    for content in (pdf(), pdf(hidden=b"7 0 << /Type /Font /BaseFont /AAAAAA+Song >>")):
        assert fit(content) == (PDF, content)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (pdf()[:-30], "不完整"),
        (b"%PDF-1.7\n" + bytes(50), "不完整"),
        (pdf() + bytes(2000), "不完整"),
        (b"%PDF-9.9\n" + pdf()[9:], "不完整"),
        (pdf(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "自己运行"),
        (pdf(catalog=b"/OpenAction << /S /J#61vaScript >>"), "自己运行"),
        (pdf(catalog=b"/AA << /WC << /S /Launch /F (cmd.exe) >> >>"), "自己运行"),
        (pdf(objects=b"7 0 obj\n<< /Type /Filespec /EF << >> >>\nendobj\n"), "自己运行"),
        (pdf(catalog=b"/Names << /EmbeddedFiles 7 0 R >>"), "自己运行"),
        (pdf(hidden=b"7 0 << /S /JavaScript /JS (x) >>"), "自己运行"),
        (pdf(hidden=b"7 0 << /S /#4Aava#53cript >>"), "自己运行"),
        (pdf(hidden=b"7 0 << >>", filters=b"[/ASCII85Decode /FlateDecode]"), "没法检查"),
        (pdf(hidden=b"7 0 << >>", filters=b"/LZWDecode"), "没法检查"),
        (pdf(hidden=b" " * 40_000_000), "没法检查"),
        (pdf(objects=b"7 0 obj\n<< " + b" " * 3000 + b"/Type /ObjStm >>\nstream\nx\nendstream\nendobj\n"), "没法检查"),
        (pdf(objects=b"7 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\nx\nendstream\nendobj\n"), "没法检查"),
        (pdf(catalog=b"/Encrypt 8 0 R"), "没法检查"),
        (pdf()[:-6] + archive() + b"\n%%EOF\n", "自己运行"),
    ],
    ids=["cut", "no end", "much behind its end", "unknown version", "script", "script spelled otherwise", "program",
         "file", "files", "hidden script", "hidden and spelled otherwise", "two filters", "old filter", "bomb",
         "long head", "broken objects", "encrypted", "archive"],
)  # fmt: skip
def test_a_pdf_that_runs_something_holds_something_or_hides_something_is_refused(content: bytes, word: str) -> None:
    with pytest.raises(Unfit, match=word):
        fit(content)


@pytest.mark.parametrize(
    "filling",
    [b"<<", b"stream\n", b"1 0 obj<</ObjStm>>stream\n", b"/#41", b"1 0 obj stream\nx\x9c/ObjStm "],
    ids=["heads", "streams", "objects", "spelled names", "neighbours"],
)
def test_a_pdf_made_to_take_long_does_not(filling: bytes) -> None:
    content = b"%PDF-1.7\n" + filling * (4_000_000 // len(filling)) + b"\nstartxref\n0\n%%EOF\n"
    began = time.process_time()
    try:
        fit(content)
    except Unfit as refused:
        assert str(refused)
    assert time.process_time() - began < 10
