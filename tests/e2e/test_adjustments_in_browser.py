"""Adjustments as everybody sees them: a department proposes, the offices act, people object, the merge shows in public.

Fangxian goes through justice, public notice and government; Qingshen sends a sealed notice to the centre; Boshan lets
office and justice decide after a public comment; in Yiyuan the office decides with justice; Wuhai's units change their
own list and it is filed. Days go by between two servers over the same data folder.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import serving
from tests.e2e.workbench import DESKTOP, PHONE, SIZES, Office, examine, follow, log_in, looking

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
FIRST, LATER = "2026-11-25T09:00", "2026-12-07T09:00"
"""A notice of seven working days that begins on 25 November ends on 4 December."""
PATIENCE = 120
PATHS: dict[tuple[str, str], str] = {}
"""Where the page of a proposal is; the same for all servers over one folder."""
CANCELLED = {
    "reason": "X3_function_or_manner",
    "ground": "换了管理办法，窗口自己核实，不再需要这项证明。",
    "legal_bases.0.article": "第四十四条",
    "trigger_date": "2026-11-20",
    "trigger_evidence": "会议纪要第3号",
    "contact_post": "业务科",
}


@contextmanager
def demonstration(folder: Path, now: str) -> Iterator[Office]:
    """A demonstration over a folder that begins at an instant."""
    accounts = folder / "accounts.json"
    with serving(folder, Path("catalog"), "--demo", "--now", now, "--accounts-json", str(accounts)) as url:
        yield url.rstrip("/"), {one["login"]: one["password"] for one in json.loads(accounts.read_text("utf-8"))}


class Place:
    """The people of one place in one browser; each has a window of their own."""

    def __init__(self, browser: Browser, office: Office, place: str, *, scripts: bool = True) -> None:
        self.scripts = scripts
        self.browser, self.office, self.place = browser, office, place
        self.url = office[0]
        self.windows: dict[str, Page] = {}

    def by(self, role: str) -> Page:
        if role not in self.windows:
            context = self.browser.new_context(viewport=DESKTOP, java_script_enabled=self.scripts)
            self.windows[role] = context.new_page()
            log_in(self.windows[role], self.office, f"{self.place}.{role}")
        return self.windows[role]

    def open(self, role: str, number: str) -> Page:
        """The page of a proposal, found on the list at first; later by its address, for lists show what is open."""
        page = self.by(role)
        known = PATHS.get((self.place, number))
        if known:
            page.goto(self.url + known)
            return page
        page.goto(f"{self.url}/office/proposals")
        follow(page, page.locator("tr", has_text=number).locator("a"))
        PATHS[self.place, number] = page.url.removeprefix(self.url)
        return page

    def acts(self, role: str, number: str, event: str, answers: Mapping[str, str] | None = None, **given: str) -> Page:
        """Somebody does one step on a proposal's page."""
        page = self.open(role, number)
        form = page.locator(f"form[action$='/{event}']")
        if not form.is_visible():
            page.locator(f"details:has(form[action$='/{event}']) > summary").click()
        for name, value in (answers or {}).items():
            form.locator(f"[name={name}][value={value}]").check()
        for name, text in given.items():
            form.locator(f"[name={name.rstrip('_')}]").fill(text)
        follow(page, form.locator("button"))
        assert page.locator("#errors").count() == 0, page.locator("#errors").inner_text()
        return page

    def proposes(self, type: str, fields: Mapping[str, str], choose: Callable[[Page], None]) -> str:
        """The first department fills in the form, checks and sends it; returns the number once it is on the forge."""
        page = self.by("department1")
        page.goto(f"{self.url}/office/proposals/new?type={type}")
        choose(page)
        for name, text in fields.items():
            control = page.locator(f"[name='{name}']")
            kind = control.first.evaluate("one => one.tagName + (one.type || '')")
            if kind == "SELECTselect-one":
                control.select_option(text)
            elif kind == "INPUTradio":
                page.locator(f"[name='{name}'][value='{text}']").check()
            else:
                control.fill(text)
        follow(page, "main form button.button:has-text('检查并预览')")
        assert page.locator("#errors").count() == 0, page.locator("#errors").inner_text()
        follow(page, "main form button.button:has-text('报送')")
        found = re.search(r"TZ-\d{4}-\d{4}", page.locator(".crumbs").inner_text())
        assert found
        self.waits("department1", found[0], "已送审")
        return found[0]

    def waits(self, role: str, number: str, words: str) -> Page:
        """Until the page of a proposal says something: what runs in the background takes a moment."""
        return until(lambda: self.open(role, number), words)

    def sees(self, path: str, words: str, page: Page | None = None) -> Page:
        """Until a page of the public site says something."""
        shown = page or self.by_everybody()
        return until(lambda: _gone(shown, f"{self.url}{path}"), words)

    def by_everybody(self) -> Page:
        if "" not in self.windows:
            self.windows[""] = self.browser.new_context(viewport=PHONE, java_script_enabled=self.scripts).new_page()
        return self.windows[""]

    def leave(self) -> None:
        for page in self.windows.values():
            page.context.close()


def _gone(page: Page, address: str) -> Page:
    page.goto(address)
    return page


def until(look: Callable[[], Page], words: str) -> Page:
    end = time.monotonic() + PATIENCE
    while True:
        page = look()
        if words in page.locator("main").inner_text():
            return page
        assert time.monotonic() < end, (
            f"{words!r} never showed at {page.url}: {page.locator('main').inner_text()[:600]}"
        )
        time.sleep(1)


def first_item(page: Page) -> None:
    """The first item of the list that is chosen from: the department's own stand first."""
    choice = page.locator("[name='items.0.item']")
    choice.select_option(index=1)


def a_law(page: Page, name: str = "legal_bases.0.basis", title: str = "优化营商环境条例") -> None:
    option = page.locator(f"[name='{name}'] option", has_text=title).first
    page.locator(f"[name='{name}']").select_option(option.get_attribute("value") or "")


def own_item_with_law(page: Page) -> None:
    first_item(page)
    a_law(page)


def item_of(page: Page) -> str:
    """The id of the item that a proposal is about."""
    found = re.search(r"zm-[0-9a-z]{6}", page.locator(".change__about").first.inner_text())
    assert found
    return found[0]


def shot(browser: Browser, url: str, name: str) -> None:
    """Accessible and whole on phone and desktop."""
    for size in SIZES:
        context = looking(browser, size, "light")
        page = context.new_page()
        page.goto(url)
        examine(page, f"{name}-{size}")
        context.close()


def test_fangxian_cancels_after_justice_notice_and_government(browser: Browser, tmp_path: Path) -> None:
    with demonstration(tmp_path, FIRST) as office:
        town = Place(browser, office, "demo-fangxian")
        number = town.proposes("cancel", CANCELLED, own_item_with_law)
        page = town.acts("joint_conference_office1", number, "study")
        item = item_of(page)
        examine(page, "fx-studied")
        reviewed = {"basis": "no", "necessity": "no", "superior": "none"}
        grounds = {"basis_ground": "没有法律依据", "necessity_ground": "窗口能自己核实"}
        examine(town.open("justice1", number), "fx-justice")
        page = town.acts("justice1", number, "opine", reviewed, **grounds, opinion="同意取消，程序合法。")
        assert page.locator("a:has-text('.docx')").count() == 1
        page = town.acts("joint_conference_office1", number, "notify")
        assert "2026-12-04" in page.locator("main").inner_text()
        notice = f"demo-fangxian-{number}"
        public = town.sees("/notices/", "看看改什么，提异议")
        follow(public, "a:has-text('看看改什么，提异议')")
        assert public.url.endswith(f"/notices/{notice}/")
        assert "已取消" in public.locator(".compare").inner_text()
        calendar = public.request.get(f"{town.url}/notices/{notice}/last-day.ics")
        assert calendar.headers["content-type"].startswith("text/calendar") and "20261204" in calendar.text()
        shot(browser, f"{town.url}/notices/", "fx-notices")
        shot(browser, f"{town.url}/notices/{notice}/", "fx-notice")
        shot(browser, f"{town.url}/objections/new?notice={notice}", "fx-objection-form")
        follow(public, "a:has-text('我要提异议') >> nth=0")
        follow(public, "main form button")
        examine(public, "fx-objection-wrong")
        public.fill("[name=text]", "我们村还有老人要用这份证明。")
        public.fill("[name=name]", "测试人")
        follow(public, "main form button")
        examine(public, "fx-objection-receipt")
        code = public.locator(".code").nth(1).inner_text()
        page = town.open("joint_conference_office1", number)
        assert "1 条没有处理" in page.locator("main").inner_text()
        follow(page, "a:has-text('去处理')")
        examine(page, "fx-objections")
        page.check("[name=taken][value=no]")
        page.fill("[name=answer]", "窗口可以自己核实，不用老人去开。")
        follow(page, "button:has-text('处理好了')")
        assert "不采纳" in page.locator("main").inner_text()
        examine(page, "fx-objections-decided")
        examine(town.open("joint_conference_office1", number), "fx-in-notice")
        town.leave()
    with demonstration(tmp_path, LATER) as office:
        town = Place(browser, office, "demo-fangxian")
        page = town.waits("joint_conference_office1", number, "公示结束")
        assert "要再审一次" in page.locator("main").inner_text()
        again = {"basis_ground": "没有法律依据", "opinion": "异议不影响，同意取消。"}
        town.acts("justice1", number, "opine", {"basis": "no"}, **again)
        town.acts("government1", number, "opine", {}, opinion="同意取消。")
        town.acts("joint_conference_office1", number, "approve", {}, opinion="按审定结果取消。")
        page = town.waits("department1", number, "已公布")
        examine(page, "fx-published")
        town.sees(f"/demo-fangxian/items/{item}/", "从2026年12月7日起取消")
        shot(browser, f"{town.url}/demo-fangxian/items/{item}/", "fx-item")
        town.sees("/changes/", "已取消")
        town.sees(f"/notices/{notice}/", "已经公布实行")
        shot(browser, f"{town.url}/notices/", "fx-notices-over")
        feed = town.by_everybody().request.get(f"{town.url}/changes/feed.xml").text()
        assert item in feed
        public = town.by_everybody()
        public.goto(f"{town.url}/objections/lookup")
        public.fill("[name=code]", code)
        follow(public, "main form button")
        assert "窗口可以自己核实" in public.locator("main").inner_text()
        examine(public, "fx-objection-answer")
        public.goto(f"{town.url}/objections/new?notice={notice}")
        assert "不再收异议" in public.locator("main").inner_text()
        examine(public, "fx-objection-late")
        town.leave()


def not_shared_yet(place: str, *, assessed: bool = False) -> Callable[[Page], None]:
    """Choose an item of the department's own that is not obtained by data sharing, a law, and who assessed the risk."""

    def choose(page: Page) -> None:
        address = page.url.split("/office/")[0]
        records = page.request.get(f"{address}/data/v1/items.json").json()["records"]
        methods = {r["id"]: r["versions"][0]["method"] for r in records if r["place"] == place and r.get("versions")}
        ids = page.locator("[name='items.0.item'] option").evaluate_all("all => all.map(one => one.value)")
        page.locator("[name='items.0.item']").select_option(
            next(id for id in ids if methods.get(id, "share") != "share")
        )
        a_law(page)
        if assessed:
            page.locator("[name='items.0.risk_assessed.by']").select_option(index=1)

    return choose


SHARED = {
    "items.0.version.method": "share",
    "reason": "C4_method",
    "ground": "数据接口已经开通，窗口自己查。",
    "legal_bases.0.article": "第四十四条",
    "trigger_date": "2026-11-20",
    "trigger_evidence": "会议纪要第5号",
    "justification": "不用群众跑，当场就能查到",
    "contact_post": "业务科",
}


def test_qingshen_sends_a_sealed_notice_and_the_centre_receives_it(browser: Browser, tmp_path: Path) -> None:
    with demonstration(tmp_path, FIRST) as office:
        town = Place(browser, office, "demo-qingshen")
        sealed = SHARED | {"element": "免提交方式", "seal": "示例函第12号，已盖章"}
        number = town.proposes("change", sealed, not_shared_yet("demo-qingshen"))
        page = town.open("centre1", number)
        assert "接收盖章的变化通知" in page.locator("main").inner_text()
        examine(page, "qs-sent")
        item = item_of(page)
        page = town.acts("centre1", number, "file")
        examine(page, "qs-received")
        page = town.waits("department1", number, "已公布")
        examine(page, "qs-published")
        public = town.sees(f"/demo-qingshen/items/{item}/", "数据共享")
        assert "前后变化" in public.locator("main").inner_text()
        shot(browser, f"{town.url}/demo-qingshen/items/{item}/", "qs-item")
        assert item in public.request.get(f"{town.url}/demo-qingshen/feed.xml").text()
        town.leave()


def test_boshan_asks_people_then_office_and_justice_decide(browser: Browser, tmp_path: Path) -> None:
    """The people's side without scripts: every step is a plain form."""
    with demonstration(tmp_path, FIRST) as office:
        town = Place(browser, office, "demo-boshan", scripts=False)
        assessed = SHARED | {"items.0.risk_assessed.on": "2026-11-20"}
        number = town.proposes("change", assessed, not_shared_yet("demo-boshan", assessed=True))
        item = item_of(town.acts("joint_conference_office1", number, "study"))
        assert "征求意见" in town.acts("joint_conference_office1", number, "consult").locator("main").inner_text()
        notice = f"demo-boshan-{number}"
        public = town.sees(f"/notices/{notice}/", "正在征求意见")
        shot(browser, f"{town.url}/notices/{notice}/", "bs-comment")
        shot(browser, f"{town.url}/demo-boshan/items/{item}/", "bs-item-in-comment")
        follow(public, "a:has-text('我要提意见') >> nth=0")
        public.fill("[name=text]", "早该这样了。")
        follow(public, "main form button")
        assert "YJ-2026-" in public.locator("main").inner_text()
        page = town.open("justice1", number)
        assert page.locator("form[action$='/opine']").count() == 0, "not before the last day is over"
        town.leave()
    with demonstration(tmp_path, LATER) as office:
        town = Place(browser, office, "demo-boshan", scripts=False)
        page = town.waits("joint_conference_office1", number, "征求意见结束")
        follow(page, "a:has-text('去处理')")
        page.check("[name=taken][value=yes]")
        page.fill("[name=answer]", "这次就接通数据。")
        follow(page, "button:has-text('处理好了')")
        yes = {"basis": "yes", "necessity": "yes", "superior": "yes"}
        town.acts("justice1", number, "opine", yes, opinion="合法。")
        town.acts("joint_conference_office1", number, "approve", yes, opinion="同意，会同司法局研究过。")
        town.waits("department1", number, "已公布")
        public = town.sees(f"/demo-boshan/items/{item}/", "前后变化")
        assert "数据共享" in public.locator(".history").inner_text()
        shot(browser, f"{town.url}/demo-boshan/items/{item}/", "bs-item")
        town.sees("/changes/", "2026-12-07")
        feed = public.request.get(f"{town.url}/changes/feed.xml").text()
        assert f"demo-boshan/items/{item}/" in feed
        shot(browser, f"{town.url}/notices/{notice}/", "bs-comment-over")
        town.leave()


def a_new_item(page: Page) -> None:
    """A kind and a service of the list that are not together yet, at the department's own desk."""
    address = page.url.split("/office/")[0]
    unit = page.locator(".who").inner_text().split(" · ")[0]
    own = page.locator("[name='items.0.requesting_body'] option", has_text=unit).first.get_attribute("value")
    records = page.request.get(f"{address}/data/v1/items.json").json()["records"]
    here = [r for r in records if r["place"] == "demo-yiyuan"]
    listed = {(r["kind"], r["service"]) for r in here}
    bureaus = page.locator("[name='items.0.issuing_body'] option", has_text=re.compile("局$")).evaluate_all(
        "all => all.map(one => one.value)"
    )
    model = next(r for r in here if r["requesting_body"] == own and r.get("issuing_body") in bureaus)
    kind = next(r["kind"] for r in here if (r["kind"], model["service"]) not in listed)
    chosen = {
        "kind": kind,
        "service": model["service"],
        "requesting_body": own,
        "issuing_body": model["issuing_body"],
        "version.share.source": model["issuing_body"],
    }
    page.click("summary:has-text('数据共享的')")
    for name, value in chosen.items():
        page.locator(f"[name='items.0.{name}']").select_option(value)
    a_law(page)
    a_law(page, "items.0.legal_bases.0.basis")


ADDED = {
    "items.0.version.method": "share",
    "items.0.legal_bases.0.article": "第四十四条",
    "items.0.legal_bases.0.requires": "办理时要核实这件事",
    "items.0.explain": "由单位自己查，您不用去开。",
    "reason": "A4_omitted",
    "ground": "窗口实际在要，清单里没有写。",
    "legal_bases.0.article": "第四十四条",
    "trigger_date": "2026-11-20",
    "trigger_evidence": "会议纪要第6号",
    "justification": "不用再跑一趟",
    "contact_post": "业务科",
}


def test_yiyuan_adds_an_item_and_the_office_decides_with_justice(browser: Browser, tmp_path: Path) -> None:
    with demonstration(tmp_path, FIRST) as office:
        town = Place(browser, office, "demo-yiyuan")
        number = town.proposes("add", ADDED, a_new_item)
        examine(town.open("department1", number), "yy-sent")
        page = town.acts("joint_conference_office1", number, "study")
        item = item_of(page)
        examine(page, "yy-studied")
        assert page.request.get(f"{town.url}/demo-yiyuan/items/{item}/").status == 404, "not before it is decided"
        yes = {"basis": "yes", "necessity": "yes", "superior": "yes"}
        examine(town.acts("justice1", number, "opine", yes, opinion="合法，同意增加。"), "yy-justice")
        town.acts("joint_conference_office1", number, "approve", yes, opinion="同意，会同司法局研究过。")
        page = town.waits("department1", number, "看公开的页面")
        examine(page, "yy-published")
        assert page.locator("a:has-text('看公开的页面')").get_attribute("href") == f"/demo-yiyuan/items/{item}/"
        public = town.sees(f"/demo-yiyuan/items/{item}/", "由单位自己查，您不用去开。")
        assert "要交证明" in public.locator(".history").inner_text()
        shot(browser, f"{town.url}/demo-yiyuan/items/{item}/", "yy-item")
        for feed in ("/changes/feed.xml", "/demo-yiyuan/feed.xml"):
            assert item in public.request.get(f"{town.url}{feed}").text(), feed
        town.sees("/changes/", "2026-11-25")
        town.leave()


def test_wuhai_changes_its_own_list_and_it_is_filed(browser: Browser, tmp_path: Path) -> None:
    """WH-OR-16: nobody approves; the filing is dated and the office can look at it."""
    with demonstration(tmp_path, FIRST) as office:
        town = Place(browser, office, "demo-wuhai")
        other = {"items.0.version.method": "check", "items.0.version.check.system": "one_window_platform"}
        why = {"reason_text": "数据已经接通。", "items.0.to.explain": "窗口自己核验，您不用带。", **other}
        chosen: list[str] = []
        number = town.proposes("change", {**UNIT, **why}, lambda page: chosen.append(shown_own_item_with_law(page)))
        item = chosen[0]
        examine(town.waits("department1", number, "已公布"), "wh-published")
        page = town.open("bureau1", number)
        assert "备案" in page.locator("main").inner_text()
        examine(page, "wh-filed")
        public = town.sees(f"/demo-wuhai/items/{item}/", "窗口自己核验，您不用带。")
        assert "前后变化" in public.locator("main").inner_text()
        shot(browser, f"{town.url}/demo-wuhai/items/{item}/", "wh-item")
        assert item in public.request.get(f"{town.url}/demo-wuhai/feed.xml").text()
        town.leave()


UNIT = {
    "ground": "说法看不懂，改成大白话。",
    "legal_bases.0.article": "第四十四条",
    "trigger_date": "2026-11-20",
    "trigger_evidence": "会议纪要第7号",
    "justification": "看得懂，就少跑一趟",
    "contact_post": "业务科",
}


def shown_own_item_with_law(page: Page) -> str:
    """What the list says of an item is shown once it is chosen; its id."""
    first_item(page)
    item = page.locator("[name='items.0.item']").input_value()
    follow(page, "main button:visible:not(.visually-hidden):has-text('选好了')")
    page.click("summary:has-text('调用、核验系统数据的')")
    a_law(page)
    return item
