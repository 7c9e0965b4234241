"""Acceptance scenarios of adjustments and review as people go through them: handed in by form, kept in every store.

The guards themselves are played in tests/test_scenarios_adjustment.py, which needs no store.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from mianzheng.catalog_files.loading import Loaded
from tests.list_town import ListTown, change_of, owned, step, told
from tests.stores import on_every_store

pytestmark = on_every_store
PLACE = "test-yiyuan"


def on(town: ListTown, at: str) -> None:
    town.now = datetime.datetime.fromisoformat(f"{at}+08:00")


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog, now=datetime.datetime.fromisoformat("2024-09-27T09:00+08:00")).under(tmp_path)


def handed_in(town: ListTown, at: str, cause: str, role: str = "department", **more: Any) -> dict[str, Any]:
    """What the answer says of a change handed in at an instant for a cause of a day."""
    on(town, at)
    item, who = owned(town, PLACE, "verify")
    if role != "department":
        who = town.staff(role)
    answer = who.command("/api/v1/proposals", change_of(town, item, trigger_date=cause, **more))
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.mark.parametrize(
    ("at", "cause", "said"),
    [
        pytest.param("2024-10-12T23:59:30", "2024-09-27", "按时（期限 2024-10-12）", id="S-ADJ-01, S-ADJ-02"),
        pytest.param("2024-10-13T00:00:05", "2024-09-27", "2024-10-13 报送，晚于期限 2024-10-12", id="S-ADJ-02, late"),
        pytest.param("2026-02-28T10:00:00", "2026-02-12", "按时（期限 2026-02-28）", id="S-ADJ-04"),
        pytest.param("2026-04-02T10:00:00", "2026-05-01", "按时（期限 2026-05-13）", id="S-ADJ-05"),
        pytest.param("2026-12-23T10:00:00", "2026-12-22", "按时（期限 2026-12-31）", id="S-ADJ-10"),
    ],
)  # fmt: skip
def test_what_is_handed_in_says_whether_it_came_in_time(town: ListTown, at: str, cause: str, said: str) -> None:
    found = handed_in(town, at, cause)
    assert said in found["timeliness"]
    town.work()
    assert told(owned(town, PLACE, "verify")[1], found["id"])["timeliness"] == found["timeliness"]


def test_s_adj_11_what_the_office_begins_has_no_limit_and_is_reviewed_as_usual(town: ListTown) -> None:
    on(town, "2026-01-05T09:00")
    office = town.staff("joint_conference_office")
    applicant = town.catalog.places[PLACE].place.offices["joint_conference_office"]
    found = handed_in(town, "2026-01-05T09:00", "2025-01-02", "joint_conference_office", applicant=applicant,
                      initiator="office")  # fmt: skip
    town.work()
    assert told(office, found["id"])["timeliness"] == "没有申请期限。"
    assert step(town, office, found["id"], "study").status_code == 200
    assert any("司法局" in lack for lack in told(office, found["id"])["missing"])


def test_s_rev_08_no_consensus_waits_for_the_government(town: ListTown) -> None:
    id = handed_in(town, "2025-03-10T09:00", "2025-03-06")["id"]
    town.work()
    office, government = town.staff("joint_conference_office"), town.staff("government")
    assert step(town, office, id, "study").status_code == 200
    assert step(town, office, id, "escalate", why="司法局和牵头单位意见不一致").status_code == 200
    assert told(office, id)["state"] == "escalated"
    assert step(town, office, id, "approve", opinion="同意").status_code in (403, 409, 422)
    assert told(office, id)["state"] == "escalated" and not town.published
    assert step(town, government, id, "approve", decision="县政府同意").status_code == 200
    assert told(office, id)["state"] == "published"
