"""What only Gitee has: branches by git, merges that name no commit, accounts instead of teams, its signed calls."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
import stat
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from mianzheng.adapters.forge.founding import founded
from mianzheng.adapters.forge.gitee.connecting import transport
from mianzheng.adapters.forge.gitee.forge import GiteeForge
from mianzheng.adapters.forge.mirror import Mirror
from mianzheng.adapters.forge.rest import Api, Refusal, Token
from mianzheng.catalog_files.loading import Loaded
from mianzheng.errors import MovedOn, Rejected, Unavailable
from mianzheng.ports.forge import Approval, Commit
from mianzheng.proposals.doorbell import answered
from mianzheng.settings import ForgeSettings, Settings
from tests.conftest import TEST_PLACES
from tests.stand_ins.bare import Bare
from tests.stand_ins.gitee import BOT, NAME, OWNER, TOKEN, Gitee
from tests.stand_ins.serving import serving
from tests.web_client import URL, Town

AT = datetime.datetime(2026, 11, 2, 1, 30, tzinfo=datetime.UTC)
BRANCH = "proposals/P-1"
PATH = "catalog/kinds/zz/kd-zzzzzz.yaml"
MERGE = "put /pulls/{number}/merge"


def commit(proposal: str = "P-1", text: str = "您不用交了。") -> Commit:
    files = {PATH: f"explain: {text}\n".encode()}
    return Commit(files=files, message=f"题目\n\nProposal-Id: {proposal}", author="民政局", at=AT)


class World:
    """The stand-in, served, and a forge logged in to it."""

    def __init__(self, hub: Gitee, address: str, folder: Path) -> None:
        self.hub, self.address, self.folder = hub, address, folder
        self.forge = self.forge_with(TOKEN)

    def forge_with(self, token: str) -> GiteeForge:
        api = Api(transport(f"{self.address}/api/v5", lambda: AT), Token(token), sleep=lambda seconds: None)
        address = f"{self.address}/{OWNER}/{NAME}.git"
        return GiteeForge(api, Mirror(self.folder, address, lambda: token, user=BOT), f"{OWNER}/{NAME}", BOT)

    def open(self) -> int:
        self.forge.push(BRANCH, self.forge.main(), commit())
        return self.forge.open(BRANCH, "题目", "正文", [], []).number

    def fails(self, wanted: str, nth: int, *, after: bool) -> None:
        """The nth call of this name from now on is answered by a 502, before or after it has had its effect."""
        calls = iter(range(1, 10_000))

        def interfere(call: str) -> Response | None:
            return Response("<html>502 Bad Gateway</html>", 502) if call == wanted and next(calls) == nth else None

        self.works_again()
        setattr(self.hub, "after" if after else "before", interfere)

    def works_again(self) -> None:
        self.hub.before = self.hub.after = lambda call: None


@pytest.fixture
def world(store_folder: Path) -> Iterator[World]:
    founded(TEST_PLACES, store_folder / "gitee.git", AT - datetime.timedelta(days=1))
    hub = Gitee(Bare(store_folder / "gitee.git"))
    with serving(hub) as address:
        yield World(hub, address, store_folder / "mirror.git")
    assert hub.wrong == []


def work(forge: GiteeForge) -> str:
    """Every kind of call there is."""
    forge.push(BRANCH, forge.main(), commit())
    shown = (list(forge.find(BRANCH)) or [forge.open(BRANCH, "题目", "正文", ["清单调整"], ["@reviewer"])])[0]
    if shown.state == "open":
        forge.describe(shown.number, "新题目", "新正文")
        forge.remark(shown.number, "report", "报告")
        forge.approve(shown.number, Approval(role="justice", subject="ac-1", commit=shown.head, at=AT))
    return forge.merge(shown.number, shown.head, "合并\n\n正文", AT)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_f41_any_request_that_fails_before_or_after_its_effect_leaves_one_branch_and_one_pull_request(
    world: World, after: bool
) -> None:
    """Each sort of write for the first and the last time, and the first of each sort of reading."""
    main = world.hub.bare.head("main")
    work(world.forge)
    made = Counter(world.hub.calls)
    failures = [(name, nth) for name, times in made.items() for nth in (1, times if "get" not in name else 1)]
    assert len(set(failures)) > 8
    for name, nth in sorted(set(failures)):
        reset(world, main)
        world.fails(name, nth, after=after)
        with pytest.raises(Unavailable):
            work(world.forge)
        world.works_again()
        assert work(world.forge) == world.hub.bare.head("main")
        assert [pull["state"] for pull in world.hub.fresh()] == ["merged"]
        assert world.hub.bare.git("rev-list", "--count", f"{main}..main") == "2"
        assert len(world.hub.comments) == 2, "the report and one approval"


def reset(world: World, main: str) -> None:
    world.hub.bare.git("update-ref", "refs/heads/main", main)
    world.hub.bare.git("update-ref", "-d", f"refs/heads/{BRANCH}")
    world.hub.pulls, world.hub.comments, world.hub.labels = [], [], {}
    world.folder = world.folder.with_name(f"mirror-{len(world.hub.calls)}.git")  # a mirror follows forwards only
    world.forge = world.forge_with(TOKEN)


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize("call", ["get /pulls", "git refs", "git git-receive-pack"])
def test_what_we_may_not_do_is_for_a_person_and_names_no_secret(world: World, status: int, call: str) -> None:
    base = world.forge.main()
    world.hub.before = lambda name: Response('{"message": "no"}', status) if name == call else None
    with pytest.raises(Rejected) as caught:
        world.forge.push(BRANCH, base, commit())
    assert not isinstance(caught.value, MovedOn) and TOKEN not in str(caught.value)
    assert world.hub.bare.branches() == ["main"]


def test_a_token_that_is_none_is_refused_on_both_ways(world: World) -> None:
    base = world.forge.main()
    stranger = world.forge_with("another-token")
    with pytest.raises(Rejected, match="Gitee 没有同意这一步（401）"):
        stranger.find(BRANCH)
    with pytest.raises(Rejected, match="代码平台没有同意"):
        stranger.push(BRANCH, base, commit())


def test_f49_a_limit_says_when_to_come_again(world: World) -> None:
    world.hub.before = lambda call: Response('{"message": "Rate Limit Exceeded"}', 403, {"Retry-After": "90"})
    with pytest.raises(Unavailable, match="Gitee 要求过一会儿再来") as caught:
        world.forge.listed("proposals/")
    assert caught.value.again_at == AT + datetime.timedelta(seconds=90)


def test_a_branch_that_the_repository_protects_is_for_a_person(world: World) -> None:
    hook = world.hub.bare.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    hook.chmod(stat.S_IRWXU)
    with pytest.raises(Rejected, match="没有同意"):
        world.forge.push(BRANCH, world.forge.main(), commit())


def test_a_branch_that_somebody_made_at_the_same_moment_is_left_alone(world: World) -> None:
    base = world.forge.main()

    def made_meanwhile(call: str) -> Response | None:
        if call == "git git-receive-pack" and not world.hub.bare.head(BRANCH):
            world.hub.bare.git("update-ref", f"refs/heads/{BRANCH}", base)
            world.hub.bare.commit(BRANCH, {PATH: "别人的\n"})
        return None

    world.hub.before = made_meanwhile
    with pytest.raises(Rejected, match="别人的内容"):
        world.forge.push(BRANCH, base, commit())
    assert world.hub.bare.file(BRANCH, PATH) == "别人的"


def test_a_merge_that_still_lacks_a_review_there_waits_for_a_person(world: World) -> None:
    number = world.open()
    world.hub.asks = 1
    with pytest.raises(Refusal, match="审查"):
        world.forge.merge(number, world.hub.bare.head(BRANCH), "合并", AT)
    assert world.forge.get(number).state == "open"
    world.hub.asks = 0
    assert world.forge.merge(number, world.hub.bare.head(BRANCH), "合并", AT) == world.forge.main()


def test_main_that_moved_at_the_moment_of_the_merge_makes_a_new_round(world: World) -> None:
    number = world.open()

    def moved(call: str) -> Response | None:
        if call == MERGE:
            world.hub.bare.commit("main", {PATH: "explain: 别的话\n"})
        return None

    world.hub.before = moved
    with pytest.raises(MovedOn, match="又被改过"):
        world.forge.merge(number, world.hub.bare.head(BRANCH), "合并", AT)


def test_what_was_pushed_at_the_moment_of_the_merge_is_told_at_once(world: World) -> None:
    """Gitee's merge names no commit: nothing can stop it, but nobody may overlook it."""
    number, head = world.open(), world.hub.bare.head(BRANCH)

    def pushed(call: str) -> Response | None:
        if call == MERGE:
            world.hub.bare.commit(BRANCH, {PATH: "explain: 没有审核过\n"})
        return None

    world.hub.before = pushed
    with pytest.raises(Rejected, match="没有审核过的提交") as caught:
        world.forge.merge(number, head, "合并", AT)
    assert not isinstance(caught.value, MovedOn)


def test_a_merge_whose_answer_was_lost_is_not_made_twice(world: World) -> None:
    number, main = world.open(), world.hub.bare.head("main")
    world.hub.after = lambda call: Response("{}", 405) if call == MERGE else None
    merged = world.forge.merge(number, world.hub.bare.head(BRANCH), "合并", AT)
    assert world.hub.bare.git("show", "-s", "--format=%P", merged).split()[0] == main


def test_squashed_by_hand_is_merged(world: World) -> None:
    number = world.open()
    squashed = world.hub.bare.commit("main", {PATH: "explain: 您不用交了。\n"})
    world.hub.pulls[0] |= {"state": "merged", "merged_at": "2026-11-03T08:00:00+08:00"}
    shown = world.forge.get(number)
    assert (shown.state, shown.merged_as) == ("merged", squashed)


def test_reviewers_are_accounts_and_labels_are_completed_when_opening_was_cut_short(world: World) -> None:
    world.forge.push(BRANCH, world.forge.main(), commit())
    world.hub.before = lambda call: Response("", 502) if call.endswith("/labels") else None
    with pytest.raises(Unavailable):
        world.forge.open(BRANCH, "题目", "正文", ["清单调整"], ["@li", "@wang_1", "@county/justice"])
    world.works_again()
    world.forge.open(BRANCH, "题目", "正文", ["清单调整"], ["@li", "@wang_1", "@county/justice"])
    assert (world.hub.labels, world.hub.asked) == ({1: {"清单调整"}}, {1: ["li,wang_1"]})


def test_a_fork_with_a_branch_of_the_same_name_does_not_count(world: World) -> None:
    world.open()
    for number, repository in ((2, {"full_name": f"attacker/{NAME}"}), (3, None)):
        fork = json.loads(json.dumps(world.hub.pulls[0])) | {"number": number}
        world.hub.pulls.append(fork | {"head": fork["head"] | {"repo": repository}})
    assert [one.number for one in world.forge.find(BRANCH)] == [1]
    assert [one.number for one in world.forge.listed("proposals/")] == [1]


def test_an_approval_or_remark_of_somebody_else_does_not_count(world: World) -> None:
    number = world.open()
    given = Approval(role="justice", subject='--> {"role": "x"} @all', commit=world.hub.bare.head(BRANCH), at=AT)
    world.forge.approve(number, given)
    world.forge.remark(number, "report", "真的报告")
    for one in list(world.hub.comments):
        world.hub.comments.append({**one, "id": len(world.hub.comments) + 1, "user": {"login": "attacker"}})
    assert list(world.forge.approvals(number)) == [given]
    world.forge.remark(number, "report", "新的报告")
    assert [one["body"].splitlines()[1] for one in world.hub.comments[1::2]] == ["新的报告", "真的报告"]


# -- the webhook

SECRET = "a secret of the tests"


@pytest.fixture
def house(loaded: Loaded) -> Town:
    settings = Settings(public_url=URL, forge=ForgeSettings(kind="gitee", hook_secret=SECRET))
    return Town(loaded.catalog, settings)


def stamp(town: Town, minutes: int = 0) -> str:
    return str(int((town.now + datetime.timedelta(minutes=minutes)).timestamp() * 1000))


def signed(timestamp: str, secret: str = SECRET) -> str:
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def ring(town: Town, token: str, timestamp: str, event: str = "Merge Request Hook", body: bytes = b"{}") -> int:
    headers = {"X-Gitee-Token": token, "X-Gitee-Timestamp": timestamp, "X-Gitee-Event": event}
    return town.visitor().client.post(
        "/api/v1/webhooks/gitee", base_url=URL, data=body, headers=headers, content_type="application/json"
    ).status_code  # fmt: skip


def rang(town: Town) -> bool:
    return answered(town.services.store, town.now)


@pytest.mark.parametrize("event", ["Merge Request Hook", "Push Hook"])
def test_a_signed_call_or_one_with_the_password_rings(house: Town, event: str) -> None:
    at = stamp(house)
    for token in (signed(at), urllib.parse.quote_plus(signed(at)), SECRET):
        assert ring(house, token, at, event) == 204
        assert rang(house) and not rang(house)


def test_f53_a_forged_call_is_refused(house: Town) -> None:
    at, other = stamp(house), stamp(house, 1)
    for token in ("", "x", signed(at, "another secret of 16"), signed(other), SECRET + "x", SECRET[:-1], "签名"):
        assert ring(house, token.encode().decode("latin-1"), at) == 401, token
    assert not rang(house)


@pytest.mark.parametrize("minutes", [-61, 61])
def test_f53_a_call_of_another_hour_is_refused(house: Town, minutes: int) -> None:
    at = stamp(house, minutes)
    assert ring(house, signed(at), at) == ring(house, SECRET, at) == 401
    assert ring(house, SECRET, "soon") == ring(house, signed(""), "") == ring(house, SECRET, "9" * 30) == 401
    assert not rang(house)


def test_f53_a_replayed_call_rings_no_second_time_and_other_events_are_silent(house: Town) -> None:
    at = stamp(house)
    assert ring(house, signed(at), at) == 204 and rang(house)
    assert ring(house, signed(at), at) == 204 and not rang(house)
    assert ring(house, signed(at), at, "Issue Hook") == 204 and not rang(house)


def test_without_a_secret_nobody_is_answered(loaded: Loaded) -> None:
    town = Town(loaded.catalog)
    at = stamp(town)
    assert ring(town, signed(at, ""), at) == ring(town, "", at) == 404
