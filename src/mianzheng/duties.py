"""What falls due for a list without anybody filing it: its edition, where it is made public, laws that were repealed.

Offices see it on the first page of the workbench and are reminded by mail, once a stage (YY-JM-1-3, YY-ADJ-05-2,
BS-PL-3-1-2c, YY-ADJ-09-1, S-CAT-09). Nothing here changes the list.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mianzheng.clock import Deadline, WorkingCalendar, day_of
from mianzheng.clock.standing import Standing, standing, warn_at
from mianzheng.complaints.receivers import keeper_of
from mianzheng.editions.halves import outstanding, spoken
from mianzheng.model import Catalog, ListSpec, PlaceCatalog, first_day
from mianzheng.proposals.repeal import citations_of, reminders
from mianzheng.rules.editions import newest, publicity
from mianzheng.rules.labels import CHANNELS

AHEAD = 10
"""Working days before an edition is due that its office is reminded; set by this system, no document says."""

Stage = Literal["begun", "ahead", "due", "late"]


@dataclass(frozen=True)
class Duty:
    """One thing that a body of a place has to see to.

    `name` is the same every day, so that nobody is reminded twice; `page` its address on the site. `due` is None where
    neither rules nor this system set a day.
    """

    kind: Literal["edition", "channels", "repeal"]
    name: str
    body: str
    title: str
    page: str
    due: Deadline | None = None
    provisional: bool = False

    @property
    def due_day(self) -> str:
        end = self.due.end if self.due else None
        return end.due_day if end else ""

    def stands(self, calendar: WorkingCalendar, now: datetime.datetime) -> Standing:
        """Where it stands at an instant."""
        return standing(calendar, self.due, now) if self.due else Standing("no_limit")


def duties_of(catalog: Catalog, home: PlaceCatalog, now: datetime.datetime) -> list[Duty]:
    """Everything that is open for a place, the earliest due first, what has no day last."""
    calendar, day = WorkingCalendar(catalog.calendars), day_of(now)
    found = [*_editions(calendar, home, day), *_channels(catalog, home, day), *_repeals(catalog, calendar, home, day)]
    return sorted(found, key=lambda one: (one.due_day or "9999", one.kind, one.name))


def stage_of(calendar: WorkingCalendar, home: PlaceCatalog, duty: Duty, now: datetime.datetime) -> Stage | None:
    """The stage that a reminder is due for; None before the first one, and where no day is set.

    Editions are told of some time ahead, on the day and when they are late; repealed laws at once and when late.
    """
    stands = duty.stands(calendar, now)
    if duty.due is None or stands.state == "no_limit":
        return None
    if stands.state in ("overdue", "target_passed"):
        return "late"
    if duty.kind == "repeal":
        return "begun"
    if stands.state == "due_today":
        return "due"
    warned = warn_at(calendar, home.profile, duty.due, workdays=AHEAD) if home.profile else None
    return "ahead" if warned is not None and day_of(warned) <= day_of(now) else None


def _editions(calendar: WorkingCalendar, home: PlaceCatalog, day: str) -> Iterator[Duty]:
    office, place = keeper_of(home), home.place.id
    released = {one.half for one in home.editions.values()}
    for half, due in outstanding(calendar, home.profile, day, released):
        title, moves = f"{spoken(half)}的清单", due.may_change or not due.certain
        yield Duty("edition", f"edition/{half}", office, title, f"{place}/editions/", due, moves)


def _channels(catalog: Catalog, home: PlaceCatalog, day: str) -> Iterator[Duty]:
    """What was not made public everywhere where the rules say: the newest edition, or the lists where there are none.

    (BS-PL-3-1-2c, FX-5-2-3.)
    """
    office, place = keeper_of(home), home.place.id
    wanted = [
        (f"{spoken(last.id)}的清单", f"{place}/editions/{last.id}/", home.publications.get(last.id, ()))
        for last in ([newest(home.editions.values())] if home.editions else [])
    ]
    for spec in _plain_lists(catalog, home):
        wanted.append((f"《{spec.title}》", f"{place}/lists/{spec.code}/", home.announced.get(spec.code, ())))
    for title, page, done in wanted:
        if missing := publicity(home.profile, done, day).missing:
            said = "、".join(CHANNELS.get(one, one) for one in missing)
            yield Duty("channels", f"channels/{page}", office, f"{title}还没有登记在{said}公布", page)


def _plain_lists(catalog: Catalog, home: PlaceCatalog) -> Iterator[ListSpec]:
    rules, specs = home.profile.publish if home.profile else None, catalog.vocabularies.lists
    if rules is not None and rules.edition_months.value is None:
        yield from (specs[code] for code in rules.lists.value or () if code in specs and specs[code].public)


def _repeals(catalog: Catalog, calendar: WorkingCalendar, home: PlaceCatalog, day: str) -> Iterator[Duty]:
    """What each unit has to apply for since a law was repealed, and the same for the office in one (S-CAT-09)."""
    cited = {use.basis for item in home.items.values() for use in item.legal_bases}
    for basis_id in sorted(cited & catalog.legal_bases.keys()):
        basis = catalog.legal_bases[basis_id]
        if basis.repealed is None or first_day(basis.repealed.on) > day:
            continue
        units = reminders(calendar, citations_of(catalog, basis, home.place.id), basis)
        name, page, office = f"repeal/{basis.id}", f"legal-bases/{basis.id}/", keeper_of(home)
        for one in units:
            title = f"{basis.marked_title}废止，{one.size} 条要提出调整"
            yield Duty("repeal", f"{name}/{one.body}", one.body, title, page, one.due)
        if office and {one.body for one in units} - {office}:  # the office hears of the law, not of each unit
            size = sum(one.size for one in units)
            title = f"{basis.marked_title}废止，{len(units)} 个单位的 {size} 条要提出调整"
            yield Duty("repeal", name, office, title, page, units[0].due)
