"""The lists that the policies want published: which lines stand on each, and where they were made public."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from scripts import release_edition

from mianzheng.catalog_files.loading import Loaded, load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.model import Catalog
from mianzheng.sheets.exporting import FORMATS, official
from mianzheng.site.setting import Setting
from mianzheng.views.atlas import draw
from mianzheng.views.lists import PublishedList, lists_of
from tests.alterations import alter
from tests.sites import build, text_of

DAY = "2026-11-25"
carries = pytest.mark.carries


def published(catalog: Catalog, place: str, code: str, day: str = DAY) -> PublishedList:
    atlas = draw(catalog, day)
    return next(one for one in lists_of(atlas, atlas.catalog.places[place]) if one.spec.code == code)


def lines(catalog: Catalog, place: str, code: str, day: str = DAY) -> list[dict[str, str]]:
    """The rows of a list as column code → text, read back from its CSV file."""
    document = official(draw(catalog, day), place, code)
    rows = list(csv.reader(io.StringIO(FORMATS["csv"](document).decode("utf-8-sig"))))[2:]
    return [dict(zip(document.codes, row, strict=True)) for row in rows]


def altered(folder: Path, *changes: dict[str, Any]) -> Catalog:
    for change in changes:
        alter(folder, change)
    return load(FolderSource(folder)).catalog


class TestFangxian:
    """The four lists of Fangxian, each with its own lines."""

    @carries("publication", "FX-3-1-3", where="mianzheng.views.lists:PublishedList")
    def test_results_of_county_city_and_province_form_one_list_of_cancelled_certificates(
        self, catalog_folder: Path
    ) -> None:
        catalog = load(FolderSource(catalog_folder)).catalog
        cancelled = [one for one in catalog.places["test-fangxian"].items.values() if one.status == "cancelled"]
        above = ["省级清理取消的证明事项清单", "市级不应由基层群众性自治组织出具证明事项清单"]
        origins = [*above, *[""] * (len(cancelled) - len(above))]
        changes = [
            {"file": catalog.files[one.id], "set": {"cancelled.upstream": origin}}
            for one, origin in zip(cancelled, origins, strict=True)
        ]
        found = lines(altered(catalog_folder, *changes), "test-fangxian", "cancel")
        assert sorted(row["upstream"] for row in found) == sorted(origin or "本地清理" for origin in origins)
        assert all(row["from"] for row in found)

    @carries("publication", "FX-3-2-3", "BS-PL-3-3-2a", where="mianzheng.views.atlas:Atlas.on_list")
    @pytest.mark.parametrize("place", ["test-fangxian", "test-boshan"])
    def test_the_items_of_written_commitment_form_a_list_of_their_own(self, loaded: Loaded, place: str) -> None:
        committed = published(loaded.catalog, place, "commitment").items
        wanted = {
            item.id
            for item in loaded.catalog.places[place].items.values()
            if item.status == "active" and (version := item.version_on(DAY)) and version.method == "commit"
        }
        assert {one.id for one in committed} == wanted
        assert wanted
        terms = [one.standing.version.commit for one in committed if one.standing.version]
        assert all(one is not None and one.letter for one in terms), "each has its letter"

    @carries("publication", "FX-3-3-1", where="mianzheng.views.lists:PublishedList")
    def test_the_list_of_shared_data_says_type_and_source(self, catalog_folder: Path) -> None:
        change = {"item": {"place": "test-fangxian", "status": "active", "method": "share"}}
        home = load(FolderSource(catalog_folder)).catalog.places["test-fangxian"]
        source = next(body for body in home.bodies.values() if body.kind == "organ")
        catalog = altered(catalog_folder, {**change, "set": {"versions.0.share": {"source": source.id}}})
        found = lines(catalog, "test-fangxian", "sharing")
        assert source.name in [row["source"] for row in found]
        assert {row["material"] for row in found} <= {"证明", "证照"}
        assert "template" not in found[0], "that column is Boshan's"

    @carries("publication", "FX-3-4-3", where="mianzheng.views.atlas:Atlas.on_list")
    def test_what_offices_verify_or_fetch_stands_on_one_list(self, loaded: Loaded) -> None:
        shown = published(loaded.catalog, "test-fangxian", "agency").items
        ways = {one.standing.version.agency or one.standing.version.method for one in shown if one.standing.version}
        assert ways == {"verify", "proxy"}

    @carries("publication", "FX-5-2-3", where="mianzheng.local.releasing:announce")
    def test_a_list_is_registered_on_the_portal_with_day_and_address(self, setting: Setting) -> None:
        arguments = ["--catalog", str(setting.catalog), "--place", "test-fangxian", "--list", "cancel"]
        portal = ["--channel", "portal", "--on", "2026-11-20", "--address", "https://example.invalid/list"]
        assert release_edition.main([*arguments, *portal]) == 0
        assert release_edition.main([*arguments, *portal]) == 0, "the same again is no second one"
        catalog = load(FolderSource(setting.catalog)).catalog
        assert [one.on for one in catalog.places["test-fangxian"].announced["cancel"]] == ["2026-11-20"]
        page = build(setting) / "test-fangxian/lists/cancel/index.html"
        assert "公布渠道已公布政府门户网站，2026年11月20日" in text_of(page).replace(" ", "")
        assert 'href="https://example.invalid/list"' in page.read_text("utf-8")

    def test_what_cannot_be_registered_is_said(self, catalog_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        arguments = ["--catalog", str(catalog_folder), "--place", "test-fangxian", "--list"]
        assert release_edition.main([*arguments, "exemption", "--channel", "radio"]) == 2
        said = capsys.readouterr().err
        assert "没有“exemption”这个清单" in said and "没有“radio”这个渠道" in said
        assert release_edition.main([*arguments, "cancel"]) == 2
        assert "--channel" in capsys.readouterr().err


class TestBoshan:
    @carries("publication", "BS-PL-3-1-1d", where="mianzheng.views.lists:PublishedList.levels")
    def test_the_implementation_list_has_two_levels_the_district_first(self, setting: Setting) -> None:
        home = load(FolderSource(setting.catalog)).catalog.places["test-boshan"]
        town = next(body for body in home.bodies.values() if body.level == "town")
        alter(
            setting.catalog, {"item": {"place": "test-boshan", "status": "active"}, "set": {"requesting_body": town.id}}
        )
        shown = published(load(FolderSource(setting.catalog)).catalog, "test-boshan", "implementation")
        levels = [row[[c.code for c in shown.columns].index("level")] for row in shown.rows]
        assert levels == ["区级"] * (len(levels) - 1) + ["镇街级"]
        assert shown.levels == [("区级", len(levels) - 1), ("镇街级", 1)]

    @carries("publication", "BS-PL-3-3-1a", where="mianzheng.rules.methods:check_methods")
    def test_each_shared_item_names_its_template(self, loaded: Loaded) -> None:
        found = lines(loaded.catalog, "test-boshan", "sharing")
        assert found and {row["template"] for row in found} == {"按人查询的数据共享模板"}
        form = loaded.catalog.vocabularies.forms["gx-person-v1"]
        assert {"identity_number", "fact", "as_of"} <= {one.code for one in form.fields}


class TestQingshen:
    @carries("publication", "QS-PL-4-2c", where="mianzheng.views.service_lists:services_on")
    def test_services_done_on_line_and_at_one_window_have_lists(self, loaded: Loaded) -> None:
        online, window = (lines(loaded.catalog, "test-qingshen", code) for code in ("online", "one_window"))
        assert [row["service"] for row in online] == ["测试社会救助"]
        assert sorted(row["service"] for row in window) == ["测试不动产登记", "测试社会救助"]

    @carries("publication", "QS-PL-4-2d", where="mianzheng.views.service_lists:services_on")
    def test_the_township_list_says_on_whose_authority_how_long_where_and_how(self, loaded: Loaded) -> None:
        (row,) = lines(loaded.catalog, "test-qingshen", "township")
        assert row == {
            "number": "1", "service": "测试参保登记", "requesting_body": "测试县东镇人民政府", "basis": "测试授权书",
            "authority": "委托", "term": "三年", "area": "东镇", "procedure": "测试流程",
        }  # fmt: skip

    @carries("publication", "QS-PL-4-4b", where="mianzheng.views.service_lists:reason_of")
    def test_what_is_not_on_line_yet_is_published_with_the_reason(self, setting: Setting) -> None:
        catalog = load(FolderSource(setting.catalog)).catalog
        found = {row["service"]: row["reason"] for row in lines(catalog, "test-qingshen", "offline_reasons")}
        assert found == {
            "测试企业设立登记": "测试系统没有接通。",
            "测试收养登记": "法律法规另有规定，不能上网办理：当事人要到场。",
        }
        site = build(setting)
        assert "测试系统没有接通" in text_of(site / "test-qingshen/lists/offline_reasons/index.html")
        assert "还不能在网上办。原因：测试系统没有接通" in text_of(site / "test-qingshen/services/sv-z04sx5/index.html")


class TestWindow:
    """What the counter of Qingshen reads: answers, and samples beside each material."""

    @carries("site", "QS-SP-1-3-3", where="mianzheng.views.advice:answers_of")
    def test_the_window_finds_an_answer_for_every_material_and_the_departments_own(self, setting: Setting) -> None:
        site = build(setting)
        catalog = load(FolderSource(setting.catalog)).catalog
        atlas = draw(catalog, DAY)
        said = text_of(site / "test-qingshen/services/sv-182vyt/index.html").partition("窗口常问")[2]
        assert "能不能代办？能，带上委托书。2026年11月20日更新" in said
        for entry in atlas.by_service["sv-182vyt"]:
            assert f"要不要交{entry.kind.name}" in said and entry.word in said
        assert "依据：《测试登记法》第十一条第（三）项" in said
        directory = text_of(site / "test-qingshen/advice/index.html")
        number = len(atlas.by_service["sv-182vyt"]) + 1
        assert f"测试社会救助{number} 问 · 2026年11月20日更新" in directory
        assert "窗口咨询" in text_of(site / "test-qingshen/index.html")

    def test_places_without_one_window_have_no_such_page(self, built: Path) -> None:
        assert not (built / "test-boshan/advice").exists()
        assert "窗口常问" not in text_of(built / "test-boshan/services/sv-1rnj41/index.html")

    @carries("catalog", "QS-SP-2c", where="mianzheng.model.items:CertificateItem")
    def test_the_acceptance_list_names_the_sample_of_each_material(self, loaded: Loaded) -> None:
        shown = published(loaded.catalog, "test-qingshen", "acceptance")
        at = [column.code for column in shown.columns].index("sample")
        samples = {entry.id: row[at] for entry, row in zip(shown.items, shown.rows, strict=True)}
        assert samples["zm-4kcrgm"] == "综合受理窗口的第3号样表"
        assert samples["zm-1czt5f"] == "容缺受理补正承诺书", "what people sign is the sample where none is named"


class TestWuhai:
    @carries("publication", "WH-N-1b", where="mianzheng.views.lists:PublishedList.phases")
    def test_licences_are_published_first_and_the_list_says_what_waits(self, catalog_folder: Path) -> None:
        shown = published(load(FolderSource(catalog_folder)).catalog, "test-wuhai", "item_list")
        assert {one.kind.material_class for one in shown.items} == {"licence"}
        assert shown.phases == "先纳入证照；批文、证明等数据准备好以后再纳入。"
        ready = {"items.enabled_from.certificate": {"value": "2026-11-01", "source": ["WH-N-1b"]}}
        catalog = altered(catalog_folder, {"file": "profiles/wuhai.yaml", "set": ready})
        shown = published(catalog, "test-wuhai", "item_list")
        assert {one.kind.material_class for one in shown.items} == {"licence", "certificate"}
        assert shown.phases == "先纳入证照、证明；批文等数据准备好以后再纳入。"

    @carries("publication", "WH-N-3-2a", where="mianzheng.views.atlas:Atlas.on_list")
    def test_each_departments_lines_stand_together_and_follow_its_changes_at_once(self, catalog_folder: Path) -> None:
        catalog = load(FolderSource(catalog_folder)).catalog
        before = lines(catalog, "test-wuhai", "item_list")
        listed = published(catalog, "test-wuhai", "item_list").items[0]
        units = [(row["level"], row["requesting_body"]) for row in before]
        assert len(list(dict.fromkeys(units))) == sum(a != b for a, b in zip([("", ""), *units], units, strict=False))
        change = {"file": catalog.files[listed.id], "set": {"status": "candidate", "versions": []}}
        after = lines(altered(catalog_folder, change), "test-wuhai", "item_list")
        assert len(after) == len(before) - 1, "no edition and no date is waited for"


def test_a_service_that_its_department_changes_moves_between_the_lists(catalog_folder: Path) -> None:
    change = {"file": "places/test-qingshen/services/sv-z04sx5.yaml", "set": {"online": {"extent": "whole"}}}
    catalog = altered(catalog_folder, change)
    assert "测试企业设立登记" in [row["service"] for row in lines(catalog, "test-qingshen", "online")]
    assert "测试企业设立登记" not in [row["service"] for row in lines(catalog, "test-qingshen", "offline_reasons")]
