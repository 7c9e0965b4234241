"""Does the machine's clock run evenly? A jump of more than five minutes, forward or back, is an alarm (F17)."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from mianzheng.jobs.reports import said
from mianzheng.ports import RecordStore

MOST = datetime.timedelta(minutes=5)


class ClockWatch:
    """Compares the clock with one that cannot be set (`elapsed`, seconds) and with the latest beat in the store."""

    def __init__(self, store: RecordStore, now: Callable[[], datetime.datetime], elapsed: Callable[[], float]) -> None:
        self._now, self._elapsed = now, elapsed
        self._started, self._began = now(), elapsed()
        self._latest = max((at for at, _ in store.beats().values()), default=self._started)

    def __call__(self) -> str:
        """The report. Events keep their order all the same: none is older than the one before it."""
        now = self._now()
        expected = self._started + datetime.timedelta(seconds=self._elapsed() - self._began)
        alarms = []
        if abs(now - expected) > MOST:
            alarms.append(f"服务器的时钟跳了 {_minutes(now - expected)} 分钟，请核对时间")
        elif self._latest - now > MOST:
            alarms.append(f"服务器的时钟比数据库里最后一次记录慢 {_minutes(self._latest - now)} 分钟，请核对时间")
        return said("时钟走得匀" if not alarms else "时钟不对", alarms)


def _minutes(difference: datetime.timedelta) -> int:
    return round(difference.total_seconds() / 60)
