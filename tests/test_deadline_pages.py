"""The calculator of due dates: what the form offers and what an answer shows, without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html as lxml_html

from mianzheng import clock
from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import WorkingCalendar
from mianzheng.errors import BadArgument
from mianzheng.views.deadlines import deadline_form, deadline_result, deadline_title
from mianzheng.views.spoken import ending, spoken

carries = pytest.mark.carries


def answered(
    shipped: Loaded, calendar: WorkingCalendar, profile: str, rule: str, start: str, extend: str = "", days: str = ""
) -> tuple[str, lxml_html.HtmlElement]:
    """The title and the page of one answer."""
    profiles = shipped.catalog.profiles
    question = clock.read_question(profiles, profile=profile, rule=rule, start=start, extend=extend, days=days)
    found = clock.answer(calendar, question)
    body = deadline_result(shipped.catalog, calendar, question, found, "../../")
    return deadline_title(found), lxml_html.fromstring(body)


def pick(page: lxml_html.HtmlElement, pattern: str) -> list[lxml_html.HtmlElement]:
    """The elements of a page by tag, class and attribute (`form.ask select[name=rule]`); commas join patterns."""
    if "," in pattern:
        return [found for part in pattern.split(", ") for found in pick(page, part)]
    path = ""
    for part in pattern.split():
        tag, of_class, attribute, value = re.fullmatch(r"(\w*)(?:\.([\w-]+))?(?:\[(\w+)(?:=(\w+))?\])?", part).groups()
        path += f"//{tag or '*'}"
        path += f"[contains(concat(' ', @class, ' '), ' {of_class} ')]" if of_class else ""
        path += (f"[@{attribute}='{value}']" if value else f"[@{attribute}]") if attribute else ""
    return page.xpath(f".{path}")


def words(page: lxml_html.HtmlElement, css: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in pick(page, css)]


def rows(page: lxml_html.HtmlElement) -> list[str]:
    return words(page, ".counting li")


def test_s_site_06_every_day_is_listed_with_its_reason(shipped: Loaded, calendar: WorkingCalendar) -> None:
    title, page = answered(shipped, calendar, "yiyuan", "complaint.close", "2026-02-13")
    assert title == "最晚 2月27日（周五）当天"
    assert words(page, "h1") == [title]
    assert rows(page) == [
        "2月13日（周五） 从这天起算，这天不算",
        "2月14日（周六） 调休上班，第1天",
        "2月15日（周日）至2月23日（周一） 春节假期，不算",
        "2月24日（周二） 工作日，第2天",
        "2月25日（周三） 工作日，第3天",
        "2月26日（周四） 工作日，第4天",
        "2月27日（周五） 工作日，第5天",
    ]
    assert words(page, "td.day--counted") == ["14班第1天", "24第2天", "25第3天", "26第4天"]
    assert words(page, "td.day--due") == ["27到期"]
    assert "《沂源县建设“无证明城市”工作投诉举报办法（试行）》第十条受理后5个工作日内办结投诉举报" in words(
        page, ".rows li"
    )


def test_the_basis_names_articles_and_our_own_way_of_counting(shipped: Loaded, calendar: WorkingCalendar) -> None:
    _, page = answered(shipped, calendar, "yiyuan", "complaint.close", "2026-09-30", extend="5")
    said = "\n".join(words(page, ".rows li"))
    assert "最多再加5个工作日" in said
    assert said.count("本系统的数法") == 4
    assert "延期从原到期日算起" in said
    assert "5个工作日，再延5个工作日" in words(page, ".due__facts dd")


def test_a_target_is_never_called_overdue(shipped: Loaded, calendar: WorkingCalendar) -> None:
    title, page = answered(shipped, calendar, "fangxian", "notice", "2026-04-30")
    assert title == "目标 5月13日（周三）当天"
    assert "2026年5月14日（周四）00:00起，不算逾期" in words(page, ".due__facts dd")
    assert words(page, ".note--project") == ["本系统设定的目标，文件未规定期限。"]


def test_a_silent_document_is_said_to_be_silent(shipped: Loaded, calendar: WorkingCalendar) -> None:
    title, page = answered(shipped, calendar, "wuhai", "adjust.apply", "2026-04-30")
    assert title == "文件没有写期限"
    assert pick(page, ".month, .counting, .bars, .note") == []
    assert "向市行政审批和政务服务局备案" in "".join(words(page, ".rows li"))


@pytest.mark.parametrize(
    ("start", "note"),
    [
        ("2026-12-25", "暂定：2027年的放假安排还没有公布，先按周末和固定节日算，通知发布后重算。"),
        ("2026-12-22", "2027年的放假安排还没有公布，通知发布后，这一天可能会变。"),
        ("2026-11-25", ""),
    ],
)
def test_what_may_still_change_says_so(start: str, note: str, shipped: Loaded, calendar: WorkingCalendar) -> None:
    _, page = answered(shipped, calendar, "yiyuan", "adjust.apply", start)
    assert words(page, ".note--provisional") == ([note] if note else [])


def test_minutes_are_drawn_as_stretches_of_office_time(shipped: Loaded, calendar: WorkingCalendar) -> None:
    title, page = answered(shipped, calendar, "yiyuan", "verify.electronic", "2025-09-30T17:20")
    assert title == "最晚 10月9日（周四）09:20前"
    assert words(page, ".bars__row") == [
        "9月30日（周二） 17:20—17:30，10分钟",
        "10月1日（周三）至10月8日（周三） 国庆节、中秋节假期，停表",
        "10月9日（周四） 09:00—09:20，20分钟",
    ]
    counted = [(r.get("x"), r.get("width")) for r in pick(page, ".bar__counted")]
    assert counted == [("500", "10"), ("0", "20")], "minutes after opening at nine"
    assert words(page, ".note") == ["不停表的话是9月30日（周二）17:50，只作参考。"]


def test_hours_stand_still_on_days_off(shipped: Loaded, calendar: WorkingCalendar) -> None:
    _, page = answered(shipped, calendar, "wuhai", "verify.self_complex", "2025-04-25T20:00")
    assert words(page, ".bars__row") == [
        "4月25日（周五） 20:00—24:00，4小时",
        "4月26日（周六） 周末，停表",
        "4月27日（周日） 00:00—24:00，24小时",
        "4月28日（周一） 00:00—20:00，20小时",
    ]


def test_what_arrives_after_hours_says_when_it_starts(shipped: Loaded, calendar: WorkingCalendar) -> None:
    _, page = answered(shipped, calendar, "yiyuan", "verify.electronic", "2025-03-04T18:00")
    assert words(page, ".bars__row")[0] == "3月4日（周二） 收到时已经下班，从下次上班起算"


def test_a_half_year_is_walked_back_from_its_end(shipped: Loaded, calendar: WorkingCalendar) -> None:
    title, page = answered(shipped, calendar, "yiyuan", "edition", "2024-01-10")
    assert title == "最晚 6月28日（周五）当天"
    assert rows(page) == ["6月28日（周五） 期末的最后一个工作日", "6月29日（周六）至6月30日（周日） 周末，不算"]
    assert words(page, ".month caption") == ["2024年6月"]
    _, page = answered(shipped, calendar, "yiyuan", "edition", "2025-08-29", days="0")
    assert words(page, ".due__facts dt")[0] == "上一次的日期"


def test_a_long_period_shows_its_ends_and_folds_its_list(shipped: Loaded, calendar: WorkingCalendar) -> None:
    _, page = answered(shipped, calendar, "boshan", "proxy", "2026-01-10", days="150")
    assert words(page, ".month caption") == ["2026年1月", "2026年2月", "2026年7月", "2026年8月"]
    assert len(pick(page, ".months__gap")) == 1
    assert len(pick(page, "details .counting")) == 1


def test_a_late_receipt_moves_to_the_next_working_morning(shipped: Loaded, calendar: WorkingCalendar) -> None:
    title, page = answered(shipped, calendar, "qingshen", "window.correction", "2025-10-01")
    assert title == "最晚 10月15日（周三）17:30前"
    assert rows(page)[2] == "10月9日（周四） 休息日收到的，算这天上午收到，不算"
    assert words(page, ".day--moved") == ["9收到"]


def test_the_form_offers_every_clock_once_in_the_right_place(built: Path) -> None:
    page = lxml_html.fromstring((built / "tools/deadlines/index.html").read_bytes())
    forms = pick(page, "form.ask")
    assert [form.get("action") for form in forms] == ["../../api/v1/deadlines"] * 2
    assert [form.get("method") for form in forms] == ["get", "get"]
    by_day, by_time = ([o.get("value") for o in pick(form, "select[name=rule] option")] for form in forms)
    assert sorted(by_day + by_time) == sorted(clock.RULES)
    assert "window.handover" in by_time
    assert {"verify.paper", "edition", "complaint.close"} <= set(by_day)
    labels = {label.get("for") for label in pick(page, "label")}
    fields = pick(page, "form.ask input, form.ask select")
    assert {field.get("id") for field in fields} <= labels
    assert {field.get("name") for field in fields} == {"profile", "rule", "from", "extend", "days"}


def test_the_table_marks_what_no_document_says(shipped: Loaded) -> None:
    page = lxml_html.fromstring(deadline_form(shipped.catalog, "../../"))
    heads = words(page, ".limits thead th")
    cells = {pick(row, "th")[0].text_content(): words(row, "td") for row in pick(page, ".limits tr")}
    yiyuan, fangxian = heads.index("示例县（沂源规则）") - 1, heads.index("示例县（房县规则）") - 1
    assert (cells["办结"][yiyuan], cells["办结"][fangxian]) == ("5个工作日", "5个工作日※")
    assert cells["有电子档案"][fangxian] == "—"


def test_a_refused_question_comes_back_filled_in_and_nothing_breaks_out(shipped: Loaded) -> None:
    asked = {"profile": "yiyuan", "rule": "verify.order", "from": '"><script>alert(1)</script>', "extend": "9"}
    with pytest.raises(BadArgument) as caught:
        clock.read_question(
            shipped.catalog.profiles, profile="yiyuan", rule="verify.order", start=asked["from"], extend="9"
        )
    body = deadline_form(shipped.catalog, "../../", asked, caught.value.problems)
    page = lxml_html.fromstring(body)
    assert pick(page, "script") == []
    assert len(pick(page, "[role=alert] li")) == 3
    assert [o.get("value") for o in pick(page, "option[selected]")] == ["yiyuan", "verify.order", "yiyuan"]
    assert page.get_element_by_id("extend").get("value") == "9"


def test_dates_are_said_as_people_say_them(calendar: WorkingCalendar, shipped: Loaded) -> None:
    yiyuan = shipped.catalog.profiles["yiyuan"]
    start = clock.read_question({"yiyuan": yiyuan}, profile="yiyuan", rule="verify.paper", start="2026-11-27T10:00")
    end = clock.answer(calendar, start).end
    assert end is not None
    assert (spoken(start.start), ending(end)) == ("11月27日（周五）10:00", "11月30日（周一）17:30前")
    close = clock.deadline(calendar, yiyuan, "complaint.close", start.start).end
    assert close is not None
    assert ending(close) == "12月4日（周五）当天"
