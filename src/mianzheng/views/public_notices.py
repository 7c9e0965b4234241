"""Public notices (公示) and comments (征求意见) on the public site: all of them, and a page for each."""

from __future__ import annotations

from collections.abc import Sequence

from mianzheng.views.atlas import Atlas
from mianzheng.views.live import Live, Notice
from mianzheng.views.rendering import render
from mianzheng.views.spoken import day_said

OVER_SHOWN = 50
"""So many that are over stand on the page of all; each keeps its own page."""


def page_url(notice: Notice) -> str:
    """The address of a notice's own page, from the root."""
    return f"notices/{notice.id}/"


def calendar_url(notice: Notice) -> str:
    """The address of its last day for calendars."""
    return f"{page_url(notice)}last-day.ics"


def until_said(notice: Notice) -> str:
    """The last day in words; empty where none is known."""
    return f"{day_said(notice.last_day, year=True)}当天24时" if notice.last_day else ""


def notices_page(atlas: Atlas, live: Live, root: str) -> str:
    """Running ones first, then those that are over with their outcome, then items whose file says so."""
    running = [one for one in live.notices if not one.over(atlas.day)]
    over = [one for one in live.notices if one.over(atlas.day)]
    entries = [e for e in atlas.entries.values() if e.standing.state == "notice"]
    return render(
        "pages/notices.html",
        root=root,
        running=_listed(running),
        over=_listed(over[:OVER_SHOWN]),
        entries=entries,
    )


def notice_page(atlas: Atlas, notice: Notice, root: str) -> str:
    """One notice: what was and what is coming, why, who decides, until when, how to take part."""
    return render(
        "pages/notice.html",
        root=root,
        notice=notice,
        over=notice.over(atlas.day),
        since=day_said(notice.since, year=True) if notice.since else "",
        until=until_said(notice),
        pages={entry.item.id: entry.url for entry in atlas.entries.values()} if notice.items or notice.item else {},
    )


def _listed(notices: Sequence[Notice]) -> list[tuple[Notice, str, str]]:
    """Each with its address and its last day in words."""
    return [(one, page_url(one), until_said(one)) for one in notices]
