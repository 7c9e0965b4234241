"""`Forge` on GitHub."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

from mianzheng.adapters.forge.github.api import Api, Refusal
from mianzheng.adapters.forge.github.approvals import approvals_in, recorded
from mianzheng.adapters.forge.github.commits import Commits
from mianzheng.adapters.forge.paths import MAIN, checked_branch, checked_path
from mianzheng.adapters.forge.signing import Bot
from mianzheng.adapters.forge.text import capped, inert, plain
from mianzheng.errors import MovedOn, RecordNotFound, Rejected, Unavailable
from mianzheng.ports.forge import Approval, Commit, PullRequest

TITLE = 250
TEXT = 60_000
"""Characters; GitHub takes 256 and 65,536."""
CLOSING = "closing"

_MARK = re.compile(r"[a-z0-9-]{1,40}")


class GitHubForge:
    """The repository `owner/name`, written to as `account` (an App's is `slug[bot]`).

    `reviewers` maps GitHub accounts to the role and subject that their approvals count for. `reviewers` of `open` are
    accounts, or teams as `@owner/team`. A body and a remark are Markdown in which words of users are inert already;
    titles and closing remarks are plain words. GitHub dates a merge itself.
    """

    def __init__(
        self,
        api: Api,
        repository: str,
        account: str,
        *,
        reviewers: Mapping[str, tuple[str, str]] | None = None,
        folder: str = "catalog",
        bot: Bot | None = None,
    ) -> None:
        if not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", repository):
            raise Rejected(f"仓库要写成 拥有者/名称，不能是 {repository!r}")
        self._api, self._repository, self._account = api, repository, account
        self._owner = repository.partition("/")[0]
        self._home = f"/repos/{repository}"
        self._reviewers = dict(reviewers or {})
        self._folder = folder
        self._commits = Commits(api, self._home, folder, bot or Bot())

    def main(self) -> str:
        newest = self._commits.newest(MAIN)
        if not newest:
            raise Rejected(f"GitHub 上的 {self._repository} 没有 {MAIN} 分支，或者没有权限看它")
        return newest

    def push(self, branch: str, base: str, commit: Commit) -> str:
        newest = self._commits.newest(checked_branch(branch))
        if not newest:
            finished = [one.head for one in self.find(branch) if one.state != "open"]
            if finished:
                return finished[0]  # its pull request is over and the branch is gone: it stays gone
            made = self._commits.build(base, commit)
            if self._commits.create(branch, made):
                return made
            newest = self._commits.newest(branch)
        held = self._held(newest, commit)
        if not held:
            raise Rejected(f"分支 {branch} 已经有别人的内容，没有改动它")
        return held

    def add(self, branch: str, head: str, commit: Commit) -> str:
        newest = self._commits.newest(checked_branch(branch))
        if newest == head:
            made = self._commits.build(head, commit)
            if self._commits.advance(branch, made):
                return made
            newest = self._commits.newest(branch)
        held = self._held(newest, commit)
        if not held:
            raise MovedOn(f"分支 {branch} 上已经有更新的内容，请看过以后再提交")
        return held

    def _held(self, newest: str, commit: Commit) -> str:
        """The commit of a branch that already holds this content, so a retry adds nothing; empty when none does."""
        return self._commits.held(newest, commit) if newest else ""

    def find(self, branch: str) -> Sequence[PullRequest]:
        query = {"head": f"{self._owner}:{branch}", "base": MAIN, "state": "all", "sort": "created", "direction": "asc"}
        return [_presented(one) for one in self._api.pages(f"{self._home}/pulls", query) if self._ours(one, branch)]

    def _ours(self, one: Mapping[str, Any], branch: str) -> bool:
        """Whether it comes from a branch here: branches of a fork may bear the same name."""
        home = one["head"]["repo"]
        return one["head"]["ref"] == branch and home is not None and home["full_name"] == self._repository

    def open(self, branch: str, title: str, body: str, labels: Sequence[str], reviewers: Sequence[str]) -> PullRequest:
        made = self._open_one(checked_branch(branch))
        if made is None:
            words = {**_words(title, body), "head": branch, "base": MAIN}
            try:
                made = _presented(self._api.write("POST", f"{self._home}/pulls", words))
            except Refusal as error:
                if error.status != 422:
                    raise
                made = self._open_one(branch)
                if made is None:
                    raise
        if labels:
            self._api.write("POST", f"{self._home}/issues/{made.number}/labels", {"labels": list(labels)})
        if reviewers:
            self._api.write("POST", f"{self._home}/pulls/{made.number}/requested_reviewers", _asked(reviewers))
        return made

    def _open_one(self, branch: str) -> PullRequest | None:
        return next((one for one in self.find(branch) if one.state == "open"), None)

    def describe(self, number: int, title: str, body: str) -> None:
        if self.get(number).state != "open":
            raise Rejected(f"{number} 号合并请求已经结束，说明不能再改")
        self._api.write("PATCH", f"{self._home}/pulls/{number}", _words(title, body))

    def get(self, number: int) -> PullRequest:
        try:
            return _presented(self._api.get(f"{self._home}/pulls/{number}"))
        except Refusal as error:
            if error.status == 404:
                raise RecordNotFound(f"GitHub 上没有 {number} 号合并请求") from error
            raise

    def listed(self, prefix: str) -> Sequence[PullRequest]:
        query = {"base": MAIN, "state": "open", "sort": "created", "direction": "asc"}
        return [
            _presented(one)
            for one in self._api.pages(f"{self._home}/pulls", query)
            if one["head"]["ref"].startswith(prefix) and self._ours(one, one["head"]["ref"])
        ]

    def remark(self, number: int, mark: str, text: str) -> None:
        if not _MARK.fullmatch(mark):
            raise Rejected(f"备注的记号 {mark!r} 只能用小写字母、数字和 -")
        self.get(number)
        self._put_remark(number, mark, text)

    def _put_remark(self, number: int, mark: str, text: str) -> None:
        body = {"body": capped(_hidden(mark) + text, TEXT)}
        present = self._own_remark(number, mark)
        if present is None:
            self._api.write("POST", f"{self._home}/issues/{number}/comments", body)
        elif present["body"].replace("\r\n", "\n") != body["body"]:
            self._api.write("PATCH", f"{self._home}/issues/comments/{present['id']}", body)

    def _own_remark(self, number: int, mark: str) -> Mapping[str, Any] | None:
        """Our comment with the mark; anybody may write the mark, so the account counts."""
        for comment in self._api.pages(f"{self._home}/issues/{number}/comments"):
            ours = (comment["user"] or {}).get("login") == self._account
            if ours and comment.get("body", "").startswith(_hidden(mark).strip()):
                return dict(comment)
        return None

    def approve(self, number: int, approval: Approval) -> None:
        if self.get(number).state != "open":
            raise Rejected(f"{number} 号合并请求已经结束，不能再审核")
        same = {(one.role, one.subject, one.commit) for one in self.approvals(number)}
        if (approval.role, approval.subject, approval.commit) not in same:
            body = {"commit_id": approval.commit, "event": "COMMENT", "body": recorded(approval)}
            self._api.write("POST", f"{self._home}/pulls/{number}/reviews", body)

    def approvals(self, number: int) -> Sequence[Approval]:
        self.get(number)
        reviews = self._api.pages(f"{self._home}/pulls/{number}/reviews")
        return approvals_in(reviews, self._account, self._reviewers)

    def merge(self, number: int, head: str, message: str, at: datetime.datetime) -> str:
        shown = self.get(number)
        if shown.state == "merged" and shown.head == head:
            return shown.merged_as
        if shown.state != "open":
            raise MovedOn(f"{number} 号合并请求已经结束，没有合并这个版本")
        if shown.head != head:
            raise MovedOn(f"{number} 号合并请求有了更新的内容，请重新审核")
        for file in self._api.pages(f"{self._home}/pulls/{number}/files"):
            checked_path(file["filename"], self._folder)
            checked_path(file.get("previous_filename", file["filename"]), self._folder)
        title, _, rest = message.strip().partition("\n")
        body = {"sha": head, "merge_method": "merge", "commit_title": title, "commit_message": rest.strip()}
        try:
            return str(self._api.write("PUT", f"{self._home}/pulls/{number}/merge", body)["sha"])
        except Refusal as error:
            if error.status == 405 and "base branch was modified" in error.reason.lower():
                raise Unavailable("主分支刚刚有变化，请再合并一次") from error
            if error.status == 409 or (error.status == 405 and self._conflicts(number)):
                raise MovedOn(f"{number} 号合并请求现在不能合并：{error.reason}") from error
            raise

    def _conflicts(self, number: int) -> bool:
        """Whether main changed the same lines: GitHub says 405 to that and to what its rules still ask for alike.

        Raises Unavailable while GitHub is still working it out.
        """
        mergeable = self._api.get(f"{self._home}/pulls/{number}")["mergeable"]
        if mergeable is None:
            raise Unavailable(f"GitHub 还在看 {number} 号合并请求能不能合并，稍后再试")
        return not mergeable

    def close(self, number: int, remark: str) -> None:
        shown = self.get(number)
        if shown.state == "open":
            try:
                self._api.write("PATCH", f"{self._home}/pulls/{number}", {"state": "closed"})
            except Refusal:
                if self.get(number).state != "merged":  # merged between the look and the word
                    raise
            shown = self.get(number)
        if shown.state == "merged":
            raise Rejected(f"{number} 号合并请求已经合并，不能关闭")
        if self._own_remark(number, CLOSING) is None:
            self._put_remark(number, CLOSING, inert(remark, TEXT // 3))


def _words(title: str, body: str) -> dict[str, str]:
    return {"title": plain(title, TITLE), "body": capped(body, TEXT)}


def _hidden(mark: str) -> str:
    return f"<!-- mianzheng:{mark} -->\n"


def _asked(reviewers: Sequence[str]) -> dict[str, list[str]]:
    teams = [name.rpartition("/")[2] for name in reviewers if "/" in name]
    return {"reviewers": [name for name in reviewers if "/" not in name], "team_reviewers": teams}


def _presented(one: Mapping[str, Any]) -> PullRequest:
    merged = one["merged_at"] is not None
    return PullRequest(
        number=one["number"],
        branch=one["head"]["ref"],
        head=one["head"]["sha"],
        state="merged" if merged else one["state"],
        title=one["title"],
        merged_as=(one["merge_commit_sha"] or "") if merged else "",
        address=one["html_url"],
    )
