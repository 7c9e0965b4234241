"""Where the towns and cases of tests are kept: in memory, or in whatever a test was told to use.

`every_store` (tests/conftest.py) runs a test once for each entry of `MAKERS`; acceptance scenarios use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pytest

from mianzheng.adapters.dynamodb_store import DynamoDBRecordStore
from mianzheng.adapters.memory_store import MemoryRecordStore
from mianzheng.ports import RecordStore
from tests.stand_ins.cloud import Cloud

Maker = Callable[[], RecordStore]
_making: ContextVar[Maker] = ContextVar("making", default=MemoryRecordStore)


def fresh_store() -> RecordStore:
    """A new, empty store of the kind that is in use."""
    return _making.get()()


@contextmanager
def kept_in(maker: Maker) -> Iterator[None]:
    """Within, new towns are kept in what `maker` makes."""
    token = _making.set(maker)
    try:
        yield
    finally:
        _making.reset(token)


def _on_dynamodb(request: pytest.FixtureRequest) -> Maker:
    cloud: Cloud = request.getfixturevalue("cloud")
    return lambda: DynamoDBRecordStore(cloud.table(), cloud.values)


MAKERS: dict[str, Callable[[pytest.FixtureRequest], Maker]] = {
    "memory": lambda request: MemoryRecordStore,
    "dynamodb": _on_dynamodb,
}
"""Name of a store → what makes it for a test. Each DynamoDB store has a table of its own, made as the template says."""

on_every_store = pytest.mark.usefixtures("every_store")
"""Marks what is to hold wherever cases are kept: every acceptance scenario that keeps any."""
