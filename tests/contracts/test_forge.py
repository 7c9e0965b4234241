"""One contract for every `Forge`: the local one, and GitHub and Gitee as the stand-ins play them.

F and A numbers are those of the list of faults and attacks that a forge has to bear.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mianzheng.adapters.forge.founding import founded
from mianzheng.adapters.forge.gitee.connecting import transport
from mianzheng.adapters.forge.gitee.forge import GiteeForge
from mianzheng.adapters.forge.github.api import Transport
from mianzheng.adapters.forge.github.forge import GitHubForge
from mianzheng.adapters.forge.local import LocalForge
from mianzheng.adapters.forge.mirror import Mirror
from mianzheng.adapters.forge.rest import Api, Token
from mianzheng.errors import MovedOn, RecordNotFound, Rejected, Unavailable
from mianzheng.ports.forge import Approval, Commit, Forge, PullRequest
from tests.stand_ins import gitee
from tests.stand_ins.bare import Bare
from tests.stand_ins.faults import FailingForge, counted
from tests.stand_ins.github import BOT, NAME, OWNER, GitHub
from tests.stand_ins.serving import serving

AT = datetime.datetime(2026, 11, 2, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
ITEM = "catalog/places/shili/items/bd-aaaaaa/zm-aaaaaa.yaml"
BRANCH = "proposals/P-2026-000123"


def item(explain: str) -> str:
    return f"id: zm-aaaaaa\nkind: kd-aaaaaa\nexplain: {explain}\n"


def commit(text: str = "您不用交了。", path: str = ITEM, proposal: str = "P-2026-000123", **changes: object) -> Commit:
    fields = {
        "files": {path: item(text).encode()},
        "message": f"变更：婚姻状况证明\n\nProposal-Id: {proposal}",
        "author": "民政局",
        "at": AT,
    }
    return Commit(**(fields | changes))  # type: ignore[arg-type]


def approval(head: str, subject: str = "ac-1", role: str = "justice") -> Approval:
    return Approval(role=role, subject=subject, commit=head, at=AT + datetime.timedelta(days=1))


@dataclass
class Room:
    """A forge over a bare repository; `again` makes a second one on the same state, as after a restart.

    `text` gives what people read in a pull request.
    """

    bare: Bare
    again: Callable[[], Forge]
    text: Callable[[int], str]

    def __post_init__(self) -> None:
        self.forge = self.again()

    def opened(self, branch: str = BRANCH, change: Commit | None = None) -> PullRequest:
        self.forge.push(branch, self.forge.main(), change or commit())
        return self.forge.open(branch, "变更：婚姻状况证明", "正文", ["清单调整"], [])


@pytest.fixture
def bare(tmp_path: Path) -> Bare:
    folder = tmp_path / "catalog"
    for path, text in {ITEM: item("请交证明。"), "catalog/kinds/kd-aaaaaa.yaml": "id: kd-aaaaaa\n"}.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    assert founded(folder, tmp_path / "catalog.git", AT - datetime.timedelta(days=9))
    return Bare(tmp_path / "catalog.git")


@pytest.fixture
def hub(bare: Bare) -> GitHub:
    return GitHub(bare)


def github_forge(address: str, **options: object) -> GitHubForge:
    transport = Transport(address, now=lambda: datetime.datetime(2026, 11, 2, 2, tzinfo=datetime.UTC))
    api = Api(transport, Token("ghp_test"), sleep=lambda seconds: None)
    return GitHubForge(api, f"{OWNER}/{NAME}", BOT, **options)  # type: ignore[arg-type]


def gitee_forge(address: str, mirror: Path) -> GiteeForge:
    now = datetime.datetime(2026, 11, 2, 2, tzinfo=datetime.UTC)
    api = Api(transport(f"{address}/api/v5", lambda: now), Token(gitee.TOKEN), sleep=lambda seconds: None)
    behind = Mirror(mirror, f"{address}/{gitee.OWNER}/{gitee.NAME}.git", lambda: gitee.TOKEN, user=gitee.BOT)
    return GiteeForge(api, behind, f"{gitee.OWNER}/{gitee.NAME}", gitee.BOT)


class ForgeContract:
    """What every forge promises; `room` is given by the subclass."""

    def test_main_is_the_newest_commit_of_the_main_branch(self, room: Room) -> None:
        assert room.forge.main() == room.bare.head("main")
        assert room.forge.main() != (moved := room.bare.commit("main", {ITEM: item("改了。")})) == room.forge.main()
        assert moved

    def test_a_push_makes_a_branch_with_one_commit_of_the_body_dated_as_submitted(self, room: Room) -> None:
        main = room.forge.main()
        made = room.forge.push(BRANCH, main, commit())
        assert room.bare.head(BRANCH) == made
        shown = room.bare.git("show", "-s", "--format=%P|%an|%aI|%cn|%cI|%B", made).split("|")
        assert shown[:2] == [main, "民政局"]
        assert shown[3] == "免证清单"
        assert datetime.datetime.fromisoformat(shown[2]) == datetime.datetime.fromisoformat(shown[4]) == AT
        assert shown[5] == "变更：婚姻状况证明\n\nProposal-Id: P-2026-000123"
        assert room.bare.git("diff", "--name-only", main, made) == ITEM
        assert room.bare.file(made, ITEM) == item("您不用交了。").strip()

    def test_a_batch_adds_changes_and_deletes_in_one_commit(self, room: Room) -> None:
        files = {ITEM: None, "catalog/a/b/c.yaml": b"x: 1\n", "catalog/kinds/kd-aaaaaa.yaml": "名: 新\n".encode()}
        made = room.forge.push(BRANCH, room.forge.main(), commit(files=files))
        assert room.bare.git("diff", "--name-status", "main", made).split() == [
            *("A", "catalog/a/b/c.yaml"),
            *("M", "catalog/kinds/kd-aaaaaa.yaml"),
            *("D", ITEM),
        ]
        assert room.bare.faults() == ""

    def test_the_same_commit_on_the_same_base_has_the_same_id_on_every_forge(self, room: Room) -> None:
        made = room.forge.push(BRANCH, room.forge.main(), commit())
        local = LocalForge(room.bare.path)
        assert local.push("proposals/other", local.main(), commit()) == made

    def test_a_commit_is_never_dated_before_its_base_so_that_git_walks_right(self, room: Room) -> None:
        made = room.forge.push(BRANCH, room.bare.commit("main", {ITEM: item("刚改。")}), commit())
        dates = room.bare.git("show", "-s", "--format=%at %ct", made).split()
        assert int(dates[0]) == int(AT.timestamp())
        assert int(dates[1]) == int(room.bare.git("show", "-s", "--format=%ct", "main"))

    def test_f40_after_a_crash_between_push_and_open_the_branch_is_taken_as_ours(self, room: Room) -> None:
        main = room.forge.main()
        made = room.forge.push(BRANCH, main, commit())
        later = room.again()
        assert later.push(BRANCH, main, commit()) == made
        assert later.open(BRANCH, "题目", "正文", [], []).head == made
        assert room.bare.git("rev-list", "--count", f"main..{BRANCH}") == "1"

    def test_f40_it_is_ours_also_when_main_moved_meanwhile(self, room: Room) -> None:
        made = room.forge.push(BRANCH, room.forge.main(), commit())
        moved = room.bare.commit("main", {"catalog/kinds/kd-aaaaaa.yaml": "id: kd-aaaaaa\nname: 新\n"})
        assert room.again().push(BRANCH, moved, commit()) == made == room.bare.head(BRANCH)

    def test_f42_a_branch_with_foreign_work_is_refused_and_left_alone(self, room: Room) -> None:
        room.bare.git("update-ref", f"refs/heads/{BRANCH}", "main")
        foreign = room.bare.commit(BRANCH, {ITEM: item("别人写的。")}, "别人的")
        with pytest.raises(Rejected, match="别人的内容") as caught:
            room.forge.push(BRANCH, room.forge.main(), commit())
        assert not isinstance(caught.value, MovedOn), "a person has to look"
        assert room.bare.head(BRANCH) == foreign

    def test_f42_another_proposal_does_not_pass_as_ours(self, room: Room) -> None:
        made = room.forge.push(BRANCH, room.forge.main(), commit(proposal="P-1"))
        with pytest.raises(Rejected):
            room.forge.push(BRANCH, room.forge.main(), commit(proposal="P-2"))
        with pytest.raises(Rejected):
            room.forge.push(BRANCH, room.forge.main(), commit(proposal="P-1", at=AT + datetime.timedelta(seconds=1)))
        assert room.bare.head(BRANCH) == made

    def test_f43_a_reviewers_fix_stays_and_a_revision_goes_on_top(self, room: Room) -> None:
        made = room.forge.push(BRANCH, room.forge.main(), commit())
        fix = room.bare.commit(BRANCH, {"catalog/kinds/kd-aaaaaa.yaml": "id: kd-aaaaaa\nname: 改正\n"})
        assert room.forge.push(BRANCH, room.forge.main(), commit()) == made
        assert room.bare.head(BRANCH) == fix
        revision = commit("补正后的话。", at=AT + datetime.timedelta(days=2))
        with pytest.raises(MovedOn, match="更新的内容"):
            room.forge.add(BRANCH, made, revision)
        added = room.forge.add(BRANCH, fix, revision)
        assert room.bare.git("rev-list", "--reverse", f"main..{BRANCH}").split() == [made, fix, added]
        assert room.bare.file(BRANCH, ITEM) == item("补正后的话。").strip()

    def test_adding_the_same_twice_adds_once_also_below_a_later_fix(self, room: Room) -> None:
        made = room.forge.push(BRANCH, room.forge.main(), commit())
        revision = commit("补正。", at=AT + datetime.timedelta(days=2))
        added = room.forge.add(BRANCH, made, revision)
        assert room.again().add(BRANCH, made, revision) == added == room.bare.head(BRANCH)
        room.bare.commit(BRANCH, {ITEM: item("审核员改的。")})
        assert room.again().add(BRANCH, made, revision) == added
        assert room.bare.git("rev-list", "--count", f"main..{BRANCH}") == "3"

    def test_adding_to_a_branch_that_is_gone_is_refused(self, room: Room) -> None:
        with pytest.raises(Rejected):
            room.forge.add(BRANCH, room.forge.main(), commit())
        assert room.bare.branches() == ["main"]

    def test_opening_shows_the_pull_request_and_opening_again_gives_the_same(self, room: Room) -> None:
        shown = room.opened()
        assert (shown.number, shown.branch, shown.state, shown.merged_as) == (1, BRANCH, "open", "")
        assert shown.head == room.bare.head(BRANCH)
        assert shown.title == "变更：婚姻状况证明"
        assert room.again().open(BRANCH, "别的题目", "别的正文", [], []) == shown
        assert list(room.forge.find(BRANCH)) == [shown] == list(room.forge.listed("proposals/"))
        assert room.forge.get(1) == shown
        assert list(room.forge.listed("registers/")) == []

    def test_title_and_text_are_written_anew_while_it_is_open(self, room: Room) -> None:
        room.opened()
        room.forge.describe(1, "变更：改过的题目", "```mianzheng-proposal\n{}\n```")
        room.again().describe(1, "变更：改过的题目", "```mianzheng-proposal\n{}\n```")
        assert room.forge.get(1).title == "变更：改过的题目"
        assert room.text(1) == "```mianzheng-proposal\n{}\n```"
        room.forge.close(1, "撤回")
        with pytest.raises(Rejected, match="已经结束"):
            room.forge.describe(1, "题目", "正文")

    @pytest.mark.parametrize("branch", [BRANCH, "proposals/empty"])
    def test_a_branch_without_anything_new_cannot_be_opened(self, room: Room, branch: str) -> None:
        room.bare.git("update-ref", "refs/heads/proposals/empty", "main")
        with pytest.raises(Rejected):
            room.forge.open(branch, "题目", "正文", [], [])
        assert list(room.forge.find(branch)) == []

    @pytest.mark.parametrize("number", [0, 7])
    def test_a_pull_request_that_is_none_is_not_found(self, room: Room, number: int) -> None:
        for call in (
            lambda: room.forge.get(number),
            lambda: room.forge.describe(number, "题目", "正文"),
            lambda: room.forge.remark(number, "report", "话"),
            lambda: room.forge.approvals(number),
            lambda: room.forge.approve(number, approval(room.forge.main())),
            lambda: room.forge.merge(number, room.forge.main(), "合并", AT),
            lambda: room.forge.close(number, "撤回"),
        ):
            with pytest.raises(RecordNotFound):
                call()

    def test_f44_a_merged_and_deleted_branch_is_not_made_again(self, room: Room) -> None:
        main = room.forge.main()
        shown = room.opened()
        room.forge.merge(1, shown.head, "合并", AT)
        room.bare.git("update-ref", "-d", f"refs/heads/{BRANCH}")
        assert room.again().push(BRANCH, main, commit()) == shown.head
        assert room.bare.branches() == ["main"]
        assert [one.state for one in room.forge.find(BRANCH)] == ["merged"]
        with pytest.raises(Rejected):
            room.forge.open(BRANCH, "题目", "正文", [], [])

    def test_f45_a_closed_one_is_shown_closed_and_its_branch_may_be_opened_anew(self, room: Room) -> None:
        shown = room.opened()
        room.forge.close(1, "申请单位撤回")
        room.forge.close(1, "又一次")
        assert [one.state for one in room.forge.find(BRANCH)] == ["closed"]
        assert list(room.forge.listed("proposals/")) == []
        again = room.forge.open(BRANCH, "题目", "正文", [], [])
        assert (again.number, again.state, again.head) == (2, "open", shown.head)
        assert [one.state for one in room.forge.find(BRANCH)] == ["closed", "open"]

    def test_f46_what_is_merged_cannot_be_closed_and_what_is_closed_cannot_be_merged(self, room: Room) -> None:
        shown = room.opened()
        room.forge.merge(1, shown.head, "合并", AT)
        with pytest.raises(Rejected, match="已经合并"):
            room.forge.close(1, "撤回")
        assert room.forge.get(1).state == "merged"
        other = room.opened("proposals/P-2", commit("另一句。", proposal="P-2"))
        room.forge.close(2, "撤回")
        with pytest.raises(MovedOn, match="已经结束"):
            room.forge.merge(2, other.head, "合并", AT)
        assert room.bare.file("main", ITEM) == item("您不用交了。").strip()

    def test_merging_makes_a_merge_commit_and_merging_again_gives_the_same(self, room: Room) -> None:
        main, shown = room.forge.main(), room.opened()
        merged = room.forge.merge(1, shown.head, "合并：婚姻状况证明\n\nProposal-Id: P-2026-000123", AT)
        assert room.forge.main() == merged == room.again().merge(1, shown.head, "合并", AT)
        assert room.bare.git("show", "-s", "--format=%P", "main").split() == [main, shown.head]
        assert room.bare.git("show", "-s", "--format=%B", "main").endswith("Proposal-Id: P-2026-000123")
        assert room.bare.file("main", ITEM) == item("您不用交了。").strip()
        now = room.forge.get(1)
        assert (now.state, now.merged_as, now.head) == ("merged", merged, shown.head)
        assert room.bare.faults() == ""

    def test_a_newer_commit_than_the_reviewed_one_is_not_merged(self, room: Room) -> None:
        shown, main = room.opened(), room.forge.main()
        newer = room.bare.commit(BRANCH, {ITEM: item("没有审核过的话。")})
        assert room.forge.get(1).head == newer
        with pytest.raises(MovedOn, match="重新审核"):
            room.forge.merge(1, shown.head, "合并", AT)
        assert room.forge.main() == main

    def test_f48_main_moved_fifty_commits_elsewhere_and_the_merge_keeps_both(self, room: Room) -> None:
        shown = room.opened()
        for number in range(50):
            room.bare.commit("main", {f"catalog/kinds/kd-{number:06}.yaml": "x: 1\n"})
        room.forge.merge(1, shown.head, "合并", AT)
        assert room.bare.file("main", ITEM) == item("您不用交了。").strip()
        assert len(room.bare.git("ls-tree", "--name-only", "main:catalog/kinds").split()) == 51

    def test_f47_two_changes_of_the_same_line_do_not_both_merge(self, room: Room) -> None:
        first = room.opened("proposals/P-1", commit("第一句。", proposal="P-1"))
        second = room.opened("proposals/P-2", commit("第二句。", proposal="P-2"))
        merged = room.forge.merge(first.number, first.head, "合并", AT)
        with pytest.raises(MovedOn):
            room.forge.merge(second.number, second.head, "合并", AT)
        assert room.forge.main() == merged
        assert room.forge.get(second.number).state == "open"

    def test_a_merge_by_hand_is_seen(self, room: Room) -> None:
        shown = room.opened()
        tree = room.bare.git("rev-parse", f"{shown.head}^{{tree}}")
        by_hand = room.bare.git("commit-tree", tree, "-p", "main", "-p", shown.head, "-m", "手工合并")
        room.bare.git("update-ref", "refs/heads/main", by_hand)
        assert (room.forge.get(1).state, room.forge.get(1).merged_as) == ("merged", by_hand)
        assert list(room.forge.listed("proposals/")) == []
        assert room.forge.merge(1, shown.head, "合并", AT) == by_hand == room.forge.main()

    def test_an_approval_counts_once_for_its_commit_and_stays_listed(self, room: Room) -> None:
        shown = room.opened()
        yes = [approval(shown.head), approval(shown.head, "ac-2", "joint_conference_office")]
        for one in (*yes, yes[0]):
            room.forge.approve(1, one)
        assert list(room.again().approvals(1)) == yes
        newer = room.forge.add(BRANCH, shown.head, commit("补正。", at=AT + datetime.timedelta(days=3)))
        room.forge.approve(1, approval(newer))
        assert [one.commit for one in room.forge.approvals(1)] == [shown.head, shown.head, newer]

    def test_what_is_over_or_elsewhere_cannot_be_approved(self, room: Room) -> None:
        shown = room.opened()
        with pytest.raises(Rejected):
            room.forge.approve(1, approval("0" * 40))
        room.forge.close(1, "撤回")
        with pytest.raises(Rejected):
            room.forge.approve(1, approval(shown.head))
        assert list(room.forge.approvals(1)) == []

    @pytest.mark.parametrize(
        "path",
        [
            "README.md",
            ".github/workflows/x.yml",
            "../../.github/workflows/x.yml",
            "catalog/../.github/workflows/x.yml",
            "/catalog/a.yaml",
            "catalog//a.yaml",
            "catalog/./a.yaml",
            "catalog/",
            "catalog",
            "",
            "catalog/a\0.yaml",
            "catalog/a\n.yaml",
            "catalog/.git/config",
            "catalog/.hidden.yaml",
            "Catalog/a.yaml",
            "catalog/a\\b.yaml",
            "catalog/a\u0301.yaml",
            "catalog/" + "a" * 500,
            "catalog/Kinds/kd-aaaaaa.yaml",
            "catalog/kinds/KD-aaaaaa.yaml",
            "catalog/kinds/kd-aaaaaa.yaml/x.yaml",
            "catalog/kinds",
        ],
    )
    def test_a12_a_path_outside_the_catalog_is_refused_and_nothing_is_made(self, room: Room, path: str) -> None:
        with pytest.raises(Rejected):
            room.forge.push(BRANCH, room.forge.main(), commit(path=path))
        assert room.bare.branches() == ["main"]

    @pytest.mark.parametrize("path", ["catalog/link", "catalog/link/a.yaml"])
    def test_a12_a_link_is_neither_followed_nor_replaced(self, room: Room, path: str) -> None:
        base = room.bare.commit("main", {"catalog/link": "../.github"}, modes={"catalog/link": "120000"})
        with pytest.raises(Rejected, match="普通的文件"):
            room.forge.push(BRANCH, base, commit(path=path))
        assert room.bare.branches() == ["main"]

    @pytest.mark.parametrize("branch", ["main", "a/../main", "proposals/", "-x/y", "a/b.lock", "P/1", "a/b c", ""])
    def test_a12_a_branch_of_another_form_is_refused(self, room: Room, branch: str) -> None:
        with pytest.raises(Rejected):
            room.forge.push(branch, room.forge.main(), commit())
        with pytest.raises(Rejected):
            room.forge.add(branch, room.forge.main(), commit())
        assert room.bare.branches() == ["main"]

    @pytest.mark.parametrize(
        "files",
        [
            {},
            {"catalog/none.yaml": None},
            {ITEM: item("请交证明。").encode()},
            {"catalog/a.yaml": b"x", "catalog/a.yaml/b.yaml": b"y"},
            {"catalog/a.yaml": b"\xff\xfe"},
            {"catalog/a.yaml": b"a\0b"},
        ],
        ids=["nothing", "deleting nothing", "no change", "file and folder", "no text", "NUL"],
    )
    def test_a_commit_that_makes_no_sense_is_refused(self, room: Room, files: dict[str, bytes | None]) -> None:
        with pytest.raises(Rejected):
            room.forge.push(BRANCH, room.forge.main(), commit(files=files))
        assert room.bare.branches() == ["main"]

    def test_a12_a_branch_that_touches_other_files_is_not_merged(self, room: Room) -> None:
        room.opened()
        head = room.bare.commit(BRANCH, {".github/workflows/x.yml": "on: push\n"})
        with pytest.raises(Rejected, match="只能改 catalog/") as caught:
            room.forge.merge(1, head, "合并", AT)
        assert not isinstance(caught.value, MovedOn), "made anew it would be the same"
        assert room.forge.get(1).state == "open"

    def test_names_and_messages_cannot_forge_headers_of_a_commit(self, room: Room) -> None:
        forged = commit(author="民政局 <a@b>\nparent 0", message="题目\0\n\nProposal-Id: P-1\n\n\n")
        made = room.forge.push(BRANCH, room.forge.main(), forged)
        lines = room.bare.git("cat-file", "commit", made).split("\n")
        assert lines[2].startswith("author 民政局")
        assert [line.split()[0] for line in lines[:4]] == ["tree", "parent", "author", "committer"]
        assert lines[4:] == ["", "题目", "", "Proposal-Id: P-1"]
        assert room.forge.push(BRANCH, room.forge.main(), forged) == made

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_f41_a_failure_of_any_call_before_or_after_it_worked_leaves_one_pull_request(
        self, room: Room, when: str
    ) -> None:
        calls = counted(lambda forge: _delivered(forge, "proposals/count", "P-0"), room.forge)
        assert calls >= 5
        for number in range(1, calls + 1):
            branch, proposal = f"proposals/P-{number}", f"P-{number}"
            failing = FailingForge(room.again(), number, when)
            with pytest.raises(Unavailable):
                _delivered(failing, branch, proposal)
            merged = _delivered(room.again(), branch, proposal)
            assert _delivered(room.again(), branch, proposal) == merged
            assert [one.state for one in room.forge.find(branch)] == ["merged"]
            assert room.bare.git("log", "--merges", "--format=%H", f"--grep=Merge {proposal}$", "main").split() == [
                merged
            ]
        assert room.bare.faults() == ""


def _delivered(forge: Forge, branch: str, proposal: str) -> str:
    """What the worker and the reviewer do with a proposal, in the order the port asks for."""
    path = f"catalog/kinds/kd-{proposal.removeprefix('P-'):0>6}.yaml"
    base = forge.main()
    forge.push(branch, base, commit(path=path, proposal=proposal))
    found = forge.find(branch)
    shown = found[0] if found else forge.open(branch, proposal, "正文", ["清单调整"], [])
    if shown.state == "open":
        forge.remark(shown.number, "report", "报告")
        forge.approve(shown.number, approval(shown.head))
    return forge.merge(shown.number, shown.head, f"Merge {proposal}", AT)


class TestLocal(ForgeContract):
    @pytest.fixture
    def room(self, bare: Bare) -> Room:
        return Room(bare, lambda: LocalForge(bare.path), lambda number: LocalForge(bare.path).review(number).body)

    def test_it_keeps_text_labels_reviewers_and_remarks_for_its_page(self, room: Room) -> None:
        forge = LocalForge(room.bare.path)
        forge.push(BRANCH, forge.main(), commit())
        forge.open(BRANCH, "题目", "正文", ["清单调整", "清单调整"], ["justice"])
        kept = forge.review(1)
        assert (kept.title, kept.body, kept.labels, kept.reviewers) == ("题目", "正文", ("清单调整",), ("justice",))
        forge.remark(1, "report", "第一版")
        forge.remark(1, "report", "第二版")
        forge.close(1, "申请单位撤回")
        assert forge.remarks(1) == {"closing": "申请单位撤回", "report": "第二版"}

    def test_a_link_on_the_branch_is_not_merged(self, room: Room) -> None:
        room.opened()
        head = room.bare.commit(BRANCH, {"catalog/link": "/etc/passwd"}, modes={"catalog/link": "120000"})
        with pytest.raises(Rejected, match="普通的文件"):
            room.forge.merge(1, head, "合并", AT)

    def test_a_history_of_its_own_is_not_merged(self, room: Room) -> None:
        orphan = room.bare.git("commit-tree", "main^{tree}", "-m", "没有来历")
        room.bare.git("update-ref", f"refs/heads/{BRANCH}", orphan)
        room.bare.commit(BRANCH, {ITEM: item("别的。")})
        shown = room.forge.open(BRANCH, "题目", "正文", [], [])
        with pytest.raises(Rejected, match="主分支"):
            room.forge.merge(1, shown.head, "合并", AT)


class TestGitHub(ForgeContract):
    @pytest.fixture
    def room(self, bare: Bare, hub: GitHub) -> Iterator[Room]:
        with serving(hub) as address:
            yield Room(bare, lambda: github_forge(address), lambda number: str(hub.pulls[number - 1]["body"]))
        assert hub.wrong == []


class TestGitee(ForgeContract):
    @pytest.fixture
    def room(self, bare: Bare, tmp_path: Path) -> Iterator[Room]:
        hub = gitee.Gitee(bare)
        with serving(hub) as address:
            mirror = tmp_path / "mirror.git"
            yield Room(bare, lambda: gitee_forge(address, mirror), lambda number: str(hub.pulls[number - 1]["body"]))
        assert hub.wrong == []


def test_the_failing_forge_fails_where_it_is_told(bare: Bare) -> None:
    forge = LocalForge(bare.path)
    before = FailingForge(forge, 2, "before")
    before.main()
    with pytest.raises(Unavailable):
        before.push(BRANCH, forge.main(), commit())
    assert bare.branches() == ["main"]
    with pytest.raises(Unavailable):
        FailingForge(forge, 1, "after").push(BRANCH, forge.main(), commit())
    assert bare.branches() == ["main", BRANCH]
