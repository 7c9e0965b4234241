"""Runs jobs in turn: each at its own pace, one at a time, with a beat that `/readyz` watches."""

from __future__ import annotations

import datetime
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mianzheng.ports import RecordStore

TURN = 1.0
"""Seconds between two looks at what is due."""


@dataclass(frozen=True)
class Job:
    """Something to do every so often; `run` returns what it did, in Chinese."""

    name: str
    every: datetime.timedelta
    run: Callable[[], str]


class Runner:
    """Keeps jobs going until told to stop. A job that fails says so in its beat and comes again at its next turn."""

    def __init__(
        self,
        jobs: Sequence[Job],
        store: RecordStore,
        now: Callable[[], datetime.datetime],
        log: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self.jobs = tuple(jobs)
        self._store, self._now, self._log = store, now, log
        self._stop = threading.Event()
        self._doorbell = threading.Event()
        self._next: dict[str, datetime.datetime] = {}
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = threading.Thread(target=self._loop, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the job in hand and end; waits for at most four seconds."""
        self._stop.set()
        self._doorbell.set()
        if self._thread:
            self._thread.join(4)

    def ring(self) -> None:
        """Something new lies in the outbox: look now."""
        self._next.clear()
        self._doorbell.set()

    def turn(self) -> None:
        """Run every job that is due, once."""
        for job in self.jobs:
            now = self._now()
            if now >= self._next.get(job.name, now):
                self._next[job.name] = now + job.every
                self._run(job)

    def _run(self, job: Job) -> None:
        try:
            report = job.run()
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno}"
            self._log({"job": job.name, "error": type(error).__name__, "place": place})
            return
        self._store.beat(job.name, self._now(), report)

    def _loop(self) -> None:
        while not self._stop.is_set():
            self.turn()
            self._doorbell.wait(TURN)
            self._doorbell.clear()
