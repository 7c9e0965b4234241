"""Runs jobs in turn: each at its own pace, one at a time, with a beat that `/readyz` watches."""

from __future__ import annotations

import datetime
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mianzheng.clock import SHANGHAI
from mianzheng.jobs.reports import Log
from mianzheng.ports import RecordStore

TURN = 1.0
"""Seconds between two looks at what is due."""
DAY = datetime.timedelta(days=1)
SOON = datetime.timedelta(hours=1)
"""After a failure a daily job does not wait for the next day."""


@dataclass(frozen=True)
class Job:
    """Something to do every so often, or every day at a Shanghai time; `run` returns its report (jobs/reports.py)."""

    name: str
    every: datetime.timedelta
    run: Callable[[], str]
    at: datetime.time | None = None

    def next_after(self, ran: datetime.datetime) -> datetime.datetime:
        """When it is due again after it ran. A daily job that slept through its time is due at once."""
        if self.at is None:
            return ran + self.every
        local = ran.astimezone(SHANGHAI)
        today = datetime.datetime.combine(local.date(), self.at, SHANGHAI)
        return today if today > local else today + DAY


class Runner:
    """Keeps jobs going until told to stop. A job that fails says so in the log and comes again at its next turn."""

    def __init__(
        self,
        jobs: Sequence[Job],
        store: RecordStore,
        now: Callable[[], datetime.datetime],
        log: Log,
    ) -> None:
        self.jobs = tuple(jobs)
        self._store, self._now, self._log = store, now, log
        self._stop = threading.Event()
        beats = store.beats()
        self._next = {job.name: job.next_after(beats[job.name][0]) for job in jobs if job.at and job.name in beats}
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = threading.Thread(target=self._loop, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the job in hand and end; waits for at most four seconds."""
        self._stop.set()
        if self._thread:
            self._thread.join(4)

    def turn(self) -> list[str]:
        """Run every job that is due, once; the names of those that failed."""
        failed = []
        for job in self.jobs:
            now = self._now()
            if now >= self._next.get(job.name, now) and not self._stop.is_set():
                done = self._run(job)
                self._next[job.name] = job.next_after(now) if done else now + min(job.every, SOON)
                failed += [] if done else [job.name]
        return failed

    def _run(self, job: Job) -> bool:
        try:
            self._store.beat(job.name, self._now(), job.run())
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno}"
            self._log({"job": job.name, "error": type(error).__name__, "place": place})
            return False
        return True

    def _loop(self) -> None:
        while not self._stop.is_set():
            self.turn()
            self._stop.wait(TURN)
