"""Internal figures by unit: for the bulletin among receivers and the office, never for the public (OQ-58, CMP-12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from mianzheng.model import Profile, Record
from mianzheng.statistics.facts import Fact, quarter_of

HOTLINE = "hotline_12345"


class UnitRow(Record, kw_only=True):
    """How one unit concluded: on time, late, and without a limit of the document (not part of the share)."""

    unit: str
    on_time: int = 0
    late: int = 0
    no_limit: int = 0

    @property
    def share(self) -> float | None:
        """The part concluded on time; None where no limit ran."""
        limited = self.on_time + self.late
        return self.on_time / limited if limited else None


class Hotspot(Record, kw_only=True):
    """A unit and ground with so many complaints in a quarter that receivers analyse them together (CMP-12-2)."""

    quarter: str
    unit: str
    ground: str
    count: int


class Shared(Record, kw_only=True):
    """What receivers share regularly about a quarter (CMP-12-1): cases by unit and ground, receipts by channel."""

    quarter: str
    cases: int
    receipts: int
    by_unit: dict[str, dict[str, int]]
    by_channel: dict[str, int]
    hotspots: tuple[Hotspot, ...]


def by_unit(known: Iterable[Fact], months: Sequence[str]) -> list[UnitRow]:
    """How the handling units concluded in some months, in order of unit."""
    counts: dict[str, Counter[str]] = {}
    for fact in known:
        if fact.is_case and fact.closed in months:
            timing = "no_limit" if fact.late is None else "late" if fact.late else "on_time"
            counts.setdefault(fact.handled_by, Counter())[timing] += 1
    return [UnitRow(unit=unit, **counts[unit]) for unit in sorted(counts)]


def hotspots(known: Iterable[Fact], quarter: str, profile: Profile) -> tuple[Hotspot, ...]:
    """Units and grounds that reach the threshold of the place in a quarter; none where it sets no threshold."""
    threshold = profile.stats.hotspot_threshold.value
    counts = Counter(
        (unit, fact.ground)
        for fact in known
        if fact.is_case and quarter_of(fact.month) == quarter
        for unit in fact.units
    )
    return tuple(
        Hotspot(quarter=quarter, unit=unit, ground=ground, count=count)
        for (unit, ground), count in sorted(counts.items())
        if threshold is not None and count >= threshold
    )


def hotline_counts(known: Iterable[Fact], profile: Profile, period: str) -> int | None:
    """Receipts over the hotline in a month (`2026-09`) or year (`2026`); None where its assessment does not count them.

    Receipts, not cases: what also came through a window counts for the hotline all the same (CMP-13-2, S-STA-04).
    """
    if ("year" if len(period) == 4 else "month") not in (profile.stats.hotline_counts.value or ()):
        return None
    return sum(fact.channel == HOTLINE and fact.month.startswith(period) for fact in known)


def shared(known: Sequence[Fact], quarter: str, profile: Profile) -> Shared:
    """The report of a quarter for the receivers of a place."""
    receipts = [fact for fact in known if quarter_of(fact.month) == quarter]
    cases = [fact for fact in receipts if fact.is_case]
    units: dict[str, Counter[str]] = {}
    for fact in cases:
        for unit in fact.units:
            units.setdefault(unit, Counter())[fact.ground] += 1
    return Shared(
        quarter=quarter,
        cases=len(cases),
        receipts=len(receipts),
        by_unit={unit: dict(units[unit]) for unit in sorted(units)},
        by_channel=dict(sorted(Counter(fact.channel for fact in receipts).items())),
        hotspots=hotspots(known, quarter, profile),
    )
