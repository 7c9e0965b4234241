"""What has happened to a case, told to the person and to staff from the same events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mianzheng.cases.actors import CITIZEN, SYSTEM
from mianzheng.cases.events import Event
from mianzheng.cases.machine import Machine
from mianzheng.complaints.fields import LABELS
from mianzheng.complaints.machines import MACHINE
from mianzheng.model import PlaceCatalog, RoleEntry
from mianzheng.views.spoken import spoken

TOLD = {
    "register": "收到了您反映的问题",
    "accept": "决定受理",
    "refuse": "决定不予受理",
    "link": "并入先收到的同一件，一起办",
    "transfer": "转给承办单位",
    "investigate": "开始调查核实",
    "join": "几个单位联合办理",
    "extend": "问题复杂，同意延期",
    "conclude": "办结",
    "attempt": "联系您，没有联系上",
    "inform": "把结果告诉了您",
    "terminate": "终止办理",
    "withdraw": "您撤回了",
    "supplement": "补充了情况",
    "attach": "补充了照片或者文件",
    "ask_supplement": "请您补充",
    "rate": "您作了评价",
    "object": "您提出了异议",
    "recalculate": "放假安排公布了，期限重新计算",
    "propose": "据此提出了清单调整",
    "follow": "有同样的反映并进来一起办",
    "purge": "按期销毁了您的个人信息",
}
"""Events that the person is told of; all others concern the office only."""


@dataclass(frozen=True)
class Happening:
    """One line of a timeline. `texts` are pairs of label and text."""

    at: str
    when: str
    what: str
    who: str
    texts: tuple[tuple[str, str], ...] = ()


def told_to_the_person(
    events: Sequence[Event],
    texts: Mapping[int, Mapping[str, str]],
    home: PlaceCatalog,
    told: Mapping[str, str] = TOLD,
    labels: Mapping[str, str] = LABELS,
) -> list[Happening]:
    """The timeline on the progress page, newest first: bodies, no posts; replies and questions in full.

    `told` and `labels`: the sentence of each event to be told, and the names of its texts.
    """
    lines = []
    for event in events:
        if event.name not in told:
            continue
        body = home.bodies.get(event.body)
        who = "" if event.role == CITIZEN or body is None else body.name
        own = event.role == CITIZEN
        shown = tuple(
            (labels[name], text)
            for name, text in texts.get(event.seq, {}).items()
            if own or name in ("reply", "question", "text")
        )
        lines.append(_happening(event, told[event.name], who, shown))
    return lines[::-1]


def told_to_staff(
    events: Sequence[Event],
    texts: Mapping[int, Mapping[str, str]],
    home: PlaceCatalog,
    roles: Mapping[str, RoleEntry],
    machine: Machine = MACHINE,
    names: Mapping[str, str] = LABELS,
) -> list[Happening]:
    """The timeline on the case page, newest first: every event with role and body."""
    labels = {t.event: t.label for t in machine.transitions}
    lines = []
    for event in events:
        body = home.bodies.get(event.body)
        if event.role in (CITIZEN, SYSTEM):
            who = {CITIZEN: "群众", SYSTEM: "系统"}[event.role]
        else:
            label = roles[event.role].label if event.role in roles else event.role
            who = f"{body.short_name or body.name} · {label}" if body else label
        shown = tuple((names[name], text) for name, text in texts.get(event.seq, {}).items())
        lines.append(_happening(event, labels.get(event.name, event.name), who, shown))
    return lines[::-1]


def _happening(event: Event, what: str, who: str, texts: tuple[tuple[str, str], ...]) -> Happening:
    return Happening(at=event.at.isoformat(), when=spoken(event.at, year=True), what=what, who=who, texts=texts)
