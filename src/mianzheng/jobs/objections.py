"""Every night: what people wrote to notices that ended two years ago is destroyed, number and decision stay (A31)."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from mianzheng.cases.records import Worklist
from mianzheng.errors import MianzhengError, VersionConflict
from mianzheng.jobs.reports import Log, said
from mianzheng.jobs.walking import walk
from mianzheng.ports import RecordStore
from mianzheng.proposals.objections import MACHINE, is_due, purged


def destroy_objections(store: RecordStore, now: Callable[[], datetime.datetime], log: Log) -> str:
    """Destroy the keys of objections that are due; returns what was done. Raises Unavailable while listing them."""
    done = failed = 0
    received = Worklist(kind=MACHINE.kind, states=("received",))
    for record in [one for one in walk(store, received) if is_due(one, now())]:
        try:
            store.commit(purged(record, now()))
            done += 1
        except VersionConflict:
            continue  # somebody just looked at it: the next night looks again
        except MianzhengError as error:
            failed += 1
            log({"job": "objections", "error": type(error).__name__})
    alarms = [f"有 {failed} 条异议、意见没有销毁成，请看日志"] if failed else []
    return said(f"按期销毁异议、意见 {done} 条", alarms)
