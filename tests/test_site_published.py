"""A site with editions, notices and banners: its feeds are Atom, and what was corrected does not ask for channels."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.conftest import lay_catalog
from tests.published_town import PAGES, site
from tests.sites import text_of

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, shells: Path) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("published")
    yield site(lay_catalog(folder / "catalog"), shells, folder / "site")


def test_every_feed_is_atom(published: Path) -> None:
    """RFC 4287: one id, title and updated each; an author; an address; ids that no other entry has."""
    feeds = sorted(published.rglob("feed.xml"))
    assert {"notices", "changes"} <= {feed.parent.name for feed in feeds}
    for file in feeds:
        feed = etree.fromstring(file.read_bytes())
        entries = feed.findall(f"{ATOM}entry")
        assert feed.find(f"{ATOM}author/{ATOM}name") is not None
        for one in (feed, *entries):
            for name in ("id", "title", "updated"):
                (found,) = one.findall(f"{ATOM}{name}")
                assert found.text, file
            assert datetime.datetime.fromisoformat(one.findtext(f"{ATOM}updated") or "").tzinfo
            assert any(link.get("href", "").startswith("http") for link in one.findall(f"{ATOM}link"))
        ids = [one.findtext(f"{ATOM}id") for one in entries]
        assert len(ids) == len(set(ids)), file
    told = (published / "notices/feed.xml").read_text("utf-8")
    assert told.count("<entry>") == 3 and "&lt;b&gt;" in told


def test_a_corrected_edition_asks_for_no_channel_and_the_newest_says_what_is_missing(published: Path) -> None:
    """S-PUB-08."""
    assert "还缺：政务服务平台、新闻媒体" in text_of(published / PAGES["edition"] / "index.html")
    assert "还缺" not in text_of(published / PAGES["edition-corrected"] / "index.html")
    assert "自2026年11月20日起被测试新法废止" in text_of(published / PAGES["law-repealed"] / "index.html")


def test_selects_of_the_calculator_have_no_needless_demand(published: Path) -> None:
    page = (published / "tools/deadlines/index.html").read_text("utf-8")
    assert 'name="rule">' in page and "placeholder=" not in page.split("<main")[1]
