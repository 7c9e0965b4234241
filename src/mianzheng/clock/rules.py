"""The register of clocks: rule name → which profile leaf, what starts it, how its last day ends (D-01 … D-24)."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Literal

import msgspec

from mianzheng.model import Duration, Leaf, Profile
from mianzheng.model.profiles import ReleaseNotice

End = Literal["24:00", "office_close"]
Kind = Literal["length", "given", "half_year", "handover"]


class ClockRule(msgspec.Struct, frozen=True, kw_only=True):
    """One clock.

    `kind`: a length from the profile; a number of working days `given` with the case; every half-year (CLK-7);
    handover at fixed times (CLK-11, CLK-12). `leaves` are looked up in order, the first that has a value counts.
    `only_if` names a leaf without which the place has no such step. With `receipt` an arrival on a non-working day
    first moves to the morning of the next working day (CLK-11); all others take it as day 0 (CLK-3).
    """

    name: str
    label: str
    starts: str
    kind: Kind = "length"
    leaves: tuple[str, ...] = ()
    only_if: str = ""
    end: End = "24:00"
    receipt: bool = False
    extendable: bool = False


class Limit(msgspec.Struct, frozen=True):
    """What the profile says about a clock: how long, and whether missing it is a breach; `leaf` gives the source."""

    length: Duration
    leaf: Leaf[Any]

    @property
    def binds(self) -> bool:
        """Whether the document itself sets the length; project values are targets only (CLK-13)."""
        return self.leaf.binds


def _rule(name: str, label: str, starts: str, *leaves: str, **more: Any) -> ClockRule:
    return ClockRule(name=name, label=label, starts=starts, leaves=leaves, **more)


_REQUEST = "收到协查申请的时刻"
_CLOSE: Any = {"end": "office_close"}
_GIVEN: Any = {"kind": "given"}

RULES: dict[str, ClockRule] = {
    rule.name: rule
    for rule in (
        _rule("complaint.accept", "投诉举报：决定受不受理", "收到投诉的日期", "complaint.accept_target"),
        _rule(
            "complaint.close", "投诉举报：办结", "受理日期", "complaint.due", "complaint.close_target", extendable=True
        ),
        _rule("complaint.inform", "投诉举报：把结果告诉投诉人", "办结日期", "complaint.inform_target"),
        _rule("adjust.apply", "清单调整：单位提出申请", "调整理由产生的日期", "adjust.deadline"),
        _rule("review", "清单调整：审核", "收到申请的日期", "review.target_days"),
        _rule(
            "notice",
            "取消证明的公示：最后一天",
            "开始公示的日期",
            "review.cancel_public_notice",
            "review.notice_days",
            only_if="review.cancel_public_notice",
        ),
        _rule(
            "comment",
            "征求意见：最后一天",
            "开始征求意见的日期",
            "review.public_comment_days",
            "review.notice_days",
            only_if="review.public_comment_days",
        ),
        _rule("edition", "半年清单：公布", "这半年里的任何一天", "publish.edition_months", kind="half_year"),
        _rule("session", "联席会议：例会", "这半年里的任何一天", "govern.session_months", kind="half_year"),
        _rule("verify.electronic", "协查核验：有电子档案", _REQUEST, "verify.classes.electronic"),
        _rule("verify.paper", "协查核验：翻纸质档案", "收到协查申请的日期", "verify.classes.paper", **_CLOSE),
        _rule("verify.hard", "协查核验：档案不全、难查找", "收到协查申请的日期", "verify.classes.hard", **_CLOSE),
        _rule("verify.ordinary", "窗口核验：一般", _REQUEST, "verify.classes.ordinary"),
        _rule("verify.complex", "窗口核验：复杂的或承诺件", _REQUEST, "verify.classes.complex"),
        _rule("verify.return", "协查核验：不归本单位管，退回", _REQUEST, "verify.return_.ordinary"),
        _rule("verify.self_now", "自助申请：数据已连通", "申请的时刻", "verify.classes.self_now"),
        _rule("verify.self_ordinary", "自助申请：一般", "申请的时刻", "verify.classes.self_ordinary"),
        _rule("verify.self_complex", "自助申请：复杂", "申请的时刻", "verify.classes.self_complex"),
        _rule("verify.self_return", "自助申请：不归本单位管，退回", "申请的时刻", "verify.return_.self_service"),
        _rule("verify.report", "协查超时：报告联席会议办公室", "到期日期", "verify.report_target"),
        _rule("verify.order", "协查超时：责令限时办结", "责令的日期", **_GIVEN, **_CLOSE),
        _rule("commit.check", "告知承诺：事后核查", "作出决定的日期", **_GIVEN),
        _rule("proxy", "代办：取得证明", "提出代办的日期", **_GIVEN),
        _rule("item.promised", "承诺件：在承诺的时限内办结", "收到的日期", receipt=True, **_GIVEN),
        _rule("window.same_day", "一窗受理：即办件", "受理日期", "window.clocks.same_day", **_CLOSE),
        _rule(
            "window.correction",
            "一窗受理：补正材料通知",
            "窗口收到材料的日期",
            "window.clocks.correction",
            receipt=True,
            **_CLOSE,
        ),
        _rule(
            "window.handover",
            "一窗受理：纸质材料转交部门",
            "窗口收到材料的时刻",
            "window.clocks.handover_morning",
            "window.clocks.handover_afternoon",
            kind="handover",
            receipt=True,
        ),
        _rule(
            "window.result_correction",
            "一窗受理：更正错误结果",
            "发现错误的日期",
            "window.clocks.result_correction",
            **_CLOSE,
        ),
        _rule("window.receipt", "一窗受理：转交送达回执", "收回回执的日期", "window.clocks.receipt", **_CLOSE),
        _rule("window.originals", "先办后验：补齐原件", "告知缺什么的日期", "window.clocks.originals"),
    )
}
"""Every clock by name, in the order in which people meet them."""


def limit(profile: Profile, rule: ClockRule) -> Limit | None:
    """What a profile says about a clock of kind `length` or `half_year`; None when it is silent."""
    if rule.only_if and not _required(attrgetter(rule.only_if)(profile).value):
        return None
    unit: Literal["month", "workday"] = "month" if rule.kind == "half_year" else "workday"
    for path in rule.leaves:
        leaf: Leaf[Any] = attrgetter(path)(profile)
        value = leaf.value.days if isinstance(leaf.value, ReleaseNotice) else leaf.value
        if isinstance(value, Duration):
            return Limit(value, leaf)
        if value is not None:
            return Limit(Duration(n=value, unit=unit), leaf)
    return None


def handover_times(profile: Profile) -> tuple[str, str] | None:
    """When material of the morning and of the afternoon is handed over; None when the profile is silent."""
    morning = profile.window.clocks.handover_morning.value
    afternoon = profile.window.clocks.handover_afternoon.value
    return (morning, afternoon) if morning and afternoon else None


def needs_time(profile: Profile, rule: ClockRule) -> bool:
    """Whether a clock must know the time of day at which it starts."""
    if rule.kind == "handover":
        return handover_times(profile) is not None
    found = limit(profile, rule) if rule.kind == "length" else None
    return found is not None and found.length.unit in ("minute", "hour")


def _required(value: object) -> bool:
    return isinstance(value, ReleaseNotice) and value.required
