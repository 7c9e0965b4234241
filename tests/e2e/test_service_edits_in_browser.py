"""A department puts one of its services on line: chosen by typing, edited against the list, checked, sent, shown."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.test_adjustment_form_in_browser import button, delivered
from tests.e2e.test_pickers_in_browser import chosen, typed
from tests.e2e.workbench import SIZES, Office, examine, log_in, looking, watched

pytestmark = pytest.mark.browser
WHY = {
    "reason_text": "省里的系统接通了，可以网上办。",
    "ground": "系统接通",
    "element": "网上办理",
    "seal": "示政务函〔2026〕3号",
    "trigger_date": "2026-11-20",
    "contact_post": "业务科",
}

GUIDE = {"conditions": "住在本县的", "procedure": "申请、核对、发证", "time_limit": "当场", "fee": "不收费"}
"""What is changed may not say any more that its guide is not published (QS-PL-4-2a)."""


@pytest.mark.parametrize("size", SIZES)
def test_a_service_goes_on_line(browser: Browser, office: Office, size: str) -> None:
    url = office[0]
    context = looking(browser, size, "light")
    page, faults = watched(context)
    log_in(page, office, "demo-qingshen.department1")
    page.goto(f"{url}/office/proposals/new?type=change")
    button(page, "改的是办事事项本身")
    own = page.locator("[name='items.0.item'] option").nth(1 if size == "phone" else 2).inner_text().strip()
    examine(page, f"service-{size}-1-which")
    typed(page, "items.0.item", own)
    page.keyboard.press("Enter")
    assert chosen(page, "items.0.item")[1] == own
    button(page, "选好了")
    page.locator("main details").evaluate_all("all => all.forEach(one => { one.open = true })")
    examine(page, f"service-{size}-2-listed")
    page.select_option("[name='items.0.to.online.extent']", "whole")
    page.select_option("[name='items.0.to.online.ground']", "")
    page.fill("[name='items.0.to.online.reason']", "")
    question = page.locator("[name^='items.0.to.advice.'][name$='.question']").last
    row = (question.get_attribute("name") or "").split(".")[4]
    question.fill("家里人能替我办吗？")
    button(page, "检查并预览")
    assert page.locator("#errors").is_visible()
    examine(page, f"service-{size}-3-wrong")
    page.fill(f"[name='items.0.to.advice.{row}.answer']", "能，带上您和家里人的身份证。")
    page.fill(f"[name='items.0.to.advice.{row}.updated']", "2026-11-24")
    page.locator("main details").evaluate_all("all => all.forEach(one => { one.open = true })")
    for part, text in GUIDE.items():
        page.fill(f"[name='items.0.to.guide.{part}']", text)
    page.select_option("[name=reason]", value="C9_other")
    page.select_option("[name='legal_bases.0.basis']", label="优化营商环境条例")
    page.fill("[name='legal_bases.0.article']", "第三十七条")
    for name, text in WHY.items():
        page.fill(f"[name={name}]", text)
    button(page, "检查并预览")
    assert page.locator("#errors").count() == 0, page.locator("#errors").inner_text()
    assert "能，带上您和家里人的身份证。" in page.locator("main").inner_text()
    examine(page, f"service-{size}-4-preview")
    button(page, "没有问题，报送")
    delivered(page)
    examine(page, f"service-{size}-5-sent")
    assert not [one for one in faults if "422" not in one]
    context.close()
