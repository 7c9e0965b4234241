"""A department's messy table, all the way: uploaded, sent as one batch, approved, in the next edition's Word file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from scripts import release_edition

from mianzheng.catalog_files.loading import Loaded, load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.local.work_tree import WorkTree
from mianzheng.sheets.exporting import FORMATS
from mianzheng.sheets.official import frozen
from tests.list_town import ListTown, step, told
from tests.test_sheets_import import book
from tests.test_web_drafts import hidden, saved
from tests.test_web_sheets import uploaded
from tests.web_client import Visitor

PLACE, SERVICE = "test-yiyuan", "测试收养登记"
PRIVATE = ("张三丰", "李四娘", "13800138000", "0000-1234567")
NEW = {"测试体检证明": 2, "测试收入证明": 2, "测试居住证明": 2, "测试在学证明": 1}
"""The certificates that the table brings, in its order, and how many articles it cites for each."""
END = "2026-12-31"


def messy() -> bytes:
    """What departments send: a head of two lines, merged cells, everything in one cell, who filled it in."""
    return book(
        ["测试县民政局证明事项保留清单（２０２６年）"],
        ["填报单位（盖章）：测试县民政局", "", "", "填报人：张三丰", "", "电话：13800138000"],
        ["序号", "证明\n名称", "证明用途", "设定及保留依据", "实施基本情况", "", "备注"],
        ["", "", "", "", "索要\n单位", "开具单位", ""],
        ["１", "测试体检\n证明", "\u3000\u3000测试收养登记",
         "【法律】《测试登记法》（主席令第二十三号）第７条：申请登记的，应当提交体检证明。\n【规范性文件】《测试登记法》第八条",
         "民政局", "测试县人民医院", "照办；"],
        ["2", "1．测试收入证明；\n2．测试居住证明", "测试收养登记", "同上", "民政局", "测试县公安局", ""],
        ["3", "测试收养登记", "测试在学证明", "《测试登记法》第十一条第（三）项", "测试县民政局", "", ""],
        ["4", "测试体检证明", "测试收养登记", "《测试登记法》第七条", "民政局", "", ""],
        ["合计：４项"],
        ["联系人：李四娘", "", "", "联系电话：0000-1234567"],
        merge=("A1:G1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:G4", "E5:E6"),
    )  # fmt: skip


def word_of(folder: Path, edition: str) -> bytes:
    """The edition's first list as its page offers it for download."""
    home = load(FolderSource(folder)).catalog.places[PLACE]
    found = home.editions[edition]
    return FORMATS["docx"](frozen(home.place, found, found.lists[0], demonstration=home.place.fictional))


def completed(unit: Visitor, form: str, town: ListTown) -> str:
    """The draft of the upload filled in item by item as people do; returns the checked form."""
    (police,) = (one.id for one in town.catalog.places[PLACE].bodies.values() if one.name == "测试县公安局")
    for number, (name, bases) in enumerate(NEW.items()):
        row = {
            f"items.{number}.version.method": "share",
            f"items.{number}.explain": f"{name}由单位自己核对，您不用去开。",
            **{f"items.{number}.legal_bases.{basis}.requires": "办理登记的，应当提交" for basis in range(bases)},
        }
        if name == "测试在学证明":
            row[f"items.{number}.issuing_body"] = police
        form = saved(unit, {**hidden(form), **row}, f"open.{min(number + 1, len(NEW) - 1)}").text
    common = {
        "reason": "A4_omitted", "ground": "窗口一直在要，清单里没有写。", "trigger_date": "2026-11-20",
        "trigger_evidence": "自查", "contact_post": "业务科", "legal_bases.0.basis": "lb-m9s34g",
        "legal_bases.0.article": "第七条",
    }  # fmt: skip
    checked = unit.form("/office/proposals/check", {**hidden(form), **common})
    assert checked.status_code == 200, "\n".join(one for one in checked.text.split("\n") if "error" in one)
    return checked.text


def handed_in(town: ListTown) -> str:
    """The table uploaded by the department, its draft completed and sent; returns the proposal's id."""
    unit = town.visitor()
    unit.log_in(f"{PLACE}.department1")
    report = unit.get(uploaded(unit, messy(), "保留清单.xlsx").headers["Location"]).text
    assert "填反了" in report and "和第 5 行是同一条" in report
    link = report.split('href="/office/proposals/drafts/')[1].split('"')[0]
    checked = completed(unit, unit.get(f"/office/proposals/drafts/{link}").text, town)
    sent = unit.form("/office/proposals", hidden(checked))
    assert sent.status_code == 303, sent.text
    town.work()
    return sent.headers["Location"].rpartition("/")[2]


def approved(town: ListTown, id: str) -> None:
    """Everybody of the place's chain says yes; the list is merged and published."""
    office, justice = town.staff("joint_conference_office"), town.staff("justice")
    page = office.get(f"/office/proposals/{id}").text
    assert all(name in page for name in NEW) and not any(word in page for word in PRIVATE)
    step(town, office, id, "study")
    step(town, justice, id, "opine", opinion="合法")
    assert step(town, office, id, "approve", opinion="同意").status_code == 200
    assert told(office, id)["state"] == "published"


@pytest.mark.carries("publication", "YY-ADJ-05-2", where="mianzheng.editions.freezing:freeze")
def test_a_messy_table_goes_in_and_comes_out_in_the_next_editions_word_file(
    loaded: Loaded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """S-PUB-05: what was released before stays as it was."""
    town = ListTown(loaded.catalog).under(tmp_path)
    tree = WorkTree(tmp_path / "forge.git", tmp_path / "tree")
    tree.bring_to(town.forge.main())
    asked = ["--catalog", str(tree.catalog), "--place", PLACE]
    assert release_edition.main([*asked, "--edition", "2026-H1", "--as-of", "2026-06-30"]) == 0
    before = word_of(tree.catalog, "2026-H1")

    id = handed_in(town)
    (request,) = town.forge.listed("proposals/")
    approved(town, id)

    tree.bring_to(town.forge.main())
    assert release_edition.main([*asked, "--edition", "2026-H2", "--as-of", END, "--number", "测政发〔2026〕9号"]) == 0
    assert f"新增 {len(NEW)} 条，退出 0 条" in capsys.readouterr().out
    file = word_of(tree.catalog, "2026-H2")
    shown_in(docx.Document(io.BytesIO(file)), town)
    kept = "".join(path.read_text("utf-8") for path in tree.catalog.rglob("*.yaml")) + everything(file)
    kept += request.title + str(town.services.store.get("proposal", id).data)
    assert not [word for word in PRIVATE if word in kept]
    assert word_of(tree.catalog, "2026-H1") == before


def everything(file: bytes) -> str:
    """All the text in a Word file, its head, foot and properties included."""
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        return "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))


def shown_in(word: Document, town: ListTown) -> None:
    """The new items stand in the columns of the place's list, in its order."""
    (table,) = word.tables
    columns = next(one for one in town.catalog.vocabularies.lists.values() if one.code == "exemption").columns
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == [column.label for column in columns]
    at = {column.code: number for number, column in enumerate(columns)}
    new = {row[at["name"]]: row for row in rows if row[at["service"]] == SERVICE}
    assert set(new) == set(NEW)
    assert {row[at["requesting_body"]] for row in new.values()} == {"测试县民政局"}
    medical, school = new["测试体检证明"], new["测试在学证明"]
    assert (medical[at["issuing_body"]], medical[at["method"]]) == ("测试县人民医院", "数据共享")
    assert medical[at["basis"]] == "《测试登记法》第7条；《测试登记法》第八条"
    assert medical[at["from"]] == town.now.date().isoformat() and "照办" in medical[at["note"]]
    assert school[at["basis"]] == "《测试登记法》第十一条第（三）项"
    assert [row[at["number"]] for row in rows[1:]] == [str(n) for n in range(1, len(rows))]
    assert "2026年下半年" in [line.text for line in word.paragraphs] and "测政发〔2026〕9号" in [
        line.text for line in word.paragraphs
    ]
