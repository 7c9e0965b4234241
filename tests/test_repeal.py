"""A repealed law: affected items by article, reminders with their day, drafts with the article map applied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from scripts import check, repeal

from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.rendering import render_record
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.clock import WorkingCalendar
from mianzheng.model import Catalog
from mianzheng.proposals.forms import Application, operations_of
from mianzheng.proposals.operations import apply, files
from mianzheng.proposals.repeal import Reminder, citations_of, drafts, new_article, reminders
from mianzheng.site.setting import Setting
from tests.alterations import alter
from tests.sites import build, text_of, tree

LAW = "lb-m9s34g"  # 测试登记法, cited by the items of test-yiyuan
NEW = "lb-5vt4f4"
DAY = "2025-01-24"


def repealed(folder: Path, **more: Any) -> Catalog:
    values = {"on": DAY, "by": "测试新法", "article": "第六十条", **more}
    alter(folder, {"file": f"legal-bases/{LAW}.yaml", "set": {"repealed": values}})
    return load(FolderSource(folder)).catalog


def units(catalog: Catalog) -> list[Reminder]:
    basis = catalog.legal_bases[LAW]
    cited = [one for one in citations_of(catalog, basis) if one.home.place.id == "test-yiyuan"]
    return reminders(WorkingCalendar(catalog.calendars), cited, basis)


def fourteen(folder: Path) -> list[str]:
    """Make it fourteen items of the place that cite the law; returns their files."""
    catalog = load(FolderSource(folder)).catalog
    items = [i for i in catalog.places["test-yiyuan"].items.values() if i.status not in ("cancelled", "excluded")]
    citing = [i for i in items if any(use.basis == LAW for use in i.legal_bases)]
    others = [i for i in items if i not in citing]
    for item in [*citing[14:], *others[: max(0, 14 - len(citing))]]:
        basis = "lb-5v37ej" if item in citing else LAW
        alter(folder, {"file": catalog.files[item.id], "set": {"legal_bases.0.basis": basis}})
    catalog = load(FolderSource(folder)).catalog
    return [catalog.files[i] for i in dict.fromkeys(u for u in _citing(catalog))]


def _citing(catalog: Catalog) -> list[str]:
    alive = [
        (h, i) for h, i in catalog.items() if h.place.id == "test-yiyuan" and i.status not in ("cancelled", "excluded")
    ]
    return [i.id for _, i in alive if any(use.basis == LAW for use in i.legal_bases)]


@pytest.mark.carries("adjustment", "YY-ADJ-08-1", "YY-ADJ-09-1", where="mianzheng.proposals.repeal:reminders")
def test_fourteen_items_are_flagged_and_their_units_reminded_and_none_changes(
    catalog_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """S-CAT-09."""
    citing = fourteen(catalog_folder)
    here = ["--catalog", str(catalog_folder), "--place", "test-yiyuan"]
    assert len(citing) == 14
    catalog = repealed(catalog_folder)
    before = tree(catalog_folder)
    check.main([*here, "--now", DAY, "--format", "json"])
    found = [one for one in json.loads(capsys.readouterr().out) if one["code"] == "basis-repealed"]
    assert sorted(one["file"] for one in found) == sorted(citing)
    assert {one["level"] for one in found} == {"warning"}
    reminded = units(catalog)
    assert sum(one.size for one in reminded) == 14
    assert {one.due.due_day for one in reminded if one.due} == {"2025-02-10"}
    assert all(one.due for one in reminded)
    assert repeal.main([*here, "--as-of", DAY, LAW]) == 0
    assert "2025-02-10 以前提出调整" in capsys.readouterr().out
    assert tree(catalog_folder) == before


def test_before_that_day_nothing_is_flagged(catalog_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repealed(catalog_folder)
    check.main(["--catalog", str(catalog_folder), "--now", "2025-01-23", "--format", "json"])
    assert "basis-repealed" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("article", "went"),
    [
        ("第十一条第（三）项", "第十三条第二款"),
        ("第十一条第一款", "第十三条"),
        ("第十一条", "第十三条"),
        ("第十二条", ""),
        ("第十条", None),
        ("第一百一十一条", None),
        ("", None),
    ],
)
def test_a_citation_goes_where_the_record_says(catalog_folder: Path, article: str, went: str | None) -> None:
    articles = {
        "第十一条第（三）项": "第十三条第二款",
        "第十一条": "第十三条",
        "第十二条": "",
        "第十条第一款": "第九条",
    }
    catalog = repealed(catalog_folder, successor=NEW, articles=articles)
    assert new_article(catalog.legal_bases[LAW], article) == went


def applied(catalog: Catalog, application: Application) -> dict[str, str]:
    """The files that an application leads to."""
    operations = operations_of(application, catalog, "2025-02-01", lambda: "zm-000000")
    done = apply(catalog, application.place, operations, "2025-02-01")
    assert not done.conflicts
    return files(catalog, application.place, done.records, render_record)


class TestDrafts:
    def of(self, catalog: Catalog) -> list[Application]:
        basis = catalog.legal_bases[LAW]
        return [one for unit in units(catalog) for one in drafts(catalog, basis, unit, "2025-02-01")]

    def test_articles_that_moved_make_a_change_for_each_unit(self, catalog_folder: Path) -> None:
        catalog = repealed(catalog_folder, successor=NEW, articles={"第十一条": "第十三条"})
        made = self.of(catalog)
        assert {one.type for one in made} == {"change"}
        assert sum(len(one.items) for one in made) == len(_citing(catalog))
        assert {one.trigger_date for one in made} == {DAY}
        (edit,) = made[0].items[0].edits
        assert edit.from_[0]["basis"] == LAW
        assert (edit.to[0]["basis"], edit.to[0]["article"]) == (NEW, "第十三条")
        assert edit.to[0]["requires"] == edit.from_[0]["requires"]

    def test_what_has_no_basis_left_is_to_be_cancelled_with_the_sub_code_in_words(self, catalog_folder: Path) -> None:
        """OQ-22."""
        catalog = repealed(catalog_folder, successor=NEW, articles={"第十一条": ""})
        made = self.of(catalog)
        assert {(one.type, one.reason) for one in made} == {("cancel", "X9_other")}
        assert all("X4_basis_removed" in one.reason_text for one in made)

    def test_another_basis_keeps_an_item(self, catalog_folder: Path) -> None:
        item = {"place": "test-yiyuan", "status": "active", "method": "share"}
        second = [{"basis": LAW, "article": "第十一条"}, {"basis": "lb-5v37ej", "article": "第二条"}]
        file = alter(catalog_folder, {"item": item, "set": {"legal_bases": second}})
        catalog = repealed(catalog_folder, successor=NEW, articles={"第十一条": ""})
        changes = [wish for one in self.of(catalog) if one.type == "change" for wish in one.items]
        assert [wish.item for wish in changes] == [Path(file).stem]
        assert [use["basis"] for use in changes[0].edits[0].to] == ["lb-5v37ej"]

    def test_what_nobody_looked_up_is_in_no_draft(self, catalog_folder: Path) -> None:
        catalog = repealed(catalog_folder, successor=NEW, articles={"第十条": "第九条"})
        assert self.of(catalog) == []
        assert {one.fate for one in citations_of(catalog, catalog.legal_bases[LAW])} == {"open"}

    def test_a_draft_applied_cites_the_new_law(self, catalog_folder: Path) -> None:
        catalog = repealed(catalog_folder, successor=NEW, articles={"第十一条": "第十三条"})
        written = applied(catalog, self.of(catalog)[0])
        assert written
        assert all(NEW in text and LAW not in text for text in written.values())


class TestScript:
    def test_drafts_are_written_for_each_unit(self, catalog_folder: Path, tmp_path: Path) -> None:
        catalog = repealed(catalog_folder, successor=NEW, articles={"第十一条": "第十三条"})
        out = tmp_path / "drafts"
        arguments = ["--catalog", str(catalog_folder), "--as-of", DAY, "--out", str(out), "--place", "test-yiyuan"]
        assert repeal.main(arguments) == 0
        read = [msgspec.json.decode(file.read_bytes(), type=Application) for file in out.iterdir()]
        assert {one.applicant for one in read} == {unit.body for unit in units(catalog)}

    def test_it_tells_programs_the_same(self, catalog_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        repealed(catalog_folder)
        arguments = ["--place", "test-yiyuan", "--as-of", DAY, "--format", "json", "测试登记法"]
        assert repeal.main(["--catalog", str(catalog_folder), *arguments]) == 0
        (law,) = json.loads(capsys.readouterr().out)
        assert law["basis"] == LAW
        assert {unit["due_day"] for unit in law["units"]} == {"2025-02-10"}

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["测试无此法"], "依据库里没有“测试无此法”"),
            (["lb-5v37ej"], "没有登记废止"),
            (["--place", "nowhere"], "没有“nowhere”这个地区"),
        ],
    )
    def test_unusable_arguments(
        self, catalog_folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
    ) -> None:
        assert repeal.main(["--catalog", str(catalog_folder), *arguments]) == 2
        assert said in capsys.readouterr().err


def test_the_law_page_says_who_must_look_by_when_and_where_articles_went(setting: Setting) -> None:
    repealed(setting.catalog, successor=NEW, articles={"第十一条": "第十三条"})
    said = text_of(build(setting) / "legal-bases" / LAW / "index.html")
    assert "应在2025年2月10日前提出调整" in said
    assert "第十三条" in said
    assert "接替它的是" in said
