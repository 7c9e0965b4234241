"""Atom feeds, sitemaps, robots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from mianzheng.model import first_day

SITEMAP_SIZE = 40_000


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry: a permanent id, a title, an address from the root, a day and a sentence."""

    id: str
    title: str
    url: str
    day: str
    summary: str


def feed(title: str, url: str, entries: Iterable[FeedEntry], base_url: str, day: str) -> str:
    """An Atom feed (RFC 4287), as new as its newest entry; an empty one is of `day`. `url` is its own address."""
    entries = list(entries)
    updated = max((first_day(entry.day) for entry in entries), default=day)
    tag = f"tag:{urlsplit(base_url).hostname},2026:"  # RFC 4151: every site has its own ids
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">',
        f"<id>{tag}{escape(url)}</id><title>{escape(title)}</title><updated>{updated}T00:00:00+08:00</updated>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(base_url + url)}/>',
        f"<link href={quoteattr(base_url)}/><author><name>免证清单</name></author>",
    ]
    for entry in entries:
        parts.append(
            f"<entry><id>{tag}{escape(entry.id)}</id><title>{escape(entry.title)}</title>"
            f"<link href={quoteattr(base_url + entry.url)}/>"
            f"<updated>{first_day(entry.day)}T00:00:00+08:00</updated><summary>{escape(entry.summary)}</summary></entry>"
        )
    return "\n".join([*parts, "</feed>\n"])


def sitemaps(urls: list[str], base_url: str, day: str) -> Iterable[tuple[str, str]]:
    """A sitemap index with its parts, as (path, text)."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    names = []
    for number, start in enumerate(range(0, len(urls), SITEMAP_SIZE), 1):
        name = f"sitemap-{number}.xml"
        names.append(name)
        lines = "\n".join(
            f"<url><loc>{escape(base_url + url)}</loc></url>" for url in urls[start : start + SITEMAP_SIZE]
        )
        yield name, f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}\n</urlset>\n'
    lines = "\n".join(f"<sitemap><loc>{escape(base_url + n)}</loc><lastmod>{day}</lastmod></sitemap>" for n in names)
    yield (
        "sitemap.xml",
        f'{head}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}\n</sitemapindex>\n',
    )


def robots(base_url: str, demonstration: bool) -> str:
    """Demonstrations ask not to be indexed; operating sites name their sitemap."""
    if demonstration:
        return "User-agent: *\nDisallow: /\n"
    return f"User-agent: *\nAllow: /\nSitemap: {base_url}sitemap.xml\n"
