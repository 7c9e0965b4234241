"""What programs read: data files, feeds, sitemaps, downloads, JSON-LD."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

from mianzheng.site.setting import Setting
from tests.sites import build, item_pages


class TestData:
    def test_data_files_carry_their_version_and_say_what_they_are(self, built: Path) -> None:
        for name in ("items", "kinds", "services", "bodies", "legal-bases", "methods", "catalog"):
            data = json.loads((built / f"data/v1/{name}.json").read_bytes())
            assert data["schema_version"]
            assert data["demonstration"] is True
        items = json.loads((built / "data/v1/items.json").read_bytes())
        assert items["total"] == len(items["records"]) > 50
        assert {"answer", "word", "url"} <= set(items["records"][0]["derived"])
        assert (built / "data/v1/CHANGELOG.md").is_file()
        assert len(list((built / "data/v1/schema").glob("*.json"))) > 15

    def test_feeds_and_sitemaps_are_well_formed(self, built: Path) -> None:
        for feed in [*built.rglob("feed.xml"), *built.glob("sitemap*.xml")]:
            ElementTree.parse(feed)
        atom = "{http://www.w3.org/2005/Atom}"
        root = ElementTree.parse(built / "changes/feed.xml").getroot()
        ids = [e.findtext(f"{atom}id") for e in root.iter(f"{atom}entry")]
        assert len(ids) == len(set(ids)) > 5

    def test_list_downloads_hold_the_rows_of_the_page(self, built: Path) -> None:
        folder = built / "test-boshan/lists/exemption"
        (csv_file,) = folder.glob("*.csv")
        assert "yanshi" in csv_file.name
        rows = csv_file.read_text("utf-8-sig").splitlines()
        data = json.loads(next(iter(folder.glob("*.json"))).read_bytes())
        assert len(rows) == data["total"] + 2
        assert "演示" in rows[0]

    def test_json_ld_names_no_real_provider_for_an_example(self, built: Path) -> None:
        for page in item_pages(built):
            (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.read_text("utf-8"))
            data = json.loads(script)
            assert data["@type"] == "GovernmentService"
            assert "provider" not in data


ATOM = "{http://www.w3.org/2005/Atom}"
KNOWN = {"id", "title", "updated", "link", "author", "summary", "entry"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")


def faults_of_feed(root: ElementTree.Element) -> list[str]:
    """What RFC 4287 (4.1.1, 4.1.2, 4.2.7) finds wrong with the elements that we use."""
    faults = []
    for element in (root, *root.findall(f"{ATOM}entry")):
        names = [child.tag.removeprefix(ATOM) for child in element]
        faults += [f"{name}：{names.count(name)} 个" for name in ("id", "title", "updated") if names.count(name) != 1]
        faults += [
            f"不认识：{name}" for name in set(names) - {"id", "title", "updated", "link", "author", "summary", "entry"}
        ]
        if not INSTANT.fullmatch(element.findtext(f"{ATOM}updated") or ""):
            faults.append("updated")
        if not re.fullmatch(r"tag:[a-z0-9.-]+,2026:\S+", element.findtext(f"{ATOM}id") or ""):
            faults.append("id")
        links = element.findall(f"{ATOM}link")
        if [link.get("rel", "alternate") for link in links].count("alternate") != 1:
            faults.append("alternate")
        faults += [f"link {link.get('href')}" for link in links if not (link.get("href") or "").startswith("http://")]
    if not root.findtext(f"{ATOM}author/{ATOM}name") or root.find(f"{ATOM}link[@rel='self']") is None:
        faults.append("author, self")
    updates = [e.findtext(f"{ATOM}updated") or "" for e in root.findall(f"{ATOM}entry")]
    if updates and root.findtext(f"{ATOM}updated") != max(updates):
        faults.append("feed 的 updated 不是最新一条的")
    return faults


class TestFeeds:
    def test_feeds_keep_to_the_standard(self, built: Path) -> None:
        feeds = list(built.rglob("feed.xml"))
        assert len(feeds) > 5
        assert [(f, fault) for f in feeds for fault in faults_of_feed(ElementTree.parse(f).getroot())] == []

    def test_two_sites_have_no_feed_or_entry_in_common(self, setting: Setting) -> None:
        here = build(setting) / "changes/feed.xml"
        there = (
            build(setting, out=setting.out.with_name("there"), base_url="https://b.example.invalid/")
            / "changes/feed.xml"
        )
        mine, theirs = ({e.text for e in ElementTree.parse(f).iter(f"{ATOM}id")} for f in (here, there))
        assert mine.isdisjoint(theirs)

    def test_a_feed_without_news_does_not_change_by_the_hour(self, setting: Setting) -> None:
        feed = build(setting) / "changes/feed.xml"
        before = feed.read_bytes()
        build(setting, day="2026-11-27")
        assert feed.read_bytes() == before

    def test_sitemaps_keep_to_the_protocol(self, built: Path) -> None:
        name = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
        index = ElementTree.parse(built / "sitemap.xml").getroot()
        assert index.tag == f"{name}sitemapindex"
        for part in index:
            assert [child.tag for child in part] == [f"{name}loc", f"{name}lastmod"]
            file = built / (part.findtext(f"{name}loc") or "").rpartition("/")[2]
            urls = [url.findtext(f"{name}loc") or "" for url in ElementTree.parse(file).getroot().findall(f"{name}url")]
            assert 0 < len(urls) == len(set(urls)) <= 50_000
            base = (part.findtext(f"{name}loc") or "").rpartition("/")[0]
            assert all(
                len(url) < 2048 and (built / url.removeprefix(base + "/") / "index.html").is_file() for url in urls
            )
