"""What is searched and what is asked: our index, the same records for the peers, and queries made by rule."""

from __future__ import annotations

import csv
import html
import json
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mianzheng.catalog_files.checking import Order, check_folder
from mianzheng.model import CertificateKind
from mianzheng.site.search.index import search_files
from mianzheng.site.search.sounds import initials, syllables
from mianzheng.views.atlas import Atlas, draw

DAY = "2026-11-25"
Query = tuple[str, str, str]
"""What is typed, the names that answer it (joined by `;`), and of which sort it is."""


@dataclass(frozen=True)
class Material:
    """A catalog made ready: where our index lies, what it cost, and how many items it has."""

    folder: Path
    atlas: Atlas
    seconds: float
    size: int


def prepare(catalog: Path, folder: Path) -> Material:
    """Write our index of a catalog to `folder`/search."""
    loaded, _ = check_folder(Order(catalog, DAY))
    atlas = draw(loaded.catalog, DAY)
    shutil.rmtree(folder, ignore_errors=True)
    started = time.process_time()
    files = list(search_files(atlas, dict.fromkeys(loaded.catalog.places, "本站没有收录。")))
    spent = time.process_time() - started
    for path, content in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return Material(folder, atlas, spent, sum(len(content) for _, content in files))


def records(atlas: Atlas) -> Iterator[dict[str, str]]:
    """One record a kind and one an item, with the text that our index has for them."""
    for kind in atlas.catalog.kinds.values():
        yield _record(kind.id, kind) | {"service": "", "body": ""}
    for entry in atlas.entries.values():
        service, body = entry.service, entry.requesting
        yield _record(entry.item.id, entry.kind) | {
            "service": _spaced([service.name, *service.aliases, *service.words]),
            "body": _spaced([body.name, body.short_name]),
        }


def _record(number: str, kind: CertificateKind) -> dict[str, str]:
    sounds = [text for name in kind.names for text in ("".join(syllables(name)), initials(name)[-1][1:])]
    return {"id": number, "name": kind.name, "names": ";".join(kind.names), "aliases": _spaced(kind.aliases),
            "words": _spaced(kind.words), "sound": _spaced(sounds)}  # fmt: skip


def write_records(atlas: Atlas, folder: Path) -> tuple[Path, Path]:
    """The records as one JSON file (MiniSearch) and as one small page each (Pagefind); names weigh more than words."""
    pages = folder / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)
    every = list(records(atlas))
    (folder / "records.json").write_text(json.dumps(every, ensure_ascii=False), "utf-8")
    for record in every:
        safe = {name: html.escape(value) for name, value in record.items()}
        shelf = pages / record["id"][-2:]
        shelf.mkdir(exist_ok=True)
        (shelf / f"{record['id']}.html").write_text(
            f'<!doctype html><html lang="zh"><body data-pagefind-body><h1 data-pagefind-weight="10" '
            f'data-pagefind-meta="names:{safe["names"]}">{safe["name"]}</h1><p data-pagefind-weight="7">'
            f'{safe["aliases"]}</p><p data-pagefind-weight="5">{safe["words"]}</p><p>{safe["service"]}</p>'
            f"<p>{safe['body']}</p><p>{safe['sound']}</p></body></html>",
            "utf-8",
        )
    return folder / "records.json", pages


def _spaced(texts: Sequence[str]) -> str:
    return " ".join(text for text in texts if text)


def made_queries(atlas: Atlas, count: int, seed: int) -> list[Query]:
    """Queries made by rule from random items: as written, in part, misheard, with a character lost, in pinyin …"""
    chance = random.Random(seed)
    entries = chance.choices(sorted(atlas.entries.values(), key=lambda e: e.item.id), k=count)
    sounds = _homophones()
    found: list[Query] = []
    for number, entry in enumerate(entries):
        name = entry.kind.name
        plain = name.removesuffix("证明")
        spot = chance.randrange(1, len(plain) - 1)
        heard = sounds.get(syllables(name)[spot], [name[spot]])
        sorts = [
            ("official", name),
            ("partial", plain),
            ("alias", chance.choice(entry.kind.names[1:] or (name,))),
            ("homophone", name[:spot] + chance.choice(heard) + name[spot + 1 :]),
            ("dropped", name[:spot] + name[spot + 1 :]),
            ("order", f"{plain[2:]} {plain[:2]}"),
            ("pinyin", "".join(syllables(plain))),
            ("initials", initials(name)[-1][1:]),
            ("service", f"{entry.service.name} {plain}"),
            ("colloquial", f"{plain}的证明怎么开"),
        ]
        sort, typed = sorts[number % len(sorts)]
        found.append((typed, _answers(atlas, entry.kind, sort), sort))
    return found


def _answers(atlas: Atlas, kind: CertificateKind, sort: str) -> str:
    """The names that answer: the item's own; for sound alone, also those that sound the same."""
    kinds = [kind]
    if sort in ("pinyin", "initials", "homophone"):
        same = initials(kind.name)[-1] if sort == "initials" else ""
        kinds += [k for k in atlas.catalog.kinds.values() if same and initials(k.name)[-1] == same]
    return ";".join(dict.fromkeys(name for k in kinds for name in k.names))


def _homophones() -> dict[str, list[str]]:
    """Everyday characters (GB 2312, first level) by their sound."""
    found: dict[str, list[str]] = {}
    for row in range(0xB0, 0xD8):
        for column in range(0xA1, 0xFF):
            character = bytes((row, column)).decode("gb2312", "ignore")
            for sound in syllables(character):
                found.setdefault(sound, []).append(character)
    return found


def read_queries(file: Path) -> list[Query]:
    """A set of queries: first column what is typed, then expected names, then its sort."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    return [(typed, expected, sort) for typed, expected, sort in rows]


def write_queries(queries: list[Query], file: Path) -> Path:
    """Queries as the JavaScript side reads them."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([("query", "expected", "kind"), *queries])
    return file
