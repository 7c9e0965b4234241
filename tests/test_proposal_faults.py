"""From the form to the published list while forge, site and people misbehave: one pull request each, nothing lost.

F and A numbers are those of the list of faults and attacks that a forge has to bear; what concerns one call to a forge
is in contracts/test_forge.py.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug.wrappers import Response

from mianzheng.accounts import found_account
from mianzheng.accounts.accounts import NewAccount
from mianzheng.adapters.forge.github.login import App
from mianzheng.cases.actors import AT_WORK
from mianzheng.cases.records import Claimed, Delivery
from mianzheng.cases.steps import Step
from mianzheng.catalog_files.loading import Loaded
from mianzheng.web.passwords import hashed
from tests.hub_town import HubTown, hub_town
from tests.list_town import ListTown, change_of, owned, sent, step
from tests.stand_ins.github import NAME
from tests.web_client import PASSWORD

PLACE = "test-yiyuan"
HOUR, MINUTE = datetime.timedelta(hours=1), datetime.timedelta(minutes=1)


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> Iterator[HubTown]:
    with hub_town(loaded.catalog, tmp_path) as made:
        yield made


@pytest.fixture
def local(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog).under(tmp_path)


def edit_of(town: ListTown, field: str, to: str) -> tuple[dict[str, Any], Any]:
    """An application that changes one field of the first verified item, and who sends it."""
    item, unit = owned(town, PLACE, "verify")
    edit = {"field": field, "from": getattr(item, field), "to": to}
    return change_of(
        town, item, reason="C9_other", reason_text="写得更清楚", items=[{"item": item.id, "edits": [edit]}]
    ), unit


def agreed(town: ListTown, id: str) -> None:
    office, justice = town.staff("joint_conference_office"), town.staff("justice")
    step(town, office, id, "study")
    step(town, justice, id, "opine", opinion="合法")
    step(town, office, id, "approve", opinion="同意")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_f40_f41_whichever_request_fails_each_proposal_has_one_pull_request(town: HubTown, after: bool) -> None:
    item, unit = owned(town, PLACE, "verify")
    nth, ids = 0, []
    while True:
        nth += 1
        numbers = iter(range(1, 999))
        failed: list[str] = []

        def fails(call: str) -> Response | None:
            if next(numbers) == nth:  # noqa: B023  used within this round only
                failed.append(call)  # noqa: B023
                return Response("<html>502 Bad Gateway</html>", 502)
            return None

        setattr(town.hub, "after" if after else "before", fails)
        ids.append(sent(town, change_of(town, item), unit)["id"])
        town.works_again()
        town.now += 5 * MINUTE
        town.work()
        if not failed:
            break  # delivering makes no more requests than that
    assert nth > 9
    heads = [pull["head"]["ref"] for pull in town.hub.fresh()]
    assert len(heads) == len(set(heads)) == len(ids)
    assert {town.case(id).data["delivery"]["status"] for id in ids} == {"open"}
    assert town.services.store.pending()[0] == 0 and town.hub.bare.faults() == ""


def test_f43_a_fix_on_the_branch_before_the_pull_request_was_opened_stays(town: HubTown) -> None:
    town.answers(502, "post /pulls")
    id = town.opened()
    (branch,) = [name for name in town.hub.bare.branches() if name.startswith("proposals/")]
    (path,) = town.hub.bare.git("diff", "--name-only", f"main...{branch}").split()
    fix = town.hub.bare.commit(branch, {path: town.hub.bare.file(branch, path).replace("打电话", "发函") + "\n"})
    town.works_again()
    town.now += HOUR
    town.work()
    town.look()
    assert town.case(id).data["delivery"]["head"] == fix == town.hub.bare.head(branch)
    agreed(town, id)
    assert town.case(id).state == "published"


def test_f44_a_replayed_delivery_after_merge_and_deletion_makes_no_second_pull_request(town: HubTown) -> None:

    def cut(call: str) -> Response | None:
        """The answer to opening is lost, and the forge with it."""
        if call != "post /pulls":
            return None
        town.answers(502)
        return Response("", 502)

    town.hub.after = cut
    id = town.opened()
    assert town.case(id).data["delivery"]["status"] == "pushing"
    branch = town.branch(id)
    town.merged_by_hand(id)
    town.hub.bare.git("update-ref", "-d", f"refs/heads/{branch}")
    town.works_again()
    town.now += 5 * MINUTE
    town.work()
    again = Delivery(id="replayed", topic="forge", next_at=town.now, data={"proposal": id, "what": "open"})
    assert town.works.deliver(Claimed(delivery=again, lease=1, attempts=2), town.now) is None
    town.look()
    assert [pull["merged"] for pull in town.hub.fresh()] == [True] and branch not in town.hub.bare.branches()
    agreed(town, id)
    assert town.case(id).state == "published" and len(town.hub.pulls) == 1


def test_f47_changes_of_different_fields_of_one_item_both_merge(local: ListTown) -> None:
    first, unit = edit_of(local, "condition", "申请人不在本地的，才要。")
    second, _ = edit_of(local, "explain", "单位自己去问，您不用跑。")
    ids = [sent(local, body, unit)["id"] for body in (first, second)]
    for id in ids:
        agreed(local, id)
        for _ in range(2):
            local.work()
    for id in ids:
        if local.case(id).state == "under_study":  # made anew on the list of today: reviewed anew
            agreed_again(local, id)
    assert {local.case(id).state for id in ids} == {"published"}
    now = local.catalog.places[PLACE].items[first["items"][0]["item"]]
    assert (now.condition, now.explain) == ("申请人不在本地的，才要。", "单位自己去问，您不用跑。")


def agreed_again(town: ListTown, id: str) -> None:
    step(town, town.staff("justice"), id, "opine", opinion="合法")
    step(town, town.staff("joint_conference_office"), id, "approve", opinion="同意")


def test_f48_main_moved_fifty_commits_and_the_merge_keeps_both(town: HubTown) -> None:
    id = town.studied()
    for number in range(50):
        town.hub.bare.commit("main", {f"catalog/notes/{number}.md": "别的\n"})
    town.approved(id)
    assert town.case(id).state == "published"
    names = town.hub.bare.git("ls-tree", "--name-only", "main:catalog/notes").split()
    assert len(names) == 50 and town.hub.bare.faults() == ""


def test_f49_a_limit_is_waited_out_as_told(town: HubTown) -> None:
    reset = int((town.now + 2 * HOUR).timestamp())
    limits = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
    town.answers(403, **limits)
    id = town.opened()
    town.works_again()
    asked = len(town.hub.calls)
    while town.now.timestamp() < reset - 1200:
        town.now += HOUR / 4
        assert list(town.services.store.claim(town.now, MINUTE, topics=("forge",))) == []
    assert len(town.hub.calls) == asked
    town.now = datetime.datetime.fromtimestamp(reset + 1, town.now.tzinfo)
    town.work()
    assert town.case(id).data["delivery"]["status"] == "open"


def test_f50_a_token_that_ends_is_renewed_and_a_revoked_app_is_set_aside_with_an_alarm(
    loaded: Loaded, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with hub_town(loaded.catalog, tmp_path, lambda: App("12345", 42, key, NAME)) as town:
        town.hub.tokens.discard("ghs_1")
        id = town.opened()
        assert town.case(id).data["delivery"]["status"] == "open" and town.hub.issued >= 2
        town.answers(401)
        other = town.opened()
        town.look()
        town.works_again()
        assert any(
            line.startswith("TZ-2026-0002 送不到代码库：GitHub 没有同意这一步（401）")
            for line in town.look().splitlines()
        )
        assert town.case(other).data["delivery"]["status"] == "parked"
        step(town, town.staff("joint_conference_office"), other, "retry")
        assert town.case(other).data["delivery"]["status"] == "open" and len(town.hub.pulls) == 2


def test_f54_a_forge_gone_for_three_days_is_an_alarm_after_two_hours_and_all_is_opened_in_order(town: HubTown) -> None:
    town.answers(503)
    ids = []
    for _ in range(3):
        ids.append(town.opened())
        town.now += datetime.timedelta(seconds=7)  # each has its own moment for the next try
    assert town.look().splitlines()[1:] == ["代码平台现在用不了，申请先留在这里：GitHub 暂时不能办理（503），稍后再试"]
    town.now += 2 * HOUR
    assert "TZ-2026-0001 两个多小时了还没有送到代码库" in town.look()
    town.now += 70 * HOUR
    town.work()
    town.works_again()
    town.now += HOUR
    town.work()
    assert [town.case(id).data["delivery"]["status"] for id in ids] == ["open"] * 3
    assert [pull["head"]["ref"][-4:] for pull in town.hub.fresh()] == ["0001", "0002", "0003"], "in order"
    assert town.look() == "按代码库对齐 0 件"


def test_f55_merged_while_the_site_cannot_be_built_stays_merged_with_an_alarm_after_an_hour(local: ListTown) -> None:
    body, unit = edit_of(local, "explain", "单位自己去问，您不用跑。")
    id = sent(local, body, unit)["id"]
    local.site_fails = True
    agreed(local, id)
    assert local.case(id).state == "merged"
    assert local.look().splitlines()[1:] == ["代码库里的清单有了变化，还没有公布出来：网站生成不了"]
    local.now += HOUR + datetime.timedelta(minutes=5)
    assert "TZ-2026-0001 已经并入清单，一个多小时了还没有公布" in local.look()
    local.site_fails = False
    local.work()
    assert local.case(id).state == "published" and local.look() == "按代码库对齐 0 件"


NASTY = (
    "x\nstatus: cancelled\n- [\n&a *a !!python/object\n@everyone Closes #1 <img src=x> [单](http://x.invalid) `a` ```"
)


def test_a11_a13_what_a_department_writes_stays_a_string_in_the_list_and_words_in_the_pull_request(
    town: HubTown,
) -> None:
    item, town.unit = owned(town, PLACE, "verify")
    body = change_of(town, item, ground=NASTY, justification=NASTY)
    body["items"][0]["version"]["other"] = NASTY
    id = sent(town, body, town.unit)["id"]
    pull = town.hub.fresh()[0]
    fence, block, end = pull["body"].splitlines()
    assert (fence, end) == ("```mianzheng-proposal", "```") and json.loads(block)["ground"] == NASTY
    assert not [mark for mark in ("@everyone", "Closes #1", "<img", "](http") if mark in pull["title"]]
    agreed(town, id)
    now = town.catalog.places[PLACE].items[item.id]
    assert (now.status, now.versions[0].other.split()) == ("active", NASTY.split())


@pytest.mark.parametrize("id", ["../../.github/workflows/x", "zm-a\0", "ZM-AAAAAA", "zm-\u0301aaaaa", "bd-aaaaaa"])
def test_a12_an_item_that_the_list_does_not_know_goes_nowhere(local: ListTown, id: str) -> None:
    item, unit = owned(local, PLACE, "verify")
    body = change_of(local, item)
    body["items"][0]["item"] = id
    answer = unit.command("/api/v1/proposals", body)
    assert answer.status_code == 422
    local.work()
    assert list(local.forge.listed("proposals/")) == [] and not local.services.store.keys("proposal")


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u2066"])
def test_a16_invisible_and_turning_signs_do_not_reach_the_list_unseen(local: ListTown, sign: str) -> None:
    item, unit = owned(local, PLACE, "verify")
    body = change_of(local, item)
    body["items"][0]["version"]["other"] = f"向{sign}民政局核实"
    answer = unit.command("/api/v1/proposals", body)
    (error,) = answer.get_json()["errors"]
    assert answer.status_code == 422 and error["pointer"] == "/items.0.version.other"
    assert f"“向”后面有一个看不见的字符（U+{ord(sign):04X}）" in error["detail"]


def test_a25_a_second_account_of_the_same_person_may_not_approve(local: ListTown) -> None:
    item, unit = owned(local, PLACE, "verify")
    id = sent(local, change_of(local, item), unit)["id"]
    step(local, local.staff("joint_conference_office"), id, "study")
    step(local, local.staff("justice"), id, "opine", opinion="合法")
    office = local.services.store.get("account", local.logins[f"{PLACE}.joint_conference_office1"])
    twin = NewAccount(
        login=f"{PLACE}.joint_conference_office9", label="另一个账号", role="joint_conference_office", place=PLACE,
        body=office.body, subject=local.case(id).data["subject"],
    )  # fmt: skip
    given = {"login": twin.login, "role": twin.role, "place": PLACE}
    made = Step("create", AT_WORK, local.now, given)
    local.services.store.commit(found_account(twin, hashed(PASSWORD), "ac-twin", made, local.catalog))
    refused = step(local, local.staff("joint_conference_office", 9), id, "approve", opinion="同意")
    assert refused.status_code in (403, 409, 422) and local.case(id).state == "under_study"
