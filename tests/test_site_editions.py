"""Editions on the site: their pages, downloads made from the frozen files alone, the feed, and what points there."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import pytest
from lxml import html as lxml_html

from mianzheng.editions.freezing import Release
from mianzheng.local.releasing import Notice, announce, release
from mianzheng.publishing import sound_catalog
from mianzheng.sheets.exporting import FORMATS
from mianzheng.site.setting import Setting
from tests.alterations import alter
from tests.sites import build, text_of, tree

PLACE = "test-boshan"


def freeze(setting: Setting, edition: str, day: str, number: str = "") -> None:
    release(setting.catalog, sound_catalog(setting.catalog, day), PLACE, Release(edition, day, day, number))


def downloads(site: Path, edition: str) -> dict[str, bytes]:
    found = tree(site / PLACE / "editions" / edition)
    return {name: content for name, content in found.items() if name != "index.html"}


class TestPages:
    @pytest.fixture
    def site(self, setting: Setting) -> Path:
        freeze(setting, "2026-H1", "2026-06-30", "测政发〔2026〕1号")
        place = {"place": PLACE, "method": "share", "status": "active"}
        alter(setting.catalog, {"item": place, "set": {"note": "只收原件。"}})
        freeze(setting, "2026-H2", "2026-11-25")
        home = sound_catalog(setting.catalog, "2026-11-25").places[PLACE]
        announce(setting.catalog, home, Notice("2026-H2", "portal", "2026-11-25"))
        return build(setting)

    @pytest.mark.carries("publication", "YY-ADJ-05-2", "BS-ADJ-05-2", where="mianzheng.views.editions:edition_page")
    def test_an_edition_says_when_with_how_many_and_what_changed(self, site: Path) -> None:
        said = text_of(site / PLACE / "editions/2026-H2/index.html")
        assert "2026年11月25日公布" in said
        assert "规则要求在2026年12月31日前公布" in said
        assert "和2026年上半年比" in said
        assert "备注：（空） 只收原件。" in said
        assert "还缺：政务服务平台、新闻媒体" in said
        first = text_of(site / PLACE / "editions/2026-H1/index.html")
        assert "测政发〔2026〕1号" in first
        assert "只收原件" not in first

    def test_each_format_can_be_opened_and_names_the_edition(self, site: Path) -> None:
        files = downloads(site, "2026-H1")
        assert sorted(files) == sorted(f"yanshi-{PLACE}-2026-H1-exemption.{ending}" for ending in FORMATS)
        data = json.loads(files[f"yanshi-{PLACE}-2026-H1-exemption.json"])
        assert (data["edition"], data["as_of"], data["demonstration"]) == ("2026-H1", "2026-06-30", True)
        word = docx.Document(io.BytesIO(files[f"yanshi-{PLACE}-2026-H1-exemption.docx"]))
        assert [p.text for p in word.paragraphs[1:3]] == ["2026年上半年", "测政发〔2026〕1号"]
        assert len(word.tables[0].rows) == data["total"] + 1

    def test_the_directory_and_the_feed_have_the_newest_first(self, site: Path) -> None:
        folder = site / PLACE / "editions"
        page = lxml_html.fromstring((folder / "index.html").read_bytes())
        links = [a.get("href") for a in page.iterfind(".//ul[@class='rows card']//a")]
        assert links == [f"../../{PLACE}/editions/{one}/" for one in ("2026-H2", "2026-H1")]
        assert "下一期（2027年上半年）应在2027年6月30日前公布" in text_of(folder / "index.html")
        feed = (folder / "feed.xml").read_text("utf-8")
        assert feed.index("2026年下半年的清单") < feed.index("2026年上半年的清单")

    def test_items_in_it_name_the_last_edition(self, site: Path) -> None:
        """S-SITE-01: once there is one, the last edition number."""
        (listed, *_) = json.loads(downloads(site, "2026-H2")[f"yanshi-{PLACE}-2026-H2-exemption.json"])["records"]
        page = site / PLACE / "items" / listed["id"] / "index.html"
        assert "最近一期清单2026年下半年" in text_of(page)
        assert f'href="../../../{PLACE}/editions/2026-H2/"' in page.read_text("utf-8")

    def test_the_list_and_the_place_lead_there(self, site: Path) -> None:
        for page in (site / PLACE / "index.html", site / PLACE / "lists/exemption/index.html"):
            assert f'{PLACE}/editions/"' in page.read_text("utf-8")
        assert "editions" not in (site / PLACE / "lists/sharing/index.html").read_text("utf-8").partition("<main")[2]


def test_a_change_of_the_list_leaves_the_frozen_files_as_they_were(setting: Setting) -> None:
    """S-PUB-05: the same bytes on another day, with another list."""
    freeze(setting, "2026-H1", "2026-06-30")
    before = downloads(build(setting), "2026-H1")
    alter(setting.catalog, {"item": {"place": PLACE, "method": "share", "status": "active"}, "set": {"note": "改了。"}})
    site = build(setting, day="2026-12-01", out=setting.out.with_name("later"))
    assert downloads(site, "2026-H1") == before
    assert "改了。" in next((site / PLACE / "lists/exemption").glob("*.csv")).read_text("utf-8")


def test_a_corrected_edition_leads_to_its_revision(setting: Setting) -> None:
    freeze(setting, "2026-H2", "2026-11-24")
    freeze(setting, "2026-H2-r1", "2026-11-25")
    site = build(setting)
    assert "请看2026年下半年（第1次修订）" in text_of(site / PLACE / "editions/2026-H2/index.html")
    said = text_of(site / PLACE / "editions/2026-H2-r1/index.html")
    assert "后来更正过" not in said
    assert "和2026年下半年一样，没有变化" in said


def test_before_the_first_edition_the_page_says_when_it_is_due(built: Path) -> None:
    for place in ("test-yiyuan", PLACE):
        assert "第一期还没有发布，应在2026年12月31日前发布" in text_of(built / place / "editions/index.html")


def test_places_whose_rules_want_no_edition_have_no_such_page(built: Path) -> None:
    assert not (built / "test-wuhai/editions").exists()
    assert "半年清单" not in text_of(built / "test-wuhai/index.html")
