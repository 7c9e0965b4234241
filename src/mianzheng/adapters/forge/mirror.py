"""A copy of a forge's repository on this machine: the list is read from it, branches come and go through it.

Everything goes over plain git. Nothing here can force: branches are made or move forward, or the server says no.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from mianzheng.adapters.forge.paths import MAIN
from mianzheng.errors import Rejected, Unavailable

LONGEST = 300
"""Seconds that fetching or sending may take."""
_SLOWEST = {"http.lowSpeedLimit": "1000", "http.lowSpeedTime": "30", "http.followRedirects": "false"}
"""A redirect could carry the password to another host."""
_MOVED = re.compile(r"\[rejected\]|cannot lock ref|failed to update ref|reference already exists")
_REFUSED = re.compile(
    r"Authentication failed|could not read Username|error: 40[134]\b|\[remote rejected\]|repository '.*' not found"
)
Done = subprocess.CompletedProcess[str]


class Mirror:
    """A bare repository at `path` that follows `main` of the repository at `address`; safe for several threads.

    `password` gives what is good at this moment for `user`; it goes to git by environment, never by command line.
    """

    def __init__(self, path: Path, address: str, password: Callable[[], str], *, user: str = "x-access-token") -> None:
        self.path, self.address, self._password, self._user = path, address, password, user
        self._turn = threading.Lock()

    def fetch(self) -> str:
        """Bring `main` up to date, forwards only; returns its newest commit. Raises Unavailable."""
        done = self._remote("fetch", "--quiet", "--no-tags", self.address, f"{MAIN}:{MAIN}")
        if done.returncode:
            raise _not_got(done)
        return self.newest()

    def newest(self) -> str:
        """The newest commit of `main` as far as it was fetched; empty when nothing was."""
        return self._here("for-each-ref", "--format=%(objectname)", f"refs/heads/{MAIN}")

    def holds(self, commit: str) -> bool:
        """Whether a commit was fetched."""
        return self._says("cat-file", "-e", f"{commit}^{{commit}}")

    def taken(self, head: str) -> str:
        """The commit of `main` that brought `head` in, as far as it was fetched; empty when none did."""
        if not self.holds(head) or not self._says("merge-base", "--is-ancestor", head, MAIN):
            return ""
        since = f"{head}..{MAIN}"
        hold = set(self._here("rev-list", "--ancestry-path", since).split())
        steps = [one for one in self._here("rev-list", "--first-parent", since).split() if one in hold]
        return steps[-1] if steps else head

    def _here(self, *arguments: str) -> str:
        return self._git("--git-dir", str(self.path), *arguments)

    def _says(self, *arguments: str) -> bool:
        try:
            self._here(*arguments)
        except Unavailable:
            return False
        return True

    def follow(self, branch: str) -> str:
        """The newest commit of a branch as it stands there, fetched; empty when it is gone.

        Raises Unavailable, and Rejected when this account may not look.
        """
        found = _settled(self._remote("ls-remote", self.address, f"refs/heads/{branch}")).split()
        if not found:
            return ""
        if not self.holds(found[0]):
            _settled(self._remote("fetch", "--quiet", "--no-tags", self.address, f"refs/heads/{branch}"))
        return found[0]

    def bring(self, commit: str) -> None:
        """Fetch one commit that `main` does not hold, such as the newest of a branch. Raises Unavailable, Rejected."""
        _settled(self._remote("fetch", "--quiet", "--no-tags", self.address, commit))

    def send(self, commit: str, branch: str) -> bool:
        """Make a branch at a commit, or move it forward there; False when the branch stands elsewhere meanwhile.

        Raises Unavailable, and Rejected when this account may not write it.
        """
        done = self._remote("push", "--porcelain", self.address, f"{commit}:refs/heads/{branch}")
        if done.returncode and _MOVED.search(done.stdout + done.stderr):
            return False
        _settled(done)
        return True

    def _remote(self, *arguments: str) -> Done:
        """One word with the other side, one at a time."""
        with self._turn:
            if not self.path.exists():
                self._git("init", "--quiet", "--bare", f"--initial-branch={MAIN}", str(self.path))
            return self._run("--git-dir", str(self.path), *arguments, environment=self._environment())

    def _git(self, *arguments: str) -> str:
        done = self._run(*arguments)
        if done.returncode:
            raise _not_got(done)
        return done.stdout.strip()

    def _run(self, *arguments: str, environment: dict[str, str] | None = None) -> Done:
        try:
            return subprocess.run(
                ["git", *arguments], capture_output=True, check=False, encoding="utf-8", timeout=LONGEST,
                env=environment,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable("取不到代码平台上的清单，稍后再试") from error

    def _environment(self) -> dict[str, str]:
        settings = dict(_SLOWEST)
        if self.address.startswith("http"):
            login = base64.b64encode(f"{self._user}:{self._password()}".encode()).decode()
            settings["http.extraHeader"] = f"Authorization: Basic {login}"
        given = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_CONFIG_COUNT": str(len(settings))}
        for number, (name, value) in enumerate(settings.items()):
            given |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        return {**os.environ, **given}


def _settled(done: Done) -> str:
    """What was said; a no of the other side is told from what may pass."""
    if done.returncode and _REFUSED.search(done.stdout + done.stderr):
        raise Rejected(f"代码平台没有同意：{(done.stderr or done.stdout).strip()[:200]}")
    if done.returncode:
        raise _not_got(done)
    return done.stdout


def _not_got(done: Done) -> Unavailable:
    return Unavailable(f"取不到代码平台上的清单：{done.stderr.strip()[:200]}")
