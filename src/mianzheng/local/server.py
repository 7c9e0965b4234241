"""Serving on one machine: build the site, answer, run the jobs, build again when something changes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from waitress import create_server
from werkzeug.middleware.proxy_fix import ProxyFix

from mianzheng import publishing
from mianzheng.catalog_files import reports
from mianzheng.catalog_files.checking import cache_file
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.errors import CatalogHasErrors, MianzhengError, Unavailable
from mianzheng.jobs.runner import Runner
from mianzheng.local.mirrored_list import MirroredList
from mianzheng.local.published_list import PublishedList
from mianzheng.model import Catalog
from mianzheng.site.generator import make_shells
from mianzheng.site.setting import Setting
from mianzheng.site.watching import watch
from mianzheng.views import rendering
from mianzheng.web.application import Application
from mianzheng.web.static_site import StaticSite

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THREADS = 8


@dataclass(frozen=True)
class WholeSite:
    """Pages from disk, everything else from the application."""

    pages: StaticSite
    application: Application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        chosen = self.application if self.application.serves(environ.get("PATH_INFO", "/")) else self.pages
        return chosen(environ, start_response)


class SiteKeeper:
    """Builds the site now and whenever its sources change; a catalog with errors leaves the last good site."""

    def __init__(self, project: Path, setting: Setting, published: PublishedList | MirroredList) -> None:
        self.project, self.published = project, published
        self.setting = replace(setting, catalog=published.catalog)
        self._source = setting.catalog
        self._in_hand: Catalog | None = None
        self._building = threading.Lock()
        self._stop = threading.Event()

    def catalog(self) -> Catalog:
        """The list as it is published."""
        if self._in_hand is None:
            folder = self.setting.catalog
            self._in_hand = load(FolderSource(folder), cache_file=cache_file(folder)).catalog
        return self._in_hand

    def build(self) -> None:
        """Build once. Raises MianzhengError."""
        with self._building:
            make_shells(self.project, self.setting.shells)
            summary, findings = publishing.publish(self.setting)
            self._in_hand = None
        if findings:
            print(reports.summary(findings), file=sys.stderr)
        counts = f"写 {summary.written}，不变 {summary.unchanged}，删 {summary.deleted}"
        print(f"网站：{counts}", file=sys.stderr, flush=True)

    def publish(self) -> None:
        """What was merged comes onto the site. Raises Unavailable: the last good site stays, it is tried again."""
        self.published.refresh()
        try:
            self.build()
        except MianzhengError as error:
            raise Unavailable(said(error)) from error

    def watch(self) -> None:
        """Go on in a thread of its own until `stop`."""
        templates = self.project / "src" / "mianzheng" / "templates"
        watched = [self._source, self.project / "site", self.project / "mkdocs.yml", templates]
        if isinstance(self.setting.live, Path):
            watched.append(self.setting.live)
        threading.Thread(target=watch, args=(watched, self._again, self._stop), daemon=True).start()

    def stop(self) -> None:
        """No more builds."""
        self._stop.set()

    def _again(self) -> None:
        rendering.forget()
        try:
            self.published.take_over()
            self.build()
        except (MianzhengError, OSError) as error:
            print(said(error), file=sys.stderr, flush=True)


class LocalServer:
    """waitress with what runs beside it; `close` ends all of it within five seconds."""

    def __init__(self, host: str, port: int) -> None:
        self._site: WSGIApplication = _not_yet
        self._server = create_server(
            self._answer,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            clear_untrusted_proxy_headers=False,  # whom to believe is for ProxyFix in `run`, by the settings
        )
        self.address = f"http://{host}:{self._server.effective_port}"
        self._beside: Sequence[Runner | SiteKeeper] = ()

    def run(self, whole: WholeSite, trusted_hops: int, beside: Sequence[Runner | SiteKeeper]) -> None:
        """Answer until closed."""
        self._beside = beside
        self._site = ProxyFix(whole, x_for=trusted_hops, x_proto=0) if trusted_hops else whole
        try:
            self._server.run()
        except (KeyboardInterrupt, OSError):
            self._server.close()
        for one in self._beside:
            one.stop()

    def close(self) -> None:
        """Stop answering; `run` returns."""
        self._server.close()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._site(environ, start_response)


def _not_yet(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "2")])
    return ["正在启动，请稍等。".encode()]


def said(error: Exception) -> str:
    """An error for the console."""
    if isinstance(error, CatalogHasErrors):
        return reports.as_text(error.findings, "catalog") + "\n清单有错误，网站没有改动。"
    return str(error)


def at_address(setting: Setting, public_url: str) -> Setting:
    """The setting of a site that people find at a public address."""
    return replace(setting, base_url=public_url.rstrip("/") + "/")
