"""Any sequence of filings, steps and jobs, in whatever order: what holds of every complaint holds always."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mianzheng.adapters.memory_store import MemoryRecordStore
from mianzheng.adapters.sqlite_store import SQLiteRecordStore
from mianzheng.cases.actors import AT_WORK, Actor
from mianzheng.cases.events import broken_links
from mianzheng.cases.records import CaseRecord, Change, Committed
from mianzheng.cases.steps import Step
from mianzheng.catalog_files.loading import Loaded
from mianzheng.complaints.clocks import Clocks, clocks_of
from mianzheng.complaints.desk import Desk, sees
from mianzheng.complaints.fields import FIELDS
from mianzheng.complaints.guards.wish import grounds_of
from mianzheng.complaints.handling import handle
from mianzheng.complaints.intake import Intake, file
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.overdue import shelf
from mianzheng.complaints.retention import Due, Periods, plan, purged
from mianzheng.complaints.sealed import STORY, unsealed
from mianzheng.complaints.sweeping import next_check, sweep
from mianzheng.errors import CommandMismatch, GuardFailed, NotAllowed, RecordNotFound
from tests.complaint_desk import MARKS, PERSON, accused, filing, intake, receiver, sent, staff, when
from tests.complaint_desk import STORY as STORY_TOLD

START = when("2026-09-25T09:00")
GIVEN: dict[str, st.SearchStrategy[Any]] = {
    "days": st.integers(0, 6),
    "score": st.integers(1, 5),
    "same_matter": st.booleans(),
    "parts": st.sampled_from([[0], [0, 1]]),
    "findings": st.sampled_from([{"G1_demand": "upheld"}, {"G1_demand": "upheld"}, {}]),
    "ground": st.sampled_from(["N1_vague_and_uncheckable", "N3_other_remedy", "N9_other", "T1_withdrawn",
                               "T2_other_remedy", "T9_other"]),
    "remedy": st.just("litigation"),
    "remedy_on": st.sampled_from(["2026-09-25", "2026-09-28"]),
    "way": st.sampled_from(["phone", "unreachable"]),
    "purpose": st.just("verify"),
    "external_ref": st.sampled_from(["A-1", "A-2"]),
    "grounds": st.just([]),
    "about": st.just([]),
    "told_at": st.just(""),
}  # fmt: skip
MOVING = frozenset({
    "accept", "investigate", "transfer", "join", "ask_extension", "extend", "propose_conclusion", "conclude", "inform",
    "propose_termination", "terminate", "link",
})  # fmt: skip
REACHED: set[str] = set()
CATALOGS: list[Loaded] = []


class Office(RuleBasedStateMachine):
    """Two stores that must agree, one place, its people."""

    ids: list[str] = []

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.stores = (MemoryRecordStore(), SQLiteRecordStore(Path(self.folder.name) / "records.sqlite"))
        catalog = CATALOGS[0].catalog
        self.home = catalog.places["demo-yiyuan"]
        assert self.home.profile and catalog.vocabularies.reasons
        self.intake: Intake = intake(catalog)
        clocks = Clocks(self.intake.calendar, self.home.profile)
        self.desk = Desk(self.home, self.home.profile, catalog.vocabularies.reasons, clocks, self.intake.keys)
        hall, unit = self.home.place.offices["R2_hall_window"], accused(self.home)
        self.people: list[Actor] = [
            PERSON,
            receiver(self.home),
            receiver(self.home, subject="second"),
            receiver(self.home, "R1_hotline"),
            staff("handler", self.home, hall),
            staff("handler", self.home, hall, subject="second"),
            staff("handler", self.home, unit),
        ]
        self.unit, self.now, self.ids = unit, START, []

    def steps_at_hand(self, record: CaseRecord) -> list[tuple[int, str]]:
        """Who may do what now; what moves the case on, and above all what is waited for, is offered more often."""
        proposed = record.data.get("proposed", {}).get("what", "")
        waited_for = {"conclusion": "conclude", "termination": "terminate"}.get(proposed, "")
        if "asked_days" in record.data:
            waited_for = "extend"
        return [
            (n, row.event)
            for n, person in enumerate(self.people)
            if sees(person, record)
            for row in MACHINE.offered(record.state, person.role)
            if row.event in FIELDS
            for _ in range(20 if row.event == waited_for else 5 if row.event in MOVING else 1)
        ]

    def commit(self, change: Change) -> Committed:
        one, two = (store.commit(change) for store in self.stores)
        assert one == two
        return one

    def record(self, id: str) -> CaseRecord:
        one, two = (store.get("complaint", id) for store in self.stores)
        assert one == two
        return one

    @rule(minutes=st.sampled_from([1, 90, 600, 1440, 4320]))
    def time_goes_by(self, minutes: int) -> None:
        self.now += datetime.timedelta(minutes=minutes)

    @precondition(lambda self: len(self.ids) < 3)
    @rule(who=st.integers(0, 3), nonce=st.integers(0, 5), demand=st.sampled_from(["甲", "乙"]))
    def somebody_files(self, who: int, nonce: int, demand: str) -> None:
        actor = self.people[who]
        channel = "platform" if actor is PERSON else "window"
        change = file(self.intake, filing(self.home, channel=channel, demand=demand),
                      sent(self.now.isoformat(), nonce=f"n{nonce}", actor=actor))  # fmt: skip
        known = self.stores[0].command(change.command.key) if change.command else None
        try:
            done = self.commit(change)
        except CommandMismatch:
            assert known and change.command and known.fingerprint != change.command.fingerprint
            return
        assert done.replayed is (known is not None)
        if done.replayed:
            return
        self.ids.append(done.result["id"])
        if demand == "乙":
            for person, event in ((self.people[1], "accept"), (self.people[4], "investigate")):
                self.commit(handle(self.desk, self.record(self.ids[-1]), Step(event, person, self.now, {})))

    @rule(data=st.data(), times=st.integers(1, 8))
    @precondition(lambda self: bool(self.ids))
    def people_work(self, data: st.DataObject, times: int) -> None:
        for _ in range(times):
            self.somebody_does_something(data)

    def somebody_does_something(self, data: st.DataObject) -> None:
        anything = data.draw(st.integers(0, 9))
        record = self.record(data.draw(st.sampled_from(self.ids)))
        steps = self.steps_at_hand(record) if anything else []
        who, event = data.draw(
            st.sampled_from(steps or [(n, event) for n in range(len(self.people)) for event in sorted(FIELDS)])
        )
        other = self.record(data.draw(st.sampled_from(self.ids)))
        given = {name: data.draw(GIVEN.get(name, st.just(f"文字，{STORY_TOLD[:2]}"))) for name in FIELDS[event]}
        bodies = {"handling_body": self.unit, "lead_body": self.people[1].body, "joint_bodies": [self.people[3].body]}
        given |= {name: body for name, body in bodies.items() if name in given}
        if given.get("findings"):
            given["findings"] = dict.fromkeys(grounds_of(record), "upheld")
        given |= {name: other.id for name in ("leader", "linked_case") if name in given}
        wrapped = self.stores[0].sealed("complaint", record.id, STORY)
        try:
            change = handle(self.desk, record, Step(event, self.people[who], self.now, given),
                            wrapped=wrapped[0] if wrapped else None, other=other)  # fmt: skip
        except (NotAllowed, GuardFailed, RecordNotFound):
            return
        row = MACHINE.find(record.state, event, self.people[who].role)
        if any(self.stores[0].find(name) for name in change.unique):
            return
        self.commit(change)
        REACHED.add(event)
        after = self.record(record.id)
        assert after.state == (row.target or record.state)
        if row.other_than and given.get("ground") != "T1_withdrawn":
            assert after.data["by"][row.other_than] != self.people[who].subject

    @rule()
    def the_clock_works(self) -> None:
        for id in self.ids:
            record = self.record(id)
            if change := sweep(self.desk, record, self.now):
                self.commit(change)
            assert sweep(self.desk, self.record(id), self.now) is None

    @rule(days=st.sampled_from([31, 62]))
    def what_is_old_is_destroyed(self, days: int) -> None:
        periods = Periods(person=31, words=62)
        for one in plan([self.record(id) for id in self.ids], self.now + datetime.timedelta(days=days), periods).due:
            self.destroy(one, periods)

    def destroy(self, one: Due, periods: Periods) -> None:
        found = self.stores[0].sealed("complaint", one.record.id, STORY)
        assert found
        at = max(self.now, one.record.changed_at or self.now)
        self.commit(purged(one, at, periods, wrapped=found[0], keys=self.intake.keys))
        if one.what == "words":
            assert unsealed(self.stores[1], self.intake.keys, one.record.key, STORY) == {}

    @invariant()
    def what_holds_of_every_complaint(self) -> None:
        for id in self.ids:
            record = self.record(id)
            events = self.stores[1].events("complaint", id)
            assert not broken_links(events)
            assert (len(events), events[-1].digest) == (record.seq, record.head)
            self.clocks_hold(record)
            if record.state == "linked":
                leader = self.record(record.data["leader"])
                assert leader.state != "linked" and record.id in leader.data["followers"]
                assert leader.data["received_at"] <= record.data["received_at"]

    def clocks_hold(self, record: CaseRecord) -> None:
        clocks = clocks_of(record)
        running = [clock for clock in clocks.values() if clock.ended_at is None]
        goes_on = MACHINE.states[record.state].open
        assert len(running) == (1 if goes_on else 0)
        assert record.due_at == (running[0].due_at if running else None)
        assert record.check_at == next_check(record)
        assert (shelf(self.desk.clocks, record, self.now) == "over") is not goes_on
        if close := clocks.get("close"):
            fresh = self.desk.clocks.start("close", close.started_at, extend=close.extended)
            assert 0 <= close.extended <= 5 and close.due_at == fresh.due_at
            assert (record.state == "extended") <= (close.extended > 0)

    def teardown(self) -> None:
        if not hasattr(self, "stores"):
            return
        lines = b"\n".join(self.stores[1].dump()).decode()
        assert not [mark for mark in MARKS if mark in lines]
        self.stores[1].close()
        self.folder.cleanup()


@pytest.mark.slow
def test_a_complaint_lives_soundly_whatever_people_and_jobs_do(shipped: Loaded) -> None:
    CATALOGS[:] = [shipped]
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=200,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,  # what is reached is asserted below
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert MOVING <= REACHED, "the walk no longer reaches every step that moves a case on"


def test_a_job_never_speaks_for_a_person() -> None:
    assert {row.event for row in MACHINE.transitions if AT_WORK.role in row.roles} == {
        "miss", "remind", "recalculate", "follow", "purge",
    }  # fmt: skip
