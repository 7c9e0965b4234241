"""`Forge` on Gitee, by its interface v5; the shapes are unverified against the live service (see the package)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mianzheng.adapters.forge.mirror import Mirror
from mianzheng.adapters.forge.mirrored import MirroredBranches
from mianzheng.adapters.forge.remarks import Remarks, approval_in, recorded
from mianzheng.adapters.forge.remote import RemoteForge, home_of, title_and_rest
from mianzheng.adapters.forge.rest import Api, Refusal
from mianzheng.adapters.forge.signing import Bot
from mianzheng.errors import MovedOn, Rejected, Unavailable
from mianzheng.ports.forge import Approval, PullRequest


class GiteeForge(RemoteForge):
    """The repository `owner/name` behind a mirror, written to as `account`.

    `reviewers` of `open` are accounts, written `@login`, and become 审查人员; Gitee has no teams there, so teams
    (`@owner/team`) are left out. Approvals are comments of our account: what Gitee's own 审查 and 测试 ask for is for
    people there, and a merge that still lacks them waits for a person.
    """

    def __init__(
        self,
        api: Api,
        mirror: Mirror,
        repository: str,
        account: str,
        *,
        folder: str = "catalog",
        bot: Bot | None = None,
    ) -> None:
        pulls = f"{home_of(repository)}/pulls"
        self._mirror, self._through = mirror, MirroredBranches(mirror, folder, bot or Bot())
        remarks = Remarks(
            api, account, lambda number: f"{pulls}/{number}/comments", lambda id: f"{pulls}/comments/{id}"
        )
        super().__init__(api, repository, self._through, remarks)

    def main(self) -> str:
        return self._mirror.fetch()

    def _from(self, branch: str) -> str:
        return branch

    def _presented(self, found: Sequence[Mapping[str, Any]]) -> list[PullRequest]:
        """What came into main by hand is merged, whatever Gitee's own page says: the truth is in git."""
        if found:
            self._mirror.fetch()
        return [self._one(one) for one in found]

    def _one(self, one: Mapping[str, Any]) -> PullRequest:
        head, state, merged_as = one["head"]["sha"], one["state"], ""
        if one.get("merged_at"):
            state = "merged"
        if state in ("open", "merged"):
            merged_as = self._mirror.taken(head)
            if merged_as:
                state = "merged"
            elif state == "merged":  # squashed or rebased by hand
                merged_as = self._mirror.newest()
        return PullRequest(
            number=one["number"],
            branch=one["head"]["ref"],
            head=head,
            state=state,
            title=one["title"],
            merged_as=merged_as,
            address=one["html_url"],
        )

    def _complete(self, number: int, labels: Sequence[str], reviewers: Sequence[str]) -> None:
        if labels:
            self._api.write("POST", f"{self._pulls}/{number}/labels", list(labels))
        people = [name.removeprefix("@") for name in reviewers if "/" not in name]
        if people:
            self._api.write("POST", f"{self._pulls}/{number}/assignees", {"assignees": ",".join(people)})

    def approve(self, number: int, approval: Approval) -> None:
        shown = self.get(number)
        if shown.state != "open":
            raise Rejected(f"{number} 号合并请求已经结束，不能再审核")
        self._branches.newest(shown.branch)
        self._through.known(approval.commit)
        same = {(one.role, one.subject, one.commit) for one in self._given(number)}
        if (approval.role, approval.subject, approval.commit) not in same:
            self._remarks.add(number, recorded(approval))

    def approvals(self, number: int) -> Sequence[Approval]:
        self.get(number)
        return self._given(number)

    def _given(self, number: int) -> list[Approval]:
        found = (approval_in(one["body"] or "") for one in self._remarks.ours(number))
        return [one for one in found if one is not None]

    def _merge(self, shown: PullRequest, message: str) -> str:
        """Gitee's call names no commit, so it is looked at right before and right after."""
        number, head = shown.number, shown.head
        if self._branches.newest(shown.branch) != head:
            raise MovedOn(f"{number} 号合并请求有了更新的内容，请重新审核")
        self._through.checked_merge(self._mirror.newest(), head)
        title, rest = title_and_rest(message)
        body = {"merge_method": "merge", "prune_source_branch": False, "title": title, "description": rest}
        try:
            self._api.write("PUT", f"{self._pulls}/{number}/merge", body)
        except Refusal as error:
            now = self.get(number)
            if now.state == "open" and now.head == head:
                self._through.checked_merge(self._mirror.newest(), head)  # main may have moved at this moment
                raise
            if now.state != "merged":
                raise MovedOn(f"{number} 号合并请求现在不能合并：{error.reason}") from error
        return self._brought_in(number, head)

    def _brought_in(self, number: int, head: str) -> str:
        self._mirror.fetch()
        merged_as = self._mirror.taken(head)
        if not merged_as:
            raise Unavailable(f"Gitee 说 {number} 号已经合并，主分支上还看不到，稍后再看")
        if not self._through.merged_alone(merged_as, head):
            raise Rejected(f"{number} 号合并的一刻，分支上又有了没有审核过的提交，一起并入了清单，请马上看一看")
        return merged_as
