"""Documents → files: postings in shards found by hash, heads in chunks by number, one manifest that names them all."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from mianzheng.site.search.documents import SAID, TYPES, WORD, Document, Library
from mianzheng.site.search.everyday import said_otherwise
from mianzheng.site.search.sounds import character_table, initials, pairs
from mianzheng.site.search.text import grams_of, key, shard_of
from mianzheng.views.atlas import Atlas

VERSION = 1
"""Of the format (docs/search.md); an engine that meets another one says that it cannot search."""
FIELDS = 8
CHUNK_BYTES = 4_000
CHUNK_DOCUMENTS = 12
SHARD_BYTES = 2_000
COMMON = 0.3
"""A pair of characters in more than this share of the kinds' names (证明) finds nothing and is left out."""
POPULAR = 12
HASH = 4

Postings = dict[str, dict[int, int]]
"""Term → document → the strongest field it stands in."""


def search_files(atlas: Atlas, sentences: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Every file of the index, the manifest last; `sentences` (place → text) is what may be said of what is not found.

    The order matters: whoever copies files in it never shows a manifest without its shards.
    """
    library = Library(atlas)
    documents = library.documents
    terms, common = _terms(documents)
    families: dict[str, list[Any]] = {
        "t": _hashed(_encoded(terms)),
        "p": _hashed(_encoded(_sounds(documents))),
        "c": _hashed(dict(character_table({c for d in documents for t in d.own for c in key(t)}))),
        "d": _chunks(documents),
    }
    names: dict[str, list[str]] = {}
    for family, shards in families.items():
        names[family] = []
        for number, shard in enumerate(shards):
            content = msgspec.json.encode(shard)
            mark = hashlib.blake2b(content, digest_size=HASH // 2).hexdigest()
            names[family].append(mark)
            yield f"search/{family}/{number}-{mark}.json", content
    yield (
        "search/manifest.json",
        msgspec.json.encode(
            _manifest(library, names, common, sentences) | {"chunks": [len(chunk) for chunk in families["d"]]}
        ),
    )


def makings(atlas: Atlas) -> Iterator[object]:
    """What the index is made from, besides what counts for every page; not the items' own texts."""
    yield list(atlas.catalog.kinds.values())
    yield [service for home in atlas.catalog.places.values() for service in home.services.values()]
    yield msgspec.msgpack.encode(
        [
            (e.item.id, e.kind.id, e.service.id, e.requesting.id, e.item.issuing_body, e.answer,
             [use.basis for use in e.item.legal_bases])
            for e in atlas.entries.values()
        ]
    )  # fmt: skip


def _manifest(
    library: Library, names: dict[str, list[str]], common: list[str], sentences: Mapping[str, str]
) -> dict[str, Any]:
    documents, catalog = library.documents, library.atlas.catalog
    counts = Counter(d.type for d in documents)
    kinds = [d for d in documents if d.type == "kind"]
    popular = sorted(range(len(kinds)), key=lambda n: (-kinds[n].priority, -len(kinds[n].head[6]), n))
    return {
        "version": VERSION,
        "day": library.atlas.day,
        "counts": [counts[name] for name in TYPES],
        "files": {family: "".join(marks) for family, marks in names.items()},
        "common": common,
        "priority": "".join(str(d.priority) for d in kinds),
        "popular": popular[:POPULAR],
        "unknown": library.atlas.phrases()("no_record"),
        "places": [[p, home.place.name, sentences[p]] for p, home in catalog.places.items()],
        "answers": [[a.code, a.word, a.licence_word] for a in catalog.vocabularies.answers.values()],
    }


def _chunks(documents: Iterable[Document]) -> list[list[Any]]:
    """Heads in order, a few to a file: no more than CHUNK_DOCUMENTS, and as many as CHUNK_BYTES allows."""
    chunks: list[list[Any]] = [[]]
    room = CHUNK_BYTES
    for document in documents:
        size = len(msgspec.json.encode(document.head))
        if chunks[-1] and (size > room or len(chunks[-1]) == CHUNK_DOCUMENTS):
            chunks.append([])
            room = CHUNK_BYTES
        chunks[-1].append(document.head)
        room -= size
    return chunks


def _terms(documents: Iterable[Document]) -> tuple[Postings, list[str]]:
    """Postings of characters in pairs, and of single ones of what a thing is called; and the pairs left out."""
    found: Postings = defaultdict(dict)
    named: Counter[str] = Counter()
    kinds = 0
    for number, document in enumerate(documents):
        seen: dict[str, int] = {}
        for field, text in document.texts:
            _note(seen, grams_of(text), field)
            if field <= WORD:
                if document.type == "kind":
                    _note(seen, key(text), field)
                for other in said_otherwise(text):
                    _note(seen, grams_of(other), SAID)
        if document.type == "kind":
            kinds += 1
            named.update(grams_of(document.texts[0][1]))
        for gram, field in seen.items():
            found[gram][number] = field
    common = sorted(gram for gram, count in named.items() if count > max(3, COMMON * kinds))
    for gram in common:
        del found[gram]
    return found, common


def _note(seen: dict[str, int], terms: Iterable[str], field: int) -> None:
    for term in terms:
        if seen.get(term, FIELDS) > field:
            seen[term] = field


def _sounds(documents: Iterable[Document]) -> Postings:
    """Postings of syllables in pairs and of initials."""
    found: Postings = defaultdict(dict)
    for number, document in enumerate(documents):
        for place, text in enumerate(document.spoken):
            field = min(place, WORD)
            for term in [*pairs(text), *(initials(text) if document.type != "body" else ())]:
                found[term].setdefault(number, field)
    return found


def _encoded(postings: Postings) -> dict[str, list[int]]:
    """Each posting as rising numbers `document * 8 + field`, written as differences."""
    coded = {}
    for term in sorted(postings):
        last, row = 0, []
        for value in sorted(number * FIELDS + field for number, field in postings[term].items()):
            row.append(value - last)
            last = value
        coded[term] = row
    return coded


def _hashed(entries: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Entries spread over as many shards as keep each at about SHARD_BYTES."""
    count = max(1, -(-len(msgspec.json.encode(entries)) // SHARD_BYTES))
    shards: list[dict[str, Any]] = [{} for _ in range(count)]
    for term, value in entries.items():
        shards[shard_of(term, count)][term] = value
    return shards
