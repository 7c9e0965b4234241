"""A desk for tests of complaints: keys that only turn bytes over, a fixed secret, people of every role."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import msgspec

from mianzheng.cases.actors import CITIZEN, Actor
from mianzheng.cases.events import broken_links
from mianzheng.cases.records import CaseRecord, Change, Delivery, Event, Write
from mianzheng.cases.steps import Step
from mianzheng.clock import SHANGHAI, WorkingCalendar
from mianzheng.complaints.clocks import CaseClock, Clocks, clocks_of
from mianzheng.complaints.desk import Desk
from mianzheng.complaints.filing import Filing
from mianzheng.complaints.handling import handle
from mianzheng.complaints.intake import Intake, Screening, Sent, file
from mianzheng.complaints.overdue import shelf
from mianzheng.complaints.receivers import web_channel
from mianzheng.complaints.sweeping import sweep
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


class Life:
    """Complaints of one place as they go through the real functions; keeps what a store would keep."""

    def __init__(self, catalog: Catalog, place: str = "demo-yiyuan") -> None:
        self.home = catalog.places[place]
        assert self.home.profile and catalog.vocabularies.reasons
        self.intake = intake(catalog)
        clocks = Clocks(self.intake.calendar, self.home.profile)
        self.desk = Desk(self.home, self.home.profile, catalog.vocabularies.reasons, clocks, self.intake.keys)
        self.records: dict[str, CaseRecord] = {}
        self.events: dict[str, list[Event]] = {}
        self.wrapped: dict[str, bytes] = {}
        self.pieces: dict[tuple[str, str], dict[str, str]] = {}
        self.mails: list[Delivery] = []

    def file(
        self, at: str, case: str = "a", actor: Actor = PERSON, screening: Screening = "", **changed: Any
    ) -> CaseRecord:
        """Take a complaint in under a short name."""
        if self.home.profile and actor == PERSON and "channel" not in changed:
            changed["channel"] = web_channel(self.home.profile)
        change = file(self.intake, filing(self.home, **changed), sent(at, nonce=case, actor=actor, screening=screening))
        self.wrapped[case] = change.keys[0].wrapped
        return self._kept(change, {change.writes[0].record.id: case})[case]

    def do(self, event: str, at: str, who: Actor, case: str = "a", other: str = "", **given: Any) -> CaseRecord:
        """One step; `other` is the short name of the case that the step refers to."""
        known = self.records.get(other)
        for name in ("leader", "linked_case"):
            if given.get(name) == other and known:
                given[name] = known.id
        change = handle(
            self.desk, self.records[case], Step(event, who, when(at), given), wrapped=self.wrapped[case], other=known
        )
        return self._kept(change, {record.id: name for name, record in self.records.items()})[case]

    def tick(self, at: str, case: str = "a") -> list[Event]:
        """What the clock does by an instant."""
        before = len(self.events[case])
        if change := sweep(self.desk, self.records[case], when(at)):
            self._kept(change, {record.id: name for name, record in self.records.items()})
        return self.events[case][before:]

    def standing(self, at: str, case: str = "a") -> str:
        """The list on which a case stands."""
        return shelf(self.desk.clocks, self.records[case], when(at))

    def clock(self, name: str, case: str = "a") -> CaseClock:
        """One of the clocks of a case."""
        return clocks_of(self.records[case])[name]

    def _kept(self, change: Change, names: dict[str, str]) -> dict[str, CaseRecord]:
        for write in change.writes:
            case = names[write.record.id]
            assert write.before == (self.records[case].version if case in self.records else None)
            self.records[case] = write.record
            self.events.setdefault(case, []).extend(write.events)
            assert not broken_links(self.events[case])
            assert not MARKS & set(clear_words(write))
        for piece in change.seals:
            wrapped = self.wrapped[names[piece.id]]
            plain = self.intake.keys.open(wrapped, f"{piece.kind}/{piece.id}/{piece.name}", piece.sealed)
            self.pieces[names[piece.id], piece.name] = msgspec.json.decode(plain)
        self.mails += change.deliveries
        assert not any(mark in msgspec.json.encode(change.deliveries).decode() for mark in MARKS)
        return self.records


MARKS = {NAME, PHONE, STORY}


def clear_words(write: Write) -> set[str]:
    """Those of the marks that stand in clear in a record or its events."""
    clear = msgspec.json.encode(write).decode()
    return {mark for mark in MARKS if mark in clear}
