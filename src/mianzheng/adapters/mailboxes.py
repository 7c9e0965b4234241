"""The offices' mail addresses: a YAML file `place: {body: address}`, read again when it changes."""

from __future__ import annotations

from pathlib import Path

import yaml

from mianzheng.errors import Unavailable


class MailboxFile:
    """Looks addresses up. Without the file nobody has one; a broken file holds letters up until it is mended."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stamp = (0, 0)
        self._known: dict[str, dict[str, str]] = {}

    def __call__(self, place: str, body: str) -> str:
        """The address of a body; empty when none is known. Raises Unavailable for a file that cannot be read."""
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return ""
        if (status.st_mtime_ns, status.st_size) != self._stamp:
            self._known = addresses_in(self._text(), self._file.name)
            self._stamp = (status.st_mtime_ns, status.st_size)
        return self._known.get(place, {}).get(body, "")

    def _text(self) -> bytes:
        try:
            return self._file.read_bytes()
        except OSError:
            raise _unreadable(self._file.name) from None


def addresses_in(text: bytes, name: str) -> dict[str, dict[str, str]]:
    """What such a file says; `name` is what complaints call it. Raises Unavailable: letters wait until it is mended."""
    try:
        found = yaml.safe_load(text.decode("utf-8")) or {}
    except (UnicodeDecodeError, yaml.YAMLError):
        raise _unreadable(name) from None
    fits = isinstance(found, dict) and all(
        isinstance(bodies, dict) and all(isinstance(address, str) and "@" in address for address in bodies.values())
        for bodies in found.values()
    )
    if not fits:
        raise Unavailable(f"{name} 要写成“地区: {{单位编号: 邮箱}}”")
    return found


def _unreadable(name: str) -> Unavailable:
    return Unavailable(f"单位邮箱的文件读不懂：{name}")
