"""The review state of the local forge: pull requests, approvals and remarks in one SQLite file."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from mianzheng.errors import RecordNotFound, Unavailable
from mianzheng.model import Record
from mianzheng.ports.forge import Approval

BUSY = 20.0
"""Seconds to wait for another process's write."""

_TABLES = """
CREATE TABLE IF NOT EXISTS pull_requests (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    branch TEXT NOT NULL,
    start TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    labels TEXT NOT NULL,
    reviewers TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'merged', 'closed')),
    head TEXT NOT NULL,
    merged_as TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_open ON pull_requests (branch) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS by_branch ON pull_requests (branch);
CREATE TABLE IF NOT EXISTS approvals (
    number INTEGER NOT NULL REFERENCES pull_requests,
    role TEXT NOT NULL,
    subject TEXT NOT NULL,
    "commit" TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (number, role, subject, "commit")
) STRICT;
CREATE TABLE IF NOT EXISTS remarks (
    number INTEGER NOT NULL REFERENCES pull_requests,
    mark TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (number, mark)
) STRICT, WITHOUT ROWID;
"""


class Review(Record, kw_only=True):
    """A pull request as it is stored. `start`: the main branch when it was opened; `head`: as last written here."""

    number: int = 0
    branch: str
    start: str
    title: str
    body: str
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    state: Literal["open", "merged", "closed"] = "open"
    head: str
    merged_as: str = ""


class Reviews:
    """The file, opened; use within `reading` or `writing`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, review: Review) -> Review:
        """Store a new one; returns it with its number."""
        done = self._connection.execute(
            "INSERT INTO pull_requests (branch, start, title, body, labels, reviewers, head)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(review.branch, review.start, review.title, review.body),
                *(json.dumps(review.labels), json.dumps(review.reviewers), review.head),
            ),
        )
        return self.get(int(done.lastrowid or 0))

    def get(self, number: int) -> Review:
        """Raises RecordNotFound."""
        for review in self._select("number = ?", number):
            return review
        raise RecordNotFound(f"没有 {number} 号合并请求")

    def of_branch(self, branch: str) -> list[Review]:
        """All of a branch, oldest first."""
        return self._select("branch = ?", branch)

    def open(self) -> list[Review]:
        """All open ones, oldest first."""
        return self._select("state = 'open'")

    def _select(self, where: str, *values: object) -> list[Review]:
        rows = self._connection.execute(f"SELECT * FROM pull_requests WHERE {where} ORDER BY number", values)
        names = [column[0] for column in rows.description]
        return [_review(dict(zip(names, row, strict=True))) for row in rows]

    def describe(self, number: int, title: str, body: str) -> None:
        """Write title and text anew."""
        self._connection.execute("UPDATE pull_requests SET title = ?, body = ? WHERE number = ?", (title, body, number))

    def finish(self, number: int, state: str, head: str, merged_as: str = "") -> None:
        """Write how an open one ended."""
        self._connection.execute(
            "UPDATE pull_requests SET state = ?, head = ?, merged_as = ? WHERE number = ? AND state = 'open'",
            (state, head, merged_as, number),
        )

    def remark(self, number: int, mark: str, text: str) -> None:
        """Put a remark in place of the one with the same mark."""
        self._connection.execute(
            "INSERT INTO remarks VALUES (?, ?, ?) ON CONFLICT (number, mark) DO UPDATE SET text = excluded.text",
            (number, mark, text),
        )

    def remarks(self, number: int) -> dict[str, str]:
        """All remarks by their marks."""
        return dict(
            self._connection.execute("SELECT mark, text FROM remarks WHERE number = ? ORDER BY mark", (number,))
        )

    def approve(self, number: int, approval: Approval) -> None:
        """Store a yes; the same one twice counts once."""
        self._connection.execute(
            "INSERT INTO approvals VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (number, approval.role, approval.subject, approval.commit, approval.at.isoformat()),
        )

    def approvals(self, number: int) -> list[Approval]:
        """Every yes, in the order they came."""
        rows = self._connection.execute(
            'SELECT role, subject, "commit", at FROM approvals WHERE number = ? ORDER BY rowid', (number,)
        )
        return [
            Approval(role=role, subject=subject, commit=commit, at=datetime.datetime.fromisoformat(at))
            for role, subject, commit, at in rows
        ]


def _review(row: dict[str, object]) -> Review:
    lists = {name: json.loads(str(row[name])) for name in ("labels", "reviewers")}
    return msgspec.convert(row | lists, Review)


def prepare(file: Path) -> sqlite3.Connection:
    """Make the tables; returns a connection to be kept and not used, so that no other is the last to close.

    Write-ahead: readers never wait; full sync: what was acknowledged outlives a power cut. The last connection that
    closes folds the log into the file, which would cost every single call three flushes of the disk.
    """
    with _connected(file) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_TABLES)
        kept = sqlite3.connect(file, check_same_thread=False)
        kept.execute("SELECT count(*) FROM pull_requests").fetchone()
        return kept


@contextmanager
def reading(file: Path) -> Iterator[Reviews]:
    """The state as it is now. Raises Unavailable."""
    with _connected(file) as connection:
        yield Reviews(connection)


@contextmanager
def writing(file: Path) -> Iterator[Reviews]:
    """One change, whole or not at all; processes take turns. Raises Unavailable."""
    with _connected(file) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield Reviews(connection)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


@contextmanager
def _connected(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(file, timeout=BUSY, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            yield connection
    except sqlite3.OperationalError as error:
        raise Unavailable(f"审核状态 {file.name} 暂时读写不了（{error}），稍后再试") from error


def unique(words: Sequence[str]) -> tuple[str, ...]:
    """Words without repetition, in their order."""
    return tuple(dict.fromkeys(words))
