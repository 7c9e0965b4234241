"""Settings of a build: everything unusable is named at once, and nobody runs an example as if it were real."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scripts import build_site, serve

from mianzheng import publishing
from mianzheng.errors import BadArgument
from tests.alterations import alter
from tests.sites import text_of


def test_all_unusable_settings_are_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIANZHENG_DEPLOYMENT", "maybe")
    with pytest.raises(BadArgument) as raised:
        publishing.setting(
            catalog=tmp_path / "nowhere", out=tmp_path, shells=tmp_path, now="昨天", as_of="前天", base_url="ftp://x"
        )
    assert len(raised.value.problems) == 5


def test_instants_are_judged_in_shanghai(tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"catalog": tmp_path, "out": tmp_path, "shells": tmp_path}
    assert publishing.setting(**arguments, now="2025-10-10T15:59:00Z").day == "2025-10-10"
    assert publishing.setting(**arguments, now="2025-10-10T16:00:00Z").day == "2025-10-11"
    assert publishing.setting(**arguments, now="2025-10-10T16:00:00Z", as_of="2025-01-01").day == "2025-01-01"


class TestOperating:
    @pytest.fixture(autouse=True)
    def _mode(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("MIANZHENG_DEPLOYMENT", "operating")
        monkeypatch.chdir(tmp_path)

    def test_a_place_without_operator_is_refused_by_name(
        self,
        catalog_folder: Path,
        shells: Path,
        tmp_path: Path,
    ) -> None:
        chosen = publishing.setting(catalog=catalog_folder, out=tmp_path / "site", shells=shells)
        with pytest.raises(BadArgument, match=r"测试县（yiyuan）"):
            publishing.publish(chosen)
        assert not (tmp_path / "site").exists()

    def test_with_operators_nothing_speaks_of_a_demonstration(
        self,
        catalog_folder: Path,
        shells: Path,
        tmp_path: Path,
    ) -> None:
        operator = {
            "name": "某县政府",
            "instrument": "某办字1号",
            "contact": "0533-1234567",
            "complaint_receivers": ["某局"],
        }
        for place in sorted((catalog_folder / "places").iterdir()):
            alter(catalog_folder, {"place": place.name, "set": {"operator": operator}})
        chosen = publishing.setting(
            catalog=catalog_folder, out=tmp_path / "site", shells=shells, base_url="https://example.invalid/"
        )
        publishing.publish(chosen)
        home = (tmp_path / "site" / "index.html").read_text("utf-8")
        assert "演示网站" not in home
        assert "noindex" not in home
        assert "Sitemap: https://example.invalid/sitemap.xml" in (tmp_path / "site/robots.txt").read_text("utf-8")
        page = next((tmp_path / "site").glob("*/items/*/index.html"))
        assert "演示 ·" not in text_of(page)

    def test_demo_accounts_and_operating_do_not_go_together(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert serve.main(["--demo", "--port", "0"]) == 2
        assert "演示账号" in capsys.readouterr().err


def test_the_build_script_says_what_is_wrong_and_leaves_with_its_status(
    catalog_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["--catalog", str(catalog_folder), "--out", str(tmp_path / "site"), "--now", "2026-11-25"]
    assert build_site.main(arguments) == 0
    assert "item" in capsys.readouterr().out
    alter(catalog_folder, {"item": {"place": "test-boshan", "method": "share"}, "set": {"legal_bases": []}})
    assert build_site.main(arguments) == 1
    assert "没有填写设定依据" in capsys.readouterr().err
    assert build_site.main([*arguments, "--as-of", "昨天"]) == 2


def test_redirect_stubs_are_made_when_asked_for(
    catalog_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    build_site.main(["--catalog", str(catalog_folder), "--out", str(tmp_path / "site"), "--static-redirects"])
    stub = next((tmp_path / "site" / "i").glob("zm-*/index.html"))
    target = next((tmp_path / "site").glob(f"*/items/{stub.parent.name}/"))
    assert f"../../{target.relative_to(tmp_path / 'site')}/" in stub.read_text("utf-8")
