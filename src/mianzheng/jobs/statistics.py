"""The public figures: counted every night, written where the site finds them (OQ-57, OQ-58, A28)."""

from __future__ import annotations

import datetime

import msgspec

from mianzheng.cases.events import chain_head
from mianzheng.cases.integrity import every_key
from mianzheng.clock import day_of
from mianzheng.complaints.desk import Desk, desk_at
from mianzheng.complaints.filing import grounds, place_for
from mianzheng.errors import NoOperator, Rejected
from mianzheng.jobs.reports import said
from mianzheng.jobs.walking import complaints
from mianzheng.model import Catalog
from mianzheng.ports import KeyStore, LiveFiles, RecordStore
from mianzheng.statistics.facts import NO_GROUND, Fact, facts, month_of
from mianzheng.statistics.public import PublicFigures, public_figures
from mianzheng.views.live import Statistics

FILE = "statistics.json"


def publish_statistics(
    store: RecordStore,
    live: LiveFiles,
    catalog: Catalog,
    keys: KeyStore,
    now: datetime.datetime,
    *,
    demonstration: bool,
) -> str:
    """Count, and write `live/statistics.json`; what was published before stands as it was.

    Raises Unavailable; Rejected when the former file cannot be read, because without it small groups might be cut anew.
    """
    earlier = {figures.place: figures for figures in _published(live).places}
    head = chain_head((key.name, store.get(key.kind, key.id).head) for key in every_key(store))
    counted = []
    for place in catalog.places:
        try:
            _, profile = place_for(place, catalog, demonstration=demonstration)
        except NoOperator:
            if place in earlier and not catalog.places[place].place.fictional:
                counted.append(earlier[place])
            continue
        desk = desk_at(place, catalog, keys)
        known = facts_of(store, desk, now)
        names = [*grounds(profile, catalog.vocabularies), NO_GROUND]
        counted.append(_figures(place, known, names, now, head, earlier.get(place)))
    found = Statistics(as_of=day_of(now), places=tuple(counted))
    live.write(FILE, msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    return said(f"公布 {len(counted)} 个地区的统计，截至 {found.as_of}")


def facts_of(store: RecordStore, desk: Desk, now: datetime.datetime) -> list[Fact]:
    """The facts of a place, from the store; the internal figures rest on them too."""
    return facts(complaints(store, desk.home.place.id), desk.clocks, now)


def _figures(
    place: str, known: list[Fact], names: list[str], now: datetime.datetime, head: str, earlier: PublicFigures | None
) -> PublicFigures:
    since = min((fact.month for fact in known), default=month_of(now))
    return public_figures(place, known, names, now, since=since, chain_head=head, earlier=earlier)


def _published(live: LiveFiles) -> Statistics:
    content = live.read(FILE)
    if content is None:
        return Statistics()
    try:
        return msgspec.json.decode(content, type=Statistics)
    except msgspec.MsgspecError as error:
        raise Rejected(f"以前公布的统计读不懂，没有覆盖：{FILE}") from error
