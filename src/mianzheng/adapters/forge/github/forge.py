"""`Forge` on GitHub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mianzheng.adapters.forge.github.approvals import approvals_in
from mianzheng.adapters.forge.github.commits import Commits
from mianzheng.adapters.forge.paths import checked_path
from mianzheng.adapters.forge.remarks import Remarks, recorded
from mianzheng.adapters.forge.remote import RemoteForge, home_of, title_and_rest
from mianzheng.adapters.forge.rest import Api, Refusal
from mianzheng.adapters.forge.signing import Bot
from mianzheng.errors import MovedOn, Rejected, Unavailable
from mianzheng.ports.forge import Approval, PullRequest


class GitHubForge(RemoteForge):
    """The repository `owner/name`, written to as `account` (an App's is `slug[bot]`).

    `reviewers` maps GitHub accounts to the role and subject that their approvals count for. `reviewers` of `open` are
    accounts, or teams as `@owner/team`.
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
        self._home = home_of(repository)
        self._account, self._reviewers, self._folder = account, dict(reviewers or {}), folder
        remarks = Remarks(
            api,
            account,
            lambda number: f"{self._home}/issues/{number}/comments",
            lambda id: f"{self._home}/issues/comments/{id}",
        )
        super().__init__(api, repository, Commits(api, self._home, folder, bot or Bot()), remarks)

    def main(self) -> str:
        newest = self._branches.newest("main")
        if not newest:
            raise Rejected(f"GitHub 上的 {self._repository} 没有 main 分支，或者没有权限看它")
        return newest

    def _from(self, branch: str) -> str:
        return f"{self._repository.partition('/')[0]}:{branch}"

    def _presented(self, found: Sequence[Mapping[str, Any]]) -> list[PullRequest]:
        return [_presented(one) for one in found]

    def _complete(self, number: int, labels: Sequence[str], reviewers: Sequence[str]) -> None:
        if labels:
            self._api.write("POST", f"{self._home}/issues/{number}/labels", {"labels": list(labels)})
        if reviewers:
            self._api.write("POST", f"{self._pulls}/{number}/requested_reviewers", _asked(reviewers))

    def approve(self, number: int, approval: Approval) -> None:
        if self.get(number).state != "open":
            raise Rejected(f"{number} 号合并请求已经结束，不能再审核")
        same = {(one.role, one.subject, one.commit) for one in self.approvals(number)}
        if (approval.role, approval.subject, approval.commit) not in same:
            body = {"commit_id": approval.commit, "event": "COMMENT", "body": recorded(approval)}
            self._api.write("POST", f"{self._pulls}/{number}/reviews", body)

    def approvals(self, number: int) -> Sequence[Approval]:
        self.get(number)
        reviews = self._api.pages(f"{self._pulls}/{number}/reviews")
        return approvals_in(reviews, self._account, self._reviewers)

    def _merge(self, shown: PullRequest, message: str) -> str:
        number = shown.number
        for file in self._api.pages(f"{self._pulls}/{number}/files"):
            checked_path(file["filename"], self._folder)
            checked_path(file.get("previous_filename", file["filename"]), self._folder)
        title, rest = title_and_rest(message)
        body = {"sha": shown.head, "merge_method": "merge", "commit_title": title, "commit_message": rest}
        try:
            return str(self._api.write("PUT", f"{self._pulls}/{number}/merge", body)["sha"])
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
        mergeable = self._api.get(f"{self._pulls}/{number}")["mergeable"]
        if mergeable is None:
            raise Unavailable(f"GitHub 还在看 {number} 号合并请求能不能合并，稍后再试")
        return not mergeable


def _asked(reviewers: Sequence[str]) -> dict[str, list[str]]:
    teams = [name.rpartition("/")[2] for name in reviewers if "/" in name]
    people = [name.removeprefix("@") for name in reviewers if "/" not in name]
    return {"reviewers": people, "team_reviewers": teams}


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
