"""Looking at built sites: what tests of pages share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from mianzheng import publishing
from mianzheng.site.setting import Setting


def build(setting: Setting, **changes: Any) -> Path:
    """Build a site, with some of its setting changed; returns its folder."""
    chosen = replace(setting, **changes)
    publishing.publish(chosen)
    return chosen.out


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def text_of(page: Path) -> str:
    """The text of a page's main part, white space closed up."""
    main = lxml_html.fromstring(page.read_bytes()).get_element_by_id("main")
    return " ".join(main.text_content().split())


def item_pages(site: Path, place: str = "*") -> list[Path]:
    """The pages of all items, or of those of a place."""
    return sorted(site.glob(f"{place}/items/zm-*/index.html"))


def page_of(site: Path, place: str, says: str) -> Path:
    """The first page of an item of a place that says something."""
    return next(page for page in item_pages(site, place) if says in text_of(page))
