"""What the live side tells the static one: proposals, notices, statistics, interim banners. No personal data."""

from __future__ import annotations

from mianzheng.model.values import Code, Day, ItemId, Name, Record, Slug
from mianzheng.statistics.public import PublicFigures


class Notice(Record, kw_only=True):
    """A change in public notice (公示) or comment (征求意见): what was, what is coming, until when."""

    id: Name
    kind: Code = "notice"
    title: Name
    body: Name = ""
    place: Name = ""
    item: ItemId = ""
    was: Name = ""
    now: Name = ""
    last_day: Day = ""
    link: Name = ""


class Interim(Record, kw_only=True):
    """An item in adjustment: it may not be asked for meanwhile (YY-ADJ-09-3, YY-ADJ-09-4)."""

    item: ItemId
    since: Day
    method: Name = ""


class ProposalState(Record, kw_only=True):
    """An open proposal on an item."""

    id: Name
    item: ItemId = ""
    kind: Code
    state: Code
    body: Name = ""
    place: Slug = ""


class Statistics(Record, kw_only=True):
    """The public figures of the places that take complaints (statistics/public.py says what may be published)."""

    as_of: Day = ""
    places: tuple[PublicFigures, ...] = ()


class Live(Record, kw_only=True):
    """All of it; empty where the live side has written nothing."""

    notices: tuple[Notice, ...] = ()
    interims: tuple[Interim, ...] = ()
    proposals: tuple[ProposalState, ...] = ()
    statistics: Statistics = Statistics()
