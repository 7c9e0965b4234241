"""The clocks of a complaint: to accept, to conclude, to tell the result (CP2, CP7 … CP9, CLK-8, CLK-13).

What the calendar gives is kept with the case, so a list or a job need not count again; `standing` reads it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from mianzheng.cases.records import CaseRecord
from mianzheng.clock import (
    RULES,
    SHANGHAI,
    Deadline,
    Standing,
    Target,
    WorkingCalendar,
    deadline,
    elapsed,
    limit,
    standing,
)
from mianzheng.clock.office import office_hours, run
from mianzheng.model import Duration, Profile, Record

Name = Literal["accept", "close", "inform"]
LABELS: dict[Name, str] = {"accept": "受理", "close": "办结", "inform": "告知结果"}
REMIND_AFTER = 0.6
"""The part of the office time after which whoever handles the case is reminded (project)."""
ESCALATE_AFTER = 2
"""Working days: without acceptance since receipt, or past the due day, until the office is told (OQ-08, project)."""


class CaseClock(Record, kw_only=True):
    """A clock as it stands with a case. `due_at` is exclusive; without `binds` it is only a target (CLK-13).

    `length` is kept, so that a rule that changes later does not move the end of a case that is open (F20).
    """

    name: Name
    started_at: datetime.datetime
    length: Duration | None = None
    due_at: datetime.datetime | None = None
    due_day: str = ""
    binds: bool = False
    certain: bool = True
    may_change: bool = False
    extended: int = 0
    remind_at: datetime.datetime | None = None
    escalate_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None

    @property
    def deadline(self) -> Deadline:
        """What the clock module calls it, without the way it was counted."""
        limit = self.due_at if self.binds else None
        return Deadline(
            rule=rule_of(self.name),
            due_at=limit,
            due_day=self.due_day if limit else None,
            certain=self.certain,
            may_change=self.may_change,
            target=Target(self.due_at, self.due_day) if self.due_at and not self.binds else None,
        )


def rule_of(name: Name) -> str:
    """The rule in the register of clocks."""
    return f"complaint.{name}"


def clocks_of(record: CaseRecord) -> dict[str, CaseClock]:
    """All clocks that a case has had, by name."""
    return msgspec.convert(record.data.get("clocks", {}), dict[str, CaseClock])


def running(record: CaseRecord) -> CaseClock | None:
    """The clock that runs now, if any."""
    return next((clock for clock in clocks_of(record).values() if clock.ended_at is None), None)


def kept(clocks: dict[str, CaseClock]) -> dict[str, Any]:
    """Clocks as they are kept in a case's data."""
    kept: dict[str, Any] = msgspec.to_builtins(clocks)
    return kept


@dataclass(frozen=True)
class Clocks:
    """Starts and counts the clocks of one place."""

    calendar: WorkingCalendar
    profile: Profile

    def start(self, name: Name, at: datetime.datetime, *, extend: int = 0, length: Duration | None = None) -> CaseClock:
        """A clock started at an instant. Raises BadArgument for an extension the profile does not allow."""
        rule = rule_of(name)
        if length is None and (found := limit(self.profile, RULES[rule])):
            length = found.length
        due = deadline(self.calendar, self.profile, rule, at, extend=extend, length=length)
        return self.set(CaseClock(name=name, started_at=at, length=length, extended=extend), due)

    def set(self, clock: CaseClock, due: Deadline) -> CaseClock:
        """The clock with a due end, and the instants at which something is to be done about it."""
        end = due.end
        return msgspec.structs.replace(
            clock,
            due_at=end.due_at if end else None,
            due_day=end.due_day if end else "",
            binds=due.binds,
            certain=due.certain,
            may_change=due.may_change,
            remind_at=self._remind_at(clock.started_at, end.due_at) if end else None,
            escalate_at=self._escalate_at(clock, due),
        )

    def standing(self, clock: CaseClock, now: datetime.datetime) -> Standing:
        """Where a clock stands now, or stood when it ended: the only judge of what is late (F03, F04)."""
        return standing(self.calendar.of(self.profile), clock.deadline, clock.ended_at or now)

    def _remind_at(self, start: datetime.datetime, due_at: datetime.datetime) -> datetime.datetime:
        """When that part of the office time has gone; at once where there is none."""
        calendar = self.calendar.of(self.profile)
        whole = elapsed(calendar, self.profile, start, due_at).office
        if not whole:
            return due_at
        return run(calendar, office_hours(self.profile), start, whole * REMIND_AFTER)[-1].end

    def _escalate_at(self, clock: CaseClock, due: Deadline) -> datetime.datetime | None:
        if clock.name == "accept":
            since = clock.started_at.astimezone(SHANGHAI).date()
        elif due.due_day and clock.name == "close":
            since = datetime.date.fromisoformat(due.due_day)
        else:
            return None
        day = self.calendar.of(self.profile).add_working_days(since, ESCALATE_AFTER)
        return datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), SHANGHAI)
