"""A law is repealed: which items cite it, where their articles went, who has to apply by when, and a draft for that.

Nothing here changes an item: units are reminded and find a draft that they complete, hand in or throw away
(YY-ADJ-08-1, YY-ADJ-09-1, S-CAT-09).
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from mianzheng.clock import Deadline, WorkingCalendar, deadline
from mianzheng.model import BasisUse, Catalog, CertificateItem, LegalBasis, PlaceCatalog, first_day
from mianzheng.proposals.forms import OTHER, Application, CitedBasis, ItemWish
from mianzheng.proposals.operations import FieldEdit
from mianzheng.rules.bases import article_number, article_order

BATCH = 200
"""Items that one application holds."""
BASIS_REMOVED = "X4_basis_removed"
NO_BASIS = "X5_no_basis"
CHANGED_OTHERWISE = "C9_other"

Fate = Literal["moved", "gone", "open"]
"""moved: the law names the article that took its place · gone: nothing did · open: the law's record does not say."""


@dataclass(frozen=True)
class Citation:
    """One item that cites a repealed law: the article as it stands there, and where that went."""

    home: PlaceCatalog
    item: CertificateItem
    use: BasisUse
    fate: Fate
    now: CitedBasis | None = None


@dataclass(frozen=True)
class Reminder:
    """What a unit has to look at, and by when it must apply; None where the place's rules set no limit."""

    home: PlaceCatalog
    body: str
    citations: tuple[Citation, ...]
    due: Deadline | None

    @property
    def size(self) -> int:
        """How many items are concerned; one may cite several articles."""
        return len({one.item.id for one in self.citations})


def citations_of(catalog: Catalog, basis: LegalBasis, place: str = "") -> list[Citation]:
    """Every item (of a place) that is still demanded on a repealed law, in the order of its articles.

    None for a law in force. Raises BadArgument for a place that is not there.
    """
    if basis.repealed is None:
        return []
    homes = [catalog.home(place)] if place else catalog.places.values()
    found = [
        _citation(home, item, use, basis)
        for home in homes
        for item in home.items.values()
        if item.status not in ("cancelled", "excluded")
        for use in item.legal_bases
        if use.basis == basis.id
    ]
    return sorted(found, key=lambda one: (article_order(one.use.article), one.home.place.id, one.item.id))


def _citation(home: PlaceCatalog, item: CertificateItem, use: BasisUse, basis: LegalBasis) -> Citation:
    now = new_article(basis, use.article)
    if now is None:
        return Citation(home, item, use, "open")
    if not now:
        return Citation(home, item, use, "gone")
    assert basis.repealed is not None
    return Citation(home, item, use, "moved", CitedBasis(basis=basis.repealed.successor, article=now))


def new_article(basis: LegalBasis, article: str) -> str | None:
    """Where a citation went: the new one, empty where nothing took its place, None where the record does not say.

    The very citation counts first, then the one of its whole article: 第十一条 speaks for 第十一条第（三）项 too.
    """
    if basis.repealed is None:
        return None
    known = basis.repealed.articles
    if article in known:
        return known[article]
    number = article_number(article)
    for old, new in known.items():
        if number is not None and article_number(old) == number and old.endswith("条"):
            return new
    return None


def reminders(calendar: WorkingCalendar, citations: Iterable[Citation], basis: LegalBasis) -> list[Reminder]:
    """One for each unit that demands something on the law, with its day (`adjust.apply` from the day of repeal)."""
    assert basis.repealed is not None
    start = datetime.date.fromisoformat(first_day(basis.repealed.on))
    groups: dict[tuple[str, str], list[Citation]] = defaultdict(list)
    for one in citations:
        groups[one.home.place.id, one.item.requesting_body].append(one)
    return [
        Reminder(
            home := group[0].home,
            body,
            tuple(group),
            deadline(calendar, home.profile, "adjust.apply", start) if home.profile else None,
        )
        for (_, body), group in sorted(groups.items())
    ]


def drafts(catalog: Catalog, basis: LegalBasis, reminder: Reminder, today: str) -> list[Application]:
    """The applications that a unit could hand in: citations moved on, items without any basis cancelled.

    Items whose article's fate is open stand in none of them: somebody has to read the new law first.
    """
    moved: list[ItemWish] = []
    ended: list[ItemWish] = []
    for item, citations in _by_item(reminder.citations):
        if any(one.fate == "open" for one in citations):
            continue
        kept = _kept(catalog, item, citations, today)
        if kept:
            now = [msgspec.to_builtins(use) for use in kept]
            edit = FieldEdit(field="legal_bases", from_=[msgspec.to_builtins(use) for use in item.legal_bases], to=now)
            moved.append(ItemWish(item=item.id, edits=(edit,)))
        else:
            ended.append(ItemWish(item=item.id))
    changes = _applications(basis, reminder, "change", moved, today)
    return [*changes, *_applications(basis, reminder, "cancel", ended, today)]


def _by_item(citations: Iterable[Citation]) -> Iterator[tuple[CertificateItem, list[Citation]]]:
    groups: dict[str, list[Citation]] = defaultdict(list)
    for one in citations:
        groups[one.item.id].append(one)
    for group in groups.values():
        yield group[0].item, group


def _kept(catalog: Catalog, item: CertificateItem, citations: Sequence[Citation], today: str) -> list[CitedBasis]:
    """The bases of an item afterwards, each once: moved ones in the place of the old ones, gone ones left out."""
    fates = {id(one.use): one for one in citations}
    kept: dict[tuple[str, str], CitedBasis] = {}
    for use in item.legal_bases:
        fate = fates.get(id(use))
        now = fate.now if fate else CitedBasis(basis=use.basis, article=use.article, requires=use.requires)
        if fate and now:
            now = msgspec.structs.replace(now, requires=use.requires)
        if now and (fate or _holds(catalog, use, today)):
            kept.setdefault((now.basis, now.article), now)
    return list(kept.values())


def _holds(catalog: Catalog, use: BasisUse, today: str) -> bool:
    other = catalog.legal_bases.get(use.basis)
    return other is not None and not (other.repealed and first_day(other.repealed.on) <= today)


def _applications(
    basis: LegalBasis, reminder: Reminder, kind: Literal["change", "cancel"], wishes: list[ItemWish], today: str
) -> Iterator[Application]:
    repealed = basis.repealed
    assert repealed is not None
    told = f"{basis.marked_title}自 {repealed.on} 起被{repealed.by}{repealed.article}废止"
    reason, words = _reason(reminder.home, kind)
    support = (CitedBasis(basis=repealed.successor, article=repealed.article),) if repealed.successor else ()
    for start in range(0, len(wishes), BATCH):
        yield Application(
            place=reminder.home.place.id,
            type=kind,
            items=tuple(wishes[start : start + BATCH]),
            applicant=reminder.body,
            applied_on=today,
            ground=f"{told}。",
            legal_bases=support,
            reason=reason,
            reason_text=f"{words}：{told}。",
            trigger_date=first_day(repealed.on),
            trigger_evidence=f"{told}。",
        )


def _reason(home: PlaceCatalog, kind: Literal["change", "cancel"]) -> tuple[str, str]:
    """The code that the place's rules have for it, and what to say beside it (OQ-22)."""
    if kind == "change":
        return CHANGED_OTHERWISE, "设定依据换成了新的"
    enabled = (home.profile.adjust.reasons.value if home.profile else None) or ()
    code = next((one for one in (BASIS_REMOVED, NO_BASIS) if one in enabled), OTHER)
    return code, f"证明自己的依据没有了（{BASIS_REMOVED}）"
