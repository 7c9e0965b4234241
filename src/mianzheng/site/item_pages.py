"""Item pages, and a page for each older or coming version of an item."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup

from mianzheng.model import ItemVersion, first_day
from mianzheng.site import data
from mianzheng.site.framing import Frames
from mianzheng.site.marks import Marks
from mianzheng.site.setting import Setting
from mianzheng.site.shells import depth_of, root_from
from mianzheng.site.tree import Page
from mianzheng.views import items
from mianzheng.views.atlas import Atlas, Entry, answer_code, answer_word, method_label, versions_of
from mianzheng.views.blanks import Variants
from mianzheng.views.live import ItemNow, Live
from mianzheng.views.qr import QrCodes
from mianzheng.views.rendering import render, rows, timeline, zh_date

_ITEM: dict[str, tuple[str, ...]] = {
    "key": ("root", "entry.place_id", "entry.answer", "entry.word", "entry.standing.state",
            "entry.kind.material_class", "steps", "choice", "letter_id"),
    "given": ("entry.home", "icon_name", "letter", "say", "day", "demonstration", "now", "following"),
    "optional": ("explained", "periods", "basis", "provenance_note", "other_rows"),
}  # fmt: skip
_VERSION: dict[str, tuple[str, ...]] = {
    "key": ("root", "entry.place_id", "old_answer", "old_word", "steps", "letter_id"),
    "given": ("entry.home", "icon_name", "letter"),
}
"""What tells one variant of a page from another, what follows from that, and what is left out where it is empty."""


@dataclass(frozen=True)
class ItemPages:
    """Makes the pages of items from an atlas and what the live side says of them."""

    atlas: Atlas
    live: Live
    setting: Setting
    marks: Marks
    frames: Frames

    @cached_property
    def _codes(self) -> QrCodes:
        return QrCodes(f"{self.setting.base_url}i/")

    @cached_property
    def _items(self) -> Variants:
        return Variants(partial(self._whole, "item"), **_ITEM)

    @cached_property
    def _versions(self) -> Variants:
        return Variants(partial(self._whole, "version"), **_VERSION)

    def _whole(self, kind: str, **values: Any) -> str:
        """A page in its shell, from values or blanks."""
        entry, root = values["entry"], values["root"]
        return self.frames.around(
            depth_of(root),
            url=values["url"],
            kind=kind,
            feed=f"{entry.place_id}/feed.xml" if kind == "item" else "",
            title=values["title"],
            description=values["description"],
            head=values["head"],
            body=render(f"pages/{kind}.html", **values),
        )

    @cached_property
    def _rows_of_mates(self) -> Callable[[str, str], Markup]:
        """The same rows for all items of a kind and place but those that would stand in them."""
        return cache(lambda kind, place: self._rows(items.mates(self.atlas, kind, place)[: items.OTHERS_SHOWN]))

    def _rows(self, entries: list[Entry]) -> Markup:
        return rows("entry_row", root_from(entries[0].url), entries, "service") if entries else Markup("")

    def _other_rows(self, entry: Entry) -> Markup:
        if any(mate is entry for mate in items.mates(self.atlas, entry.kind.id, entry.place_id)):
            return self._rows(items.others(self.atlas, entry))
        return self._rows_of_mates(entry.kind.id, entry.place_id)

    @cached_property
    def _mark_of_mates(self) -> Callable[[str, str], bytes]:
        """One mark for all that share their mates, of which each shows some."""
        return cache(lambda kind, place: self.marks.of(items.mates(self.atlas, kind, place)))

    def pages(self) -> Iterator[Page]:
        """Each item's page, followed by those of its other versions."""
        said = self.live.by_item()
        for entry in self.atlas.entries.values():
            now = said.get(entry.item.id)
            mark = self.marks.of(entry, self._mark_of_mates(entry.kind.id, entry.place_id), now)
            yield Page(entry.url, "item", partial(self._item, entry, now), mark, f"{entry.place_id}/feed.xml")
            if len(entry.item.versions) > ((told := entry.told) is not None):
                for version in versions_of(entry.item):
                    if version is not told:
                        url = f"{entry.url}v/{first_day(version.from_)}/"
                        yield Page(url, "version", partial(self._version, entry, version, url), mark, listed=False)

    def _item(self, entry: Entry, now: ItemNow | None) -> bytes:
        values = items.item_values(self.atlas, entry, root_from(entry.url))
        following = entry.standing.following
        illustrative = entry.item.provenance.standing == "illustrative"
        values |= {
            "now": now,
            "other_rows": self._other_rows(entry),
            "following_label": method_label(self.atlas.catalog, entry.home.profile, following) if following else "",
            "demonstration": self.setting.demonstration,
            "periods": timeline(values["history"]) if values["history"] else "",
            "qr": Markup(self._codes.address(entry.item.id)),
            "provenance_note": values["say"]("illustrative") if illustrative else "",
        }
        where = f"{entry.home.place.short_name}办{entry.service.name}"
        values |= {
            "url": entry.url,
            "title": f"{entry.kind.name}：{entry.word}（{entry.service.name}）",
            "description": f"{where}，{entry.kind.name}：{entry.word}。{values['sentence']}",
            "head": Markup(data.json_ld(entry, self.setting)),
        }
        if now is not None or following is not None:  # said of few items, each time in another way
            return self._whole("item", **values).encode()
        return self._items.draw(SimpleNamespace(**values))

    def _version(self, entry: Entry, version: ItemVersion, url: str) -> bytes:
        """What held in another period, at a permanent address (S-SITE-04, S-SITE-10)."""
        catalog = self.atlas.catalog
        say = self.atlas.phrases(entry.home.profile)
        answer = answer_code(catalog, replace(entry.standing, state="listed", version=version, following=None))
        since, until = zh_date(version.from_), zh_date(version.until) if version.until else "今天以前"
        ahead = first_day(version.from_) > self.atlas.day
        values = items.item_values(self.atlas, entry, root_from(url), version)
        values |= {
            "since": since,
            "icon_name": catalog.vocabularies.answers[answer].icon,
            "old_answer": answer,
            "old_word": answer_word(catalog, answer, entry.kind),
            "old_sentence": say("pending_sentence", date=since)
            if ahead
            else say("old_version", **{"from": since, "until": until}),
            "sentence": catalog.vocabularies.methods[version.method].sentence,
            "steps": catalog.vocabularies.methods[version.method].steps,
        }
        values |= {
            "url": url,
            "title": f"{entry.kind.name}：{since}起的办法（{entry.service.name}）",
            "description": f"{entry.kind.name}在{since}的办法。",
            "head": "",
        }
        return self._versions.draw(SimpleNamespace(**values))
