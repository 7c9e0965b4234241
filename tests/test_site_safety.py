"""Safety: nothing can be smuggled into a page, and what is secret leaves no trace."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mianzheng.errors import CatalogHasErrors
from mianzheng.site.setting import Setting
from tests.alterations import alter
from tests.sites import build, page_of, text_of


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
