"""Everything that is no page: data files, downloads of lists, feeds, redirects, robots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

import msgspec

from mianzheng.model import first_day
from mianzheng.proposals.wording import NOTHING
from mianzheng.sheets.exporting import FORMATS
from mianzheng.sheets.official import todays
from mianzheng.site import data, feeds
from mianzheng.site.calendars import last_day_calendar
from mianzheng.site.setting import Setting
from mianzheng.site.stamping import File
from mianzheng.site.tree import Builder
from mianzheng.views.changes import Change
from mianzheng.views.live import Notice
from mianzheng.views.public_notices import calendar_url, page_url

FEED_SIZE = 100


@dataclass(frozen=True)
class Downloads:
    """Makes what programs read, from the same atlas as the pages."""

    builder: Builder

    @property
    def setting(self) -> Setting:
        return self.builder.setting

    def files(self) -> Iterator[File]:
        """All of it."""
        atlas = self.builder.atlas
        for path, make in data.data_files(atlas, self.setting):
            yield File(path, "data", make)
        yield from self._lists()
        yield from self._feeds()
        for notice in self.builder.live.notices:
            if notice.last_day:
                make = partial(last_day_calendar, notice, self.setting.base_url)
                yield File(calendar_url(notice), "calendar", make)
        redirects = {i: atlas.entries[i].url for i in sorted(atlas.entries)}
        yield File("redirects.json", "data", partial(msgspec.json.encode, redirects))
        robots = feeds.robots(self.setting.base_url, self.setting.demonstration)
        yield File("robots.txt", "data", robots.encode)

    def _lists(self) -> Iterator[File]:
        for published in chain.from_iterable(self.builder.lists.values()):
            mark = self.builder.marks.of(published.stem, published.entries)
            document = todays(published, demonstration=self.setting.demonstration)
            for ending in published.formats:
                yield File(f"{published.stem}.{ending}", "download", partial(FORMATS[ending], document), mark)

    def _feeds(self) -> Iterator[File]:
        changes = self.builder.changes
        mark = "（演示）" if self.setting.demonstration else ""
        yield self._feed(f"免证清单的变化{mark}", "changes/feed.xml", [_news(c) for c in changes[:FEED_SIZE]])
        told = [_told(notice, self.setting.day) for notice in self.builder.live.notices[:FEED_SIZE]]
        yield self._feed(f"正在公示的调整{mark}", "notices/feed.xml", told)
        for home in self.builder.atlas.catalog.places.values():
            own = [_news(c) for c in changes if c.entry.place_id == home.place.id][:FEED_SIZE]
            yield self._feed(f"{home.place.name}清单的变化{mark}", f"{home.place.id}/feed.xml", own)

    def _feed(self, title: str, url: str, entries: list[feeds.FeedEntry]) -> File:
        text = feeds.feed(title, url, entries, self.setting.base_url, self.setting.day)
        return File(url, "feed", text.encode)


def _told(notice: Notice, day: str) -> feeds.FeedEntry:
    """A notice in the feed; when it is over the entry says so and is not repeated as a new one."""
    title = f"{notice.word}：{notice.title}"
    until = f"{notice.word}到{notice.last_day}当天24时。" if notice.last_day else ""
    summary = f"{notice.was or NOTHING} → {notice.now or NOTHING}。{notice.outcome or until}"
    return feeds.FeedEntry(f"notice/{notice.id}", title, page_url(notice), notice.since or day, summary)


def _news(change: Change) -> feeds.FeedEntry:
    entry = change.entry
    title = f"{entry.kind.name}：{change.was} → {change.now}"
    summary = f"{change.date} 起，{entry.home.place.name}办{entry.service.name}，{entry.kind.name}：{entry.word}。"
    return feeds.FeedEntry(f"{entry.item.id}/{first_day(change.date)}", title, entry.url, change.date, summary)
