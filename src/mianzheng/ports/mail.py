"""Telling people: letters by mail, short messages by telephone."""

from __future__ import annotations

from typing import Protocol

from mianzheng.model import Record


class Letter(Record, kw_only=True):
    """A mail to an office or to somebody who asked for it. Neither subject nor text holds personal data or a code.

    `id` is that of its delivery: a letter sent twice carries the same Message-ID.
    """

    id: str
    to: str
    subject: str
    text: str


class ShortMessage(Record, kw_only=True):
    """短信: a few words to a telephone number; `id` as for letters."""

    id: str
    to: str
    text: str


class Mailer(Protocol):
    """Sends letters."""

    def send(self, letter: Letter) -> None:
        """Hand a letter over. Raises Unavailable (try again), Rejected (this address will never do)."""


class Messenger(Protocol):
    """Sends short messages."""

    def send(self, message: ShortMessage) -> None:
        """Hand a message over. Raises Unavailable (try again), Rejected (this number will never do)."""
