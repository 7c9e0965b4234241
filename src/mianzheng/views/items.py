"""The item page: the answer first, then why, then what happens otherwise. Every sentence comes from the data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from mianzheng.editions.halves import spoken
from mianzheng.model import BasisUse, Catalog, ItemVersion, LegalBasis, Profile, first_day
from mianzheng.views.atlas import Atlas, Entry, basis_said, method_label, versions_of
from mianzheng.views.method_facts import Fact, method_facts
from mianzheng.views.phrases import Phrases
from mianzheng.views.rendering import fact_rows, zh_date

OTHERS_SHOWN = 6


class HistoryEntry(NamedTuple):
    """One period of the item's history, was → now."""

    since: str
    until: str
    was: str
    now: str
    link: str
    current: bool


def item_values(atlas: Atlas, entry: Entry, root: str, version: ItemVersion | None = None) -> dict[str, Any]:
    """What the templates of item pages and cards are filled with. `version` shows an older one than today's.

    `root` leads from the page to the root of the site, such as `../../../`.
    """
    catalog, profile = atlas.catalog, entry.home.profile
    phrases = atlas.phrases(profile)
    shown = version or entry.standing.version
    method = catalog.vocabularies.methods.get(_method_code(shown)) if shown else None
    return {
        "root": root,
        "entry": entry,
        "version": shown,
        "icon_name": catalog.vocabularies.answers[entry.answer].icon,
        "sentence": answer_sentence(catalog, phrases, entry),
        "explained": entry.item.explain if entry.answer == "cancelled" else "",
        "choice": _choice(phrases, profile, shown),
        "steps": method.steps if method and entry.answer not in ("still_needed", "cancelled") else (),
        "facts": (rows := facts(atlas, entry, phrases, root, shown)),
        "fact_rows": fact_rows(rows),
        "history": tuple(history(catalog, entry)),
        "following": entry.standing.following,
        "letter": (letter := _letter(catalog, shown)),
        "letter_id": letter.id if letter is not None else "",
        "day": atlas.day,
        "say": phrases,
        "basis": basis_said(catalog, entry.item),
    }


def others(atlas: Atlas, entry: Entry) -> list[Entry]:
    """Other items of the same kind and place, the first few."""
    return [mate for mate in mates(atlas, entry.kind.id, entry.place_id) if mate is not entry][:OTHERS_SHOWN]


def mates(atlas: Atlas, kind: str, place: str) -> list[Entry]:
    """The items of a kind and place of which their pages show others: the first few and one more."""
    return atlas.by_kind_and_place[kind, place][: OTHERS_SHOWN + 1]


def _method_code(version: ItemVersion) -> str:
    return version.agency if version.method == "agency" and version.agency else version.method


def answer_sentence(catalog: Catalog, phrases: Phrases, entry: Entry) -> str:
    """The one sentence under the answer word: the item's own, or what its state says."""
    state = entry.standing.state
    if state == "cancelled" and entry.item.cancelled is not None:
        return phrases(
            "cancelled_held" if _is_held(entry) else "cancelled_sentence", date=zh_date(entry.item.cancelled.on)
        )
    if state == "excluded":
        return phrases("excluded_sentence")
    if state == "pending" and entry.standing.following is not None:
        return phrases("pending_sentence", date=zh_date(entry.standing.following.from_))
    if state == "candidate":
        return entry.item.explain or phrases("candidate_sentence")
    version = entry.standing.version
    return entry.item.explain or (catalog.vocabularies.methods[version.method].sentence if version else "")


def _choice(phrases: Phrases, profile: Profile | None, version: ItemVersion | None) -> str:
    if version is None or version.method != "commit" or profile is None or not profile.commit.applicant_choice.value:
        return ""
    return phrases("commit_choice")


def facts(atlas: Atlas, entry: Entry, phrases: Phrases, root: str, version: ItemVersion | None) -> list[Fact]:
    """The rows under the answer, in the order in which people ask."""
    found = list(_basis_facts(atlas.catalog, entry, phrases, root))
    place = f"{root}{entry.place_id}/"
    past, requesting = entry.answer not in ("still_needed",), entry.requesting
    found.append(_fact(phrases, "以前谁要" if past else "谁要", requesting.name, f"{place}bodies/{requesting.id}/"))
    label = "谁发的" if _is_held(entry) else "以前去哪开" if past else "去哪开"
    if entry.issuing is not None:
        found.append(_fact(phrases, label, entry.issuing.name, f"{place}bodies/{entry.issuing.id}/"))
    else:
        found.append(_fact(phrases, label, phrases("issuer_unknown")))
    if entry.item.condition:
        found.append(Fact("什么情形才要", entry.item.condition))
    if entry.item.note:
        found.append(Fact("说明", entry.item.note))
    if entry.item.cancelled is not None and entry.answer == "cancelled":
        found += _cancellation_facts(atlas.catalog, entry)
    if entry.item.excluded is not None and entry.standing.state == "excluded":
        found.append(Fact("为什么不在范围内", entry.item.excluded.reason))
    if version is not None and entry.answer not in ("cancelled", "still_needed"):
        found += method_facts(atlas.catalog, entry, phrases, version)
    found += _outside_facts(entry, phrases)
    if entry.service.code:
        found.append(_fact(phrases, "事项编码", entry.service.code))
    if entry.item.in_force is not None:
        found.append(_fact(phrases, "从什么时候起", version.from_ if version else entry.item.in_force.from_))
    if (last := atlas.last_edition.get(entry.item.id)) is not None:
        small = (last.number,) if last.number else ()
        found.append(Fact("最近一期清单", spoken(last.id), f"{place}editions/{last.id}/", small))
    return found


def _fact(phrases: Phrases, label: str, text: str, link: str = "") -> Fact:
    """A fact as it was said before of another item, or a new one."""
    key = (label, text, link)
    found: Fact | None = phrases.kept.get(key)
    if found is None:
        found = phrases.kept[key] = Fact(label, text, link)
    return found


def _basis_facts(catalog: Catalog, entry: Entry, phrases: Phrases, root: str) -> Iterator[Fact]:
    for use in entry.item.legal_bases:
        key = (use.basis, use.article, use.requires, root)
        found: Fact | None = phrases.kept.get(key)
        if found is None:
            found = phrases.kept[key] = _basis_fact(catalog.legal_bases[use.basis], use, phrases, root)
        yield found


def _basis_fact(basis: LegalBasis, use: BasisUse, phrases: Phrases, root: str) -> Fact:
    small = [use.requires] if use.requires else []
    if basis.repealed is not None:
        small.append(phrases("repealed", date=zh_date(basis.repealed.on), by=basis.repealed.by))
    elif "未核对" in basis.note:
        small.append(phrases("checked_only", date=zh_date(basis.checked_on)))
    else:
        small.append(phrases("checked_to", date=zh_date(basis.checked_on)))
    return Fact("法律依据", f"{basis.marked_title}{use.article}", f"{root}legal-bases/{basis.id}/", tuple(small))


def _cancellation_facts(catalog: Catalog, entry: Entry) -> list[Fact]:
    cancelled = entry.item.cancelled
    assert cancelled is not None
    reasons = catalog.vocabularies.reasons
    labels = {r.code: r.label for r in reasons.cancel} if reasons else {}
    small = tuple(text for text in (cancelled.reason_text, cancelled.upstream) if text)
    found = [Fact("为什么取消", labels.get(cancelled.reason, cancelled.reason), small=small)]
    if cancelled.proposal:
        found.append(Fact("调整编号", cancelled.proposal))
    return found


def _is_held(entry: Entry) -> bool:
    """Whether people have the paper at home: licences and approvals are issued as ever, only no longer asked for."""
    return entry.kind.material_class != "certificate"


def _outside_facts(entry: Entry, phrases: Phrases) -> list[Fact]:
    """ "What if I need it elsewhere?" (S-CAT-08, OQ-36)."""
    if _is_held(entry):
        return []
    profile = entry.home.profile
    required = profile.outside_use.issue_required.value if profile else None
    if required and entry.item.issue_for_outside_use is not False:
        text = phrases("outside_issue")
    elif required is False and entry.answer == "cancelled":
        text = phrases("outside_stopped")
    else:
        text = phrases("outside_silent")
    return [_fact(phrases, "要拿到外地用", text)]


def history(catalog: Catalog, entry: Entry) -> list[HistoryEntry]:
    """The item's periods, newest first, each with what it replaced."""
    versions = versions_of(entry.item)
    labels = [method_label(catalog, entry.home.profile, v) for v in versions]
    told = entry.told
    found = []
    for i, version in enumerate(versions):
        was = labels[i + 1] if i + 1 < len(labels) else "要交证明"
        found.append(
            HistoryEntry(
                since=version.from_,
                until=version.until,
                was=was,
                now=labels[i],
                link="" if version is told else f"v/{first_day(version.from_)}/",
                current=version is told,
            )
        )
    if entry.item.cancelled is not None and not any(v.method == "cancel" for v in versions):
        was = labels[0] if labels else "要交证明"
        found.insert(0, HistoryEntry(entry.item.cancelled.on, "", was, "已取消", "", entry.answer == "cancelled"))
    return found


def _letter(catalog: Catalog, version: ItemVersion | None) -> Any:
    if version is None or version.commit is None:
        return None
    return catalog.vocabularies.forms.get(version.commit.letter)
