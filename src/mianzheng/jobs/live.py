"""What the public site tells of proposals on their way: open ones, notices, items under adjustment."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import msgspec

from mianzheng.cases.records import CaseRecord
from mianzheng.clock import day_of
from mianzheng.jobs.notices import body_name, notice_rows
from mianzheng.jobs.walking import proposals
from mianzheng.model import Catalog, PlaceCatalog
from mianzheng.ports import LiveFiles, RecordStore
from mianzheng.proposals.handling import application_of
from mianzheng.proposals.machines import MACHINE
from mianzheng.views.live import Interim, ProposalState

UNDER_WAY = ("submitted", "returned", "under_study", "escalated", "approved", "filed", "merged")


def write_live(store: RecordStore, catalog: Catalog, live: LiveFiles, now: datetime.datetime) -> str:
    """Write `proposals.json`, `notices.json` and `interims.json` where they changed; returns what was done.

    Raises Unavailable.
    """
    records = list(proposals(store, UNDER_WAY))
    day = day_of(now)
    files: dict[str, list[Any]] = {"proposals": [], "notices": [], "interims": []}
    for record in records:
        home = catalog.places.get(record.place)
        if home is None:
            continue
        files["proposals"] += _states(record, home)
        files["interims"] += _interims(record, catalog, home)
    files["notices"] = notice_rows(store, catalog, records, live.read("notices.json"), day)
    written = [name for name, rows in files.items() if _write(live, f"{name}.json", msgspec.json.encode(rows))]
    return f"更新 {'、'.join(written)}" if written else "没有变化"


def _states(record: CaseRecord, home: PlaceCatalog) -> Iterator[ProposalState]:
    for item in record.data["items"]:
        if item in home.items:
            yield ProposalState(
                id=record.data["number"],
                item=item,
                kind=record.data["type"],
                state=record.state,
                label=MACHINE.states[record.state].public,
                body=body_name(record, home),
                place=record.place,
            )


def _interims(record: CaseRecord, catalog: Catalog, home: PlaceCatalog) -> Iterator[Interim]:
    """From the cause until the change is published nobody may ask for the certificate (YY-ADJ-09-3, YY-ADJ-09-4)."""
    application = application_of(record)
    profile = home.profile
    if profile is None or profile.adjust.interim.value is None or not application.trigger_date:
        return
    labels: dict[str, str] = {code: method.label for code, method in catalog.vocabularies.methods.items()}
    for code, label in (profile.methods.labels_zh.value or {}).items():
        labels[code] = label
    for wish in application.items:
        if wish.item in home.items:
            method = application.interim_method or (wish.version or {}).get("method", "")
            yield Interim(item=wish.item, since=application.trigger_date, method=labels.get(method, ""))


def _write(live: LiveFiles, name: str, content: bytes) -> bool:
    if live.read(name) == content:
        return False
    live.write(name, content)
    return True
