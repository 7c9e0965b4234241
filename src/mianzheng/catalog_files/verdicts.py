"""What the rules found the last time, kept beside the readings: a catalog is judged anew only where it changed.

Judging is pure, so what the program, the day and all files say decides the findings. Where nothing but some items
changed, and the same items are there, the others are what they were (rules.judge).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from mianzheng.catalog_files.cache import beside
from mianzheng.catalog_files.reading import Reading
from mianzheng.keeping import keep, program_digest
from mianzheng.model import CertificateItem, Finding
from mianzheng.rules import Examination, Verdicts, judge

ITEM = "item"


class _Kept(msgspec.Struct, array_like=True, gc=False):
    """What was found, and in what: a digest of all but the items' own texts, the stamp of each item's file."""

    around: bytes
    stamps: dict[str, str]
    findings: list[Finding]
    items: dict[str, tuple[Finding, ...]]


def judged(path: Path, readings: Mapping[str, tuple[str, Reading]], run: Examination) -> list[Finding]:
    """What the rules find in these readings, as `rules.check` says it; `path` is the readings' cache file."""
    around = _around(readings, run.today)
    stamps = {name: stamp for name, (stamp, reading) in readings.items() if reading.type_name == ITEM}
    known = _known(beside(path))
    if known is None or known.around != around:
        verdicts: Verdicts = {}
    elif known.stamps == stamps:
        return known.findings
    else:
        verdicts = {n: known.items.get(n, ()) for n, stamp in stamps.items() if known.stamps.get(n) == stamp}
    found = judge(run, verdicts)
    keep(beside(path), msgspec.msgpack.encode(_Kept(around, stamps, *found)))
    return found.findings


def _around(readings: Mapping[str, tuple[str, Reading]], today: str) -> bytes:
    """The program, the day, every file but the items', and which items there are."""
    digest = hashlib.blake2b(program_digest() + today.encode(), digest_size=16)
    for name, (stamp, reading) in readings.items():
        record = reading.record
        shown = record.id if isinstance(record, CertificateItem) and not record.secret else ""
        digest.update(f"\n{name}\t{shown if reading.type_name == ITEM else stamp}".encode())
    return digest.digest()


def _known(file: Path) -> _Kept | None:
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.msgpack.decode(file.read_bytes(), type=_Kept)
    return None
