"""Who is to hear of an event by mail: deliveries without personal data; and the row for the register (登记造册).

Whoever complained is told by receipt at once: what the state says there does not depend on any mail (F37).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mianzheng.cases.letters import letter
from mianzheng.cases.records import CaseRecord, Delivery, Event
from mianzheng.complaints.clocks import clocks_of

REGISTER = "register"
ENTERED = frozenset({"accept", "conclude", "terminate", "withdraw"})
"""Events after which the register holds a new row (OQ-18)."""


def _deciding(record: CaseRecord) -> list[str]:
    return [deciding_body(record)]


def _working(record: CaseRecord) -> list[str]:
    return [record.body, *record.data.get("joint", [])]


def _both(record: CaseRecord) -> list[str]:
    return [*_working(record), *_deciding(record)]


_HEARS: dict[str, Callable[[CaseRecord], list[str]]] = {
    "register": _deciding,
    "transfer": _working,
    "join": _working,
    "ask_extension": _deciding,
    "extend": _working,
    "decline_extension": _working,
    "propose_conclusion": _deciding,
    "return_conclusion": _working,
    "propose_termination": _deciding,
    "decline_termination": _working,
    "terminate": _working,
    "urge": _working,
    "supplement": _working,
    "attach": _working,
    "withdraw": _working,
    "object": _deciding,
    "follow": _working,
    "remind": _working,
    "miss": _both,
}


def deciding_body(record: CaseRecord) -> str:
    """The body that decides on a case; `body` moves on when the case is handed over, this one stays."""
    body: str = record.data.get("decided_by", record.body)
    return body


def notice(record: CaseRecord, event: Event, also: Iterable[str] = ()) -> tuple[Delivery, ...]:
    """The deliveries of an event: mails to the bodies concerned with it, `also` to others; the register row if due."""
    hears = _HEARS[event.name](record) if event.name in _HEARS else []
    bodies = [body for body in dict.fromkeys([*hears, *also]) if body]
    rows = [_row(event, register_row(record))] if event.name in ENTERED else []
    return (*(_mail(record, event, body) for body in bodies), *rows)


def _mail(record: CaseRecord, event: Event, body: str) -> Delivery:
    return letter(
        event,
        record.place,
        body,
        about=event.name,
        number=record.data["number"],
        state=record.state,
        due_day=next((c.due_day for c in clocks_of(record).values() if c.ended_at is None), ""),
        account=record.handler if body == record.body else "",
    )


def _row(event: Event, data: dict[str, Any]) -> Delivery:
    name = f"{event.kind}/{event.id}/{event.seq}/{REGISTER}"
    return Delivery(id=name, topic=REGISTER, next_at=event.at, data=data)


def register_row(record: CaseRecord) -> dict[str, Any]:
    """The row of the register (YY-CMP-07-2): number, times, ground, bodies, item, outcome; no person, no free text."""
    data, clocks = record.data, clocks_of(record)
    close = clocks.get("close")
    return {
        "number": data["number"],
        "place": record.place,
        "receiver": data["receiver"],
        "received_by": data["received_by"],
        "decided_by": deciding_body(record),
        "channel": data["channel"],
        "received_at": data["received_at"],
        "accepted_at": close.started_at.isoformat() if close else "",
        "due_day": close.due_day if close else "",
        "closed_at": close.ended_at.isoformat() if close and close.ended_at else "",
        "state": record.state,
        "grounds": data["grounds"],
        "bodies": data["about"],
        "item": data["item"],
        "outcome": data.get("outcome", {}),
    }
