"""Every kind of page as people see it: phone and desktop, light, dark and large print, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from scripts.screens import page_kinds

from tests.e2e.workbench import follow

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MODES = [
    ("phone", "light"),
    ("phone", "dark"),
    ("phone", "large"),
    ("desktop", "light"),
    ("desktop", "dark"),
    ("desktop", "large"),
]


@pytest.fixture(scope="module")
def kinds(site_url: str) -> dict[str, str]:
    return page_kinds(site_url)


@pytest.fixture(params=MODES, ids=lambda mode: "-".join(mode))
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    screen, look = request.param
    context = browser.new_context(
        viewport=PHONE if screen == "phone" else DESKTOP,
        color_scheme="dark" if look == "dark" else "light",
        has_touch=screen == "phone",
    )
    if look == "large":
        context.add_init_script("localStorage.zmPrint = 'large'")
    yield context.new_page()
    context.close()


def test_all_pages_are_accessible_quiet_and_fit_the_screen(page: Page, kinds: dict[str, str], site_url: str) -> None:
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: noise.append(str(error)))
    faults = []
    for kind, url in kinds.items():
        page.goto(site_url + url)
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        faults += [f"{kind}: {v['id']} {v['nodes'][0]['target']} {v['nodes'][0]['html'][:120]}" for v in found]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            faults.append(f"{kind}: {wide}px wider than the screen")
        if kind == "missing":
            noise[:] = [n for n in noise if "404" not in n]
    assert faults == []
    assert noise == []


def test_the_answer_is_above_the_fold_on_a_phone(browser: Browser, kinds: dict[str, str], site_url: str) -> None:
    page = browser.new_page(viewport=PHONE)
    for kind, url in kinds.items():
        if kind.startswith("item-"):
            page.goto(site_url + url)
            box = page.locator(".answer__word").first.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= PHONE["height"], kind
    page.close()


def test_targets_are_large_enough_for_a_thumb(browser: Browser, kinds: dict[str, str], site_url: str) -> None:
    page = browser.new_page(viewport=PHONE)
    page.goto(site_url + kinds["item-no-need"])
    for button in page.locator(".button").all():
        if button.is_visible():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 44
    page.close()


def test_everything_but_comfort_works_without_scripts(browser: Browser, kinds: dict[str, str], site_url: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(site_url)
    page.get_by_role("searchbox").fill("无犯罪记录证明")
    follow(page, page.get_by_role("button", name="查一查"))
    assert "/search/?q=" in page.url
    page.goto(site_url + kinds["item-no-need"])
    follow(page, page.get_by_role("link", name="给窗口看"))
    assert page.url.endswith("#card")
    code = page.get_by_role("img", name="的二维码")
    assert code.is_visible()
    side = code.evaluate("image => image.complete && image.naturalWidth")  # the policy lets it in
    shown = code.evaluate("image => [image.width, getComputedStyle(image).imageRendering]")
    assert side > 20 and shown[0] >= 4 * side - 1 and shown[1] == "pixelated", "a module is four pixels and hard-edged"
    page.locator("details.switcher summary").click()
    follow(page, page.locator("details.switcher a").first)
    assert page.locator("h1").count() == 1
    context.close()


def test_the_keyboard_reaches_what_matters_and_shows_where_it_is(
    browser: Browser, kinds: dict[str, str], site_url: str
) -> None:
    page = browser.new_page(viewport=DESKTOP)
    page.goto(site_url + kinds["item-no-need"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main", "the first stop skips the header"
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("(document.activeElement.textContent || '').trim()"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", seen[-1]
        if "给窗口看（可打印）" in seen:
            break
    assert "给窗口看（可打印）" in seen
    page.close()


def test_large_print_and_dark_are_remembered(browser: Browser, site_url: str) -> None:
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(site_url)
    page.get_by_role("button", name="大字").click()
    assert page.evaluate("document.documentElement.dataset.print") == "large"
    page.goto(site_url + "kinds/")
    assert page.evaluate("document.documentElement.dataset.print") == "large"
    context.close()


def test_the_short_address_of_a_card_leads_to_the_item(browser: Browser, kinds: dict[str, str], site_url: str) -> None:
    page = browser.new_page()
    item = kinds["item-no-need"].rstrip("/").split("/")[-1]
    page.goto(f"{site_url}i/{item}")
    assert page.url == site_url + kinds["item-no-need"]
    page.close()


def test_a_first_visit_is_small(browser: Browser, kinds: dict[str, str], site_url: str) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda r: sizes.__setitem__(r.url, int(r.headers.get("content-length", 0))))
    page.goto(site_url + kinds["item-no-need"], wait_until="networkidle")
    assert all(url.startswith(site_url) for url in sizes), sizes
    assert len(sizes) <= 7, sizes
    assert sizes[site_url + kinds["item-no-need"]] < 12_000, sizes
    assert sum(sizes.values()) <= 75_000, sizes
    assert not any("/search/" in url for url in sizes)
    context.close()
