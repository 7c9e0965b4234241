"""The check of a list on paper: every sort of fault is found, in the rules' own sentences, with the rule in words."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from scripts import checkup

from mianzheng.catalog_files.loading import Loaded
from mianzheng.sheets.checkup import Checkup, check_up
from mianzheng.sheets.checkup_report import quoted, report
from mianzheng.sheets.headings import known_labels
from mianzheng.sheets.opening import open_grids
from mianzheng.sheets.reading import read
from tests.conftest import ROOT
from tests.test_sheets_import import DAY, book

HEAD = ["序号", "证明名称", "证明用途", "设定依据", "索要单位", "开具单位", "办理指南"]
GOOD = ["1", "无犯罪记录证明", "某许可核发", "《中华人民共和国劳动合同法》第五十条", "人社局", "公安局", "见网站"]


def row(**other: str) -> list[str]:
    names = dict(zip(["number", "name", "service", "basis", "asks", "gives", "guide"], GOOD, strict=True))
    return list((names | other).values())


def judged(shipped: Loaded, *rows: list[str], head: list[str] = HEAD) -> Checkup:
    reading = read(open_grids(book(head, *rows)), known_labels(shipped.catalog.vocabularies.lists.values()))
    return check_up(reading, shipped.catalog, DAY)


FAULTS = {
    "basis-repealed": ([row(basis="《契税暂行条例》第七条")], "自 2021-09-01 起被"),
    "basis-rank": ([row(basis="《工资支付暂行规定》第七条")], "只有部门规章"),
    "basis-missing": ([row(basis="")], "没有填写设定依据"),
    "basis-article-unknown": ([row(basis="《劳动合同法》第九百条")], "没有第九百条"),
    "reference-unknown": ([row(basis="《没听说过的条例》第三条")], "没听说过的条例"),
    "name-vague": ([row(name="相关证明材料")], "兜底说法"),
    "field-missing": ([row(gives="")], "缺少 1 项：开具单位"),
    "issuer-is-applicant": ([row(gives="经营者")], "申请人自己"),
    "issuer-may-not-issue": ([row(name="证件遗失证明", gives="东村村委会")], "不应由东村村委会开具"),
    "duplicate-proof": ([row(name="经营场地情况证明"), row(name="经营场地情况证明书")], "说明的是同一件事"),
    "item-duplicate": ([GOOD, GOOD], "已有一条：第 2 行"),
    "circular-proof": (
        [
            row(name="场地使用情况证明", service="开具消防验收情况证明"),
            row(name="消防验收情况证明", service="开具场地使用情况证明"),
        ],
        "循环证明：",
    ),
}


@pytest.mark.parametrize("code", FAULTS)
def test_each_sort_of_fault_is_found_at_its_line(shipped: Loaded, code: str) -> None:
    rows, part = FAULTS[code]
    done = judged(shipped, *rows)
    found = {(one.code, line) for line, findings in done.findings.items() for one in findings}
    assert {c for c, _ in found} == {code}
    (one,) = [one for findings in done.findings.values() for one in findings]
    assert part in one.message
    assert one.fix and "yaml" not in one.fix and "missing:" not in one.fix and "status:" not in one.fix


def test_a_sound_line_has_no_findings(shipped: Loaded) -> None:
    done = judged(shipped, GOOD)
    assert (done.findings, done.items) == ({}, 1)


def test_a_table_without_a_column_is_told_once(shipped: Loaded) -> None:
    done = judged(shipped, GOOD[:5], [*GOOD[:2], "另一件事", *GOOD[3:5]], head=HEAD[:5])
    assert [(line, one.message) for line, found in done.findings.items() for one in found] == [
        (0, "缺少 2 项：开具单位、办理指南。")
    ]


def test_the_report_quotes_the_rule_and_repeats_its_head(shipped: Loaded) -> None:
    content = report(judged(shipped, *FAULTS["basis-repealed"][0]), shipped.catalog, "某县清单", DAY)
    assert content == report(judged(shipped, *FAULTS["basis-repealed"][0]), shipped.catalog, "某县清单", DAY)
    word = docx.Document(io.BytesIO(content))
    sums, lines = word.tables
    assert [cell.text for cell in sums.rows[1].cells] == ["依据已经废止", "1"]
    cells = [cell.text for cell in lines.rows[1].cells]
    assert cells[:3] == ["2", "无犯罪记录证明", "请核对"]
    assert cells[5] == "YY-ADJ-08-1\nYY-ADJ-08-1：法律法规出台、修改或废止，服务事项随之取消的，要申请取消"
    assert lines.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    body = [element.tag for element in word.element.body]
    assert body.index(qn("w:tbl")) < [p.text for p in word.paragraphs].index("二、逐条问题和改法") + 1


def test_a_basis_that_is_no_policy_rule_is_quoted_as_it_is(shipped: Loaded) -> None:
    assert quoted("《优化营商环境条例》第四十四条", shipped.catalog) == "《优化营商环境条例》第四十四条"


class TestScript:
    def test_it_writes_a_report_without_who_filled_in_the_table(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(ROOT)
        (tmp_path / "某县.xlsx").write_bytes(book(HEAD, GOOD, row(name="相关证明材料"), ["填报人：张三丰"]))
        out = tmp_path / "报告.docx"
        assert checkup.main([str(tmp_path / "某县.xlsx"), "--out", str(out), "--as-of", DAY]) == 1
        word = docx.Document(str(out))
        whole = "".join(p.text for p in word.paragraphs) + "".join(c.text for t in word.tables for c in t._cells)
        assert word.paragraphs[0].text == "某县体检报告"
        assert "张三丰" not in whole

    def test_a_file_that_is_no_table_gets_one_line(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(ROOT)
        (tmp_path / "x.xlsx").write_bytes(b"PK")
        assert checkup.main([str(tmp_path / "x.xlsx"), "--out", str(tmp_path / "r.docx")]) == 2
        assert "坏了" in capsys.readouterr().err
        assert not (tmp_path / "r.docx").exists()
