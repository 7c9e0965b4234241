"""The search as the site offers it: index files, hits, filters, groups, the command line, and what nobody expects."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mianzheng import publishing
from mianzheng.site.search.index import HASH
from mianzheng.site.search.text import shard_of
from tests.alterations import alter
from tests.conftest import NOW, ROOT
from tests.javascript import ask

carries = pytest.mark.carries
Site = Callable[..., Path]


@pytest.fixture
def site_with(catalog_folder: Path, shells: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Builds the site of the test catalog with some changes."""

    def build(*changes: dict[str, Any], mode: str = "demonstration") -> Path:
        for change in changes:
            alter(catalog_folder, change)
        monkeypatch.setenv("MIANZHENG_DEPLOYMENT", mode)
        publishing.publish(publishing.setting(catalog=catalog_folder, out=tmp_path / "site", shells=shells, now=NOW))
        return tmp_path / "site"

    return build


def names(found: dict[str, Any]) -> list[str]:
    return [f"{hit['kind']} {hit['name']}" for hit in found["hits"]]


def ids(hit: dict[str, Any]) -> list[str]:
    """The hit's own id, then those of its group."""
    return [hit["id"], *(member["id"] for member in hit["members"])]


def index_text(site: Path) -> str:
    return "".join(file.read_text("utf-8") for file in sorted((site / "search").rglob("*.json")))


class TestFiles:
    def test_the_manifest_names_every_file_and_each_name_is_its_content(self, built: Path) -> None:
        manifest = json.loads((built / "search" / "manifest.json").read_text("utf-8"))
        named = set()
        for family, marks in manifest["files"].items():
            for number in range(len(marks) // HASH):
                mark = marks[number * HASH : (number + 1) * HASH]
                file = built / "search" / family / f"{number}-{mark}.json"
                assert hashlib.blake2b(file.read_bytes(), digest_size=HASH // 2).hexdigest() == mark
                named.add(file)
        assert {file for file in (built / "search").rglob("*.json") if file.name != "manifest.json"} == named

    def test_a_term_lies_in_the_shard_that_its_hash_says(self, built: Path) -> None:
        for family in ("t", "p", "c"):
            files = sorted((built / "search" / family).iterdir())
            for file in files:
                number = int(file.name.partition("-")[0])
                assert {shard_of(term, len(files)) for term in json.loads(file.read_text("utf-8"))} <= {number}

    def test_building_twice_gives_the_same_files(self, built: Path, site_with: Site) -> None:
        again = site_with()
        first, second = (
            {f.relative_to(root): f.read_bytes() for f in (root / "search").rglob("*.json")} for root in (built, again)
        )
        assert first == second

    def test_the_engine_is_small_and_sent_without_its_comments(self, built: Path) -> None:
        sent = (built / "assets" / "search.js").read_bytes()
        assert len(gzip.compress(sent, 6)) <= 8 * 1024
        assert b"/*" not in sent
        assert b"// " not in sent


class TestFinding:
    @carries("site", "BS-PL-3-1-2c", where="mianzheng.site.search.index:search_files")
    def test_an_alias_finds_the_item_with_answer_service_office_and_place(self, built: Path) -> None:
        """S-SITE-01."""
        (found,) = ask(built, "测试单身证明")
        hit = next(hit for hit in found["hits"] if hit["kind"] == "item")
        assert hit["name"] == "测试婚姻状况证明"
        assert "测试单身证明" in hit["names"]
        assert hit["answer"]
        assert hit["service"].startswith("测试")
        assert hit["body"]
        assert hit["place"].startswith("test-")
        page = (built / hit["url"] / "index.html").read_text("utf-8")
        entry = next(
            r for r in json.loads((built / "data/v1/items.json").read_text("utf-8"))["records"] if r["id"] == hit["id"]
        )
        for text in (entry["derived"]["requesting_body_name"], entry["derived"]["word"], hit["service"], "法律依据"):
            assert text in page

    @pytest.mark.parametrize(
        ("query", "first"),
        [
            ("测试婚姻状况证明", "kind 测试婚姻状况证明"),
            ("测试单身证明", "kind 测试婚姻状况证明"),
            ("证明我没结婚", "kind 测试婚姻状况证明"),
            ("婚姻状况", "kind 测试婚姻状况证明"),
            ("婚姻", "kind 测试婚姻状况证明"),
            ("婚因状况", "kind 测试婚姻状况证明"),
            ("婚状况证明", "kind 测试婚姻状况证明"),
            ("状况婚姻", "kind 测试婚姻状况证明"),
            ("婚姻狀況證明", "kind 测试婚姻状况证明"),
            ("测试收入証明", "kind 测试收入证明"),
            ("ceshihunyinzhuangkuang", "kind 测试婚姻状况证明"),
            ("hunyinzhuangkuang", "kind 测试婚姻状况证明"),
            ("cshyzkzm", "kind 测试婚姻状况证明"),
            ("测试　婚姻状况证明", "kind 测试婚姻状况证明"),
            ("测试婚姻状况证明怎么开？", "kind 测试婚姻状况证明"),
            ("亲", "kind 测试亲属关系证明"),
            ("测试社会救助", "service 测试社会救助"),
        ],
    )
    def test_what_is_asked_for_comes_first(self, built: Path, query: str, first: str) -> None:
        (found,) = ask(built, query)
        assert names(found)[:1] == [first]

    def test_words_that_every_name_has_answer_with_kinds(self, built: Path) -> None:
        for found in ask(built, "证明", "测试", "", "？！"):
            assert found["common"]
            assert {hit["kind"] for hit in found["hits"]} == {"kind"}

    def test_explicit_priority_goes_first_among_equals(self, site_with: Site) -> None:
        renamed = [("测试遗失证明", "测试学历甲证明", 1), ("测试在学证明", "测试学历乙证明", 8)]
        site = site_with(
            *({"kind": {"name": old}, "set": {"name": new, "priority": rank}} for old, new, rank in renamed)
        )
        (found,) = ask(site, "测试学历证明")
        assert names(found)[0] == "kind 测试学历乙证明"

    def test_near_identical_items_are_one_group_led_by_the_visitors_place(self, built: Path) -> None:
        (plain,) = ask(built, "测试体检证明")
        group = next(hit for hit in plain["hits"] if hit["kind"] == "item" and hit["members"])
        records = json.loads((built / "data/v1/items.json").read_text("utf-8"))["records"]
        places = {r["id"]: r["place"] for r in records if r["id"] in ids(group)}
        assert len(set(places.values())) == len(places) > 1
        for item, place in places.items():
            (found,) = ask(built, ("测试体检证明", {"near": place}))
            leader = next(hit for hit in found["hits"] if hit["id"] in places)
            assert leader["id"] == item
            assert set(ids(leader)) == set(places)

    def test_the_visitors_place_goes_first(self, built: Path) -> None:
        records = json.loads((built / "data/v1/items.json").read_text("utf-8"))["records"]
        shown = [r for r in records if r["derived"]["answer"] != "cancelled"]
        for place in sorted({r["place"] for r in shown}):
            name = next(r["derived"]["name"] for r in shown if r["place"] == place)
            (found,) = ask(built, (name, {"near": place}))
            assert next(hit for hit in found["hits"] if hit["kind"] == "item")["place"] == place

    def test_filters_narrow_and_count(self, built: Path) -> None:
        everything, items, place, answer = ask(
            built,
            "测试收入证明",
            ("测试收入证明", {"kind": "item"}),
            ("测试收入证明", {"place": "test-boshan"}),
            ("测试收入证明", {"answer": "no_need"}),
        )
        assert {hit["kind"] for hit in items["hits"]} == {"item"}
        assert len(items["hits"]) == everything["facets"]["kind"]["item"] == items["total"]
        assert {hit["place"] for hit in place["hits"]} <= {"", "test-boshan"}
        assert all("no_need" in [tag[0] for tag in hit["tags"]] for hit in answer["hits"])


class TestStanding:
    def test_a_cancelled_item_is_found_by_filter_and_counted_under_its_kind_only(self, built: Path) -> None:
        """S-CAT-08, the part of the search."""
        records = json.loads((built / "data/v1/items.json").read_text("utf-8"))["records"]
        cancelled = [r for r in records if r["derived"]["answer"] == "cancelled"]
        assert cancelled
        for record in cancelled:
            query = record["derived"]["name"]
            plain, filtered = ask(built, query, (query, {"answer": "cancelled", "place": record["place"]}))
            assert record["id"] not in [i for hit in plain["hits"] for i in ids(hit)]
            assert record["id"] in [i for hit in filtered["hits"] for i in ids(hit)]
            kind = next(hit for hit in plain["hits"] if hit["kind"] == "kind" and hit["name"] == query)
            assert "cancelled" in [tag[0] for tag in kind["tags"]]

    def test_a_secret_item_is_in_no_file_of_the_index(self, site_with: Site, catalog_folder: Path) -> None:
        """S-PUB-10, the part of the search."""
        path = alter(catalog_folder, {"item": {"place": "test-yiyuan", "status": "active"}, "set": {"secret": True}})
        site = site_with()
        assert Path(path).stem not in index_text(site)
        records = json.loads((site / "data/v1/items.json").read_text("utf-8"))["records"]
        heads = [head for file in (site / "search" / "d").iterdir() for head in json.loads(file.read_text("utf-8"))]
        counted = sum(count for head in heads if head[0].startswith("kd-") for _, _, count in head[5])
        assert counted == len(records), "nor is it counted anywhere"

    @pytest.mark.parametrize(
        ("mode", "coverage", "said"),
        [
            ("demonstration", "sample", "没收录不等于不用交"),
            ("operating", "sample", "没收录不等于不用交"),
            ("operating", "complete", "清单上没有的证明，不得索要。"),
        ],
    )
    def test_only_a_complete_list_in_operation_says_that_nothing_else_may_be_asked_for(
        self, site_with: Site, mode: str, coverage: str, said: str
    ) -> None:
        """S-SITE-02, the sentence."""
        operator = {
            "name": "测试单位",
            "instrument": "测试文件",
            "contact": "12345",
            "complaint_receivers": ["测试单位"],
        }
        real = {"operator": operator, "fictional": False}
        changes = [
            {"place": f"test-{name}", "set": real} for name in ("boshan", "fangxian", "qingshen", "wuhai", "yiyuan")
        ]
        full = {"value": coverage, "confirmed_by": "测试单位", "date": "2026-11-01"}
        site = site_with(*changes, {"place": "test-yiyuan", "set": {"coverage": full}}, mode=mode)
        yiyuan, everywhere = ask(site, ("飞碟驾校", {"place": "test-yiyuan"}), "飞碟驾校")
        assert yiyuan["hits"] == []
        assert said in yiyuan["sentence"]
        assert "没收录不等于不用交" in everywhere["sentence"]


class TestRoughHandling:
    @pytest.mark.parametrize(
        "query",
        [
            "证" * 10_000,
            "无犯罪记录" * 2_000,
            "a" * 10_000,
            "zhang" * 2_000,
            "😀🐶💯",
            "\x00\x07\x1b[31m",
            "<img src=x onerror=alert(1)>",
            "'; DROP TABLE items; --",
            "\ud800",
            "__proto__",
            "constructor",
            "1",
            "   ",
        ],
        ids=lambda query: repr(query)[:24],
    )
    def test_any_text_is_answered(self, built: Path, query: str) -> None:
        (found,) = ask(built, query)
        assert isinstance(found["hits"], list)
        assert found["sentence"]


class TestCommandLine:
    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        node = shutil.which("node")
        if node is None:
            pytest.skip("没有 Node.js：命令行检索没有测（同一个引擎在浏览器里测了）")
        script = str(ROOT / "site" / "search-cli.mjs")
        return subprocess.run([node, script, *arguments], capture_output=True, text=True, check=False)

    def test_hits_are_printed_as_agreed(self, built: Path) -> None:
        done = self.cli("--index", str(built / "search"), "--place", "test-boshan", "--limit", "3", "测试收入证明")
        assert done.returncode == 0, done.stderr
        hits = json.loads(done.stdout)
        assert 0 < len(hits) <= 3
        for hit in hits:
            assert list(hit) == ["id", "kind", "name", "names", "place", "url", "answer", "score"]
            assert (built / hit["url"] / "index.html").is_file()
        assert [h["score"] for h in hits] == sorted((h["score"] for h in hits), reverse=True)

    def test_one_kind_of_hit_can_be_asked_for(self, built: Path) -> None:
        done = self.cli("--index", str(built / "search"), "--kind", "service", "测试社会救助")
        assert {hit["kind"] for hit in json.loads(done.stdout)} == {"service"}

    def test_nothing_found_is_an_empty_list_and_no_failure(self, built: Path) -> None:
        done = self.cli("--index", str(built / "search"), "飞碟驾校")
        assert (done.returncode, done.stdout.strip()) == (0, "[]")

    def test_a_missing_index_or_query_is_said(self, tmp_path: Path) -> None:
        assert "索引读不出来" in self.cli("--index", str(tmp_path), "证明").stderr
        assert "用法" in self.cli("--index", str(tmp_path)).stderr
