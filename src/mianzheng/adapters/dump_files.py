"""Dumps as files: everything that a store holds, to be moved to another one. Only their owner can read them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from mianzheng.adapters import dump_lines
from mianzheng.errors import AlreadyExists
from mianzheng.ports import RecordStore


def write(dump: Iterable[bytes], file: Path) -> str:
    """Write a dump into a new file; its digest. When it breaks off no file is left; one that was cut off lacks its last
    line and cannot be read.

    Raises AlreadyExists, OSError, Unavailable.
    """
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise AlreadyExists(f"{file} 已经有了，没有覆盖；请换一个文件名。") from error
    line = b""
    try:
        with os.fdopen(descriptor, "wb") as out:
            for line in dump:
                out.write(line + b"\n")
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        file.unlink()
        raise
    return dump_lines.digest(line)


def read(store: RecordStore, file: Path) -> int:
    """Fill an empty store from a file; how many lines. Raises AlreadyExists, BadArgument, OSError, Unavailable."""
    with file.open("rb") as lines:
        return store.load(iter(lines))
