"""Calls to DynamoDB: what is worth another try is tried again, what is not comes back as an error of ours."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from mianzheng.errors import BadArgument, Unavailable

T = TypeVar("T")
Item = dict[str, Any]

TRIES = 12
"""How often a write that met another one is tried; the waits between add up to some three seconds."""
MOST = 100
"""Items that one transaction may hold."""
_PASSING = {
    "TransactionConflict", "TransactionConflictException", "TransactionInProgressException", "ThrottlingError",
    "ThrottlingException", "ProvisionedThroughputExceeded", "ProvisionedThroughputExceededException",
    "RequestLimitExceeded", "InternalServerError", "ServiceUnavailable",
}  # fmt: skip


class ConditionFailed(Exception):
    """One or more conditions did not hold; nothing was written.

    `failed` maps the position of each such item in the transaction to what lies there (None: nothing).
    """

    def __init__(self, failed: Mapping[int, Item | None]) -> None:
        super().__init__("condition failed")
        self.failed = failed


class Table:
    """One table. `client` is a low-level client that takes and gives plain Python values (`resource.meta.client`)."""

    def __init__(self, name: str, client: Callable[[], Any], sleep: Callable[[float], None] = time.sleep) -> None:
        self.name = name
        self._connect = client
        self._sleep = sleep

    @cached_property
    def client(self) -> Any:
        """Made at the first call: importing boto3 costs a quarter of a second."""
        return self._connect()

    def get(self, pk: str, sk: str = "-") -> Item | None:
        """An item, read consistently."""
        found = self._call("get_item", Key={"pk": pk, "sk": sk}, ConsistentRead=True).get("Item")
        return None if found is None else dict(found)

    def query(self, *, start: int = 0, **wish: Any) -> Iterator[Item]:
        """All items of a query, page by page; `start` is how many the caller expects to need."""
        if start:
            wish["Limit"] = start
        yield from self._pages("query", wish)

    def scan(self, **wish: Any) -> Iterator[Item]:
        """All items, read consistently, in no order."""
        yield from self._pages("scan", {"ConsistentRead": True, **wish})

    def update(self, pk: str, sk: str = "-", **wish: Any) -> Item:
        """Change one item; returns it as it is then. Raises ConditionFailed."""
        answer = self._call("update_item", Key={"pk": pk, "sk": sk}, ReturnValues="ALL_NEW", **wish)
        return dict(answer["Attributes"])

    def put(self, item: Item, **wish: Any) -> None:
        """Write one item. Raises ConditionFailed."""
        self._call("put_item", Item=item, **wish)

    def delete(self, pk: str, sk: str = "-") -> None:
        """Take one item away, if it is there."""
        self._call("delete_item", Key={"pk": pk, "sk": sk})

    def transact(self, items: Sequence[Item]) -> None:
        """Write all or nothing. Raises ConditionFailed; BadArgument for what is too much for one step."""
        if len(items) > MOST:
            raise BadArgument("一次提交的内容太多，没有保存；请分几次提交。")
        self._call("transact_write_items", named=False, TransactItems=[self._of_table(item) for item in items])

    def _of_table(self, item: Item) -> Item:
        ((kind, wish),) = item.items()
        if "ConditionExpression" in wish:
            wish = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD", **wish}
        return {kind: {"TableName": self.name, **wish}}

    def _pages(self, operation: str, wish: dict[str, Any]) -> Iterator[Item]:
        while True:
            answer = self._call(operation, **wish)
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            wish = {**wish, "ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _call(self, operation: str, *, named: bool = True, **wish: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        if named:
            wish["TableName"] = self.name
        for attempt in range(TRIES):
            try:
                return getattr(self.client, operation)(**wish)
            except ClientError as error:
                if not passing(error.response):
                    raise told(error.response) from error
                # F30：撞上了别人的事务，等一会儿（带随机）再来；条件不成立则从不重试
                self._sleep(random.uniform(0, min(0.5, 0.02 * 2**attempt)))
            except BotoCoreError as error:
                raise Unavailable("数据库连不上，请稍后再试。") from error
        raise Unavailable("数据库忙，请稍后再试。")


def passing(response: Mapping[str, Any]) -> bool:
    """Whether an error answer is one that goes by itself."""
    codes = {reason.get("Code") for reason in response.get("CancellationReasons", ())}
    return response["Error"]["Code"] in _PASSING or bool(codes & _PASSING)


def told(response: Mapping[str, Any]) -> Exception:
    """Our error for an error answer that does not go by itself."""
    code, reasons = response["Error"]["Code"], response.get("CancellationReasons", ())
    failed = {n: _plain(r.get("Item")) for n, r in enumerate(reasons) if r.get("Code") == "ConditionalCheckFailed"}
    if failed:
        return ConditionFailed(failed)
    if code == "ConditionalCheckFailedException":
        return ConditionFailed({0: _plain(response.get("Item"))})
    if code == "ValidationException" or any(reason.get("Code") == "ValidationError" for reason in reasons):
        return BadArgument("内容太长，没有保存；请缩短以后再提交。")
    return Unavailable(f"数据库没有办成（{code}），请稍后再试。")


def _plain(item: Mapping[str, Any] | None) -> Item | None:
    from boto3.dynamodb.types import TypeDeserializer

    if not item:
        return None
    read = TypeDeserializer().deserialize
    return {name: read(value) for name, value in item.items()}
