"""A real browser on the shipped site, served by our own server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.conftest import ROOT
from tests.e2e.workbench import Office

expect.set_options(timeout=20_000)  # on a busy machine 5 seconds are not always enough for a page to answer
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium() -> str:
    """The path of an installed Chromium, empty when there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium. Without one the tests are skipped with a reason, and fail where CI=true."""
    path = chromium()
    if not path:
        reason = "没有 Chromium：请安装（Debian：apt install chromium fonts-noto-cjk）"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `scripts/serve.py` serving the shipped catalog."""
    folder = tmp_path_factory.mktemp("serve")
    with serving(folder) as url:
        yield url


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A demonstration with the workbench; each module has its own, so that none meets the cases of another."""
    folder = tmp_path_factory.mktemp("office")
    accounts = folder / "accounts.json"
    with serving(folder, Path("catalog"), "--demo", "--accounts-json", str(accounts)) as url:
        yield url.rstrip("/"), {one["login"]: one["password"] for one in json.loads(accounts.read_text("utf-8"))}


class serving:
    """`scripts/serve.py` as a process of its own, on a free port, with its site in a folder of its own."""

    def __init__(self, folder: Path, catalog: Path = ROOT / "catalog", *arguments: str) -> None:
        self.command = [
            sys.executable,
            str(ROOT / "scripts" / "serve.py"),
            "--port",
            "0",
            "--site",
            str(folder / "site"),
        ]
        self.command += ["--data", str(folder / "var"), "--catalog", str(catalog), *arguments]

    def __enter__(self) -> str:
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self.process.stdout is not None
        first = self.process.stdout.readline().split()
        assert first[:1] == ["READY"], first
        return first[1] + "/"

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        status = self.process.wait(5)
        assert self.process.stdout is not None
        self.process.stdout.close()
        assert status == 0, "the server stops cleanly within five seconds"
