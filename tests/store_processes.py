"""What other processes do to a store in the tests of races and crashes.

As a program: `python -m tests.store_processes FOLDER` files the same cases again and again, each time into a new file
in a process of its own that is killed (-9) at its n-th SQL statement, n = 1, 2, 3 … until one lives to the end. One
JSON line a run: the file, whether it was killed, and the cases whose receipts it had shown.
"""

from __future__ import annotations

import datetime
import json
import os
import resource
import signal
import sqlite3
import sys
from pathlib import Path

from mianzheng.adapters.sqlite_store import SQLiteRecordStore
from mianzheng.cases import Change, Delivery
from mianzheng.errors import Unavailable, VersionConflict
from tests.filing import HOUR, NOON, full, stepped

CASES = ("c1", "c2")


def act_on_one_case(job: tuple[Path, int]) -> tuple[list[str], int]:
    """Try many steps on c1, half of them from a version that may be stale; names of those won, how many were lost."""
    file, process = job
    store = SQLiteRecordStore(file, wait=datetime.timedelta(seconds=60))
    won, lost = [], 0
    seen = store.get("complaint", "c1")
    for number in range(30):
        if number % 2:
            seen = store.get("complaint", "c1")
        name = f"act-{process}-{number}"
        write = stepped(seen, name)
        try:
            store.commit(Change(writes=(write,), deliveries=(Delivery(id=name, topic="notice", next_at=NOON),)))
        except VersionConflict as conflict:
            seen, lost = conflict.current, lost + 1
        else:
            won.append(name)
    return won, lost


def claim_everything(job: tuple[Path, int]) -> list[str]:
    """Claim and acknowledge until nothing is left; ids in order."""
    store = SQLiteRecordStore(job[0], wait=datetime.timedelta(seconds=60))
    ids = []
    while claimed := store.claim(NOON, HOUR, limit=2):
        for one in claimed:
            store.ack(one, NOON)
            ids.append(one.delivery.id)
    return ids


def draw_numbers(job: tuple[Path, int]) -> list[int]:
    """Numbers of one series, into a file that may not be there yet."""
    store = SQLiteRecordStore(job[0], wait=datetime.timedelta(seconds=60))
    return [store.next_number("complaint") for _ in range(20)]


def fill_the_disk(job: tuple[Path, int]) -> tuple[str, int, int]:
    """File cases until files may not grow any more; what was said, how many were there, and are after it was mended."""
    store = SQLiteRecordStore(job[0])
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, most))
    said = ""
    for number in range(999):
        try:
            store.commit(full(f"c{number}"))
        except Unavailable as error:
            said = str(error)
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    before = len(store.keys())
    store.commit(full("last"))
    return said, before, len(store.keys())


def main(folder: Path) -> None:
    """See the module's head."""
    step, killed = 0, True
    while killed:
        step += 1
        file = folder / f"{step}.sqlite"
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            _file_cases(file, step, writer)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as shown:
            receipts = shown.read().split()
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        print(json.dumps({"file": str(file), "killed": killed, "shown": receipts}))


def _file_cases(file: Path, step: int, receipts: int) -> None:
    statements = 0
    connect = sqlite3.connect

    def count(_: str) -> None:
        nonlocal statements
        statements += 1
        if statements == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def traced(*args: object, **named: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **named)  # type: ignore[call-overload]
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = traced  # type: ignore[assignment]
    store = SQLiteRecordStore(file)
    for id in CASES:
        store.commit(full(id))
        os.write(receipts, f"{id}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
