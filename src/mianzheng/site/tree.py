"""Everything the site consists of, page by page: which address, which title, which body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import msgspec
from markupsafe import Markup

from mianzheng.model import ItemVersion, first_day
from mianzheng.site import data, feeds
from mianzheng.site.setting import Setting
from mianzheng.site.shells import root_from
from mianzheng.views import figures, items, pages
from mianzheng.views.atlas import Atlas, Entry, answer_code, answer_word, method_label, versions_of
from mianzheng.views.changes import Change, all_changes
from mianzheng.views.deadlines import deadline_form
from mianzheng.views.live import Live
from mianzheng.views.qr import QrCodes
from mianzheng.views.rendering import render

FEED_SIZE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """One page to be stamped; `url` from the root, ending in a slash (empty for the home page)."""

    url: str
    kind: str
    title: str
    description: str
    body: str
    head: str = ""
    feed: str = ""
    listed: bool = True


@dataclass(frozen=True)
class Builder:
    """Makes all pages of a site from an atlas and what the live side says."""

    atlas: Atlas
    live: Live
    setting: Setting

    @cached_property
    def changes(self) -> list[Change]:
        """All changes of the catalog, newest first."""
        return all_changes(self.atlas)

    def pages(self) -> Iterator[Page]:
        """All stamped pages, in a fixed order."""
        yield from self._front()
        yield from self._places()
        yield from self._items()
        yield from self._shared()

    def _front(self) -> Iterator[Page]:
        changes = self.changes
        yield Page("", "home", "免证清单：这个证明，还要不要交？", "查一查办事还要不要交某种证明，不用交的用什么代替。",
                   pages.home_page(self.atlas, changes, self.live, "./"), feed="changes/feed.xml")  # fmt: skip
        yield Page("changes/", "changes", "清单的变化", "哪一天起，什么证明换了办法。",
                   pages.changes_page(self.atlas, changes, "../"), feed="changes/feed.xml")  # fmt: skip
        yield Page("notices/", "notices", "正在公示的调整", "正在公示、可以提意见的清单调整。",
                   pages.notices_page(self.atlas, self.live, "../"), feed="notices/feed.xml")  # fmt: skip
        yield Page("statistics/", "statistics", "统计", "各地区清单里有多少证明不用交。",
                   figures.statistics_page(self.atlas, self.live, "../"))  # fmt: skip
        yield Page("tools/deadlines/", "deadlines", "算期限：最晚哪天？", "按工作日算到期日，看清每一天算不算。",
                   deadline_form(self.atlas.catalog, "../../"))  # fmt: skip

    def _places(self) -> Iterator[Page]:
        for home in self.atlas.catalog.places.values():
            place = home.place
            url = f"{place.id}/"
            yield Page(url, "place", place.name, f"{place.name}的免证清单", pages.place_page(self.atlas, home, "../"),
                       feed=f"{url}feed.xml")  # fmt: skip
            for service in home.services.values():
                url = f"{place.id}/services/{service.id}/"
                body = pages.service_page(self.atlas, home, service, root_from(url))
                yield Page(
                    url, "service", f"{service.name} - {place.short_name}", f"办{service.name}，哪些证明不用带。", body
                )
            for public_body in home.bodies.values():
                url = f"{place.id}/bodies/{public_body.id}/"
                body = pages.body_page(self.atlas, home, public_body, root_from(url))
                yield Page(url, "body", public_body.name, f"{public_body.name}要过、开过的证明。", body)
            for spec in self.atlas.lists_of(home):
                entries = self.atlas.on_list(home, spec)
                for number in range(1, pages.list_pages(entries) + 1):
                    url = f"{place.id}/lists/{spec.code}/" + (f"{number}/" if number > 1 else "")
                    body = pages.list_page(self.atlas, home, spec, entries, number, root_from(url))
                    yield Page(url, "list", f"{spec.title} - {place.name}", f"{place.name}的{spec.title}", body)

    def _items(self) -> Iterator[Page]:
        qr = QrCodes(f"{self.setting.base_url}i/")
        interims = {interim.item: interim for interim in self.live.interims}
        for entry in self.atlas.entries.values():
            root = root_from(entry.url)
            values = self._item_values(entry, root, interims.get(entry.item.id))
            values["qr"] = Markup(qr.svg(entry.item.id, f"{entry.item.id} 的二维码"))
            title = f"{entry.kind.name}：{entry.word}（{entry.service.name}）"
            where = f"{entry.home.place.short_name}办{entry.service.name}"
            description = f"{where}，{entry.kind.name}：{entry.word}。{values['sentence']}"
            head = data.json_ld(entry, self.setting)
            yield Page(entry.url, "item", title, description, render("pages/item.html", **values), head,
                       f"{entry.place_id}/feed.xml")  # fmt: skip
            for version in versions_of(entry.item):
                if version is not entry.standing.version:
                    yield self._version(entry, version)

    def _item_values(self, entry: Entry, root: str, interim: Any) -> dict[str, Any]:
        values = items.item_values(self.atlas, entry, root)
        following = entry.standing.following
        illustrative = entry.item.provenance.standing == "illustrative"
        return values | {
            "interim": interim,
            "following_label": method_label(self.atlas.catalog, entry.home.profile, following) if following else "",
            "demonstration": self.setting.demonstration,
            "here": root + entry.url,
            "provenance_note": values["say"]("illustrative") if illustrative else "",
        }

    def _version(self, entry: Entry, version: ItemVersion) -> Page:
        """What held in another period, at a permanent address (S-SITE-04, S-SITE-10)."""
        url = f"{entry.url}v/{first_day(version.from_)}/"
        root = root_from(url)
        catalog = self.atlas.catalog
        say = self.atlas.phrases(entry.home.profile)
        answer = answer_code(catalog, replace(entry.standing, state="listed", version=version, following=None))
        ahead = first_day(version.from_) > self.atlas.day
        values = items.item_values(self.atlas, entry, root, version)
        values |= {
            "icon_name": catalog.vocabularies.answers[answer].icon,
            "old_answer": answer,
            "old_word": answer_word(catalog, answer, entry.kind),
            "old_sentence": say("pending_sentence", date=version.from_)
            if ahead
            else say("old_version", **{"from": version.from_, "until": version.until or "今天以前"}),
            "sentence": catalog.vocabularies.methods[version.method].sentence,
            "steps": catalog.vocabularies.methods[version.method].steps,
        }
        title = f"{entry.kind.name}：{version.from_} 起的办法（{entry.service.name}）"
        body = render("pages/version.html", **values)
        return Page(url, "version", title, f"{entry.kind.name}在{version.from_}的办法。", body, listed=False)

    def _shared(self) -> Iterator[Page]:
        catalog = self.atlas.catalog
        demonstration = self.setting.demonstration
        for kind in catalog.kinds.values():
            url = f"kinds/{kind.id}/"
            body = pages.kind_page(self.atlas, kind, root_from(url), demonstration)
            yield Page(url, "kind", f"{kind.name}：还要不要交", f"{kind.name}：各处办什么事要它，用什么代替。", body)
        for basis in catalog.legal_bases.values():
            url = f"legal-bases/{basis.id}/"
            yield Page(url, "legal-basis", basis.title, f"{basis.title}里要求交证明的条文。",
                       pages.law_page(self.atlas, basis, root_from(url)))  # fmt: skip
        vocabulary = catalog.vocabularies.topics
        for topic in vocabulary.topics if vocabulary else ():
            url = f"topics/{topic.code}/"
            yield Page(url, "topic", f"{topic.label}：哪些证明不用交", f"{topic.label}要办的事和证明。",
                       pages.topic_page(self.atlas, topic, root_from(url)))  # fmt: skip
        yield from self._directories()

    def _directories(self) -> Iterator[Page]:
        catalog = self.atlas.catalog
        kinds = [(k.name, f"kinds/{k.id}/", "、".join(k.aliases[:2])) for k in catalog.kinds.values()]
        lead = "按拼音首字母排列，点开看各处还要不要它。"
        yield Page("kinds/", "directory", "证明目录", lead, pages.directory_page("证明目录", lead, kinds, "../"))
        laws = [(b.short_title or b.title, f"legal-bases/{b.id}/", "") for b in catalog.legal_bases.values()]
        lead = "清单引用的法律、法规和文件。"
        yield Page("legal-bases/", "directory", "法律依据", lead, pages.directory_page("法律依据", lead, laws, "../"))
        services = [
            (s.name, f"{h.place.id}/services/{s.id}/", h.place.name)
            for h in catalog.places.values()
            for s in h.services.values()
        ]
        lead = "从您要办的事找起。"
        tiles = pages.topic_tiles(self.atlas)
        body = pages.directory_page("办事情", lead, services, "../", tiles)
        yield Page("topics/", "directory", "办事情", lead, body)

    def files(self) -> Iterator[tuple[str, bytes, str]]:
        """Everything that is no page: data, lists, feeds, redirects, robots."""
        for path, content in data.data_files(self.atlas, self.setting):
            yield path, content, "data"
        for home in self.atlas.catalog.places.values():
            for spec in self.atlas.lists_of(home):
                entries = self.atlas.on_list(home, spec)
                stem = f"{home.place.id}/lists/{spec.code}/{pages.list_file(home, spec)}"
                yield f"{stem}.csv", data.list_csv(self.atlas, spec, entries, self.setting), "download"
                yield f"{stem}.json", data.list_json(self.atlas, spec, entries, self.setting), "download"
        yield from self._feeds()
        redirects = {i: self.atlas.entries[i].url for i in sorted(self.atlas.entries)}
        yield "redirects.json", msgspec.json.encode(redirects), "data"
        yield "robots.txt", feeds.robots(self.setting.base_url, self.setting.demonstration).encode(), "data"

    def _feeds(self) -> Iterator[tuple[str, bytes, str]]:
        changes = self.changes
        mark = "（演示）" if self.setting.demonstration else ""
        yield self._feed(f"免证清单的变化{mark}", "changes/feed.xml", [_news(c) for c in changes[:FEED_SIZE]])
        notices = [
            feeds.FeedEntry(f"notice/{n.id}", n.title, "notices/", n.last_day or self.setting.day, f"{n.was} → {n.now}")
            for n in self.live.notices
        ]
        yield self._feed(f"正在公示的调整{mark}", "notices/feed.xml", notices)
        for home in self.atlas.catalog.places.values():
            own = [_news(c) for c in changes if c.entry.place_id == home.place.id][:FEED_SIZE]
            yield self._feed(f"{home.place.name}清单的变化{mark}", f"{home.place.id}/feed.xml", own)

    def _feed(self, title: str, url: str, entries: list[feeds.FeedEntry]) -> tuple[str, bytes, str]:
        text = feeds.feed(title, url, entries, self.setting.base_url, self.setting.instant)
        return url, text.encode(), "feed"


def _news(change: Change) -> feeds.FeedEntry:
    entry = change.entry
    title = f"{entry.kind.name}：{change.was} → {change.now}"
    summary = f"{change.date} 起，{entry.home.place.name}办{entry.service.name}，{entry.kind.name}：{entry.word}。"
    return feeds.FeedEntry(f"{entry.item.id}/{first_day(change.date)}", title, entry.url, change.date, summary)
