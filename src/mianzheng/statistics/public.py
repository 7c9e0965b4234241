"""Public figures: no published number, and no difference of two, tells of fewer than five (A28, OQ-58).

The grid of months and columns is cut into blocks once; every number is the sum of a block, every total a sum of whole
blocks, so nothing finer can be computed. Small columns of a period are merged, with the next larger one where that is
still too few; months with too few wait for the following ones. Only months that are over are published, and what was
published once is never cut anew.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mianzheng.model import Record
from mianzheng.statistics.facts import Fact, months_before

LEAST = 5
PATIENCE = 12
"""Months that conclusions wait at most until on time and late can be told apart."""
ON_TIME, LATE, NO_LIMIT = "on_time", "late", "no_limit"
DEFINITIONS = (
    "件数按登记的月份和反映的问题统计；同一件事从几个渠道来的，只算一件。",
    "办结按办结的月份统计；按时是指在规定的办理期限里办结，没有规定期限的单列；超期的不足5件时，等几个月一起公布。",
    "不足5件的合并统计：几种情形合在一起，或者和后面的月份合在一起。合并以后不再拆开。",
    "只公布已经过完的月份；公布以后又有变动的，不改以前的数字。",
)


class Block(Record, kw_only=True):
    """One published number: what was counted in some columns from a first to a last month."""

    first: str
    last: str
    columns: tuple[str, ...]
    count: int


class PublicFigures(Record, kw_only=True):
    """A place's figures: received by ground, concluded by whether on time; `chain_head` lets others check them later.

    `until` is the last month that is over; months after the last block wait for more cases.
    """

    place: str
    until: str
    received: tuple[Block, ...]
    concluded: tuple[Block, ...]
    chain_head: str
    least: int = LEAST
    definitions: tuple[str, ...] = DEFINITIONS


def public_figures(
    place: str,
    known: Iterable[Fact],
    grounds: Sequence[str],
    now: datetime.datetime,
    *,
    since: str,
    chain_head: str,
    earlier: PublicFigures | None = None,
) -> PublicFigures:
    """The figures of a place from the month `since` on; what `earlier` published stands as it was."""
    cases = [fact for fact in known if fact.is_case]
    months = months_before(since, now)
    received = Counter((fact.month, fact.ground) for fact in cases)
    concluded = Counter((fact.closed, _timing(fact)) for fact in cases if fact.closed)
    columns = list(dict.fromkeys([*grounds, *sorted(fact.ground for fact in cases)]))
    return PublicFigures(
        place=place,
        until=months[-1] if months else "",
        received=blocks(received, months, columns, earlier.received if earlier else ()),
        concluded=blocks(concluded, months, (ON_TIME, LATE, NO_LIMIT), earlier.concluded if earlier else (), PATIENCE),
        chain_head=chain_head,
    )


def blocks(
    cells: Mapping[tuple[str, str], int],
    months: Sequence[str],
    columns: Sequence[str],
    published: Sequence[Block] = (),
    patience: int = 1,
) -> tuple[Block, ...]:
    """The grid of (month, column) → count cut into blocks of nobody or at least five.

    So many months wait rather than that columns with somebody in them are merged.
    """
    done = max((block.last for block in published), default="")
    found, waiting = list(published), list[str]()
    for month in months:
        if month <= done:
            continue
        waiting.append(month)
        sums = {column: sum(cells.get((m, column), 0) for m in waiting) for column in columns}
        if sum(sums.values()) < LEAST:
            continue
        groups = {names: sum(sums[name] for name in names) for names in _cut(sums)}
        if len(waiting) < patience and any(len(names) > 1 and count for names, count in groups.items()):
            continue
        found += [Block(first=waiting[0], last=month, columns=names, count=n) for names, n in groups.items()]
        waiting.clear()
    return tuple(found)


def _cut(sums: Mapping[str, int]) -> list[tuple[str, ...]]:
    """Columns that stand alone, and the small ones together; where they are too few, the smallest other joins them."""
    alone = sorted((name for name in sums if sums[name] >= LEAST), key=lambda name: sums[name])
    small = [name for name in sums if sums[name] < LEAST]
    if 0 < sum(sums[name] for name in small) < LEAST:
        small.append(alone.pop(0))
    groups: list[tuple[str, ...]] = [(name,) for name in sums if name in alone]
    return [*groups, tuple(name for name in sums if name in small)] if small else groups


def _timing(fact: Fact) -> str:
    if fact.late is None:
        return NO_LIMIT
    return LATE if fact.late else ON_TIME
