"""The built site: what pages say, that links lead somewhere, that nothing can be smuggled in, that nothing is lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from lxml import html as lxml_html

from mianzheng import publishing
from mianzheng.errors import CatalogHasErrors, MianzhengError
from mianzheng.site.generator import make_shells
from mianzheng.site.setting import Setting
from tests.alterations import alter
from tests.conftest import NOW, ROOT

carries = pytest.mark.carries
Site = Callable[..., Path]


@pytest.fixture
def setting(shells: Path, catalog_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setting:
    """A build of the test catalog."""
    monkeypatch.chdir(tmp_path)
    return publishing.setting(catalog=catalog_folder, out=tmp_path / "site", shells=shells, now=NOW)


def build(setting: Setting, **changes: Any) -> Path:
    publishing.publish(replace(setting, **changes))
    return setting.out


def text_of(page: Path) -> str:
    main = lxml_html.fromstring(page.read_bytes()).get_element_by_id("main")
    return " ".join(main.text_content().split())


def item_pages(site: Path, place: str = "*") -> list[Path]:
    return sorted(site.glob(f"{place}/items/zm-*/index.html"))


def page_of(site: Path, place: str, says: str) -> Path:
    return next(page for page in item_pages(site, place) if says in text_of(page))


class TestWhole:
    def test_every_link_leads_to_a_page_or_a_part_of_one(self, built: Path) -> None:
        pages = {page: lxml_html.fromstring(page.read_bytes()) for page in built.rglob("*.html")}
        ids = {page: {e.get("id") for e in tree.iter() if e.get("id")} for page, tree in pages.items()}
        broken = []
        for page, tree in pages.items():
            for element in tree.iter("a", "link", "script", "img", "form"):
                link = element.get("href") or element.get("src") or element.get("action")
                if not link or re.match(r"[a-z]+:", link) or element.get("rel") == "canonical":
                    continue
                path, _, part = link.partition("#")
                target = (page.parent / path.partition("?")[0]).resolve() if path else page
                if any(target.is_relative_to(built.resolve() / name) for name in ("api", "complaints")):
                    continue  # answered by the functions
                if target.is_dir():
                    target /= "index.html"
                if page.name == "404.html" and link.startswith("/"):
                    target = built / link.lstrip("/").partition("#")[0]
                    target = target / "index.html" if target.is_dir() else target
                if not target.is_file() or (part and target in ids and part not in ids[target]):
                    broken.append(f"{page.relative_to(built)} → {link}")
        assert broken[:20] == []

    def test_no_marker_word_and_no_template_word_is_left(self, built: Path) -> None:
        left = [p for p in built.rglob("*.html") if re.search(r"ZM[A-Z]+ZM|\{\{|\{%|Undefined", p.read_text("utf-8"))]
        assert left == []

    def test_nothing_is_fetched_from_another_host(self, built: Path) -> None:
        for page in built.rglob("*.html"):
            tree = lxml_html.fromstring(page.read_bytes())
            for element in tree.iter("script", "img", "iframe", "link", "source", "video"):
                address = element.get("src") or (element.get("href") if element.get("rel") == "stylesheet" else None)
                assert not (address or "").startswith(("http:", "https:", "//")), page
        for sheet in built.rglob("*.css"):
            assert not re.search(r"url\(['\"]?(?:https?:)?//|@import", sheet.read_text("utf-8")), sheet

    def test_every_page_says_that_it_is_a_demonstration_and_is_not_to_be_indexed(self, built: Path) -> None:
        for page in built.rglob("*.html"):
            text = page.read_text("utf-8")
            assert "演示网站，不是政府网站" in text, page
            assert '<meta name="robots" content="noindex, nofollow">' in text, page
            assert "12345" in text, page
        assert "Disallow: /" in (built / "robots.txt").read_text("utf-8")

    def test_each_page_has_one_heading_a_title_and_a_description(self, built: Path) -> None:
        for page in built.rglob("*.html"):
            tree = lxml_html.fromstring(page.read_bytes())
            assert len(tree.findall(".//h1")) == 1, page
            title = tree.findtext(".//title") or ""
            assert len(title) > 2, page
            ids = [e.get("id") for e in tree.iter() if e.get("id")]
            assert len(ids) == len(set(ids)), page


class TestItems:
    @carries("site", "BS-PL-2-2b", where="mianzheng.views.items:item_values")
    @pytest.mark.parametrize(
        ("place", "method", "word"),
        [
            ("test-boshan", "数据共享", "不用交证明"),
            ("test-boshan", "告知承诺", "不用交证明·签承诺书"),
            ("test-boshan", "部门核验", "不用交证明"),
            ("test-boshan", "干部代办", "不用交证明·单位帮您取"),
            ("test-qingshen", "容缺受理", "可以先办后补"),
            ("test-qingshen", "先办后验", "可以先办后补"),
            ("test-wuhai", "数据调用", "不用带证照"),
        ],
    )
    def test_the_answer_word_follows_from_the_method(self, place: str, method: str, word: str, built: Path) -> None:
        page = page_of(built, place, f"免交方式{method}")
        tree = lxml_html.fromstring(page.read_bytes())
        assert tree.find_class("answer__word")[0].text_content().strip() == word

    def test_what_is_still_needed_excluded_or_cancelled_says_so(self, built: Path) -> None:
        words = set()
        for page in item_pages(built):
            words.add(lxml_html.fromstring(page.read_bytes()).find_class("answer__word")[0].text_content().strip())
        assert {"还要交证明", "已取消·不要再开"} <= words

    @carries("site", "WH-N-2b", where="mianzheng.views.items:_method_facts")
    def test_what_happens_when_the_method_fails_is_the_places_own_rule(self, built: Path) -> None:
        """S-SITE-05."""
        wuhai = text_of(page_of(built, "test-wuhai", "数据调用"))
        assert "两个系统都用不了的，仍由您提供材料" in wuhai
        yiyuan = text_of(page_of(built, "test-yiyuan", "数据共享"))
        assert "不用您交。您自己愿意交的，窗口不能拒收" in yiyuan
        assert "仍由您提供" not in yiyuan

    @carries("site", "FX-2-2-3", where="catalog/profiles/fangxian.yaml#methods.labels_zh")
    def test_each_place_uses_its_own_words_for_the_methods(self, built: Path) -> None:
        """S-SITE-03."""
        boshan, fangxian = text_of(built / "test-boshan/index.html"), text_of(built / "test-fangxian/index.html")
        assert all(label in boshan for label in ("数据共享", "告知承诺", "部门核验", "干部代办"))
        assert all(label in fangxian for label in ("告知承诺", "数据共享", "部门代办"))
        assert "部门核验" not in fangxian
        assert "干部代办" not in fangxian

    def test_a_cancelled_item_goes_on_answering_with_reason_and_proposal(self, setting: Setting) -> None:
        """S-CAT-08 (page)."""
        change = {"item": {"place": "test-yiyuan", "reason": "X1_law"}, "set": {"cancelled.proposal": "TZ-2024-001"}}
        path = alter(setting.catalog, change)
        site = build(setting, day="2024-05-06")
        page = text_of(site / f"test-yiyuan/items/{Path(path).stem}/index.html")
        assert "从2024-04-28起取消" in page
        assert "TZ-2024-001" in page
        assert "拿到外地去用的，本地单位应当给您开" in page
        label = next(r.label for r in _reasons(setting) if r.code == "X1_law")
        assert label in page

    def test_the_list_of_a_day_is_that_days_list_and_both_versions_stay(self, setting: Setting) -> None:
        """S-SITE-04, S-CAT-04."""
        path = alter(
            setting.catalog,
            {
                "item": {"place": "test-yiyuan", "status": "active", "versions": 2},
                "set": {"versions.0.from": "2025-10-11", "versions.1.until": "2025-10-10"},
            },
        )
        folder = f"test-yiyuan/items/{Path(path).stem}"
        before = build(setting, day="2025-10-10")
        assert "免交方式告知承诺" in text_of(before / folder / "index.html")
        assert "从2025-10-11起改为“数据共享”" in text_of(before / folder / "index.html")
        assert (before / folder / "v/2025-10-11/index.html").is_file()
        after = build(setting, day="2025-10-11")
        assert "免交方式数据共享" in text_of(after / folder / "index.html")
        assert "现在已经不用了" in text_of(after / folder / "v/2021-03-10/index.html")

    def test_the_letter_in_force_is_printed_and_the_older_one_keeps_its_address(self, setting: Setting) -> None:
        """S-SITE-10."""
        forms = setting.catalog / "forms.yaml"
        text = forms.read_text("utf-8")
        start = text.index("  - id: cl-v1\n")
        block = text[start : text.index("\n  - ", start + 5) + 1]
        newer = block.replace("id: cl-v1", "id: cl-v2").replace("    use:", "    use:", 1)
        newer = re.sub(r"    content: .*\n", "    content: 第二版的证明内容\n", newer)
        forms.write_text(text.replace(block, block + newer), "utf-8")
        commit = {"letter": "cl-v2", "check": {"when": "after", "how": "onsite", "exempt": False}}
        path = alter(
            setting.catalog,
            {
                "item": {"place": "test-yiyuan", "status": "active", "method": "commit", "versions": 1},
                "set": {
                    "versions.0.until": "2026-02-13",
                    "versions.1": {"from": "2026-02-14", "method": "commit", "commit": commit},
                },
            },
        )
        site = build(setting, day="2026-02-14")
        folder = site / f"test-yiyuan/items/{Path(path).stem}"
        now, then = text_of(folder / "index.html"), text_of(folder / "v/2021-03-10/index.html")
        assert "版本 cl-v2" in now
        assert "第二版的证明内容" in now
        assert all(word in now for word in ("您的义务", "不属实的责任", "愿意承担"))
        assert "版本 cl-v1" in then
        assert "第二版的证明内容" not in then

    def test_the_card_has_a_short_id_a_code_a_day_and_the_telephone(self, built: Path) -> None:
        page = item_pages(built)[0]
        card = lxml_html.fromstring(page.read_bytes()).get_element_by_id("card")
        said = card.text_content()
        assert page.parent.name in said
        assert "2026年11月25日" in said
        assert "12345" in said
        assert card.find(".//svg[@role='img']") is not None


def _reasons(setting: Setting) -> Any:
    from mianzheng.catalog_files.loading import load
    from mianzheng.catalog_files.sources import FolderSource

    reasons = load(FolderSource(setting.catalog)).catalog.vocabularies.reasons
    assert reasons is not None
    return reasons.cancel


class TestWays:
    @carries("site", "FX-4-3-1", "BS-PL-3-4a", "WH-OR-17", where="mianzheng.views.pages:service_page")
    def test_a_service_shows_its_guide_and_how_old_it_is(self, setting: Setting) -> None:
        guide = {"guide_url": "https://example.invalid/guide", "guide_updated": "2026-10-01"}
        change = {"service": {"place": "test-qingshen", "name": "测试社会救助"}, "set": guide}
        path = alter(setting.catalog, change)
        page = text_of(build(setting) / f"test-qingshen/services/{Path(path).stem}/index.html")
        assert all(text in page for text in ("测试条件", "测试流程", "测试时限", "不收费", "更新到 2026-10-01"))

    @carries("site", "BS-PL-3-5-2", "WH-OR-21-2", where="mianzheng.site.build:Stamper")
    def test_how_to_complain_is_one_step_away_from_every_page(self, built: Path) -> None:
        for page in built.rglob("index.html"):
            links = [a.get("href") or "" for a in lxml_html.fromstring(page.read_bytes()).iter("a")]
            assert any(link.endswith("complain/") or link == "./" for link in links), page
            assert "tel:12345" in links, page
        for page in item_pages(built):
            tree = lxml_html.fromstring(page.read_bytes())
            offered = f"../../../complaints/new?item={page.parent.name}" in [a.get("href") for a in tree.iter("a")]
            assert offered != bool(tree.find_class("answer")[0].get("data-answer") == "still_needed"), page
        said = text_of(built / "help/complain/index.html")
        assert "12345" in said
        assert "证明事项投诉举报平台" in said

    def test_all_can_be_read_from_files_alone(self, built: Path) -> None:
        """S-SITE-08 (reading): no page needs anything but files of its own origin; forms of the functions may fail."""
        for page in built.rglob("*.html"):
            for form in lxml_html.fromstring(page.read_bytes()).iter("form"):
                assert form.get("method") == "get"
                assert (form.get("action") or "").rstrip("/").endswith(("search", ".", "api/v1/deadlines"))


class TestSafety:
    def test_names_cannot_break_out_of_the_page(self, setting: Setting) -> None:
        nasty = "<script>alert(1)</script>\"'&{{7*191}}"
        alter(setting.catalog, {"kind": {"name": "测试收入证明"}, "set": {"name": nasty}})
        site = build(setting)
        for page in site.rglob("*.html"):
            text = page.read_text("utf-8")
            assert "<script>alert" not in text, page
            assert "1337" not in text, page
            scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
            assert all("alert" not in s or "\\u003cscript" in s for s in scripts)
            for script in scripts:
                json.loads(script)
        assert nasty in text_of(page_of(site, "test-yiyuan", nasty))

    def test_hidden_direction_marks_do_not_get_in(self, setting: Setting) -> None:
        alter(setting.catalog, {"kind": {"name": "测试收入证明"}, "set": {"name": "收入\u202e证明"}})
        with pytest.raises(CatalogHasErrors) as raised:
            build(setting)
        assert {f.code for f in raised.value.findings} == {"schema"}

    def test_a_secret_item_leaves_no_trace(self, setting: Setting) -> None:
        """S-PUB-10: pages, search, JSON, feeds."""
        path = alter(setting.catalog, {"item": {"place": "test-yiyuan", "status": "active", "method": "other"},
                                       "set": {"secret": True, "explain": "绝密的一句话"}})  # fmt: skip
        secret = Path(path).stem
        site = build(setting)
        for file in site.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                assert secret.encode() not in content, file
                assert "绝密的一句话".encode() not in content, file

    def test_the_policy_allows_only_our_own_scripts(self, built: Path) -> None:
        policy = json.loads((built / "headers.json").read_bytes())["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "sha256-" in policy
        for page in built.rglob("*.html"):
            text = page.read_text("utf-8")
            assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", text), page


class TestFaults:
    def test_a_catalog_with_errors_leaves_the_last_good_site(self, setting: Setting) -> None:
        site = build(setting)
        before = {p: p.read_bytes() for p in site.rglob("*") if p.is_file()}
        alter(setting.catalog, {"item": {"place": "test-boshan", "method": "share"}, "set": {"legal_bases": []}})
        with pytest.raises(CatalogHasErrors):
            build(setting)
        assert {p: p.read_bytes() for p in site.rglob("*") if p.is_file()} == before

    def test_only_what_changed_is_written_and_what_is_gone_is_deleted(self, setting: Setting) -> None:
        build(setting)
        again, _ = publishing.publish(setting)
        assert (again.written, again.deleted) == (0, 0)
        alter(setting.catalog, {"kind": {"name": "测试在学证明"}, "set": {"note": "加一句"}})
        summary, _ = publishing.publish(setting)
        assert 1 <= summary.written < 20
        (setting.out / "stray.html").write_text("?", "utf-8")
        page = item_pages(setting.out)[0]
        page.write_text("touched", "utf-8")
        summary, _ = publishing.publish(setting)
        assert summary.deleted == 1
        assert "touched" not in page.read_text("utf-8")

    def test_a_missing_marker_is_named(self, setting: Setting, tmp_path: Path) -> None:
        broken = tmp_path / "shell"
        shutil.copytree(setting.shells, broken)
        page = broken / "shells/a/index.html"
        page.write_text(page.read_text("utf-8").replace("ZMBODYZM", ""), "utf-8")
        with pytest.raises(MianzhengError, match="ZMBODYZM"):
            build(setting, shells=broken)

    def test_a_live_file_that_is_not_as_agreed_stops_the_build(self, setting: Setting, tmp_path: Path) -> None:
        live = tmp_path / "live"
        live.mkdir()
        (live / "interims.json").write_text('[{"item": 5}]', "utf-8")
        with pytest.raises(MianzhengError, match=r"interims\.json"):
            build(setting, live=live)

    def test_a_full_disk_leaves_the_last_good_site(self, setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
        site = build(setting)
        before = {p: p.read_bytes() for p in site.rglob("*") if p.is_file()}

        def full(*_: Any) -> int:
            raise OSError(28, "设备上没有空间")

        monkeypatch.setattr(os, "write", full)
        alter(setting.catalog, {"kind": {"name": "测试在学证明"}, "set": {"note": "加一句"}})
        with pytest.raises(MianzhengError, match="没有空间"):
            build(setting)
        monkeypatch.undo()
        assert {p: p.read_bytes() for p in site.rglob("*") if p.is_file()} == before


class TestLive:
    @carries("site", "YY-ADJ-09-3", "BS-ADJ-09-3", where="mianzheng.views.live:Interim")
    def test_an_item_in_adjustment_says_that_nothing_may_be_asked_for(self, setting: Setting, tmp_path: Path) -> None:
        page = item_pages(build(setting), "test-yiyuan")[0]
        live = tmp_path / "live"
        live.mkdir()
        interim = {"item": page.parent.name, "since": "2026-11-20", "method": "部门核验"}
        (live / "interims.json").write_text(json.dumps([interim]), "utf-8")
        build(setting, live=live)
        assert "调整期间不得索要。（临时方式：部门核验）" in text_of(page)
        (live / "interims.json").unlink()
        build(setting, live=live)
        assert "调整期间" not in text_of(page)

    def test_notices_show_on_their_page_at_home_and_in_the_feed(self, setting: Setting, tmp_path: Path) -> None:
        live = tmp_path / "live"
        live.mkdir()
        notice = {"id": "n1", "title": "取消“测试证明”", "was": "要交", "now": "取消", "last_day": "2026-12-03"}
        (live / "notices.json").write_text(json.dumps([notice]), "utf-8")
        site = build(setting, live=live)
        for page in (site / "notices/index.html", site / "index.html"):
            assert "取消“测试证明”" in text_of(page)
            assert "2026-12-03" in text_of(page)
        assert "取消“测试证明”" in (site / "notices/feed.xml").read_text("utf-8")


class TestData:
    def test_data_files_carry_their_version_and_say_what_they_are(self, built: Path) -> None:
        for name in ("items", "kinds", "services", "bodies", "legal-bases", "methods", "catalog"):
            data = json.loads((built / f"data/v1/{name}.json").read_bytes())
            assert data["schema_version"]
            assert data["demonstration"] is True
        items = json.loads((built / "data/v1/items.json").read_bytes())
        assert items["total"] == len(items["records"]) > 50
        assert {"answer", "word", "url"} <= set(items["records"][0]["derived"])
        assert (built / "data/v1/CHANGELOG.md").is_file()
        assert len(list((built / "data/v1/schema").glob("*.json"))) > 15

    def test_feeds_and_sitemaps_are_well_formed(self, built: Path) -> None:
        for feed in [*built.rglob("feed.xml"), *built.glob("sitemap*.xml")]:
            ElementTree.parse(feed)
        atom = "{http://www.w3.org/2005/Atom}"
        root = ElementTree.parse(built / "changes/feed.xml").getroot()
        ids = [e.findtext(f"{atom}id") for e in root.iter(f"{atom}entry")]
        assert len(ids) == len(set(ids)) > 5

    def test_list_downloads_hold_the_rows_of_the_page(self, built: Path) -> None:
        folder = built / "test-boshan/lists/exemption"
        (csv_file,) = folder.glob("*.csv")
        assert "yanshi" in csv_file.name
        rows = csv_file.read_text("utf-8-sig").splitlines()
        data = json.loads(next(iter(folder.glob("*.json"))).read_bytes())
        assert len(rows) == data["total"] + 2
        assert "演示" in rows[0]

    def test_json_ld_names_no_real_provider_for_an_example(self, built: Path) -> None:
        for page in item_pages(built):
            (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.read_text("utf-8"))
            data = json.loads(script)
            assert data["@type"] == "GovernmentService"
            assert "provider" not in data


@pytest.mark.slow
def test_the_generator_alone_gives_the_very_same_site(tmp_path: Path) -> None:
    """`mkdocs build` with its hook and `make site` write the same tree."""
    project = tmp_path / "project"
    for name in ("site", "catalog"):
        shutil.copytree(ROOT / name, project / name)
    shutil.copy(ROOT / "mkdocs.yml", project)
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=project, check=True, capture_output=True)
    ours = tmp_path / "ours"
    chosen = publishing.setting(catalog=project / "catalog", out=ours, shells=tmp_path / "shell", now="")
    make_shells(project, chosen.shells)
    publishing.publish(chosen)
    theirs = project / "build" / "site"
    names = sorted(p.relative_to(ours).as_posix() for p in ours.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(theirs).as_posix() for p in theirs.rglob("*") if p.is_file())
    stamped = re.compile(rb"<updated>[^<]*</updated>")
    different = [
        name
        for name in names
        if stamped.sub(b"", (ours / name).read_bytes()) != stamped.sub(b"", (theirs / name).read_bytes())
    ]
    assert different == []
