"""Half-yearly confirmation: who has not looked at an item for too long is reminded, never blocked (YY-ADJ-05-2)."""

from __future__ import annotations

import datetime
from functools import lru_cache

from mianzheng.model import CertificateItem
from mianzheng.rules.examination import Examination

HALF_YEAR = 183


@lru_cache(maxsize=1 << 12)
def _days_between(day: str, today: str) -> int:
    return (datetime.date.fromisoformat(today) - datetime.date.fromisoformat(day)).days


def check_confirmation(run: Examination, item: CertificateItem, file: str) -> None:
    """A hint for active items not confirmed within half a year of `run.today`."""
    if item.status != "active" or item.provenance.standing == "illustrative":  # nobody confirms an example
        return
    if item.confirmed is None:
        run.add("confirm-overdue", "never", file=file, field="confirmed")
    elif (days := _days_between(item.confirmed.on, run.today)) > HALF_YEAR:
        run.add("confirm-overdue", file=file, field="confirmed.on", on=item.confirmed.on, days=days)
