"""The list on disk as a bare repository has it: what the site is built from."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from mianzheng.errors import Unavailable

FOLDER = "catalog"


class WorkTree:
    """The folder `tree`, checked out beside the bare repository `bare`, which is there already; at `commit`."""

    def __init__(self, bare: Path, tree: Path) -> None:
        self.bare, self.tree = bare, tree
        self.commit = ""

    @property
    def catalog(self) -> Path:
        """The catalog folder in it."""
        return self.tree / FOLDER

    def bring_to(self, commit: str) -> None:
        """Make it show a commit; it is laid out at the first time. Raises Unavailable."""
        if not (self.tree / ".git").exists():
            shutil.rmtree(self.tree, ignore_errors=True)
            self._git("-C", str(self.bare), "worktree", "prune")
            self._git("-C", str(self.bare), "worktree", "add", "--detach", str(self.tree.resolve()), commit)
        self._git("-C", str(self.tree), "reset", "--quiet", "--hard", commit)
        self.commit = commit

    def _git(self, *arguments: str) -> None:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False, encoding="utf-8")
        if done.returncode:
            raise Unavailable(f"清单的工作副本更新不了：{done.stderr.strip()[:200]}")


class ShownList:
    """A list that is shown from a work tree of its repository."""

    _work: WorkTree

    @property
    def catalog(self) -> Path:
        """The catalog folder as it is published."""
        return self._work.catalog

    @property
    def commit(self) -> str:
        """The commit that the work tree shows."""
        return self._work.commit
