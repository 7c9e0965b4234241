"""Another master key for all cases of a dump: their data keys are wrapped anew, everything else stays as it is.

So cases move between a machine and AWS, and a master key that is no longer trusted goes out of use. What is sealed
(words, names, pictures) is not touched: it is sealed with the data keys, and those stay the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from mianzheng.adapters.dump_lines import KeyLine, Line
from mianzheng.adapters.kms_keys import KMSKeyStore
from mianzheng.adapters.local_keys import LocalKeyStore
from mianzheng.errors import Rejected


class MasterKey(Protocol):
    """What wraps data keys. Plain ones are seen by nobody but another master key."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """The data key. Raises Unavailable, Rejected when another master key wrapped it."""

    def wrap(self, data_key: bytes) -> bytes:
        """A data key, wrapped. Raises Unavailable."""


def master_key(name: str) -> MasterKey:
    """The key of an ARN (KMS), or those of a key file, of which the last one wraps. Raises Unavailable, Rejected."""
    return KMSKeyStore(name) if name.startswith("arn:") else LocalKeyStore(Path(name))


def rewrapped(lines: Iterable[Line], source: MasterKey, target: MasterKey) -> Iterator[Line]:
    """The lines with data keys under the other master key. Raises Unavailable; Rejected for a key that does not fit, or
    that did not come out of its new wrapping as it went in."""
    for line in lines:
        if isinstance(line, KeyLine):
            data_key = source.unwrap(line.key.wrapped)
            wrapped = target.wrap(data_key)
            if target.unwrap(wrapped) != data_key:
                raise Rejected(f"{line.key.key.name} 的数据密钥改包以后打不开，没有写完。")
            line = msgspec.structs.replace(line, key=msgspec.structs.replace(line.key, wrapped=wrapped))
        yield line
