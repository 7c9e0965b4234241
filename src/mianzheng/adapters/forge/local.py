"""The forge of one machine: a bare git repository with the review state beside it; several processes may share it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from mianzheng.adapters.forge import reviews
from mianzheng.adapters.forge.git_branches import GitBranches, opened
from mianzheng.adapters.forge.paths import MAIN, checked_branch
from mianzheng.adapters.forge.reviews import Review, reading, unique, writing
from mianzheng.adapters.forge.signing import Bot, Signature, seconds, stored_message
from mianzheng.adapters.forge.three_way import merged_tree
from mianzheng.errors import MovedOn, Rejected
from mianzheng.ports.forge import Approval, Commit, PullRequest

CLOSING = "closing"
"""Mark of the remark that says why a pull request was closed."""


class LocalForge:
    """`Forge` on the bare repository at `repository`; only files in `folder` may change.

    Whether an open pull request is merged is read from the main branch, so neither a crash between git and the review
    state nor a merge by hand leaves the two apart.
    """

    def __init__(self, repository: Path, *, folder: str = "catalog", bot: Bot | None = None) -> None:
        self.repository = repository
        self._folder = folder
        self._bot = bot or Bot()
        self._file = repository.with_name(f"{repository.stem}.reviews.sqlite3")
        self._kept = reviews.prepare(self._file)

    def _git(self) -> AbstractContextManager[GitBranches]:
        return opened(self.repository, self._folder, self._bot)

    def main(self) -> str:
        with self._git() as git:
            return _main(git)

    def push(self, branch: str, base: str, commit: Commit) -> str:
        with self._git() as git:
            newest = git.newest(checked_branch(branch))
            if not newest:
                finished = self._finished(branch)
                if finished:
                    return finished
                made = git.build(base, commit)
                if git.create(branch, made):
                    return made
                newest = git.newest(branch)
            held = git.held(newest, commit)
            if not held:
                raise Rejected(f"分支 {branch} 已经有别人的内容，没有改动它")
            return held

    def _finished(self, branch: str) -> str:
        """The last commit of a branch whose pull request is over: once gone, it stays gone."""
        with reading(self._file) as state:
            return next((review.head for review in state.of_branch(branch) if review.state != "open"), "")

    def add(self, branch: str, head: str, commit: Commit) -> str:
        with self._git() as git:
            made = git.build(head, commit)
            if git.advance(checked_branch(branch), head, made):
                return made
            newest = git.newest(branch)
            held = git.held(newest, commit) if newest else ""
            if not held:
                raise MovedOn(f"分支 {branch} 上已经有更新的内容，请看过以后再提交")
            return held

    def find(self, branch: str) -> Sequence[PullRequest]:
        with self._git() as git, reading(self._file) as state:
            return _presented(git, state.of_branch(branch))

    def open(self, branch: str, title: str, body: str, labels: Sequence[str], reviewers: Sequence[str]) -> PullRequest:
        with self._git() as git, writing(self._file) as state:
            shown = _presented(git, state.of_branch(checked_branch(branch)))
            present = next((one for one in shown if one.state == "open"), None)
            if present:
                return present
            main, head = _main(git), git.newest(branch)
            if not head or head == main or any(one.head == head and one.state == "merged" for one in shown):
                raise Rejected(f"分支 {branch} 上没有要合并的内容")
            review = Review(
                branch=branch,
                start=main,
                title=title,
                body=body,
                labels=unique(labels),
                reviewers=unique(reviewers),
                head=head,
            )
            return _presented(git, [state.add(review)])[0]

    def describe(self, number: int, title: str, body: str) -> None:
        with self._git() as git, writing(self._file) as state:
            if _presented(git, [state.get(number)])[0].state != "open":
                raise Rejected(f"{number} 号合并请求已经结束，说明不能再改")
            state.describe(number, title, body)

    def get(self, number: int) -> PullRequest:
        with self._git() as git, reading(self._file) as state:
            return _presented(git, [state.get(number)])[0]

    def listed(self, prefix: str) -> Sequence[PullRequest]:
        with self._git() as git, reading(self._file) as state:
            shown = _presented(git, [review for review in state.open() if review.branch.startswith(prefix)])
            return [one for one in shown if one.state == "open"]

    def remark(self, number: int, mark: str, text: str) -> None:
        with writing(self._file) as state:
            state.get(number)
            state.remark(number, mark, text)

    def remarks(self, number: int) -> dict[str, str]:
        """All remarks by their marks, for a page that shows the pull request. Raises RecordNotFound."""
        with reading(self._file) as state:
            state.get(number)
            return state.remarks(number)

    def review(self, number: int) -> Review:
        """What was written when it was opened: text, labels, reviewers. Raises RecordNotFound."""
        with reading(self._file) as state:
            return state.get(number)

    def approve(self, number: int, approval: Approval) -> None:
        with self._git() as git, writing(self._file) as state:
            shown = _presented(git, [state.get(number)])[0]
            if shown.state != "open":
                raise Rejected(f"{number} 号合并请求已经结束，不能再审核")
            git.commit(approval.commit)
            state.approve(number, approval)

    def approvals(self, number: int) -> Sequence[Approval]:
        with reading(self._file) as state:
            state.get(number)
            return state.approvals(number)

    def merge(self, number: int, head: str, message: str, at: datetime.datetime) -> str:
        with self._git() as git, writing(self._file) as state:
            shown = _presented(git, [state.get(number)])[0]
            if shown.state == "merged" and shown.head == head:
                state.finish(number, "merged", head, shown.merged_as)
                return shown.merged_as
            if shown.state != "open":
                raise MovedOn(f"{number} 号合并请求已经结束，没有合并这个版本")
            if shown.head != head:
                raise MovedOn(f"{number} 号合并请求有了更新的内容，请重新审核")
            signed = Signature(self._bot.name, seconds(at), stored_message(message))
            merged = self._merged(git, head, signed)
            state.finish(number, "merged", head, merged)
            return merged

    def _merged(self, git: GitBranches, head: str, signed: Signature) -> str:
        while True:
            main = _main(git)
            merged = git.write(merged_tree(git, main, head, self._folder), [main, head], signed)
            if git.advance(MAIN, main, merged):
                return merged

    def close(self, number: int, remark: str) -> None:
        with self._git() as git, writing(self._file) as state:
            shown = _presented(git, [state.get(number)])[0]
            if shown.state == "merged":
                raise Rejected(f"{number} 号合并请求已经合并，不能关闭")
            if shown.state == "open":
                state.remark(number, CLOSING, remark)
                state.finish(number, "closed", shown.head)


def _main(git: GitBranches) -> str:
    main = git.newest(MAIN)
    if not main:
        raise Rejected(f"清单仓库没有 {MAIN} 分支")
    return main


def _presented(git: GitBranches, stored: Iterable[Review]) -> list[PullRequest]:
    """Stored pull requests with what the branches say now."""
    shown = list(stored)
    starts = [review.start for review in shown if review.state == "open"]
    taken = git.merged_since(starts[0]) if starts else {}  # the oldest comes first: its start lies farthest back
    return [_shown(git, review, taken) for review in shown]


def _shown(git: GitBranches, review: Review, taken: dict[str, str]) -> PullRequest:
    state, head, merged_as = review.state, review.head, review.merged_as
    if state == "open":
        head = git.newest(review.branch) or head
        if head in taken:
            state, merged_as = "merged", taken[head]
    return PullRequest(
        number=review.number,
        branch=review.branch,
        head=head,
        state=state,
        title=review.title,
        merged_as=merged_as,
    )
