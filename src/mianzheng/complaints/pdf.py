"""Whether a PDF is only pages: whole, not encrypted, and without anything that runs or is packed inside (A21).

Names may be spelled with `#` and two digits, and objects may hide in compressed streams; both are undone before
looking. What cannot be looked into is refused. Every pass is linear in the file, whatever is in it. This is no virus
scanner: a PDF is only ever handed out as a download, never shown by the site itself.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

ACTIVE = frozenset(
    b"JavaScript Launch EmbeddedFile EmbeddedFiles Filespec RichMedia SubmitForm ImportData GoToE XFA Movie Sound"
    b" Rendition Collection".split()
)
"""Names of what pages do not need. `OpenAction` and `AA` only say when; what is done then has one of these names."""
_UNUSUAL = frozenset(b"ASCIIHexDecode ASCII85Decode LZWDecode RunLengthDecode Crypt Predictor".split())
_HEADER = re.compile(rb"%PDF-[12]\.[0-9][\r\n ]")
_NAME = re.compile(rb"/((?:[^\x00\t\n\f\r ()<>\[\]{}/%#]|#[0-9A-Fa-f]{2})+)")
_SPELLED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_BEGIN = re.compile(rb"[0-9]\s+obj\b")
_TAIL = 1024
"""Bytes from the end within which a PDF has to end."""
_ZIP_TAIL = 66_000
"""Bytes from the end within which a ZIP archive would have its directory."""
_LONGEST_HEAD = 2000
"""Bytes before a stream within which its object has to begin."""
_MOST_STREAMS = 20_000
_CHUNK = 4096
_MOST_UNPACKED = 32 * 1024 * 1024
_BROKEN = "这个 PDF 不完整，请重新导出或者拍成照片"
_LIVELY = "这个 PDF 里有会自己运行的内容或者附件，请打印成新的 PDF，或者拍成照片"
_LOCKED = "这个 PDF 加了密码或者用了少见的压缩，没法检查。请打印成新的 PDF，或者拍成照片"


def lifeless(content: bytes) -> str:
    """What is wrong with a PDF, in Chinese; empty when it is only pages."""
    tail = content[-_TAIL:]
    if not _HEADER.match(content) or b"startxref" not in tail or b"%%EOF" not in tail:
        return _BROKEN
    if b"PK\x05\x06" in content[-_ZIP_TAIL:]:
        return _LIVELY
    names = _names(content)
    if b"Encrypt" in names:
        return _LOCKED
    try:
        for objects in _hidden(content):
            names |= _names(objects)
    except ValueError:
        return _LOCKED
    return _LIVELY if names & ACTIVE else ""


def _names(text: bytes) -> set[bytes]:
    """All names that occur, spelled out."""
    return {_SPELLED.sub(lambda two: bytes([int(two[1], 16)]), name) for name in _NAME.findall(text)}


def _hidden(content: bytes) -> Iterator[bytes]:
    """The content of each stream of objects. Raises ValueError for one that cannot be read."""
    left = _MOST_UNPACKED
    for number, found in enumerate(_STREAM.finditer(content)):
        if number == _MOST_STREAMS:
            raise ValueError("too many streams")
        before = content[max(0, found.start() - _LONGEST_HEAD) : found.start()]
        begins = [begin.end() for begin in _BEGIN.finditer(before)]
        if not begins:
            raise ValueError("where does the object begin?")
        names = _names(before[begins[-1] :])
        if b"ObjStm" not in _names(before):
            continue
        certain = b"ObjStm" in names
        if certain and (names & _UNUSUAL or b"FlateDecode" not in names):
            raise ValueError("an unusual filter")
        try:
            unpacked = _unpacked(content, found.end(), left)
        except zlib.error:
            if certain:
                raise ValueError("a broken stream") from None
            continue  # the stream of a neighbour, packed otherwise
        left -= len(unpacked)
        yield unpacked


def _unpacked(content: bytes, start: int, most: int) -> bytes:
    """What a stream unpacks to. Raises ValueError for more than `most` bytes, zlib.error."""
    unpacking, parts, size = zlib.decompressobj(), [], 0
    while not unpacking.eof and start < len(content):
        part = unpacking.decompress(content[start : start + _CHUNK], most - size + 1)
        parts.append(part)
        start, size = start + _CHUNK, size + len(part)
        if size > most:
            raise ValueError("too much")
    return b"".join(parts)
