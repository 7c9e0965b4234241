"""Everything the site consists of, page by page: which address, which title, which body, and what it is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from mianzheng.model import PlaceCatalog
from mianzheng.site.marks import Marks
from mianzheng.site.setting import Setting
from mianzheng.site.shells import root_from
from mianzheng.views import figures, pages, public_notices
from mianzheng.views.advice import advice_page, has_window
from mianzheng.views.atlas import Atlas
from mianzheng.views.changes import Change, all_changes
from mianzheng.views.deadlines import deadline_form
from mianzheng.views.lists import PublishedList, lists_of
from mianzheng.views.live import Live
from mianzheng.views.problems import TROUBLES


class Content(NamedTuple):
    """What fills a shell."""

    title: str
    description: str
    body: str
    head: str = ""


class Page(NamedTuple):
    """One page to be stamped; `url` from the root, ending in a slash (empty for the home page).

    `make` gives what fills a shell, or the whole page. `mark` is a digest of everything that it reads; empty for pages
    of a bit of everything, which are made always.
    """

    url: str
    kind: str
    make: Callable[[], Content | bytes]
    mark: bytes = b""
    feed: str = ""
    listed: bool = True


@dataclass(frozen=True)
class Builder:
    """Makes all pages but the items' of a site from an atlas and what the live side says."""

    atlas: Atlas
    live: Live
    setting: Setting
    marks: Marks

    @cached_property
    def changes(self) -> list[Change]:
        """All changes of the catalog, newest first."""
        return all_changes(self.atlas)

    @cached_property
    def lists(self) -> dict[str, list[PublishedList]]:
        """The public lists of each place."""
        homes = self.atlas.catalog.places.values()
        return {home.place.id: list(lists_of(self.atlas, home)) for home in homes}

    def front(self) -> Iterator[Page]:
        """The pages that speak of everything."""
        atlas, changes = self.atlas, self.changes
        for url, kind, title, description, body, feed in (
            ("", "home", "免证清单：这个证明，还要不要交？", "查一查办事还要不要交某种证明，不用交的用什么代替。",
             partial(pages.home_page, atlas, changes, self.live, "./"), "changes/feed.xml"),
            ("changes/", "changes", "清单的变化", "哪一天起，什么证明换了办法。",
             partial(pages.changes_page, atlas, changes, "../"), "changes/feed.xml"),
            ("notices/", "notices", "正在公示的调整", "正在公示、可以提意见的清单调整。",
             partial(public_notices.notices_page, atlas, self.live, "../"), "notices/feed.xml"),
            ("statistics/", "statistics", "统计", "各地区清单里有多少证明不用交。",
             partial(figures.statistics_page, atlas, self.live, "../"), ""),
            ("tools/deadlines/", "deadlines", "算期限：最晚哪天？", "按工作日算到期日，看清每一天算不算。",
             partial(deadline_form, atlas.catalog, "../../"), ""),
        ):  # fmt: skip
            yield Page(url, kind, content(title, description, body), feed=feed)

    def notices(self) -> Iterator[Page]:
        """A page for each notice, running or over; an address that was given out goes on to answer."""
        for notice in self.live.notices:
            url = public_notices.page_url(notice)
            body = partial(public_notices.notice_page, self.atlas, notice, root_from(url))
            says = f"{notice.word}：{notice.title}"
            # made always: it links to pages of items, which come and go
            yield Page(url, "notice", content(notice.title, says, body), feed="notices/feed.xml")

    def problems(self) -> Iterator[Page]:
        """What each kind of refusal of the interface means: its `type` leads here."""
        for code, trouble in TROUBLES.items():
            url = f"problems/{code}/"
            body = partial(pages.problem_page, trouble, "../../")
            yield Page(url, "problem", content(trouble.title, trouble.meaning, body), self.marks.of(url), listed=False)

    def places(self) -> Iterator[Page]:
        """Each place with its services, bodies and lists."""
        for home in self.atlas.catalog.places.values():
            place = home.place
            url = f"{place.id}/"
            body = partial(pages.place_page, self.atlas, home, "../")
            yield Page(
                url,
                "place",
                content(place.name, f"{place.name}的免证清单", body),
                self.marks.of(url, self.atlas.by_place[place.id]),
                f"{url}feed.xml",
            )
            if has_window(home):
                yield self._advice(home)
            yield from self._services(home)
            yield from self._bodies(home)
            yield from self._lists(home)

    def _advice(self, home: PlaceCatalog) -> Page:
        url = f"{home.place.id}/advice/"
        body = partial(advice_page, self.atlas, home, root_from(url))
        makings = (list(home.services.values()), self.atlas.by_place[home.place.id])
        says = f"{home.place.name}办每件事，要不要交证明、拿什么代替、依据哪一条。"
        return Page(url, "advice", content(f"窗口咨询 - {home.place.name}", says, body), self.marks.of(url, *makings))

    def _services(self, home: PlaceCatalog) -> Iterator[Page]:
        atlas, kinds = self.atlas, self.atlas.catalog.kinds
        for service in home.services.values():
            url = f"{home.place.id}/services/{service.id}/"
            yield Page(
                url,
                "service",
                content(
                    f"{service.name} - {home.place.short_name}",
                    f"办{service.name}，哪些证明不用带。",
                    partial(pages.service_page, atlas, home, service, root_from(url)),
                ),
                self.marks.of(url, service, atlas.by_service.get(service.id, []), [kinds[k] for k in service.produces]),
            )

    def _bodies(self, home: PlaceCatalog) -> Iterator[Page]:
        atlas = self.atlas
        for one in home.bodies.values():
            url = f"{home.place.id}/bodies/{one.id}/"
            body = partial(pages.body_page, atlas, home, one, root_from(url))
            yield Page(
                url,
                "body",
                content(one.name, f"{one.name}要过、开过的证明。", body),
                self.marks.of(url, atlas.by_body.get(one.id, []), atlas.issued_by.get(one.id, [])),
            )

    def _lists(self, home: PlaceCatalog) -> Iterator[Page]:
        for published in self.lists[home.place.id]:
            spec, entries = published.spec, published.entries
            for number in range(1, published.pages + 1):
                url = f"{home.place.id}/lists/{spec.code}/" + (f"{number}/" if number > 1 else "")
                yield Page(
                    url,
                    "list",
                    content(
                        f"{spec.title} - {home.place.name}",
                        f"{home.place.name}的{spec.title}",
                        partial(pages.list_page, published, number, root_from(url)),
                    ),
                    self.marks.of(url, entries[published.shown(number)], len(entries)),
                )

    def shared(self) -> Iterator[Page]:
        """Kinds, laws, life events and the directories."""
        yield from self._kinds()
        yield from self._laws()
        yield from self._topics()
        yield from self._directories()

    def _kinds(self) -> Iterator[Page]:
        atlas = self.atlas
        for kind in atlas.catalog.kinds.values():
            url = f"kinds/{kind.id}/"
            body = partial(pages.kind_page, atlas, kind, root_from(url), self.setting.demonstration)
            makers = [[place.id, service] for place, service in atlas.makers.get(kind.id, [])]
            yield Page(
                url,
                "kind",
                content(f"{kind.name}：还要不要交", f"{kind.name}：各处办什么事要它，用什么代替。", body),
                self.marks.of(url, kind, atlas.by_kind[kind.id], makers),
            )

    def _laws(self) -> Iterator[Page]:
        calendars = list(self.atlas.catalog.calendars.values())
        for basis in self.atlas.catalog.legal_bases.values():
            url = f"legal-bases/{basis.id}/"
            body = partial(pages.law_page, self.atlas, basis, root_from(url))
            yield Page(
                url,
                "legal-basis",
                content(basis.title, f"{basis.title}里要求交证明的条文。", body),
                self.marks.of(url, self.atlas.by_basis.get(basis.id, []), calendars),
            )

    def _topics(self) -> Iterator[Page]:
        vocabulary = self.atlas.catalog.vocabularies.topics
        for topic in vocabulary.topics if vocabulary else ():
            url = f"topics/{topic.code}/"
            body = partial(pages.topic_page, self.atlas, topic, root_from(url))
            kinds = [kind for kind in self.atlas.catalog.kinds.values() if topic.code in kind.topics]
            yield Page(
                url,
                "topic",
                content(f"{topic.label}：哪些证明不用交", f"{topic.label}要办的事和证明。", body),
                self.marks.of(url, self.atlas.by_topic.get(topic.code, []), kinds),
            )

    def _directories(self) -> Iterator[Page]:
        catalog = self.atlas.catalog
        kinds = [(k.name, f"kinds/{k.id}/", "、".join(k.aliases[:2])) for k in catalog.kinds.values()]
        laws = [(b.short_title or b.title, f"legal-bases/{b.id}/", "") for b in catalog.legal_bases.values()]
        services = [
            (s.name, f"{h.place.id}/services/{s.id}/", h.place.name)
            for h in catalog.places.values()
            for s in h.services.values()
        ]
        for url, title, lead, links, tiles in (
            ("kinds/", "证明目录", "按拼音首字母排列，点开看各处还要不要它。", kinds, []),
            ("legal-bases/", "法律依据", "清单引用的法律、法规和文件。", laws, []),
            ("topics/", "办事情", "从您要办的事找起。", services, pages.topic_tiles(self.atlas)),
        ):
            counted = [[topic.code, count, free] for topic, count, free in tiles]
            body = partial(pages.directory_page, title, lead, links, "../", tiles)
            yield Page(url, "directory", content(title, lead, body), self.marks.of(url, links, counted))


def content(title: str, description: str, body: Callable[[], str]) -> Callable[[], Content]:
    """What fills a shell, made when it is wanted."""
    return lambda: Content(title, description, body())
