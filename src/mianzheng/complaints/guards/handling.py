"""From acceptance to the result: handing over, extending, concluding, terminating (CP5 … CP8, CP10, OQ-10)."""

from __future__ import annotations

from collections.abc import Callable

from mianzheng.clock import day_of
from mianzheng.complaints.clocks import clocks_of
from mianzheng.complaints.guards.wish import OUTCOMES, REMEDIES, Problems, Wish, grounds_of, unknown_bodies
from mianzheng.errors import NotAllowed


def handover(wish: Wish) -> Problems:
    """Bodies of the place only."""
    for name in ("handling_body", "lead_body", "joint_bodies"):
        yield from unknown_bodies(wish, name)


def extension(wish: Wish) -> Problems:
    """Before the due end, whole days within the limit (F13, F14, OQ-10); the table allows it once (F15)."""
    rule = wish.desk.profile.complaint.extension.value
    close = clocks_of(wish.record).get("close")
    if rule is None or close is None:
        raise NotAllowed("这里的规则没有规定可以延期。")
    if close.due_at and wish.at >= close.due_at:
        raise NotAllowed(f"办理期限（{close.due_day} 24时）已过，不能再延期。")
    days = wish.given.get("days")
    if days is not None and not 1 <= days <= rule.max:
        yield "days", f"请写1到{rule.max}的整数（工作日）"
    asked = wish.record.data.get("asked_days")
    if wish.event == "extend" and not asked:
        raise NotAllowed("承办人员还没有申请延期。")
    if wish.event == "ask_extension" and asked:
        raise NotAllowed("已经申请过延期，正在等决定。")


def asked(wish: Wish) -> Problems:
    """There is a wish for more time to decide on."""
    if not wish.record.data.get("asked_days"):
        raise NotAllowed("没有等待决定的延期申请。")
    yield from ()


def findings(wish: Wish) -> Problems:
    """A finding for each ground (CP8)."""
    findings = wish.given.get("findings") or {}
    if set(findings) != set(grounds_of(wish.record)):
        yield "findings", "反映的每一个问题都要写明是否属实"
    elif not set(findings.values()) <= OUTCOMES.keys():
        yield "findings", f"请从这些里面选：{'、'.join(OUTCOMES.values())}"


def proposed(what: str) -> Callable[[Wish], Problems]:
    """There is a proposed conclusion or termination to decide on (two-person rule)."""

    def guard(wish: Wish) -> Problems:
        if wish.record.data.get("proposed", {}).get("what") != what:
            raise NotAllowed("还没有人提出，不能决定。" if what == "conclusion" else "没有等待决定的终止意见。")
        yield from ()

    return guard


def termination(wish: Wish) -> Problems:
    """T1 is the person's own wish; T2 a remedy begun during handling; T2 and T9 are proposed first (CP10)."""
    code = wish.given.get("ground")
    if code not in wish.desk.terminations:
        yield "ground", "请选终止的理由"
        return
    proposing = wish.event == "propose_termination"
    if code == "T1_withdrawn":
        if proposing:
            yield "ground", "本人撤回的，由接收单位直接记下，不用提出"
        return
    if code == "T2_other_remedy":
        yield from _remedy(wish)
    if not proposing and wish.record.data.get("proposed", {}).get("ground") != code:
        raise NotAllowed("承办人员还没有用这个理由提出终止。")


def _remedy(wish: Wish) -> Problems:
    close = clocks_of(wish.record).get("close")
    if close is None:
        raise NotAllowed("受理以后才有“办理期间又申请仲裁、复议或者起诉”。")
    if wish.given.get("remedy") not in REMEDIES:
        yield "remedy", f"请写明走哪个途径：{'、'.join(REMEDIES.values())}"
    day = wish.given.get("remedy_on", "")
    if not day_of(close.started_at) <= day <= day_of(wish.at):
        yield "remedy_on", "请写申请仲裁、复议或者起诉的日期，要在受理以后、今天以前（2026-02-13）"
