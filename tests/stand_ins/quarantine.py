"""A quarantine in memory that keeps to its invitations, and what a browser does with one."""

from __future__ import annotations

import datetime
import io
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from mianzheng.adapters.memory_files import checked
from mianzheng.ports import Invitation, Quarantine


class MemoryQuarantine(Quarantine):
    """Files in a dictionary; `receive` is what its address would do."""

    origin = "https://quarantine.example"

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._invited: dict[str, tuple[str, int, float]] = {}

    def invite(self, name: str, most_bytes: int, lasting: datetime.timedelta) -> Invitation:
        mark = secrets.token_hex(8)
        self._invited[mark] = checked(name), most_bytes, time.monotonic() + lasting.total_seconds()
        kind = "application/octet-stream"
        return Invitation(f"{self.origin}/", {"key": name, "Content-Type": kind, "x-amz-signature": mark})

    def take(self, name: str, most_bytes: int) -> bytes | None:
        found = self.files.get(checked(name))
        return None if found is None else found[: most_bytes + 1]

    def remove(self, name: str) -> None:
        self.files.pop(checked(name), None)

    def receive(self, fields: Mapping[str, str], content: bytes) -> int:
        """A file that somebody sends with these fields; the status of the answer."""
        name, most, until = self._invited.get(fields["x-amz-signature"], ("", 0, 0.0))
        if fields["key"] != name or fields["Content-Type"] != "application/octet-stream" or time.monotonic() > until:
            return 403
        if not 1 <= len(content) <= most:
            return 400
        self.files[name] = content
        return 204


def brought(quarantine: Quarantine, invitation: Invitation, content: bytes) -> int:
    """Send a file as a browser does; the status of the answer."""
    if isinstance(quarantine, MemoryQuarantine):
        return quarantine.receive(invitation.fields, content)
    boundary, body = encode_multipart({**invitation.fields, "file": FileStorage(io.BytesIO(content), "x")})
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(invitation.address, body, kind), timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code
