"""What the live side says: interim banners, notices, open proposals."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from scripts import build_site

from mianzheng.errors import MianzhengError
from mianzheng.site.live_files import read_live
from mianzheng.site.setting import Setting
from mianzheng.views.live import Live
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
            assert "公示到2026年12月3日当天" in text_of(page)
        assert "取消“测试证明”" in (site / "notices/feed.xml").read_text("utf-8")

    @pytest.mark.parametrize(
        ("kind", "says"),
        [
            ("add", "有一项新增申请正在办理。现在：研究中。"),
            ("change", "有一项变更申请正在办理，办好以前还照现在的。现在：研究中。"),
            ("cancel", "有一项取消申请正在办理，办好以前还照现在的。现在：研究中。"),
        ],
    )
    def test_an_open_proposal_shows_on_its_items_page(
        self, kind: str, says: str, setting: Setting, tmp_path: Path
    ) -> None:
        page, other = item_pages(build(setting), "test-yiyuan")[:2]
        proposal = {"id": "p1", "item": page.parent.name, "kind": kind, "state": "under_study", "label": "研究中"}
        draft = {"id": "p2", "item": other.parent.name, "kind": kind, "state": "draft"}
        build(setting, live=written(tmp_path, proposals=[proposal, draft]))
        assert says in text_of(page)
        assert "正在办理" not in text_of(other)

    def test_a_notice_of_an_item_shows_there_with_its_last_day(self, setting: Setting, tmp_path: Path) -> None:
        page = item_pages(build(setting), "test-yiyuan")[0]
        notice = {"id": "n1", "item": page.parent.name, "title": "变更", "last_day": "2026-12-03"}
        site = build(setting, live=written(tmp_path, notices=[notice]))
        assert "正在公示，可以提意见。公示到2026年12月3日当天。" in text_of(page)
        assert 'href="../../../notices/#n1"' in page.read_text("utf-8")
        assert 'id="n1"' in (site / "notices/index.html").read_text("utf-8")


def written(folder: Path, **files: Any) -> Path:
    """A live folder with these files."""
    live = folder / "live"
    live.mkdir(exist_ok=True)
    for name, content in files.items():
        (live / f"{name}.json").write_text(json.dumps(content), "utf-8")
    return live


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A live folder that is served, and its address."""
    live = written(tmp_path)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def send_head(self) -> Any:
            if (live / "broken").exists():
                return self.send_error(503)
            return super().send_head()

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(live)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield live, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


class TestAddress:
    def test_what_an_address_says_is_what_a_folder_says(self, served: tuple[Path, str]) -> None:
        live, address = served
        assert read_live(address) == Live()
        interim = {"item": "zm-abc123", "since": "2026-11-20"}
        written(live.parent, interims=[interim], statistics={"as_of": "2026-11-01"})
        assert read_live(address) == read_live(live)
        assert read_live(address).interims[0].item == "zm-abc123"

    def test_what_is_not_as_agreed_stops_the_build_wherever_it_comes_from(self, served: tuple[Path, str]) -> None:
        live, address = served
        written(live.parent, interims=[{"item": 5}])
        with pytest.raises(MianzhengError, match=r"http://.*/interims\.json 读不懂"):
            read_live(address)

    def test_a_live_side_in_trouble_stops_the_build(self, served: tuple[Path, str]) -> None:
        live, address = served
        (live / "broken").touch()
        with pytest.raises(MianzhengError, match="对方回答 503"):
            read_live(address)

    def test_the_script_says_in_one_line_that_nobody_answers(
        self,
        catalog_folder: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.chdir(tmp_path)
        with socket.socket() as reserved:  # bound, but nobody listens
            reserved.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{reserved.getsockname()[1]}/"
            arguments = ["--catalog", str(catalog_folder), "--out", str(tmp_path / "site"), "--live", address]
            assert build_site.main(arguments) == 1
        said = capsys.readouterr().err.strip().splitlines()
        assert len(said) == 1
        assert "连不上" in said[0]
        assert not (tmp_path / "site").exists()
