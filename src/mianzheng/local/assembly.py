"""From arguments and environment to a server that only has to run."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mianzheng import publishing
from mianzheng.adapters.forge.connecting import list_forge
from mianzheng.adapters.forge.teams import Teams, teams_in
from mianzheng.clock import SHANGHAI, day_of
from mianzheng.errors import BadArgument
from mianzheng.jobs.proposals import ProposalWork
from mianzheng.jobs.runner import Runner
from mianzheng.local.accounts import make_demo_accounts
from mianzheng.local.clocks_and_ids import clock_from, real_time, seconds_at
from mianzheng.local.installation import local_services
from mianzheng.local.jobs import quick_jobs, slow_jobs
from mianzheng.local.mirrored_list import MirroredList
from mianzheng.local.published_list import PublishedList
from mianzheng.local.server import SiteKeeper, WholeSite, at_address
from mianzheng.settings import ForgeSettings, settings_from
from mianzheng.web.application import Application
from mianzheng.web.services import Services
from mianzheng.web.static_site import StaticSite
from mianzheng.web.table import ROUTES


@dataclass(frozen=True)
class Order:
    """What the command line asks for; `address` is where the server listens, `speed` how fast its clock runs."""

    project: Path
    data: Path
    catalog: Path
    site: Path
    now: str
    demo: bool
    address: str
    environment: Mapping[str, str]
    speed: int = 1


@dataclass(frozen=True)
class Assembled:
    """The parts, connected."""

    services: Services
    whole: WholeSite
    beside: tuple[Runner | SiteKeeper, ...]
    accounts: list[dict[str, Any]]


def assemble(order: Order) -> Assembled:
    """Build the site, open the store, make demo accounts, start jobs and watching.

    Raises BadArgument, CatalogHasErrors, Unavailable, OSError.
    """
    start, seconds = _start(order), seconds_at(order.speed)
    settings = settings_from(order.environment, demo_accounts=order.demo, default_url=order.address)
    if start and settings.forge.kind != "local":
        raise BadArgument(
            f"排练的时钟（--now、--speed）不能和 MIANZHENG_FORGE={settings.forge.kind} 一起用：那里按真的时间走"
        )
    teams = teams_in(Path(settings.forge.teams)) if settings.forge.teams else Teams()
    setting = publishing.setting(
        catalog=order.catalog,
        out=order.site,
        shells=order.project / "build" / "shell",
        now=order.now,
        live=order.data / "live",
    )
    now = clock_from(start, seconds)
    order.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    published = _list(order, settings.forge, now)
    published.take_over()
    keeper = SiteKeeper(order.project, at_address(setting, settings.public_url), published, lambda: day_of(now()))
    keeper.build()
    services = local_services(order.data, settings, keeper.catalog, now)
    accounts = make_demo_accounts(order.data, services) if order.demo else []
    work = ProposalWork(services.store, published.forge, published.repository, keeper.publish, teams.of)
    runners = [
        Runner(jobs, services.store, services.now, services.log)
        for jobs in (
            quick_jobs(order.data, services, work, seconds, lambda: keeper.shown),
            slow_jobs(order.data, services),
        )
    ]
    for runner in runners:
        runner.start()
    keeper.watch()
    whole = WholeSite(StaticSite(setting.out), Application(ROUTES, services))
    return Assembled(services, whole, (*runners, keeper), accounts)


def _list(order: Order, forge: ForgeSettings, now: Callable[[], datetime.datetime]) -> PublishedList | MirroredList:
    """The list where the settings keep it. Raises BadArgument, CatalogHasErrors, Unavailable, OSError."""
    if forge.kind == "local":
        return PublishedList(order.data, order.catalog, now)
    return MirroredList(order.data, *list_forge(forge, real_time, order.data))


def _start(order: Order) -> datetime.datetime | None:
    """Where the clock starts; None for the real one."""
    if order.speed < 1:
        raise BadArgument("--speed 要写 1 以上的整数")
    if not order.now:
        return datetime.datetime.now(SHANGHAI) if order.speed > 1 else None
    instant = datetime.datetime.fromisoformat(order.now)
    return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)
