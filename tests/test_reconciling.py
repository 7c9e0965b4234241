"""What happens on the forge by hand comes into the cases; its webhook is a doorbell and nothing more."""

from __future__ import annotations

import datetime
import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

import pytest

from mianzheng.cases.letters import MAIL
from mianzheng.catalog_files.loading import Loaded
from mianzheng.jobs.reconciling import Reconciler
from mianzheng.proposals.doorbell import answered
from mianzheng.settings import ForgeSettings, Settings
from mianzheng.web.guards import LIMITS
from mianzheng.web.webhooks import LIMIT
from tests.hub_town import HubTown, hub_town
from tests.list_town import step, told
from tests.stand_ins.github import NAME, OWNER
from tests.stores import on_every_store
from tests.web_client import URL, Town


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> Iterator[HubTown]:
    with hub_town(loaded.catalog, tmp_path) as made:
        yield made


def test_a_second_look_changes_nothing(town: HubTown) -> None:
    id = town.studied()
    before = town.case(id)
    assert [town.look() for _ in range(3)] == ["按代码库对齐 0 件"] * 3
    assert town.case(id) == before and town.published == []


@on_every_store
def test_s_rev_10_a_commit_by_hand_voids_what_was_said_of_the_older_one(town: HubTown) -> None:
    id = town.studied()
    newer = town.edited_by_hand(id)
    assert town.look() == "按代码库对齐 1 件"
    case = town.case(id)
    assert (case.state, case.data["opinions"], case.data["delivery"]["head"]) == ("under_study", [], newer)
    office = town.staff("joint_conference_office")
    page = office.get(f"/office/proposals/{id}").text
    assert "有人在代码库里直接改过" in page and f"https://github.invalid/{OWNER}/{NAME}/pull/1" in page
    refused = step(town, office, id, "approve", opinion="同意")
    assert refused.status_code == 422 and "司法局" in refused.text
    assert town.look() == "按代码库对齐 0 件"
    step(town, town.staff("justice"), id, "opine", opinion="合法")
    step(town, office, id, "approve", opinion="同意")
    assert told(town.unit, id)["state"] == "published"
    (now,) = [one for one in town.catalog.places["test-yiyuan"].items.values() if one.id in case.data["items"]]
    assert now.versions[0].other == "由本单位发函向出具单位核实"


@on_every_store
def test_s_rev_10_a_commit_between_approval_and_merge_is_not_merged(town: HubTown) -> None:
    id = town.studied()
    town.answers(503)
    town.approved(id)
    assert town.case(id).state == "approved"
    newer = town.edited_by_hand(id)
    town.works_again()
    town.look()
    town.now += datetime.timedelta(hours=1)
    town.work()
    case = town.case(id)
    assert (case.state, case.data["opinions"], case.data["delivery"]["head"]) == ("under_study", [], newer)
    assert [pull["merged"] for pull in town.hub.fresh()] == [False]


def test_a_merge_by_hand_after_approval_is_published(town: HubTown) -> None:
    id = town.studied()
    town.answers(503, "put /pulls/{pull_number}/merge")
    town.approved(id)
    assert town.case(id).state == "approved"
    town.works_again()
    town.merged_by_hand(id)
    town.look()
    town.work()
    assert told(town.unit, id)["state"] == "published"
    town.now += datetime.timedelta(hours=2)
    town.work()
    waiting = town.services.store.claim(town.now, datetime.timedelta(0))
    assert [one.delivery.topic for one in waiting] == [MAIL], "the office's letter alone: nobody delivers mail here"
    assert len(town.hub.pulls) == 1


def test_a_merge_by_hand_before_approval_is_an_alarm_and_on_the_site_and_the_review_goes_on(town: HubTown) -> None:
    id = town.studied()
    town.merged_by_hand(id)
    report = town.look()
    assert report.splitlines()[1:] == ["TZ-2026-0001 还没有审核通过，在代码库里已经被并入清单，请马上看一看"]
    assert town.published == [town.forge.main()] and town.case(id).state == "under_study"
    assert town.look().splitlines() == ["按代码库对齐 0 件", *report.splitlines()[1:]]
    town.approved(id)
    assert told(town.unit, id)["state"] == "published"


def test_f46_withdrawing_what_was_merged_by_hand_leaves_the_decision_to_the_forge_and_somebody_hears_of_it(
    town: HubTown,
) -> None:
    id = town.studied()
    town.merged_by_hand(id)
    step(town, town.unit, id, "withdraw", why="不改了")
    assert town.case(id).state == "withdrawn" and town.hub.fresh()[0]["merged"]
    assert "TZ-2026-0001 送不到代码库：1 号合并请求已经合并，不能关闭" in town.look()


def test_f45_closed_by_mistake_and_opened_again(town: HubTown) -> None:
    id = town.studied()
    opinions = town.case(id).data["opinions"]
    town.hub.pulls[0]["state"] = "closed"
    town.look()
    assert told(town.unit, id)["delivery"] == "closed"
    town.hub.pulls[0]["state"] = "open"
    town.look()
    case = town.case(id)
    assert (case.state, case.data["delivery"]["status"], case.data["opinions"]) == ("under_study", "open", opinions)


def test_f45_closed_with_its_branch_deleted_is_sent_anew_when_the_office_says_so(town: HubTown) -> None:
    id = town.studied()
    town.hub.pulls[0]["state"] = "closed"
    town.hub.bare.git("update-ref", "-d", f"refs/heads/{town.branch(id)}")
    town.look()
    assert step(town, town.staff("joint_conference_office"), id, "retry").status_code == 200
    assert told(town.unit, id)["delivery"] == "open" and town.branch(id).endswith("-r2")
    assert [pull["state"] for pull in town.hub.fresh()] == ["closed", "open"]


def test_a_main_branch_moved_by_hand_is_published(town: HubTown) -> None:
    moved = town.hub.bare.commit("main", {"catalog/note.md": "别的\n"})
    town.look()
    town.look()
    assert town.published == [moved]


def test_a_pull_request_that_only_looks_like_ours_is_an_alarm(town: HubTown) -> None:
    town.opened()
    made = town.hub.bare.git("commit-tree", "main^{tree}", "-p", "main", "-m", "别人的")
    town.hub.bare.git("update-ref", "refs/heads/proposals/test-yiyuan-TZ-2026-0099", made)
    town.forge.open("proposals/test-yiyuan-TZ-2026-0099", "题目", "", [], [])
    assert "2 号合并请求（proposals/test-yiyuan-TZ-2026-0099）不是从这里提出的" in town.look()


def test_f42_a_foreign_branch_sets_the_proposal_aside_until_it_is_gone(town: HubTown) -> None:
    foreign = town.hub.bare.commit("proposals/test-yiyuan-TZ-2026-0001", {"catalog/x.md": "别人的\n"})
    id = town.opened()
    assert town.look().splitlines()[1].startswith("TZ-2026-0001 送不到代码库：分支")
    assert told(town.unit, id)["delivery"] == "parked"
    assert town.hub.bare.head("proposals/test-yiyuan-TZ-2026-0001") == foreign and town.hub.pulls == []
    town.hub.bare.git("update-ref", "-d", "refs/heads/proposals/test-yiyuan-TZ-2026-0001")
    step(town, town.staff("joint_conference_office"), id, "retry")
    assert told(town.unit, id)["delivery"] == "open"
    town.look()
    town.work()
    assert town.look() == "按代码库对齐 0 件" and town.services.store.parked() == []
    assert [pull["state"] for pull in town.hub.fresh()] == ["open"]


def test_without_a_ring_it_looks_every_five_minutes(town: HubTown) -> None:
    town.look()
    asked = len(town.hub.calls)
    town.reconciler.turn(town.now + datetime.timedelta(minutes=4, seconds=59))
    assert len(town.hub.calls) == asked
    town.reconciler.turn(town.now + datetime.timedelta(minutes=5))
    assert len(town.hub.calls) > asked


@on_every_store
def test_another_process_knows_when_the_last_look_was_and_what_it_found(town: HubTown) -> None:
    """On AWS every minute has a reconciler of its own."""
    first = town.look()
    asked = len(town.hub.calls)
    another = Reconciler(town.works, town.forge.main)
    assert another.turn(town.now + datetime.timedelta(minutes=1)) == first and len(town.hub.calls) == asked
    town.answers(503)
    assert "代码平台现在用不了" in another.turn(town.now + datetime.timedelta(minutes=5))
    asked = len(town.hub.calls)
    assert "代码平台现在用不了" in town.reconciler.turn(town.now + datetime.timedelta(minutes=6))
    assert len(town.hub.calls) == asked, "an alarm stands until the next look"


def test_a_look_that_breaks_off_is_made_again_at_once(town: HubTown, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(town.services.store, "parked", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            town.look()
    assert town.reconciler.turn(town.now) == "按代码库对齐 0 件"


# -- the webhook

SECRET = "a secret of the tests"


@pytest.fixture
def house(loaded: Loaded) -> Town:
    return Town(loaded.catalog, Settings(public_url=URL, forge=ForgeSettings(hook_secret=SECRET)))


def call(town: Town, body: bytes = b"{}", *, event: str = "pull_request", id: str = "d-0000001", **headers: str) -> int:
    signed = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    given = {"X-Hub-Signature-256": signed, "X-GitHub-Event": event, "X-GitHub-Delivery": id, **headers}
    answer = town.visitor().client.post(
        "/api/v1/webhooks/github", base_url=URL, data=body, headers=given, content_type="application/json"
    )
    return answer.status_code


def rang(town: Town) -> bool:
    return answered(town.services.store, town.now)


@pytest.mark.parametrize("event", ["pull_request", "pull_request_review", "push"])
def test_a_signed_call_rings_and_says_nothing_else(house: Town, event: str) -> None:
    assert call(house, b'{"action": "closed", "pull_request": {"merged": true}}', event=event) == 204
    assert rang(house) and not rang(house)


@pytest.mark.parametrize(
    "header",
    ["", "sha256=", "sha256=" + "0" * 64, "sha1=" + "0" * 40, "sha256=é"],
    ids=["none", "empty", "wrong", "sha1", "letters"],
)
def test_f53_a_forged_call_is_refused(house: Town, header: str) -> None:
    assert call(house, **{"X-Hub-Signature-256": header}) == 401
    assert not rang(house)


def test_f53_a_replayed_delivery_rings_no_second_time(house: Town) -> None:
    assert call(house) == 204 and rang(house)
    assert call(house) == 204 and not rang(house)
    assert call(house, id="d-0000002") == 204 and rang(house)


@pytest.mark.parametrize("event", ["ping", "issues", "", "x" * 999])
def test_f53_an_unknown_event_is_taken_in_silence(house: Town, event: str) -> None:
    assert call(house, b"not even JSON", event=event) == 204
    assert not rang(house)


def test_a_call_that_is_too_large_or_comes_too_often_is_refused(house: Town) -> None:
    assert call(house, b" " * (LIMIT + 1)) == 413
    codes = [call(house, id=f"d-{number:07d}") for number in range(LIMITS["hook"][0])]
    assert codes[0] == 204 and codes[-1] == 429


def test_without_a_secret_nobody_is_answered(loaded: Loaded) -> None:
    assert call(Town(loaded.catalog)) == 404
