"""The life of a complaint (投诉举报), requirements 3.3, CP1 … CP11.

`transferred` is handed on and not yet taken up; `linked` follows another receiver's case of the same matter. What keeps
the state (asking for more time, proposing a result) stands here too, so that a role which may not do it is refused.
"""

from __future__ import annotations

from mianzheng.cases.actors import CITIZEN, SYSTEM
from mianzheng.cases.machine import Machine, State, Transition

RECEIVER = frozenset({"receiver"})
OFFICE = frozenset({"joint_conference_office", "centre", "bureau"})
"""Who keeps the list in each profile; decides where the receiving body is itself complained about."""
DECIDERS = RECEIVER | OFFICE
HANDLER = frozenset({"handler"})
STAFF = DECIDERS | HANDLER
PERSON = frozenset({CITIZEN})
CLOCK = frozenset({SYSTEM})

WAITING = frozenset({"registered"})
IN_HAND = frozenset({"accepted", "transferred", "investigating", "extended"})
AT_WORK = frozenset({"investigating", "extended"})
OPEN = WAITING | IN_HAND
OVER = frozenset({"not_accepted", "concluded", "informed", "terminated"})

STATES = {
    "registered": State("已登记", "已收到，等待受理"),
    "accepted": State("已受理", "已受理"),
    "transferred": State("已转办", "已转给承办单位"),
    "investigating": State("调查核实中", "正在调查核实"),
    "extended": State("已延期", "正在调查核实，已延期"),
    "concluded": State("已办结，待告知", "已办结"),
    "linked": State("并入先收件", "已并入同一件投诉", open=False),
    "not_accepted": State("不予受理", "不予受理", open=False),
    "informed": State("已告知", "已办结并告知", open=False),
    "terminated": State("已终止", "已终止", open=False),
}

MACHINE = Machine(
    kind="complaint",
    label="投诉举报",
    initial="registered",
    states=STATES,
    transitions=(
        Transition("register", "登记", WAITING, None, STAFF | PERSON, rules=("YY-CMP-05-1", "YY-CMP-07-2")),
        Transition("release", "解除甄别", WAITING, None, DECIDERS),
        Transition(
            "accept", "受理", WAITING, "accepted", DECIDERS, decides=True, tells=True,
            rules=("YY-CMP-07-1", "YY-CMP-10-1"),
        ),
        Transition(
            "refuse", "不予受理", WAITING, "not_accepted", DECIDERS, ("ground", "reply"), decides=True, tells=True,
            rules=("YY-CMP-08-1", "YY-CMP-08-2", "YY-CMP-08-3", "YY-CMP-08-4"),
        ),
        Transition("link", "并入先收件", WAITING, "linked", DECIDERS, ("leader",), rules=("YY-CMP-09-2",)),
        Transition(
            "transfer", "转办", frozenset({"accepted", "transferred", "investigating"}), "transferred", DECIDERS,
            ("handling_body",), rules=("YY-CMP-03-3", "YY-CMP-03-4"),
        ),
        Transition(
            "investigate", "开始调查核实", frozenset({"accepted", "transferred"}), "investigating", STAFF,
            rules=("YY-CMP-09-1",),
        ),
        Transition(
            "join", "联合办理", frozenset({"accepted", "transferred"}), "investigating", DECIDERS,
            ("lead_body", "joint_bodies"), rules=("YY-CMP-09-3",),
        ),
        Transition("ask_extension", "申请延期", frozenset({"investigating"}), None, HANDLER, ("days", "why"),
                   rules=("YY-CMP-10-2",)),
        Transition(
            "extend", "同意延期", frozenset({"investigating"}), "extended", DECIDERS, ("days",), decides=True,
            other_than="ask_extension", tells=True, rules=("YY-CMP-10-2",),
        ),
        Transition("decline_extension", "不同意延期", frozenset({"investigating"}), None, DECIDERS, ("why",),
                   decides=True),
        Transition("propose_conclusion", "提出办理结果", AT_WORK, None, HANDLER, ("findings", "reply"),
                   rules=("YY-CMP-09-1",)),
        Transition("return_conclusion", "退回重办", AT_WORK, None, DECIDERS, ("why",), decides=True),
        Transition(
            "conclude", "办结", AT_WORK, "concluded", DECIDERS, ("findings", "reply"), decides=True,
            other_than="propose_conclusion", tells=True, rules=("YY-CMP-10-1",),
        ),
        Transition("attempt", "记下一次没有联系上", frozenset({"concluded"}), None, STAFF, ("way", "how_it_went"),
                   rules=("YY-CMP-10-3",)),
        Transition("inform", "告知结果", frozenset({"concluded"}), "informed", STAFF, ("way",), tells=True,
                   rules=("YY-CMP-10-3",)),
        Transition("propose_termination", "提出终止", IN_HAND, None, HANDLER, ("ground", "why"),
                   rules=("YY-CMP-11-2", "YY-CMP-11-3")),
        Transition("decline_termination", "不同意终止", IN_HAND, None, DECIDERS, ("why",), decides=True),
        Transition(
            "terminate", "终止", OPEN, "terminated", DECIDERS, ("ground", "reply"), decides=True,
            other_than="propose_termination", tells=True, rules=("YY-CMP-11-1", "YY-CMP-11-2", "YY-CMP-11-3"),
        ),
        Transition("withdraw", "撤回", OPEN, "terminated", PERSON, rules=("YY-CMP-11-1",)),
        Transition("supplement", "补充", OPEN, None, PERSON | STAFF),
        Transition("attach", "补充照片或者文件", OPEN, None, PERSON, ("files",)),
        Transition("ask_supplement", "请补充", OPEN, None, STAFF, ("question",)),
        Transition("rate", "评价", OVER, None, PERSON, ("score",)),
        Transition("object", "提出异议", OVER, None, PERSON),
        Transition("note", "记一笔", OPEN | frozenset({"concluded"}), None, STAFF),
        Transition("propose", "据此提出清单调整", frozenset({"concluded", "informed"}), None, OFFICE, ("proposal",),
                   rules=("YY-ADJ-11",)),
        Transition("import_reference", "登记来件编号", OPEN, None, RECEIVER, ("external_ref",),
                   rules=("YY-CMP-03-3", "YY-CMP-05-4")),
        Transition("urge", "督办", IN_HAND, None, DECIDERS, ("why",), rules=("YY-CMP-03-3",)),
        Transition("miss", "记为超期", OPEN | frozenset({"concluded"}), None, CLOCK, ("clock", "level"),
                   rules=("YY-CMP-13-1",)),
        Transition("remind", "提醒", OPEN | frozenset({"concluded"}), None, CLOCK, ("clock",)),
        Transition("recalculate", "重算期限", OPEN, None, CLOCK, ("old_due", "new_due")),
        Transition("follow", "有同一件投诉并入", OPEN | OVER, None, CLOCK, ("follower",), rules=("YY-CMP-09-2",)),
        Transition("reveal", "查看联系方式", OPEN | OVER, None, STAFF, ("purpose",)),
        Transition("open_file", "打开照片或者文件", OPEN | OVER, None, STAFF, ("file", "purpose")),
        Transition("purge", "销毁个人信息", OVER | frozenset({"linked"}), None, CLOCK, ("kept_for",)),
    ),
)  # fmt: skip
"""`withdraw` is T1 by the person; staff record T1 by `terminate`. The clock never stops for a question (OQ-08)."""
