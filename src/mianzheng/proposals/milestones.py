"""The days of a proposal: on time or late, and the order of the steps of a first list.

Counting working days is the clock's; the functions that count are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from mianzheng.model import Profile, Record
from mianzheng.model.values import Day

Initiator = Literal["unit", "office"]
DayAfter = Callable[[Profile, str], str]
"""A profile and the day (`YYYY-MM-DD`) from which to count → the last day; empty where the profile is silent."""


class Submission(Record, kw_only=True):
    """One handing in of a proposal: its Shanghai day, and whether it was without defects."""

    on: Day
    valid: bool


class Timeliness(Record, kw_only=True):
    """Until when a proposal had to come, the day of its first valid submission, and whether that was late.

    `due` is empty where no clock runs, `came` while no valid submission has come.
    """

    due: str = ""
    came: str = ""
    late: bool = False

    @property
    def sentence(self) -> str:
        """What a reviewer reads."""
        if not self.due:
            return "没有申请期限。"
        if not self.came:
            return f"期限到 {self.due}（当天24时止）。"
        if self.late:
            return f"{self.came} 报送，晚于期限 {self.due}；照常办理，记为逾期报送。"
        return f"{self.came} 报送，按时（期限 {self.due}）。"


def timeliness(
    profile: Profile, initiator: Initiator, trigger: str, submissions: Sequence[Submission], due_of: DayAfter
) -> Timeliness:
    """Whether a proposal came in time: the first valid submission counts (OQ-24); late is noted, not refused (OQ-25).

    An office that starts by itself has no term (YY-ADJ-11); a profile without a term gives none (FX-5-2-4, WH-OR-16).
    """
    came = min((one.on for one in submissions if one.valid), default="")
    due = due_of(profile, trigger) if initiator == "unit" and trigger and profile.adjust.deadline.value else ""
    return Timeliness(due=due, came=came, late=bool(due and came > due))


STEPS = {
    "comment": "公开征求意见", "justice": "司法局审查", "compile": "汇总", "gov_approve": "政府核准",
    "confirm": "单位确认", "gov_final": "政府审定", "publish": "公布", "cleaning": "清理", "publicise": "公示",
    "unit": "单位编制", "file": "备案",
}  # fmt: skip
"""The steps of a first list (`review.initial_chain`)."""


def initial_order(profile: Profile, done: Mapping[str, str]) -> list[str]:
    """What is wrong with the order of a first list's steps, in Chinese sentences (S-REV-02, S-REV-04).

    `done` maps steps to their day; `comment` and `publicise` to the last day on which people may write, so what
    follows has to lie after it. BS-PL-3-1-1e … 3-1-2c, FX-5-1-1, FX-5-2-1, FX-5-2-2.
    """
    chain = [code for code in profile.review.initial_chain.value or () if code in STEPS]
    order = "、".join(STEPS[code] for code in chain)
    wrong = []
    reached = [code for code in chain if code in done]
    for before, after in pairwise(reached):
        open_until = before in ("comment", "publicise")
        if done[after] < done[before] or (open_until and done[after] == done[before]):
            ended = "结束" if open_until else ""
            wrong.append(
                f"“{STEPS[after]}”（{done[after]}）早于“{STEPS[before]}”{ended}（{done[before]}）；顺序是：{order}。"
            )
    for i, code in enumerate(chain):
        skipped = [STEPS[one] for one in chain[:i] if one not in done]
        if code in done and skipped:
            wrong.append(f"“{STEPS[code]}”之前还缺：{'、'.join(skipped)}；顺序是：{order}。")
            break
    return wrong
