"""Logs as JSON lines, by allow-list: a field that is not listed here does not get in, whatever it holds."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

ALLOWED = ("at", "request", "method", "route", "status", "role", "ms", "job", "error", "place", "report")
LONGEST = 200
LARGEST = 20_000_000
"""Bytes after which a log file is put aside; two are kept."""


class LineLog:
    """Writes lines to a file, or to standard error without one."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()

    def __call__(self, entry: Mapping[str, Any]) -> None:
        """Write the allowed fields of an entry; strings are cut and hold no line breaks (JSON escapes them)."""
        kept = {name: _short(entry[name]) for name in ALLOWED if name in entry}
        line = json.dumps(kept, ensure_ascii=False) + "\n"
        with self._lock:
            if self._file is None:
                _write(sys.stderr, line)
                return
            if self._file.is_file() and self._file.stat().st_size > LARGEST:
                self._file.replace(self._file.with_suffix(".1.jsonl"))
            with self._file.open("a", encoding="utf-8") as opened:
                _write(opened, line)


def _write(target: TextIO, line: str) -> None:
    target.write(line)


def _short(value: object) -> object:
    return value[:LONGEST] if isinstance(value, str) else value
