"""Every night: is the history whole, and what has to be destroyed (F36, A31)."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from mianzheng.cases.integrity import examine
from mianzheng.cases.records import CaseRecord
from mianzheng.complaints import retention
from mianzheng.complaints.machines import MACHINE as COMPLAINT
from mianzheng.complaints.retention import Due, Periods, Plan, plan, purged
from mianzheng.complaints.sealed import PERSON
from mianzheng.errors import MianzhengError, VersionConflict
from mianzheng.jobs.reports import Log, said
from mianzheng.jobs.walking import cases
from mianzheng.ports import KeyStore, RecordStore
from mianzheng.suggestions import handling as suggestions
from mianzheng.suggestions.machines import MACHINE as SUGGESTION

TOMORROW = datetime.timedelta(days=1)
MACHINES = {machine.kind: machine for machine in (COMPLAINT, SUGGESTION)}
"""The kinds of cases that keep personal data."""
ENDED: dict[str, retention.Ended] = {COMPLAINT.kind: retention.ended_at, SUGGESTION.kind: suggestions.ended_at}


def check_history(store: RecordStore, log: Log) -> str:
    """Walk through every record, its chain of events and the store itself; faults go to the log, their number here."""
    found = examine(store)
    faults = [*store.check(), *found.faults]
    for fault in faults:
        log({"job": "integrity", "report": fault})
    alarms = [f"核对发现 {len(faults)} 处问题，请看日志"] if faults else []
    return said(f"核对记录 {found.records} 条、事件 {found.events} 个", alarms)


def destroy_old(
    store: RecordStore, keys: KeyStore, periods: Periods, now: Callable[[], datetime.datetime], log: Log
) -> str:
    """Destroy what is due, unless it is suspiciously much; says what the next night would bring. Raises BadArgument."""
    records = [record for machine in MACHINES.values() for record in cases(store, machine)]
    tonight = plan(records, now(), periods, _ended_at)
    coming = plan(records, now() + TOMORROW, periods, _ended_at)
    alarms = [text for text in (tonight.stopped, _forewarned(tonight, coming)) if text]
    done = failed = 0
    for due in () if tonight.stopped else tonight.due:
        try:
            _destroy(store, keys, periods, due, now())
            done += 1
        except VersionConflict:
            continue  # somebody just worked on it: the next night looks again
        except MianzhengError as error:
            failed += 1
            log({"job": "retention", "error": type(error).__name__})
    if failed:
        alarms.append(f"有 {failed} 件的个人信息没有销毁成，请看日志")
    return said(f"按期销毁 {done} 件；明天 {len(coming.due) - (0 if tonight.stopped else done)} 件", alarms)


def _forewarned(tonight: Plan, coming: Plan) -> str:
    return f"明天会停下：{coming.stopped}" if coming.stopped and not tonight.stopped else ""


def _destroy(store: RecordStore, keys: KeyStore, periods: Periods, due: Due, at: datetime.datetime) -> None:
    sealed = store.sealed(due.record.kind, due.record.id, PERSON)
    wrapped = sealed[0] if sealed else None
    machine = MACHINES[due.record.kind]
    store.commit(purged(due, at, periods, wrapped=wrapped, keys=keys, machine=machine))


def _ended_at(record: CaseRecord) -> datetime.datetime | None:
    return ENDED[record.kind](record)
