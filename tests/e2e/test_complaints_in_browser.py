"""A complaint as both sides see it: filed on a phone without scripts, handled in the workbench, the result read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.e2e.workbench import DESKTOP, LOOKS, PHONE, SIZES, Office, examine, follow, log_in, looking, watched
from tests.uploads import photo

pytestmark = pytest.mark.browser
ASKED = {
    "reasons_facts": "窗口说没有村里的证明就不收材料。",
    "demand": "请按清单办，不要再要证明。",
    "name": "测试人",
    "phone": "13800000000",
}
REPLY = "查实：窗口没有按清单办，已经纠正，材料当天收下。"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone with scripts turned off."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    yield context.new_page()
    context.close()


def fill_in(page: Page, url: str) -> None:
    """Step 1 from an item's page, up to the check page."""
    item = first_item(page, url)
    page.goto(f"{url}{item}")
    follow(page, "a:has-text('他们还是让我开证明')")
    page.locator("input[name=ground]").first.check()
    for name, text in ASKED.items():
        page.fill(f"[name={name}]", text)
    follow(page, "main form button")


def first_item(page: Page, url: str) -> str:
    """The address of an item in Yiyuan that nobody needs a certificate for."""
    items = page.request.get(f"{url}/data/v1/items.json").json()["records"]
    found = (i["derived"] for i in items if i["place"] == "demo-yiyuan" and i["derived"]["answer"] == "no_need")
    return "/" + str(next(found)["url"])


def file(page: Page, url: str) -> str:
    """All three steps; the code in letters."""
    fill_in(page, url)
    follow(page, "button:has-text('没错，提交')")
    return page.locator(".code").nth(1).inner_text()


def look_up(page: Page, url: str, code: str) -> None:
    page.goto(f"{url}/complaints/lookup")
    page.fill("[name=code]", code)
    follow(page, "main form button")


def step(page: Page, event: str, **given: str) -> None:
    """Unfold the form of a step, choose or write what it needs, press its button."""
    form = page.locator(f"form[action$='/{event}']")
    if not form.is_visible():
        page.locator(f"details:has(form[action$='/{event}']) > summary").click()
    for name, value in given.items():
        control = form.locator(f"[name^='{name}']").first
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    follow(page, form.locator("button"))
    assert page.locator("#errors").count() == 0, page.locator("#errors").inner_text()


def open_case(page: Page, url: str, number: str) -> None:
    page.goto(f"{url}/office/complaints")
    follow(page, page.locator("tr", has_text=number).locator("a"))


def at_desk(browser: Browser, office: Office, login: str) -> Page:
    """Somebody logged in on a desktop without scripts."""
    page = browser.new_context(viewport=DESKTOP, java_script_enabled=False).new_page()
    log_in(page, office, login)
    return page


def test_from_a_phone_without_scripts_to_the_answer(browser: Browser, office: Office, phone: Page) -> None:
    """The whole way: filed on 360 px, accepted, looked into, concluded by two people, told; the person reads it."""
    url, _ = office
    code = file(phone, url)
    number = phone.locator("dt:text-is('编号') + dd").inner_text()
    receiver = at_desk(browser, office, "demo-yiyuan.receiver1")
    handler = at_desk(browser, office, "demo-yiyuan.handler1")
    unit = handler.locator(".who").inner_text().split(" · ")[0]
    open_case(receiver, url, number)
    step(receiver, "accept")
    choice = receiver.locator("form[action$='/transfer'] option", has_text=unit).first
    step(receiver, "transfer", handling_body=choice.get_attribute("value") or "")
    open_case(handler, url, number)
    step(handler, "investigate")
    step(handler, "propose_conclusion", findings="upheld", reply=REPLY)
    receiver.reload()
    step(receiver, "conclude", findings="upheld", reply=REPLY)
    step(receiver, "inform", way="phone")
    assert "已告知" in receiver.locator(".lead").inner_text()
    look_up(phone, url, code)
    assert REPLY in phone.locator("main").inner_text()
    assert "已办结" in phone.locator(".lead").inner_text()
    phone.check("[name=score][value='5']")
    follow(phone, "form[action$='/rate'] button")
    assert phone.locator("form[action$='/rate']").count() == 0, "one rates once"
    adjust(browser, office, number)
    receiver.context.close()
    handler.context.close()


def adjust(browser: Browser, office: Office, number: str) -> None:
    """The office begins a list adjustment from the concluded case."""
    url, _ = office
    context = looking(browser, "desktop", "light")
    chief, _ = watched(context)
    log_in(chief, office, "demo-yiyuan.joint_conference_office1")
    chief.goto(f"{url}/office/complaints/{number}")
    examine(chief, "desktop-case-concluded")
    follow(chief, "a:has-text('据此提出清单调整')")
    assert number in chief.locator("main form .note").first.inner_text()
    assert chief.input_value("[name=ground]").startswith(f"投诉举报 {number}")
    examine(chief, "desktop-adjustment-begun")
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_a_photo_goes_from_the_phone_to_the_desk(
    browser: Browser, office: Office, phone: Page, tmp_path: Path, size: str
) -> None:
    """Chosen without scripts, kept while another field is wrong, opened with a purpose, which the person sees."""
    url, _ = office
    (tmp_path / "a.jpg").write_bytes(photo((1200, 900)))
    (tmp_path / "b.jpg").write_bytes(b"<html>")
    phone.goto(f"{url}/complaints/new?place=demo-yiyuan")
    phone.locator("input[name=ground]").first.check()
    phone.select_option("[name=body]", index=1)
    for name, text in ASKED.items():
        phone.fill(f"[name={name}]", text)
    phone.set_input_files("[name=files]", [tmp_path / "a.jpg", tmp_path / "b.jpg"])
    follow(phone, "main form button")
    assert "第 2 个文件不是 JPEG" in phone.locator("#errors").inner_text()
    follow(phone, "main form button")
    assert "照片 1" in phone.locator("main").inner_text()
    follow(phone, "button:has-text('没错，提交')")
    code = phone.locator(".code").nth(1).inner_text()
    number = phone.locator("dt:text-is('编号') + dd").inner_text()
    context = looking(browser, size, "light")
    page, _ = watched(context)
    log_in(page, office, "demo-yiyuan.receiver1")
    open_case(page, url, number)
    examine(page, f"{size}-case-with-photo")
    page.select_option("form[action$='/open_file'] select", "verify")
    follow(page, "form[action$='/open_file'] button")
    assert page.locator("figure img").evaluate("one => one.naturalHeight") == 1200
    examine(page, f"{size}-picture")
    context.close()
    look_up(phone, url, code)
    assert "打开了照片或者文件，核实情况" in phone.locator("main").inner_text()


def test_a_large_photo_is_made_smaller_before_it_is_sent_and_what_is_too_much_is_said_at_once(
    browser: Browser, office: Office, tmp_path: Path
) -> None:
    noise = Image.effect_noise((3600, 2700), 90).convert("RGB")
    noise.save(tmp_path / "large.jpg", "JPEG", quality=95)
    (tmp_path / "long.pdf").write_bytes(b"%PDF-1.7" + bytes(1_500_000))
    before = (tmp_path / "large.jpg").stat().st_size
    page, _ = watched(browser.new_context(viewport=PHONE))
    page.goto(f"{office[0]}/complaints/new?place=demo-yiyuan")
    page.fill("[name=demand]", ASKED["demand"])
    files = page.locator("[name=files]")
    files.set_input_files([tmp_path / "large.jpg"])
    for _ in range(100):
        size = files.evaluate("one => one.files[0].size")
        if size < before:
            break
        page.wait_for_timeout(100)
    assert size < before / 2
    files.evaluate("one => { one.dataset.megabytes = 1 }")
    files.set_input_files([tmp_path / "long.pdf"])
    said = page.get_by_role("alert")
    said.wait_for()
    assert "合计 1.5 MB，一次最多 1 MB" in said.inner_text()
    page.click("main form button:has-text('下一步')")
    assert (
        page.url.endswith("/complaints/new?place=demo-yiyuan") and page.input_value("[name=demand]") == ASKED["demand"]
    )
    examine(page, "phone-too-much")
    files.set_input_files([])
    said.wait_for(state="hidden")
    follow(page, "main form button:has-text('下一步')")
    page.wait_for_url("**/complaints/check")
    page.context.close()


def test_the_code_of_the_receipt_fills_the_field_and_leaves_the_address(browser: Browser, office: Office) -> None:
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{office[0]}/complaints/lookup#ABCDEFGHJKMNPQRSTVWXYZ0123")
    assert page.input_value("[name=code]") == "ABCDEFGHJKMNPQRSTVWXYZ0123"
    assert "#" not in page.url
    page.goto(f"{office[0]}/complaints/lookup#main")
    page.reload()
    assert page.input_value("[name=code]") == ""
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_whoever_is_slower_reads_what_happened(browser: Browser, office: Office, size: str) -> None:
    url, _ = office
    context = looking(browser, size, "light")
    slow = context.new_page()
    code = file(slow, url)
    look_up(slow, url, code)
    number = slow.locator(".lead").inner_text().split()[1]
    log_in(slow, office, "demo-yiyuan.receiver1")
    open_case(slow, url, number)
    fast = at_desk(browser, office, "demo-yiyuan.receiver1")
    open_case(fast, url, number)
    step(fast, "accept")
    slow.locator("details:has(form[action$='/refuse']) > summary").click()
    slow.fill("form[action$='/refuse'] [name=reply]", "写了半天的告知。")
    follow(slow, "form[action$='/refuse'] button")
    assert "刚刚被别人改过" in slow.locator("#errors").inner_text()
    assert "写了半天的告知。" in slow.locator("main").inner_text()
    examine(slow, f"{size}-overtaken")
    fast.context.close()
    context.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_every_step_is_accessible_and_fits(browser: Browser, office: Office, size: str, look: str) -> None:
    url, _ = office
    context = looking(browser, size, look)
    page, faults = watched(context)
    seen = f"{size}-{look}"
    page.goto(f"{url}/complaints/new")
    examine(page, f"{seen}-places")
    page.goto(f"{url}/complaints/new?place=demo-yiyuan")
    examine(page, f"{seen}-form")
    page.locator("form.card").evaluate("form => form.submit()")
    page.wait_for_url(f"{url}/complaints/check")
    examine(page, f"{seen}-wrong")
    faults[:] = [fault for fault in faults if "422" not in fault]
    fill_in(page, url)
    examine(page, f"{seen}-check")
    page.locator("[name=draft]").evaluate_all("all => all.forEach(one => { one.value = 'of.yesterday' })")
    follow(page, "button:has-text('没错，提交')")
    assert ASKED["demand"] in page.locator("main").inner_text()
    examine(page, f"{seen}-given-back")
    faults[:] = [fault for fault in faults if "403" not in fault]
    follow(page, "button:has-text('再提交一次')")
    examine(page, f"{seen}-receipt")
    code = page.locator(".code").nth(1).inner_text()
    number = page.locator("dt:text-is('编号') + dd").inner_text()
    page.goto(f"{url}/complaints/lookup")
    examine(page, f"{seen}-lookup")
    look_up(page, url, code)
    examine(page, f"{seen}-progress")
    log_in(page, office, "demo-yiyuan.receiver1")
    open_case(page, url, number)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    examine(page, f"{seen}-case")
    step(page, "accept")
    follow(page, "a:has-text('投诉举报受理告知书')")
    examine(page, f"{seen}-letter")
    for name, address in (("list", "complaints"), ("entry", "complaints/new"), ("reports", "reports")):
        page.goto(f"{url}/office/{address}")
        examine(page, f"{seen}-{name}")
    assert faults == []
    context.close()
