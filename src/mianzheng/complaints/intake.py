"""A complaint is taken in: one change with the case, its receipt, what is sealed, and word to the receiver (CP1)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from mianzheng.cases.actors import CITIZEN, Actor
from mianzheng.cases.commits import command_of
from mianzheng.cases.records import CaseKey, Change, Command, encoded
from mianzheng.cases.steps import Step, opened, take, utc, written
from mianzheng.clock import SHANGHAI, WorkingCalendar, day_of
from mianzheng.complaints import receipts
from mianzheng.complaints.attached import Held
from mianzheng.complaints.breach import list_state
from mianzheng.complaints.clocks import Clocks, kept
from mianzheng.complaints.filing import Filing, place_for, problems, received
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.notices import notice
from mianzheng.complaints.receivers import Route, route
from mianzheng.complaints.sealed import PERSON, STORY, seal, without_numbers
from mianzheng.errors import GuardFailed
from mianzheng.model import Catalog, PlaceCatalog
from mianzheng.ports import KeyStore

UNLISTED = "清单上没有的材料"
Screening = Literal["", "quarantined"]


@dataclass(frozen=True)
class Intake:
    """What taking in needs from outside. `secret` makes receipts; `next_number` counts a series from 1."""

    catalog: Catalog
    calendar: WorkingCalendar
    keys: KeyStore
    secret: bytes
    demonstration: bool
    new_id: Callable[[], str]
    next_number: Callable[[str], int]


@dataclass(frozen=True)
class Sent:
    """How a filing came: by whom, when, from which draft, whether it looks like spam (never a refusal), and with which
    files (those of `held` that were chosen)."""

    actor: Actor
    at: datetime.datetime
    nonce: str
    screening: Screening = ""
    held: Held | None = None


def file(intake: Intake, filing: Filing, sent: Sent) -> Change:
    """The change that takes a complaint in; its command's result holds `id` and `number`.

    The same draft with the same content gives the same receipt, and a store carries it out once; with other content
    the store raises CommandMismatch. Raises NoOperator (nothing may be stored), GuardFailed naming every problem, and
    Unavailable or Rejected from the key store.
    """
    home, profile = place_for(filing.place, intake.catalog, demonstration=intake.demonstration)
    if wrong := problems(filing, home, profile, intake.catalog, sent.actor, sent.at):
        raise GuardFailed(wrong)
    concerned = [filing.body] if filing.body else []
    way = route(home, filing.channel, concerned=concerned, entered_by=sent.actor.body)
    number = _number(intake, sent.at)
    at = utc(received(filing, sent.at))
    clocks = {"accept": Clocks(intake.calendar, profile).start("accept", at)}
    data = _public(filing, home, intake.catalog, way, sent) | {
        "number": number,
        "received_at": at.isoformat(),
        "registered_at": utc(sent.at).isoformat(),
        "concerned": concerned,
        "clocks": kept(clocks),
    }
    step = Step("register", sent.actor, sent.at, {"channel": filing.channel, "receiver": way.code})
    id, wrapped = (sent.held.case, sent.held.wrapped) if sent.held else (intake.new_id(), intake.keys.create())
    first = opened(MACHINE, id, step, place=filing.place, body=way.decided_by, data=data)
    after, event, _ = take(MACHINE, first, step)
    due = clocks["accept"]
    after = msgspec.structs.replace(after, due_at=due.due_at, check_at=due.remind_at)
    case = CaseKey(kind=after.kind, id=after.id, wrapped=wrapped)
    return Change(
        writes=(written(None, after, event),),
        deliveries=notice(after, event),
        command=_command(intake.secret, filing, sent, {"id": after.id, "number": number}),
        unique=dict.fromkeys(_names(intake, filing, sent, number), after.key),
        keys=(case,),
        seals=(
            seal(intake.keys, case, PERSON, _person(filing)),
            seal(intake.keys, case, STORY, _story(filing)),
        ),
    )


def receipt_for(intake: Intake, nonce: str) -> receipts.Receipt:
    """The receipt of a draft, to be shown once its change is committed."""
    return receipts.spelled(receipts.receipt(intake.secret, nonce))


def _public(filing: Filing, home: PlaceCatalog, catalog: Catalog, way: Route, sent: Sent) -> dict[str, Any]:
    """What staff lists, register and figures show: codes, bodies, times; nothing that a person wrote."""
    day = filing.happened_on or day_of(sent.at)
    item = home.items.get(filing.item)
    kind = catalog.kinds.get(item.kind if item else filing.kind)
    about = [filing.body] if filing.body else []
    return {
        "form": "complaint-v1",
        "title": kind.name if kind else UNLISTED,
        "item": filing.item,
        "kind": kind.id if kind else "",
        "service": filing.service or (item.service if item else ""),
        "about": about,
        "about_names": [home.bodies[body].name for body in about],
        "grounds": [filing.ground] if filing.ground else [],
        "tags": list(filing.tags),
        "channel": filing.channel,
        "receiver": way.code,
        "received_by": way.received_by,
        "decided_by": way.decided_by,
        "recused": way.recused,
        "happened_on": filing.happened_on,
        "how_asked": filing.how_asked,
        "list": msgspec.structs.asdict(list_state(home, catalog, filing.item, day)),
        "hide_identity": filing.hide_identity,
        "reply_channel": filing.reply_channel,
        "by_agent": filing.by_agent,
        "oral": filing.oral,
        "external_ref": filing.external_ref,
        "entered_by_staff": sent.actor.role != CITIZEN,
        "screening": sent.screening,
        **({"files": [*sent.held.files]} if sent.held and sent.held.files else {}),
    }


def _person(filing: Filing) -> dict[str, str]:
    """Name and phone as given; the relation is free text like any other."""
    given = {"name": filing.name.strip(), "phone": filing.phone.strip()}
    return {name: value for name, value in given.items() if value} | without_numbers({"relation": filing.relation})


def _story(filing: Filing) -> dict[str, str]:
    names = ("demand", "reasons_facts", "ground_text", "body_name", "asked_for")
    return without_numbers({name: getattr(filing, name) for name in names})


def _number(intake: Intake, at: datetime.datetime) -> str:
    year = at.astimezone(SHANGHAI).year
    return f"TS-{year}-{intake.next_number(f'TS-{year}'):04d}"


def _names(intake: Intake, filing: Filing, sent: Sent, number: str) -> list[str]:
    """What must never point to two cases: receipt, number, and what was handed down under a number of its own."""
    names = [receipts.digest(intake.secret, receipts.receipt(intake.secret, sent.nonce)), f"number:{number}"]
    if filing.external_ref:
        names.append(f"import:{filing.place}:{filing.channel}:{filing.external_ref}")
    return names


def _command(secret: bytes, filing: Filing, sent: Sent, result: dict[str, Any]) -> Command:
    files = " ".join(sent.held.files).encode() if sent.held else b""
    return command_of(secret, "file", sent.nonce, encoded(filing) + files, sent.at, result)
