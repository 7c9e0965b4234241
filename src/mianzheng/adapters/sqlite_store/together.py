"""Threads that write at the same time share one transaction and one sync.

SQLite lets one writer in at a time and makes the others look again every few milliseconds. Here they stand in line:
whoever comes first writes for all who wait, each piece of work in a savepoint of its own, and nobody returns before
all of it is on the disk.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from mianzheng.adapters.sqlite_store.connections import Connections

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

MOST = 32
"""Pieces of work in one transaction: the first of them waits for the last."""


class _Ticket:
    """One piece of work, and what became of it."""

    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        self.done, self.error = True, error

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.result


class Together:
    """The line of writers of one process; other processes meet it at the lock of the file."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._turn = threading.Lock()
        self._waiting: list[_Ticket] = []
        """Appended to by any thread, taken from by the one whose turn it is; both are atomic."""

    def write(self, work: Work[T]) -> T:
        """Carry out, return when it is on the disk. `work` is undone alone where it raises; what it raises is raised.

        Raises Unavailable besides: nothing of it was written.
        """
        ticket = _Ticket(work)
        self._waiting.append(ticket)
        with self._turn:
            while not ticket.done:
                self._write_for([self._waiting.pop(0) for _ in range(min(MOST, len(self._waiting)))])
        result: T = ticket.outcome()
        return result

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A turn in the line for writing in a way of one's own."""
        with self._turn:
            yield

    def _write_for(self, tickets: list[_Ticket]) -> None:
        try:
            with self._connections.writing() as connection:
                if len(tickets) == 1:
                    tickets[0].result = tickets[0].work(connection)
                else:
                    for ticket in tickets:
                        _carry_out(connection, ticket)
        except BaseException as error:
            # 一起写的，一起没有写成
            for ticket in tickets:
                ticket.fail(error)
            return
        for ticket in tickets:
            ticket.done = True


def _carry_out(connection: sqlite3.Connection, ticket: _Ticket) -> None:
    connection.execute("SAVEPOINT one")
    try:
        ticket.result = ticket.work(connection)
    except BaseException as error:
        # 磁盘满了之类，SQLite 自己已经撤掉整个事务
        if not connection.in_transaction:
            raise
        connection.execute("ROLLBACK TO one")
        ticket.error = error
    connection.execute("RELEASE one")
