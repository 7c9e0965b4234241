"""Half-years: their names, their days, and when their edition is due."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection

from mianzheng.clock import Deadline, WorkingCalendar, deadline
from mianzheng.errors import BadArgument
from mianzheng.model import Edition, Profile

_NAME = re.compile(r"([12][0-9]{3})-H([12])(?:-r([1-9][0-9]*))?\Z")


def half_of(day: str) -> str:
    """The half-year in which a day (`YYYY-MM-DD`) lies: `2026-H2`."""
    return f"{day[:4]}-H{1 if day[5:7] <= '06' else 2}"


def first_day_of(half: str) -> datetime.date:
    """The day on which a half-year begins. Raises BadArgument for what is no half-year."""
    match = _NAME.match(half)
    if match is None:
        raise BadArgument(f"“{half}”不是期次，请写成 2026-H2（2026年下半年），修订版写成 2026-H2-r1")
    return datetime.date(int(match[1]), 1 if match[2] == "1" else 7, 1)


def spoken(edition_id: str) -> str:
    """What people call an edition: 2026年下半年（第1次修订）. Raises BadArgument."""
    first_day_of(edition_id)
    half = f"{edition_id[:4]}年{'上' if edition_id[6] == '1' else '下'}半年"
    return half + (f"（第{edition_id[9:]}次修订）" if edition_id[7:] else "")


def due(calendar: WorkingCalendar, profile: Profile | None, half: str) -> Deadline | None:
    """When the edition of a half-year is due: its last working day; None where no rule asks for editions (CLK-7)."""
    if profile is None or profile.publish.edition_months.value is None:
        return None
    return deadline(calendar, profile, "edition", first_day_of(half))


def outstanding(
    calendar: WorkingCalendar, profile: Profile | None, day: str, released: Collection[str]
) -> list[tuple[str, Deadline]]:
    """The half-years whose edition is still to come, with when each is due: all since the last one, the next one last.

    Where nothing was released yet, that is the half-year of `day` alone: nobody knows what was before.
    """
    this = half_of(day)
    half = following(max(released)) if released else this
    halves = [half]
    while halves[-1] < this:
        halves.append(following(halves[-1]))
    return [(one, found) for one in halves if (found := due(calendar, profile, one)) is not None]


def following(half: str) -> str:
    """The half-year after one."""
    year = int(half[:4])
    return f"{year}-H2" if half[6] == "1" else f"{year + 1}-H1"


def next_revision(editions: dict[str, Edition], half: str) -> str:
    """The id under which a released half-year can be corrected."""
    taken = [one.revision for one in editions.values() if one.half == half]
    return f"{half}-r{max(taken) + 1}" if taken else half
