"""What command-line tools share: progress on a terminal, generated documents kept fresh."""

from __future__ import annotations

import datetime
import gc
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from mianzheng.clock import day_of, shanghai_day
from mianzheng.errors import BadArgument


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


def keep_fresh(target: Path, text: str, *, check: bool, done: str) -> int:
    """Write a generated document, or with `check` only say whether it is fresh; returns the exit status."""
    if check:
        fresh = target.is_file() and target.read_text("utf-8") == text
        if not fresh:
            print(f"{target} 不是最新的，请运行 make docs", file=sys.stderr)
        return 0 if fresh else 1
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, "utf-8", newline="\n")
    print(f"{target}：{done}")
    return 0


def leave(main: Callable[..., int]) -> NoReturn:
    """Run a script that reads a whole catalog, and end the process at once: the system takes its memory back faster
    than Python takes a million objects apart, and there is no garbage among them worth looking for.

    What `main` puts into its `keep` is not taken apart either. For scripts that leave nothing to be done at exit.
    """
    gc.disable()
    kept: list[Any] = []
    status = main(keep=kept)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def shanghai_today(given: str = "") -> str:
    """The Shanghai day of an argument, or of the present. Raises BadArgument."""
    if not given:
        return day_of(datetime.datetime.now(datetime.UTC))
    if day := shanghai_day(given):
        return day
    raise BadArgument(f"{given} 不是日期，请写成 2026-11-25")
