"""A department's application in a real browser: draft, batch, check, send, returned, corrected; a conflict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.workbench import PHONE, SIZES, Office, examine, follow, log_in, looking, watched
from tests.test_sheets_import import HEAD, book

pytestmark = pytest.mark.browser
UNIT, OFFICE, JUSTICE = (f"demo-yiyuan.{role}1" for role in ("department", "joint_conference_office", "justice"))
WHY = {
    "reason_text": "说法要让群众看得懂",
    "ground": "群众反映看不懂",
    "trigger_date": "2026-11-20",
    "trigger_evidence": "会议纪要",
    "justification": "看得懂，就少跑一趟",
    "contact_post": "业务科",
}
PATIENCE = 90
"""Reloads, a second apart, until something that works in the background has happened."""


def button(page: Page, words: str) -> None:
    """Press the button that people see: the one before it only answers the Enter key."""
    follow(page, page.locator(f"main button:visible:not(.visually-hidden):has-text('{words}')").first)


def choose(page: Page, name: str, index: int) -> None:
    page.select_option(f"[name='{name}']", index=index)


def told_apart(page: Page, number: int, nth: int, explain: str) -> None:
    """Fill in one item: which one, and another sentence for the people."""
    choose(page, f"items.{number}.item", nth)
    button(page, "选好了")
    page.fill(f"[name='items.{number}.to.explain']", explain)


def reasons(page: Page) -> None:
    page.select_option("[name=reason]", value="C9_other")
    for name, text in WHY.items():
        page.fill(f"[name={name}]", text)


def until(page: Page, there: Callable[[], bool]) -> None:
    for _ in range(PATIENCE):
        if there():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


def acted(page: Page, event: str, **fields: str) -> None:
    """A step of a reviewer."""
    form = page.locator(f"form[action$='/{event}']")
    if not form.is_visible():
        page.locator(f"details:has(form[action$='/{event}']) > summary").click()
    for name, text in fields.items():
        form.locator(f"[name={name}]").fill(text)
    follow(page, form.locator("button"))


def delivered(page: Page) -> None:
    until(page, lambda: page.locator("main .state:has-text('已送审')").count() == 1)


@pytest.mark.parametrize("size", SIZES)
def test_from_draft_to_batch_to_review_and_back(browser: Browser, office: Office, size: str) -> None:
    url = office[0]
    context = looking(browser, size, "light")
    page, faults = watched(context)
    log_in(page, office, UNIT)
    page.goto(f"{url}/office/proposals")
    follow(page, "a:has-text('写一份申请')")
    examine(page, f"adjust-{size}-1-new")
    first = 1 if size == "phone" else 3
    told_apart(page, 0, first, f"不用交这份证明，您签字就行（{size}）。")
    examine(page, f"adjust-{size}-2-item")
    button(page, "再加一项")
    told_apart(page, 1, first + 1, f"不用交这份证明，我们自己查（{size}）。")
    button(page, "存草稿")
    page.goto(f"{url}/office/proposals/drafts")
    examine(page, f"adjust-{size}-3-drafts")
    follow(page, "td a >> nth=0")
    button(page, "检查并预览")
    assert page.locator("#errors").is_visible()
    examine(page, f"adjust-{size}-4-wrong")
    reasons(page)
    button(page, "检查并预览")
    assert page.locator("ins").count() >= 2, page.locator("#errors").inner_text()
    examine(page, f"adjust-{size}-5-preview")
    button(page, "没有问题，报送")
    delivered(page)
    examine(page, f"adjust-{size}-6-sent")
    address = page.url
    reviewer, others = watched(looking(browser, size, "light"))
    log_in(reviewer, office, OFFICE)
    reviewer.goto(address)
    acted(reviewer, "return", defects="请写清楚由谁来查")
    page.reload()
    examine(page, f"adjust-{size}-7-returned")
    button(page, "打开申请来改")
    assert page.locator("text=请写清楚由谁来查").count() == 1
    examine(page, f"adjust-{size}-8-correcting")
    button(page, "改")
    page.fill("[name='items.1.to.explain']", f"不用交这份证明，民政局自己查（{size}）。")
    button(page, "检查并预览")
    button(page, "没有问题，报送")
    delivered(page)
    assert page.url == address and page.locator("text=民政局自己查").count() >= 1
    assert not [one for one in (*faults, *others) if "422" not in one]


def test_a_draft_and_a_batch_need_no_scripts(browser: Browser, office: Office) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    log_in(page, office, "demo-yiyuan.department2")
    page.goto(f"{office[0]}/office/proposals/new?type=change")
    told_apart(page, 0, 1, "不用交，我们自己查。")
    button(page, "新写一个证明种类")
    page.fill("[name='new.0.fields.name']", "没有过的证明")
    button(page, "再加一项")
    assert page.locator("ol.batch > li").count() == 1
    button(page, "改")
    assert page.input_value("[name='items.0.to.explain']") == "不用交，我们自己查。"
    assert page.input_value("[name='new.0.fields.name']") == "没有过的证明"
    button(page, "不要这一个了")
    assert page.locator(".newcomer").count() == 0
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_a_table_is_uploaded_and_gone_on_with(browser: Browser, office: Office, size: str, tmp_path: Path) -> None:
    table = tmp_path / "一览表.xlsx"
    row = ["1", "没有登记过的证明", "收养登记", "《不存在的办法》第三条", "民政局", "", "原来的备注"]
    table.write_bytes(book(HEAD, row))
    page, faults = watched(looking(browser, size, "light"))
    log_in(page, office, UNIT)
    page.goto(f"{office[0]}/office/proposals/sheets/new")
    examine(page, f"sheet-{size}-1-upload")
    page.set_input_files("[name=table]", table)
    button(page, "上传")
    examine(page, f"sheet-{size}-2-result")
    with page.expect_download() as waited:
        page.click("a:has-text('下载批注后的表')")
    assert waited.value.suggested_filename == "批注-一览表.xlsx"
    follow(page, "a:has-text('接着填')")
    button(page, "新写一个证明种类")
    examine(page, f"sheet-{size}-3-newcomer")
    assert faults == []


def test_the_same_field_changed_twice_is_shown_in_three_columns(browser: Browser, office: Office) -> None:
    url = office[0]
    page, _ = watched(looking(browser, "desktop", "light"))
    log_in(page, office, UNIT)
    addresses = []
    for explain in ("不用交，第一种说法。", "不用交，第二种说法。"):
        page.goto(f"{url}/office/proposals/new?type=change")
        told_apart(page, 0, 6, explain)
        reasons(page)
        button(page, "检查并预览")
        button(page, "没有问题，报送")
        delivered(page)
        addresses.append(page.url)
    reviewers = {login: watched(looking(browser, "desktop", "light"))[0] for login in (OFFICE, JUSTICE)}
    for login, reviewer in reviewers.items():
        log_in(reviewer, office, login)
    for address in addresses:
        for login, event, fields in (
            (OFFICE, "study", {}),
            (JUSTICE, "opine", {"opinion": "合法"}),
            (OFFICE, "approve", {"opinion": "同意"}),
        ):
            reviewers[login].goto(address)
            acted(reviewers[login], event, **fields)
        page.goto(address)
        until(page, lambda: page.locator("text=/已公布|照哪一个/").count() > 0)
    examine(page, "conflict-desktop")
    page.set_viewport_size(PHONE)
    examine(page, "conflict-phone")
    page.locator("input[value=wanted]").check()
    button(page, "选好了，继续送审")
    delivered(page)
    assert page.locator("ins:has-text('第二种说法')").count() == 1
