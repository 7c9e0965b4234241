"""Running the search engine as browsers do: in Node.js, or in headless Chromium where Node.js is missing."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

ENGINE = ROOT / "site" / "theme" / "assets" / "search.js"
NODE = """
import {{ readFileSync }} from "node:fs";
const engine = await import({engine});
const load = async (path) => JSON.parse(readFileSync({folder} + "/" + path, "utf8"));
const argument = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(await ({body})(engine, load, argument)));
"""
BROWSER = """async (argument) => {{
  const engine = await import("http://engine.test/search.js");
  const load = async (path) => (await fetch("http://engine.test/index/" + path)).json();
  return ({body})(engine, load, argument);
}}"""


def run(body: str, argument: Any, folder: Path = ROOT) -> Any:
    """The value of `body`, an async JavaScript function of (engine, load, argument); `folder` holds the index."""
    if node := shutil.which("node"):
        code = NODE.format(engine=json.dumps(ENGINE.as_uri()), folder=json.dumps(str(folder)), body=body)
        done = subprocess.run(
            [node, "--input-type=module", "-e", code],
            input=json.dumps(argument),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return _in_browser(body, argument, folder)


def _in_browser(body: str, argument: Any, folder: Path) -> Any:
    from playwright.sync_api import Route, sync_playwright

    from tests.e2e.conftest import FLAGS, chromium

    if not chromium():
        pytest.skip("没有 Node.js，也没有 Chromium：检索的脚本没有测")

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://engine.test/")
        file = folder / path.removeprefix("index/") if path.startswith("index/") else ENGINE
        kind = "text/javascript" if file == ENGINE else "application/json"
        if path == "":
            route.fulfill(body="<!doctype html>", content_type="text/html")
        elif file.is_file():
            route.fulfill(body=file.read_text("utf-8"), content_type=f"{kind}; charset=utf-8")
        else:
            route.fulfill(status=404)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page()
        page.route("http://engine.test/**", answer)
        page.goto("http://engine.test/")
        value = page.evaluate(BROWSER.format(body=body), argument)
        browser.close()
    return value


ASK = """async (engine, load, questions) => {
  const index = await engine.open(load);
  const found = [];
  for (const [text, options] of questions) found.push(await index.search(text, options));
  return found;
}"""


def ask(site: Path, *questions: str | tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What the built site's index answers to each question."""
    plain = [(q, {}) if isinstance(q, str) else q for q in questions]
    found: list[dict[str, Any]] = run(ASK, plain, site / "search")
    return found
