"""The life of an adjustment proposal (调整申请), requirements 3.2, AP1 … AP11.

States are those that people see. Where the pull request stands is another matter and lies in the record's `delivery`:
queued, open, parked, conflicted. What nobody has handed in yet is no proposal: see `drafts`.
"""

from __future__ import annotations

from mianzheng.cases.actors import SYSTEM
from mianzheng.cases.machine import Machine, State, Transition

UNIT = frozenset({"department"})
OFFICE = frozenset({"joint_conference_office", "centre", "bureau"})
PROPOSERS = UNIT | OFFICE
JUSTICE = frozenset({"justice"})
GOVERNMENT = frozenset({"government"})
REVIEWERS = OFFICE | JUSTICE | GOVERNMENT
CLOCK = frozenset({SYSTEM})

DRAFT = frozenset({"draft"})
SENT = frozenset({"submitted"})
BACK = frozenset({"returned"})
UNDER_REVIEW = frozenset({"submitted", "under_study", "escalated"})
STUDIED = frozenset({"under_study", "escalated"})
NOT_MERGED = UNDER_REVIEW | BACK | {"approved", "filed"}

STATES = {
    "draft": State("草稿", "草稿"),
    "submitted": State("已报送", "已报送，等待研究"),
    "returned": State("退回补正", "退回，请补正后再报"),
    "under_study": State("研究中", "联席会议办公室正在研究"),
    "escalated": State("提请决定", "意见不一致，已提请决定"),
    "approved": State("审核通过", "审核通过，等待公布"),
    "filed": State("已备案", "已备案，等待公布"),
    "merged": State("已并入清单", "已并入清单，正在公布"),
    "rejected": State("审核不通过", "审核不通过", open=False),
    "withdrawn": State("已撤回", "已撤回", open=False),
    "published": State("已公布", "已公布", open=False),
}

MACHINE = Machine(
    kind="proposal",
    label="调整申请",
    initial="draft",
    states=STATES,
    transitions=(
        Transition("submit", "报送", DRAFT | BACK, "submitted", PROPOSERS, rules=("YY-ADJ-09-1", "YY-ADJ-09-2")),
        Transition("return", "退回补正", SENT | {"under_study"}, "returned", OFFICE, ("defects",)),
        Transition("study", "开始研究", SENT, "under_study", OFFICE, rules=("YY-ADJ-10-1",)),
        Transition("opine", "提出审核意见", frozenset({"under_study"}), None, REVIEWERS, ("opinion", "commit"),
                   decides=True, other_than="submit", rules=("YY-ADJ-10-1",)),
        Transition("notify", "开始公示", STUDIED, None, OFFICE, ("from",), decides=True, rules=("FX-3-1-4",)),
        Transition("consult", "开始征求意见", STUDIED, None, OFFICE, ("from",), decides=True, rules=("BS-PL-3-1-1e",)),
        Transition("object", "收到异议或者意见", STUDIED, None, OFFICE | CLOCK, ("objection",),
                   rules=("FX-3-1-4", "BS-PL-3-1-1e")),
        Transition("settle", "处理异议或者意见", STUDIED, None, OFFICE, ("objection", "answer"), decides=True),
        Transition("end_notice", "公示或者征求意见结束", STUDIED, None, CLOCK, rules=("FX-3-1-4", "BS-PL-3-1-1e")),
        Transition("approve", "审核通过", frozenset({"under_study"}), "approved", OFFICE, ("opinion", "commit"),
                   decides=True, other_than="submit", tells=True,
                   rules=("YY-ADJ-03-2", "YY-ADJ-03-3", "YY-ADJ-10-1", "FX-6-4-2d")),
        Transition("reject", "审核不通过", frozenset({"under_study"}), "rejected", OFFICE, ("why",), decides=True,
                   other_than="submit", tells=True),
        Transition("escalate", "提请决定", frozenset({"under_study"}), "escalated", OFFICE, ("why",),
                   rules=("YY-JM-3-4",)),
        Transition("approve", "决定通过", frozenset({"escalated"}), "approved", GOVERNMENT | OFFICE,
                   ("decision", "commit"), decides=True, other_than="escalate", tells=True, rules=("YY-JM-3-4",)),
        Transition("reject", "决定不通过", frozenset({"escalated"}), "rejected", GOVERNMENT | OFFICE, ("decision",),
                   decides=True, other_than="escalate", tells=True, rules=("YY-JM-3-4",)),
        Transition("file", "备案", SENT, "filed", OFFICE | CLOCK, tells=True, rules=("WH-OR-16", "QS-SP-1-3-1b")),
        Transition("void", "审核意见失效", frozenset({"approved", "under_study"}), "under_study", CLOCK, ("commit",)),
        Transition("revise", "补充修改", frozenset({"submitted", "under_study", "approved"}), None, PROPOSERS),
        Transition("merge", "并入清单", frozenset({"approved", "filed"}), "merged", OFFICE | CLOCK, ("commit",),
                   rules=("YY-ADJ-10-2",)),
        Transition("publish", "公布", frozenset({"merged"}), "published", CLOCK, ("commit",), tells=True,
                   rules=("YY-ADJ-05-1", "YY-ADJ-09-3")),
        Transition("oversee", "事后审查合法性", frozenset({"filed", "merged", "published"}), None, JUSTICE,
                   ("opinion",), decides=True, other_than="submit", rules=("WH-OR-08-4",)),
        Transition("withdraw", "撤回", NOT_MERGED - {"approved", "filed"}, "withdrawn", PROPOSERS, ("why",)),
        Transition("deliver", "送达代码库", NOT_MERGED, None, CLOCK, ("delivery",)),
        Transition("retry", "重新送达", NOT_MERGED, None, OFFICE | frozenset({"admin"})),
        Transition("resolve", "处理冲突", NOT_MERGED, None, PROPOSERS, ("choices",)),
        Transition("miss_target", "过了目标日", UNDER_REVIEW, None, CLOCK, ("target",)),
        Transition("recalculate", "重算期限", DRAFT | UNDER_REVIEW | BACK, None, CLOCK, ("old_due", "new_due")),
        Transition("note", "记一笔", NOT_MERGED, None, REVIEWERS),
    ),
)  # fmt: skip
