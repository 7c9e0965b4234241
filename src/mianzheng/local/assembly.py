"""From arguments and environment to a server that only has to run."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mianzheng import publishing
from mianzheng.clock import SHANGHAI
from mianzheng.jobs.live import write_live
from mianzheng.jobs.outbox import deliver
from mianzheng.jobs.proposals import ProposalWork
from mianzheng.jobs.runner import Job, Runner
from mianzheng.local.accounts import make_demo_accounts
from mianzheng.local.installation import clock_from, local_services
from mianzheng.local.published_list import PublishedList
from mianzheng.local.server import SiteKeeper, WholeSite, at_address
from mianzheng.proposals.handling import FORGE, SITE
from mianzheng.settings import settings_from
from mianzheng.web.application import Application
from mianzheng.web.services import Services
from mianzheng.web.static_site import StaticSite
from mianzheng.web.table import ROUTES


@dataclass(frozen=True)
class Order:
    """What the command line asks for; `address` is where the server listens."""

    project: Path
    data: Path
    catalog: Path
    site: Path
    now: str
    demo: bool
    address: str
    environment: Mapping[str, str]


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
    settings = settings_from(order.environment, demo_accounts=order.demo, default_url=order.address)
    setting = publishing.setting(
        catalog=order.catalog,
        out=order.site,
        shells=order.project / "build" / "shell",
        now=order.now,
        live=order.data / "live",
    )
    now = clock_from(_instant(order.now))
    order.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    published = PublishedList(order.data, order.catalog, now)
    published.take_over()
    keeper = SiteKeeper(order.project, at_address(setting, settings.public_url), published)
    keeper.build()
    services = local_services(order.data, settings, keeper.catalog, now)
    accounts = make_demo_accounts(order.data, services) if order.demo else []
    runner = Runner(_jobs(services, published, keeper, order.data), services.store, services.now, services.log)
    runner.start()
    keeper.watch()
    whole = WholeSite(StaticSite(setting.out), Application(ROUTES, services))
    return Assembled(services, whole, (runner, keeper), accounts)


def _jobs(services: Services, published: PublishedList, keeper: SiteKeeper, data: Path) -> list[Job]:
    store, now = services.store, services.now
    work = ProposalWork(store, published.forge, published.repository, keeper.publish)
    handlers = {FORGE: work.deliver, SITE: work.show}
    seconds = datetime.timedelta(seconds=2)
    return [
        Job("outbox", seconds, lambda: deliver(store, handlers, now)),
        Job("proposals", seconds, lambda: f"推进 {work.advance(now())} 件"),
        Job("live", seconds, lambda: write_live(store, services.catalog(), data / "live")),
    ]


def _instant(text: str) -> datetime.datetime | None:
    if not text:
        return None
    instant = datetime.datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)
