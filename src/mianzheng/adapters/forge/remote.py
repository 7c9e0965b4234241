"""What forges with branches elsewhere and a REST interface for pull requests share: GitHub, Gitee."""

from __future__ import annotations

import datetime
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mianzheng.adapters.forge.paths import MAIN, checked_branch
from mianzheng.adapters.forge.remarks import Remarks
from mianzheng.adapters.forge.rest import Api, Refusal
from mianzheng.adapters.forge.text import TEXT, TITLE, capped, inert, plain
from mianzheng.errors import MovedOn, RecordNotFound, Rejected
from mianzheng.ports.forge import Approval, Commit, PullRequest

CLOSING = "closing"


class Branches(Protocol):
    """Branches of the repository, wherever commits are made. Every method may raise Unavailable and Rejected."""

    def newest(self, branch: str) -> str:
        """The newest commit of a branch; empty when there is none."""

    def build(self, base: str, commit: Commit) -> str:
        """Write a commit on top of `base`; returns its id. Raises Rejected for a forbidden or empty change."""

    def create(self, branch: str, commit_id: str) -> bool:
        """Make a branch; False when there is one already."""

    def advance(self, branch: str, commit_id: str) -> bool:
        """Move a branch forward to a descendant; False when it stands elsewhere or is gone."""

    def held(self, head: str, commit: Commit) -> str:
        """The id of the commit below `head` (or `head`) that is this one, on whatever base; empty when none is."""


class RemoteForge(ABC):
    """`Forge` for the repository `owner/name`, whose pull requests lie at `pulls` of the interface.

    A body and a remark are Markdown in which words of users are inert already; titles and closing remarks are plain
    words. The forge dates a merge itself.
    """

    def __init__(self, api: Api, repository: str, branches: Branches, remarks: Remarks) -> None:
        self._api, self._repository = api, repository
        self._pulls = f"{home_of(repository)}/pulls"
        self._branches, self._remarks = branches, remarks

    @abstractmethod
    def _from(self, branch: str) -> str:
        """How the interface wants the branch to be named in a query."""

    @abstractmethod
    def _presented(self, found: Sequence[Mapping[str, Any]]) -> list[PullRequest]:
        """Pull requests as the port has them."""

    @abstractmethod
    def _complete(self, number: int, labels: Sequence[str], reviewers: Sequence[str]) -> None:
        """Add labels and reviewers to an open pull request."""

    @abstractmethod
    def approvals(self, number: int) -> Sequence[Approval]:
        """As the port says."""

    @abstractmethod
    def approve(self, number: int, approval: Approval) -> None:
        """As the port says."""

    @abstractmethod
    def _merge(self, shown: PullRequest, message: str) -> str:
        """Merge an open pull request; returns the commit on main. Raises MovedOn, Rejected, Unavailable."""

    def push(self, branch: str, base: str, commit: Commit) -> str:
        newest = self._branches.newest(checked_branch(branch))
        if not newest:
            finished = [one.head for one in self.find(branch) if one.state != "open"]
            if finished:
                return finished[0]  # its pull request is over and the branch is gone: it stays gone
            made = self._branches.build(base, commit)
            if self._branches.create(branch, made):
                return made
            newest = self._branches.newest(branch)
        held = self._held(newest, commit)
        if not held:
            raise Rejected(f"分支 {branch} 已经有别人的内容，没有改动它")
        return held

    def add(self, branch: str, head: str, commit: Commit) -> str:
        newest = self._branches.newest(checked_branch(branch))
        if newest == head:
            made = self._branches.build(head, commit)
            if self._branches.advance(branch, made):
                return made
            newest = self._branches.newest(branch)
        held = self._held(newest, commit)
        if not held:
            raise MovedOn(f"分支 {branch} 上已经有更新的内容，请看过以后再提交")
        return held

    def _held(self, newest: str, commit: Commit) -> str:
        """The commit of a branch that already holds this content, so a retry adds nothing; empty when none does."""
        return self._branches.held(newest, commit) if newest else ""

    def find(self, branch: str) -> Sequence[PullRequest]:
        there = self._api.pages(self._pulls, {"head": self._from(branch), "state": "all", **_OLDEST})
        return self._presented([one for one in there if one["head"]["ref"] == branch and self._ours(one)])

    def _ours(self, one: Mapping[str, Any]) -> bool:
        """Whether it comes from a branch here: branches of a fork may bear the same name."""
        home = one["head"]["repo"]
        return home is not None and str(home["full_name"]).lower() == self._repository.lower()

    def listed(self, prefix: str) -> Sequence[PullRequest]:
        there = self._api.pages(self._pulls, {"state": "open", **_OLDEST})
        ours = [one for one in there if one["head"]["ref"].startswith(prefix) and self._ours(one)]
        return [one for one in self._presented(ours) if one.state == "open"]

    def open(self, branch: str, title: str, body: str, labels: Sequence[str], reviewers: Sequence[str]) -> PullRequest:
        made = self._open_one(checked_branch(branch))
        if made is None:
            try:
                words = {**_words(title, body), "head": branch, "base": MAIN}
                (made,) = self._presented([self._api.write("POST", self._pulls, words)])
            except Refusal:  # there may be one by now
                made = self._open_one(branch)
                if made is None:
                    raise
        self._complete(made.number, labels, reviewers)
        return made

    def _open_one(self, branch: str) -> PullRequest | None:
        return next((one for one in self.find(branch) if one.state == "open"), None)

    def describe(self, number: int, title: str, body: str) -> None:
        if self.get(number).state != "open":
            raise Rejected(f"{number} 号合并请求已经结束，说明不能再改")
        self._api.write("PATCH", f"{self._pulls}/{number}", _words(title, body))

    def get(self, number: int) -> PullRequest:
        try:
            return self._presented([self._api.get(f"{self._pulls}/{number}")])[0]
        except Refusal as error:
            if error.status == 404:
                raise RecordNotFound(f"{self._api.service} 上没有 {number} 号合并请求") from error
            raise

    def remark(self, number: int, mark: str, text: str) -> None:
        self.get(number)
        self._remarks.put(number, mark, text)

    def merge(self, number: int, head: str, message: str, at: datetime.datetime) -> str:
        shown = self.get(number)
        if shown.state == "merged" and shown.head == head:
            return shown.merged_as
        if shown.state != "open":
            raise MovedOn(f"{number} 号合并请求已经结束，没有合并这个版本")
        if shown.head != head:
            raise MovedOn(f"{number} 号合并请求有了更新的内容，请重新审核")
        return self._merge(shown, message)

    def close(self, number: int, remark: str) -> None:
        shown = self.get(number)
        if shown.state == "open":
            try:
                self._api.write("PATCH", f"{self._pulls}/{number}", {"state": "closed"})
            except Refusal:
                if self.get(number).state != "merged":  # merged between the look and the word
                    raise
            shown = self.get(number)
        if shown.state == "merged":
            raise Rejected(f"{number} 号合并请求已经合并，不能关闭")
        if self._remarks.marked(number, CLOSING) is None:
            self._remarks.put(number, CLOSING, inert(remark, TEXT // 3))


_OLDEST = {"base": MAIN, "sort": "created", "direction": "asc"}


def _words(title: str, body: str) -> dict[str, str]:
    return {"title": plain(title, TITLE), "body": capped(body, TEXT)}


def home_of(repository: str) -> str:
    """The repository's part of the interface. Raises Rejected for what is no `owner/name`."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+/[A-Za-z0-9._-]+", repository):
        raise Rejected(f"仓库要写成 拥有者/名称，不能是 {repository!r}")
    return f"/repos/{repository}"


def title_and_rest(message: str) -> tuple[str, str]:
    """A commit's message as forges take it for a merge."""
    title, _, rest = message.strip().partition("\n")
    return title, rest.strip()
