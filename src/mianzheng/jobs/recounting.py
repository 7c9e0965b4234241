"""The calendar watch: open clocks are counted anew when a calendar was announced or changed (F11, S-SUP-11)."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable

import msgspec

from mianzheng.cases.commits import commit_change
from mianzheng.clock import calendar_warning
from mianzheng.complaints.desk import Desks
from mianzheng.complaints.overdue import is_provisional
from mianzheng.complaints.sweeping import recount
from mianzheng.errors import MianzhengError
from mianzheng.jobs.reports import Log, said
from mianzheng.jobs.walking import complaints
from mianzheng.model import Catalog
from mianzheng.ports import KeyStore, RecordStore

KNOWN = "calendars-counted"
FOR_LONG = datetime.timedelta(days=3650)


def watch_calendars(
    store: RecordStore,
    catalog: Callable[[], Catalog],
    keys: KeyStore,
    now: Callable[[], datetime.datetime],
    log: Log,
) -> str:
    """Recount every open complaint if the calendars are others than at the last recount; returns the report.

    A recount that could not be finished is begun again in the next run: what was moved does not move twice.
    """
    known = catalog()
    calendars = msgspec.json.encode([known.calendars[year] for year in sorted(known.calendars)])
    digest = hashlib.sha256(calendars).digest()
    done, alarms = "放假安排没有变", []
    if store.recall(KNOWN, now()) != digest:
        moved, failed = _recounted(store, known, keys, now, log)
        done = f"放假安排有变，重算了期限，{moved} 件的到期日变了"
        if failed:
            alarms.append(f"有 {failed} 件的期限重算不了，请看日志")
        else:
            store.renew(KNOWN, digest, now() + FOR_LONG)
    if warning := calendar_warning(known.calendars, now()):
        waiting = sum(map(is_provisional, complaints(store, open_only=True)))
        done += f"；{warning}，有 {waiting} 件的期限是暂定的"
    return said(done, alarms)


def _recounted(
    store: RecordStore, catalog: Catalog, keys: KeyStore, now: Callable[[], datetime.datetime], log: Log
) -> tuple[int, int]:
    moved = failed = 0
    desks = Desks(lambda: catalog, keys)
    for key in [record.key for record in complaints(store, open_only=True)]:
        try:
            done = commit_change(store, key, lambda record: recount(desks.at(record.place), record, now()))
            moved += done is not None
        except MianzhengError as error:
            failed += 1
            log({"job": "calendars", "error": type(error).__name__})
    return moved, failed
