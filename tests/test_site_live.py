"""What the live side says: interim banners, notices, open proposals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mianzheng.site.setting import Setting
from tests.sites import build, item_pages, text_of

carries = pytest.mark.carries


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
