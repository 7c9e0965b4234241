"""How a record is written: where it belongs, and its text. Needs no YAML reader, so requests load none."""

from __future__ import annotations

from mianzheng.catalog_files import canonical
from mianzheng.catalog_files.layout import path_of
from mianzheng.model import Record


def render_record(record: Record, place: str = "") -> tuple[str, str]:
    """Where a record belongs in the catalog folder, and its canonical text."""
    return path_of(record, place), canonical.dump(record)
