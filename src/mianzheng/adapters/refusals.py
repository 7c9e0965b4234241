"""What every record store says when it refuses, so that all of them say the same."""

from __future__ import annotations

from mianzheng.errors import AlreadyExists, LeaseLost, RecordNotFound


def not_found() -> RecordNotFound:
    """No such record."""
    return RecordNotFound("没有这条记录。")


def not_parked() -> RecordNotFound:
    """No such delivery among the parked ones."""
    return RecordNotFound("搁置的待办里没有这一件。")


def taken() -> AlreadyExists:
    """A record, unique name or delivery of this name is there."""
    return AlreadyExists("这个编号或名称已经有了，没有改动。")


def lease_lost() -> LeaseLost:
    """Another worker has, or had, the delivery."""
    return LeaseLost("这件待办已由别的进程接手或办完，本次结果作废。")


def not_empty() -> AlreadyExists:
    """A dump goes into an empty store only."""
    return AlreadyExists("数据库里已有数据，没有导入；请导入到空的数据库。")


def no_key(name: str) -> ValueError:
    """Sealed data without the key it is sealed with."""
    return ValueError(f"{name}: sealed data needs the case's key")


def has_key(name: str) -> ValueError:
    """A second key would make what is sealed under the first one unreadable."""
    return ValueError(f"{name}: the case has a key already")
