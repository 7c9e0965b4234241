"""The drafts that somebody can go on with (我的草稿)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mianzheng.cases.records import CaseRecord
from mianzheng.model import Catalog, PlaceCatalog
from mianzheng.proposals.chains import TYPES
from mianzheng.proposals.drafts import KEPT, kept_until
from mianzheng.proposals.fields import rows_of
from mianzheng.settings import Settings
from mianzheng.views.frames import Frame, framed
from mianzheng.views.proposal_form import DRAFTS, HERE, title_of
from mianzheng.views.spoken import spoken


@dataclass(frozen=True)
class DraftRow:
    """A draft in the list: its address, what it is about, when it was saved and until when it is kept."""

    link: str
    title: str
    type: str
    corrects: bool
    saved: str
    kept_until: str


def drafts_page(
    settings: Settings, around: Frame, catalog: Catalog, home: PlaceCatalog, drafts: Sequence[CaseRecord]
) -> str:
    """All drafts of an account."""
    rows = [_row(catalog, home, record) for record in drafts]
    return framed(
        settings, "office/proposal_drafts.html", "我的草稿", frame=replace(around, here=HERE), rows=rows, days=KEPT.days
    )


def _row(catalog: Catalog, home: PlaceCatalog, record: CaseRecord) -> DraftRow:
    type, fields = record.data["type"], record.data["fields"]
    several = len(rows_of(fields))
    more = f"等 {several} 项" if several > 1 else ""
    assert record.changed_at is not None
    return DraftRow(
        link=f"{DRAFTS}/{record.id}",
        title=title_of(catalog, home, type, fields, 0) + more,
        type=TYPES[type],
        corrects=bool(record.data["proposal"]),
        saved=spoken(record.changed_at),
        kept_until=spoken(kept_until(record)),
    )
