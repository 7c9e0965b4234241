"""The files with which the live side tells the static one what to show (`live/*.json`)."""

from __future__ import annotations

from typing import Protocol


class LiveFiles(Protocol):
    """A place for a few small files that everybody may read. Every method may raise Unavailable."""

    def read(self, name: str) -> bytes | None:
        """A file's content; None when it was never written."""

    def write(self, name: str, content: bytes) -> None:
        """Write a file as a whole: a reader sees the old one or the new one."""
