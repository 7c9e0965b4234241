"""From settings to Gitee: who we are there, the forges of the repositories that the settings name, their mirrors."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mianzheng.adapters.forge.gitee.forge import GiteeForge
from mianzheng.adapters.forge.mirror import Mirror
from mianzheng.adapters.forge.rest import Api, Token, Transport
from mianzheng.adapters.forge.signing import Bot
from mianzheng.settings import ForgeSettings, git_address

LIST, REGISTER = "mirror.git", "register-mirror.git"
"""Mirrors in the data folder."""
_HEADERS = {"Accept": "application/json"}


def transport(address: str, now: Callable[[], datetime.datetime]) -> Transport:
    """Requests to Gitee or a private deployment; `address` ends in `/api/v5`."""
    return Transport("Gitee", address, now=now, headers=_HEADERS)


@dataclass(frozen=True)
class Connection:
    """Gitee as the settings say; mirrors lie in the folder `data`."""

    settings: ForgeSettings
    now: Callable[[], datetime.datetime]
    data: Path

    def forge(self, mirror: Mirror, repository: str, *, folder: str = "catalog", bot: Bot | None = None) -> GiteeForge:
        """The forge of a repository `owner/name` behind its mirror."""
        api = Api(transport(self.settings.api, self.now), Token(self.settings.token))
        return GiteeForge(api, mirror, repository, self.settings.account, folder=folder, bot=bot)

    def mirror(self) -> Mirror:
        """The mirror of the list's repository."""
        return self._mirror(LIST, self.settings.git)

    def register(self, *, folder: str, bot: Bot) -> GiteeForge:
        """The forge of the register's repository, which has a mirror of its own."""
        name = self.settings.register
        address = git_address(self.settings.kind, self.settings.api, name)
        return self.forge(self._mirror(REGISTER, address), name, folder=folder, bot=bot)

    def _mirror(self, name: str, address: str) -> Mirror:
        return Mirror(self.data / name, address, lambda: self.settings.token, user=self.settings.account)
