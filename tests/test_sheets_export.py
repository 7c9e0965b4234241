"""Lists as documents: opened again, every format says the same, and nothing in them runs."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from scripts import export_list

from mianzheng.catalog_files.loading import Loaded
from mianzheng.sheets.exporting import FORMATS, official
from mianzheng.sheets.official import DEMONSTRATION, OfficialList
from mianzheng.sheets.widths import across, fitted, lines, needs
from mianzheng.views import lists
from mianzheng.views.atlas import Atlas, draw
from mianzheng.views.cells import FORMULA
from mianzheng.views.lists import lists_of

DAY = "2026-11-25"
LISTS = [
    ("test-yiyuan", ["exemption"]),
    ("test-boshan", ["implementation", "exemption", "sharing", "commitment"]),
    ("test-fangxian", ["cancel", "commitment", "sharing", "agency"]),
    ("test-qingshen", ["acceptance", "online", "one_window", "township", "offline_reasons"]),
    ("test-wuhai", ["item_list"]),
]
ALL = [(place, code) for place, codes in LISTS for code in codes]
OF_SERVICES = {"online", "one_window", "township", "offline_reasons"}
"""Lists without certificates."""


@pytest.fixture(scope="module")
def atlas(loaded: Loaded) -> Atlas:
    return draw(loaded.catalog, DAY)


def of(atlas: Atlas, place: str, code: str) -> OfficialList:
    return official(atlas, place, code, number="测政发〔2026〕1号")


def sheet_rows(content: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [[str(v) for v in row if v is not None] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize(("place", "codes"), LISTS)
def test_every_list_of_a_profile_is_exported(atlas: Atlas, place: str, codes: list[str]) -> None:
    assert [one.spec.code for one in lists_of(atlas, atlas.catalog.places[place])] == codes


@pytest.mark.parametrize(("place", "code"), ALL)
def test_the_formats_of_a_list_have_the_same_columns_and_rows(atlas: Atlas, place: str, code: str) -> None:
    document = of(atlas, place, code)
    labels, rows = [c.label for c in document.columns], document.rows
    as_csv = list(csv.reader(io.StringIO(FORMATS["csv"](document).decode("utf-8-sig"))))
    assert as_csv == [[DEMONSTRATION], labels, *rows]
    (table,) = docx.Document(io.BytesIO(FORMATS["docx"](document))).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [labels, *rows]
    as_json = json.loads(FORMATS["json"](document))
    assert [[r[c.code] for c in document.columns] for r in as_json["records"]] == rows
    book = sheet_rows(FORMATS["xlsx"](document))
    head = [[document.title], [document.number], [f"截至 {DAY}，共 {len(rows)} 条"], [DEMONSTRATION], labels]
    assert book == [*head, *([cell for cell in row if cell] for row in rows)]


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_list_gives_the_same_bytes(atlas: Atlas, name: str) -> None:
    make = FORMATS[name]
    assert make(of(atlas, "test-boshan", "exemption")) == make(of(atlas, "test-boshan", "exemption"))


def test_the_workbook_prints_its_head_and_number_on_each_page(atlas: Atlas) -> None:
    document = of(atlas, "test-boshan", "exemption")
    sheet = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"](document))).active
    assert sheet.print_title_rows == "$5:$5"
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert sheet.oddHeader.center.text == DEMONSTRATION
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_the_document_repeats_its_head_and_counts_its_pages(atlas: Atlas) -> None:
    word = docx.Document(io.BytesIO(FORMATS["docx"](of(atlas, "test-boshan", "exemption"))))
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in word.tables[0].rows]
    assert heads == [True] + [False] * (len(heads) - 1)
    fields = word.sections[0].footer._element.iter(qn("w:fldSimple"))
    assert [field.get(qn("w:instr")) for field in fields] == ["PAGE", "NUMPAGES"]
    assert word.sections[0].header.paragraphs[0].text == DEMONSTRATION
    assert [p.text for p in word.paragraphs[:2]] == ["测试区（boshan）证明事项免提交清单", "测政发〔2026〕1号"]


@pytest.mark.parametrize(("place", "code"), ALL)
def test_columns_fill_the_page_and_what_must_not_break_has_room(atlas: Atlas, place: str, code: str) -> None:
    """Looked at in LibreOffice too: docs/looks.md."""
    document = of(atlas, place, code)
    word = docx.Document(io.BytesIO(FORMATS["docx"](document)))
    section, (table,) = word.sections[0], word.tables
    widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.iter(qn("w:gridCol"))]
    space = (section.page_width - section.left_margin - section.right_margin) // 635
    assert 0 <= space - sum(widths) <= len(widths)
    size = int(next(table._tbl.iter(qn("w:sz"))).get(qn("w:val"))) / 2
    for n, code in enumerate(document.codes):
        if code in ("number", "from"):
            longest = max((across(row[n]) for row in document.rows), default=1)
            assert widths[n] > longest * size * 10, "a digit is half as wide as it is high"
    sheet = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"](document))).active
    assert 140 <= sum(one.width for one in sheet.column_dimensions.values()) <= 152
    head = sheet.max_row - len(document.rows)
    assert all(sheet.row_dimensions[line].height >= 18 for line in range(head, sheet.max_row + 1))


def test_documents_say_that_they_are_in_simplified_chinese(atlas: Atlas) -> None:
    """Else programs without our fonts take the shapes of another language: commas in the middle of the line."""
    word = docx.Document(io.BytesIO(FORMATS["docx"](of(atlas, "test-boshan", "exemption"))))
    languages = list(word.styles.element.iter(qn("w:lang")))
    assert languages and {one.get(qn("w:eastAsia")) for one in languages} == {"zh-CN"}


class TestWidths:
    def test_a_text_is_as_wide_as_its_longest_line(self) -> None:
        assert [across(text) for text in ("", "a1", "证明", "证明\nabcde", "（证）")] == [0, 2, 4, 5, 6]
        assert [lines(text, 4) for text in ("", "证明", "证明书", "a\n证明书")] == [1, 1, 2, 3]

    def test_numbers_and_days_keep_their_line_and_empty_columns_are_narrow(self) -> None:
        words = "一段很长的文字，写了又写" * 3
        labels = ["序号", "名称", "日期", "备注", "说明"]
        rows = [[str(n), "无犯罪记录证明", "2026-11-25", "", words] for n in range(12)]
        number, name, day, note, long = fitted(needs(labels, rows), 80)
        assert number < 6 and day >= 13 and note < 6 and name >= 12 and long > 30
        assert round(number + name + day + note + long) == 80

    def test_a_column_that_hardly_any_line_fills_in_is_narrow_but_can_be_read(self) -> None:
        rows = [["无犯罪记录证明" * 2, ""] for _ in range(30)] + [["身份证明", "很长的一段备注，写了又写" * 3]]
        name, note = fitted(needs(["名称", "备注"], rows), 60)
        assert 12 <= note < name

    def test_too_many_columns_give_way_together_and_few_take_all_the_room(self) -> None:
        crowded = fitted(needs(["栏目"] * 30, [["很长的一段文字"] * 30]), 100)
        assert round(sum(crowded)) == 100 and max(crowded) - min(crowded) < 1
        assert round(sum(fitted(needs(["序号"], []), 100))) == 100


def test_a_real_place_has_no_mark_of_an_example(atlas: Atlas) -> None:
    document = replace(of(atlas, "test-boshan", "exemption"), demonstration=False)
    assert DEMONSTRATION not in "".join(map("".join, sheet_rows(FORMATS["xlsx"](document))))
    assert DEMONSTRATION.encode() not in FORMATS["csv"](document)
    assert "demonstration" not in json.loads(FORMATS["json"](document))
    word = docx.Document(io.BytesIO(FORMATS["docx"](document)))
    assert DEMONSTRATION not in "".join(p.text for p in (*word.paragraphs, *word.sections[0].header.paragraphs))


def test_all_rows_look_the_same_and_lines_of_a_cell_stay_apart(atlas: Atlas) -> None:
    document = of(atlas, "test-boshan", "exemption")
    lines = [(item, [*cells[:-1], "一\n二"]) for item, cells in document.lines]
    document = replace(document, make_lines=lambda: lines)
    sheet = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"](document))).active
    first, *others = [[cell.style_id for cell in row] for row in sheet.iter_rows(min_row=6)]
    assert len(others) > 1 and others == [first] * len(others)
    (table,) = docx.Document(io.BytesIO(FORMATS["docx"](document))).tables
    assert {row.cells[-1].text for row in table.rows[1:]} == {"一\n二"}


@pytest.mark.parametrize("start", sorted(FORMULA))
def test_no_format_holds_a_formula(atlas: Atlas, start: str) -> None:
    evil = f"{start}HYPERLINK(0)<&\x0b"
    document = of(atlas, "test-boshan", "exemption")
    lines = [(item, [cells[0], evil, *cells[2:]]) for item, cells in document.lines]
    document = replace(document, make_lines=lambda: lines)
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"](document))).active
    assert {book.cell(line, 2).data_type for line in range(6, book.max_row + 1)} == {"s"}
    second = list(csv.reader(io.StringIO(FORMATS["csv"](document).decode("utf-8-sig"), newline="")))[2]
    assert second[1][0] not in FORMULA


class TestScript:
    def run(self, folder: Path, out: Path, *more: str) -> int:
        return export_list.main(["--catalog", str(folder), "--out", str(out), "--as-of", DAY, *more])

    @pytest.fixture(autouse=True)
    def _here(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)

    def test_it_writes_the_list(self, catalog_folder: Path, tmp_path: Path, atlas: Atlas) -> None:
        arguments = ["--place", "test-wuhai", "--list", "item_list", "--format", "csv"]
        assert self.run(catalog_folder, tmp_path / "x.csv", *arguments) == 0
        assert (tmp_path / "x.csv").read_bytes() == FORMATS["csv"](official(atlas, "test-wuhai", "item_list"))

    def test_everything_fits_in_one_database(self, catalog_folder: Path, tmp_path: Path, atlas: Atlas) -> None:
        out = tmp_path / "all.db"
        assert self.run(catalog_folder, out, "--list", "all", "--format", "sqlite") == 0
        connection = sqlite3.connect(out)
        try:
            ids = [row[0] for row in connection.execute("SELECT id FROM item ORDER BY id")]
            assert ids == sorted(atlas.entries)
            lists = {(place, code) for place, code in connection.execute("SELECT DISTINCT place, list FROM list_row")}
            assert lists == {(place, code) for place, code in ALL if of(atlas, place, code).rows}
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            assert connection.execute("SELECT value FROM about WHERE key = 'notice'").fetchone() == (DEMONSTRATION,)
        finally:
            connection.close()

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--place", "nowhere", "--list", "exemption", "--format", "csv"], "没有“nowhere”这个地区"),
            (["--place", "test-wuhai", "--list", "exemption", "--format", "csv"], "有：item_list"),
            (["--place", "test-wuhai", "--list", "all", "--format", "csv"], "要一起用"),
            (["--place", "test-wuhai", "--list", "all", "--format", "sqlite"], "不写 --place"),
        ],
    )
    def test_unusable_arguments_are_named(
        self, catalog_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
    ) -> None:
        assert self.run(catalog_folder, tmp_path / "x", *arguments) == 2
        assert said in capsys.readouterr().err
        assert not (tmp_path / "x").exists()

    def test_a_list_with_errors_is_not_exported(self, catalog_folder: Path, tmp_path: Path) -> None:
        next(catalog_folder.glob("places/test-wuhai/items/*/*.yaml")).write_text("kaputt")
        arguments = ["--place", "test-wuhai", "--list", "item_list", "--format", "csv"]
        assert self.run(catalog_folder, tmp_path / "x", *arguments) == 1


def test_a_very_long_list_is_offered_without_office_files(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    home = atlas.catalog.places["test-boshan"]
    published = next(one for one in lists_of(atlas, home) if one.spec.code == "exemption")
    monkeypatch.setattr(lists, "OFFICE_ROWS", len(published.entries))
    assert set(published.formats) == set(FORMATS)
    monkeypatch.setattr(lists, "OFFICE_ROWS", len(published.entries) - 1)
    assert published.formats == ("csv", "json")


def test_the_site_offers_each_format(built: Path) -> None:
    page = (built / "test-boshan" / "lists" / "exemption" / "index.html").read_text("utf-8")
    for ending in FORMATS:
        assert f'yanshi-test-boshan-exemption.{ending}"' in page
        assert (built / "test-boshan" / "lists" / "exemption" / f"yanshi-test-boshan-exemption.{ending}").is_file()
