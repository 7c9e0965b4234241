"""The forms of a case page: one for each step that the role may take now, built from the fields of the step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mianzheng.cases.machine import Transition
from mianzheng.cases.records import CaseRecord
from mianzheng.complaints.desk import Desk
from mianzheng.complaints.fields import FIELDS, LABELS, TEXTS
from mianzheng.complaints.guards.wish import OUTCOMES, PURPOSES, REMEDIES, WAYS, grounds_of
from mianzheng.complaints.machines import MACHINE

Option = tuple[str, str]
HINTS = {
    "reply": "投诉人凭查询码看得到。写明查到什么、怎么办的、依据哪一条；不写别人的姓名、号码。",
    "why": "内部看得到，投诉人看不到。",
    "leader": "填先收到的那一件的编号，例如 TS-2026-0001",
    "linked_case": "填正在办的那一件的编号",
    "told_at": "例如 2026-02-13T10:00+08:00；不填就是现在",
    "question": "投诉人凭查询码看得到。",
}
URGENT = frozenset({"accept", "conclude", "inform", "propose_conclusion", "extend"})
"""What usually comes next stands first, as a primary button."""
QUIET = frozenset({"register", "reveal", "open_file"})
"""Not offered as a form of its own."""


@dataclass(frozen=True)
class FormField:
    """One field. `kind`: text, area, number, date, select, checks (several), table (a select for each row), check."""

    name: str
    label: str
    kind: str
    options: Sequence[Option] = ()
    rows: Sequence[Option] = ()
    hint: str = ""
    required: bool = False


@dataclass(frozen=True)
class StepForm:
    """One step that may be taken now; `project` marks a step that no document has."""

    event: str
    label: str
    fields: tuple[FormField, ...]
    primary: bool
    project: bool


def step_forms(desk: Desk, record: CaseRecord, role: str) -> list[StepForm]:
    """The forms for a role in the case's state, what usually comes next first."""
    forms = [
        StepForm(
            row.event,
            row.label,
            tuple(_field(desk, record, row, name) for name in FIELDS[row.event]),
            row.event in URGENT,
            not row.rules,
        )
        for row in MACHINE.offered(record.state, role)
        if row.event in FIELDS and row.event not in QUIET
    ]
    return sorted(forms, key=lambda form: not form.primary)


def _field(desk: Desk, record: CaseRecord, row: Transition, name: str) -> FormField:
    kind, options, rows = _shape(desk, record, row.event, name)
    needed = name in row.needs
    return FormField(name, LABELS[name], kind, options, rows, HINTS.get(name, ""), needed)


def _shape(desk: Desk, record: CaseRecord, event: str, name: str) -> tuple[str, Sequence[Option], Sequence[Option]]:
    if name in TEXTS:
        return "area", (), ()
    grounds = {e.code: e.label for e in (*desk.reasons.complaint_grounds, *desk.reasons.rebound_tags)}
    bodies = sorted(((b.id, b.name) for b in desk.home.bodies.values()), key=lambda one: one[1])
    match name:
        case "days":
            return "number", (), ()
        case "ground":
            chosen = desk.refusals if event == "refuse" else desk.terminations
            return "select", [(e.code, e.label) for e in chosen.values()], ()
        case "grounds":
            allowed = desk.profile.complaint.grounds.value or tuple(grounds)
            return "checks", [(code, grounds[code]) for code in allowed if code in grounds], ()
        case "parts":
            parts = [part for e in desk.refusals.values() for part in e.both_parts[:2]]
            return "checks", [(str(i), f"第{'一二'[i]}条成立：{' / '.join(parts[i::2])}") for i in range(2)], ()
        case "findings":
            named = [(code, grounds.get(code, "反映的事")) for code in grounds_of(record)]
            return "table", list(OUTCOMES.items()), named
        case "remedy":
            return "select", list(REMEDIES.items()), ()
        case "way":
            ways = [one for one in WAYS.items() if event != "attempt" or one[0] != "unreachable"]
            return "select", ways, ()
        case "purpose":
            return "select", list(PURPOSES.items()), ()
        case "about" | "joint_bodies":
            return "checks", bodies, ()
        case "handling_body" | "lead_body":
            return "select", bodies, ()
        case "remedy_on":
            return "date", (), ()
        case "same_matter":
            return "check", (), ()
    return "text", (), ()
