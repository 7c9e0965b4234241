"""Forges: where a change to the list waits for review as a pull request."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from mianzheng.model import Record


class PullRequest(Record, kw_only=True):
    """合并请求 as the forge shows it. `head`: newest commit of its branch; `merged_as`: the commit on the main one."""

    number: int
    branch: str
    head: str
    state: Literal["open", "merged", "closed"]
    title: str
    merged_as: str = ""
    address: str = ""


class Approval(Record, kw_only=True):
    """A reviewer's yes to one commit; it says nothing about later ones (AP9)."""

    role: str
    subject: str
    commit: str
    at: datetime.datetime


class Commit(Record, kw_only=True):
    """What goes onto a branch: the same value on the same base gives the same commit id.

    `files` maps paths in the repository to their new bytes, None deletes. `author` is a body or post, never a person.
    """

    files: Mapping[str, bytes | None]
    message: str
    author: str
    at: datetime.datetime


class Forge(Protocol):
    """Branches and pull requests of the catalog's repository. No call forces, overwrites or deletes foreign work.

    Every method may raise Unavailable (it may or may not have happened: look before trying again) and Rejected (asking
    again will not help: rights, protected branch, foreign branch). MovedOn, a kind of Rejected, says that branch or
    list have moved on since: only then is there a point in making the same anew, all else is for a person.
    """

    def main(self) -> str:
        """The newest commit of the main branch."""

    def push(self, branch: str, base: str, commit: Commit) -> str:
        """Make a branch at `base` with one commit on top; returns the commit's id.

        A branch that already holds this commit, on whatever base, alone or below others, is left as it is. One that is
        gone after its pull request was merged or closed stays gone; then its last commit is returned. Raises Rejected
        when the branch holds foreign work or a file may not be changed.
        """

    def add(self, branch: str, head: str, commit: Commit) -> str:
        """One more commit on a branch whose newest is `head`; fast-forward only. Raises MovedOn when it moved on."""

    def find(self, branch: str) -> Sequence[PullRequest]:
        """All pull requests of a branch, in every state, oldest first."""

    def open(self, branch: str, title: str, body: str, labels: Sequence[str], reviewers: Sequence[str]) -> PullRequest:
        """Open a pull request to the main branch. Look with `find` before and after any error.

        If one is open it is returned, with labels and reviewers completed. `title` is plain words; `body` is Markdown
        in which words of users are inert already. Raises Rejected when the branch holds nothing new.
        """

    def describe(self, number: int, title: str, body: str) -> None:
        """Write title and text of an open pull request anew, as for `open`: what is read there is the latest.

        Raises Rejected when it is over.
        """

    def get(self, number: int) -> PullRequest:
        """One pull request as it is now. Raises RecordNotFound."""

    def listed(self, prefix: str) -> Sequence[PullRequest]:
        """All open pull requests whose branch begins with `prefix`."""

    def remark(self, number: int, mark: str, text: str) -> None:
        """Put a remark, in place of the one that bears the same mark."""

    def approve(self, number: int, approval: Approval) -> None:
        """Record a reviewer's yes; the same one twice counts once. Raises Rejected when the pull request is over."""

    def approvals(self, number: int) -> Sequence[Approval]:
        """Every recorded yes, oldest first, those to earlier commits included."""

    def merge(self, number: int, head: str, message: str, at: datetime.datetime) -> str:
        """Merge if the newest commit is still `head`; returns the commit on main. Merging twice gives the same.

        Raises MovedOn when the branch moved on, main changed the same, or the pull request is closed; Rejected when
        the forge's rules or our rights stand against it, or the branch holds what may not be merged.
        """

    def close(self, number: int, remark: str) -> None:
        """Close without merging; closing twice changes nothing. Raises Rejected when it is merged."""
