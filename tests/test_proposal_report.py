"""The review report: complete, in plain words, and deaf to whatever a user writes into it."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from mianzheng.catalog_files.loading import Loaded
from mianzheng.catalog_files.repository import InMemoryCatalogRepository
from mianzheng.errors import BadArgument
from mianzheng.model import Catalog
from mianzheng.proposals.block import Proposal, proposal_of, read_block, written_block
from mianzheng.proposals.chains import chain_of, standing
from mianzheng.proposals.differences import Changed, Difference, difference
from mianzheng.proposals.examining import OpenProposal
from mianzheng.proposals.forms import Application, ItemWish
from mianzheng.proposals.milestones import Timeliness
from mianzheng.proposals.operations import with_records
from mianzheng.proposals.report import ReviewReport, facts_of, review_report
from mianzheng.rules import check
from mianzheng.views.review import as_html, as_markdown, escaped
from tests.proposal_forms import PLACES, TODAY, complete, edited, examined, home_of, listed, wish

YIYUAN = "test-yiyuan"


@pytest.fixture(scope="module")
def catalog(loaded: Loaded) -> Catalog:
    return loaded.catalog


def report_on(catalog: Catalog, application: Application, **known: Any) -> ReviewReport:
    found = examined(application, catalog)
    assert found.problems == {}
    after = with_records(catalog, application.place, found.applied.records, InMemoryCatalogRepository(catalog).render)
    changed = difference(catalog, after, found.files.keys())
    told = proposal_of(application, "TZ-1", TODAY, "zhang", Timeliness(due="2026-12-01", came=TODAY))
    facts = facts_of(catalog, changed, told)
    standings = standing(chain_of(catalog, facts), facts, [], "a" * 40, TODAY)
    findings = [f for f in check(after, today=TODAY, changed=set(found.files)) if f.file in found.files]
    return review_report(after, changed, findings, standings, told, day=TODAY, **known)


def method_change(catalog: Catalog) -> Application:
    item = listed(catalog, YIYUAN, "verify")
    items = (msgspec.structs.replace(edited(item, "explain", "您不用交了。"), version={"method": "share"}),)
    return complete(catalog, YIYUAN, "change", items=items, reason="C4_method")


def test_a_change_of_method_shows_only_what_changed_in_words(catalog: Catalog) -> None:
    (item,) = report_on(catalog, method_change(catalog)).items
    lines = {line.label: (line.was, line.now) for line in item.lines}
    assert lines["免提交方式"] == ("部门核验", "数据共享")
    assert lines["核验时限"] == ("1个工作日（查纸质档案）", "—")
    assert lines["协查函模板"] == ("协查函（xcxh-v1）", "—")
    assert lines["给群众的一句话"][1] == "您不用交了。"
    assert not {"证明种类", "设定依据", "状态", "各时间段的方式"} & set(lines)


def test_the_headline_says_what_happens_to_what(catalog: Catalog) -> None:
    assert report_on(catalog, method_change(catalog)).headline.endswith("改为数据共享")
    assert report_on(catalog, complete(catalog, YIYUAN, "add")).headline == "新增：“测试亲属关系证明”（测试社会救助）"
    assert report_on(catalog, complete(catalog, YIYUAN, "cancel")).headline.startswith("取消：")
    both = (wish(catalog, YIYUAN, "change"), edited(listed(catalog, YIYUAN, "verify"), "note", "甲。"))
    assert report_on(catalog, complete(catalog, YIYUAN, "change", items=both)).headline == "调整：变更 2 条"


@pytest.mark.parametrize("type", ["add", "change", "cancel"])
@pytest.mark.parametrize("place", PLACES)
def test_every_place_and_type_gives_a_full_report(catalog: Catalog, place: str, type: str) -> None:
    report = report_on(catalog, complete(catalog, place, type))
    assert report.type == report.items[0].type == type
    assert report.items[0].lines
    assert [question.code for question in report.questions] == ["basis", "necessity", "superior"]
    assert len(report.questions[1].evidence) == 9
    assert (report.steps[0].label, report.steps[-1].label) == ("提交", "公布")
    assert bool(report.missing) == (place != "test-wuhai")
    said = as_markdown(report)
    for word in ("原来 → 现在", "为什么", "请确认三个问题", "办到哪一步", report.next.rstrip("。")[:12]):
        assert word in said
    assert not any(code in said for code in ("bd-", "kd-", "sv-", "lb-", "yaml")), "no code of a record is left bare"


def test_a_cancellation_says_since_when_and_why(catalog: Catalog) -> None:
    (item,) = report_on(catalog, complete(catalog, YIYUAN, "cancel", effective_from="2027-01-01")).items
    lines = {line.label: line.now for line in item.lines}
    assert lines["状态"] == "已取消"
    assert lines["取消日期"] == "2027-01-01"
    assert "换一种管理方式" in lines["取消事由"]


def test_bases_say_what_they_ask_their_rank_version_and_day_of_checking(catalog: Catalog) -> None:
    (item,) = report_on(catalog, complete(catalog, YIYUAN, "add")).items
    (basis,) = item.bases
    assert (basis.title, basis.article, basis.requires) == (
        "《测试登记法》",
        "第十一条第（三）项",
        "办理时交这样一份证明",
    )
    assert (basis.rank, basis.version, basis.checked_on) == ("法律", "1998-10-25", "2026-11-22")


def test_other_proposals_and_complaints_on_the_item_are_shown(catalog: Catalog) -> None:
    id = listed(catalog, YIYUAN).id
    others = [OpenProposal(id=f"TZ-{i}", title="改方式", state="研究中", items=(id,)) for i in (1, 2)]
    report = report_on(catalog, complete(catalog, YIYUAN, "change"), open_proposals=others, complaints={id: 4})
    (item,) = report.items
    assert [other.id for other in item.others] == ["TZ-2"], "not the proposal itself"
    for said in (as_markdown(report), as_html(report)):
        assert "4 件相关的投诉举报" in said
        assert "TZ-2" in said


def test_late_and_on_time_are_told_with_the_day(catalog: Catalog) -> None:
    application = complete(catalog, YIYUAN, "change")
    assert "按时（期限 2026-12-01" in report_on(catalog, application).lead
    assert Timeliness(due="2026-11-01", came="2026-11-25", late=True).sentence.startswith("2026-11-25 报送，晚于期限")


def test_errors_of_the_check_stand_against_merging(catalog: Catalog) -> None:
    found = examined(complete(catalog, "test-wuhai", "change"), catalog)
    (record,) = found.applied.records
    broken = msgspec.structs.replace(record, legal_bases=())
    after = with_records(catalog, "test-wuhai", [broken], InMemoryCatalogRepository(catalog).render)
    changed = difference(catalog, after, found.files.keys())
    findings = [f for f in check(after, today=TODAY, changed=set(found.files)) if f.file in found.files]
    facts = facts_of(catalog, changed, None)
    standings = standing(chain_of(catalog, facts), facts, [], "a" * 40, TODAY)
    report = review_report(after, changed, findings, standings, day=TODAY)
    assert report.missing == ("清单检查还有 1 处错误，要先改正。",)
    assert report.items[0].findings[0].code == "basis-missing"


def test_a_service_that_comes_along_does_not_make_a_change_an_addition(catalog: Catalog) -> None:
    (service, *_) = home_of(catalog, YIYUAN).services.values()
    item = listed(catalog, YIYUAN)
    along = Changed(None, service, "s.yaml")
    assert Difference(YIYUAN, (Changed(item, item, "i.yaml"), along)).type == "change"
    assert Difference(YIYUAN, (Changed(None, item, "i.yaml"), along)).type == "add"
    assert Difference(YIYUAN, (along,)).type == "add"


def test_rules_and_registers_cannot_be_changed_along_the_way(catalog: Catalog) -> None:
    found = examined(complete(catalog, "test-wuhai", "change"), catalog)
    render = InMemoryCatalogRepository(catalog).render
    after = with_records(catalog, "test-wuhai", found.applied.records, render)
    for extra, allowed in (
        ("places/test-wuhai/place.yaml", False),
        ("profiles/wuhai.yaml", False),
        ("kinds/1c/x.yaml", True),
    ):
        changed = difference(catalog, after, {*found.files, extra})
        report = review_report(after, changed, [], [], day=TODAY)
        assert (report.missing == ()) == allowed, extra
        assert report.others == (extra,)


@pytest.mark.parametrize(
    ("paths", "says"),
    [
        (["places/test-yiyuan/items/a/b.yaml", "places/test-boshan/items/a/b.yaml"], "只能改一个地区"),
        ([], "没有改动"),
        (["kinds/1c/x.yaml"], "各地共用"),
        (["places/new/items/a/b.yaml"], "新建"),
    ],
)
def test_what_is_no_proposal_of_one_place_is_refused(catalog: Catalog, paths: list[str], says: str) -> None:
    with pytest.raises(BadArgument, match=says):
        difference(catalog, catalog, paths)


def test_the_text_cannot_speak_for_another_place_or_hide_a_body(catalog: Catalog) -> None:
    found = examined(complete(catalog, YIYUAN, "cancel"), catalog)
    after = with_records(catalog, YIYUAN, found.applied.records, InMemoryCatalogRepository(catalog).render)
    changed = difference(catalog, after, found.files.keys())
    unit = listed(catalog, YIYUAN).requesting_body
    forged = Proposal(place=YIYUAN, type="change", initiator="office", applicant="bd-other")
    assert facts_of(catalog, changed, forged).bodies == tuple(sorted((unit, "bd-other")))
    assert facts_of(catalog, changed, forged).type == "cancel", "the change itself says what it is"
    office = catalog.places[YIYUAN].place.offices["joint_conference_office"]
    swept = msgspec.structs.replace(forged, applicant=office)
    assert facts_of(catalog, changed, swept).bodies == (), "an office that starts by itself: the usual way"
    with pytest.raises(BadArgument, match="实际改的是"):
        facts_of(catalog, changed, Proposal(place="test-boshan", type="cancel"))


HOSTILE = [
    "@everyone", "Closes #1", "GH-12", "[x](http://a.example)", "![x](https://a.example/b.png)", "a@b.example",
    "<img src=x onerror=y>", "```\n## 标题\n```", "a | b", "`x`", "www.example.com", "- x", "1. x", "# x", "> x",
    "**x**", "~~x~~", "$x$", "&lt;b&gt;", "\\", "x\\|y",
]  # fmt: skip
LIVE = re.compile(r"[@#][0-9A-Za-z]|(?<!\\)[\[\]|`]|<|://|www\.|GH-[0-9]|[\n\u202e\u200b]|^[-#>]|^[0-9]+\.")
"""What would be more than text on a forge."""


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_user_writes_is_text_in_markdown_and_in_html(catalog: Catalog, text: str) -> None:
    """A13: no mention, reference, link, image, heading, table cell or HTML comes of it."""
    assert not LIVE.search(escaped(text).replace("\\\\", ""))
    page = html.fromstring(as_html(report_on(catalog, complete(catalog, YIYUAN, "change", ground=f"因为{text}"))))
    assert not page.xpath("//img | //script | //a")


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_no_mark_that_markdown_knows_is_left_bare(text: str) -> None:
    said = escaped(text)
    bare = said.replace("\\\\", "")
    for mark in "`*_[]{}|~$":
        assert bare.count(mark) == bare.count(f"\\{mark}")
    assert "<" not in said
    assert not said.startswith(("#", "-", "+", "=", ">"))


def test_a_long_text_is_cut(catalog: Catalog) -> None:
    assert len(escaped("长" * 100_000)) < 700


@pytest.mark.parametrize("text", ["```\n```mianzheng-proposal\n{}", "x\n```", "\u2028```", "}"])
def test_the_block_comes_back_as_it_was_whatever_it_holds(catalog: Catalog, text: str) -> None:
    told = Proposal(place=YIYUAN, type="change", ground=text, reason_text=text)
    assert read_block(f"说明\n\n{written_block(told)}\n\n完") == told
    assert read_block(f"说明\r\n\r\n{written_block(told)}\r\n".replace("\n```\r", "\r\n```\r")) == told


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("```mianzheng-proposal\n{\"place\": 5}\n```", "读不出来"),
        ("```mianzheng-proposal\n{\"place\"", "不完整"),
        ("```mianzheng-proposal\n{}\n```\n```mianzheng-proposal\n{}\n```", "只能有一段"),
    ],
)  # fmt: skip
def test_a_broken_or_second_block_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadArgument, match=says):
        read_block(text)
    assert read_block("没有申请数据的说明") is None


def test_the_page_marks_what_was_and_what_is_and_where_it_stands(catalog: Catalog) -> None:
    page = html.fromstring(as_html(report_on(catalog, method_change(catalog))))
    assert page.xpath("//del[text()='部门核验']")
    assert page.xpath("//ins[text()='数据共享']")
    assert [li.get("data-state") for li in page.xpath("//ol[@class='track']/li")] == [
        "done",
        "done",
        "now",
        "now",
        "later",
    ]
    assert len(page.xpath("//*[@data-question]")) == 3
    assert len(page.xpath("//h1")) == 1


def test_an_edit_of_older_versions_is_told_in_one_line(catalog: Catalog) -> None:
    item = listed(catalog, YIYUAN, "verify")
    older = [*msgspec.to_builtins(item.versions), {"from": "2019-01-01", "until": "2021-03-09", "method": "share"}]
    change = (edited(item, "versions", older),)
    (shown,) = report_on(catalog, complete(catalog, YIYUAN, "change", items=change)).items
    assert [line.label for line in shown.lines] == ["各时间段的方式"]
    assert "2019-01-01至2021-03-09数据共享" in shown.lines[0].now


def test_a_renamed_service_is_told(catalog: Catalog) -> None:
    service = listed(catalog, YIYUAN).service
    name = catalog.places[YIYUAN].services[service].name
    rename = msgspec.convert({"item": service, "edits": [{"field": "name", "from": name, "to": "新的名称"}]}, ItemWish)
    application = complete(catalog, YIYUAN, "change", items=(rename,), reason="C2_service_name")
    (item,) = report_on(catalog, application).items
    assert [(line.label, line.was, line.now) for line in item.lines] == [("名称", name, "新的名称")]


def test_what_a_service_says_for_its_lists_is_said_in_words(catalog: Catalog) -> None:
    """QS-PL-4-2c, QS-PL-4-2d, QS-PL-4-4b: the reviewer reads no code."""
    place, id = "test-qingshen", "sv-z04sx5"
    online = {"extent": "none", "reason": "测试系统没有接通。"}
    authority = {"basis": "测试授权书", "kind": "委托", "term": "三年", "area": "东镇"}
    edits = [
        {"field": "online", "from": online, "to": {"extent": "none", "ground": "law"}},
        {"field": "authorisation", "to": authority},
    ]
    change = msgspec.convert({"item": id, "edits": edits}, ItemWish)
    own = catalog.places[place].services[id].body
    said = as_markdown(report_on(catalog, complete(catalog, place, "change", items=(change,), applicant=own)))
    assert "还不能上网办" in said and "法律法规另有规定，不能上网办理" in said
    assert "类型：委托" in said and "证明种类：委托" not in said
