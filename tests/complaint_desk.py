"""A desk for tests of complaints: keys that only turn bytes over, a fixed secret, people of every role."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from mianzheng.cases.actors import CITIZEN, Actor
from mianzheng.clock import SHANGHAI, WorkingCalendar
from mianzheng.complaints.filing import Filing
from mianzheng.complaints.intake import Intake, Sent
from mianzheng.errors import Rejected
from mianzheng.model import Catalog, PlaceCatalog

PERSON = Actor(role=CITIZEN)
NAME, PHONE, STORY = "王小明测试", "13912345678", "他们要我回村里开一张婚姻状况证明，否则不给办。"


class TurnedOver:
    """A key store without cryptography: what is sealed is not readable by chance, and is bound to key and context."""

    def __init__(self) -> None:
        self._made = itertools.count(1)

    def create(self) -> bytes:
        return b"key-%d" % next(self._made)

    def seal(self, wrapped: bytes, context: str, plain: bytes) -> bytes:
        return wrapped + b"|" + context.encode() + b"|" + bytes(255 - byte for byte in plain)

    def open(self, wrapped: bytes, context: str, sealed: bytes) -> bytes:
        head = wrapped + b"|" + context.encode() + b"|"
        if not sealed.startswith(head):
            raise Rejected("钥匙、位置和密文对不上")
        return bytes(255 - byte for byte in sealed[len(head) :])


def intake(catalog: Catalog, *, demonstration: bool = True) -> Intake:
    """An intake that counts ids and numbers."""
    ids, numbers = itertools.count(1), itertools.count(1)
    return Intake(
        catalog=catalog,
        calendar=WorkingCalendar(catalog.calendars),
        keys=TurnedOver(),
        secret=b"s" * 32,
        demonstration=demonstration,
        new_id=lambda: f"c{next(ids)}",
        next_number=lambda series: next(numbers),
    )


def when(text: str) -> datetime.datetime:
    """An instant; without offset Shanghai time."""
    at = datetime.datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def sent(at: str, nonce: str = "n-1", actor: Actor = PERSON, **more: Any) -> Sent:
    """How a filing came."""
    return Sent(actor=actor, at=when(at), nonce=nonce, **more)


def accused(home: PlaceCatalog) -> str:
    """A body that fills no office."""
    return next(body for body in home.bodies if body not in home.place.offices.values())


def filing(home: PlaceCatalog, **changed: Any) -> Filing:
    """A complaint by web form with everything that any profile asks for."""
    fields: dict[str, Any] = {
        "place": home.place.id,
        "channel": "platform",
        "body": accused(home),
        "ground": "G1_demand",
        "demand": "不要再让我开证明。",
        "reasons_facts": STORY,
        "name": NAME,
        "phone": PHONE,
    }
    return Filing(**{**fields, **changed})


def staff(role: str, home: PlaceCatalog, body: str, subject: str = "") -> Actor:
    """Somebody of a body; `subject` is the person."""
    subject = subject or f"{role}-{body}"
    return Actor(role=role, place=home.place.id, body=body, account=f"a-{subject}", subject=subject)


def receiver(home: PlaceCatalog, office: str = "R2_hall_window", subject: str = "") -> Actor:
    """Somebody of a receiving body."""
    return staff("receiver", home, home.place.offices[office], subject)
