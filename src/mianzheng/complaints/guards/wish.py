"""A step as guards see it, and the closed sets of codes that steps choose from."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mianzheng.cases.records import CaseRecord
from mianzheng.complaints.desk import Desk
from mianzheng.complaints.machines import MACHINE

REMEDIES = {"litigation": "诉讼", "arbitration": "仲裁", "reconsideration": "行政复议"}
OUTCOMES = {"upheld": "属实", "partly": "部分属实", "not_upheld": "不属实", "unclear": "无法查实"}
WAYS = {
    "receipt": "查询码",
    "phone": "电话",
    "sms": "短信",
    "letter": "书面",
    "in_person": "当面",
    "unreachable": "多次联系不上，可凭查询码看",
}
PURPOSES = {"verify": "核实情况", "tell": "告知进展或者结果", "supplement": "请本人补充"}
MATTER = "matter"
"""Stands for the ground where a complaint names none."""
Problems = Iterator[tuple[str, str]]
"""Field and one Chinese sentence."""


@dataclass(frozen=True)
class Wish:
    """A step as guards see it; `other` is the case that it refers to (leader, linked case)."""

    desk: Desk
    record: CaseRecord
    event: str
    role: str
    body: str
    given: Mapping[str, Any]
    at: datetime.datetime
    other: CaseRecord | None = None

    def has(self, name: str) -> bool:
        """Whether a field was given."""
        return self.given.get(name) not in (None, "", [])


def grounds_of(record: CaseRecord) -> list[str]:
    """What a finding is due on."""
    return record.data["grounds"] or [MATTER]


def not_running(wish: Wish, id: str | None) -> str:
    """Why a case named in a step cannot be the one that is running already; empty when it can."""
    other = wish.other
    if not id or other is None or other.id != id or other.place != wish.record.place:
        return "请写明是哪一件，填本地的投诉编号"
    if other.id == wish.record.id:
        return "不能是这一件自己"
    return "" if MACHINE.states[other.state].open else "那一件已经不在办理了"


def unknown_bodies(wish: Wish, name: str) -> Problems:
    """A field that names bodies must name bodies of the place."""
    if not set(listed(wish, name)) <= wish.desk.home.bodies.keys():
        yield name, f"{wish.desk.home.place.name}没有这个单位"


def listed(wish: Wish, name: str) -> list[str]:
    """A field that names one or several things, as a list."""
    value = wish.given.get(name) or []
    return [value] if isinstance(value, str) else list(value)
