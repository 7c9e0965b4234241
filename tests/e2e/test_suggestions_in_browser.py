"""A suggestion as both sides see it: written on a phone without scripts, answered in the workbench, the answer read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_complaints_in_browser import at_desk, first_item
from tests.e2e.workbench import DESKTOP, LOOKS, PHONE, SIZES, Office, examine, follow, log_in, looking, watched

pytestmark = pytest.mark.browser
TEXT = "住址和身份证上一样的，能不能也不要居住证明？"
REPLY = "有道理。已经据此提出清单调整，公布以后这里看得到。"
CHIEF = "demo-yiyuan.joint_conference_office1"


def write(page: Page, url: str, start: str) -> str:
    """From a page with a link to the receipt; the code in letters."""
    page.goto(f"{url}{start}")
    follow(page, "main a:has-text('给清单提意见')")
    page.fill("[name=text]", TEXT)
    page.fill("[name=contact]", "13800000000")
    follow(page, "main form button")
    return page.locator(".code").nth(1).inner_text()


def look_up(page: Page, url: str, code: str) -> None:
    page.goto(f"{url}/suggestions/lookup")
    page.fill("[name=code]", code)
    follow(page, "main form button")


def test_from_a_phone_without_scripts_to_the_answer_and_a_proposal(browser: Browser, office: Office) -> None:
    """S-SITE-11 without scripts on both sides; the form of a list adjustment begins with the item."""
    url, _ = office
    phone = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    item = first_item(phone, url)
    code = write(phone, url, item)
    number = phone.locator("dt:text-is('编号') + dd").inner_text()
    assert number.startswith("YJ-")
    desk = at_desk(browser, office, CHIEF)
    desk.goto(f"{url}/office/suggestions")
    follow(desk, desk.locator("tr", has_text=number).locator("a"))
    assert TEXT in desk.locator("main").inner_text() and "13800000000" not in desk.content()
    desk.locator("form[action$='/reveal'] select").select_option("verify")
    follow(desk, "form[action$='/reveal'] button")
    assert "13800000000" in desk.locator(".page__side").inner_text()
    desk.fill("form[action$='/answer'] textarea", REPLY)
    follow(desk, "form[action$='/answer'] button")
    assert "已答复" in desk.locator(".lead").inner_text()
    follow(desk, "a:has-text('据此提出清单调整')")
    assert desk.input_value("[name='items.0.item']") == item.strip("/").rsplit("/", 1)[1]
    assert number in desk.input_value("[name=ground]")
    look_up(phone, url, code)
    said = phone.locator("main").inner_text()
    assert REPLY in said and "核实情况" in said
    desk.context.close()
    phone.context.close()


def test_the_code_in_the_address_fills_the_field_and_leaves_the_address(browser: Browser, office: Office) -> None:
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{office[0]}/suggestions/lookup#ABCDEFGHJKMNPQRSTVWXYZ0123")
    assert page.input_value("[name=code]") == "ABCDEFGHJKMNPQRSTVWXYZ0123"
    assert page.url.endswith("/suggestions/lookup")
    page.context.close()


def test_a_search_that_finds_nothing_leads_to_forms_that_are_begun(browser: Browser, office: Office) -> None:
    """S-SITE-02: the complaint form with ground G1 chosen, the suggestion form with what was looked for."""
    url, _ = office
    page = browser.new_page(viewport=DESKTOP)
    for link, place in (("窗口还是要我开这个证明", "/complaints/new"), ("建议收录它", "/suggestions/new")):
        page.goto(f"{url}/search/?q=飞碟驾校")
        follow(page, page.get_by_role("link", name=link))
        expect(page.locator("main li a").first).to_be_visible()
        follow(page, page.locator(f"main a[href^='{place}?place=demo-yiyuan']"))
        if place == "/complaints/new":
            assert page.locator("[name=ground]:checked").get_attribute("value") == "G1_demand"
            assert page.input_value("[name=asked_for]") == "飞碟驾校"
        else:
            assert page.input_value("[name=text]") == "建议收录：飞碟驾校"
    page.context.close()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_a_suggestion_is_accessible_and_fits(
    browser: Browser, office: Office, size: str, look: str
) -> None:
    url, _ = office
    context = looking(browser, size, look)
    page, faults = watched(context)
    named = f"{size}-{look}"
    page.goto(f"{url}/suggestions/new")
    examine(page, f"suggestion-places-{named}")
    item = first_item(page, url)
    page.goto(f"{url}{item}")
    follow(page, "main a:has-text('给清单提意见')")
    examine(page, f"suggestion-form-{named}")
    code = write(page, url, item)
    examine(page, f"suggestion-receipt-{named}")
    page.goto(f"{url}/suggestions/lookup")
    examine(page, f"suggestion-lookup-{named}")
    look_up(page, url, code)
    examine(page, f"suggestion-progress-{named}")
    log_in(page, office, CHIEF)
    page.goto(f"{url}/office/suggestions")
    examine(page, f"suggestion-list-{named}")
    follow(page, page.locator("tbody a").first)
    examine(page, f"suggestion-case-{named}")
    page.goto(f"{url}/office/suggestions/new")
    examine(page, f"suggestion-entry-{named}")
    assert faults == []
    context.close()
