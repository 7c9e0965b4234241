"""The workbench as staff see it: in a real browser, on phone and desktop, light, dark and in large print."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.workbench import LOOKS, PHONE, SIZES, Office, examine, follow, log_in, looking, watched

pytestmark = pytest.mark.browser
PAGES = {
    "receiver1": ["/office/", "/office/complaints", "/office/complaints?tab=late", "/office/password"],
    "admin1": ["/office/", "/office/accounts"],
    "department1": ["/office/", "/office/proposals"],
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_workbench_is_accessible_and_fits(
    browser: Browser, office: Office, size: str, look: str
) -> None:
    for role, addresses in PAGES.items():
        context = looking(browser, size, look)
        page, faults = watched(context)
        page.goto(f"{office[0]}/office/login")
        examine(page, f"office-{size}-{look}-login")
        log_in(page, office, f"demo-yiyuan.{role}")
        for number, address in enumerate(addresses):
            page.goto(office[0] + address)
            examine(page, f"office-{size}-{look}-{role}-{number}")
        assert faults == []
        context.close()


def test_an_administrator_makes_an_account_without_scripts(browser: Browser, office: Office) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    log_in(page, office, "demo-yiyuan.admin1")
    follow(page, "text=账号")
    page.fill("[name=login]", "x")
    page.fill("[name=label]", "审查岗")
    page.select_option("select[name=role]", "justice")
    page.fill("#f-password", "long-enough-7")
    follow(page, "button:has-text('建账号')")
    assert page.locator("#errors").is_visible()
    assert page.input_value("[name=label]") == "审查岗"
    page.fill("[name=login]", "justice.extra")
    page.fill("#f-password", "long-enough-7")
    follow(page, "button:has-text('建账号')")
    assert page.locator("td[data-label='账号']", has_text="justice.extra").count() == 1
    context.close()
