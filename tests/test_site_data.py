"""What programs read: data files, feeds, sitemaps, downloads, JSON-LD."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

from tests.sites import item_pages


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
