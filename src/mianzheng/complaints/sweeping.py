"""What the clock itself does with complaints: reminders, missed limits, word to the office, recounting (CP11, OQ-08).

Every function may run at any time, late or twice: what was done is marked on the case, once a level (F07, F08).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from mianzheng.cases.actors import AT_WORK
from mianzheng.cases.records import CaseRecord, Change, Delivery
from mianzheng.cases.steps import Step, take, written
from mianzheng.clock import recalculated
from mianzheng.clock.office import office_hours, open_spans
from mianzheng.clock.questions import Question
from mianzheng.complaints.clocks import Clocks, clocks_of, kept, rule_of, running
from mianzheng.complaints.desk import Desk
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.notices import notice


class Turn(NamedTuple):
    """Something that the clock does at an instant: `miss` for limits of the document, `remind` for all else."""

    at: datetime.datetime
    level: str
    event: str
    to_office: bool


def next_check(record: CaseRecord) -> datetime.datetime | None:
    """The next instant at which something is to be done about a case, after its latest event."""
    return min((turn.at for turn in _turns(record)), default=None)


def sweep(desk: Desk, record: CaseRecord, now: datetime.datetime) -> Change | None:
    """What has come due since the last look, each level once, with when it was due and when it was noticed.

    A reminder that comes after the due end is left out. Whoever handles the case hears, without a handler its body;
    of missed limits and of what waits too long the office hears too. None when nothing is due.
    """
    due = sorted(turn for turn in _turns(record) if turn.at <= now)
    clock = running(record)
    if clock is None or not due:
        return None
    after, events, deliveries = record, [], list[Delivery]()
    for turn in due:
        late = clock.due_at is not None and now >= clock.due_at
        if turn.level != "remind" or not late:
            given = {"clock": clock.name, "level": turn.level, "due": turn.at.isoformat(), "noticed": now.isoformat()}
            after, event, _ = take(MACHINE, after, Step(turn.event, AT_WORK, now, given))
            events.append(event)
            mails = notice(after, event, also=(desk.office,) if turn.to_office else ())
            deliveries += [_in_office_hours(desk.clocks, mail, now) for mail in mails]
        after = _marked(after, f"{clock.name}.{turn.level}")
    after = msgspec.structs.replace(after, check_at=next_check(after))
    return Change(writes=(written(record, after, *events),), deliveries=tuple(deliveries))


def recount(desk: Desk, record: CaseRecord, now: datetime.datetime) -> Change | None:
    """The clock that runs, counted anew after a calendar was announced; None when nothing moves.

    A later end holds at once; an earlier one leaves at least the next working day: nobody is late in hindsight (F11).
    """
    clock = running(record)
    if clock is None or clock.due_at is None:
        return None
    question = Question(desk.clocks.profile, rule_of(clock.name), clock.started_at, clock.extended, length=clock.length)
    moved = recalculated(desk.clocks.calendar, question, clock.deadline, now)
    fresh = desk.clocks.set(clock, moved.holds) if moved else clock
    if fresh == clock:
        return None
    given = {"clock": clock.name, "old_due": clock.due_day, "new_due": fresh.due_day}
    after, event, _ = take(MACHINE, record, Step("recalculate", AT_WORK, now, given))
    data = {**after.data, "clocks": kept(clocks_of(after) | {clock.name: fresh})}
    after = msgspec.structs.replace(after, due_at=fresh.due_at, data=data)
    after = msgspec.structs.replace(after, check_at=next_check(after))
    return Change(writes=(written(record, after, event),), deliveries=notice(after, event))


def _turns(record: CaseRecord) -> Iterator[Turn]:
    """What is still to come for the clock that runs."""
    clock = running(record)
    if clock is None:
        return
    breach = "miss" if clock.binds else "remind"
    planned = (
        (clock.remind_at, "remind", "remind", False),
        (clock.due_at, "due", breach, clock.binds),
        (clock.escalate_at, "escalate", breach, True),
    )
    done = record.data.get("marks", [])
    for at, level, event, to_office in planned:
        if at is not None and f"{clock.name}.{level}" not in done:
            yield Turn(at, level, event, to_office)


def _marked(record: CaseRecord, mark: str) -> CaseRecord:
    data = {**record.data, "marks": [*record.data.get("marks", []), mark]}
    return msgspec.structs.replace(record, data=data)


def _in_office_hours(clocks: Clocks, mail: Delivery, now: datetime.datetime) -> Delivery:
    """Nobody is reminded at night: the mail leaves at the next opening."""
    calendar, profile = clocks.calendar.of(clocks.profile), clocks.profile
    opens, _ = next(open_spans(calendar, office_hours(profile), now))
    return msgspec.structs.replace(mail, next_at=max(opens, mail.next_at))
