"""A build of the site: pages made, shells filled, tree written; and nothing touched if anything is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path

from mianzheng.keeping import once
from mianzheng.model import Catalog
from mianzheng.site import feeds, headers
from mianzheng.site.downloads import Downloads
from mianzheng.site.edition_pages import EditionPages
from mianzheng.site.framing import Frames
from mianzheng.site.item_pages import ItemPages
from mianzheng.site.live_files import read_live
from mianzheng.site.marks import Marks
from mianzheng.site.search.index import makings, search_files
from mianzheng.site.setting import Setting
from mianzheng.site.shells import Shells, depth_of, read_shells
from mianzheng.site.stamping import File, Summary, Tree
from mianzheng.site.tree import Builder, Page
from mianzheng.views.atlas import draw

OWN_ASSETS = re.compile(r"assets/(?!javascripts/|stylesheets/|images/)")
"""What of the generator's assets belongs to our own design; its theme's bundles are not shipped."""

COMMENTS = re.compile(rb"^ */\*(?s:.*?)\*/\n| +// [^\n]*$", re.MULTILINE)
"""Comments of scripts, as we write them: for those who change the scripts, not for those who load them."""


def build(catalog: Catalog, setting: Setting, schemas: Mapping[str, str]) -> Summary:
    """Build the site of a catalog without errors; `schemas` (file name → text) are published beside the data.

    Raises ShellError, LiveUnreadable, SiteNotWritten; the old site stays then.
    """
    live = read_live(setting.live)
    shells = read_shells(setting.shells)
    atlas = draw(catalog, setting.day)
    marks = Marks(atlas, setting, shells)
    builder = Builder(atlas, live, setting, marks)
    frames = Frames(catalog, shells, setting)
    items = ItemPages(atlas, live, setting, marks, frames)
    editions = EditionPages(atlas, setting, marks)
    stamper = Stamper(catalog, shells, frames, setting, schemas)
    return Tree(setting.out).write(stamper.files(builder, items, editions))


class Stamper:
    """Fills shells: pages of records, hand-written pages, and the files beside them."""

    def __init__(
        self, catalog: Catalog, shells: Shells, frames: Frames, setting: Setting, schemas: Mapping[str, str]
    ) -> None:
        self.catalog = catalog
        self.shells = shells
        self.setting = setting
        self.schemas = schemas
        self.frames = frames

    def files(self, builder: Builder, items: ItemPages, editions: EditionPages) -> Iterator[File]:
        """Every file of the site."""
        urls: list[str] = []
        inline: set[str] = set()
        records = (builder.places(), editions.pages(), items.pages(), builder.shared(), builder.problems())
        for page in chain(builder.front(), builder.notices(), *records):
            if page.listed:
                urls.append(page.url)
            yield File(f"{page.url}index.html", page.kind, partial(self.stamp, page), page.mark)
        for path in self.shells.pages:
            html = self.frames.hand_written(path)
            inline.add(html)
            if path != "404.html":
                urls.append(path.removesuffix("index.html"))
            yield File(path, "hand-written", html.encode)
        inline.update("".join(shell.texts) for shell in self.shells.by_depth)
        yield from editions.files()
        yield from self._beside(builder, urls, inline)

    def stamp(self, page: Page) -> bytes:
        """One page of a record in its shell."""
        made = page.make()
        if isinstance(made, bytes):
            return made
        depth = depth_of(page.url)
        return self.frames.around(depth, url=page.url, kind=page.kind, feed=page.feed, **made._asdict()).encode()

    def _beside(self, builder: Builder, urls: list[str], inline: set[str]) -> Iterator[File]:
        yield from Downloads(builder).files()
        yield from self._search(builder)
        for path, text in feeds.sitemaps(urls, self.setting.base_url, self.setting.day):
            yield File(path, "sitemap", text.encode)
        values = headers.headers(headers.script_hashes(inline), self.setting.demonstration)
        for path, content in headers.header_files(values):
            yield File(path, "headers", partial(bytes, content))
        for file in sorted(self.setting.shells.rglob("*")):
            path = file.relative_to(self.setting.shells).as_posix()
            if file.is_file() and OWN_ASSETS.match(path):
                yield File(path, "asset", partial(_asset, file))
        for name, text in self.schemas.items():
            yield File(f"data/v1/schema/{name}", "data", text.encode)
        if self.setting.static_redirects:
            yield from self._redirect_pages(builder)

    def _search(self, builder: Builder) -> Iterator[File]:
        """The index: made of everything at once, so kept beside the site as long as it would come out the same."""
        mark = builder.marks.of(*makings(builder.atlas))
        beside = self.setting.out.with_name(f".{self.setting.out.name}.search")
        make = partial(search_files, builder.atlas, self._not_found(builder))
        for path, content in once(beside, mark, lambda: list(make()), list[tuple[str, bytes]]):
            yield File(path, "search", partial(bytes, content), mark)

    def _not_found(self, builder: Builder) -> dict[str, str]:
        """What a place may say of what it does not list: only a complete list in operation says "not allowed"."""
        codes = {
            home.place.id: "no_record_complete"
            if home.place.coverage.value == "complete" and not self.setting.demonstration
            else "no_record"
            for home in self.catalog.places.values()
        }
        return {p: builder.atlas.phrases(self.catalog.places[p].profile)(code) for p, code in codes.items()}

    def _redirect_pages(self, builder: Builder) -> Iterator[File]:
        """Stubs for servers that know no redirect map."""
        for item_id, entry in builder.atlas.entries.items():
            target = f"../../{entry.url}"
            html = (
                f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{item_id}</title>'
                f'<meta http-equiv="refresh" content="0; url={target}"><a href="{target}">{item_id}</a></html>\n'
            )
            yield File(f"i/{item_id}/index.html", "redirect", html.encode)


def _asset(file: Path) -> bytes:
    """An asset as it is sent: scripts without their comments."""
    content = file.read_bytes()
    return COMMENTS.sub(b"", content) if file.suffix == ".js" else content
