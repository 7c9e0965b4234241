"""Editions on the site: their pages, the downloads made from the frozen files alone, and a feed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from mianzheng.editions.halves import spoken
from mianzheng.model import PlaceCatalog
from mianzheng.sheets.exporting import FORMATS
from mianzheng.sheets.official import frozen
from mianzheng.site import feeds
from mianzheng.site.marks import Marks
from mianzheng.site.setting import Setting
from mianzheng.site.shells import root_from
from mianzheng.site.stamping import File
from mianzheng.site.tree import Page, content
from mianzheng.views import editions
from mianzheng.views.atlas import Atlas


@dataclass(frozen=True)
class EditionPages:
    """Makes what there is about the half-yearly editions of all places whose rules ask for them."""

    atlas: Atlas
    setting: Setting
    marks: Marks

    def pages(self) -> Iterator[Page]:
        """The directory of each place's editions, followed by the editions."""
        calendars = list(self.atlas.catalog.calendars.values())
        for home in self._homes():
            url = f"{home.place.id}/editions/"
            yield Page(
                url,
                "editions",
                content(
                    f"半年清单 - {home.place.name}",
                    f"{home.place.name}每半年公布一期的清单。",
                    partial(editions.editions_page, self.atlas, home, root_from(url)),
                ),
                self.marks.of(url, calendars),
                f"{url}feed.xml",
            )
            for edition in home.editions.values():
                url = f"{home.place.id}/editions/{edition.id}/"
                half = spoken(edition.id)
                yield Page(
                    url,
                    "edition",
                    content(
                        f"{half}的清单 - {home.place.name}",
                        f"{home.place.name}{half}公布的清单，和上一期比有什么变化。",
                        partial(editions.edition_page, self.atlas, home, edition, root_from(url)),
                    ),
                    self.marks.of(url, calendars, sorted(self.atlas.entries)),
                    f"{home.place.id}/editions/feed.xml",
                )

    def files(self) -> Iterator[File]:
        """Every frozen list in every format, and the feeds."""
        demonstration = self.setting.demonstration
        for home in self._homes():
            for edition in home.editions.values():
                mark = self.marks.of_frozen(home.place, edition, demonstration)
                for head in edition.lists:
                    document = frozen(home.place, edition, head, demonstration=demonstration)
                    stem = editions.stem_of(home, edition, head)
                    for ending, make in FORMATS.items():
                        yield File(f"{stem}.{ending}", "download", partial(make, document), mark)
            yield self._feed(home)

    def _homes(self) -> Iterator[PlaceCatalog]:
        return filter(editions.wants_editions, self.atlas.catalog.places.values())

    def _feed(self, home: PlaceCatalog) -> File:
        name, url = home.place.name, f"{home.place.id}/editions/feed.xml"
        mark = "（演示）" if self.setting.demonstration else ""
        entries = [
            feeds.FeedEntry(
                f"{home.place.id}/editions/{one.id}",
                f"{name}{spoken(one.id)}的清单",
                f"{home.place.id}/editions/{one.id}/",
                one.released_on,
                f"{one.released_on} 公布，共 {sum(one.counts.values())} 条。",
            )
            for one in editions.newest_first(home)
        ]
        text = feeds.feed(f"{name}的半年清单{mark}", url, entries, self.setting.base_url, self.setting.day)
        return File(url, "feed", text.encode)
