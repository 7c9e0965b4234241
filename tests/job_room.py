"""Complaints that live in a store, with the jobs that work on them; everything that leaves is kept to be looked at."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mianzheng.adapters.forge.local import LocalForge
from mianzheng.cases.letters import MAIL
from mianzheng.cases.records import CaseRecord, Change
from mianzheng.complaints.notices import REGISTER
from mianzheng.complaints.register import PAGE_TOPIC
from mianzheng.jobs.mail import Mail
from mianzheng.jobs.outbox import Handler, deliver
from mianzheng.jobs.register import Register
from mianzheng.jobs.sweep import complaint_sweeper, sweep_due
from mianzheng.local.jobs import register_forge
from mianzheng.model import Catalog
from mianzheng.ports import Forge
from mianzheng.ports.mail import Letter
from mianzheng.settings import Settings
from tests.complaint_desk import Life, when
from tests.stores import fresh_store


@dataclass
class PostBox:
    """A mailer that keeps letters; `says` raises what a test wants to happen."""

    letters: list[Letter] = field(default_factory=list)
    says: Exception | None = None

    def send(self, letter: Letter) -> None:
        if self.says:
            raise self.says
        self.letters.append(letter)


@dataclass
class Files:
    """Live files in memory."""

    content: dict[str, bytes] = field(default_factory=dict)

    def read(self, name: str) -> bytes | None:
        return self.content.get(name)

    def write(self, name: str, content: bytes) -> None:
        self.content[name] = content


class StoredLife(Life):
    """A `Life` whose cases lie in a store, where jobs find and change them."""

    def __init__(self, catalog: Catalog, place: str = "demo-yiyuan") -> None:
        super().__init__(catalog, place)
        self.store = fresh_store()
        self.now = when("2025-09-25T09:00")
        self.logged: list[Mapping[str, Any]] = []
        self.mailer, self.folder = PostBox(), PostBox()
        self.mailboxes: dict[str, str] = {}
        self.settings = Settings()

    def file(self, at: str, case: str = "a", *args: Any, **changed: Any) -> CaseRecord:
        self.now = when(at)
        return super().file(at, case, *args, **changed)

    def do(self, event: str, at: str, *args: Any, **given: Any) -> CaseRecord:
        self.now = when(at)
        self.fresh()
        return super().do(event, at, *args, **given)

    def fresh(self) -> None:
        """Take over what the jobs did."""
        for name, record in self.records.items():
            self.records[name] = self.store.get(record.kind, record.id)
            self.events[name] = list(self.store.events(record.kind, record.id))

    def sweep(self, at: str) -> str:
        """The due sweep at an instant; what it did is seen afterwards."""
        self.now = when(at)
        report = sweep_due(self.store, complaint_sweeper(self.catalog, self.intake.keys), self.clock_now, self.log)
        self.fresh()
        return report

    def deliver(self, at: str = "", forge: Forge | None = None) -> str:
        """A run of the outbox worker."""
        if at:
            self.now = when(at)
        handlers: dict[str, Handler] = {
            MAIL: Mail(self.mailer, self.folder, lambda place, body: self.mailboxes.get(body, ""), self.catalog,
                       self.settings)
        }  # fmt: skip
        if forge:
            register = Register(self.store, forge, self.catalog, self.intake.keys)
            handlers |= {REGISTER: register.enter, PAGE_TOPIC: register.write}
        return deliver(self.store, handlers, self.clock_now)

    def conclude(self, at: str, case: str = "a") -> None:
        """From acceptance to the result, by a handler of the deciding body; `at` is when it is concluded."""
        from tests.complaint_desk import receiver, staff

        chief = receiver(self.home)
        clerk = staff("handler", self.home, chief.body)
        done = {"findings": {"G1_demand": "upheld"}, "reply": "已经纠正，不再要这张证明。"}
        self.do("investigate", at, clerk, case)
        self.do("propose_conclusion", at, clerk, case, **done)
        self.do("conclude", at, chief, case, **done)

    def catalog(self) -> Catalog:
        return self.intake.catalog

    def clock_now(self) -> datetime.datetime:
        return self.now

    def log(self, entry: Mapping[str, Any], /) -> None:
        self.logged.append(entry)

    def _kept(self, change: Change, names: dict[str, str]) -> dict[str, CaseRecord]:
        self.store.commit(change)
        return super()._kept(change, names)


def register_in(folder: Path) -> LocalForge:
    """An empty register repository."""
    return register_forge(folder / "register.git", when("2025-09-01T00:00"))
