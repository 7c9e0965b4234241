"""A new place without a line of code: its folder, and where it has no policy yet, a profile in which all is silent."""

from __future__ import annotations

import re
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import msgspec

from mianzheng.catalog_files import canonical
from mianzheng.catalog_files.layout import path_of
from mianzheng.errors import AlreadyExists, BadArgument
from mianzheng.model import ADDRESS_SEGMENTS, BodiesFile, Leaf, Place, Profile, Record
from mianzheng.model.places import Coverage
from mianzheng.model.reference import Level
from mianzheng.rules.labels import LEVELS, quoted_list

NO_PROFILE = "none"
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


@dataclass(frozen=True)
class Founding:
    """What is known of a new place. `profile` is an existing profile's id, or `none` for one of its own, all silent."""

    id: str
    name: str
    profile: str
    level: str = "county"
    short_name: str = ""


def found_place(catalog: Path, founding: Founding) -> list[str]:
    """Write the files of a new place; returns their paths in the catalog.

    Raises BadArgument with every unusable argument, AlreadyExists when the place is there; writes nothing then.
    """
    if problems := list(_problems(catalog, founding)):
        raise BadArgument(*problems)
    if (catalog / "places" / founding.id).exists():
        raise AlreadyExists(f"地区 {founding.id} 已经有了，没有改动任何文件")
    own = founding.profile == NO_PROFILE
    place = Place(
        id=founding.id,
        name=founding.name,
        short_name=founding.short_name or founding.name,
        level=typing.cast(Level, founding.level),
        profile=founding.id if own else founding.profile,
        coverage=Coverage(value="sample"),
    )
    records: list[Record] = [place, BodiesFile(bodies=())]
    if own:
        records.append(silent_profile(founding.id))
    written = []
    for record in records:
        path = path_of(record, founding.id)
        target = catalog / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(canonical.dump(record))
        written.append(path)
    return written


def _problems(catalog: Path, founding: Founding) -> typing.Iterator[str]:
    if not _SLUG.match(founding.id) or len(founding.id) > 40:
        yield f"--id {founding.id} 不能用：只用小写字母、数字和短横线，以字母开头"
    elif founding.id in ADDRESS_SEGMENTS:
        yield f"--id {founding.id} 是网站自己要用的地址，请换一个"
    if not founding.name.strip():
        yield "--name 不能是空的"
    if founding.level not in get_args(Level):
        yield f"--level {founding.level} 不认识；可选：{quoted_list([f'{k}（{v}）' for k, v in LEVELS.items()])}"
    existing = sorted(p.stem for p in (catalog / "profiles").glob("*.yaml"))
    if founding.profile == NO_PROFILE:
        if founding.id in existing:
            yield f"规则 {founding.id} 已经有了；要沿用它请写 --profile {founding.id}"
    elif founding.profile not in existing:
        yield f"--profile {founding.profile} 不存在；可选：{quoted_list([*existing, NO_PROFILE])}"


def silent_profile(profile_id: str) -> Profile:
    """A profile in which the document says nothing about anything: every leaf null with source `silent`."""
    return msgspec.convert({"id": profile_id, **_silent(Profile, skip=("id",))}, Profile)


def _silent(group: Any, skip: tuple[str, ...] = ()) -> dict[str, Any]:
    hints = typing.get_type_hints(group)
    data: dict[str, Any] = {}
    for spec in msgspec.structs.fields(group):
        if spec.name in skip:
            continue
        kind = hints[spec.name]
        is_leaf = typing.get_origin(kind) is Leaf
        data[spec.encode_name] = {"value": None, "source": "silent"} if is_leaf else _silent(kind)
    return data
