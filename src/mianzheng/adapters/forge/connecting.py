"""From settings to the forge they name: the list's with its mirror, and the register's."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from mianzheng.adapters.forge.gitee import connecting as gitee
from mianzheng.adapters.forge.github import connecting as github
from mianzheng.adapters.forge.mirror import Mirror
from mianzheng.adapters.forge.signing import Bot
from mianzheng.ports import Forge
from mianzheng.settings import ForgeSettings

Clock = Callable[[], datetime.datetime]


def list_forge(settings: ForgeSettings, now: Clock, data: Path) -> tuple[Forge, Mirror]:
    """The forge of the list and the mirror in the folder `data` that it is read from. Raises BadArgument."""
    if settings.kind == "gitee":
        there = gitee.Connection(settings, now, data)
        mirror = there.mirror()
        return there.forge(mirror, settings.repository), mirror
    hub = github.Connection(settings, now)
    return hub.forge(settings.repository), Mirror(data / gitee.LIST, settings.git, hub.password())


def register_forge(settings: ForgeSettings, now: Clock, data: Path, *, folder: str, bot: Bot) -> Forge:
    """The forge of the register of complaints. Raises BadArgument."""
    if settings.kind == "gitee":
        return gitee.Connection(settings, now, data).register(folder=folder, bot=bot)
    return github.Connection(settings, now).forge(settings.register, folder=folder, bot=bot)
