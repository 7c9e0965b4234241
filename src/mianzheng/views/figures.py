"""The page of figures: what the lists hold, and what was complained about, as bars that stand beside their tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mianzheng.model import Catalog, Place
from mianzheng.statistics.facts import NO_GROUND
from mianzheng.statistics.public import LATE, NO_LIMIT, ON_TIME, Block, PublicFigures
from mianzheng.views.atlas import Atlas
from mianzheng.views.live import Live
from mianzheng.views.rendering import render, zh_date

TIMINGS = {ON_TIME: "按时办结", LATE: "超期办结", NO_LIMIT: "文件没有写期限的"}
PERIODS = 12
"""How many periods are drawn; the table holds all of them."""


@dataclass(frozen=True)
class Bar:
    """A number as a bar: its length in percent of the longest one beside it."""

    label: str
    count: int
    length: float


@dataclass(frozen=True)
class Row:
    """A number in the table."""

    period: str
    what: str
    count: int


@dataclass(frozen=True)
class PlaceFigures:
    """What is published about a place. Empty bars: nothing is published yet."""

    place: Place
    received: Sequence[Bar]
    latest: str
    grounds: Sequence[Bar]
    latest_concluded: str
    concluded: Sequence[Bar]
    share: str
    rows: Sequence[Row]
    waiting: str
    definitions: Sequence[str]
    chain_head: str


def statistics_page(atlas: Atlas, live: Live, root: str) -> str:
    """How many items of each answer each place has; what was complained about, when the live side has figures."""
    answers = [a for a in atlas.catalog.vocabularies.answers.values() if a.code != "unknown"]
    table = []
    for home in atlas.catalog.places.values():
        counts = Counter(e.answer for e in atlas.by_place[home.place.id])
        table.append((home.place, [counts[a.code] for a in answers], sum(counts.values())))
    figures = list(_figures(atlas.catalog, live.statistics.places))
    return render(
        "pages/statistics.html",
        root=root,
        day=atlas.day,
        words=[a.word for a in answers],
        rows=table,
        figures=figures,
        silent=[one for one in figures if not one.received],
        counted_on=live.statistics.as_of,
    )


def _figures(catalog: Catalog, published: Iterable[PublicFigures]) -> Iterable[PlaceFigures]:
    labels = _labels(catalog)
    for figures in published:
        home = catalog.places.get(figures.place)
        if home is None:
            continue
        latest, latest_concluded = _latest(figures.received), _latest(figures.concluded)
        yield PlaceFigures(
            place=home.place,
            received=bars(_totals(figures.received)[-PERIODS:]),
            latest=period(*latest) if latest else "",
            grounds=bars(_parts(figures.received, latest, labels)),
            latest_concluded=period(*latest_concluded) if latest_concluded else "",
            concluded=bars(_parts(figures.concluded, latest_concluded, TIMINGS)),
            share=on_time(figures.concluded),
            rows=[*_rows(figures.received, labels), *_rows(figures.concluded, TIMINGS)],
            waiting=_waiting(figures),
            definitions=figures.definitions,
            chain_head=figures.chain_head,
        )


def bars(numbers: Sequence[tuple[str, int]]) -> list[Bar]:
    """Numbers as bars; all are of no length when there is nothing to compare with."""
    longest = max((count for _, count in numbers), default=0) or 1
    return [Bar(label, count, round(100 * count / longest, 1)) for label, count in numbers]


def period(first: str, last: str) -> str:
    """2026年7月, 2026年7月至9月, 2026年12月至2027年1月."""
    if first == last:
        return zh_date(first)
    end = zh_date(last) if first[:4] != last[:4] else f"{int(last[5:])}月"
    return f"{zh_date(first)}至{end}"


def on_time(concluded: Sequence[Block]) -> str:
    """The part concluded on time, from published numbers only; a lower bound where small groups were merged.

    Empty when nothing can be told, or no more than that it is half of them.
    """
    sure = sum(block.count for block in concluded if block.columns == (ON_TIME,))
    perhaps_late = sum(block.count for block in concluded if LATE in block.columns)
    if sure <= perhaps_late:
        return ""
    merged = any(block.count and len(block.columns) > 1 and {ON_TIME, LATE} & set(block.columns) for block in concluded)
    percent = 100 * sure // (sure + perhaps_late)
    return f"有期限的里面，按时办结的{'至少' if merged else ''}占 {percent}%。"


def _labels(catalog: Catalog) -> Mapping[str, str]:
    reasons = catalog.vocabularies.reasons
    known = (*reasons.complaint_grounds, *reasons.rebound_tags) if reasons else ()
    return {NO_GROUND: "没有分类的", **{entry.code: entry.label for entry in known}}


def _said(columns: Iterable[str], labels: Mapping[str, str]) -> str:
    return "；".join(labels.get(column, column) for column in columns)


def _latest(blocks: Sequence[Block]) -> tuple[str, str] | None:
    return max(((block.first, block.last) for block in blocks), default=None)


def _totals(blocks: Sequence[Block]) -> list[tuple[str, int]]:
    sums: Counter[tuple[str, str]] = Counter()
    for block in blocks:
        sums[block.first, block.last] += block.count
    return [(period(*when), sums[when]) for when in sorted(sums)]


def _parts(blocks: Sequence[Block], when: tuple[str, str] | None, labels: Mapping[str, str]) -> list[tuple[str, int]]:
    """The groups of one period, the largest first; groups of nobody are left to the table."""
    chosen = [block for block in blocks if (block.first, block.last) == when and block.count]
    chosen.sort(key=lambda block: -block.count)
    return [(_said(block.columns, labels), block.count) for block in chosen]


def _rows(blocks: Sequence[Block], labels: Mapping[str, str]) -> list[Row]:
    newest = sorted(blocks, key=lambda block: block.first, reverse=True)
    return [Row(period(block.first, block.last), _said(block.columns, labels), block.count) for block in newest]


def _waiting(figures: PublicFigures) -> str:
    """Which months are over and not published yet."""
    latest = _latest(figures.received)
    if not figures.until or (latest and latest[1] >= figures.until):
        return ""
    since = f"{zh_date(latest[1])}以后" if latest else f"到{zh_date(figures.until)}为止"
    return f"{since}的件数还不到 {figures.least} 件，和后面的月份合在一起再公布。"
