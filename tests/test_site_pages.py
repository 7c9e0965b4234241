"""All pages: links lead somewhere, nothing comes from elsewhere, everything says what it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html as lxml_html

from mianzheng.site.setting import Setting
from mianzheng.views.problems import TROUBLES
from tests.alterations import alter
from tests.sites import build, item_pages, text_of

carries = pytest.mark.carries


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
                live = ("api", "complaints", "objections", "suggestions")
                if any(target.is_relative_to(built.resolve() / name) for name in live):
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


def test_every_refusal_of_the_interface_has_a_page_that_says_what_to_do(built: Path) -> None:
    for code, trouble in TROUBLES.items():
        page = (built / "problems" / code / "index.html").read_text("utf-8")
        assert trouble.title in page and trouble.advice in page
