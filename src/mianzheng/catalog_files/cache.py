"""Readings kept from the last time, so that only files that changed are read again.

One file, written whole and renamed into place; whatever is wrong with it, it is simply not used. A reading is valid as
long as the stamp of its file is the same and neither the model nor the code that reads has changed.
"""

from __future__ import annotations

import gc
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache as remember
from pathlib import Path
from typing import Any

import msgspec

from mianzheng.catalog_files.layout import FILE_TYPES
from mianzheng.catalog_files.reading import Reading

_CODE = ("catalog_files", "rules/privacy.py", "rules/wording.py", "rules/sentences", "rules/labels.py", "model")


@remember
def _version() -> str:
    """A digest of everything that decides what a reading is."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for part in _CODE:
        path = root / part
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()


class _Kept(msgspec.Struct, array_like=True, gc=False):
    """A file whose reading gave no finding: where it is, and in which state."""

    path: str
    stamp: str


def _field_name(type_name: str) -> str:
    return type_name.replace("-", "_")


@remember
def _shape() -> Any:
    """The cache file's shape: for each type of file, the files and their records side by side."""
    fields: list[tuple[str, Any, Any]] = [("version", str, "")]
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
    if kept.version != _version():
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
    raw = msgspec.msgpack.encode(_shape()(version=_version(), **lists))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.write_bytes(raw)
        fresh.replace(path)
    except OSError:
        return
