"""Is the process alive, and may it be trusted with work?"""

from __future__ import annotations

import datetime

from werkzeug.wrappers import Response

from mianzheng.clock import day_of
from mianzheng.errors import MianzhengError
from mianzheng.model import Record
from mianzheng.web.calls import Call
from mianzheng.web.problems import Problem
from mianzheng.web.routes import Route

JOB_TURNS = {"outbox": datetime.timedelta(minutes=2), "clocks": datetime.timedelta(minutes=5)}
"""Job -> how long it may be silent: two turns."""


class Alive(Record, kw_only=True):
    """The process answers."""

    status: str


class Ready(Record, kw_only=True):
    """Everything that requests need is there. `warnings` do not stop anybody yet."""

    status: str
    calendar_until: str
    parked: int
    warnings: tuple[str, ...] = ()


def alive(call: Call) -> Response:
    """`GET /healthz`."""
    return call.answer(Alive(status="ok"))


def ready(call: Call) -> Response:
    """`GET /readyz`: store, calendar, jobs, parked deliveries. Raises Problem `unavailable` naming what is missing."""
    services = call.services
    try:
        services.store.next_number("readiness")  # a durable write, as every case needs it
        beats = services.store.beats()
        parked = len(services.store.parked())
        years = list(services.catalog().calendars)
    except MianzhengError as error:
        raise Problem("unavailable", str(error), headers={"Retry-After": "30"}) from error
    faults = []
    now = services.now()
    for job, silence in JOB_TURNS.items():
        if job in beats and now - beats[job][0] > silence:
            faults.append(f"后台任务“{job}”停了")
    if faults:
        raise Problem("unavailable", "；".join(faults), headers={"Retry-After": "30"})
    until = max(years, default=0)
    warnings = [f"{until + 1} 年的放假安排还没有登记"] if day_of(now) >= f"{until}-11-15" else []
    if parked:
        warnings.append(f"有 {parked} 件送达不了，等人处理")
    return call.answer(Ready(status="ok", calendar_until=f"{until}-12-31", parked=parked, warnings=tuple(warnings)))


ROUTES = (
    Route("GET", "/healthz", "healthz", "进程是否在运行", "public", alive, answer=Alive),
    Route("GET", "/readyz", "readyz", "是否可以受理", "public", ready, answer=Ready),
)
