"""Cells of CSV files, none of them a formula (A16)."""

from __future__ import annotations

from collections.abc import Iterable

FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may take for the beginning of a formula."""


def harmless(cells: Iterable[str]) -> list[str]:
    """Cells that are text to every spreadsheet, whatever they start with."""
    return [f"'{cell}" if cell[:1] in FORMULA else cell for cell in cells]
