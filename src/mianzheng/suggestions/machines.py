"""The life of a suggestion: received, considered. It has no clock (YY-ADJ-12-1, OQ-68).

Considered means answered; the office may add to its answer later, for instance once the list has changed.
"""

from __future__ import annotations

from mianzheng.cases.actors import CITIZEN, SYSTEM
from mianzheng.cases.machine import Machine, State, Transition
from mianzheng.complaints.receivers import KEEPERS

OFFICE = frozenset(KEEPERS)
ENTERING = OFFICE | {"receiver"}
"""Who writes down what came by hotline, at a window or by letter (WH-OR-21-2, WH-N-3-4)."""
READERS = ENTERING | {"auditor"}
ANYTIME = frozenset({"received", "considered"})
OVER = frozenset({"considered"})

MACHINE = Machine(
    kind="suggestion",
    label="意见建议",
    initial="received",
    states={
        "received": State("等待答复", "已收到"),
        "considered": State("已答复", "已答复", open=False),
    },
    transitions=(
        Transition("register", "收到", frozenset({"received"}), None, ENTERING | {CITIZEN},
                   rules=("YY-ADJ-12-1", "WH-OR-21-2", "WH-N-3-4")),
        Transition("answer", "答复", ANYTIME, "considered", OFFICE, ("reply",), rules=("YY-ADJ-12-1",)),
        Transition("propose", "据此提出清单调整", ANYTIME, None, OFFICE, ("proposal",),
                   rules=("YY-ADJ-11", "YY-ADJ-12-1")),
        Transition("note", "记一笔", ANYTIME, None, OFFICE, ("text",)),
        Transition("reveal", "查看联系方式", ANYTIME, None, OFFICE, ("purpose",)),
        Transition("purge", "销毁个人信息", OVER, None, frozenset({SYSTEM}), ("kept_for",)),
    ),
)  # fmt: skip
