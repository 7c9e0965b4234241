"""From settings to GitHub: who we are there, and the forges of the repositories that the settings name."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mianzheng.adapters.forge.github.api import Transport
from mianzheng.adapters.forge.github.forge import GitHubForge
from mianzheng.adapters.forge.github.login import App, signed_claim
from mianzheng.adapters.forge.github.reading import Repository
from mianzheng.adapters.forge.rest import Api, Login, Token
from mianzheng.adapters.forge.signing import Bot
from mianzheng.errors import BadArgument, Rejected
from mianzheng.settings import ForgeSettings


@dataclass(frozen=True)
class Connection:
    """GitHub as the settings say. `now` is the real time: GitHub refuses what was signed by another."""

    settings: ForgeSettings
    now: Callable[[], datetime.datetime]

    def forge(self, repository: str, *, folder: str = "catalog", bot: Bot | None = None) -> GitHubForge:
        """The forge of a repository `owner/name`. Raises BadArgument when the App's key cannot be used."""
        api = Api(self._transport, self._login(repository))
        return GitHubForge(api, repository, self.settings.account, folder=folder, bot=bot)

    def repository(self) -> Repository:
        """The list's repository, to be read. Raises BadArgument when the App's key cannot be used."""
        name = self.settings.repository
        return Repository(Api(self._transport, self._login(name)), name)

    def password(self) -> Callable[[], str]:
        """A function that gives what git fetches the list with, as long as it is good. Raises BadArgument."""
        login, transport = self._login(self.settings.repository), self._transport
        return lambda: login.authorization(transport).removeprefix("Bearer ")

    @property
    def _transport(self) -> Transport:
        return Transport(self.settings.api, now=self.now)

    def _login(self, repository: str) -> Login:
        if self.settings.token:
            return Token(self.settings.token)
        key = _key(Path(self.settings.key_file), self.settings.app, self.now())
        return App(self.settings.app, self.settings.installation, key, repository.partition("/")[2])


def _key(file: Path, app: str, now: datetime.datetime) -> bytes:
    try:
        key = file.read_bytes()
        signed_claim(app, key, now)
    except OSError as error:
        raise BadArgument(f"MIANZHENG_FORGE_KEY_FILE：读不了 {file}") from error
    except Rejected as error:
        raise BadArgument(f"MIANZHENG_FORGE_KEY_FILE：{error}") from error
    return key
