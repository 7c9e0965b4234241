"""When sealed data is destroyed: first who complained, later every word, by destroying the case's key (A31).

The decision itself stays: codes, bodies, times, events. The periods are this system's own; archive rules may ask for
longer ones.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

import msgspec

from mianzheng.cases.actors import AT_WORK
from mianzheng.cases.machine import Machine
from mianzheng.cases.records import CaseKey, CaseRecord, Change
from mianzheng.cases.steps import Step, take, utc, written
from mianzheng.complaints.attached import errand, files_of
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.sealed import PERSON, seal
from mianzheng.errors import BadArgument
from mianzheng.model import Record
from mianzheng.ports import KeyStore
from mianzheng.settings import SHORTEST_KEPT

What = Literal["person", "words"]
SHORTEST = SHORTEST_KEPT
"""Days: nothing is destroyed sooner, whoever calls."""
MOST, ALWAYS = 0.05, 5
"""The part of all cases above which a night's work stops until somebody has looked; so few are always done."""


class Periods(Record, kw_only=True):
    """Days from the end of a case until its data is destroyed."""

    person: int = 365
    words: int = 730


class Due(NamedTuple):
    """A case of which something is to be destroyed."""

    record: CaseRecord
    what: What


class Plan(NamedTuple):
    """What a night would destroy; `stopped` says why nothing will be (empty: go on)."""

    due: tuple[Due, ...]
    stopped: str


def ended_at(record: CaseRecord) -> datetime.datetime | None:
    """When a complaint was over: its latest clock stopped. None while it runs or its result waits to be told."""
    if MACHINE.states[record.state].open:
        return None
    clocks = record.data["clocks"].values()
    return max(datetime.datetime.fromisoformat(clock["ended_at"]) for clock in clocks)


Ended = Callable[[CaseRecord], datetime.datetime | None]


def plan(records: Iterable[CaseRecord], now: datetime.datetime, periods: Periods, ended: Ended = ended_at) -> Plan:
    """What is due among all cases; `ended` tells when one was over, None while it runs.

    Raises BadArgument for periods that are too short or in the wrong order.
    """
    if periods.person < SHORTEST or periods.words < periods.person:
        raise BadArgument(f"保存期限要写{SHORTEST}天以上，文字的期限不能比个人信息的短")
    everything = tuple(records)
    due = tuple(Due(record, what) for record in everything if (what := _due(record, now, periods, ended)))
    most = max(ALWAYS, int(len(everything) * MOST))
    stopped = (
        f"要销毁{len(due)}件，超过全部{len(everything)}件的5%，已经停下，请核对保存期限" if len(due) > most else ""
    )
    return Plan(due, stopped)


def purged(
    due: Due,
    now: datetime.datetime,
    periods: Periods,
    *,
    wrapped: bytes | None = None,
    keys: KeyStore,
    machine: Machine = MACHINE,
) -> Change:
    """The change that destroys: who complained is overwritten, every word goes with the key. Says so in an event.

    `wrapped` is the case's key, needed for the first. Raises what the key store raises.
    """
    record, what = due
    kept_for = periods.person if what == "person" else periods.words
    after, event, _ = take(machine, record, Step("purge", AT_WORK, now, {"what": what, "kept_for": kept_for}))
    after = msgspec.structs.replace(after, data={**after.data, "purged": what})
    write = written(record, after, event)
    if what == "words":
        left = (errand(record.id, files, utc(now), "purge"),) if (files := files_of(record)) else ()
        return Change(writes=(write,), deliveries=left, destroyed=(record.key,))
    if wrapped is None:
        raise BadArgument("这一件没有钥匙，个人信息已经不在了")
    case = CaseKey(kind=record.kind, id=record.id, wrapped=wrapped)
    return Change(writes=(write,), seals=(seal(keys, case, PERSON, {}),))


def _due(record: CaseRecord, now: datetime.datetime, periods: Periods, ended: Ended) -> What | None:
    at = ended(record)
    gone = record.data.get("purged", "")
    if at is None or gone == "words":
        return None
    age = now - at
    if age >= datetime.timedelta(days=periods.words):
        return "words"
    return "person" if not gone and age >= datetime.timedelta(days=periods.person) else None
