"""Loads for benchmarks: our server and store, and the barest things that do the same work."""

from __future__ import annotations

import datetime
import http.client
import itertools
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waitress import create_server

from mianzheng.adapters.sqlite_store import SQLiteRecordStore
from mianzheng.cases.actors import CITIZEN, Actor
from mianzheng.cases.records import Change, Command, Delivery
from mianzheng.cases.steps import Step, opened, take, written
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.complaints.machines import MACHINE
from mianzheng.local.installation import local_services
from mianzheng.settings import Settings
from mianzheng.web import guards
from mianzheng.web.application import Application
from mianzheng.web.table import ROUTES

CLIENTS = 4
THREADS = 8
QUESTION = "/api/v1/deadlines?profile=yiyuan&rule=complaint.close&from=2026-02-13"


@dataclass(frozen=True)
class Load:
    """How many a second, and how long 99 of 100 take at most (seconds)."""

    rate: float
    p99: float


def reads(folder: Path, seconds: float) -> Load:
    """Our interface answering a question, behind waitress."""
    guards.LIMITS["read"] = (10**9, datetime.timedelta(days=1))
    catalog = load(FolderSource(Path("catalog"))).catalog
    services = local_services(folder / f"reads-{time.monotonic_ns()}", Settings(), lambda: catalog, _now)
    return _requests(Application(ROUTES, services), QUESTION, seconds)


def bare_waitress(folder: Path, seconds: float) -> Load:
    """The same server with an application that says two words."""

    def nothing(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
        return [b"{}"]

    return _requests(nothing, "/", seconds)


def durable_commits(folder: Path, seconds: float) -> Load:
    """New cases with their first event, a delivery and a command, from as many threads as the server has."""
    store = SQLiteRecordStore(folder / f"ours-{time.monotonic_ns()}.sqlite")
    numbers = itertools.count()

    def one() -> None:
        number, now = next(numbers), _now()
        step = Step("register", Actor(role=CITIZEN), now, {"channel": "platform"})
        first = opened(MACHINE, f"c-{number}", step, place="demo-yiyuan", data={"title": "还是让我交证明"})
        after, event, _ = take(MACHINE, first, step)
        store.commit(
            Change(
                writes=(written(None, after, event),),
                deliveries=(Delivery(id=f"d-{number}", topic="mail", next_at=now),),
                command=Command(key=f"k-{number}", fingerprint="f", at=now, result={"id": first.id}),
                unique={f"number:{number}": first.key},
            )
        )

    times: list[float] = []
    _at_once([threading.Thread(target=_pace, args=(one, seconds, times)) for _ in range(THREADS)])
    store.close()
    return _load(times, seconds)


def bare_inserts(folder: Path, seconds: float) -> Load:
    """One row at a time into one table, with the same safety; from one thread, which is the fastest SQLite gets."""
    db = sqlite3.connect(folder / f"bare-{time.monotonic_ns()}.sqlite", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, data TEXT)")
    times: list[float] = []
    _pace(lambda: db.execute("INSERT INTO line (data) VALUES (?)", ("x" * 400,)), seconds, times)
    db.close()
    return _load(times, seconds)


def _requests(application: Any, path: str, seconds: float) -> Load:
    times: list[float] = []
    with _served(application) as port:
        _at_once([threading.Thread(target=_client, args=(port, path, seconds, times)) for _ in range(CLIENTS)])
    return _load(times, seconds)


def _client(port: int, path: str, seconds: float, times: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        started = time.monotonic()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        times.append(time.monotonic() - started)
    connection.close()


@contextmanager
def _served(application: Any) -> Iterator[int]:
    server = create_server(application, host="127.0.0.1", port=0, threads=THREADS)
    thread = threading.Thread(target=_run, args=(server,), daemon=True)
    thread.start()
    yield server.effective_port
    server.task_dispatcher.shutdown()
    server.close()
    thread.join(5)


def _run(server: Any) -> None:
    with suppress(OSError):  # closed from outside, its loop ends by a socket that is gone
        server.run()


def _at_once(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _pace(one: Callable[[], Any], seconds: float, times: list[float]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        started = time.monotonic()
        one()
        times.append(time.monotonic() - started)


def _load(times: list[float], seconds: float) -> Load:
    ordered = sorted(times)
    return Load(len(ordered) / seconds, ordered[int(len(ordered) * 0.99)])


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
