"""The workbench as staff see it: in a real browser, on phone and desktop, light, dark and in large print."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import serving

pytestmark = pytest.mark.browser
SIZES = {"phone": (360, 740), "desktop": (1280, 860)}
LOOKS = {"light": {}, "dark": {"zmTheme": "dark"}, "large": {"zmPrint": "large"}}
PAGES = {
    "receiver1": ["/office/", "/office/complaints", "/office/complaints?tab=late", "/office/password"],
    "admin1": ["/office/", "/office/accounts"],
    "department1": ["/office/", "/office/proposals"],
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a demonstration, and the password of each login."""
    folder = tmp_path_factory.mktemp("office")
    accounts = folder / "accounts.json"
    with serving(folder, Path("catalog"), "--demo", "--accounts-json", str(accounts)) as url:
        yield url.rstrip("/"), {one["login"]: one["password"] for one in json.loads(accounts.read_text("utf-8"))}


def logged_in(page: Page, office: tuple[str, dict[str, str]], login: str) -> None:
    url, passwords = office
    page.goto(f"{url}/office/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", passwords[login])
    page.click("main button")
    page.wait_for_url(f"{url}/office/")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_workbench_is_accessible_and_fits(
    browser: Browser, office: tuple[str, dict[str, str]], size: str, look: str
) -> None:
    width, height = SIZES[size]
    for role, addresses in PAGES.items():
        context = browser.new_context(viewport={"width": width, "height": height})
        kept = "".join(f"localStorage.setItem('{key}', '{value}');" for key, value in LOOKS[look].items())
        context.add_init_script(kept)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error, found=faults: found.append(str(error)))
        page.on("console", lambda said, found=faults: found.append(said.text) if said.type == "error" else None)
        _examine(page, f"{office[0]}/office/login")
        logged_in(page, office, f"demo-yiyuan.{role}")
        for address in addresses:
            _examine(page, office[0] + address)
        assert faults == []
        context.close()


def _examine(page: Page, address: str) -> None:
    page.goto(address)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found] == [], address
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{address} scrolls sideways by {wide}"


def test_an_administrator_makes_an_account_without_scripts(
    browser: Browser, office: tuple[str, dict[str, str]]
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    logged_in(page, office, "demo-yiyuan.admin1")
    page.click("text=账号")
    page.fill("[name=login]", "x")
    page.fill("[name=label]", "审查岗")
    page.select_option("select[name=role]", "justice")
    page.fill("#f-password", "long-enough-7")
    page.click("button:has-text('建账号')")
    assert page.locator("#errors").is_visible()
    assert page.input_value("[name=label]") == "审查岗"
    page.fill("[name=login]", "justice.extra")
    page.fill("#f-password", "long-enough-7")
    page.click("button:has-text('建账号')")
    assert page.locator("td[data-label='账号']", has_text="justice.extra").count() == 1
    context.close()
