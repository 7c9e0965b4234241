"""Departments' tables: every head and mess that was seen in published lists, and files that mean harm."""

from __future__ import annotations

import difflib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripts import import_sheet

from mianzheng.catalog_files.loading import Loaded
from mianzheng.catalog_files.rendering import render_record
from mianzheng.errors import BadArgument
from mianzheng.model.ids import new_id
from mianzheng.proposals.forms import Application
from mianzheng.rules.names import normalised
from mianzheng.sheets.accounting import fates
from mianzheng.sheets.annotating import DROPPED
from mianzheng.sheets.citations import Citation, citations
from mianzheng.sheets.exporting import FORMATS, official
from mianzheng.sheets.headings import find_head, known_labels
from mianzheng.sheets.importing import BATCH, Imported, import_rows, split
from mianzheng.sheets.judging import judge
from mianzheng.sheets.matching import kind_register, law_register, registers
from mianzheng.sheets.opening import MAX_BYTES, MAX_ROWS, Grid, contents, open_grids
from mianzheng.sheets.reading import Reading, read
from mianzheng.views.atlas import draw
from tests.test_sheets_export import ALL, OF_SERVICES

DAY = "2026-11-25"
PLACE = "test-yiyuan"
HEAD = ["序号", "证明名称", "证明用途", "设定依据", "索要单位", "开具单位", "备注"]
LAW = "《测试登记法》第七条"
MANY = f"【法律】{LAW}：应当提交体检证明。\n《不存在的办法》第3条"
ROW = ["1", "测试体检证明", "测试收养登记", LAW, "民政局", "测试县人民医院", ""]


def book(*rows: list[str], merge: tuple[str, ...] = ()) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for area in merge:
        made.active.merge_cells(area)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def imported(loaded: Loaded, content: bytes, place: str = PLACE) -> tuple[Reading, Imported]:
    catalog = loaded.catalog
    reading = read(open_grids(content), known_labels(catalog.vocabularies.lists.values()))
    return reading, import_rows(reading, catalog, catalog.places[place], DAY)


def said(reading: Reading, done: Imported, line: int) -> str:
    return "\n".join(r.said for r in (*reading.remarks, *done.remarks) if r.line == line)


HEADS = {
    "plain, breaks inside": (
        [["序号", "证明\n名称", "证明用途", "效力\n层级", "索要\n单位"]],
        "number name service rank requesting_body",
    ),
    "two lines, merged away": (
        [
            ["序号", "证明名称", "证明用途", "实施基本情况", "", "行使层级", ""],
            ["", "", "", "索要单位", "开具单位", "市级", "县级"],
        ],
        "number name service requesting_body issuing_body level level",
    ),
    "errand under 证明事项": (
        [["序号", "证明事项", "证明材料名称", "", "索要单位"], ["", "", "序号", "内容", "索要单位"]],
        "number service number name requesting_body",
    ),
    "our own names": (
        [["证明事项名称", "涉及的政务服务和公共服务事项", "需求单位", "免提交方式"]],
        "name service requesting_body method",
    ),
    "synonyms": (
        [["证明材料名称", "行政事项", "法律政策依据", "要求开具单位", "出证单位", "取消后办理方式"]],
        "name service basis requesting_body issuing_body method",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_heads_of_published_lists_are_understood(loaded: Loaded, name: str) -> None:
    rows, columns = HEADS[name]
    head = find_head(Grid("x", [["某县清单"], *rows]), known_labels(loaded.catalog.vocabularies.lists.values()))
    assert head is not None
    assert (head.first, head.after, " ".join(head.columns)) == (1, 1 + len(rows), columns)


CITED = {
    "《甲法》第7条": [Citation("甲法", "第7条")],
    "《甲法》第三章第十四条第一款第（四）项": [Citation("甲法", "第十四条第一款第（四）项")],
    "《甲法》（主席令第二十三号）第七条、第八条": [Citation("甲法", "第七条"), Citation("甲法", "第八条")],
    "【法律】《甲法》\n第七条：申请登记的，应当提交证明。\n【行政法规】《乙条例》〔２００３〕第９条": [
        Citation("甲法", "第七条", True),
        Citation("乙条例", "第9条"),
    ],
    "《甲办法》国发〔2003〕5号第二条": [Citation("甲办法", "第二条")],
    "《甲办法》国发［２００３］５号第１２条": [Citation("甲办法", "第12条")],
    "《甲办法》(2003)": [Citation("甲办法", "")],
    "《甲法》第七条\n乙条例第三条": [Citation("甲法", "第七条"), Citation("乙条例", "第三条")],
    "《甲法》第七条\n依照本法第八条办理的，提交证明": [Citation("甲法", "第七条", True)],
    "《甲条例》实施办法第七条": [Citation("《甲条例》实施办法", "第七条")],
    "《《甲法》》第七条": [Citation("甲法", "第七条")],
    "甲法第七条；乙条例": [Citation("甲法", "第七条"), Citation("乙条例", "")],
    "《关于〈甲法〉的决定》": [Citation("关于〈甲法〉的决定", "")],
    "": [],
}  # fmt: skip


@pytest.mark.parametrize("text", CITED)
def test_bases_are_found_however_they_are_written(text: str) -> None:
    assert citations(text) == CITED[text]


def test_a_law_about_a_law_is_not_taken_for_that_law(shipped: Loaded) -> None:
    laws = law_register(shipped.catalog)
    for written in ("《教师资格条例》实施办法第五条", "《〈教师资格条例〉实施办法》第五条"):
        (one,) = citations(written)
        assert laws.shown[laws.find(one.title)] == "《教师资格条例》实施办法"


CELLS = {
    "测试体检\n证明": ["测试体检证明"],
    "测试体检证明、测试收入证明": ["测试体检证明", "测试收入证明"],
    "1.测试体检证明\n2．没听说过的证明": ["测试体检证明", "没听说过的证明"],
    "死亡、火化证明": ["死亡、火化证明"],
    "测试体检证明；没听说过的证明": ["测试体检证明", "没听说过的证明"],
}


@pytest.mark.parametrize("text", CELLS)
def test_a_cell_is_parted_only_where_it_is_certain(loaded: Loaded, text: str) -> None:
    known = registers(loaded.catalog, loaded.catalog.places[PLACE])
    assert split(text, known.kinds) == CELLS[text]


def test_a_messy_table_becomes_a_batch(loaded: Loaded) -> None:
    content = book(
        ["测试县证明事项保留清单"],
        ["填报单位：测试县民政局", "", "填报人：张三丰", "电话：13800138000"],
        ["序号", "证明\n名称", "证明用途", "设定依据", "实施基本情况", "", "备注"],
        ["", "", "", "", "索要单位", "开具单位", ""],
        ["1", "测试体检\n证明", "\u3000测试收养登记", MANY, "民政局", "测试县人民医院", "照办"],
        ["2", "测试收入证明、测试居住证明", "测试收养登记", "同上", "民政局", "经营者", ""],
        ["3", "测试收养登记", "测试在学证明", LAW, "民政局", "", ""],
        ["4", "相关证明材料", "测试收养登记", LAW, "公安机关", "", ""],
        ["5", "测试体检证明", "测试收养登记", LAW, "民政局", "", ""],
        ["合计：5"],
        ["联系人：李四", "", "联系电话：13800138000"],
        merge=("A1:G1", "E3:F3", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "G3:G4", "E5:E6"),
    )  # fmt: skip
    reading, done = imported(loaded, content)
    (application,) = done.applications
    items = application.items
    kinds = {k.id: k.name for k in loaded.catalog.kinds.values()}
    assert [kinds.get(item.kind, "") for item in items] == [
        "测试体检证明", "测试收入证明", "测试居住证明", "测试在学证明", "",
    ]  # fmt: skip
    assert [row.line for row in done.lines[0]] == [5, 6, 6, 7, 8]
    assert done.repeated == {9: 5}
    bodies = {b.name: b.id for b in loaded.catalog.places[PLACE].bodies.values()}
    assert [item.requesting_body for item in items] == [bodies["测试县民政局"]] * 4 + [""]
    assert items[0].issuing_body == bodies["测试县人民医院"]
    assert [(use.basis, use.article) for use in items[0].legal_bases] == [("lb-m9s34g", "第七条")]
    assert items[0].note == "备注：照办；原表写的依据：《不存在的办法》第3条"
    assert items[1].note == "原表写的开具单位：经营者；原表写的依据：《不存在的办法》第3条"
    assert "填反了" in said(reading, done, 7)
    assert "兜底说法" in said(reading, done, 8) and "是不是“测试县公安局”" in said(reading, done, 8)
    assert reading.private == {2, 11}
    whole = msgspec.json.encode(application).decode() + "".join(r.said for r in (*reading.remarks, *done.remarks))
    assert not any(word in whole for word in ("张三丰", "李四", "13800138000"))


def test_an_unknown_column_and_a_private_cell_are_not_lost_in_silence(loaded: Loaded) -> None:
    content = book([*HEAD, "办结天数"], [*ROW[:6], "找王五 13800138000", "5"])
    reading, done = imported(loaded, content)
    assert done.applications[0].items[0].note == "备注：办结天数：5"
    assert "没有带入；请删去" in said(reading, done, 2)


def test_a_formula_is_named_and_never_calculated(loaded: Loaded) -> None:
    reading, done = imported(loaded, book(HEAD, ["1", '=HYPERLINK("http://x","测试体检证明")', *ROW[2:]]))
    assert "公式" in said(reading, done, 2)
    assert done.applications[0].items[0].kind == ""


def test_a_complete_line_has_nothing_left_to_mend_but_the_application_itself(loaded: Loaded) -> None:
    reading, done = imported(loaded, book([*HEAD[:6], "免提交方式"], [*ROW[:6], "数据共享"]))
    told = list(judge(done, loaded.catalog, DAY, lambda: new_id("zm", loaded.catalog.files), render_record))
    assert [r for r in (*reading.remarks, *done.remarks, *told) if r.level == "error"] == []
    assert {r.line for r in told if r.level == "hint"} == {0}


def test_cells_of_a_csv_are_text_whatever_they_start_with(loaded: Loaded) -> None:
    (grid,) = open_grids("证明名称,证明用途\n'-1,=1+1\n".encode())
    assert (grid.rows[1], grid.formulas) == (["-1", ""], {(1, 1)})


def test_a_long_table_makes_several_applications(loaded: Loaded) -> None:
    rows = [[str(n), f"未登记证明{n}号", *ROW[2:]] for n in range(BATCH + 1)]
    reading, done = imported(loaded, book(HEAD, *rows))
    assert [len(one.items) for one in done.applications] == [BATCH, 1]
    assert all(fates(reading, done).values())


@pytest.mark.parametrize(("place", "code"), [one for one in ALL if one[1] not in OF_SERVICES])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_was_exported_comes_back_as_the_same_items(loaded: Loaded, place: str, code: str, ending: str) -> None:
    document = official(draw(loaded.catalog, DAY), place, code)
    listed = [item for item, _ in document.make_lines()]
    if not listed:
        pytest.skip("the test place has nothing on this list")
    _, done = imported(loaded, FORMATS[ending](document), place)
    assert done.applications == []
    assert [i for found in done.listed.values() for i in found] == listed


WORDS = st.sampled_from(
    ["", "测试体检证明", "测试收养登记", "没人听说过", LAW, "民政局", "同上", "合计：3", "1.甲\n2.乙", "=1+1", "'=1"]
)


def test_no_line_is_ever_lost(loaded: Loaded) -> None:
    @settings(max_examples=60, deadline=None)
    @given(rows=st.lists(st.lists(WORDS, min_size=7, max_size=7), max_size=6))
    def holds(rows: list[list[str]]) -> None:
        reading, done = imported(loaded, book(HEAD, *rows))
        told = {row.line for row in reading.rows} | {remark.line for remark in reading.remarks}
        assert {line for line, row in enumerate(rows, 2) if any(row)} <= told
        assert all(fates(reading, done).values())

    holds()


def package(change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(HEAD, ROW))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
        for name, part in (more or {}).items():
            target.writestr(name, part)
    return out.getvalue()


def kept(name: str, part: bytes) -> bytes:
    return part


def in_sheet(old: bytes, new: bytes) -> bytes:
    return package(lambda name, part: part.replace(old, new) if name.startswith("xl/worksheets/") else part)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "macros": (lambda: package(kept, {"xl/vbaProject.bin": b"x"}), "宏"),
    "a bomb": (lambda: package(kept, {"xl/media/x.xml": b"0" * 120_000_000}), "解开以后超过"),
    "entities": (lambda: in_sheet(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet'), "实体"),
    "100,000 rows": (lambda: in_sheet(b"</sheetData>", b"<row/>" * 100_000 + b"</sheetData>"), "最多 20000 行"),
    "a giant merge": (
        lambda: in_sheet(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A9:XFD1048576"/></mergeCells>'),
        "合并的单元格",
    ),
    "columns without end": (lambda: in_sheet(b'r="A2"', b'r="XFD2"'), "列太多"),
    "no workbook": (lambda: package(kept)[:200], "坏了"),
    "another package": (lambda: package(kept).replace(b"xl/workbook.xml", b"xl/wOrkbook.xml"), "不是 Excel"),
    "old office": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, ".xls"),
    "a picture": (lambda: b"\x89PNG\0\0", "不是 .xlsx 或 .csv"),
    "too long": (lambda: b"a" * (MAX_BYTES + 1), "超过 10 MB"),
    "a long CSV": (lambda: b"a,b\n" * (MAX_ROWS + 1), "最多 20000 行"),
    "no encoding": (lambda: b"\xff\xff\xff,\x81", "文字编码"),
    "a broken part": (lambda: in_sheet(b"</sheetData>", b"</kaputt>"), "坏了"),
    "no head": (lambda: book(["甲", "乙"], ["1", "2"]), "表头"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_means_harm_gets_one_clear_line(loaded: Loaded, name: str) -> None:
    make, line = HOSTILE[name]
    with pytest.raises(BadArgument) as raised:
        imported(loaded, make())
    assert line in str(raised.value)


def test_links_to_other_files_are_named_and_left_out(loaded: Loaded) -> None:
    reading, done = imported(loaded, package(kept, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}))
    assert "指向其他文件" in said(reading, done, 1)


def test_files_of_other_types_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "x.xlsm").write_bytes(b"PK")
    for name in ("x.xlsm", "nothing.xlsx"):
        with pytest.raises(BadArgument):
            contents(tmp_path / name)


def test_a_table_in_the_old_encoding_is_read(loaded: Loaded) -> None:
    _, done = imported(loaded, "\n".join([",".join(HEAD), ",".join(ROW)]).encode("gb18030"))
    assert len(done.applications[0].items) == 1


class TestScript:
    @pytest.fixture(autouse=True)
    def _here(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)

    def run(self, file: Path, folder: Path, *more: str) -> int:
        return import_sheet.main([str(file), "--place", PLACE, "--catalog", str(folder), "--as-of", DAY, *more])

    def test_it_writes_batch_copy_and_report(self, catalog_folder: Path, tmp_path: Path) -> None:
        file = tmp_path / "表.xlsx"
        lines = [
            ["填报人：张三丰"],
            HEAD,
            ROW,
            ["2", "相关证明材料", *ROW[2:]],
            ["3", "=1+1", *ROW[2:]],
            [*ROW[:3], "", "测试县公安局", ""],
        ]
        file.write_bytes(book(*lines))
        where = ["--out", str(tmp_path / "out"), "--report", str(tmp_path / "new" / "r.txt")]
        assert self.run(file, catalog_folder, *where) == 1
        application = msgspec.json.decode((tmp_path / "out" / "申请-1.json").read_bytes(), type=Application)
        assert len(application.items) == 4
        sheet = openpyxl.load_workbook(tmp_path / "out" / "批注-表.xlsx").active
        assert "兜底说法" in sheet["B4"].comment.text
        assert "免提交方式" in sheet["A3"].comment.text
        assert "没有填" in sheet["D6"].comment.text
        assert sheet["F3"].comment is None
        assert (sheet["A1"].value, sheet["B5"].value, sheet["B5"].data_type) == (DROPPED, "公式：=1+1", "s")
        report = (tmp_path / "new" / "r.txt").read_text("utf-8")
        assert report.startswith("4 行内容：新增 4 条，清单里已有 0 条，表内重复 0 行；")
        assert "提交前要在表单里补上" in report
        assert "张三丰" not in report + json.dumps(msgspec.to_builtins(application), ensure_ascii=False)

    def test_an_unusable_file_writes_nothing(self, catalog_folder: Path, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_text("甲,乙\n")
        assert self.run(tmp_path / "x.csv", catalog_folder, "--out", str(tmp_path / "out")) == 2
        assert not (tmp_path / "out").exists()

    def test_an_unknown_place_is_named(
        self, catalog_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "x.csv").write_text(",".join(HEAD), "utf-8")
        assert self.run(tmp_path / "x.csv", catalog_folder, "--place", "nowhere") == 2
        assert "test-yiyuan" in capsys.readouterr().err


def test_names_that_could_be_meant_are_those_of_comparing_with_every_name(shipped: Loaded) -> None:
    """The index only leaves out what cannot be close enough."""
    register = kind_register(shipped.catalog)
    names = [name for kind in shipped.catalog.kinds.values() for name in kind.names][::7]
    spoilt = [form for name in names for form in (name, name[1:], name[:-2], name[::-1])]
    for name in [*spoilt, "", "证明"]:
        key = normalised(name)
        close = difflib.get_close_matches(key, register.ids, n=5, cutoff=0.5)
        ids = dict.fromkeys(i for one in close for i in sorted(register.ids[one]))
        assert register.near(name) == list(dict.fromkeys(register.shown[i] for i in ids))[:3]
