"""The three questions of a review and the written opinion."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest
from docx import Document

from mianzheng.catalog_files.loading import Loaded
from tests.notice_town import (
    AT,
    by,
    cancelling,
    owned,
)
from tests.proposal_forms import complete
from tests.test_web_proposals import ListTown, change_of, step, told

carries = pytest.mark.carries


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog, now=AT).under(tmp_path)


def test_a_written_opinion_is_a_paper_to_stamp(town: ListTown) -> None:
    id, number, _, _ = cancelling(town)
    given = {"basis": "no", "basis_ground": "法律已经废止", "necessity": "no", "necessity_ground": "能共享核验",
             "superior": "none", "opinion": "同意取消。\n按程序公示。"}  # fmt: skip
    assert step(town, by(town, "justice"), id, "opine", **given).status_code == 200
    page = by(town, "justice").get(f"/office/proposals/{id}").text
    address = page.split('href="/office/proposals/')[1:]
    link = next(f"/office/proposals/{part.split(chr(34))[0]}" for part in address if "/docx" in part)
    answer = by(town, "justice").get(link)
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    paper = Document(io.BytesIO(answer.data))
    said = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    for words in (
        "清单调整审核意见",
        number,
        "取消：",
        "同意取消。",
        "按程序公示。",
        "司法局（盖章）",
        "2026年4月30日",
    ):
        assert words in said, words
    was_now, questions = paper.tables
    assert [cell.text for cell in was_now.rows[0].cells] == ["项目", "原来", "现在"]
    assert any("已列入清单" in (row.cells[1].text) and "已取消" in row.cells[2].text for row in was_now.rows)
    assert [cell.text for cell in questions.rows[1].cells] == ["依据", "不符合", "法律已经废止"]
    assert [row.cells[1].text for row in questions.rows[1:]] == ["不符合", "不符合", "不涉及"]
    assert by(town, "justice").get(link.replace("/docx", "9/docx")).status_code == 404
    assert by(town, "justice", "test-yiyuan").get(link).status_code == 404, "of another place"


def test_to_say_does_not_comply_is_no_yes(town: ListTown) -> None:
    """An answer against what is to be changed is written down and does not count; a ground has to be given."""
    place = "test-yiyuan"
    item, unit = owned(town, place)
    answer = unit.command("/api/v1/proposals", change_of(town, item, trigger_date="2026-04-27"))
    assert answer.status_code == 202, answer.text
    town.work()
    id = answer.get_json()["id"]
    office, justice = by(town, "joint_conference_office", place), by(town, "justice", place)
    step(town, office, id, "study")
    assert step(town, justice, id, "opine", opinion="不行", basis="no").status_code == 422, "without a ground"
    assert step(town, justice, id, "opine", opinion="行", basis="perhaps").status_code == 422
    assert step(town, justice, id, "opine", opinion="合法", basis="yes").status_code == 200
    assert not any("司法局" in lack for lack in told(office, id)["missing"])
    assert (
        step(town, justice, id, "opine", opinion="再看不行", superior="no", superior_ground="抵触").status_code == 200
    )
    assert any("司法局" in lack for lack in told(office, id)["missing"]), "the earlier yes is taken back"
    page = office.get(f"/office/proposals/{id}").text
    assert "不符合：抵触" in page and "再看不行" in page
    assert step(town, justice, id, "opine", opinion="合法", superior="yes").status_code == 200
    refused = step(town, office, id, "approve", opinion="同意", necessity="no", necessity_ground="能共享")
    assert refused.status_code == 422 and "不能审核通过" in refused.text
    assert step(town, office, id, "approve", opinion="同意", necessity="yes").status_code == 200


@carries("review", "WH-OR-08-4", where="mianzheng.proposals.handling:is_overseen")
@carries("adjustment", "WH-OR-11-3", where="mianzheng.proposals.guards:form_problems")
def test_in_wuhai_an_omission_is_mended_by_filing_and_justice_looks_at_it_afterwards(town: ListTown) -> None:
    """No approval stands before it, no term is missed; what justice finds unlawful is written down for the bureau."""
    place = "test-wuhai"
    wish = complete(town.catalog, place, "add", trigger_date="2026-04-29", applied_on="2026-04-30")
    body = msgspec.to_builtins(wish)
    body["items"][0]["risk_assessed"] = {"on": "2026-04-29", "by": wish.applicant}
    number = 1 + [town.services.store.get("account", town.logins[f"{place}.department{n}"]).body for n in (1, 2)].index(
        wish.applicant
    )
    answer = town.staff("department", number, place).command("/api/v1/proposals", body)
    assert answer.status_code == 202, answer.text
    for _ in range(3):
        town.work()
    id, justice = answer.get_json()["id"], by(town, "justice", place)
    assert told(justice, id)["state"] == "published"
    assert any(i.versions and i.versions[0].proposal == answer.get_json()["number"]
               for i in town.catalog.places[place].items.values())  # fmt: skip
    assert step(town, justice, id, "oversee", opinion="不妥", superior="no").status_code == 422
    given = {"opinion": "与上位法不一致，请改正", "superior": "no", "superior_ground": "多要了一项"}
    assert step(town, justice, id, "oversee", **given).status_code == 200
    page = by(town, "bureau", place).get(f"/office/proposals/{id}").text
    assert "事后审查合法性" in page and "不符合：多要了一项" in page and "/docx" in page
    yiyuan = cancelling(town, "test-yiyuan")[0]
    assert step(town, by(town, "justice", "test-yiyuan"), yiyuan, "oversee", opinion="看看").status_code == 409
