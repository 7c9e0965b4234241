"""What the live side tells the static one: proposals, notices, statistics, interim banners. No personal data."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Literal

from msgspec import Meta

from mianzheng.model.values import Code, Day, ItemId, Name, Record, Slug, Text
from mianzheng.statistics.public import PublicFigures

LongText = Annotated[str, Meta(min_length=1, max_length=6000)]
NoticeId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$", title="公示编号")]
"""Stands in addresses."""


class NoticeLine(Record, kw_only=True):
    """One line of a was → now table."""

    label: Text
    was: Text
    now: Text


class NoticeItem(Record, kw_only=True):
    """One record that a notice is about: what it is called, what would change; `id` for those that have a page."""

    title: Text
    id: ItemId = ""
    lines: tuple[NoticeLine, ...] = ()


class Notice(Record, kw_only=True):
    """A change in public notice (`kind` notice, 公示) or comment (`comment`, 征求意见): what was, what is coming.

    `since` and `last_day` are both included. `open`: something can be handed in on the live side. `received` counts
    what people handed in, `taken` what the office took up. `project`: no document says how many days it takes. `ended`
    and `outcome` say that it is over and how.
    """

    id: NoticeId
    kind: Literal["notice", "comment"] = "notice"
    title: Name
    body: Name = ""
    place: Name = ""
    place_id: Slug = ""
    number: Name = ""
    item: ItemId = ""
    was: Name = ""
    now: Name = ""
    since: Day = ""
    last_day: Day = ""
    link: Name = ""
    open: bool = False
    items: tuple[NoticeItem, ...] = ()
    why: LongText = ""
    decides: Name = ""
    project: bool = False
    received: int = 0
    taken: int = 0
    waiting: int = 0
    ended: bool = False
    outcome: Name = ""

    def over(self, day: str) -> bool:
        """Whether it is over on a Shanghai day."""
        return self.ended or bool(self.last_day and self.last_day < day)

    @property
    def word(self) -> str:
        """What this kind of notice is called."""
        return "征求意见" if self.kind == "comment" else "公示"

    @property
    def voice(self) -> str:
        """What people hand in."""
        return "意见" if self.kind == "comment" else "异议"


class Interim(Record, kw_only=True):
    """An item in adjustment: it may not be asked for meanwhile (YY-ADJ-09-3, YY-ADJ-09-4)."""

    item: ItemId
    since: Day
    method: Name = ""


class ProposalState(Record, kw_only=True):
    """An open proposal on an item; `label` says its state in the words that its parties see."""

    id: Name
    item: ItemId = ""
    kind: Literal["add", "change", "cancel"]
    state: Code
    label: Name = ""
    body: Name = ""
    place: Slug = ""


class Statistics(Record, kw_only=True):
    """The public figures of the places that take complaints (statistics/public.py says what may be published)."""

    as_of: Day = ""
    places: tuple[PublicFigures, ...] = ()


class ItemNow(Record, kw_only=True):
    """What is going on with one item."""

    interim: Interim | None = None
    notices: tuple[Notice, ...] = ()
    proposals: tuple[ProposalState, ...] = ()


class Live(Record, kw_only=True):
    """All of it; empty where the live side has written nothing."""

    notices: tuple[Notice, ...] = ()
    interims: tuple[Interim, ...] = ()
    proposals: tuple[ProposalState, ...] = ()
    statistics: Statistics = Statistics()

    def by_item(self) -> dict[str, ItemNow]:
        """What is going on, item by item. Drafts are nobody's business yet."""
        interims = {one.item: one for one in self.interims}
        notices: dict[str, list[Notice]] = defaultdict(list)
        for notice in self.notices:
            for item in dict.fromkeys((notice.item, *(one.id for one in notice.items))) if not notice.ended else ():
                notices[item].append(notice)
        proposals: dict[str, list[ProposalState]] = defaultdict(list)
        for proposal in self.proposals:
            if proposal.state != "draft":
                proposals[proposal.item].append(proposal)
        return {
            item: ItemNow(
                interim=interims.get(item),
                notices=tuple(notices.get(item, ())),
                proposals=tuple(proposals.get(item, ())),
            )
            for item in {*interims, *notices, *proposals} - {""}
        }
