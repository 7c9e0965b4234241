"""Rebuilding when something that the site is made of changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

Snapshot = frozenset[tuple[str, int, int]]


def snapshot(folders: Iterable[Path]) -> Snapshot:
    """Path, time and size of every file below some folders (or of single files)."""
    found: set[tuple[str, int, int]] = set()
    for folder in folders:
        for file in [folder] if folder.is_file() else folder.rglob("*"):
            try:
                status = file.stat()
            except OSError:  # vanished meanwhile: the next look sees it
                continue
            if file.is_file():
                found.add((str(file), status.st_mtime_ns, status.st_size))
    return frozenset(found)


def watch(folders: list[Path], rebuild: Callable[[], None], stop: threading.Event, interval: float = 0.5) -> None:
    """Call `rebuild` after each change, until `stop` is set. Runs in the calling thread."""
    before = snapshot(folders)
    while not stop.wait(interval):
        now = snapshot(folders)
        if now != before:
            before = now
            rebuild()
