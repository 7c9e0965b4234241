"""A copy of a forge's main branch on this machine: the list is read from it, not file by file over the network."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from mianzheng.adapters.forge.paths import MAIN
from mianzheng.errors import Unavailable

LONGEST = 300
"""Seconds that fetching may take."""
_SLOWEST = {"http.lowSpeedLimit": "1000", "http.lowSpeedTime": "30", "http.followRedirects": "false"}
"""A redirect could carry the password to another host."""


class Mirror:
    """A bare repository at `path` that follows `main` of the repository at `address`.

    `password` gives what is good for fetching at this moment; it goes to git by environment, never by command line.
    """

    def __init__(self, path: Path, address: str, password: Callable[[], str]) -> None:
        self.path, self.address, self._password = path, address, password

    def fetch(self) -> str:
        """Bring `main` up to date, forwards only; returns its newest commit. Raises Unavailable."""
        if not self.path.exists():
            self._git("init", "--quiet", "--bare", f"--initial-branch={MAIN}", str(self.path))
        self._git("--git-dir", str(self.path), "fetch", "--quiet", "--no-tags", self.address, f"{MAIN}:{MAIN}")
        return self.newest()

    def newest(self) -> str:
        """The newest commit of `main` as far as it was fetched; empty when nothing was."""
        return self._git("--git-dir", str(self.path), "for-each-ref", "--format=%(objectname)", f"refs/heads/{MAIN}")

    def holds(self, commit: str) -> bool:
        """Whether a commit was fetched."""
        try:
            self._git("--git-dir", str(self.path), "cat-file", "-e", f"{commit}^{{commit}}")
        except Unavailable:
            return False
        return True

    def _git(self, *arguments: str) -> str:
        try:
            done = subprocess.run(
                ["git", *arguments], capture_output=True, check=False, encoding="utf-8", timeout=LONGEST,
                env=self._environment() if "fetch" in arguments else None,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable("取不到代码平台上的清单，稍后再试") from error
        if done.returncode:
            raise Unavailable(f"取不到代码平台上的清单：{done.stderr.strip()[:200]}")
        return done.stdout.strip()

    def _environment(self) -> dict[str, str]:
        settings = dict(_SLOWEST)
        if self.address.startswith("http"):
            login = base64.b64encode(f"x-access-token:{self._password()}".encode()).decode()
            settings["http.extraHeader"] = f"Authorization: Basic {login}"
        given = {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_COUNT": str(len(settings))}
        for number, (name, value) in enumerate(settings.items()):
            given |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        return {**os.environ, **given}
