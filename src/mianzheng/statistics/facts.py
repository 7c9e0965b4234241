"""What counts about a complaint: one line a receipt, without person and words (OQ-57, OQ-58, S-STA-04)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from mianzheng.cases.records import CaseRecord
from mianzheng.clock import day_of
from mianzheng.complaints.clocks import Clocks, clocks_of
from mianzheng.complaints.overdue import was_concluded_late
from mianzheng.model import Record

NO_GROUND = "none"
"""Stands for the ground where a complaint names none."""


class Fact(Record, kw_only=True):
    """A receipt. `is_case`: it is a matter of its own, not one linked to another; only cases are counted as such.

    Months are `YYYY-MM` in Shanghai: `month` that of registration, which never moves, `closed` that of the conclusion.
    `late`: the limit of the document was missed; None where none ran.
    """

    month: str
    ground: str
    channel: str
    units: tuple[str, ...] = ()
    handled_by: str = ""
    is_case: bool = True
    closed: str = ""
    late: bool | None = None
    state: str = ""


def facts(records: Iterable[CaseRecord], clocks: Clocks, now: datetime.datetime) -> list[Fact]:
    """The facts of a place's complaints; those set aside as looking like spam are left out until released."""
    return [_fact(record, clocks, now) for record in records if not record.data["screening"]]


def _fact(record: CaseRecord, clocks: Clocks, now: datetime.datetime) -> Fact:
    data = record.data
    close = clocks_of(record).get("close")
    done = close is not None and close.ended_at is not None and "findings" in data.get("outcome", {})
    return Fact(
        month=month_of(datetime.datetime.fromisoformat(data["registered_at"])),
        ground=(data["grounds"] or [NO_GROUND])[0],
        channel=data["channel"],
        units=tuple(data["about"]),
        handled_by=record.body,
        is_case=record.state != "linked",
        closed=month_of(close.ended_at) if done and close and close.ended_at else "",
        late=was_concluded_late(clocks, record, now) if done else None,
        state=record.state,
    )


def month_of(at: datetime.datetime) -> str:
    """The Shanghai month of an instant."""
    return day_of(at)[:7]


def quarter_of(month: str) -> str:
    """The quarter of a month, `2026-Q3`."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def months_before(first: str, now: datetime.datetime) -> list[str]:
    """Every month from `first` up to the last one that is over."""
    year, month = int(first[:4]), int(first[5:])
    found, this = [], month_of(now)
    while (name := f"{year}-{month:02}") < this:
        found.append(name)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found
