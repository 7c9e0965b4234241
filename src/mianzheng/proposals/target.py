"""The day by which a review should be done: when it is over the clock says so once, and no limit is broken (CLK-13)."""

from __future__ import annotations

import datetime

import msgspec

from mianzheng.cases.records import CaseRecord
from mianzheng.clock import SHANGHAI
from mianzheng.model import Profile
from mianzheng.proposals.machines import UNDER_REVIEW


def target_sentence(profile: Profile, target: str, day: str) -> str:
    """What to say of a review's target on a day; empty without one. A target of our own is never overdue (S-REV-07)."""
    leaf = profile.review.target_days
    if leaf.value is None or not target:
        return ""
    ours = "" if leaf.binds else "（目标由本系统设定，不算超期）"
    if day <= target:
        return f"目标日 {target}{ours}。"
    return f"目标日 {target} 已过{ours}。" if ours else f"已超期，期限是 {target}。"


def sentence_of(record: CaseRecord, profile: Profile | None, day: str) -> str:
    """The sentence for a proposal while it is under review; empty for all others."""
    if profile is None or record.state not in UNDER_REVIEW:
        return ""
    return target_sentence(profile, record.data.get("target", ""), day)


def watched(record: CaseRecord) -> CaseRecord:
    """The snapshot with the instant at which the clock has to look: the end of the target day, while it is open."""
    target = record.data.get("target", "")
    passed = record.data.get("target_passed", "") == target
    waits = record.state in UNDER_REVIEW and bool(target) and not passed
    return msgspec.structs.replace(record, check_at=_over(target) if waits else None)


def _over(day: str) -> datetime.datetime:
    """The midnight that ends a Shanghai day."""
    start = datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(), SHANGHAI)
    return (start + datetime.timedelta(days=1)).astimezone(datetime.UTC)
