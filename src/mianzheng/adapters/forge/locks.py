"""Lock files of a git repository: wait for the living, clear away what the dead left behind."""

from __future__ import annotations

import fcntl
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mianzheng.errors import Unavailable

STALE_AFTER = 600.0
"""Seconds. Git holds a lock for milliseconds."""
PATIENCE = 20.0
"""Seconds of trying before giving up for this time."""

Result = TypeVar("Result")


def patiently(action: Callable[[], Result], repository: Path) -> Result:
    """Do `action` again, at uneven intervals, while another process holds a lock file. Raises Unavailable."""
    from dulwich.file import FileLocked

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return action()
        except FileLocked as locked:
            lock = Path(os.fsdecode(locked.lockfilename))
            if not clear_stale(lock, repository):
                if time.monotonic() > deadline:
                    raise Unavailable(f"仓库一直被占用：{lock.name}，稍后再试") from locked
                time.sleep(random.uniform(0.002, 0.03))


def clear_stale(lock: Path, repository: Path) -> bool:
    """Remove a lock file that is older than ten minutes and that no process has open; whether it is gone.

    Those who clear take turns, so none removes a fresh lock in place of the old one it looked at.
    """
    with (repository / "clearing-locks").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        try:
            age = time.time() - lock.stat().st_mtime
        except FileNotFoundError:
            return True
        if age < STALE_AFTER or _held(lock):
            return False
        lock.unlink(missing_ok=True)
        return True


def _held(lock: Path) -> bool:
    """Whether a living process has the file open. Where the system does not tell, age alone decides."""
    wanted = str(lock.resolve())
    for descriptors in Path("/proc").glob("[0-9]*/fd"):
        try:
            if any(str(descriptor.readlink()) == wanted for descriptor in descriptors.iterdir()):
                return True
        except OSError:  # another user's process, or one that has just ended
            continue
    return False
