"""The forge's doorbell: whoever rings asks for a look at the forge soon, and says nothing about what is there."""

from __future__ import annotations

import datetime

from mianzheng.ports import RecordStore

_BELL = "bell:forge"
_LASTS = datetime.timedelta(hours=1)


def ring(store: RecordStore, now: datetime.datetime) -> None:
    """Ask for a look. Raises Unavailable."""
    store.renew(_BELL, b"1", now + _LASTS)


def answered(store: RecordStore, now: datetime.datetime) -> bool:
    """Whether somebody rang; who rings after this is heard the next time. Raises Unavailable."""
    rang = store.recall(_BELL, now) is not None
    if rang:
        store.forget(_BELL)
    return rang
