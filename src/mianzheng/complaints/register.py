"""The register of complaints (登记造册): one page for each receiving body and day, rows without person and words.

A page is a record of its own whose events are the rows, so a row is kept once and for good before any file is written
(YY-CMP-07-2, OQ-18). Pages of different days are different files: their pull requests never touch the same one.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from mianzheng.cases.actors import AT_WORK, SYSTEM
from mianzheng.cases.events import Event
from mianzheng.cases.machine import Machine, State, Transition
from mianzheng.cases.records import CaseRecord, Change, Delivery
from mianzheng.cases.steps import Step, opened, take, written
from mianzheng.clock import SHANGHAI, day_of
from mianzheng.complaints.desk import Desk
from mianzheng.complaints.guards.wish import OUTCOMES
from mianzheng.complaints.machines import STATES
from mianzheng.complaints.receivers import CHANNELS, RECEIVERS

PAGE_TOPIC = "register-page"
FOLDER = "register"

MACHINE = Machine(
    kind="register",
    label="登记册",
    initial="kept",
    states={"kept": State("已登记", "已登记")},
    transitions=(
        Transition(
            "enter", "登记一行", frozenset({"kept"}), None, frozenset({SYSTEM}), ("row", "of"), rules=("YY-CMP-07-2",)
        ),
    ),
)


def page_of(delivery: Delivery) -> str:
    """The id of the page that a row belongs to: place, receiving body and Shanghai day of the event."""
    row = delivery.data
    return f"{row['place']}.{row['received_by']}.{day_of(delivery.next_at)}"


def entered(page: CaseRecord | None, delivery: Delivery, now: datetime.datetime) -> Change | None:
    """The change that enters a row and asks for the page to be written anew; None when the row is there already.

    Only the fields that the register knows are taken over, whatever else the delivery holds.
    """
    row = {name: delivery.data[name] for name in COLUMNS}
    if page is not None and delivery.id in page.data["rows"]:
        return None
    step = Step("enter", AT_WORK, now, {"row": row, "of": delivery.id})
    home = {"place": delivery.data["place"], "body": row["received_by"]}
    data = {"day": day_of(delivery.next_at), "rows": []}
    after, event, _ = take(MACHINE, page or opened(MACHINE, page_of(delivery), step, data=data, **home), step)
    rows = [*after.data["rows"], delivery.id]
    after = msgspec.structs.replace(after, data={**after.data, "rows": rows})
    asked = {"page": after.id, "rows": len(rows)}
    again = Delivery(id=f"{after.key.name}/{event.seq}", topic=PAGE_TOPIC, next_at=event.at, data=asked)
    return Change(writes=(written(page, after, event),), deliveries=(again,))


def file_of(page: CaseRecord) -> str:
    """Where the page lies in the register repository."""
    day = page.data["day"]
    return f"{FOLDER}/{page.place}/{page.body}/{day[:7]}/{day}.csv"


def table_of(events: Iterable[Event], desk: Desk) -> str:
    """The page as CSV: a line of headings, then one row an event in the order in which they were entered."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heading for heading, _ in COLUMNS.values())
    for event in events:
        writer.writerow(said(desk, event.data["row"][name]) for name, (_, said) in COLUMNS.items())
    return out.getvalue()


def _as_is(desk: Desk, value: Any) -> str:
    return str(value)


def _state(desk: Desk, value: str) -> str:
    return STATES[value].label


def _body(desk: Desk, value: str) -> str:
    body = desk.home.bodies.get(value)
    return f"{body.name}（{value}）" if body else value


def _bodies(desk: Desk, value: Iterable[str]) -> str:
    return "；".join(_body(desk, each) for each in value)


def _grounds(desk: Desk, value: Iterable[str]) -> str:
    known = {one.code: one.label for one in (*desk.reasons.complaint_grounds, *desk.reasons.rebound_tags)}
    return "；".join(known.get(code, code) for code in value)


def _outcome(desk: Desk, value: Mapping[str, Any]) -> str:
    if "ground" in value:
        known = {one.code: one.label for one in (*desk.reasons.termination, *desk.reasons.non_acceptance)}
        return known.get(value["ground"], str(value["ground"]))
    found = value.get("findings", {})
    return "；".join(f"{_grounds(desk, [code])}：{OUTCOMES.get(word, word)}" for code, word in found.items())


def _time(desk: Desk, value: str) -> str:
    return f"{datetime.datetime.fromisoformat(value).astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if value else ""


COLUMNS: Mapping[str, tuple[str, Callable[[Desk, Any], str]]] = {
    "number": ("编号", _as_is),
    "state": ("状态", _state),
    "receiver": ("接收类别", lambda desk, code: RECEIVERS.get(code, code)),
    "received_by": ("接收单位", _body),
    "decided_by": ("决定单位", _body),
    "channel": ("渠道", lambda desk, code: CHANNELS.get(code, code)),
    "received_at": ("收到时间", _time),
    "accepted_at": ("受理时间", _time),
    "due_day": ("办理期限", _as_is),
    "closed_at": ("办结时间", _time),
    "grounds": ("情形", _grounds),
    "bodies": ("被反映单位", _bodies),
    "item": ("事项", _as_is),
    "outcome": ("结果", _outcome),
}
"""Field of a row → its heading, and how it is said."""
