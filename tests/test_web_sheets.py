"""A department's table, uploaded in the form: drafts, every remark, an annotated copy; hostile files get a line."""

from __future__ import annotations

import datetime
import io
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from werkzeug.test import TestResponse

from mianzheng.catalog_files.loading import Loaded
from mianzheng.web import long_values
from tests.list_town import ListTown
from tests.test_sheets_import import HEAD, LAW, MANY, ROW, book
from tests.web_client import URL, Visitor, token_of

SHEETS = "/office/proposals/sheets"


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog).under(tmp_path)


@pytest.fixture
def unit(town: ListTown) -> Visitor:
    visitor = town.visitor()
    visitor.log_in("test-yiyuan.department1")
    return visitor


def uploaded(unit: Visitor, content: bytes, name: str = "一览表.xlsx", form: str = "") -> TestResponse:
    form = form or unit.get(f"{SHEETS}/new").text
    fields = {"form_token": token_of(form), "sheet": form.split('name="sheet" value="')[1].split('"')[0]}
    return unit.client.post(
        SHEETS, base_url=URL, headers={"Sec-Fetch-Site": "same-origin", "Origin": URL},
        data={**fields, "table": (io.BytesIO(content), name)},
    )  # fmt: skip


def test_a_table_becomes_drafts_with_every_mapping_shown_and_a_copy_to_take_home(town: ListTown, unit: Visitor) -> None:
    unknown = ["2", "没有登记过的证明", "测试收养登记", MANY, "民政局", "", "原来的备注"]
    answer = uploaded(unit, book(HEAD, ROW, unknown, ["填表人：王小明", "13800138000", "", "", "", "", ""]))
    assert answer.status_code == 303, answer.text
    page = unit.get(answer.headers["Location"]).text
    for words in ("认作“测试体检证明”", "没有登记名为“没有登记过的证明”", "依据库里没有“不存在的办法”", "B3"):
        assert words in page, words
    link = page.split('href="/office/proposals/drafts/')[1].split('"')[0]
    draft = unit.get(f"/office/proposals/drafts/{link}").text
    assert "这份申请里的事项" in draft and "还没有选证明" in draft
    assert "原来的备注" in str(town.services.store.get("draft", link).data)
    copy = unit.get(f"{answer.headers['Location']}/copy")
    sheet = openpyxl.load_workbook(io.BytesIO(copy.get_data())).active
    assert "没有登记名为" in sheet["B3"].comment.text and sheet["A4"].value == "（已略去）"
    assert "%E6%89%B9%E6%B3%A8" in copy.headers["Content-Disposition"]
    left = long_values.kept(town.services.store, answer.headers["Location"].rpartition("/")[2], town.now)
    assert left and "13800138000" not in zlib.decompress(left).decode()


def test_the_same_upload_twice_is_the_same_drafts(town: ListTown, unit: Visitor) -> None:
    form = unit.get(f"{SHEETS}/new").text
    first, again = (uploaded(unit, book(HEAD, ROW), form=form) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert len(town.services.store.keys("draft")) == 1


def test_an_upload_that_stopped_half_way_goes_on_without_doubling(
    town: ListTown, unit: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = unit.get(f"{SHEETS}/new").text
    with monkeypatch.context() as broken:
        broken.setattr(long_values, "keep", lambda *_: 1 / 0)
        assert uploaded(unit, book(HEAD, ROW), form=form).status_code == 500
    assert uploaded(unit, book(HEAD, ROW), form=form).status_code == 303
    assert len(town.services.store.keys("draft")) == 1


def test_more_than_two_hundred_lines_are_several_drafts(town: ListTown, unit: Visitor) -> None:
    rows = [["", f"没有登记过的证明{n}", "测试收养登记", LAW, "民政局", "", ""] for n in range(201)]
    answer = uploaded(unit, book(HEAD, *rows))
    page = unit.get(answer.headers["Location"]).text
    assert "接着填第 1 份（200 条）" in page and "接着填第 2 份（1 条）" in page


def macros() -> bytes:
    made = io.BytesIO(book(HEAD, ROW))
    with zipfile.ZipFile(made, "a") as package:
        package.writestr("xl/vbaProject.bin", b"x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "", "请先选一个表格文件"),
        (b"", "空.csv", "认不出表头"),
        (b"PK\x03\x04broken", "坏.xlsx", "坏了"),
        (b"<html><script>alert(1)</script>", "表.xlsx", "认不出表头"),
        (b"\xd0\xcf\x11\xe0", "旧.xls", "旧版的 .xls"),
        (macros(), "宏.xlsx", "表里有宏"),
        (book(HEAD, *[ROW] * 1001), "长.xlsx", "一次最多 1000 行"),
    ],
    ids=["none", "empty", "broken", "html", "old", "macros", "long"],
)
def test_a21_a_file_that_is_no_plain_table_is_refused_in_one_clear_line(
    unit: Visitor, town: ListTown, content: bytes, name: str, words: str
) -> None:
    answer = uploaded(unit, content, name)
    assert answer.status_code == 422 and words in answer.text and "<script>alert" not in answer.text
    assert not town.services.store.keys("draft")


def test_a21_too_many_bytes_are_refused_before_they_are_read(unit: Visitor) -> None:
    body = io.BytesIO(b"--b\r\n")
    answer = unit.client.post(
        SHEETS, base_url=URL, input_stream=body, content_type="multipart/form-data; boundary=b",
        environ_overrides={"CONTENT_LENGTH": "4000001"}, headers={"Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    assert answer.status_code == 413 and body.tell() == 0


def test_a16_formulas_and_bidi_marks_of_a_table_stay_text(town: ListTown, unit: Visitor) -> None:
    answer = uploaded(
        unit, book(HEAD, ["1", '=HYPERLINK("http://x")', "测试收养登记", LAW, "民政局", "", "甲\u202e乙"])
    )
    page = unit.get(answer.headers["Location"]).text
    assert "这一格是公式，没有计算" in page and "\u202e" not in page
    copy = openpyxl.load_workbook(io.BytesIO(unit.get(f"{answer.headers['Location']}/copy").get_data())).active
    assert copy["B2"].data_type == "s"


def test_a_result_is_for_its_account_and_for_seven_days(town: ListTown, unit: Visitor) -> None:
    link = uploaded(unit, book(HEAD, ROW)).headers["Location"]
    other = town.visitor()
    other.log_in("test-yiyuan.department2")
    assert other.get(link).status_code == other.get(f"{link}/copy").status_code == 404
    town.now += datetime.timedelta(days=7)
    unit.log_in("test-yiyuan.department1")
    assert unit.get(link).status_code == 404
    assert len(town.services.store.keys("draft")) == 1


def test_long_values_come_back_whole_or_not_at_all(town: ListTown) -> None:
    store, until = town.services.store, town.now + datetime.timedelta(hours=1)
    for size in (0, 1, long_values.PIECE, long_values.PIECE * 2 + 7):
        long_values.keep(store, "k", b"x" * size, until)
        assert long_values.kept(store, "k", town.now) == b"x" * size
    store.forget("k:1")
    assert long_values.kept(store, "k", town.now) is None and long_values.kept(store, "other", town.now) is None
