"""Editions, lists, a repealed law and notices as people see them: phone and desktop, light, dark and large print."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import lay_catalog
from tests.e2e.workbench import LOOKS, SIZES, examine, looking, watched
from tests.published_town import PAGES, site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, shells: Path) -> Iterator[str]:
    """The address of the site, as plain files: these pages need no server of ours."""
    folder = tmp_path_factory.mktemp("published")
    out = site(lay_catalog(folder / "catalog"), shells, folder / "site")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(out))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("size", SIZES)
def test_what_is_published_is_accessible_quiet_and_fits_the_screen(
    browser: Browser, published: str, size: str, look: str
) -> None:
    """S-PUB-05, S-PUB-07, S-PUB-08: the pages that people read them on."""
    context = looking(browser, size, look)
    page, faults = watched(context)
    for name, address in PAGES.items():
        page.goto(published + address)
        examine(page, f"published-{name}-{size}-{look}")
    context.close()
    assert faults == []
