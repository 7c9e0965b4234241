"""A public notice (公示, objections) or a public comment (征求意见, opinions): begun, answered, ended by the clock.

Two different things: the notice before a cancellation is a condition of it (FX-3-1-4), the comment asks what people
think (BS-PL-3-1-1e; for an adjustment it is this system's offer). What people write lies sealed elsewhere
(`objections`); here stand its numbers, and how the office dealt with each.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mianzheng.cases.records import CaseRecord
from mianzheng.errors import GuardFailed, NotAllowed
from mianzheng.model import Profile, Record
from mianzheng.model.values import Day
from mianzheng.proposals.chains import Notice, NoticeKind
from mianzheng.proposals.milestones import DayAfter
from mianzheng.proposals.was_now import ItemChange
from mianzheng.rules.privacy import personal_data

OPEN_STATES = ("under_study", "escalated")
"""States of a proposal in which its notice runs; in any other it is over, whatever its last day says."""
BEGINS: Mapping[str, NoticeKind] = {"notify": "notice", "consult": "comment"}
"""Event → what it begins. The kind is the name of its clock, too."""
AHEAD = datetime.timedelta(days=60)
_ID = re.compile(r"(?P<place>[a-z][a-z0-9-]{0,39}?)-(?P<number>TZ-[0-9]{4}-[0-9]{4,8})(?:-(?P<round>[1-9][0-9]?))?")


@dataclass(frozen=True)
class Words:
    """How one kind of notice is called, and what people hand in."""

    name: str
    voice: str
    running: str


WORDS: Mapping[NoticeKind, Words] = {
    "notice": Words("公示", "异议", "正在公示"),
    "comment": Words("征求意见", "意见", "正在征求意见"),
}


class Handled(Record, kw_only=True):
    """How the office dealt with an objection: whether it was taken up, its answer, the Shanghai day."""

    taken: bool
    answer: str
    on: Day


class Announcement(Record, kw_only=True):
    """A notice as a proposal keeps it. `from_` and `until` are its first and last day, both included.

    `objections` are the numbers that nobody has dealt with, `received` counts all, `objected_at` is the instant of the
    latest one. `items`, `why` and `decides` are what people were shown; `ended`: the clock has said so.
    """

    id: str
    kind: NoticeKind = "notice"
    from_: Day = msgspec.field(name="from")
    until: Day
    objections: tuple[str, ...] = ()
    received: int = 0
    objected_at: str = ""
    handled: dict[str, Handled] = {}
    items: tuple[ItemChange, ...] = ()
    why: str = ""
    decides: str = ""
    ended: bool = False

    @property
    def words(self) -> Words:
        """How it is called."""
        return WORDS[self.kind]

    @property
    def taken(self) -> int:
        """How many objections were taken up."""
        return sum(one.taken for one in self.handled.values())

    @property
    def fact(self) -> Notice:
        """What the gate has to know."""
        return Notice(
            kind=self.kind,
            from_=self.from_,
            until=self.until,
            objections=self.objections,
            upheld=self.taken,
            objected_at=self.objected_at,
        )


def announcement_of(record: CaseRecord) -> Announcement | None:
    """The notice of a proposal, running or over; None where there is none."""
    kept = record.data.get("notice")
    return msgspec.convert(kept, Announcement) if kept else None


def former_of(record: CaseRecord) -> tuple[Announcement, ...]:
    """Notices of earlier versions of a proposal, oldest first."""
    return msgspec.convert(record.data.get("former_notices", []), tuple[Announcement, ...])


def notice_id(record: CaseRecord) -> str:
    """The id of the next notice of a proposal, as it stands in addresses."""
    past = len(record.data.get("former_notices", []))
    return f"{record.place}-{record.data['number']}" + (f"-{past + 1}" if past else "")


def named_by(id: str) -> tuple[str, str] | None:
    """Place and number of the proposal that a notice's id names; None for what is no such id."""
    match = _ID.fullmatch(id)
    return (match["place"], match["number"]) if match else None


def last_day(
    record: CaseRecord, event: str, given: Mapping[str, Any], profile: Profile, count: DayAfter, day: str
) -> Day:
    """The last day of a notice that is begun on the Shanghai day `day`; a later one may be wished for (OQ-34, CLK-3).

    Raises NotAllowed (there is one already), GuardFailed naming everything that does not fit.
    """
    words = WORDS[BEGINS[event]]
    if record.data.get("notice"):
        raise NotAllowed(f"已经{WORDS[record.data['notice'].get('kind', 'notice')].name}过了。")
    problems: dict[str, str] = {}
    first, wish = str(given.get("from", "")), str(given.get("until", ""))
    if not _is_day(first):
        problems["from"] = f"{words.name}开始的日期请写成 {day} 这样"
    elif first < day:
        problems["from"] = f"{words.name}不能从过去的日期开始，最早写今天（{day}）"
    elif first > (datetime.date.fromisoformat(day) + AHEAD).isoformat():
        problems["from"] = f"{words.name}请在 {AHEAD.days} 天以内开始"
    if wish and not _is_day(wish):
        problems["until"] = f"最后一天请写成 {day} 这样，也可以不填，由系统算"
    counted = count(profile, first) if "from" not in problems else ""
    if "from" not in problems and "until" not in problems:
        if not (wish or counted):
            problems["until"] = f"这里的规则没有写{words.name}几天，请写最后一天"
        elif wish and wish < max(first, counted):
            ours = f"，{words.name}的天数由本系统设定" if not profile.review.notice_days.binds else ""
            problems["until"] = f"最后一天最早是 {max(first, counted)}{ours}；可以更晚，不能更早"
    if problems:
        raise GuardFailed(problems)
    return wish or counted


def settled(announcement: Announcement, given: Mapping[str, Any], day: str) -> Announcement:
    """The notice after the office has dealt with one objection. Raises GuardFailed naming every lack."""
    number, answer = str(given.get("objection", "")), str(given.get("answer", "")).strip()
    voice = announcement.words.voice
    problems: dict[str, str] = {}
    if number not in announcement.objections:
        problems["objection"] = f"没有这一条{voice}，或者已经处理过了"
    if given.get("taken", "no") not in ("yes", "no"):
        problems["taken"] = "请选采纳还是不采纳"
    if found := personal_data("", answer):
        problems["answer"] = f"{found[0].message}{found[0].fix}"
    if problems:
        raise GuardFailed(problems)
    done = Handled(taken=given.get("taken") == "yes", answer=answer, on=day)
    left = tuple(one for one in announcement.objections if one != number)
    return msgspec.structs.replace(announcement, objections=left, handled={**announcement.handled, number: done})


def objected(announcement: Announcement, number: str, at: datetime.datetime) -> Announcement:
    """The notice with one objection more. Raises GuardFailed for a number that is there or is no reference."""
    known = {*announcement.objections, *announcement.handled}
    if number in known or len(number) > 60 or personal_data("", number):
        raise GuardFailed({"objection": "编号已经用过，或者写的不是编号；内容请在异议页面登记"})
    return msgspec.structs.replace(
        announcement,
        objections=(*announcement.objections, number),
        received=announcement.received + 1,
        objected_at=at.isoformat(),
    )


def set_aside(record: CaseRecord) -> dict[str, Any]:
    """The data of a proposal whose content changes: what was announced is no longer what would be merged."""
    if not record.data.get("notice"):
        return {}
    return {"notice": None, "former_notices": [*record.data.get("former_notices", []), record.data["notice"]]}


def outcome(record: CaseRecord, announcement: Announcement, day: str, *, former: bool = False) -> str:
    """What became of a notice, for everybody; empty while it runs."""
    if former or record.state == "returned":
        return "申请退回修改，修改以后重新公示。" if announcement.kind == "notice" else "申请退回修改。"
    match record.state:
        case "rejected":
            return "审核没有通过，还照原来的办。"
        case "withdrawn":
            return "申请已经撤回，还照原来的办。"
        case "published":
            return "已经公布实行。"
        case "approved" | "filed" | "merged":
            return "审核通过，等待公布。"
    if day <= announcement.until:
        return ""
    return _being_studied(announcement)


def _being_studied(announcement: Announcement) -> str:
    words = announcement.words
    ended = f"{words.name}已经结束"
    if not announcement.received:
        return f"{ended}，没有收到{words.voice}，等待审核决定。"
    if announcement.kind == "notice" and announcement.taken:
        return f"{ended}，有{words.voice}成立，不照公示的内容办。"
    return f"{ended}，收到的{words.voice}正在研究。" if announcement.objections else f"{ended}，等待审核决定。"


def kept(announcement: Announcement) -> dict[str, Any]:
    """As it lies in a proposal's data."""
    plain: dict[str, Any] = msgspec.to_builtins(announcement)
    return plain


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
