"""The site of a running server follows the day in Shanghai: what holds from midnight shows then (S-CAT-04)."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mianzheng.local import server
from mianzheng.local.server import SiteKeeper
from mianzheng.site.setting import Setting


def test_a_new_day_is_built_without_anybody_changing_anything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    days, built, again = ["2025-10-10"], list[str](), threading.Event()

    def publish(setting: Setting) -> Any:
        built.append(setting.day)
        if len(built) > 1:
            again.set()
        return SimpleNamespace(written=0, unchanged=0, deleted=0), []

    monkeypatch.setattr(server.publishing, "publish", publish)
    monkeypatch.setattr(server, "make_shells", lambda *_: None)
    monkeypatch.setattr(server, "watch", lambda *_: None)
    monkeypatch.setattr(server, "LOOK_AT_CLOCK", 0.01)
    published: Any = SimpleNamespace(catalog=tmp_path, commit="c1", take_over=lambda: False)
    setting = Setting(catalog=tmp_path, out=tmp_path, shells=tmp_path, day="2025-01-01")
    keeper = SiteKeeper(tmp_path, setting, published, lambda: days[-1])
    keeper.build()
    keeper.watch()
    assert not again.wait(0.1)
    days.append("2025-10-11")
    assert again.wait(10)
    keeper.stop()
    assert built == ["2025-10-10", "2025-10-11"]
