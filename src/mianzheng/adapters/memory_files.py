"""A `FileStore` in memory, for tests and rehearsals; and the names that every file store takes."""

from __future__ import annotations

import re
import threading

from mianzheng.errors import RecordNotFound, Rejected
from mianzheng.ports import FileStore

_NAME = re.compile(r"[a-z]+/[A-Za-z0-9-]{1,64}/[A-Za-z0-9-]{1,64}")
GONE = "这个文件已经不在了。"
TAKEN = "这个文件编号已经有别的内容。"


def checked(name: str) -> str:
    """A name that is one. Raises ValueError: nothing that a person wrote may become a path."""
    if not _NAME.fullmatch(name):
        raise ValueError("not the name of a file of a case")
    return name


class MemoryFileStore(FileStore):
    """Files in a dictionary."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def put(self, name: str, content: bytes) -> None:
        with self._lock:
            if self._files.setdefault(checked(name), content) != content:
                raise Rejected(TAKEN)

    def get(self, name: str) -> bytes:
        try:
            return self._files[checked(name)]
        except KeyError:
            raise RecordNotFound(GONE) from None

    def remove(self, name: str) -> None:
        self._files.pop(checked(name), None)
