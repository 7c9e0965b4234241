"""What an item's page says of its method: what it is, how long it takes, what is checked, and what if it fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mianzheng.model import Catalog, ItemVersion, Leaf, Profile
from mianzheng.model.items import CommitTerms
from mianzheng.views.atlas import Entry, method_label
from mianzheng.views.phrases import Phrases


@dataclass(slots=True)
class Fact:
    """One row under the answer: a label, what is so, and smaller print. `row` is its HTML once it was drawn."""

    label: str
    text: str
    link: str = ""
    small: tuple[str, ...] = ()
    project: bool = False
    row: str = field(default="", compare=False, repr=False)


def method_facts(catalog: Catalog, entry: Entry, phrases: Phrases, version: ItemVersion) -> list[Fact]:
    """What the method is and what follows from it: under one profile the same for thousands of items."""
    source = entry.item.provenance.method_source
    key = (version.method, version.agency, version.time_class, version.other, version.fallback, version.commit, source)
    found: list[Fact] | None = phrases.kept.get(key)
    if found is None:
        found = phrases.kept[key] = _worded(catalog, entry.home.profile, phrases, version, source)
    return found


def _worded(
    catalog: Catalog, profile: Profile | None, phrases: Phrases, version: ItemVersion, source: str
) -> list[Fact]:
    label = method_label(catalog, profile, version)
    small: list[str] = []
    if version.method == "other":
        small.append(version.other)
    small += _times(phrases, profile, version)
    if version.commit is not None:
        small += _checks(phrases, version.commit)
    if profile is not None and profile.verify.consent_each_call.value and version.method in ("call", "check"):
        small.append(phrases("consent_each_call"))
    if source == "illustrative":
        small.append(phrases("method_illustrative"))
    found = [Fact("免交方式", label, small=tuple(small))]
    fallbacks = version.fallback or ((profile.methods.fallback.value or ()) if profile else ())
    if version.method == "commit":
        fallbacks = tuple(f for f in fallbacks if f != "onsite")
    if fallbacks:
        texts = [phrases(f"fallback_{code}") for code in fallbacks]
        found.append(Fact("万一走不通", texts[0], small=tuple(texts[1:])))
    if profile is not None and profile.methods.volunteered.value:
        leaf: Leaf[Any] = profile.methods.volunteered
        found.append(Fact("我想交行不行", phrases(f"volunteered_{leaf.value}"), project=leaf.is_project))
    return found


def _times(phrases: Phrases, profile: Profile | None, version: ItemVersion) -> list[str]:
    """All time classes of the method with their lengths, the item's own named; between offices, not the whole case."""
    if profile is None or "verify" not in (version.method, version.agency):
        return []
    lines = []
    for name in ("electronic", "paper", "hard", "ordinary", "complex"):
        leaf = getattr(profile.verify.classes, name)
        if leaf.value is not None:
            text = phrases(f"time_{name}", time=phrases.duration(leaf.value))
            lines.append(text + (phrases("time_this") if name == version.time_class else ""))
    return [*lines, phrases("between_offices")] if lines else []


def _checks(phrases: Phrases, commit: CommitTerms) -> list[str]:
    lines = [phrases("commit_false")]
    if commit.check is not None and commit.check.exempt:
        lines.append(phrases("commit_exempt"))
    elif commit.check is not None:
        lines.append(phrases(f"commit_check_{commit.check.when}") + phrases(f"commit_how_{commit.check.how}"))
    return lines
