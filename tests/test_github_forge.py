"""What only GitHub has: limits, logins, forks, pages of lists, signed calls; the contract is in `contracts/`."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug.wrappers import Response

from mianzheng.adapters.forge.founding import founded
from mianzheng.adapters.forge.github.api import PUBLIC, Transport
from mianzheng.adapters.forge.github.forge import GitHubForge
from mianzheng.adapters.forge.github.login import App
from mianzheng.adapters.forge.rest import Api, Refusal, Token
from mianzheng.errors import AdapterError, MovedOn, Rejected, Unavailable
from mianzheng.ports.forge import Approval, Commit
from mianzheng.web.webhooks import signed_by
from tests.conftest import TEST_PLACES
from tests.stand_ins.bare import Bare
from tests.stand_ins.github import BOT, NAME, OWNER, GitHub, user
from tests.stand_ins.serving import serving

AT = datetime.datetime(2026, 11, 2, 1, 30, tzinfo=datetime.UTC)
BRANCH = "proposals/P-1"
PATH = "catalog/kinds/zz/kd-zzzzzz.yaml"


def commit(proposal: str = "P-1", path: str = PATH) -> Commit:
    files = {path: "explain: 您不用交了。\n".encode()}
    return Commit(files=files, message=f"题目\n\nProposal-Id: {proposal}", author="民政局", at=AT)


class World:
    """The stand-in, served, and forges logged in to it on a clock that only waiting moves."""

    def __init__(self, hub: GitHub, address: str) -> None:
        self.hub, self.address = hub, address
        self.now = AT
        self.waited: list[float] = []
        self.forge = self.forge_with(Token("ghp_test"))

    def forge_with(self, login: Token | App, **options: Any) -> GitHubForge:
        transport = Transport(self.address, now=lambda: self.now)
        api = Api(transport, login, sleep=self._sleep, clock=lambda: self.now.timestamp())
        return GitHubForge(api, f"{OWNER}/{NAME}", BOT, **options)

    def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += datetime.timedelta(seconds=seconds)

    def open(self, branch: str = BRANCH, proposal: str = "P-1") -> int:
        self.forge.push(branch, self.forge.main(), commit(proposal))
        return self.forge.open(branch, "题目", "正文", [], []).number

    def answer(self, nth: int, response: Response, *, after: bool = False) -> None:
        """The nth call from now on gets this answer, before or after it has had its effect."""
        calls = iter(range(1, 10_000))

        def interfere(call: str) -> Response | None:
            return response if next(calls) == nth else None

        self.hub.before = self.hub.after = lambda call: None
        setattr(self.hub, "after" if after else "before", interfere)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    founded(TEST_PLACES, tmp_path / "catalog.git", AT - datetime.timedelta(days=1))
    hub = GitHub(Bare(tmp_path / "catalog.git"))
    with serving(hub) as address:
        yield World(hub, address)
    assert hub.wrong == []


def work(forge: GitHubForge) -> str:
    """Every kind of call there is."""
    base = forge.main()
    forge.push(BRANCH, base, commit())
    shown = (list(forge.find(BRANCH)) or [forge.open(BRANCH, "题目", "正文", ["清单调整"], ["reviewer"])])[0]
    if shown.state == "open":
        forge.remark(shown.number, "report", "报告")
        forge.approve(shown.number, Approval(role="justice", subject="ac-1", commit=shown.head, at=AT))
    return forge.merge(shown.number, shown.head, "合并\n\n正文", AT)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_f41_any_request_that_fails_before_or_after_its_effect_leaves_one_branch_and_one_pull_request(
    world: World, after: bool
) -> None:
    main = world.hub.bare.head("main")
    failed = 0
    while True:
        failed += 1
        world.answer(failed, Response("<html>502 Bad Gateway</html>", 502), after=after)
        try:
            work(world.forge)
        except Unavailable:
            world.hub.before = world.hub.after = lambda call: None
            merged = work(world.forge)
            assert merged == world.hub.bare.head("main")
            assert [pull["merged"] for pull in world.hub.fresh()] == [True]
            assert world.hub.bare.branches() == ["main", BRANCH]
            assert world.hub.bare.git("rev-list", "--count", f"{main}..main") == "2"
            assert len(world.hub.comments) == 1
            assert len(world.hub.reviews[1]) == 1
            _reset(world.hub, main)
        else:
            break
    assert failed > 15


def _reset(hub: GitHub, main: str) -> None:
    hub.bare.git("update-ref", "refs/heads/main", main)
    hub.bare.git("update-ref", "-d", f"refs/heads/{BRANCH}")
    hub.pulls, hub.comments, hub.reviews, hub.labels = [], [], {}, {}


@pytest.mark.parametrize(
    ("status", "headers", "message", "seconds"),
    [
        (429, {"Retry-After": "90"}, "slow down", 90),
        (403, {"Retry-After": "30"}, "You have exceeded a secondary rate limit", 30),
        (403, {"Retry-After": "Mon, 02 Nov 2026 01:35:00 GMT"}, "secondary", 300),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(AT.timestamp()) + 2000)}, "", 2000),
        (403, {}, "API rate limit exceeded", 60),
        (429, {"Retry-After": "soon", "x-ratelimit-reset": "9" * 20}, "", 60),
        (429, {"Retry-After": "9" * 12}, "", 86_400),
    ],
)
def test_f49_a_limit_says_when_to_come_again(
    world: World, status: int, headers: dict[str, str], message: str, seconds: int
) -> None:
    answer = json.dumps({"message": message})
    world.answer(1, Response(answer, status, headers, content_type="application/json"))
    with pytest.raises(Unavailable) as caught:
        world.forge.main()
    assert caught.value.again_at == AT + datetime.timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (Response(json.dumps({"message": "Bad credentials"}), 401), Rejected),
        (Response(json.dumps({"message": "Resource not accessible"}), 403, {"x-ratelimit-remaining": "17"}), Rejected),
        (Response("<html>", 500), Unavailable),
        (Response("", 503), Unavailable),
        (Response("[not json", 200), Unavailable),
        (Response(json.dumps(["no object"]), 409), Rejected),
        (Response(json.dumps({"message": "renamed"}), 301, {"Location": "http://127.0.0.1:1/"}), Rejected),
    ],
)
def test_a_failure_is_either_later_or_never(world: World, response: Response, kind: type[AdapterError]) -> None:
    world.answer(1, response)
    with pytest.raises(kind) as caught:
        world.forge.main()
    assert type(caught.value) is kind or kind is Rejected
    assert "ghp_test" not in str(caught.value)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    api = Api(Transport("http://127.0.0.1:9", now=lambda: AT), Token("ghp_test"))
    with pytest.raises(Unavailable, match="连不上"):
        GitHubForge(api, "county/list", BOT).main()


def test_without_rights_nothing_is_said_about_the_branch(world: World) -> None:
    with pytest.raises(Rejected):
        world.forge_with(Token("ghp_other")).main()


def test_f51_writes_are_a_second_apart_and_none_is_dropped(world: World) -> None:
    for number in range(8):
        world.open(f"proposals/P-{number}", f"P-{number}")
    assert len(world.hub.pulls) == 8
    assert len(world.waited) == 8 * 4 - 1
    assert set(world.waited) == {1.0}


def _key() -> tuple[bytes, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()), key


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_an_app_proves_itself_with_its_key_and_asks_for_no_more_than_it_needs(world: World) -> None:
    pem, key = _key()
    forge = world.forge_with(App("12345", 42, pem, NAME))
    assert forge.main() == world.hub.bare.head("main")
    head, claim, signature = world.hub.claims[0].split(".")
    key.public_key().verify(_decoded(signature), f"{head}.{claim}".encode(), PKCS1v15(), SHA256())
    assert json.loads(_decoded(head)) == {"alg": "RS256", "typ": "JWT"}
    at = int(AT.timestamp())
    assert json.loads(_decoded(claim)) == {"iat": at - 60, "exp": at + 540, "iss": "12345"}
    forge.main()
    assert world.hub.issued == 1


def test_f50_a_token_that_ends_in_mid_run_is_renewed_once(world: World) -> None:
    forge = world.forge_with(App("12345", 42, _key()[0], NAME))
    base = forge.main()
    world.hub.tokens.discard("ghs_1")
    forge.push(BRANCH, base, commit())
    assert world.hub.issued == 2
    world.now = datetime.datetime(2026, 11, 2, 9, 56, tzinfo=datetime.UTC)  # the token ends at ten
    forge.main()
    assert world.hub.issued == 3


def test_f50_a_revoked_key_or_app_is_rejected_and_not_tried_for_ever(world: World) -> None:
    forge = world.forge_with(App("12345", 42, _key()[0], NAME))
    forge.main()
    world.hub.before = lambda call: Response(json.dumps({"message": "Bad credentials"}), 401)
    calls = len(world.hub.calls)
    with pytest.raises(Rejected):
        forge.main()
    assert len(world.hub.calls) == calls + 2
    world.hub.before = lambda call: None
    with pytest.raises(Rejected):
        world.forge_with(App("12345", 7, _key()[0], NAME)).main()


KEYS = ["", "no key", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_is_none_says_so(world: World, key: str) -> None:
    with pytest.raises(Rejected, match="私钥"):
        world.forge_with(App("12345", 42, key.encode(), NAME)).main()


def test_a_fork_with_a_branch_of_the_same_name_does_not_count(world: World) -> None:
    world.open()
    for number, repository in ((2, {"full_name": f"attacker/{NAME}"}), (3, None)):
        fork = json.loads(json.dumps(world.hub.pulls[0])) | {"number": number, "state": "closed"}
        home = fork["head"]["repo"] | repository if repository else None
        fork["head"] |= {"repo": home}
        world.hub.pulls.append(fork)
    assert [one.number for one in world.forge.find(BRANCH)] == [1]
    world.hub.pulls[1]["state"] = world.hub.pulls[2]["state"] = "open"
    assert [one.number for one in world.forge.listed("proposals/")] == [1]
    forgotten = "get /pulls → 2/head/repo: null"  # what the description forgets: forks can be deleted
    assert all(problem.startswith(forgotten) for problem in world.hub.wrong)
    world.hub.wrong.clear()


def test_lists_are_read_to_their_last_page(world: World) -> None:
    number = world.open()
    other = _comment(world, "别人的话", "x")
    world.hub.comments += [other | {"id": place + 1} for place in range(230)]
    world.forge.remark(number, "report", "第一版")
    world.forge.remark(number, "report", "第二版")
    world.forge.remark(number, "report", "第二版")
    assert [one["body"] for one in world.hub.comments[230:]] == ["<!-- mianzheng:report -->\n第二版"]


def _comment(world: World, text: str, login: str) -> dict[str, Any]:
    world.forge.remark(1, "x", text)
    return world.hub.comments.pop() | {"id": 1, "user": user(login)}


def test_a_remark_of_somebody_else_with_our_mark_is_left_alone(world: World) -> None:
    number = world.open()
    world.hub.comments.append(_comment(world, "", "attacker") | {"body": "<!-- mianzheng:report -->\n假的报告"})
    world.forge.remark(number, "report", "真的报告")
    assert [one["body"].splitlines()[1] for one in world.hub.comments] == ["假的报告", "真的报告"]
    with pytest.raises(Rejected):
        world.forge.remark(number, "--> <b>", "话")


def test_labels_and_reviewers_are_completed_when_opening_was_cut_short(world: World) -> None:
    world.forge.push(BRANCH, world.forge.main(), commit())
    world.answer(3, Response("", 502))
    with pytest.raises(Unavailable):
        world.forge.open(BRANCH, "题目", "正文", ["清单调整", "示例县"], ["li", "@county/justice"])
    world.hub.before = lambda call: None
    assert world.forge.open(BRANCH, "题目", "正文", ["清单调整", "示例县"], ["li", "@county/justice"]).number == 1
    assert world.hub.labels == {1: {"清单调整", "示例县"}}
    assert world.hub.asked == {1: [{"reviewers": ["li"], "team_reviewers": ["justice"]}]}
    with pytest.raises(Rejected, match="collaborators"):
        world.forge.open(BRANCH, "题目", "正文", [], ["nobody"])


def test_reviews_on_github_count_for_known_accounts_only_and_requests_for_changes_take_them_back(world: World) -> None:
    known = {"li": ("justice", "ac-li"), "wang": ("centre", "ac-w")}
    world.forge = world.forge_with(Token("ghp_test"), reviewers=known)
    number = world.open()
    head = world.hub.bare.head(BRANCH)
    assert list(world.forge.approvals(number)) == []
    forged = '<!-- mianzheng:approval {"role": "justice", "subject": "ac-x", "at": "2026-11-02T00:00:00Z"} -->'
    for login, state, body in (
        ("stranger", "APPROVED", ""),
        ("stranger", "COMMENTED", forged),
        ("li", "APPROVED", ""),
        ("wang", "APPROVED", ""),
        ("wang", "CHANGES_REQUESTED", "再看看"),
        ("li", "COMMENTED", "好"),
        ("li", "DISMISSED", ""),
    ):
        world.hub.reviewed(number, login, state, head, body)
    at = datetime.datetime(2026, 11, 2, 8, tzinfo=datetime.UTC)
    assert list(world.forge.approvals(number)) == [Approval(role="justice", subject="ac-li", commit=head, at=at)]


def test_an_approval_survives_words_that_would_end_its_mark(world: World) -> None:
    number = world.open()
    odd = Approval(role="justice", subject='--> {"role": "x"} @all', commit=world.hub.bare.head(BRANCH), at=AT)
    world.forge.approve(number, odd)
    assert list(world.forge.approvals(number)) == [odd]


def test_a13_titles_and_closing_remarks_are_inert(world: World) -> None:
    world.forge.push(BRANCH, world.forge.main(), commit())
    world.forge.open(BRANCH, "@everyone Closes #1\n" + "长" * 400, "正文" * 99_999, [], [])
    made = world.hub.pulls[0]
    assert made["title"].startswith("＠everyone Closes ＃1 长")
    assert len(made["title"]) <= 256
    assert len(made["body"]) <= 65_536
    world.forge.close(1, "撤回 @county/justice <img src=x> fixes #2")
    assert world.hub.comments[0]["body"] == (
        "<!-- mianzheng:closing -->\n撤回 ＠county\\/justice \\<img src\\=x\\> fixes ＃2"
    )


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        (405, "Base branch was modified. Review and try the merge again.", Unavailable),
        (405, 'Required status check "review" is expected.', Refusal),
        (409, "Head branch was modified. Review and try the merge again.", MovedOn),
        (401, "Bad credentials", Refusal),
        (403, "Resource not accessible by integration", Refusal),
        (404, "Not Found", Refusal),
    ],
)
def test_a_merge_that_github_will_not_make_is_later_or_for_a_person_or_to_be_made_anew(
    world: World, status: int, reason: str, kind: type[Exception]
) -> None:
    number = world.open()
    answer = Response(json.dumps({"message": reason}), status)
    world.hub.before = lambda call: answer if call.startswith("put") else None
    with pytest.raises(kind) as caught:
        world.forge.merge(number, world.hub.bare.head(BRANCH), "合并", AT)
    assert type(caught.value) is kind


def test_a_merge_that_github_cannot_judge_yet_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = world.open()
    monkeypatch.setattr(GitHub, "_merges", lambda *_: None)
    world.hub.before = lambda call: Response("{}", 405) if call.startswith("put") else None
    with pytest.raises(Unavailable, match="能不能合并"):
        world.forge.merge(number, world.hub.bare.head(BRANCH), "合并", AT)


@pytest.mark.parametrize("name", ["county", "county/list/more", "../list", "county/li st", "a/b?x"])
def test_a_repository_name_is_owner_and_name(world: World, name: str) -> None:
    with pytest.raises(Rejected, match="拥有者/名称"):
        GitHubForge(Api(Transport(now=lambda: AT), Token("x")), name, BOT)


def test_an_enterprise_address_is_used_as_given() -> None:
    assert (
        Transport("https://git.example.invalid/api/v3/", now=lambda: AT).address == "https://git.example.invalid/api/v3"
    )
    assert Transport(now=lambda: AT).address == PUBLIC == "https://api.github.com"


SECRET, BODY = b"It's a Secret to Everybody", b"Hello, World!"
SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
"""The example of GitHub's own guide."""


def _resigned(change: Callable[[bytes], bytes]) -> str:
    return "sha256=" + hmac.new(SECRET, change(BODY), hashlib.sha256).hexdigest()


def test_f53_a_rightly_signed_call_is_known() -> None:
    assert signed_by(SECRET, BODY, SIGNATURE)


@pytest.mark.parametrize(
    ("secret", "body", "header"),
    [
        (SECRET, BODY + b" ", SIGNATURE),
        (b"other", BODY, SIGNATURE),
        (SECRET, BODY, SIGNATURE.upper()),
        (SECRET, BODY, SIGNATURE.removeprefix("sha256=")),
        (SECRET, BODY, SIGNATURE.replace("sha256", "sha1")),
        (SECRET, BODY, ""),
        (SECRET, BODY, "sha256=签名"),
        (SECRET, BODY, _resigned(bytes.upper)),
        (b"", BODY, "sha256=" + hmac.new(b"", BODY, hashlib.sha256).hexdigest()),
    ],
    ids=["body", "secret", "case", "no name", "other digest", "none", "not ASCII", "of another body", "no secret"],
)
def test_f53_a_forged_call_is_known_too(secret: bytes, body: bytes, header: str) -> None:
    assert not signed_by(secret, body, header)
