"""What a store writes when it is moved: one JSON line for each thing that lasts, and a last line that seals them.

Any store reads what another one wrote; the same content gives the same bytes.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Iterator

import msgspec

from mianzheng.cases.events import Event
from mianzheng.cases.records import CaseKey, CaseRecord, Claimed, Command, Delivery, Key, Sealed, encoded
from mianzheng.errors import BadArgument
from mianzheng.model import Record


class RecordLine(Record, tag="record", tag_field="line", kw_only=True):
    """A snapshot."""

    record: CaseRecord


class EventLine(Record, tag="event", tag_field="line", kw_only=True):
    """An event."""

    event: Event


class KeyLine(Record, tag="key", tag_field="line", kw_only=True):
    """A case's wrapped data key."""

    key: CaseKey


class SealedLine(Record, tag="sealed", tag_field="line", kw_only=True):
    """A piece of sealed data."""

    sealed: Sealed


class UniqueLine(Record, tag="unique", tag_field="line", kw_only=True):
    """A unique name and the record it points to."""

    name: str
    key: Key


class CommandLine(Record, tag="command", tag_field="line", kw_only=True):
    """A command that was carried out."""

    command: Command


class Posted(Record, tag="delivery", tag_field="line", kw_only=True):
    """A delivery as it lies in the outbox. `free_at`: from when it may be claimed (due, or its lease over)."""

    delivery: Delivery
    free_at: datetime.datetime
    lease: int = 0
    attempts: int = 0
    error: str = ""
    parked: bool = False
    done_at: datetime.datetime | None = None

    @property
    def claimed(self) -> Claimed:
        """As workers see it."""
        return Claimed(delivery=self.delivery, lease=self.lease, attempts=self.attempts, error=self.error)


class CounterLine(Record, tag="counter", tag_field="line", kw_only=True):
    """The last number given of a series."""

    series: str
    last: int


class End(Record, tag="end", tag_field="line", kw_only=True):
    """The last line: how many there were and the digest over all of them."""

    lines: int
    sha256: str


Line = RecordLine | EventLine | KeyLine | SealedLine | UniqueLine | CommandLine | Posted | CounterLine
_decoder = msgspec.json.Decoder(Line | End)


def written(lines: Iterable[Line]) -> Iterator[bytes]:
    """The bytes of a dump, each line without its line break, the sealing line at the end."""
    total, count = hashlib.sha256(), 0
    for line in lines:
        data = encoded(line)
        total.update(data + b"\n")
        count += 1
        yield data
    yield encoded(End(lines=count, sha256=total.hexdigest()))


def read(lines: Iterable[bytes]) -> Iterator[Line]:
    """The content of a dump. Raises BadArgument at the end when lines are missing, changed or left over."""
    total, count = hashlib.sha256(), 0
    end: End | None = None
    for number, data in enumerate(lines, 1):
        if end is not None:
            raise BadArgument(f"导出文件第 {number} 行在结尾行之后，文件被改动过，没有导入。")
        data = data.rstrip(b"\r\n")
        try:
            line = _decoder.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadArgument(f"导出文件第 {number} 行读不懂，没有导入。") from error
        if isinstance(line, End):
            end = line
            continue
        total.update(data + b"\n")
        count += 1
        yield line
    if end is None:
        raise BadArgument("导出文件没有结尾行，是不完整的，没有导入。")
    if (end.lines, end.sha256) != (count, total.hexdigest()):
        raise BadArgument("导出文件的内容与结尾行的校验值不符，没有导入。")


def digest(last: bytes) -> str:
    """The digest that the last line of a dump holds."""
    return msgspec.json.decode(last, type=End).sha256
