"""Outbox topic `mail`: an office hears of an event by letter. What its case says does not depend on it (F37)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from mianzheng.cases.records import Change, Claimed
from mianzheng.errors import Rejected
from mianzheng.model import Catalog
from mianzheng.ports.mail import Letter, Mailer
from mianzheng.settings import Settings
from mianzheng.views.notices import SENTENCES, subject_of, text_of

Mailboxes = Callable[[str, str], str]
"""The mail address of a body of a place; empty when none is known."""
NOWHERE = "invalid"
"""The domain of letters to bodies without an address (RFC 2606); those are only put into the folder."""


@dataclass(frozen=True)
class Mail:
    """Sends letters by `mailer`; those without an address are left in `folder`, where somebody can see them."""

    mailer: Mailer
    folder: Mailer
    mailboxes: Mailboxes
    catalog: Callable[[], Catalog]
    settings: Settings

    def __call__(self, claimed: Claimed, now: datetime.datetime) -> Change | None:
        """Send one. Sent twice it carries the same Message-ID. Raises Unavailable, Rejected."""
        data = claimed.delivery.data
        if data["about"] not in SENTENCES:
            raise Rejected(f"没有为“{data['about']}”准备信")
        place, body = data["to"]["place"], data["to"]["body"]
        address = self.mailboxes(place, body)
        letter = Letter(
            id=re.sub(r"[^A-Za-z0-9-]", ".", claimed.delivery.id),
            to=address or f"{body}@{place}.{NOWHERE}",
            subject=subject_of(data),
            text=text_of(data, self.catalog(), self.settings),
        )
        (self.mailer if address else self.folder).send(letter)
        return None
