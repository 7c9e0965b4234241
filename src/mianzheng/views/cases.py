"""A complaint as staff see it: the case page and the rows of worklists."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from mianzheng.cases.records import CaseRecord
from mianzheng.clock import SHANGHAI
from mianzheng.complaints.attached import files_of, labelled
from mianzheng.complaints.breach import BREACHES, ListState, rules_against
from mianzheng.complaints.clocks import running
from mianzheng.complaints.desk import Desk
from mianzheng.complaints.fields import FIELDS, TEXTS
from mianzheng.complaints.fields import LABELS as FIELD_LABELS
from mianzheng.complaints.filing import HOW_ASKED, REPLY_BY
from mianzheng.complaints.guards.wish import PURPOSES
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.overdue import shelf
from mianzheng.complaints.receivers import CHANNELS, RECEIVERS
from mianzheng.complaints.uploads import JPEG, MEDIA
from mianzheng.model import Catalog
from mianzheng.settings import Settings
from mianzheng.views.case_forms import QUIET, step_forms
from mianzheng.views.case_stories import Happening
from mianzheng.views.due_bars import TONES, due_bar
from mianzheng.views.frames import Frame, framed
from mianzheng.views.letters import Letter
from mianzheng.views.office import WorklistRow
from mianzheng.views.overtaken import overtaken
from mianzheng.views.proposals import became
from mianzheng.views.spoken import day_said, spoken

Fact = tuple[str, str, str]
"""Label, text, link (or empty)."""
LIST_STATES = {"listed": "清单上写的是不用交", "notice": "公示中", "cancelled": "已取消", "candidate": "还要交",
               "pending": "已经定了，还没有开始", "excluded": "不纳入"}  # fmt: skip


@dataclass(frozen=True)
class Alike:
    """A case that may be the same matter: its number, who received it and when; nothing that a person wrote."""

    number: str
    receiver: str
    received: str


@dataclass(frozen=True)
class CaseView:
    """Everything that the page of a case shows to one role.

    `proposes` is the address of a list adjustment begun from it, empty where none may be.
    """

    record: CaseRecord
    desk: Desk
    catalog: Catalog
    role: str
    story: Mapping[str, str]
    timeline: Sequence[Happening]
    now: datetime.datetime
    person: Mapping[str, str] = field(default_factory=dict)
    may_reveal: bool = False
    same: Sequence[Alike] = ()
    letters: Mapping[str, Letter] = field(default_factory=dict)
    proposals: Sequence[CaseRecord] = ()
    proposes: str = ""
    event: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


def case_page(settings: Settings, around: Frame, view: CaseView) -> str:
    """The page of a case."""
    record, desk = view.record, view.desk
    clock = running(record)
    bodies = desk.home.bodies
    decided = bodies.get(record.data["decided_by"])
    acts = step_forms(desk, record, view.role)
    return framed(
        settings,
        "office/case.html",
        f"{record.data['number']} {record.data['title']}",
        frame=replace(around, here="/office/complaints"),
        id=record.id,
        version=record.version,
        number=record.data["number"],
        heading=record.data["title"],
        state=MACHINE.states[record.state].label,
        tone=TONES[shelf(desk.clocks, record, view.now)],
        about="、".join(record.data["about_names"]) or view.story.get("body_name", ""),
        quarantined=record.data.get("screening") == "quarantined",
        recused=record.data["recused"],
        decided_by=decided.name if decided else "",
        due=due_bar(desk.clocks, clock, record, view.now) if clock else None,
        facts=_facts(view),
        timeline=view.timeline,
        same=view.same,
        proposals=became(view.proposals, linked=True),
        proposes=view.proposes,
        letters=list(view.letters.values()),
        person=view.person,
        may_reveal=view.may_reveal,
        files=list(labelled(files_of(record)).items()) if view.may_reveal else [],
        purposes=list(PURPOSES.items()),
        acts=acts,
        faster=overtaken(
            view.event,
            {act.event for act in acts} | (QUIET if view.may_reveal else set()),
            view.problems,
            {name: FIELD_LABELS[name] for name in FIELDS.get(view.event, ()) if name in TEXTS},
            view.values,
        ),
        places={name: f"{view.event}-{name}" for name in FIELDS.get(view.event, ())},
        about_event=view.event,
        values=view.values,
        problems=view.problems,
    )


def picture_page(settings: Settings, around: Frame, record: CaseRecord, label: str, content: bytes) -> str:
    """A picture of a case, inside the page: it has no address under which anybody could look again without a trace."""
    address = f"data:{MEDIA[JPEG]};base64,{base64.b64encode(content).decode()}"
    return _file_page(settings, "office/picture.html", around, record, label, address=address)


@dataclass(frozen=True)
class Fetched:
    """A file that a page fetches in parts: from where, with which word that it was opened, how long, saved as what."""

    address: str
    opened: str
    parts: int
    size: int
    name: str


def parts_page(settings: Settings, around: Frame, record: CaseRecord, label: str, fetched: Fetched) -> str:
    """A file of a case that is too long for one answer."""
    megabytes = f"{fetched.size / 1_000_000:.1f}"
    return _file_page(settings, "office/parts.html", around, record, label, fetched=fetched, megabytes=megabytes)


def _file_page(
    settings: Settings, template: str, around: Frame, record: CaseRecord, label: str, **values: object
) -> str:
    number, frame = record.data["number"], replace(around, here="/office/complaints")
    return framed(
        settings, template, f"{number} {label}", frame=frame, id=record.id, number=number, label=label, **values
    )


def worklist_row(desk: Desk, record: CaseRecord, now: datetime.datetime) -> WorklistRow:
    """A case on a worklist, with its limit and why."""
    data, clock = record.data, running(record)
    bar = due_bar(desk.clocks, clock, record, now) if clock else None
    received = datetime.datetime.fromisoformat(data["received_at"]).astimezone(SHANGHAI)
    grounds = {e.code: e.label for e in (*desk.reasons.complaint_grounds, *desk.reasons.rebound_tags)}
    return WorklistRow(
        number=data["number"],
        link=f"/office/complaints/{record.id}",
        came=f"{CHANNELS[data['channel']]} · {received.month}月{received.day}日收到",
        title=data["title"],
        about="；".join(grounds.get(code, code) for code in data["grounds"]),
        body="、".join(data["about_names"]),
        state=MACHINE.states[record.state].label,
        tone=TONES[shelf(desk.clocks, record, now)],
        due=bar.headline if bar else "",
        why=bar.why if bar else "",
        used=bar.used / 100 if bar else 0,
    )


def _facts(view: CaseView) -> list[Fact]:
    data, home, story = view.record.data, view.desk.home, view.story
    services = home.services
    grounds = {e.code: e.label for e in (*view.desk.reasons.complaint_grounds, *view.desk.reasons.rebound_tags)}
    place = home.place.id
    state = data["list"]["state"]
    listed = f"{day_said(data['list']['day'], year=True)}那天，{LIST_STATES.get(state, '清单上没有这一项')}"
    came = spoken(datetime.datetime.fromisoformat(data["received_at"]), year=True)
    rows: list[Fact] = [
        ("反映的问题", "；".join(grounds.get(code, code) for code in data["grounds"]), ""),
        ("情况说明", story.get("ground_text", ""), ""),
        ("要的证明", data["title"] if data["kind"] else story.get("asked_for", ""),
         f"/{place}/items/{data['item']}/" if data["item"] else ""),
        ("清单怎么写", listed if data["item"] else "", ""),
        *_against(view),
        ("办的事", services[data["service"]].name if data["service"] in services else "", ""),
        ("被投诉单位", "、".join(data["about_names"]) or story.get("body_name", ""), ""),
        ("哪一天", day_said(data["happened_on"], year=True) if data["happened_on"] else "", ""),
        ("怎么要的", HOW_ASKED.get(data["how_asked"], ""), ""),
        ("经过和理由", story.get("reasons_facts", "（已按期销毁）" if not story else ""), ""),
        ("希望怎么解决", story.get("demand", ""), ""),
        ("怎么来的", f"{CHANNELS[data['channel']]}，{came}收到", ""),
        ("接收单位", f"{_name(view, data['received_by'])}（{RECEIVERS[data['receiver']]}）", ""),
        ("承办单位", _name(view, view.record.body), ""),
        ("来件编号", data.get("external_ref", ""), ""),
        ("怎么答复", REPLY_BY.get(data["reply_channel"], ""), ""),
    ]  # fmt: skip
    return [row for row in rows if row[1]]


def _against(view: CaseView) -> list[Fact]:
    """What the list means for the demand, and the articles that it went against, if any."""
    stood = msgspec.convert(view.record.data["list"], ListState)
    profile, register = view.desk.home.profile, view.catalog.vocabularies.rules
    if not stood.breach or profile is None or register is None:
        return []
    known = {rule.id: rule for rule in register.rules}
    rules = [known[id] for id in rules_against(stood, profile) if id in known]
    articles = "；".join(f"{rule.article}：{rule.text}" for rule in rules)
    return [("清单的意思", BREACHES[stood.breach], ""), ("对照哪一条", articles, "")]


def _name(view: CaseView, body: str) -> str:
    found = view.desk.home.bodies.get(body)
    return found.name if found else ""
