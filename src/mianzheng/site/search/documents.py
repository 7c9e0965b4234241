"""What can be found: kinds of certificate, life events, services, bodies and laws, each with its text and its head.

Items are no documents of their own. An item is a kind asked for in a service, so it hangs on the heads of both: that
keeps the index small whatever the number of items, and a query that names a certificate and an errand still meets it.
Cancelled items stand in the counts of their kind and among its rows, marked by their answer (S-CAT-08).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from mianzheng.model import CertificateKind, LegalBasis, PlaceCatalog, PublicBody, PublicService, Topic
from mianzheng.site.search.everyday import office_names
from mianzheng.site.search.text import key
from mianzheng.views.atlas import Atlas, Entry

TYPES = ("kind", "topic", "service", "body", "legal-basis")
"""In the order of their numbers in the index."""
NAME, ALIAS, WORD, SAID, SERVICE, BODY, TOPIC, LAW = range(8)
"""Where a term stands, from the strongest to the weakest."""
ROWS_A_PLACE = 10
KINDS_OF_A_BODY = 12
_FILLERS = ("申请", "申领", "领取", "办理", "签发", "许可", "审批", "登记", "核准", "的", "和")


@dataclass
class Document:
    """One thing that can be found. `texts` are (field, text); `spoken` those that pinyin is made of."""

    type: str
    order: tuple[Any, ...]
    head: list[Any]
    priority: int = 0
    texts: list[tuple[int, str]] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)

    @property
    def own(self) -> list[str]:
        """Its name, aliases and words."""
        return [text for at, text in self.texts if at <= WORD]


class Library:
    """All documents of an atlas, numbered, heads filled."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.names: dict[str, list[str]] = {}
        self.places = {place: number for number, place in enumerate(atlas.catalog.places)}
        self.answers = {code: number for number, code in enumerate(atlas.catalog.vocabularies.answers)}
        self.topics = {t.code: t for t in _topics(atlas)}
        kinds = sorted(atlas.catalog.kinds.values(), key=lambda k: (k.category, key(k.name)[::-1], k.id))
        self.kind_numbers = {kind.id: number for number, kind in enumerate(kinds)}
        found = [self._kind(kind) for kind in kinds]
        found += [self._topic(topic) for topic in self.topics.values()]
        found += sorted(self._services(), key=lambda d: d.order)
        found += sorted(self._bodies(), key=lambda d: d.order)
        found += [self._law(basis) for basis in atlas.catalog.legal_bases.values()]
        self.documents: Sequence[Document] = found

    def _kind(self, kind: CertificateKind) -> Document:
        entries = self.atlas.by_kind[kind.id]
        texts = _own(kind.name, kind.aliases, kind.words)
        services = {e.service.id: e.service for e in entries}.values()
        texts += [(SERVICE, text) for text in _distinct(t for s in services for t in _service_texts(s))]
        bodies = {b.id: b for e in entries for b in _bodies_of(e)}.values()
        texts += [(BODY, text) for text in _distinct(t for b in bodies for t in self._names(b))]
        topics = dict.fromkeys([*kind.topics, *(t for e in entries for t in e.service.topics)])
        texts += [(TOPIC, text) for code in topics if code in self.topics for text in _topic_texts(self.topics[code])]
        laws = _distinct(use.basis for e in entries for use in e.item.legal_bases)
        texts += [(LAW, self.atlas.catalog.legal_bases[basis].title) for basis in laws]
        licence = int(kind.material_class == "licence")
        head = [kind.id, kind.name, list(kind.aliases), list(kind.words), licence, self._counts(entries),
                self._rows(entries)]  # fmt: skip
        return Document("kind", (), head, kind.priority, texts, [kind.name, *kind.aliases, *kind.words])

    def _names(self, body: PublicBody) -> list[str]:
        if body.id not in self.names:
            self.names[body.id] = body_names(body)
        return self.names[body.id]

    def _counts(self, entries: Iterable[Entry]) -> list[list[int]]:
        """[place, answer, how many], most frequent first."""
        counts = Counter((self.places[e.place_id], self.answers[e.answer]) for e in entries)
        return [[place, answer, n] for (place, answer), n in sorted(counts.items(), key=lambda p: (-p[1], p[0]))]

    def _rows(self, entries: list[Entry]) -> list[list[Any]]:
        """[item, place, service, body, answer, group]; near-identical items of several places share a group."""
        rows: list[list[Any]] = []
        taken: Counter[int] = Counter()
        groups: dict[str, int] = {}
        for entry in sorted(entries, key=lambda e: (e.answer == "cancelled", e.service.name, e.item.id)):
            place = self.places[entry.place_id]
            taken[place] += 1
            if taken[place] <= ROWS_A_PLACE:
                group = groups.setdefault(likeness(entry.service.name), len(groups))
                body = entry.office
                rows.append([entry.item.id, place, entry.service.name, body, self.answers[entry.answer], group])
        return rows

    def _topic(self, topic: Topic) -> Document:
        entries = self.atlas.by_topic.get(topic.code, [])
        head = [topic.code, topic.label, [], list(topic.words), self._counts(entries)]
        return Document("topic", (), head, texts=_own(topic.label, (), topic.words), spoken=[topic.label])

    def _services(self) -> Iterator[Document]:
        for home in self.atlas.catalog.places.values():
            for service in home.services.values():
                yield self._service(home, service)

    def _service(self, home: PlaceCatalog, service: PublicService) -> Document:
        entries = self.atlas.by_service.get(service.id, [])
        body = home.bodies[service.body]
        ordered = sorted(entries, key=lambda e: _particular(e.kind))
        items = [[e.item.id, self.kind_numbers[e.kind.id], self.answers[e.answer]] for e in ordered]
        alike = likeness(service.name)
        head = [service.id, service.name, list(service.aliases), list(service.words), self.places[home.place.id],
                body.short_name or body.name, items, alike]  # fmt: skip
        texts = _own(service.name, service.aliases, service.words)
        texts += [(BODY, text) for text in self._names(body)]
        texts += [(TOPIC, self.topics[code].label) for code in service.topics if code in self.topics]
        return Document("service", (alike, service.id), head, 0, texts, [service.name, *service.aliases])

    def _bodies(self) -> Iterator[Document]:
        for home in self.atlas.catalog.places.values():
            for body in home.bodies.values():
                yield self._body(home, body)

    def _body(self, home: PlaceCatalog, body: PublicBody) -> Document:
        issued, asked = self.atlas.issued_by.get(body.id, []), self.atlas.by_body.get(body.id, [])
        names = self._names(body)
        alike = body.short_name or body.name
        head = [body.id, body.name, names[1:], self.places[home.place.id], self._counts(asked),
                self._frequent(issued), self._frequent(asked), alike]  # fmt: skip
        texts = [(NAME, body.name), *((ALIAS, name) for name in names[1:])]
        return Document("body", (alike, body.id), head, 0, texts, names)

    def _frequent(self, entries: Iterable[Entry]) -> list[list[int]]:
        """[kind, how many], first what people ask for most."""
        counts: dict[str, int] = defaultdict(int)
        for entry in entries:
            counts[entry.kind.id] += 1
        kinds = self.atlas.catalog.kinds
        order = sorted(counts, key=lambda k: (-counts[k] - kinds[k].priority / 3, k))
        return [[self.kind_numbers[k], counts[k]] for k in order[:KINDS_OF_A_BODY]]

    def _law(self, basis: LegalBasis) -> Document:
        others = [text for text in (basis.short_title, basis.document_number) if text]
        head = [basis.id, basis.title, others, self._counts(self.atlas.by_basis.get(basis.id, []))]
        return Document("legal-basis", (), head, 0, [(NAME, basis.title), *((ALIAS, o) for o in others)], others[:1])


def _particular(kind: CertificateKind) -> tuple[bool, bool, int]:
    """What is asked for in one errand goes before what is asked for everywhere, such as proof of identity."""
    return (kind.category == "identity", kind.material_class == "licence", -kind.priority)


def _topics(atlas: Atlas) -> Sequence[Topic]:
    vocabulary = atlas.catalog.vocabularies.topics
    return vocabulary.topics if vocabulary else ()


def _topic_texts(topic: Topic) -> list[str]:
    return [topic.label, *topic.words]


def _service_texts(service: PublicService) -> list[str]:
    return [service.name, *service.aliases, *service.words]


def _bodies_of(entry: Entry) -> list[PublicBody]:
    return [entry.requesting, *([entry.issuing] if entry.issuing else [])]


def body_names(body: PublicBody) -> list[str]:
    """A body's name, then short and former names and what people call such an office."""
    formers = [former.name for former in body.former_names]
    every = [body.name, body.short_name, *formers, *office_names(body.name)]
    return _distinct(name for name in every if name)


def _own(name: str, aliases: Iterable[str], words: Iterable[str]) -> list[tuple[int, str]]:
    return [(NAME, name), *((ALIAS, text) for text in aliases), *((WORD, text) for text in words)]


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def likeness(name: str) -> str:
    """The same for services that several places name a little differently: 居住证申领 and 申领居住证."""
    plain = key(name)
    for filler in _FILLERS:
        plain = plain.replace(filler, "")
    return "".join(sorted(plain or key(name)))
