"""What all command-line tools share: progress on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def progress_line(what: str) -> Callable[[int, int], None] | None:
    """A counter on standard error, only for long work on a terminal."""
    if not sys.stderr.isatty():
        return None
    started = time.monotonic()
    shown = 0.0

    def show(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if done == total and shown:
            print(f"\r{what} {done}/{total}", file=sys.stderr)
        elif now - started > 1 and now - shown > 0.2:
            shown = now
            print(f"\r{what} {done}/{total}", end="", file=sys.stderr, flush=True)

    return show
