"""Where a browser leaves a file that is too large to come through this program, until somebody has looked at it."""

from __future__ import annotations

import datetime
from typing import NamedTuple, Protocol


class Invitation(NamedTuple):
    """By which a browser may bring one file: the address of a form, and its fields. The file goes last, as `file`."""

    address: str
    fields: dict[str, str]


class Quarantine(Protocol):
    """Holds files as they came, which nobody opens: they are taken out, judged and put away sealed, or they lapse.

    Names are made by this program like those of a `FileStore`; another name is a ValueError. Whatever is not taken
    away disappears by itself after a day or two. Every method may raise Unavailable; asking again is harmless then.
    """

    @property
    def origin(self) -> str:
        """Scheme, host and port of all invitations, for the security policy of the pages that use them."""

    def invite(self, name: str, most_bytes: int, lasting: datetime.timedelta) -> Invitation:
        """An invitation to bring a file under exactly this name: 1 to `most_bytes` bytes, begun before it lapses.

        Used again before that, it writes the same name anew; nothing else can be done with it.
        """

    def take(self, name: str, most_bytes: int) -> bytes | None:
        """What was brought under a name, a byte more than `most_bytes` at the most; None when nothing was. It stays."""

    def remove(self, name: str) -> None:
        """Take a file away; harmless when there is none."""
