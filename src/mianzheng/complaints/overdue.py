"""Whether a complaint is late: computed when read, by one function for everything that shows it (CP11, F03, F04)."""

from __future__ import annotations

import datetime
from typing import Literal

from mianzheng.cases.records import CaseRecord
from mianzheng.clock import Standing
from mianzheng.complaints.clocks import Clocks, clocks_of, running

Shelf = Literal["overdue", "due_today", "target_passed", "open", "over"]
"""The list on which a case stands; always exactly one. `target_passed` is no breach (CLK-13)."""


def standing_of(clocks: Clocks, record: CaseRecord, now: datetime.datetime) -> Standing:
    """Where the clock that runs stands; `no_limit` when none runs or the document sets neither limit nor target."""
    clock = running(record)
    return clocks.standing(clock, now) if clock else Standing("no_limit")


def shelf(clocks: Clocks, record: CaseRecord, now: datetime.datetime) -> Shelf:
    """The list on which a case stands now."""
    if running(record) is None:
        return "over"
    state = standing_of(clocks, record, now).state
    return "open" if state == "no_limit" else state


def was_concluded_late(clocks: Clocks, record: CaseRecord, now: datetime.datetime) -> bool | None:
    """Whether the limit to conclude was, or by now is, missed; None when no limit of the document ran."""
    close = clocks_of(record).get("close")
    if close is None or not close.binds:
        return None
    return clocks.standing(close, now).is_late


def is_provisional(record: CaseRecord) -> bool:
    """Whether the end of the clock that runs may still move, because a year is not announced (CLK-10)."""
    clock = running(record)
    return clock is not None and clock.due_at is not None and (clock.may_change or not clock.certain)
