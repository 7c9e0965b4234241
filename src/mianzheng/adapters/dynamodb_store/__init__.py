"""A `RecordStore` in one DynamoDB table: what the cloud functions run on.

A commit is one `TransactWriteItems` with a condition on each item. Indexes are hints that may lag: every decision is
made by a condition or on a consistent read.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from mianzheng.adapters import dump_lines, refusals
from mianzheng.adapters.dynamodb_store import commits, items, lists, moving, outbox, short_lived
from mianzheng.adapters.dynamodb_store.calls import ConditionFailed, Table
from mianzheng.adapters.instants import instant_text
from mianzheng.cases.events import Event
from mianzheng.cases.records import CaseRecord, Change, Claimed, Command, Committed, Key, Page, Worklist
from mianzheng.cases.soundness import require_sound
from mianzheng.ports import RecordStore

__all__ = ["DynamoDBRecordStore", "connected"]

INDEXES = {"worklist", "due", "outbox"}


def connected() -> Any:
    """A client that speaks plain Python values, with time limits far below those of a request."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    return boto3.resource("dynamodb", config=config).meta.client


class DynamoDBRecordStore(RecordStore):
    """See the port. Threads and processes may share a table."""

    def __init__(self, table: str, client: Callable[[], Any] = connected) -> None:
        self._table = Table(table, client)
        self._known = lists.KindsAndStates(self._table)

    def commit(self, change: Change) -> Committed:
        require_sound(change)
        self._known.note([write.record for write in change.writes])
        return commits.commit(self._table, change)

    def command(self, key: str) -> Command | None:
        item = self._table.get(f"CMD#{key}")
        return items.command_in(item) if item else None

    def get(self, kind: str, id: str) -> CaseRecord:
        item = self._table.get(items.case(f"{kind}/{id}"), "SNAP")
        if item is None:
            raise refusals.not_found()
        return items.record_in(item)

    def find(self, name: str) -> Key | None:
        item = self._table.get(f"UNIQ#{name}")
        return Key.named(item["record"]) if item else None

    def events(self, kind: str, id: str, after: int = 0) -> Sequence[Event]:
        found = self._table.query(
            KeyConditionExpression="pk = :case AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":case": items.case(f"{kind}/{id}"),
                ":first": items.event_key(max(after, 0) + 1),
                ":last": f"EV#{items.LAST}",
            },
            ConsistentRead=True,
        )
        return [msgspec.json.decode(item["data"], type=Event) for item in found]

    def sealed(self, kind: str, id: str, name: str) -> tuple[bytes, bytes] | None:
        place = items.person(f"{kind}/{id}")
        data = self._table.get(place, f"DATA#{name}")
        key = self._table.get(place, "KEY")
        return (items.raw(key["wrapped"]), items.raw(data["sealed"])) if key and data else None

    def worklist(self, query: Worklist, after: str = "", limit: int = 50) -> Page:
        return lists.worklist(self._table, self._known, query, after, limit)

    def due(self, until: datetime.datetime, limit: int = 100) -> Sequence[Key]:
        return lists.due(self._table, until, limit)

    def keys(self, kind: str = "", after: str = "", limit: int = 500) -> Sequence[Key]:
        return lists.keys(self._table, self._known, kind, after, limit)

    def claim(
        self, now: datetime.datetime, lease: datetime.timedelta, limit: int = 20, topics: Sequence[str] = ()
    ) -> Sequence[Claimed]:
        return list(outbox.claim(self._table, now, now + lease, limit, topics))

    def ack(self, claimed: Claimed, now: datetime.datetime, change: Change | None = None) -> Committed | None:
        done = outbox.finishing(claimed, now)
        if change is None:
            self._step(done)
            return None
        require_sound(change)
        self._known.note([write.record for write in change.writes])
        committed = commits.commit(self._table, change, (done,))
        if committed.replayed:
            self._step(done)
        return committed

    def retry(self, claimed: Claimed, at: datetime.datetime, error: str) -> None:
        self._step(outbox.retrying(claimed, at, error))

    def park(self, claimed: Claimed, error: str) -> None:
        self._step(outbox.parking(claimed, error))

    def _step(self, part: commits.Part) -> None:
        try:
            self._table.transact([part.wish])
        except ConditionFailed as error:
            raise part.refusal(error.failed[0]) from None

    def parked(self) -> Sequence[Claimed]:
        return [posted.claimed for posted in outbox.parked(self._table)]

    def unpark(self, delivery_id: str, at: datetime.datetime) -> None:
        outbox.unpark(self._table, delivery_id, at)

    def pending(self) -> tuple[int, datetime.datetime | None]:
        return outbox.pending(self._table)

    def next_number(self, series: str) -> int:
        return short_lived.next_number(self._table, series)

    def take(self, bucket: str, limit: int, window: datetime.timedelta, now: datetime.datetime) -> bool:
        return short_lived.take(self._table, bucket, limit, window, now)

    def remember(self, key: str, value: bytes, until: datetime.datetime, now: datetime.datetime) -> bool:
        return short_lived.remember(self._table, key, value, until, now)

    def renew(self, key: str, value: bytes, until: datetime.datetime) -> None:
        short_lived.renew(self._table, key, value, until)

    def recall(self, key: str, now: datetime.datetime) -> bytes | None:
        return short_lived.recall(self._table, key, now)

    def forget(self, key: str) -> None:
        self._table.delete(f"ONCE#{key}")

    def beat(self, job: str, at: datetime.datetime, report: str) -> None:
        self._table.put({"pk": "BEATS", "sk": job, "beat_at": instant_text(at), "report": report})

    def beats(self) -> dict[str, tuple[datetime.datetime, str]]:
        return short_lived.beats(self._table)

    def dump(self) -> Iterator[bytes]:
        yield from dump_lines.written(moving.lines(self._table))

    def load(self, lines: Iterator[bytes]) -> int:
        return moving.load(self._table, self._known, list(dump_lines.read(lines)))

    def check(self) -> list[str]:
        found = self._table.client.describe_table(TableName=self._table.name)["Table"]
        ready = {index["IndexName"] for index in found.get("GlobalSecondaryIndexes", ())}
        faults = [f"数据表缺少索引 {name}，请按模板重新部署。" for name in sorted(INDEXES - ready)]
        return faults if found["TableStatus"] == "ACTIVE" else [*faults, f"数据表的状态是 {found['TableStatus']}。"]
