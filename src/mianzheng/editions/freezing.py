"""Freezing: today's list becomes an edition that no later change touches (YY-ADJ-05-2, OQ-19)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mianzheng.editions.halves import first_day_of, next_revision, spoken
from mianzheng.errors import BadArgument
from mianzheng.model import Edition, EditionEntry, FrozenList, ListSpec, PlaceCatalog
from mianzheng.rules.editions import list_digest


@dataclass(frozen=True)
class ListToFreeze:
    """A list as it reads now: its lines with the texts of its columns. `lines` need no further order."""

    spec: ListSpec
    lines: Sequence[EditionEntry]


@dataclass(frozen=True)
class Release:
    """What a release says of itself: id, days (`YYYY-MM-DD`), document number and commit, the last two if there are."""

    edition: str
    as_of: str
    released_on: str
    number: str = ""
    commit: str = ""


def freeze(home: PlaceCatalog, release: Release, lists: Collection[ListToFreeze]) -> Edition:
    """The edition of a place. Raises BadArgument with everything that stands against it."""
    if problems := _problems(home, release, lists):
        raise BadArgument(*problems)
    entries = tuple(line for one in lists for line in one.lines)
    return Edition(
        id=release.edition,
        place=home.place.id,
        number=release.number,
        released_on=release.released_on,
        as_of=release.as_of,
        commit=release.commit,
        counts={one.spec.code: len(one.lines) for one in lists},
        lists=tuple(_frozen(one) for one in lists),
        entries=entries,
    )


def _frozen(one: ListToFreeze) -> FrozenList:
    spec = one.spec
    digest = list_digest(spec.title, [column.label for column in spec.columns], (line.cells for line in one.lines))
    return FrozenList(code=spec.code, title=spec.title, columns=spec.columns, sha256=digest)


def _problems(home: PlaceCatalog, release: Release, lists: Collection[ListToFreeze]) -> list[str]:
    try:
        begins = first_day_of(release.edition).isoformat()
    except BadArgument as error:
        return [str(error)]
    found = []
    name, editions, half = home.place.name, dict(home.editions), release.edition[:7]
    if home.profile is None or home.profile.publish.edition_months.value is None or not lists:
        found.append(f"{name}的规则没有要求半年公布一期清单，不用发布；随时的清单用 scripts/export_list.py 导出")
    following = next_revision(editions, half)
    if release.edition in editions:
        on = editions[release.edition].released_on
        found.append(
            f"{name}{spoken(release.edition)}的清单已经在 {on} 公布，不能再改；要更正的，用 --edition {following}"
        )
    elif release.edition != following:
        found.append(f"{spoken(release.edition)}还轮不到：下一个可用的是 --edition {following}")
    if release.as_of < begins:
        found.append(f"{spoken(half)}从 {begins} 开始，不能用 {release.as_of} 的清单")
    if release.released_on < release.as_of:
        found.append(f"公布日 {release.released_on} 早于清单的截至日 {release.as_of}")
    return found
