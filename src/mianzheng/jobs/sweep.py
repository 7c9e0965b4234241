"""The due sweep: what has come due is done once, however late; a case that fails holds up no other (F07, F08)."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping

from mianzheng.cases.commits import commit_change
from mianzheng.cases.records import CaseRecord, Change
from mianzheng.complaints.desk import Desks
from mianzheng.complaints.machines import MACHINE as COMPLAINT
from mianzheng.complaints.sweeping import sweep
from mianzheng.errors import MianzhengError
from mianzheng.jobs.reports import Log, said
from mianzheng.model import Catalog
from mianzheng.ports import KeyStore, RecordStore
from mianzheng.proposals.drafts import MACHINE as DRAFT
from mianzheng.proposals.drafts import expired
from mianzheng.proposals.handling import follow
from mianzheng.proposals.machines import MACHINE as PROPOSAL
from mianzheng.proposals.target import watched

PAGE = 100
LONGEST = 40.0
"""Seconds after which a run leaves the rest to the next one."""

Sweeper = Callable[[CaseRecord, datetime.datetime], Change | None]
"""What the clock does to one case by now; None when there is nothing to do. May raise any MianzhengError."""


def pass_target(record: CaseRecord, now: datetime.datetime) -> Change | None:
    """What the clock does to a proposal whose target day is over: it is written down, once."""
    over = watched(record).check_at
    if over is None or now < over:
        return None
    target = record.data["target"]
    return follow(record, "miss_target", now, {"target": target}, target_passed=target)


PROPOSAL_SWEEPERS: dict[str, Sweeper] = {DRAFT.kind: expired, PROPOSAL.kind: pass_target}
"""Drafts end, targets pass; both need nothing but the record."""


def complaint_sweeper(catalog: Callable[[], Catalog], keys: KeyStore) -> dict[str, Sweeper]:
    """The sweeper of complaints, by kind of record."""
    desks = Desks(catalog, keys)
    return {COMPLAINT.kind: lambda record, now: sweep(desks.at(record.place), record, now)}


def sweep_due(
    store: RecordStore,
    sweepers: Mapping[str, Sweeper],
    now: Callable[[], datetime.datetime],
    log: Log,
    seconds: Callable[[], float] = time.monotonic,
) -> str:
    """Go through everything that is due, oldest first, each case once a run; returns the report.

    A case that fails stays due and is tried again in the next run. Raises Unavailable when the store does not answer.
    """
    started, seen, changed, failed = seconds(), set[str](), 0, 0
    while seconds() - started < LONGEST:
        fresh = [key for key in store.due(now(), PAGE + len(seen)) if key.name not in seen]
        if not fresh:
            break
        for key in fresh:
            seen.add(key.name)
            if key.kind not in sweepers:
                continue
            try:
                done = commit_change(store, key, lambda record: sweepers[record.kind](record, now()))
                changed += done is not None
            except MianzhengError as error:
                failed += 1
                log({"job": "sweep", "error": type(error).__name__})
    return said(f"处理到时间的 {changed} 件", [f"有 {failed} 件到了时间却处理不了，请看日志"] if failed else ())
