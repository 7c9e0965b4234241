"""Readings kept from the last time, so that only files that changed are read again.

Whatever is wrong with what was kept, it is simply not used. A reading is valid as long as the stamp of its file and the
program are the same.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache as remember
from pathlib import Path
from typing import Any

import msgspec

from mianzheng import keeping
from mianzheng.catalog_files.layout import FILE_TYPES
from mianzheng.catalog_files.reading import Reading
from mianzheng.keeping import program_digest


class _Kept(msgspec.Struct, array_like=True, gc=False):
    """A file whose reading gave no finding: where it is, and in which state."""

    path: str
    stamp: str


def _field_name(type_name: str) -> str:
    return type_name.replace("-", "_")


@remember
def _shape() -> Any:
    """The cache file's shape: for each type of file, the files and their records side by side."""
    fields: list[tuple[str, Any, Any]] = [("program", bytes, b"")]
    for file_type in FILE_TYPES:
        name = _field_name(file_type.name)
        fields.append((f"{name}_files", list[_Kept], msgspec.field(default_factory=list)))
        fields.append((f"{name}_records", list[file_type.record], msgspec.field(default_factory=list)))  # type: ignore[name-defined]
    return msgspec.defstruct("CacheFile", fields, gc=False)


@contextmanager
def without_collection() -> Iterator[None]:
    """No garbage collection meanwhile: among a million fresh small objects it finds nothing and costs much."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def recall(path: Path) -> dict[str, tuple[str, Reading]]:
    """What was kept: path → (stamp, reading). Empty when there is nothing usable."""
    try:
        raw = path.read_bytes()
    except OSError:
        return {}
    try:
        with without_collection():
            kept = msgspec.msgpack.decode(raw, type=_shape())
    except (msgspec.DecodeError, msgspec.ValidationError):
        return {}
    if kept.program != program_digest():
        return {}
    found: dict[str, tuple[str, Reading]] = {}
    for file_type in FILE_TYPES:
        name = _field_name(file_type.name)
        for file, record in zip(getattr(kept, f"{name}_files"), getattr(kept, f"{name}_records"), strict=True):
            found[file.path] = (file.stamp, Reading(file.path, file_type.name, record))
    return found


def keep(path: Path, stamps: Mapping[str, str], readings: Iterable[Reading]) -> None:
    """Keep all readings that are without finding. A full disk or a read-only folder only costs the next start."""
    lists: dict[str, list[Any]] = {}
    for reading in readings:
        if reading.record is not None and not reading.findings:
            name = _field_name(reading.type_name)
            lists.setdefault(f"{name}_files", []).append(_Kept(reading.path, stamps[reading.path]))
            lists.setdefault(f"{name}_records", []).append(reading.record)
    keeping.keep(path, msgspec.msgpack.encode(_shape()(program=program_digest(), **lists)))


def beside(path: Path) -> Path:
    """Where the verdict on the readings of a cache file is kept (verdicts.py)."""
    return path.with_suffix(".verdict")


def forget(path: Path) -> None:
    """Take away what was kept under this name."""
    path.unlink(missing_ok=True)
    beside(path).unlink(missing_ok=True)
