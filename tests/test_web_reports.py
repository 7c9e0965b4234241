"""Internal reports: the figures, the table for spreadsheets, who reads them."""

from __future__ import annotations

import csv
import datetime
import io

import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.statistics.facts import quarter_of
from mianzheng.views.cells import harmless
from tests.test_web_case import at, handled, only_case, step
from tests.test_web_complaints import MARKS, body_of, filing
from tests.web_client import Town


@pytest.fixture
def town(loaded: Loaded) -> Town:
    """One complaint of September concluded in October, a day late."""
    town = Town(loaded.catalog, now=datetime.datetime(2025, 9, 25, 10, tzinfo=SHANGHAI))
    handled(town)
    at(town, 11, 9, month=10)
    given = {"findings": {"G1_demand": "upheld"}, "reply": "查实。"}
    step(town, town.staff("handler"), "propose_conclusion", given)
    assert step(town, town.staff("receiver"), "conclude", given).status_code == 200
    return town


def table(town: Town, quarter: str) -> list[list[str]]:
    answer = town.staff("receiver").get(f"/office/reports/csv?quarter={quarter}")
    assert answer.content_type == "text/csv; charset=utf-8" and "attachment" in answer.headers["Content-Disposition"]
    assert answer.text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))[1:]


def test_a_late_conclusion_counts_in_its_quarter_for_the_unit_that_handled_it(town: Town) -> None:
    unit = town.catalog.places["test-yiyuan"].bodies[only_case(town).body].name
    assert ["办结", unit, "超期", "1"] in table(town, "2025-Q4")
    assert not [row for row in table(town, "2025-Q3") if row[0] == "办结"]
    page = town.staff("receiver").get("/office/reports?quarter=2025-Q4").text
    assert f"{unit}：按时0件，超期1件，没有期限0件" in page and "<td>0%</td>" in page


def test_what_was_complained_about_counts_in_the_quarter_of_registration(town: Town) -> None:
    about = town.catalog.places["test-yiyuan"].bodies[body_of(town)].name
    (row,) = [row for row in table(town, "2025-Q3") if row[0] == "反映的问题"]
    assert (row[1], row[3]) == (about, "1")
    assert not [row for row in table(town, "2025-Q4") if row[0] == "反映的问题"]


@pytest.mark.carries("statistics", "YY-CMP-12-2", "BS-CMP-12-2", where="mianzheng.web.reports:reports_page")
def test_a_hotspot_stands_out_as_soon_as_it_reaches_the_threshold(town: Town) -> None:
    threshold = town.catalog.places["test-yiyuan"].profile.stats.hotspot_threshold.value  # type: ignore[union-attr]
    assert threshold is not None
    quarter = quarter_of(town.now.strftime("%Y-%m"))
    for number in range(threshold):
        assert bool([row for row in table(town, quarter) if row[0] == "集中的问题"]) == (number == threshold)
        town.now += datetime.timedelta(hours=2)
        visitor = town.visitor()
        sent = {**filing(town), "channel": "platform", "hide_identity": True}
        draft = visitor.json("POST", "/api/v1/drafts").get_json()["draft"]
        assert visitor.json("POST", "/api/v1/complaints", {"draft": draft, "filing": sent}).status_code == 201
    (spot,) = [row for row in table(town, quarter) if row[0] == "集中的问题"]
    assert spot[3] == str(threshold)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("receiver", 200),
        ("joint_conference_office", 200),
        ("auditor", 200),
        ("handler", 403),
        ("department", 403),
        ("admin", 403),
    ],
)
def test_reports_are_for_receivers_the_office_and_the_auditor(town: Town, role: str, status: int) -> None:
    for address in ("/office/reports", "/office/reports/csv"):
        answer = town.staff(role).get(address)
        assert answer.status_code == status
        assert not [mark for mark in MARKS.values() if mark in answer.text]


def test_another_place_counts_nothing_of_this_one(town: Town) -> None:
    page = town.staff("receiver", place="test-boshan").get("/office/reports?quarter=2025-Q4").text
    assert "0 件，收到 0 次" in page


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    """A16."""
    assert harmless([f"{start}1+1", f"民政局{start}", ""]) == [f"'{start}1+1", f"民政局{start}", ""]
