"""The target of a review: shown as a target, written down once when it is over, never a breach (S-REV-07, CLK-13)."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.jobs.sweep import PROPOSAL_SWEEPERS, sweep_due
from tests.list_town import ListTown, change_of, owned, sent, step

FRIDAY = datetime.datetime(2025, 9, 26, 10, tzinfo=SHANGHAI)


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog, now=FRIDAY).under(tmp_path)


def handed_in(town: ListTown) -> str:
    item, unit = owned(town, "test-yiyuan", "verify")
    return str(sent(town, change_of(town, item, trigger_date="2025-09-20"), unit)["id"])


def at(town: ListTown, month: int, day: int, hour: int, minute: int = 0) -> int:
    """The sweep at a moment; how often the passing was written."""
    town.now = datetime.datetime(2025, month, day, hour, minute, tzinfo=SHANGHAI)
    sweep_due(town.services.store, PROPOSAL_SWEEPERS, town.services.now, town.services.log)
    (key,) = town.services.store.keys("proposal")
    return [event.name for event in town.services.store.events(key.kind, key.id)].count("miss_target")


def test_the_worklist_says_that_a_target_is_over_and_not_that_anything_is_overdue(town: ListTown) -> None:
    id = handed_in(town)
    town.now = datetime.datetime(2025, 10, 16, 23, 59, tzinfo=SHANGHAI)
    office = town.staff("joint_conference_office")
    assert "目标日 2025-10-16（目标由本系统设定" in office.get("/office/proposals").text
    town.now += datetime.timedelta(minutes=1)
    office = town.staff("joint_conference_office")
    for page in ("/office/proposals", f"/office/proposals/{id}"):
        text = office.get(page).text
        assert "目标日 2025-10-16 已过（目标由本系统设定，不算超期）" in text and "已超期，" not in text, page


def test_the_passing_is_written_down_once_at_the_end_of_the_day(town: ListTown) -> None:
    handed_in(town)
    assert at(town, 10, 16, 23, 59) == 0
    assert at(town, 10, 17, 0) == 1
    assert at(town, 10, 20, 9) == 1
    assert not town.services.store.due(town.now), "the clock has no more to do"


def test_what_is_decided_before_has_no_target_any_more(town: ListTown) -> None:
    id = handed_in(town)
    town.now += datetime.timedelta(days=1)
    step(town, town.staff("joint_conference_office"), id, "study")
    step(town, town.staff("joint_conference_office"), id, "return", defects="依据写错了条款")
    assert at(town, 10, 17, 0) == 0 and not town.services.store.due(town.now)
    town.now = datetime.datetime(2025, 10, 17, 9, tzinfo=SHANGHAI)
    assert "目标日" not in town.staff("joint_conference_office").get(f"/office/proposals/{id}").text
