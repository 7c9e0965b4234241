"""The weight of a page counts what it loads at once, and nothing that waits until it is wanted."""

from __future__ import annotations

import gzip
from pathlib import Path

from mianzheng.measuring import page_weight


def test_only_what_the_page_names_is_counted(tmp_path: Path) -> None:
    page = tmp_path / "demo-a" / "items" / "zm-aaaaaa" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(
        '<link rel="stylesheet" href="../../../assets/site.css"><script src="../../../assets/site.js">', "utf-8"
    )
    (tmp_path / "assets").mkdir()
    for name in ("site.css", "site.js", "search.js"):
        (tmp_path / "assets" / name).write_bytes(name.encode() * 50)
    both = sum(len(gzip.compress(name.encode() * 50, 6)) for name in ("site.css", "site.js"))
    assert page_weight(tmp_path).endswith(f"合计 {both:,} 字节。")
    assert page_weight(tmp_path / "assets") == ""
