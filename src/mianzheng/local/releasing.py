"""Releasing an edition on this machine: the list of a folder is frozen into a file that appears whole, once."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from mianzheng.adapters.whole_files import put
from mianzheng.catalog_files import canonical
from mianzheng.catalog_files.layout import path_of
from mianzheng.catalog_files.repository import repository_of
from mianzheng.editions.freezing import ListToFreeze, Release, freeze
from mianzheng.errors import BadArgument, CatalogNotFound, Unavailable
from mianzheng.model import Catalog, Edition, EditionEntry, PlaceCatalog, Publication, PublicationsFile
from mianzheng.rules.editions import Publicity, publicity
from mianzheng.rules.labels import CHANNELS
from mianzheng.views.atlas import Atlas, draw
from mianzheng.views.lists import PublishedList, lists_of


def release(folder: Path, catalog: Catalog, place: str, wanted: Release) -> tuple[Edition, Path]:
    """Freeze a place's half-yearly lists as they stand on `wanted.as_of` and write the edition.

    Returns it with its file. The commit is noted when the folder is a clean part of a git repository. Raises
    BadArgument with everything that stands against it; then nothing was written. A second call for the same edition
    is such a case, so a retry never makes two.
    """
    home = catalog.home(place)
    atlas = draw(catalog, wanted.as_of)
    lists = [_to_freeze(atlas, one) for one in lists_of(atlas, home) if one.spec.editions]
    edition = freeze(home, replace(wanted, commit=clean_commit(folder)), lists)
    file = folder / path_of(edition)
    _put_once(file, canonical.dump(edition).encode())
    return edition, file


def _to_freeze(atlas: Atlas, published: PublishedList) -> ListToFreeze:
    lines = []
    for entry, cells in zip(published.items, published.rows, strict=True):
        digest = hashlib.sha256(canonical.dump(entry.item).encode()).hexdigest()
        method = entry.standing.version.method if entry.standing.version else ""
        code = published.spec.code
        lines.append(EditionEntry(item=entry.item.id, list=code, method=method, sha256=digest, cells=tuple(cells)))
    return ListToFreeze(msgspec.structs.replace(published.spec, columns=published.columns), lines)


def _put_once(file: Path, content: bytes) -> None:
    """Write a file whole, and only if there is none yet."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        put(file.parent, fresh.name, content, 0o755)
        os.link(fresh, file)
    except FileExistsError:
        raise BadArgument(f"{file} 已经在了，公布过的清单不能改") from None
    except OSError as error:
        raise Unavailable(f"{file} 写不进去（{type(error).__name__}）") from None
    finally:
        fresh.unlink(missing_ok=True)


def clean_commit(folder: Path) -> str:
    """The commit that a catalog folder stands at; empty outside git and where files differ from the commit."""
    try:
        repository, inside = repository_of(folder)
    except CatalogNotFound:
        return ""
    if _git(repository, "status", "--porcelain", "--untracked-files=all", "--", inside) != "":
        return ""
    return _git(repository, "rev-parse", "--verify", "--quiet", "HEAD") or ""


def _git(repository: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(repository), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    except OSError:
        return None
    return None if done.returncode else done.stdout.strip()


@dataclass(frozen=True)
class Notice:
    """That an edition, or a list that has none (`list`, its code), was made public: where, when, its address if any."""

    edition: str
    channel: str
    on: str
    address: str = ""
    list: str = ""


def announce(folder: Path, home: PlaceCatalog, notice: Notice) -> Publicity:
    """Register one channel; the same channel again corrects its day (BS-PL-3-1-2c, FX-5-2-3).

    Returns where the publication then stands. Raises BadArgument with everything that is wrong.
    """
    if problems := [*_misnamed(home, notice), *_bad_channel(notice)]:
        raise BadArgument(*problems)
    before = (home.announced if notice.list else home.publications).get(notice.list or notice.edition, ())
    entry = Publication(channel=notice.channel, on=notice.on, address=notice.address)
    others = [one for one in before if one.channel != notice.channel]
    done = tuple(sorted([*others, entry], key=lambda one: (one.on, one.channel)))
    editions, lists = dict(home.publications), dict(home.announced)
    (lists if notice.list else editions)[notice.list or notice.edition] = done
    register = PublicationsFile(editions=dict(sorted(editions.items())), lists=dict(sorted(lists.items())))
    file = folder / path_of(register, home.place.id)
    put(file.parent, file.name, canonical.dump(register).encode(), 0o755)
    return publicity(home.profile, done, notice.on)


def _misnamed(home: PlaceCatalog, notice: Notice) -> list[str]:
    if notice.list:
        known = (home.profile.publish.lists.value if home.profile else None) or ()
        return [] if notice.list in known else [f"没有“{notice.list}”这个清单；有：{'、'.join(known) or '（没有）'}"]
    edition = home.editions.get(notice.edition)
    if edition is None:
        return [f"没有 {notice.edition} 这一期；有：{'、'.join(home.editions) or '（还没有公布过）'}"]
    return [f"{notice.on} 早于这一期的公布日 {edition.released_on}"] if notice.on < edition.released_on else []


def _bad_channel(notice: Notice) -> list[str]:
    known = "、".join(f"{code}（{label}）" for code, label in CHANNELS.items())
    return [] if notice.channel in CHANNELS else [f"没有“{notice.channel}”这个渠道；有：{known}"]
