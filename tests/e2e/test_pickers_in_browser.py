"""The workbench's pickers: a few characters find the entry, by what people say, by sound; selects without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.workbench import DESKTOP, LOOKS, PHONE, SIZES, Office, examine, follow, log_in, looking, watched

pytestmark = pytest.mark.browser
ADD, ENTRY = "/office/proposals/new?type=add", "/office/complaints/new"
KIND, BASIS = "items.0.kind", "items.0.legal_bases.0.basis"


@pytest.fixture(scope="module")
def badges(browser: Browser, office: Office) -> dict[str, Any]:
    """The cookies of a department and of a receiver; each logs in once."""
    found: dict[str, Any] = {}
    for role in ("department1", "receiver1"):
        context = browser.new_context()
        log_in(context.new_page(), office, f"demo-yiyuan.{role}")
        found[role] = context.cookies()
        context.close()
    return found


@pytest.fixture
def page(browser: Browser, office: Office, badges: dict[str, Any]) -> Iterator[Page]:
    """A department at its form for a new item."""
    context = browser.new_context(viewport=DESKTOP)
    context.add_cookies(badges["department1"])
    page = context.new_page()
    page.goto(office[0] + ADD)
    yield page
    context.close()


def field(page: Page, name: str) -> Locator:
    """The box in which one types; it stands where the select stood."""
    return page.locator(f"[id='f-{name}']")


def options(page: Page) -> Locator:
    return page.locator(".picker [role=option]:visible")


def chosen(page: Page, name: str) -> tuple[str, str]:
    """What the form would send, and what the box shows."""
    value = page.locator(f"select[name='{name}']").input_value()
    return value, field(page, name).input_value()


def typed(page: Page, name: str, text: str) -> Locator:
    """Type as a person does, and wait for the first of the list to be marked."""
    field(page, name).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)
    expect(field(page, name)).to_have_attribute("aria-activedescendant", re.compile("-0$"))
    return options(page)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (KIND, "证明我没结婚", "婚姻状况证明"),
        (KIND, "hunyinzhuangkuang", "婚姻状况证明"),
        (KIND, "婚因状况证明", "婚姻状况证明"),
        ("items.0.service", "结婚", "结婚"),
        ("items.0.requesting_body", "gongan", "公安"),
        (BASIS, "婚姻登记条例", "婚姻登记条例"),
    ],
)
def test_a_few_characters_find_the_entry_as_the_site_s_search_does(
    page: Page, name: str, text: str, expected: str
) -> None:
    found = typed(page, name, text)
    expect(found.first).to_contain_text(expected)
    label = found.first.inner_text()
    found.first.click()
    value, shown = chosen(page, name)
    assert value and shown == label
    assert page.locator(f"select[name='{name}'] option[value='{value}']").inner_text().strip() == label


def test_the_keyboard_alone_chooses_takes_back_and_never_sends_the_form(page: Page) -> None:
    typed(page, KIND, "婚姻状况证明")
    page.keyboard.press("Enter")
    value, shown = chosen(page, KIND)
    assert shown == "婚姻状况证明"
    page.evaluate("document.title = 'still here'")
    page.keyboard.press("Enter")  # the list is closed: in any other box this would send the form
    page.wait_for_timeout(1000)
    assert page.title() == "still here" and page.url.endswith(ADD)
    typed(page, KIND, "户口")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert chosen(page, KIND) == (value, shown), "what was half typed goes, what was chosen stays"
    field(page, KIND).fill("")
    page.keyboard.press("Tab")
    assert chosen(page, KIND) == ("", "")
    field(page, KIND).focus()
    page.keyboard.press("ArrowDown")
    assert options(page).count() == 30, "an empty box lists the first ones"


def test_what_was_chosen_comes_back_with_the_problems(page: Page) -> None:
    typed(page, KIND, "婚姻状况证明")
    page.keyboard.press("Enter")
    before = chosen(page, KIND)
    follow(page, page.get_by_role("button", name="检查并预览").last)
    page.wait_for_selector("#errors")
    assert chosen(page, KIND) == before
    page.locator("#errors a[href='#f-items.0.service']").click()
    expect(field(page, "items.0.service")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("combobox", name="办什么事要它")).to_be_visible()


def test_only_what_the_select_offers_is_offered(page: Page) -> None:
    """The index holds every place's services and bodies; the form takes those of its own place."""
    found = typed(page, "items.0.requesting_body", "民政局")
    values = found.evaluate_all("all => all.map((one) => one.dataset.value)")
    known = page.locator("select[name='items.0.requesting_body'] option").evaluate_all("all => all.map((o) => o.value)")
    assert values and set(values) <= set(known)
    field(page, "items.0.requesting_body").fill("飞碟驾校")
    expect(page.locator(".picker [role=status]", has_text="没有找到")).to_have_count(1)
    assert options(page).count() == 0


def test_without_the_index_the_words_as_written_are_found(page: Page) -> None:
    page.route(re.compile("/search/"), lambda route: route.fulfill(status=404))
    found = typed(page, KIND, "婚姻状况")
    expect(found.first).to_contain_text("婚姻状况证明")


def test_the_form_for_complaints_finds_items_services_and_bodies(
    browser: Browser, office: Office, badges: dict[str, Any]
) -> None:
    context = browser.new_context(viewport=PHONE)
    context.add_cookies(badges["receiver1"])
    page = context.new_page()
    page.goto(office[0] + ENTRY)
    for name, text in (("item", "证明我没结婚"), ("service", "结婚"), ("body", "minzhengju")):
        found = typed(page, name, text)
        box = found.first.bounding_box()
        assert box is not None and box["height"] >= 44 and box["x"] + box["width"] <= PHONE["width"]
        found.first.click()
        assert all(chosen(page, name)), name
    context.close()


def test_without_scripts_the_selects_are_there(browser: Browser, office: Office, badges: dict[str, Any]) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(badges["department1"])
    page = context.new_page()
    page.goto(office[0] + ADD)
    select = page.locator(f"select[id='f-{KIND}']")
    select.select_option(label="婚姻状况证明")
    assert page.locator(".picker").count() == 0 and select.is_visible()
    context.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_forms_are_accessible_with_the_list_open(
    browser: Browser, office: Office, badges: dict[str, Any], size: str, look: str
) -> None:
    context = looking(browser, size, look)
    page, faults = watched(context)
    for role, address, name in (("department1", ADD, KIND), ("receiver1", ENTRY, "item")):
        context.add_cookies(badges[role])
        page.goto(office[0] + address)
        examine(page, f"picker-{size}-{look}-{role}-closed")
        typed(page, name, "婚姻状况")
        examine(page, f"picker-{size}-{look}-{role}-open")
    assert faults == []
    context.close()
