"""Notices on the public site: the page of all, one page each, the feed, the last day for calendars."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mianzheng.clock import SHANGHAI
from mianzheng.site.calendars import LINE, last_day_calendar
from mianzheng.site.setting import Setting
from mianzheng.views.live import Notice, NoticeItem, NoticeLine
from tests.sites import build, item_pages, text_of
from tests.test_site_live import written

BASE = "http://127.0.0.1:8000/"
ITEM = "“婚姻状况证明”（公租房申请，含“特殊家庭”；其他情形）"


def notice(**more: Any) -> Notice:
    given: dict[str, Any] = {
        "id": "demo-x-TZ-2026-0001",
        "title": f"取消{ITEM}",
        "body": "示例民政局",
        "place": "示例县",
        "number": "TZ-2026-0001",
        "was": "已列入清单",
        "now": "已取消",
        "since": "2026-11-20",
        "last_day": "2026-12-01",
        "open": True,
        "items": (NoticeItem(title=ITEM, lines=(NoticeLine(label="状态", was="已列入清单", now="已取消"),)),),
        "why": "换了管理办法",
        "decides": "县政府审定",
    }
    return Notice(**given | more)


def plain(*notices: Notice) -> Any:
    return msgspec.to_builtins(notices)


def test_a_running_notice_has_a_page_that_says_everything(setting: Setting, tmp_path: Path) -> None:
    page = item_pages(build(setting), "test-yiyuan")[0]
    told = notice(
        item=page.parent.name,
        items=(NoticeItem(title=ITEM, id=page.parent.name),),
        received=3,
        waiting=1,
        taken=1,
        project=True,
    )
    site = build(setting, live=written(tmp_path, notices=plain(told)))
    said = text_of(site / f"notices/{told.id}/index.html")
    for words in ("正在公示", "2026年12月1日（周二）当天24时", "换了管理办法", "县政府审定", "2026年11月20日（周五）",
                  "3 条，1 条正在研究；采纳 1 条，不采纳 1 条", "本系统设定"):  # fmt: skip
        assert words in said, words
    html = (site / f"notices/{told.id}/index.html").read_text("utf-8")
    assert f'href="../../objections/new?notice={told.id}"' in html
    assert f'href="../../test-yiyuan/items/{page.parent.name}/"' in html
    assert f'href="../notices/{told.id}/"' in (site / "notices/index.html").read_text("utf-8")
    assert f"notices/{told.id}/" in (site / "index.html").read_text("utf-8")
    assert "正在公示，可以提意见。公示到2026年12月1日当天。" in text_of(page)
    feed = (site / "notices/feed.xml").read_text("utf-8")
    assert f'<link href="{BASE}notices/{told.id}/"/>' in feed and "已列入清单 → 已取消" in feed


def test_one_that_is_over_stays_with_its_outcome_and_takes_nothing_more(setting: Setting, tmp_path: Path) -> None:
    page = item_pages(build(setting), "test-yiyuan")[0]
    over = notice(item=page.parent.name, open=False, ended=True, outcome="已经公布实行。", last_day="2026-11-23")
    site = build(setting, live=written(tmp_path, notices=plain(over)))
    own = site / f"notices/{over.id}/index.html"
    assert "公示结束" in text_of(own) and "已经公布实行。" in text_of(own)
    assert "objections/new" not in own.read_text("utf-8")
    all_of_them = text_of(site / "notices/index.html")
    assert over.title in all_of_them.split("已经结束的")[1] and "已经公布实行。" in all_of_them
    assert "正在公示" not in text_of(page)
    assert over.title not in text_of(site / "index.html")
    assert "已经公布实行。" in (site / "notices/feed.xml").read_text("utf-8")


def test_the_last_day_ends_a_notice_even_if_the_live_side_is_silent(setting: Setting, tmp_path: Path) -> None:
    told = notice(last_day=setting.day)
    live = written(tmp_path, notices=plain(told))
    assert "正在公示" in text_of(build(setting, live=live) / f"notices/{told.id}/index.html")
    tomorrow = (datetime.date.fromisoformat(setting.day) + datetime.timedelta(days=1)).isoformat()
    assert "公示结束" in text_of(build(setting, live=live, day=tomorrow) / f"notices/{told.id}/index.html")


@pytest.mark.carries("site", "BS-PL-3-1-1e", where="mianzheng.views.public_notices:notice_page")
def test_a_comment_has_words_of_its_own(setting: Setting, tmp_path: Path) -> None:
    page = item_pages(build(setting), "test-boshan")[0]
    told = notice(kind="comment", item=page.parent.name)
    site = build(setting, live=written(tmp_path, notices=plain(told)))
    said = text_of(site / f"notices/{told.id}/index.html")
    assert "正在征求意见" in said and "我要提意见" in said
    assert "公示期间" not in said and "异议" not in said
    assert "正在征求意见，谁都可以说。征求意见到2026年12月1日当天。" in text_of(page)


def unfolded(content: bytes) -> dict[str, list[str]]:
    """Names and values of a calendar file's lines."""
    found: dict[str, list[str]] = {}
    for line in content.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        name, _, value = line.partition(":")
        found.setdefault(name, []).append(value)
    return found


def test_the_last_day_for_calendars_is_a_standard_file(setting: Setting, tmp_path: Path) -> None:
    told = notice()
    site = build(setting, live=written(tmp_path, notices=plain(told)))
    content = (site / f"notices/{told.id}/last-day.ics").read_bytes()
    assert content == last_day_calendar(told, BASE)
    lines = content.split(b"\r\n")
    assert lines[-1] == b"" and b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= LINE for line in lines) and any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode()  # cut between characters
    found = unfolded(content)
    assert found["DTSTART;VALUE=DATE"] == ["20261201"] and found["DTEND;VALUE=DATE"] == ["20261202"]
    assert found["DTSTAMP"] == ["20261119T160000Z"] and found["UID"] == [f"{told.id}@127.0.0.1"]
    assert found["SUMMARY"] == [f"公示最后一天：取消{ITEM}"]
    began = datetime.datetime(2026, 11, 20, tzinfo=SHANGHAI)
    assert began.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ") == found["DTSTAMP"][0]
    marks = unfolded(last_day_calendar(notice(title="甲;乙,丙\\丁\n戊"), BASE))
    assert marks["SUMMARY"] == ["公示最后一天：甲\\;乙\\,丙\\\\丁\\n戊"]


@pytest.mark.parametrize("fault", [{"id": "../x"}, {"kind": "other"}, {"last_day": "明天"}, {"surprise": 1}])
def test_what_is_not_as_agreed_is_no_notice(fault: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**msgspec.to_builtins(notice()), **fault}, Notice)
