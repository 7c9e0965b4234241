"""Times and new ids, as every way of running takes them from the machine."""

from __future__ import annotations

import datetime
import secrets
import time
from collections.abc import Callable

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str) -> str:
    """A new id that cannot be guessed: `<prefix>-` and 16 letters (80 bits)."""
    return prefix + "-" + "".join(secrets.choice(_LETTERS) for _ in range(16))


def seconds_at(speed: int = 1) -> Callable[[], float]:
    """Seconds that nobody can set, running faster for a rehearsal."""
    began = time.clock_gettime(time.CLOCK_BOOTTIME)
    return lambda: (time.clock_gettime(time.CLOCK_BOOTTIME) - began) * speed


def real_time() -> datetime.datetime:
    """The present, whatever a rehearsal plays."""
    return datetime.datetime.now(datetime.UTC)


def clock_from(instant: datetime.datetime | None, seconds: Callable[[], float]) -> Callable[[], datetime.datetime]:
    """The present; or a clock that started at `instant` when `seconds` was 0 and goes on with them."""
    if instant is None:
        return real_time
    return lambda: instant + datetime.timedelta(seconds=seconds())
