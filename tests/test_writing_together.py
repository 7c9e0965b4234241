"""Threads that write at once: one transaction for those who waited, each undone alone, nobody told too early."""

from __future__ import annotations

import datetime
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mianzheng.adapters.sqlite_store.connections import Connections
from mianzheng.adapters.sqlite_store.together import MOST, Together, Work
from mianzheng.errors import AlreadyExists, Unavailable


@pytest.fixture
def connections(tmp_path: Path) -> Iterator[Connections]:
    connections = Connections(tmp_path / "cases.sqlite", datetime.timedelta(seconds=5))
    yield connections
    connections.close()


class Crowd:
    """Threads that all stand in the line before the first of them gets its turn."""

    def __init__(self, connections: Connections) -> None:
        self.connections = connections
        self.together = Together(connections)
        self.transactions: list[str] = []
        self.errors: dict[int, BaseException] = {}

    def write(self, *works: Work[object]) -> None:
        with self.connections.reading() as connection:
            connection.set_trace_callback(lambda sql: self.transactions.append(sql))
        threads = [threading.Thread(target=self._one, args=(i, work)) for i, work in enumerate(works)]
        with self.together.alone():
            for thread in threads:
                thread.start()
            while len(self.together._waiting) < len(works):
                threading.Event().wait(0.001)
        for thread in threads:
            thread.join()

    def _one(self, number: int, work: Work[object]) -> None:
        try:
            self.together.write(work)
        except BaseException as error:
            self.errors[number] = error

    def commits(self) -> int:
        return self.transactions.count("COMMIT")

    def counted(self) -> list[str]:
        with self.connections.reading() as connection:
            return [series for (series,) in connection.execute("SELECT series FROM counter ORDER BY series")]


@pytest.fixture
def crowd(connections: Connections) -> Crowd:
    return Crowd(connections)


def counts(series: str) -> Work[object]:
    return lambda c: c.execute("INSERT INTO counter VALUES (?, 1)", (series,))


def refused(series: str, error: Exception) -> Work[object]:
    def work(c: sqlite3.Connection) -> None:
        counts(series)(c)
        raise error

    return work


def test_those_who_wait_share_one_sync(crowd: Crowd) -> None:
    crowd.write(*(counts(f"s{i}") for i in range(5)))
    assert crowd.counted() == [f"s{i}" for i in range(5)]
    assert crowd.commits() == 1


def test_a_long_line_goes_in_several_transactions(crowd: Crowd) -> None:
    crowd.write(*(counts(f"s{i:02}") for i in range(MOST + 3)))
    assert len(crowd.counted()) == MOST + 3
    assert crowd.commits() == 2


def test_one_refused_is_undone_alone(crowd: Crowd) -> None:
    error = AlreadyExists("已有")
    crowd.write(counts("a"), refused("b", error), counts("c"))
    assert crowd.counted() == ["a", "c"]
    assert list(crowd.errors.values()) == [error]


@pytest.mark.parametrize("others", [0, 2])
def test_when_the_disk_gives_up_nobody_is_told_it_was_written(crowd: Crowd, others: int) -> None:
    def full(c: sqlite3.Connection) -> None:
        c.execute("ROLLBACK")  # SQLite 遇到磁盘满时自己也这样做
        raise Unavailable("磁盘满了。")

    crowd.write(counts("a"), full, *(counts(f"more{i}") for i in range(others)))
    assert crowd.counted() == []
    assert len(crowd.errors) == 2 + others
    assert all(isinstance(error, Unavailable) for error in crowd.errors.values())


def test_the_line_goes_on_after_a_failure(crowd: Crowd) -> None:
    crowd.write(refused("a", AlreadyExists("已有")))
    crowd.write(counts("b"))
    assert crowd.counted() == ["b"]


def test_a_result_comes_back_to_the_one_who_asked(crowd: Crowd) -> None:
    got: dict[int, object] = {}

    def asks(number: int) -> Callable[[], None]:
        def ask() -> None:
            got[number] = crowd.together.write(lambda c: c.execute("SELECT ?", (number,)).fetchone()[0])

        return ask

    threads = [threading.Thread(target=asks(i)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {i: i for i in range(20)}
