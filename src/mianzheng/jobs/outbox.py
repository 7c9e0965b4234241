"""The outbox worker: what a case owes the outside is delivered at least once, and harms nothing if it is twice."""

from __future__ import annotations

import contextlib
import datetime
import time
from collections import Counter
from collections.abc import Callable, Mapping

from mianzheng.cases.records import Change, Claimed
from mianzheng.errors import LeaseLost, MianzhengError, Rejected, Unavailable
from mianzheng.ports import RecordStore

LEASE = datetime.timedelta(minutes=5)
WAITS = (
    datetime.timedelta(seconds=5),
    datetime.timedelta(minutes=1),
    datetime.timedelta(minutes=5),
    datetime.timedelta(minutes=30),
)
"""Waiting before the next try; after the last one it is an hour, for ever."""
HOURLY = datetime.timedelta(hours=1)
LONGEST = 40.0
"""Seconds after which a run ends, so that other jobs have their turn."""
FORMATS = (1,)
"""Versions of a delivery's data that this code understands."""

Handler = Callable[[Claimed, datetime.datetime], Change | None]
"""Delivers one thing; the change it returns is written together with the acknowledgement.

Raises Unavailable (try again), Rejected (set aside, somebody has to look).
"""


def deliver(
    store: RecordStore,
    handlers: Mapping[str, Handler],
    now: Callable[[], datetime.datetime],
    seconds: Callable[[], float] = time.monotonic,
) -> str:
    """Deliver what is due; returns what was done, in Chinese. One failing delivery holds up no other.

    Goes on while there is something due; what is left after `LONGEST` waits for the next run.
    """
    started, found = seconds(), Counter[str]()
    topics = tuple(handlers)  # without any, what waits goes on waiting: no topics would mean all of them
    while topics and seconds() - started < LONGEST and (claims := store.claim(now(), LEASE, topics=topics)):
        for claimed in claims:
            with contextlib.suppress(LeaseLost):
                found[_delivered(store, claimed, handlers, now())] += 1
    return f"送达 {found['done']} 件，稍后再送 {found['later']} 件，搁置 {found['parked']} 件"


def _delivered(store: RecordStore, claimed: Claimed, handlers: Mapping[str, Handler], now: datetime.datetime) -> str:
    if claimed.delivery.format not in FORMATS:
        store.park(claimed, f"看不懂的格式 {claimed.delivery.format}")
        return "parked"
    try:
        change = handlers[claimed.delivery.topic](claimed, now)
        store.ack(claimed, now, change)
    except LeaseLost:
        raise
    except Rejected as error:
        store.park(claimed, str(error))
        return "parked"
    except MianzhengError as error:
        store.retry(claimed, max(now + waiting(claimed.attempts), _asked(error) or now), str(error))
        return "later"
    return "done"


def _asked(error: MianzhengError) -> datetime.datetime | None:
    """The moment that the other side named, so that nobody knocks before it."""
    return error.again_at if isinstance(error, Unavailable) else None


def waiting(attempts: int) -> datetime.timedelta:
    """How long to wait after so many attempts."""
    return WAITS[attempts - 1] if 0 < attempts <= len(WAITS) else HOURLY
