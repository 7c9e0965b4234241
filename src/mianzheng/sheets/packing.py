"""Office files with the same bytes for the same content: no clock, no order of chance; and their text as XML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, islice
from types import MappingProxyType
from xml.sax.saxutils import escape

from mianzheng.views.blanks import at_once

Changes = Mapping[str, Callable[[bytes], bytes]]
"""Parts of a package by name, and what is made of each."""
UNCHANGED: Changes = MappingProxyType({})
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def as_xml(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Cells as text of XML, all escaped at once."""
    texts = iter(at_once(escape, list(chain.from_iterable(rows))))
    return [list(islice(texts, len(row))) for row in rows]


def settled(content: bytes, day: str, changes: Changes = UNCHANGED) -> bytes:
    """The package (.xlsx, .docx) with its properties dated `day` (`YYYY-MM-DD`) and its parts without dates.

    `changes` are made on the way.
    """
    stamp = f"{day}T00:00:00Z".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _TIMES.sub(rb"\g<1>" + stamp + rb"\g<3>", part)
            if name in changes:
                part = changes[name](part)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, part)
    return out.getvalue()
