"""Rules about editions: frozen ones stay as they were, and each is made public where the place's rules say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mianzheng.model import Edition, FrozenList, PlaceCatalog, Profile, Publication
from mianzheng.rules.examination import Examination
from mianzheng.rules.labels import CHANNELS


def list_digest(title: str, labels: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The digest by which anybody can tell that a frozen list is still the one that was released.

    SHA-256 (hex) of the UTF-8 text `[title, [labels], [[cells], …]]` as JSON without white space.
    """
    content = json.dumps([title, list(labels), [list(row) for row in rows]], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def digest_of(edition: Edition, head: FrozenList) -> str:
    """The digest of one list of an edition as it now reads."""
    labels = [column.label for column in head.columns]
    return list_digest(head.title, labels, (entry.cells for entry in edition.lines(head.code)))


@dataclass(frozen=True)
class Publicity:
    """How far an edition or a list has been made public (BS-PL-3-1-2c, FX-5-2-3).

    It is in force from `since`, the day of the first public channel (empty before that); `missing` holds the channels
    that the place's rules name and that were not used yet.
    """

    done: tuple[Publication, ...]
    missing: tuple[str, ...]

    @property
    def since(self) -> str:
        return min((one.on for one in self.done), default="")

    @property
    def state(self) -> str:
        """`unpublished`, `in_part` or `published`; rules that name no channel are content with one."""
        return "unpublished" if not self.done else "in_part" if self.missing else "published"


def publicity(profile: Profile | None, done: Iterable[Publication], today: str) -> Publicity:
    """Where the publication of an edition or a list stands on a Shanghai day."""
    known = tuple(sorted((one for one in done if one.on <= today), key=lambda one: (one.on, one.channel)))
    wanted = (profile.publish.channels.value if profile else None) or ()
    used = {one.channel for one in known}
    return Publicity(known, tuple(channel for channel in wanted if channel not in used))


def check_editions(run: Examination, home: PlaceCatalog) -> None:
    """The editions of a place and the register of where they and its other lists were made public."""
    folder = f"places/{home.place.id}"
    for edition in home.editions.values():
        _edition(run, home, edition, f"{folder}/editions/{edition.id}.yaml")
    for edition_id, done in home.publications.items():
        _registered(run, home, f"editions.{edition_id}", done)
        if edition_id not in home.editions:
            run.unknown(f"{folder}/publications.yaml", f"editions.{edition_id}", edition_id, "期次")
    for code, done in home.announced.items():
        _registered(run, home, f"lists.{code}", done)
        if code not in ((home.profile.publish.lists.value if home.profile else None) or ()):
            run.unknown(f"{folder}/publications.yaml", f"lists.{code}", code, "清单")


def _registered(run: Examination, home: PlaceCatalog, field: str, done: Iterable[Publication]) -> None:
    known = f"可以写：{'、'.join(f'{code}（{label}）' for code, label in CHANNELS.items())}。"
    for i, one in enumerate(done):
        if one.channel not in CHANNELS:
            file = f"places/{home.place.id}/publications.yaml"
            run.unknown(file, f"{field}.{i}.channel", one.channel, "公布渠道", known)


def _edition(run: Examination, home: PlaceCatalog, edition: Edition, file: str) -> None:
    for i, head in enumerate(edition.lists):
        if digest_of(edition, head) != head.sha256:
            run.add("edition-altered", file=file, field=f"lists.{i}.sha256", id=edition.id, title=head.title)
    counted = {head.code: len(edition.lines(head.code)) for head in edition.lists}
    short = any(len(e.cells) != len(head.columns) for head in edition.lists for e in edition.lines(head.code))
    if counted != edition.counts or sum(counted.values()) != len(edition.entries) or short:
        run.add("edition-altered", "counts", file=file, field="counts", id=edition.id)
    before = edition.half + (f"-r{edition.revision - 1}" if edition.revision > 1 else "")
    if edition.revision and before not in home.editions:
        run.add("edition-altered", "revision", file=file, field="id", id=edition.id, before=before)
    stands = publicity(home.profile, home.publications.get(edition.id, ()), run.today)
    if stands.missing and edition.id == newest(home.editions.values()).id:
        missing = "、".join(CHANNELS.get(channel, channel) for channel in stands.missing)
        variant = "in-part" if stands.done else ""
        run.add("edition-unpublished", variant, file=file, field="id", id=edition.id, missing=missing)


def newest(editions: Iterable[Edition]) -> Edition:
    """The edition that counts now: the latest half-year's last revision. Raises ValueError when there is none."""
    return max(editions, key=lambda one: (one.half, one.revision))
