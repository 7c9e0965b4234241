"""What browser tests of the workbench share: looks, logging in, watching and examining a page."""

from __future__ import annotations

import os

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize

Office = tuple[str, dict[str, str]]
"""The address of a demonstration, and the password of each login."""
PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
SIZES = {"phone": PHONE, "desktop": DESKTOP}
LOOKS: dict[str, dict[str, str]] = {"light": {}, "dark": {"zmTheme": "dark"}, "large": {"zmPrint": "large"}}


def looking(browser: Browser, size: str, look: str) -> BrowserContext:
    """A browser window of a size, in a look that the person chose before."""
    context = browser.new_context(viewport=SIZES[size])
    kept = "".join(f"localStorage.setItem('{key}', '{value}');" for key, value in LOOKS[look].items())
    context.add_init_script(kept)
    return context


def follow(page: Page, pressed: str | Locator) -> None:
    """Press what leads to another page, and wait until that page is whole.

    A click alone returns when the page has begun to come; what is counted then may not have arrived.
    """
    with page.expect_navigation():
        (page.locator(pressed).first if isinstance(pressed, str) else pressed).click()


def log_in(page: Page, office: Office, login: str) -> None:
    url, passwords = office
    page.goto(f"{url}/office/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", passwords[login])
    follow(page, "main button")
    page.wait_for_url(f"{url}/office/")


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and everything that goes wrong in it."""
    page, faults = context.new_page(), list[str]()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page, faults


def examine(page: Page, name: str) -> None:
    """No violation, nothing wider than the screen; a picture where MIANZHENG_SCREENS names a folder."""
    if folder := os.environ.get("MIANZHENG_SCREENS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found] == [], name
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} scrolls sideways by {wide}"
