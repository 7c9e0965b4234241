"""The acceptance scenarios of complaints (tests/scenarios/complaint.yaml), played with the real functions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import yaml

from mianzheng.cases.actors import Actor
from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import day_of, deadline
from mianzheng.clock.counting import Step as DayStep
from mianzheng.complaints.clocks import clocks_of, running
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.notices import register_row
from mianzheng.errors import GuardFailed, NotAllowed
from tests.complaint_desk import MARKS, PERSON, Life, receiver, staff, when
from tests.conftest import ROOT
from tests.job_room import StoredLife
from tests.stores import on_every_store

SCENARIOS = yaml.safe_load((ROOT / "tests" / "scenarios" / "complaint.yaml").read_text("utf-8"))


def people(life: Life) -> dict[str, Actor]:
    hall = life.home.place.offices["R2_hall_window"]
    return {
        "person": PERSON,
        "receiver": receiver(life.home),
        "hotline": receiver(life.home, "R1_hotline"),
        "handler": staff("handler", life.home, hall),
    }


def play(life: Life, step: dict[str, Any]) -> None:
    who = people(life)[step.get("who", "person")]
    given = dict(step.get("given", {}))
    if given.get("item") == "some":
        given["item"] = next(item.id for item in life.home.items.values() if item.status == "active")
    if step["do"] == "file":
        life.file(step["at"], step.get("case", "a"), who, **given)
    else:
        life.do(step["do"], step["at"], who, step.get("case", "a"), step.get("other", ""), **given)


@pytest.mark.parametrize("case", SCENARIOS, ids=lambda case: f"{case['id']} {case['title']}")
@pytest.mark.carries("complaint", "YY-CMP-10-1", "BS-CMP-10-1", where="mianzheng.complaints.clocks:Clocks")
@pytest.mark.carries("complaint", "YY-CMP-10-2", "BS-CMP-10-2", where="mianzheng.complaints.guards.handling:extension")
@pytest.mark.carries("complaint", "YY-CMP-08-1", "BS-CMP-08-1", where="mianzheng.complaints.guards.acceptance:refusal")
@pytest.mark.carries("complaint", "YY-CMP-08-2", "BS-CMP-08-2", where="mianzheng.complaints.guards.acceptance:refusal")
@pytest.mark.carries("complaint", "YY-CMP-09-2", "BS-CMP-09-2", where="mianzheng.complaints.guards.acceptance:link")
@pytest.mark.carries("complaint", "YY-CMP-10-3", "BS-CMP-10-3", where="mianzheng.complaints.guards.persons:way")
@pytest.mark.carries("complaint", "YY-CMP-04-1", "BS-CMP-04-1", where="mianzheng.complaints.filing:grounds")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan"])
@on_every_store
def test_scenario(place: str, case: dict[str, Any], shipped: Loaded) -> None:
    life = StoredLife(shipped.catalog, place)
    for step in case["steps"]:
        if "refused" not in step:
            play(life, step)
            continue
        before = dict(life.records)
        with pytest.raises((GuardFailed, NotAllowed)) as refused:
            play(life, step)
        named_by(refused.value, step["refused"])
        assert life.records == before
    for name, wanted in case["expect"].items():
        EXPECTED[name](life, wanted)


def named_by(error: Exception, wanted: str | list[str]) -> None:
    if isinstance(error, GuardFailed):
        assert set(error.problems) == ({wanted} if isinstance(wanted, str) else set(wanted))
    else:
        assert isinstance(wanted, str) and wanted in str(error)


def expect_state(life: Life, wanted: str) -> None:
    assert life.records["a"].state == wanted


def expect_received(life: Life, wanted: str) -> None:
    assert day_of(when(life.records["a"].data["received_at"])) == wanted


def expect_close(life: Life, wanted: str) -> None:
    clock = life.clock("close")
    assert (clock.due_day, clock.binds, clock.certain) == (wanted, True, True)


def expect_inform(life: Life, wanted: str) -> None:
    assert (life.clock("inform").due_day, life.clock("inform").binds) == (wanted, False)


def expect_counted(life: Life, wanted: list[str]) -> None:
    clock = life.clock("close")
    trail = deadline(life.intake.calendar, life.desk.profile, "complaint.close", clock.started_at).trail
    assert [step.day for step in trail if isinstance(step, DayStep) and step.counted] == wanted


def expect_told(life: Life, wanted: bool) -> None:
    rows = {row.event: row for row in MACHINE.transitions if row.tells}
    assert (life.events["a"][-1].name in rows) is wanted


def expect_grounds(life: Life, wanted: list[str]) -> None:
    assert life.records["a"].data["grounds"] == wanted


def expect_running(life: Life, wanted: list[str]) -> None:
    assert sorted(name for name, record in life.records.items() if running(record)) == wanted


def expect_linked(life: Life, wanted: list[str]) -> None:
    assert [name for name, record in life.records.items() if record.state == "linked"] == wanted
    assert life.records["a"].data["followers"] == [life.records[name].id for name in wanted]


def expect_receipts(life: Life, wanted: dict[str, int]) -> None:
    assert Counter(record.data["channel"] for record in life.records.values()) == wanted


def expect_register(life: Life, wanted: dict[str, Any]) -> None:
    (row,) = [mail.data for mail in life.mails if mail.topic == "register"]
    assert row == register_row(life.records["a"])
    assert {name: row[name] for name in wanted} == wanted
    assert not [mark for mark in MARKS if mark in str(row)]
    assert set(row) == {
        "number", "place", "receiver", "received_by", "decided_by", "channel", "received_at", "accepted_at",
        "due_day", "closed_at", "state", "grounds", "bodies", "item", "outcome",
    }  # fmt: skip


def expect_late(life: Life, wanted: dict[str, str]) -> None:
    later = when("2026-06-01T00:00")
    clocks = clocks_of(life.records["a"])
    found = {name: life.desk.clocks.standing(clocks[name], later).state for name in wanted}
    assert found == wanted


def expect_adjust(life: Life, wanted: dict[str, str]) -> None:
    start = when(f"{wanted['from']}T10:00")
    assert deadline(life.intake.calendar, life.desk.profile, "adjust.apply", start).due_day == wanted["due"]


EXPECTED = {
    "state": expect_state,
    "received_on": expect_received,
    "close": expect_close,
    "inform": expect_inform,
    "counted": expect_counted,
    "told": expect_told,
    "grounds": expect_grounds,
    "running": expect_running,
    "linked": expect_linked,
    "receipts": expect_receipts,
    "register": expect_register,
    "late": expect_late,
    "adjust": expect_adjust,
}
