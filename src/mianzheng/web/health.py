"""Is the process alive, and may it be trusted with work?"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from werkzeug.wrappers import Response

from mianzheng.clock import calendar_warning
from mianzheng.errors import MianzhengError
from mianzheng.model import Record
from mianzheng.web.calls import Call
from mianzheng.web.problems import Problem
from mianzheng.web.routes import Route

DAYS = datetime.timedelta(hours=49)
JOB_TURNS = {
    "proposals": datetime.timedelta(minutes=5),
    "live": datetime.timedelta(minutes=5),
    "forge": datetime.timedelta(minutes=5),
    "outbox": datetime.timedelta(minutes=5),
    "sweep": datetime.timedelta(minutes=5),
    "clock": datetime.timedelta(minutes=5),
    "notices": datetime.timedelta(minutes=5),
    "calendars": datetime.timedelta(minutes=15),
    "statistics": DAYS,
    "integrity": DAYS,
    "objections": DAYS,
    "duties": DAYS,
    "retention": DAYS,
}
"""Job -> how long it may be silent: two turns, and what the jobs beside it may take."""


class Alive(Record, kw_only=True):
    """The process answers."""

    status: str


class Ready(Record, kw_only=True):
    """Everything that requests need is there. `warnings` do not stop anybody yet; `jobs`: when each ran last."""

    status: str
    calendar_until: str
    parked: int
    jobs: dict[str, str]
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
    warnings = list(filter(None, [calendar_warning(years, now)]))
    if parked:
        warnings.append(f"有 {parked} 件送达不了，等人处理")
    found = Ready(
        status="ok",
        calendar_until=f"{max(years, default=0)}-12-31",
        parked=parked,
        jobs={job: at.isoformat(timespec="seconds") for job, (at, _) in beats.items()},
        warnings=(*warnings, *_alarms(beats)),
    )
    return call.answer(found)


def _alarms(beats: Mapping[str, tuple[datetime.datetime, str]]) -> Iterator[str]:
    """What the jobs want somebody to look at: every line of a report but the first."""
    for _, report in beats.values():
        yield from report.splitlines()[1:]


ROUTES = (
    Route("GET", "/healthz", "healthz", "进程是否在运行", "public", alive, answer=Alive),
    Route("GET", "/readyz", "readyz", "是否可以受理", "public", ready, answer=Ready),
)
