"""How long a case still has: the day, why it is that day, and how much of the time is over."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass

from mianzheng.cases.records import CaseRecord
from mianzheng.clock import SHANGHAI, Deadline, Step, deadline
from mianzheng.complaints.clocks import LABELS, CaseClock, Clocks, rule_of
from mianzheng.complaints.overdue import shelf
from mianzheng.views.spoken import day_said, ending

TONES = {"overdue": "late", "target_passed": "soon", "due_today": "soon", "open": "open", "over": "over"}


@dataclass(frozen=True)
class DueBar:
    """A limit as a bar: `headline` says the day, `why` the counting, `used` percent of the time are over."""

    headline: str
    why: str
    used: int
    tone: str
    may_change: bool


def due_bar(clocks: Clocks, clock: CaseClock, record: CaseRecord, now: datetime.datetime) -> DueBar | None:
    """The bar of the clock that runs; None where the document sets no limit and this system no target."""
    found = deadline(clocks.calendar, clocks.profile, rule_of(clock.name), clock.started_at, extend=clock.extended)
    end = clock.deadline.end or found.end
    if end is None:
        return None
    whole = (end.due_at - clock.started_at).total_seconds() or 1
    used = round(100 * min(1, max(0, (now - clock.started_at).total_seconds() / whole)))
    where = shelf(clocks, record, now)
    words = {"overdue": "已超期：", "target_passed": "过了目标日："}.get(where, "")
    aim = "" if clock.binds else "（目标，文件没有写期限）"
    return DueBar(
        headline=f"{words}{ending(end)}{LABELS[clock.name]}{aim}",
        why=counting(found, clock),
        used=used,
        tone=TONES[where],
        may_change=clock.may_change,
    )


def counting(found: Deadline, clock: CaseClock) -> str:
    """Why it is that day: how many working days count, and which days in between do not."""
    days = [step for step in found.trail if isinstance(step, Step)]
    counted = sum(step.counted for step in days)
    start = day_said(clock.started_at.astimezone(SHANGHAI).date().isoformat())
    skipped = [
        f"{_span(list(group))}{why}不计"
        for (counts, why), group in itertools.groupby(days, lambda step: (step.counted, step.why))
        if not counts
    ]
    extra = [f"{day_said(step.day)}调休上班，算一天" for step in days if step.counted and step.why.startswith("调休")]
    more = f"，含延期 {clock.extended} 个工作日" if clock.extended else ""
    return "；".join([f"{start}起算，当天不计，第 {counted} 个工作日到期{more}", *skipped, *extra]) + "。"


def _span(steps: list[Step]) -> str:
    first, last = steps[0].day, steps[-1].day
    if first == last:
        return day_said(first)
    return f"{day_said(first)}至{day_said(last)}"
