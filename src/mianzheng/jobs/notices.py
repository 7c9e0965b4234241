"""Public notices and comments: the clock ends them, and the public site keeps showing them with what became of each."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

import msgspec

from mianzheng.cases.records import CaseRecord
from mianzheng.clock import RULES, day_of, limit
from mianzheng.errors import RecordNotFound, VersionConflict
from mianzheng.jobs.walking import proposals
from mianzheng.model import Catalog, PlaceCatalog
from mianzheng.ports import RecordStore
from mianzheng.proposals.chains import TYPES
from mianzheng.proposals.handling import follow
from mianzheng.proposals.notices import (
    OPEN_STATES,
    Announcement,
    announcement_of,
    former_of,
    kept,
    named_by,
    outcome,
)
from mianzheng.proposals.wording import NOTHING
from mianzheng.views.live import Notice, NoticeItem, NoticeLine

_FINAL_WORDS = ("审核没有通过", "申请已经撤回", "已经公布实行")


def end_notices(store: RecordStore, now: datetime.datetime) -> str:
    """Note in each proposal whose notice ran out that it is over; returns what was done. Raises Unavailable."""
    ended, day = 0, day_of(now)
    for record in proposals(store, OPEN_STATES):
        announcement = announcement_of(record)
        if announcement is None or announcement.ended or day <= announcement.until:
            continue
        over = msgspec.structs.replace(announcement, ended=True)
        given = {"kind": announcement.kind, "until": announcement.until, "received": announcement.received}
        try:
            store.commit(follow(record, "end_notice", now, given, notice=kept(over)))
            ended += 1
        except VersionConflict:  # somebody just worked on it: a minute later it is tried again
            continue
    return f"结束 {ended} 次公示或者征求意见"


def notice_rows(
    store: RecordStore, catalog: Catalog, under_way: Iterable[CaseRecord], told: bytes | None, day: str
) -> list[Notice]:
    """What the site tells of notices on a Shanghai day, newest first; `told` is the file that it was told before.

    Notices of proposals that are over are taken from there, so that nobody walks through years of them every time; only
    without one all proposals are looked at.
    """
    before = _told_before(told)
    known = list(under_way) if before is not None else list(proposals(store))
    rows = {row.id: row for record in known for row in _rows(record, catalog, day)}
    for row in before or ():
        if row.id in rows:
            continue
        if row.outcome.startswith(_FINAL_WORDS):
            rows[row.id] = row
        elif record := _proposal(store, row.id):
            rows |= {one.id: one for one in _rows(record, catalog, day)}
    return sorted(rows.values(), key=lambda row: (row.since, row.id), reverse=True)


def _set_by_us(home: PlaceCatalog, announcement: Announcement) -> bool:
    found = limit(home.profile, RULES[announcement.kind]) if home.profile else None
    return found is None or not found.binds


def body_name(record: CaseRecord, home: PlaceCatalog) -> str:
    """What the body that proposes is called."""
    body = home.bodies.get(record.body)
    return body.name if body else ""


def _told_before(told: bytes | None) -> list[Notice] | None:
    try:
        return None if told is None else msgspec.json.decode(told, type=list[Notice])
    except msgspec.MsgspecError:
        return None


def _proposal(store: RecordStore, id: str) -> CaseRecord | None:
    named = named_by(id)
    key = store.find(f"number:{named[0]}:{named[1]}") if named else None
    try:
        return store.get(key.kind, key.id) if key else None
    except RecordNotFound:
        return None


def _rows(record: CaseRecord, catalog: Catalog, day: str) -> Iterator[Notice]:
    home = catalog.places.get(record.place)
    if home is None:
        return
    for former in former_of(record):
        yield _row(record, home, former, day, former=True)
    announcement = announcement_of(record)
    if announcement is not None:
        yield _row(record, home, announcement, day)


def _row(
    record: CaseRecord, home: PlaceCatalog, announcement: Announcement, day: str, *, former: bool = False
) -> Notice:
    became = outcome(record, announcement, day, former=former)
    first = next((line for item in announcement.items for line in item.lines), None)
    items = tuple(
        NoticeItem(
            title=item.title,
            id=item.id if item.id in home.items else "",
            lines=tuple(NoticeLine(label=line.label, was=line.was, now=line.now) for line in item.lines),
        )
        for item in announcement.items
    )
    listed = [item.id for item in items if item.id]
    return Notice(
        id=announcement.id,
        kind=announcement.kind,
        title=f"{TYPES[record.data['type']]}{record.data['title']}"[:120],
        body=body_name(record, home),
        place=home.place.name,
        place_id=home.place.id,
        number=record.data["number"],
        item=listed[0] if listed else "",
        was=first.was[:120] if first and first.was != NOTHING else "",
        now=first.now[:120] if first and first.now != NOTHING else "",
        since=announcement.from_,
        last_day=announcement.until,
        open=not former and record.state in OPEN_STATES and day <= announcement.until,
        items=items,
        why=announcement.why[:6000],
        decides=announcement.decides[:120],
        project=_set_by_us(home, announcement),
        received=announcement.received,
        taken=announcement.taken,
        waiting=len(announcement.objections),
        ended=bool(became),
        outcome=became,
    )
