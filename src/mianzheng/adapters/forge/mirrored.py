"""Branches of a repository elsewhere, written here and sent by git: for forges whose interface cannot write a batch."""

from __future__ import annotations

from contextlib import AbstractContextManager

from mianzheng.adapters.forge.git_branches import GitBranches, opened
from mianzheng.adapters.forge.mirror import Mirror
from mianzheng.adapters.forge.signing import Bot
from mianzheng.adapters.forge.three_way import merged_tree
from mianzheng.errors import Rejected
from mianzheng.ports.forge import Commit


class MirroredBranches:
    """`remote.Branches` through a mirror. The server decides races: it takes what makes or forwards a branch only."""

    def __init__(self, mirror: Mirror, folder: str, bot: Bot) -> None:
        self._mirror, self._folder, self._bot = mirror, folder, bot

    def newest(self, branch: str) -> str:
        return self._mirror.follow(branch)

    def build(self, base: str, commit: Commit) -> str:
        if not self._mirror.holds(base):
            self._mirror.fetch()
        with self._git() as git:
            return git.build(base, commit)

    def create(self, branch: str, commit_id: str) -> bool:
        return self._mirror.send(commit_id, branch)

    def advance(self, branch: str, commit_id: str) -> bool:
        return self._mirror.send(commit_id, branch)

    def held(self, head: str, commit: Commit) -> str:
        with self._git() as git:
            return git.held(head, commit)

    def checked_merge(self, main: str, head: str) -> None:
        """Raises MovedOn when both changed a file, Rejected when `head` touches what it may not or is not there."""
        with self._git() as git:
            merged_tree(git, main, head, self._folder)

    def merged_alone(self, merged_as: str, head: str) -> bool:
        """Whether a merge brought in `head` and nothing on top of it."""
        with self._git() as git:
            return merged_as == head or head.encode() in git.commit(merged_as).parents

    def known(self, commit_id: str) -> None:
        """Raises Rejected when there is no such commit."""
        with self._git() as git:
            git.commit(commit_id)

    def _git(self) -> AbstractContextManager[GitBranches]:
        if not self._mirror.path.exists():
            raise Rejected(f"{self._mirror.path} 里还没有清单")
        return opened(self._mirror.path, self._folder, self._bot)
