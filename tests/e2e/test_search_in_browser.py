"""Searching as people do: in the header, on the search page, by keyboard, on a phone, with half an index or none."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.test_site_in_browser import DESKTOP, MODES, PHONE, RULES

pytestmark = [pytest.mark.browser, pytest.mark.slow]
carries = pytest.mark.carries
DONE = "#search-results[data-state=done]"
SHIFTED = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { if (!one.hadRecentInput) sum += one.value; }))
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""
"""How far things moved on the page since it began to be drawn."""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESKTOP)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def look_up(page: Page, site_url: str, query: str, more: str = "") -> None:
    page.goto(f"{site_url}search/?q={quote(query)}{more}")
    page.wait_for_selector(DONE)


def hit_names(page: Page) -> list[str]:
    return page.locator("#search-results article").evaluate_all("hits => hits.map((hit) => hit.dataset.name)")


class TestPage:
    @carries("site", "BS-PL-3-1-2c", where="mianzheng.site.search.documents:Library")
    def test_a_hit_shows_answer_certificate_service_office_and_place(self, page: Page, site_url: str) -> None:
        look_up(page, site_url, "离职证明")
        first = page.locator("#search-results article").first
        assert first.get_attribute("data-kind") == "kind"
        assert first.get_attribute("data-name") == "终止或者解除劳动关系证明"
        item = page.locator("#search-results article[data-kind=item]").first
        expect(item.locator(".tag")).to_have_count(1)
        for text in ("终止或者解除劳动关系证明", "失业登记", "就业中心", "示例"):
            expect(item).to_contain_text(text)
        assert page.locator("#search-results article:not(:has(.tag))").count() == 0, "an answer on every hit"
        item.locator("a").first.click()
        expect(page.locator("h1")).to_contain_text("终止或者解除劳动关系证明")

    def test_members_of_a_group_are_named_and_lead_to_their_pages(self, page: Page, site_url: str) -> None:
        look_up(page, site_url, "离职证明")
        group = page.locator("#search-results article[data-members]").first
        members = (group.get_attribute("data-members") or "").split()
        assert members
        group.locator("summary").click()
        links = group.locator("details a").evaluate_all("links => links.map((link) => link.href)")
        assert [link.rstrip("/").split("/")[-1] for link in links] == members

    def test_results_come_while_typing_and_the_address_can_be_shared(self, page: Page, site_url: str) -> None:
        page.goto(site_url + "search/")
        assert page.locator("#search-results").get_attribute("data-state") == "idle"
        page.locator("#q").click()
        page.keyboard.type("婚姻状况")
        page.wait_for_selector(DONE)
        expect(page.locator("#search-results article").first).to_have_attribute("data-name", "婚姻状况证明")
        page.wait_for_url(re.compile(re.escape(quote("婚姻状况"))))
        again = page.context.new_page()
        again.goto(page.url)
        again.wait_for_selector(DONE)
        assert hit_names(again) == hit_names(page)

    def test_answers_that_come_late_push_nothing_down(self, page: Page, site_url: str) -> None:
        """What somebody is about to press stays where it is; a cumulative layout shift below 0.1 counts as good."""

        def slow(route: Route) -> None:
            time.sleep(0.3)
            route.continue_()

        page.route("**/search/**/*.json", slow)
        page.goto(f"{site_url}search/?q={quote('婚姻状况')}")
        page.wait_for_selector(DONE)
        assert page.evaluate(SHIFTED) < 0.1

    def test_filters_count_narrow_and_go_back(self, page: Page, site_url: str) -> None:
        look_up(page, site_url, "收入证明")
        everything = hit_names(page)
        select = page.get_by_label("找什么")
        option = select.locator("option[value=item]").inner_text()
        select.select_option("item")
        page.wait_for_url(re.compile("kind=item"))
        expect(page.locator("#search-results article:not([data-kind=item])")).to_have_count(0)
        assert f"（{page.locator('#search-results article').count()}）" in option
        page.get_by_label("地区").focus()
        page.get_by_label("地区").select_option("demo-boshan")
        page.wait_for_url(re.compile("place=demo-boshan"))
        expect(page.locator("#search-results article:not([data-place=demo-boshan])")).to_have_count(0)
        expect(page.get_by_label("地区")).to_be_focused()
        page.go_back()
        page.go_back()
        expect(page.locator("#search-results article")).to_have_count(len(everything))
        assert hit_names(page) == everything

    def test_a_mistyped_name_is_found_and_put_right(self, page: Page, site_url: str) -> None:
        look_up(page, site_url, "婚因状况证明")
        assert hit_names(page)[0] == "婚姻状况证明"
        page.get_by_role("button", name="婚姻状况证明").click()
        page.wait_for_selector(DONE)
        assert page.locator("#q").input_value() == "婚姻状况证明"
        assert page.get_by_text("您要找的是不是").count() == 0

    def test_the_number_on_a_card_leads_to_its_item(self, page: Page, site_url: str) -> None:
        look_up(page, site_url, "离职证明")
        item = page.locator("article[data-kind=item]").first.get_attribute("data-id") or ""
        look_up(page, site_url, item.upper())
        page.get_by_role("link", name=f"打开 {item}").click()
        page.wait_for_url(re.compile(f"/items/{item}/$"))

    def test_what_is_found_is_marked_in_the_text(self, page: Page, site_url: str) -> None:
        look_up(page, site_url, "婚姻状况证明")
        assert page.locator("article mark").first.inner_text() == "婚姻状况证明"


class TestNothing:
    def test_nothing_found_leads_to_complaint_suggestion_and_telephone(self, page: Page, site_url: str) -> None:
        """S-SITE-02, in a demonstration."""
        look_up(page, site_url, "飞碟驾校")
        assert page.locator("#search-results article").count() == 0
        panel = page.locator("#search-results")
        expect(panel).to_contain_text("没收录不等于不用交")
        expect(panel.get_by_role("link", name="窗口还是要我开这个证明")).to_have_attribute(
            "href", re.compile(r"/complaints/new\?ground=G1_demand&asked_for=%E9%A3%9E")
        )
        expect(panel.get_by_role("link", name="建议收录它")).to_have_attribute(
            "href", re.compile(r"/suggestions/new\?text=")
        )
        expect(panel.get_by_role("link", name="打 12345")).to_have_attribute("href", "tel:12345")
        assert panel.locator(".suggest a").count() > 0

    def test_forms_that_are_down_say_so_and_name_other_ways(self, page: Page, site_url: str) -> None:
        """S-SITE-08: searching needs static files only; the forms' own service is cut off here."""
        page.route(re.compile("/(complaints|suggestions|api)/"), lambda route: route.abort())
        look_up(page, site_url, "飞碟驾校")
        page.get_by_role("link", name="窗口还是要我开这个证明").click()
        notice = page.get_by_role("alert")
        expect(notice).to_contain_text("现在打不开表单")
        expect(notice.get_by_role("link", name="12345")).to_be_visible()
        assert "/search/" in page.url
        look_up(page, site_url, "离职证明")
        page.locator("#search-results article a").first.click()
        expect(page.locator("h1")).to_contain_text("终止或者解除劳动关系证明")

    @pytest.mark.parametrize("broken", ["manifest", "shards"])
    def test_a_missing_index_is_said_and_mended_by_trying_again(self, page: Page, site_url: str, broken: str) -> None:
        pattern = re.compile(r"/search/manifest\.json" if broken == "manifest" else r"/search/t/")
        page.route(pattern, lambda route: route.fulfill(status=404))
        page.goto(f"{site_url}search/?q={quote('婚姻状况证明')}")
        page.wait_for_selector("#search-results[data-state=error]")
        expect(page.locator("#search-results")).to_contain_text("现在查不了")
        assert page.locator("#search-results a").count() >= 3
        page.unroute(pattern)
        page.get_by_role("button", name="再试一次").click()
        page.wait_for_selector(DONE)
        assert hit_names(page)[0] == "婚姻状况证明"

    def test_an_index_replaced_while_the_page_is_open_is_taken_up(self, page: Page, site_url: str) -> None:
        """A deployment deletes the old shards: the first to miss one fetches the manifest again."""
        lost: list[str] = []

        def lose_once(route: Route) -> None:
            if lost:
                route.continue_()
            else:
                lost.append(route.request.url)
                route.fulfill(status=404)

        page.route(re.compile(r"/search/d/"), lose_once)
        look_up(page, site_url, "婚姻状况证明")
        assert lost
        assert hit_names(page)[0] == "婚姻状况证明"

    @pytest.mark.parametrize(
        "query",
        ["证" * 10_000, "😀🐶", "\x07\x1b[31m", "<img src=x onerror=document.title='x'>"],
        ids=lambda q: repr(q)[:12],
    )
    def test_odd_text_neither_breaks_nor_freezes_the_page(self, page: Page, site_url: str, query: str) -> None:
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(site_url + "search/")
        page.locator("#q").click()
        page.locator("#q").fill(query)
        page.keyboard.press("Enter")
        page.wait_for_selector(DONE)
        assert faults == []
        assert page.locator("#search-results img").count() == 0
        assert page.evaluate("document.title") != "x"


class TestBox:
    def test_nothing_is_loaded_before_the_box_has_focus(self, page: Page, site_url: str) -> None:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(site_url + "kinds/", wait_until="networkidle")
        assert not [url for url in asked if "/search" in url]
        page.locator("#hq").focus()
        page.locator("#hq[role=combobox]").wait_for()  # no script of ours: the policy forbids eval
        assert [url for url in asked if url.endswith("/search.js")]

    def test_the_keyboard_walks_the_suggestions(self, page: Page, site_url: str) -> None:
        page.goto(site_url + "kinds/")
        box = page.locator("#hq")
        box.focus()
        page.keyboard.type("婚姻状况证明")
        options = page.locator(".topsearch [role=option]")
        expect(options.first).to_contain_text("婚姻状况证明")
        expect(box).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
        page.keyboard.press("ArrowUp")
        assert box.get_attribute("aria-activedescendant") is None
        page.keyboard.press("Escape")
        expect(box).to_have_attribute("aria-expanded", "false")
        assert box.input_value() == "婚姻状况证明", "the first Escape closes the list and keeps the text"
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(options.nth(1)).to_have_attribute("aria-selected", "true")
        chosen = options.nth(1).get_attribute("data-url")
        assert chosen, "an option says where it leads"
        page.keyboard.press("Enter")
        page.wait_for_url("**/" + chosen)

    def test_enter_without_a_choice_opens_the_search_page(self, page: Page, site_url: str) -> None:
        page.goto(site_url + "kinds/")
        page.locator("#hq").focus()
        page.keyboard.type("低保证")
        page.locator(".topsearch [role=option]").first.wait_for()
        page.keyboard.press("Enter")
        page.wait_for_selector(DONE)
        assert hit_names(page)[0] == "最低生活保障证明"

    def test_the_box_of_a_place_keeps_to_the_place(self, page: Page, site_url: str) -> None:
        page.goto(site_url + "demo-wuhai/")
        page.locator(".page #q").focus()
        page.keyboard.type("身份证")
        page.keyboard.press("Enter")
        page.wait_for_selector(DONE)
        assert "place=demo-wuhai" in page.url
        places = page.locator("article[data-place]").evaluate_all("hits => hits.map((hit) => hit.dataset.place)")
        assert set(places) == {"demo-wuhai"}
        look_up(page, site_url, "居民身份证")
        leaders = page.locator("article[data-kind=item][data-members]").first
        expect(leaders).to_have_attribute("data-place", "demo-wuhai")

    def test_on_a_phone_the_suggestions_fit_and_a_tap_opens_one(self, browser: Browser, site_url: str) -> None:
        context = browser.new_context(viewport=PHONE, has_touch=True)
        page = context.new_page()
        page.goto(site_url)
        page.locator("#q").tap()
        page.keyboard.type("社会保险缴费证明")
        option = page.locator("[role=option]").first
        option.wait_for()
        box = option.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        option.tap()
        page.wait_for_url(re.compile("/kinds/"))
        context.close()


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: "-".join(mode))
def test_results_suggestions_and_the_empty_answer_are_accessible(
    browser: Browser, site_url: str, mode: tuple[str, str]
) -> None:
    screen, look = mode
    size = PHONE if screen == "phone" else DESKTOP
    context = browser.new_context(viewport=size, color_scheme="dark" if look == "dark" else "light")
    if look == "large":
        context.add_init_script("localStorage.zmPrint = 'large'")
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: noise.append(str(error)))
    faults: list[str] = []

    def check(what: str) -> None:
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        faults.extend(f"{what}: {v['id']} {v['nodes'][0]['target']} {v['nodes'][0]['html'][:120]}" for v in found)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            faults.append(f"{what}: {wide}px wider than the screen")

    for query in ("离职证明", "婚因状况证明", "飞碟驾校"):
        look_up(page, site_url, query)
        check(query)
    page.goto(site_url)
    page.locator("#q").focus()
    page.keyboard.type("社保")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    check("suggestions")
    assert faults == []
    assert noise == []
    context.close()


def test_without_scripts_the_page_offers_directories(browser: Browser, site_url: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{site_url}search/?q={quote('离职证明')}")
    for name in ("证明目录", "办事情", "法律依据"):
        expect(page.get_by_role("main").get_by_role("link", name=name)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="证明目录").click()
    expect(page.get_by_role("link", name="终止或者解除劳动关系证明")).to_be_visible()
    context.close()
