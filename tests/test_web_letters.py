"""Letters to whoever complained: what they say, on the page and in a .docx that opens again."""

from __future__ import annotations

import datetime
import io
from typing import Any

import docx
import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.views.letters import TITLES
from tests.test_web_case import accepted, at, filed, handled, only_case, step
from tests.test_web_complaints import MARKS
from tests.web_client import Town

FINDINGS = {"findings": {"G1_demand": "upheld"}, "reply": "查实，已经纠正并道歉。\n材料当天收下。"}


@pytest.fixture
def town(loaded: Loaded) -> Town:
    return Town(loaded.catalog, now=datetime.datetime(2025, 9, 25, 10, tzinfo=SHANGHAI))


def extended(town: Town) -> None:
    handled(town)
    at(town, 10, 16, month=10)
    step(town, town.staff("handler"), "ask_extension", {"days": 5, "why": "内部的理由"})
    assert step(town, town.staff("receiver"), "extend", {"days": 5}).status_code == 200


def concluded(town: Town) -> None:
    handled(town)
    step(town, town.staff("handler"), "propose_conclusion", {**FINDINGS, "why": "内部的理由"})
    assert step(town, town.staff("receiver"), "conclude", FINDINGS).status_code == 200


def refused(town: Town) -> None:
    filed(town)
    given = {"ground": "N1_vague_and_uncheckable", "parts": [0, 1], "reply": "没有写是哪个单位。"}
    assert step(town, town.staff("receiver"), "refuse", given).status_code == 200


def terminated(town: Town) -> None:
    accepted(town)
    given = {"ground": "T1_withdrawn", "reply": "您已经撤回。"}
    assert step(town, town.staff("receiver"), "terminate", given).status_code == 200


CASES: dict[str, tuple[Any, list[str]]] = {
    "accept": (accepted, ["受理", "2025年10月10日", "2025年9月26日", "2025年9月25日收到"]),
    "extend": (extended, ["延长办理期限5个工作日", "2025年10月16日"]),
    "conclude": (concluded, ["属实", "查实，已经纠正并道歉。", "材料当天收下。", "有异议"]),
    "refuse": (refused, ["不予受理", "没有写是哪个单位。", "有异议"]),
    "terminate": (terminated, ["终止办理", "您已经撤回。"]),
}


@pytest.mark.parametrize("event", CASES)
def test_a_letter_says_the_decision_on_the_page_and_in_the_file(town: Town, event: str) -> None:
    until, words = CASES[event]
    until(town)
    record, reader = only_case(town), town.staff("receiver")
    address = f"/office/complaints/{record.id}/letters/{event}"
    assert f'href="{address}"' in reader.get(f"/office/complaints/{record.id}").text
    page, file = reader.get(address), reader.get(f"{address}/docx")
    opened = docx.Document(io.BytesIO(file.data))
    written = "\n".join(paragraph.text for paragraph in opened.paragraphs)
    for text in (page.text, written):
        for word in (*words, TITLES[event], "TS-2025-0001", "（盖章）", "演示 · 不能用来办事"):
            assert word in text, word
        for secret in (MARKS["name"], MARKS["phone"], "内部的理由"):
            assert secret not in text
    assert "attachment" in file.headers["Content-Disposition"]
    section = opened.sections[0]
    assert (round(section.page_width.cm), round(section.page_height.cm)) == (21, 30)


def test_a_letter_exists_only_after_the_decision_and_for_those_who_see_the_case(town: Town) -> None:
    accepted(town)
    address = f"/office/complaints/{only_case(town).id}/letters"
    assert town.staff("receiver").get(f"{address}/conclude").status_code == 404
    assert town.staff("receiver").get(f"{address}/register").status_code == 404
    assert town.staff("receiver", place="test-boshan").get(f"{address}/accept/docx").status_code == 404
