"""Files too large for a function, in a real browser: to a bucket at another origin that asks who asks, and back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Page

from chalicelib import wiring
from mianzheng.adapters.s3 import Bucket, S3FileStore, S3Quarantine
from mianzheng.catalog_files.loading import Loaded
from mianzheng.local.server import WholeSite
from mianzheng.web.application import Application
from mianzheng.web.static_site import StaticSite
from mianzheng.web.table import ROUTES
from tests.conftest import ROOT
from tests.e2e.workbench import SIZES, examine, follow, log_in, looking, watched
from tests.stand_ins.cloud import Cloud
from tests.stand_ins.serving import serving
from tests.test_web_complaints import MARKS, body_of, only_case
from tests.test_web_files import form, kept
from tests.test_web_uploads_ahead import begun, large_pdf, sent_ahead
from tests.uploads import photo
from tests.web_client import PASSWORD, Town

pytestmark = pytest.mark.browser
SECOND = re.compile(r"part=1&")
NEXT = "下一步：核对"


@dataclass
class Running:
    """A town as on AWS: what a function takes and gives, files and quarantine in a bucket, the page at `url`."""

    town: Town
    bucket: Bucket
    url: str

    def names(self) -> list[str]:
        """What lies in the bucket."""
        return [one["Key"] for one in self.bucket.client.list_objects_v2(Bucket=self.bucket.name).get("Contents", [])]


def let_in(bucket: Bucket, origin: str) -> None:
    """The rules of the template for who may send from which page."""
    resources = yaml.safe_load((ROOT / "functions" / "resources.yaml").read_text("utf-8"))["Resources"]
    (rule,) = resources["KeptBucket"]["Properties"]["CorsConfiguration"]["CorsRules"]
    assert rule.pop("AllowedOrigins") == [{"Ref": "PublicUrl"}]
    told = {"AllowedOrigins": [origin], "AllowedMethods": rule["AllowedMethods"], "MaxAgeSeconds": rule["MaxAge"]}
    bucket.client.put_bucket_cors(Bucket=bucket.name, CORSConfiguration={"CORSRules": [told]})


@pytest.fixture
def running(loaded: Loaded, strict_cloud: Cloud, tmp_path: Path) -> Iterator[Running]:
    town, bucket = Town(loaded.catalog), strict_cloud.bucket()
    town.services = replace(
        town.services,
        files=S3FileStore(bucket.under(wiring.FILES)),
        quarantine=S3Quarantine(bucket.under(wiring.QUARANTINE)),
        most_upload=wiring.MOST_UPLOAD,
        most_answer=wiring.MOST_FILE,
    )
    town.application = Application(ROUTES, town.services)
    shutil.copytree(ROOT / "site" / "theme" / "assets", tmp_path / "site" / "assets")
    with serving(WholeSite(StaticSite(tmp_path / "site"), town.application)) as url:
        let_in(bucket, url)
        yield Running(town, bucket, url)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A PDF of six megabytes and a small photo."""
    (tmp_path / "村里的表.pdf").write_bytes(large_pdf())
    (tmp_path / "b.jpg").write_bytes(photo((900, 600)))
    return [tmp_path / "村里的表.pdf", tmp_path / "b.jpg"]


def filled(page: Page, running: Running) -> None:
    page.goto(f"{running.url}/complaints/new?place=test-yiyuan")
    page.locator("input[name=ground]").first.check()
    page.select_option("[name=body]", body_of(running.town))
    for name, text in MARKS.items():
        page.fill(f"[name={name}]", text)


def slowly(page: Page, bytes_a_second: int) -> Any:
    """The page's network, as slow as in a village; call what comes back to make it fast again."""
    network = page.context.new_cdp_session(page)
    given = {"offline": False, "latency": 0, "downloadThroughput": -1}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", {**given, "uploadThroughput": bytes_a_second})
    return lambda: network.send("Network.emulateNetworkConditions", {**given, "uploadThroughput": -1})


@pytest.fixture(params=SIZES)
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    context = looking(browser, request.param, "light")
    yield context
    context.close()


def test_large_files_go_ahead_with_progress_in_words_and_the_form_follows(
    running: Running, context: BrowserContext, files: list[Path]
) -> None:
    page, faults = watched(context)
    size = "phone" if page.viewport_size == SIZES["phone"] else "desktop"
    filled(page, running)
    page.set_input_files("[name=files]", files)
    status = page.locator(".bringing").get_by_role("status")
    status.wait_for()
    assert "合计 6.0 MB，比较大" in status.inner_text() and page.locator(".bringing li").count() == 2
    assert running.names() == [], "nothing is sent before the button is pressed"
    examine(page, f"{size}-upload-chosen")
    fast = slowly(page, 500_000)
    page.click(f"button:has-text('{NEXT}')")
    page.locator(".bringing li span", has_text=re.compile("已传 [1-9]")).first.wait_for()
    assert "正在传第 1 个，共 2 个" in status.inner_text()
    examine(page, f"{size}-upload-going")
    fast()
    page.wait_for_url("**/complaints/check")
    assert "PDF 1、照片 2" in page.locator("main").inner_text()
    follow(page, "button:has-text('没错，提交')")
    page.wait_for_url(f"{running.url}/complaints")
    assert len(only_case(running.town).data["files"]) == 2
    assert [name.split("/")[0] for name in running.names()] == ["files", "files"]
    fetched(page, running, size)
    assert faults == []


def fetched(page: Page, running: Running, size: str) -> None:
    """At the desk the long file is opened once, fetched in parts and saved as one."""
    log_in(page, (running.url, {"test-yiyuan.receiver1": PASSWORD}), "test-yiyuan.receiver1")
    record = only_case(running.town)
    page.goto(f"{running.url}/office/complaints/{record.id}")
    page.select_option("form[action$='/open_file'] select", "verify")
    with page.expect_download() as saving:
        page.click("form[action$='/open_file'] button")
    assert saving.value.suggested_filename == f"{record.data['number']}-1.pdf"
    assert saving.value.path().read_bytes() == large_pdf()
    page.get_by_text("取齐了，已经开始保存").wait_for()
    examine(page, f"{size}-fetched")
    events = running.town.services.store.events("complaint", record.id)
    assert [event.name for event in events].count("open_file") == 1


def test_a_part_that_does_not_come_is_said_and_fetched_again(running: Running, browser: Browser) -> None:
    visitor, fields = begun(running.town)
    ahead = sent_ahead(running.town, visitor, fields["draft"], large_pdf())
    checked = form(visitor, "/complaints/check", fields | ahead, [])
    assert visitor.form("/complaints", fields | kept(checked)).status_code == 201
    page = browser.new_page(viewport=SIZES["phone"])
    log_in(page, (running.url, {"test-yiyuan.receiver1": PASSWORD}), "test-yiyuan.receiver1")
    page.goto(f"{running.url}/office/complaints/{only_case(running.town).id}")
    page.select_option("form[action$='/open_file'] select", "verify")
    page.route(SECOND, lambda route: route.abort("connectionreset"))
    page.click("form[action$='/open_file'] button")
    page.get_by_text("没有取完：网络断了").wait_for()
    examine(page, "phone-not-fetched")
    page.unroute(SECOND)
    with page.expect_download() as saving:
        page.click("button:has-text('再取一次')")
    assert saving.value.path().read_bytes() == large_pdf()
    page.close()


def test_what_does_not_get_through_is_said_and_sent_again_without_what_is_there(
    running: Running, context: BrowserContext, files: list[Path]
) -> None:
    page, _ = watched(context)
    filled(page, running)
    page.set_input_files("[name=files]", [files[1], files[0]])
    seen: list[str] = []

    def cut(route: Any) -> None:
        seen.append(route.request.url)
        if len(seen) == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(f"**/{running.bucket.name}", cut)
    page.click(f"button:has-text('{NEXT}')")
    failed = page.get_by_text("第 2 个没有传上去：网络断了")
    failed.wait_for()
    assert "传好的不用再传" in failed.inner_text() and page.input_value("[name=demand]") == MARKS["demand"]
    assert page.locator(".bringing li span").all_inner_texts() == ["已传好", "还没有传"]
    examine(page, f"{page.viewport_size['width'] if page.viewport_size else 0}-upload-failed")
    follow(page, "button:has-text('再传一次')")
    page.wait_for_url("**/complaints/check")
    assert "照片 1、PDF 2" in page.locator("main").inner_text() and len(seen) == 3


def test_a21_a_slow_upload_holds_up_nobody_leaves_nothing_when_stopped_and_a_file_may_be_left_out(
    running: Running, context: BrowserContext, files: list[Path]
) -> None:
    page, _ = watched(context)
    filled(page, running)
    page.set_input_files("[name=files]", files)
    fast = slowly(page, 200_000)
    page.click(f"button:has-text('{NEXT}')")
    page.click("button:has-text('停下')")
    page.get_by_text("已经停下，没有提交").wait_for()
    fast()
    assert [line["route"] for line in running.town.logged][-1] == "/api/v1/uploads", "no request of ours waits for it"
    assert running.names() == []
    page.get_by_role("button", name="不要第 1 个").click()
    assert page.locator("[name=files]").evaluate("one => [...one.files].map((file) => file.name)") == ["b.jpg"]
    assert not page.locator(".bringing").is_visible(), "what is left fits into the form"
    follow(page, f"button:has-text('{NEXT}')")
    page.wait_for_url("**/complaints/check")
    assert "照片 1" in page.locator("main").inner_text() and "PDF" not in page.locator("main").inner_text()


def test_what_cannot_be_taken_is_said_before_anything_is_sent(
    running: Running, browser: Browser, tmp_path: Path
) -> None:
    names = [f"{number}.pdf" for number in range(6)]
    for name, size in zip(names, (11_000_000, 0, 5_000_000, 9, 9, 9), strict=True):
        (tmp_path / name).write_bytes(bytes(size))
    page = browser.new_page(viewport=SIZES["phone"])
    filled(page, running)
    page.set_input_files("[name=files]", [tmp_path / name for name in names])
    said = page.get_by_role("alert")
    said.wait_for()
    for words in ("一次最多 5 个", "第 1 个有 11.0 MB，一个文件最多 10 MB", "第 2 个是空的"):
        assert words in said.inner_text()
    page.click(f"button:has-text('{NEXT}')")
    page.wait_for_timeout(300)
    assert "/complaints/new" in page.url and running.names() == []
    page.close()


def test_the_policy_of_the_page_and_the_rules_of_the_bucket_both_hold(
    running: Running, browser: Browser, files: list[Path]
) -> None:
    """A21: the page reaches this one origin besides its own; the bucket takes nothing from pages of others."""
    page = browser.new_page(viewport=SIZES["phone"])
    filled(page, running)
    elsewhere = "fetch('http://127.0.0.1:9/', {mode: 'no-cors'}).then(() => 'sent', () => 'held back')"
    violated = "new Promise((done) => document.addEventListener('securitypolicyviolation', (e) => done(e.blockedURI)))"
    page.evaluate(f"window.violation = {violated}; 0")
    assert page.evaluate(elsewhere) == "held back"
    assert page.evaluate("window.violation") == "http://127.0.0.1:9/"
    let_in(running.bucket, "https://somebody-else.example")
    page.set_input_files("[name=files]", files)
    page.click(f"button:has-text('{NEXT}')")
    page.get_by_text("第 1 个没有传上去").wait_for()
    page.close()


def test_large_files_are_added_later_by_the_code(running: Running, context: BrowserContext, files: list[Path]) -> None:
    page, faults = watched(context)
    filled(page, running)
    follow(page, f"button:has-text('{NEXT}')")
    follow(page, "button:has-text('没错，提交')")
    code = page.locator(".code").nth(1).inner_text()
    page.goto(f"{running.url}/complaints/lookup")
    page.fill("[name=code]", code)
    follow(page, "main form button")
    page.set_input_files("[name=files]", files)
    page.locator(".bringing").wait_for()
    examine(page, f"{page.viewport_size['width'] if page.viewport_size else 0}-upload-later")
    follow(page, "form[action$='/attach'] > button")
    page.wait_for_url("**/lookup/attach")
    assert "补充了照片或者文件" in page.locator("main").inner_text()
    assert len(only_case(running.town).data["files"]) == 2 and faults == []
