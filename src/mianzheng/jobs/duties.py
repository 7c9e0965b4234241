"""Every night: offices and units are reminded of what falls due for the list, once a stage (S-CAT-09, YY-ADJ-05-2)."""

from __future__ import annotations

import datetime

from mianzheng.cases.letters import reminder
from mianzheng.cases.records import Change, Command
from mianzheng.clock import WorkingCalendar
from mianzheng.clock.office import office_hours, open_spans
from mianzheng.duties import Duty, Stage, duties_of, stage_of
from mianzheng.model import Catalog, PlaceCatalog
from mianzheng.ports import RecordStore


def remind_of_duties(store: RecordStore, catalog: Catalog, now: datetime.datetime) -> str:
    """Put a letter into the outbox for each stage that came up; returns what was done. Raises Unavailable.

    The command's key is duty, due day and stage: however often this runs, and wherever it broke off, a stage is told
    once. A letter leaves when the office opens.
    """
    calendar, sent = WorkingCalendar(catalog.calendars), 0
    for home in catalog.places.values():
        opens = _opening(calendar, home, now)
        for duty in duties_of(catalog, home, now):
            stage = stage_of(calendar, home, duty, now)
            if stage is not None and duty.body:
                sent += _told(store, home, duty, stage, now, opens)
    return f"提醒清单到期的事 {sent} 件"


def _told(
    store: RecordStore, home: PlaceCatalog, duty: Duty, stage: Stage, now: datetime.datetime, opens: datetime.datetime
) -> bool:
    name = f"duty/{home.place.id}/{duty.name}/{duty.due_day}/{stage}"
    about, title = f"{duty.kind}_{stage}", duty.title
    mail = reminder(name, home.place.id, duty.body, about=about, title=title, due_day=duty.due_day, at=opens)
    command = Command(key=name, fingerprint=name, at=now)
    return not store.commit(Change(writes=(), deliveries=(mail,), command=command)).replayed


def _opening(calendar: WorkingCalendar, home: PlaceCatalog, now: datetime.datetime) -> datetime.datetime:
    """When the place's offices are open next, from now on."""
    if home.profile is None:
        return now
    opens, _ = next(open_spans(calendar.of(home.profile), office_hours(home.profile), now))
    return max(opens, now)
