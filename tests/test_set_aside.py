"""What the forge refuses: rights are for a person, a list that moved on makes a new round; nothing is lost."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from mianzheng.catalog_files.loading import Loaded
from tests.hub_town import HubTown, gitee_town, hub_town
from tests.list_town import step, told

TOWNS = {"github": hub_town, "gitee": gitee_town}
CALLS = {
    "github": {"merge": "put /pulls/{pull_number}/merge", "commit": "post /git/commits"},
    "gitee": {"merge": "put /pulls/{number}/merge", "commit": "git git-receive-pack"},
}
"""How each forge calls what a test lets fail."""


@pytest.fixture(params=TOWNS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def town(kind: str, loaded: Loaded, tmp_path: Path) -> Iterator[HubTown]:
    with TOWNS[kind](loaded.catalog, tmp_path) as made:  # type: ignore[operator]
        yield made


def requests(town: HubTown) -> list[tuple[str, str]]:
    """State and branch of every pull request there is."""
    shown = [town.forge.get(number) for number in range(1, len(town.hub.pulls) + 1)]
    return [(one.state, one.branch) for one in shown]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_merge_without_the_right_to_it_waits_for_a_person_and_goes_on_when_sent_again(
    town: HubTown, kind: str, status: int
) -> None:
    id = town.studied()
    town.answers(status, CALLS[kind]["merge"])
    town.approved(id)
    opinions = town.case(id).data["opinions"]
    assert "TZ-2026-0001 送不到代码库" in town.look()
    case = town.case(id)
    assert (case.state, case.data["delivery"]["status"]) == ("approved", "parked")
    assert case.data["opinions"] == opinions and len(opinions) == 2, "what was approved stays approved"
    assert requests(town) == [("open", town.branch(id))]
    town.works_again()
    assert step(town, town.staff("joint_conference_office"), id, "retry").status_code == 200
    assert told(town.unit, id)["state"] == "published"
    assert requests(town) == [("merged", town.branch(id))], "the same branch and pull request, not new ones"
    town.look()
    assert town.services.store.parked() == []


def test_a_branch_that_may_not_be_written_before_the_merge_waits_for_a_person_too(town: HubTown, kind: str) -> None:
    id = town.studied()
    town.answers(403, CALLS[kind]["commit"])
    town.now += datetime.timedelta(days=1)  # the day of the merge goes onto the branch
    town.approved(id)
    town.look()
    case = town.case(id)
    assert (case.state, case.data["delivery"]["status"], len(case.data["opinions"])) == ("approved", "parked", 2)
    town.works_again()
    step(town, town.staff("joint_conference_office"), id, "retry")
    assert town.case(id).state == "published"


def test_a_list_that_moved_on_makes_a_new_round(town: HubTown, kind: str) -> None:
    id = town.studied()
    first = town.branch(id)
    (path,) = town.hub.bare.git("diff", "--name-only", f"main...{first}").split()
    listed = town.hub.bare.file("main", path)
    town.hub.bare.commit("main", {path: listed.replace("versions:", 'note: 后来加的备注\n"versions":') + "\n"})
    town.approved(id)
    town.work()
    case = town.case(id)
    assert (case.state, case.data["opinions"]) == ("under_study", [])
    assert requests(town) == [("closed", first), ("open", f"{first}-r2")]
    assert "后来加的备注" in town.hub.bare.file(f"{first}-r2", path)


@pytest.mark.parametrize("status", [401, 403])
def test_a_correction_that_cannot_be_written_is_not_taken_for_a_fix_of_a_reviewer(
    town: HubTown, kind: str, status: int
) -> None:
    id = town.studied()
    step(town, town.staff("joint_conference_office"), id, "return", defects="写清由哪个科室打电话")
    town.answers(status, CALLS[kind]["commit"])
    corrected(town, id)
    town.look()
    assert told(town.unit, id)["delivery"] == "parked" and town.case(id).data["delivery"].get("problems") is None


def corrected(town: HubTown, id: str) -> None:
    """Handed in again by the department, with other words."""
    body = town.case(id).data["application"] | {"ground": "数据接口停用，改由业务科打电话核实"}
    body["items"][0].pop("was", None)
    seen = int(town.unit.get(f"/api/v1/proposals/{id}").headers["ETag"].strip('"'))
    answer = town.unit.command(f"/api/v1/proposals/{id}/submissions", body, version=seen)
    assert answer.status_code in (200, 202), answer.text
    town.work()
