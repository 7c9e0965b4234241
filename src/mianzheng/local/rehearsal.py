"""A rehearsal: weeks of invented complaints, lived through with the real use cases, the real store and the real jobs.

Nothing is written past the use cases, so whatever a rehearsal shows could have happened.
"""

from __future__ import annotations

import contextlib
import datetime
import heapq
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mianzheng.accounts.accounts import account_of
from mianzheng.cases.actors import CITIZEN, Actor
from mianzheng.cases.records import CaseRecord
from mianzheng.cases.steps import Step
from mianzheng.clock import SHANGHAI, WorkingCalendar
from mianzheng.complaints.desk import desk_at
from mianzheng.complaints.filing import Filing, grounds
from mianzheng.complaints.guards.wish import grounds_of
from mianzheng.complaints.handling import handle
from mianzheng.complaints.intake import Intake, Sent, file, receipt_for
from mianzheng.complaints.machines import DECIDERS, MACHINE
from mianzheng.complaints.receivers import web_channel
from mianzheng.complaints.sealed import PERSON
from mianzheng.errors import NotAllowed
from mianzheng.jobs.runner import Runner
from mianzheng.jobs.walking import complaints
from mianzheng.local.accounts import make_demo_accounts
from mianzheng.local.installation import local_services
from mianzheng.local.jobs import quick_jobs, slow_jobs
from mianzheng.local.stories import STORIES, Deed
from mianzheng.model import Catalog
from mianzheng.settings import Settings

OPENS = datetime.time(9, 0)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Appointment:
    """Somebody will do something to a case."""

    at: datetime.datetime
    case: str
    deed: Deed

    def __lt__(self, other: Appointment) -> bool:
        return (self.at, self.case) < (other.at, other.case)


class Rehearsal:
    """The life of one place in a data folder; `now` is what its clock shows."""

    def __init__(self, data: Path, catalog: Catalog, place: str, start: datetime.datetime, seed: int) -> None:
        self.now = start
        self.receipts: list[tuple[str, str]] = []
        self._random = random.Random(seed)
        self._services = local_services(data, Settings(), lambda: catalog, lambda: self.now)
        self._desk = desk_at(place, catalog, self._services.keys)
        self._calendar = WorkingCalendar(catalog.calendars).of(self._desk.profile)
        self._diary: list[Appointment] = []
        make_demo_accounts(data, self._services)
        self._staff = list(self._accounts())
        services = self._services
        jobs = [*quick_jobs(data, services, elapsed=lambda: self.now.timestamp()), *slow_jobs(data, services)]
        self._runner = Runner(jobs, services.store, services.now, services.log)

    def live(self, until: datetime.datetime, each_day: float) -> Counter[str]:
        """Live until an instant, with so many complaints a day on average; returns how many stand in which state."""
        while self.now < until:
            today = self.now.astimezone(SHANGHAI).date()
            for at in sorted(self._moments(today, each_day)):
                if self.now <= at < until:
                    self._keep_appointments(at)
                    self._file(at)
                    self._runner.turn()
            self._keep_appointments(min(until, self._midnight(today)))
            self.now = min(until, self._midnight(today))
            self._runner.turn()
        return Counter(MACHINE.states[record.state].label for record in complaints(self._services.store))

    def _moments(self, day: datetime.date, each_day: float) -> Iterator[datetime.datetime]:
        """When complaints come in on a day: fewer when offices are closed, at any hour from seven to midnight."""
        expected = each_day if self._calendar.works(day) else each_day / 4
        for _ in range(int(expected) + (self._random.random() < expected % 1)):
            minutes = self._random.randrange(7 * 60, 24 * 60)
            yield self._midnight(day) - DAY + datetime.timedelta(minutes=minutes)

    @staticmethod
    def _midnight(day: datetime.date) -> datetime.datetime:
        return datetime.datetime.combine(day + DAY, datetime.time(), SHANGHAI)

    def _file(self, at: datetime.datetime) -> None:
        self.now = at
        services, home = self._services, self._desk.home
        catalog = services.catalog()
        intake = Intake(
            catalog=catalog,
            calendar=WorkingCalendar(catalog.calendars),
            keys=services.keys,
            secret=services.signer.secret,
            demonstration=True,
            new_id=lambda: services.new_id("cp"),
            next_number=services.store.next_number,
        )
        item = self._random.choice(list(home.items.values()))
        known = [code for code in grounds(self._desk.profile, catalog.vocabularies) if code != "G9_other"]
        filing = Filing(
            place=home.place.id,
            channel=web_channel(self._desk.profile),
            item=item.id,
            body=item.requesting_body,
            ground=self._random.choice(known) if known else "",
            happened_on=at.date().isoformat(),
            how_asked="oral",
            demand="请不要再让我交这张证明。（演示）",
            reasons_facts="窗口说一定要交，我说清单上写着不用交，他们说没有接到通知。（演示）",
            name="演示的人",
            phone="000-0000000",
        )
        nonce = services.signer.draft_of(services.signer.new_draft()).nonce
        done = services.store.commit(file(intake, filing, Sent(Actor(role=CITIZEN), at, nonce)))
        self.receipts.append((done.result["number"], receipt_for(intake, nonce).letters))
        (story,) = self._random.choices(list(STORIES.values()), [story.weight for story in STORIES.values()])
        for deed in story.deeds:
            heapq.heappush(self._diary, Appointment(self._when(at, deed), done.result["id"], deed))

    def _when(self, filed: datetime.datetime, deed: Deed) -> datetime.datetime:
        """So many working days after the filing, at its hour; staff do nothing on the day itself after office close."""
        day = self._calendar.add_working_days(filed.date(), deed.days)
        return datetime.datetime.combine(day, OPENS, SHANGHAI) + datetime.timedelta(hours=deed.hour)

    def _keep_appointments(self, until: datetime.datetime) -> None:
        while self._diary and self._diary[0].at < until:
            appointment = heapq.heappop(self._diary)
            self.now = max(self.now, appointment.at)
            self._do(appointment)

    def _do(self, appointment: Appointment) -> None:
        store, deed = self._services.store, appointment.deed
        record = store.get(MACHINE.kind, appointment.case)
        sealed = store.sealed(record.kind, record.id, PERSON)
        step = Step(deed.event, self._who(deed.role, record), self.now, self._given(deed, record))
        with contextlib.suppress(NotAllowed):  # 例如已经过了期限，不能再延期：这一步就不走
            store.commit(handle(self._desk, record, step, wrapped=sealed[0] if sealed else None))

    def _who(self, role: str, record: CaseRecord) -> Actor:
        if role == CITIZEN:
            return Actor(role=CITIZEN)
        body = record.body if role == "handler" else record.data["decided_by"]
        roles = DECIDERS if role == "receiver" else {role}
        return next(who for who in self._staff if who.body == body and who.role in roles)

    def _given(self, deed: Deed, record: CaseRecord) -> dict[str, Any]:
        given = dict(deed.given)
        if "findings" in given:
            given["findings"] = dict.fromkeys(grounds_of(record), given["findings"])
        if "handling_body" in given:
            given["handling_body"] = next(who.body for who in self._staff if who.role == "handler")
        return given

    def _accounts(self) -> Iterator[Actor]:
        store = self._services.store
        for key in store.keys("account"):
            account = account_of(store.get(key.kind, key.id))
            if account.place == self._desk.home.place.id:
                yield account.actor
