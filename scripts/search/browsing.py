"""Searching in headless Chromium: what travels, how long until the first hit, at full speed and over a slow line."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from waitress import create_server

from mianzheng.web.static_site import StaticSite

ROUND_TRIP = 150
RATE = 1.6e6 / 8
"""The slow line: round trip in milliseconds, bytes a second."""

OURS = """async ([query, ready]) => {
  const manifest = fetch("/search/manifest.json");
  const { open } = await import("/assets/search.js");
  const load = async (path) => (await (path === "manifest.json" ? manifest : fetch("/search/" + path))).json();
  const index = await open(load);
  const started = ready ? performance.now() : 0;
  const found = await index.search(query, { limit: 10 });
  return [performance.now() - started, found.hits.map((hit) => hit.names.join(";"))];
}"""
PAGEFIND = """async ([query, ready]) => {
  const pagefind = await import("/pagefind/pagefind.js");
  await pagefind.options({ bundlePath: "/pagefind/" });
  await pagefind.init();
  const started = ready ? performance.now() : 0;
  const found = await pagefind.search(query);
  const hits = await Promise.all(found.results.slice(0, 5).map((hit) => hit.data()));
  return [performance.now() - started, hits.map((hit) => hit.meta.names)];
}"""
MINISEARCH = """async ([query, ready]) => {
  const { default: MiniSearch } = await import("/minisearch.js");
  const text = await (await fetch("/minisearch.json")).text();
  const tokenize = (words) => (words.toLowerCase().match(/[\\u3400-\\u9fff]+|[a-z0-9]+/g) || []).flatMap((run) =>
    run.length === 1 || /[a-z0-9]/.test(run) ? [run]
      : Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2)));
  const started = ready ? performance.now() : 0;
  const mini = MiniSearch.loadJSON(text, { fields: ["name", "aliases", "words", "sound", "service", "body"],
    storeFields: ["names"], tokenize, searchOptions: { boost: { name: 4, aliases: 3, words: 2 }, tokenize } });
  const hits = mini.search(query).slice(0, 5);
  return [performance.now() - started, hits.map((hit) => hit.names)];
}"""
ENGINES = {"ours": OURS, "pagefind": PAGEFIND, "minisearch": MINISEARCH}


@dataclass(frozen=True)
class First:
    """A first result: milliseconds until it was there, bytes on the line, requests, and the names of the hits."""

    ms: float
    size: int
    requests: int
    names: list[str]


class Counted:
    """Our own server's application on a folder, counting what it sends: workers' requests too, which no page sees."""

    def __init__(self, folder: Path) -> None:
        self.site = StaticSite(folder)
        self.size = 0
        self.requests = 0

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        body = b"".join(self.site(environ, start_response))
        self.size += len(body)
        self.requests += 1
        return [body]


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Counted]]:
    """The address of our own server on a folder, and its counts."""
    counted = Counted(folder)
    server = create_server(counted, host="127.0.0.1", port=0, threads=8, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/", counted
    server.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium of this machine."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def first(browser: Browser, where: tuple[str, Counted], engine: str, query: str, *, slow: bool, ready: bool) -> First:
    """The first result in a fresh browser; `ready` counts from when the engine and what it always needs had come."""
    address, counted = where
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + "empty.html")
    if slow:
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        conditions = {"offline": False, "latency": ROUND_TRIP, "downloadThroughput": RATE, "uploadThroughput": RATE}
        line.send("Network.emulateNetworkConditions", conditions)
    counted.size = counted.requests = 0
    opened = page.evaluate("performance.now()")
    ms, names = page.evaluate(ENGINES[engine], [query, ready])
    context.close()
    return First(ms if ready else ms - opened, counted.size, counted.requests, names)


def all_names(browser: Browser, address: str, engine: str, queries: list[str]) -> list[list[str]]:
    """The names of the first hits of each query, on one warm page."""
    page = browser.new_page()
    page.goto(address + "empty.html")
    found = [page.evaluate(ENGINES[engine], [query, True])[1] for query in queries]
    page.close()
    return found
