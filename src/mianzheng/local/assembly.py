"""From arguments and environment to a server that only has to run."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mianzheng import publishing
from mianzheng.catalog_files.checking import cache_file
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.clock import SHANGHAI
from mianzheng.jobs.outbox import deliver
from mianzheng.jobs.runner import Job, Runner
from mianzheng.local.accounts import make_demo_accounts
from mianzheng.local.installation import CatalogInHand, clock_from, local_services
from mianzheng.local.server import SiteKeeper, WholeSite, at_address
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
    setting = at_address(setting, settings.public_url)
    in_hand = CatalogInHand(_catalog(order.catalog))
    keeper = SiteKeeper(order.project, setting, lambda: setattr(in_hand, "catalog", _catalog(order.catalog)))
    keeper.build()
    services = local_services(order.data, settings, in_hand, clock_from(_instant(order.now)))
    accounts = make_demo_accounts(order.data, services) if order.demo else []
    runner = Runner(_jobs(services), services.store, services.now, services.log)
    runner.start()
    keeper.watch()
    whole = WholeSite(StaticSite(setting.out), Application(ROUTES, services))
    return Assembled(services, whole, (runner, keeper), accounts)


def _jobs(services: Services) -> list[Job]:
    return [Job("outbox", datetime.timedelta(seconds=5), lambda: deliver(services.store, {}, services.now))]


def _catalog(folder: Path) -> Any:
    return load(FolderSource(folder), cache_file=cache_file(folder)).catalog


def _instant(text: str) -> datetime.datetime | None:
    if not text:
        return None
    instant = datetime.datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)
