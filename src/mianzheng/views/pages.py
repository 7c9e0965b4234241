"""The bodies of all pages but the item's: kinds, services, bodies, laws, lists, topics, places, home, directories."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from mianzheng.clock import WorkingCalendar
from mianzheng.model import CertificateKind, LegalBasis, PlaceCatalog, PublicBody, PublicService, Topic, first_day
from mianzheng.proposals.repeal import citations_of, new_article, reminders
from mianzheng.rules.bases import article_order
from mianzheng.rules.labels import BODY_KINDS, RANKS
from mianzheng.views.advice import answers_of, has_window
from mianzheng.views.atlas import Atlas, Entry
from mianzheng.views.changes import Change, by_month
from mianzheng.views.editions import list_stands, wants_editions
from mianzheng.views.lists import PublishedList, lists_of
from mianzheng.views.live import Live
from mianzheng.views.pinyin import initial
from mianzheng.views.problems import Trouble
from mianzheng.views.public_notices import page_url
from mianzheng.views.rendering import render, zh_date
from mianzheng.views.service_lists import ways_of

FREE = ("no_need", "commit", "fetched_for_you", "later")
CHANGES_ON_HOME = 6
CHANGES_SHOWN = 300
METHOD_SHOWN = 100


def _topics(atlas: Atlas, codes: Iterable[str]) -> list[Topic]:
    vocabulary = atlas.catalog.vocabularies.topics
    known = {t.code: t for t in vocabulary.topics} if vocabulary else {}
    return [known[code] for code in codes if code in known]


def topic_tiles(atlas: Atlas, place: str = "") -> list[tuple[Topic, int, int]]:
    """Life events with how many items they have and how many of those are free, in vocabulary order."""
    vocabulary = atlas.catalog.vocabularies.topics
    tiles = []
    for topic in vocabulary.topics if vocabulary else ():
        entries = [e for e in atlas.by_topic.get(topic.code, ()) if not place or e.place_id == place]
        if entries:
            tiles.append((topic, len(entries), sum(e.answer in (*FREE, "cancelled") for e in entries)))
    return tiles


def _by_service(entries: Iterable[Entry]) -> list[tuple[PublicService, list[Entry]]]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.service.id].append(entry)
    return sorted(((g[0].service, g) for g in groups.values()), key=lambda pair: pair[0].name)


def _by_place(atlas: Atlas, entries: Iterable[Entry]) -> list[tuple[Any, list[Entry]]]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.place_id].append(entry)
    return [(atlas.catalog.places[place].place, groups[place]) for place in sorted(groups)]


def kind_page(atlas: Atlas, kind: CertificateKind, root: str, demonstration: bool) -> str:
    """All places and services that ask for a kind, and whether committees may issue it."""
    return render(
        "pages/kind.html",
        root=root,
        kind=kind,
        may_not=[m for m in kind.may_not_issue if "committee" in m.bodies],
        bases=atlas.catalog.legal_bases,
        places=_by_place(atlas, atlas.by_kind[kind.id]),
        topics=_topics(atlas, kind.topics),
        made_by=atlas.makers.get(kind.id, []),
        say=atlas.phrases(),
        demonstration=demonstration,
    )


def service_page(atlas: Atlas, home: PlaceCatalog, service: PublicService, root: str) -> str:
    """What need not be brought to a service, what must, and what was cancelled."""
    entries = atlas.by_service.get(service.id, [])
    vocabulary = atlas.catalog.vocabularies.topics
    labels = {t.code: t.label for t in vocabulary.service_types} if vocabulary else {}
    return render(
        "pages/service.html",
        root=root,
        place=home.place,
        service=service,
        body=home.bodies[service.body],
        type_label=labels.get(service.kind, ""),
        free=[e for e in entries if e.answer in FREE],
        needed=[e for e in entries if e.answer == "still_needed"],
        gone=[e for e in entries if e.answer == "cancelled"],
        answers=answers_of(atlas, home, service),
        ways=ways_of(service, atlas.catalog.vocabularies),
        made=[atlas.catalog.kinds[k] for k in service.produces],
        topics=_topics(atlas, service.topics),
        say=atlas.phrases(home.profile),
    )


def body_page(atlas: Atlas, home: PlaceCatalog, body: PublicBody, root: str) -> str:
    """What a body asks for and what it used to issue."""
    return render(
        "pages/body.html",
        root=root,
        place=home.place,
        body=body,
        kind_label=BODY_KINDS[body.kind],
        asks=_by_service(atlas.by_body.get(body.id, [])),
        issues=atlas.issued_by.get(body.id, []),
        say=atlas.phrases(home.profile),
    )


class _Use(NamedTuple):
    """An item under an article, and what the article requires as it stands before the item's service."""

    entry: Entry
    requires: str


def law_page(atlas: Atlas, basis: LegalBasis, root: str) -> str:
    """Which articles of a law ask for which certificates."""
    articles: dict[str, list[_Use]] = defaultdict(list)
    for entry in atlas.by_basis.get(basis.id, []):
        for use in entry.item.legal_bases:
            if use.basis == basis.id:
                articles[use.article].append(_Use(entry, f"{use.requires} · " if use.requires else ""))
    affected = [one for one in citations_of(atlas.catalog, basis) if one.item.id in atlas.entries]
    say = atlas.phrases()
    code = "checked_only" if basis.repealed or "未核对" in basis.note else "checked_to"
    return render(
        "pages/law.html",
        root=root,
        basis=basis,
        rank_label=RANKS[basis.rank],
        checked=say(code, date=zh_date(basis.checked_on)),
        units=reminders(WorkingCalendar(atlas.catalog.calendars), affected, basis) if affected else [],
        successor=atlas.catalog.legal_bases.get(basis.repealed.successor) if basis.repealed else None,
        went={article: new_article(basis, article) for article in articles},
        ahead=basis.repealed is not None and first_day(basis.repealed.on) > atlas.day,
        articles=sorted(articles.items(), key=lambda found: (article_order(found[0]), found[0])),
        say=say,
    )


def list_page(published: PublishedList, number: int, root: str) -> str:
    """One page of a published list."""
    shown = published.shown(number)
    codes = [column.code for column in published.columns]
    return render(
        "pages/list.html",
        root=root,
        place=published.home.place,
        spec=published.spec,
        total=len(published.entries),
        phases=published.phases,
        stands=list_stands(published.atlas, published.home, published.spec),
        columns=published.columns,
        levels=published.levels,
        editions=published.spec.editions and wants_editions(published.home),
        number=number,
        pages=published.pages,
        linked=codes.index("name") if "name" in codes else codes.index("service"),
        lines=[(e.url, row) for e, row in zip(published.entries[shown], published.rows[shown], strict=True)],
        download=root + published.stem,
        formats=published.formats,
        day=published.atlas.day,
    )


def place_page(atlas: Atlas, home: PlaceCatalog, root: str) -> str:
    """A place's front page: search, life events, all items by method, lists and bodies."""
    entries = atlas.by_place[home.place.id]
    labels = (home.profile.methods.labels_zh.value if home.profile else None) or {}
    by_method: dict[str, list[Entry]] = defaultdict(list)
    by_answer: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_answer[entry.answer].append(entry)
        if entry.standing.version and entry.standing.state in ("listed", "notice"):
            by_method[entry.standing.version.method].append(entry)
    groups: list[tuple[str, str, list[Entry]]] = [
        (code, label, by_method[code]) for code, label in labels.items() if code in by_method
    ]
    for answer in ("still_needed", "cancelled"):
        if answer in by_answer:
            groups.append((answer, atlas.catalog.vocabularies.answers[answer].word, by_answer[answer]))
    counts = Counter(e.requesting.id for e in entries)
    profile = home.profile
    return render(
        "pages/place.html",
        root=root,
        place=home.place,
        methods=[(code, label, len(group)) for code, label, group in groups],
        groups=[(code, label, group[:METHOD_SHOWN], len(group)) for code, label, group in groups],
        topics=topic_tiles(atlas, home.place.id),
        lists=[(one.spec, len(one.entries)) for one in lists_of(atlas, home)],
        editions=wants_editions(home),
        advice=has_window(home),
        bodies=[(home.bodies[b], n) for b, n in counts.most_common()],
        scheme=profile.scheme_name.value if profile else None,
        documents=(profile.instruments.value if profile else None) or (),
        say=atlas.phrases(profile),
    )


def home_page(atlas: Atlas, changes: list[Change], live: Live, root: str) -> str:
    """The front page: one search box, life events, what changed, what is in notice."""
    popular = sorted(atlas.catalog.kinds.values(), key=lambda k: (-k.priority, -len(atlas.by_kind[k.id]), k.name))
    return render(
        "pages/home.html",
        root=root,
        popular=popular[:8],
        topics=topic_tiles(atlas),
        changes=changes[:CHANGES_ON_HOME],
        places=[(h.place, len(atlas.by_place[h.place.id])) for h in atlas.catalog.places.values()],
        notices=[(one, page_url(one)) for one in live.notices if not one.over(atlas.day)][:5],
    )


def topic_page(atlas: Atlas, topic: Topic, root: str) -> str:
    """A life event: its services and certificates, place by place."""
    entries = atlas.by_topic.get(topic.code, [])
    places = [(place, _by_service(group)) for place, group in _by_place(atlas, entries)]
    kinds = [k for k in atlas.catalog.kinds.values() if topic.code in k.topics]
    kinds.sort(key=lambda k: (-k.priority, k.name))
    return render("pages/topic.html", root=root, topic=topic, places=places, kinds=kinds[:20], say=atlas.phrases())


Link = tuple[str, str, str]


def directory_page(title: str, lead: str, links: list[Link], root: str, tiles: Any = (), grouped: bool = True) -> str:
    """A directory by initial letter (or in one group): text, address, small print."""
    groups: list[tuple[str, list[Link]]] = [(title, links)]
    if grouped:
        letters: dict[str, list[Link]] = defaultdict(list)
        for link in links:
            letters[initial(link[0])].append(link)
        groups = [(letter, sorted(letters[letter])) for letter in sorted(letters)]
    return render("pages/directory.html", root=root, title=title, lead=lead, groups=groups, tiles=tiles)


def changes_page(atlas: Atlas, changes: list[Change], root: str) -> str:
    """All changes, newest month first."""
    months = by_month(changes[:CHANGES_SHOWN])
    return render("pages/changes.html", root=root, months=months, older=len(changes) > CHANGES_SHOWN)


def problem_page(trouble: Trouble, root: str) -> str:
    """What a refusal of the interface means and what to do."""
    return render("pages/problem.html", root=root, trouble=trouble)
