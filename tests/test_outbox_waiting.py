"""The outbox waits as long as the other side asks for (F49)."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mianzheng.errors import MianzhengError, RecordNotFound, Unavailable
from mianzheng.jobs.outbox import deliver
from mianzheng.ports import RecordStore

NOW = datetime.datetime(2026, 11, 2, 1, 30, tzinfo=datetime.UTC)


class OneDelivery:
    """As much of a store as a delivery needs; keeps when it is to be tried again."""

    def __init__(self) -> None:
        self.again: list[datetime.datetime] = []

    def claim(self, *arguments: Any, **options: Any) -> list[Any]:
        if self.again:
            return []
        return [SimpleNamespace(delivery=SimpleNamespace(format=1, topic="forge"), attempts=1)]

    def retry(self, claimed: Any, at: datetime.datetime, reason: str) -> None:
        self.again.append(at)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (Unavailable("稍后再试"), 5),
        (Unavailable("一小时后再来", again_at=NOW + datetime.timedelta(hours=1)), 3600),
        (Unavailable("马上可以", again_at=NOW - datetime.timedelta(hours=1)), 5),
        (RecordNotFound("没有"), 5),
    ],
)
def test_f49_a_delivery_waits_as_told_and_never_less_than_its_own_pace(error: MianzhengError, seconds: int) -> None:
    store = OneDelivery()

    def handler(*arguments: Any) -> None:
        raise error

    assert "稍后再送 1 件" in deliver(cast(RecordStore, store), {"forge": handler}, lambda: NOW)
    assert store.again == [NOW + datetime.timedelta(seconds=seconds)]


def test_where_nothing_can_be_delivered_nothing_is_claimed() -> None:
    store = OneDelivery()
    assert deliver(cast(RecordStore, store), {}, lambda: NOW) == "送达 0 件，稍后再送 0 件，搁置 0 件"
    assert store.again == []
