"""A bare repository under a forge, worked on by the git command: what reviewers and other people do by hand."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

PERSON = {
    "GIT_AUTHOR_NAME": "审核员",
    "GIT_AUTHOR_EMAIL": "reviewer@example.invalid",
    "GIT_COMMITTER_NAME": "审核员",
    "GIT_COMMITTER_EMAIL": "reviewer@example.invalid",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
}


class Bare:
    """The repository at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def git(self, *arguments: str, stdin: str | None = None, **environment: str) -> str:
        """Raises CalledProcessError."""
        done = subprocess.run(
            ["git", "--git-dir", str(self.path), "-c", "core.quotePath=false", *arguments],
            input=stdin,
            capture_output=True,
            check=True,
            encoding="utf-8",
            env={**os.environ, **PERSON, **environment},
        )
        return done.stdout.strip()

    def head(self, branch: str) -> str:
        """The newest commit of a branch, empty when there is none."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")
        except subprocess.CalledProcessError:
            return ""

    def merged(self, head: str, message: str) -> str:
        """Merge a commit into main, line by line, as the services do. Raises CalledProcessError when it cannot be."""
        main = self.head("main")
        tree = self.git("merge-tree", "--write-tree", main, head)
        commit = self.git("commit-tree", tree, "-p", main, "-p", head, "-m", message)
        self.git("update-ref", "refs/heads/main", commit, main)
        return commit

    def file(self, commit: str, path: str) -> str:
        """A file's text at a commit, without its last line feed."""
        return self.git("show", f"{commit}:{path}")

    def tree(self, root: str, files: Mapping[str, str | None], modes: Mapping[str, str] | None = None) -> str:
        """A tree with other files at some paths; None removes."""
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": f"{folder}/index"}
            if root:
                self.git("read-tree", root, **index)
            rows = []
            for path, text in files.items():
                blob = "0" * 40 if text is None else self.git("hash-object", "-w", "--stdin", stdin=text)
                mode = "0" if text is None else (modes or {}).get(path, "100644")
                rows.append(f"{mode} {blob}\t{path}\n")
            self.git("update-index", "--index-info", stdin="".join(rows), **index)
            return self.git("write-tree", **index)

    def commit(
        self,
        branch: str,
        files: Mapping[str, str | None],
        message: str = "手工修改",
        modes: Mapping[str, str] | None = None,
    ) -> str:
        """A commit of a person on top of a branch; returns its id."""
        old = self.head(branch)
        tree = self.tree(f"{old}^{{tree}}" if old else "", files, modes)
        made = self.git("commit-tree", tree, *(["-p", old] if old else []), "-m", message)
        self.git("update-ref", f"refs/heads/{branch}", made, old or "0" * 40)
        return made

    def branches(self) -> list[str]:
        """All branches, sorted."""
        return self.git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").split()

    def faults(self) -> str:
        """What `git fsck` finds; empty when the repository is sound."""
        done = subprocess.run(
            ["git", "--git-dir", str(self.path), "fsck", "--strict", "--no-dangling"],
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        return done.stdout if done.returncode == 0 else done.stdout + done.stderr
