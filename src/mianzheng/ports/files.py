"""Files that people send along: pictures and PDFs, already sealed with the key of their case when they come here."""

from __future__ import annotations

from typing import Protocol


class FileStore(Protocol):
    """Keeps sealed files under names `<case kind>/<case id>/<random id>`; a file never changes once it is there.

    Names are made by this program, never by a person; every part consists of letters, digits and hyphens. Another
    name is a fault of the program: ValueError. Every method may raise Unavailable; asking again is harmless then.
    """

    def put(self, name: str, content: bytes) -> None:
        """Keep a file for good, whole or not at all. The same name with the same content twice is harmless.

        Raises Rejected when the name holds other content.
        """

    def get(self, name: str) -> bytes:
        """The content. Raises RecordNotFound."""

    def remove(self, name: str) -> None:
        """Take a file away, and whatever a broken `put` left of it; harmless when there is none."""
