"""Writing the tree: only what changed, and the last good site whatever goes wrong."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from mianzheng import publishing
from mianzheng.errors import CatalogHasErrors, MianzhengError
from mianzheng.site.setting import Setting
from tests.alterations import alter
from tests.sites import build, item_pages, tree


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

    def test_a_first_build_that_fails_leaves_no_half_site(
        self, setting: Setting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, count = os.write, iter(range(10_000))

        def soon_full(*given: Any) -> int:
            if next(count) > 50:
                raise OSError(28, "设备上没有空间")
            return real(*given)

        monkeypatch.setattr(os, "write", soon_full)
        with pytest.raises(MianzhengError, match="没有空间"):
            build(setting)
        assert not setting.out.exists()
        monkeypatch.undo()
        assert (build(setting) / "index.html").is_file()

    def test_a_build_stopped_while_moving_is_finished_by_the_next(
        self, setting: Setting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build(setting)
        real, count = os.replace, iter(range(10_000))

        def stopped(*given: Any) -> None:
            if next(count) > 20:
                raise KeyboardInterrupt
            real(*given)

        monkeypatch.setattr(os, "replace", stopped)
        with pytest.raises(KeyboardInterrupt):
            build(setting, day="2026-11-26")
        monkeypatch.undo()
        finished = tree(build(setting, day="2026-11-26"))
        assert finished == tree(build(setting, day="2026-11-26", out=setting.out.with_name("fresh")))
