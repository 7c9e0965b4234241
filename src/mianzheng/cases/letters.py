"""Word to an office by mail: which case, what happened, until when. Codes and numbers, never what anybody wrote."""

from __future__ import annotations

import datetime

from mianzheng.cases.events import Event
from mianzheng.cases.records import Delivery

MAIL = "mail"
"""The outbox topic of letters."""


def letter(
    event: Event, place: str, body: str, *, about: str, number: str, state: str, due_day: str = "", account: str = ""
) -> Delivery:
    """The letter that tells a body of a place of an event; there is one for each event and body.

    `about` names the sentence (views/notices.py); `account` is the person in charge, if anybody is.
    """
    data = {
        "to": {"place": place, "body": body, "account": account},
        "kind": event.kind,
        "about": about,
        "case": event.id,
        "number": number,
        "state": state,
        "due_day": due_day,
    }
    return Delivery(id=f"{event.kind}/{event.id}/{event.seq}/{MAIL}-{body}", topic=MAIL, next_at=event.at, data=data)


def reminder(
    name: str, place: str, body: str, *, about: str, title: str, due_day: str, at: datetime.datetime
) -> Delivery:
    """The letter that reminds a body of what is due without being a case; one for each name (`duty/…`)."""
    data = {
        "to": {"place": place, "body": body, "account": ""},
        "kind": "duty",
        "about": about,
        "case": "",
        "number": title,
        "state": "",
        "due_day": due_day,
    }
    return Delivery(id=f"{name}/{MAIL}-{body}", topic=MAIL, next_at=at, data=data)
