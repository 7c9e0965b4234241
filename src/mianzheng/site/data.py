"""`/data/v1/`: the catalog as JSON for other programs, and JSON-LD inside item pages.

What is computed (answer, word, address, standing) stands under `derived`, so that a reader sees who wrote what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import msgspec

from mianzheng.sheets import plain
from mianzheng.site.setting import Setting
from mianzheng.site.stamping import Content
from mianzheng.views.atlas import Atlas, Entry

CHANGELOG = """# 数据格式的变化

## 1.1.0（2026-11-26）

- services 多了 online（能不能上网办、不能的原因）、one_window（是否一窗受理）、advice（窗口常问）。
- 清单的文件里也有由服务组成的清单。
- items 多了 sample（样本），share 多了 template（共享模板）；数据库的 list_row 多了 service。

## 1.0.0（2026-11-25）

- 第一版：items kinds services bodies legal-bases methods catalog。
"""


def envelope(setting: Setting, name: str, total: int) -> dict[str, Any]:
    """What every data file of a build starts with."""
    return plain.envelope(name, total, setting.day, demonstration=setting.demonstration)


class Derived(msgspec.Struct):
    """What follows from an item on the day."""

    answer: str
    word: str
    state: str
    name: str
    service_name: str
    requesting_body_name: str
    issuing_body_name: str | None
    method_label: str | None
    url: str


class Around(msgspec.Struct):
    """What a published item has beside its record."""

    place: str
    standing: str
    derived: Derived


def item_json(entry: Entry) -> msgspec.Raw:
    """One item as published: its record, and what follows from it on the day."""
    derived = Derived(
        answer=entry.answer,
        word=entry.word,
        state=entry.standing.state,
        name=entry.kind.name,
        service_name=entry.service.name,
        requesting_body_name=entry.requesting.name,
        issuing_body_name=entry.issuing.name if entry.issuing else None,
        method_label=entry.method_label or None,
        url=entry.url,
    )
    around = Around(entry.place_id, entry.item.provenance.standing, derived)
    # two objects become one: an item always has an id, so there is something before the comma
    return msgspec.Raw(msgspec.json.encode(entry.item)[:-1] + b"," + msgspec.json.encode(around)[1:])


def collections(atlas: Atlas) -> dict[str, Iterable[Any]]:
    """All records by collection, sorted by id; methods and answer words as they stand in the vocabulary.

    What is many is made as it is asked for.
    """
    catalog = atlas.catalog
    builtins = msgspec.to_builtins
    homes = catalog.places.values()
    return {
        "items": (item_json(atlas.entries[i]) for i in sorted(atlas.entries)),
        "kinds": [builtins(catalog.kinds[k]) | {"url": f"kinds/{k}/"} for k in sorted(catalog.kinds)],
        "services": (builtins(s) | {"place": h.place.id} for h in homes for s in h.services.values()),
        "bodies": [builtins(b) | {"place": h.place.id} for h in homes for b in h.bodies.values()],
        "legal-bases": [catalog.legal_bases[b] for b in sorted(catalog.legal_bases)],
        "methods": list(catalog.vocabularies.methods.values()),
        "places": [h.place for h in homes],
    }


def data_files(atlas: Atlas, setting: Setting) -> Iterator[tuple[str, Callable[[], Content]]]:
    """The data files as (path, what makes the bytes)."""
    every = {name: _array(records) for name, records in collections(atlas).items()}
    for name, (records, size) in every.items():
        if name != "places":
            yield f"data/v1/{name}.json", partial(_object, envelope(setting, name, size), {"records": records})
    total = sum(size for _, size in every.values())
    arrays = {name: records for name, (records, _) in every.items()}
    yield "data/v1/catalog.json", partial(_object, envelope(setting, "catalog", total), arrays)
    yield "data/v1/CHANGELOG.md", CHANGELOG.encode


def _array(records: Iterable[Any]) -> tuple[bytearray, int]:
    """Records as a JSON array, encoded one by one: at thirty thousand items this is what weighs most. And how many."""
    text = bytearray(b"[")
    size = 0
    for record in records:
        text += msgspec.json.encode(record)
        text += b","
        size += 1
    text[-1 if size else 1 :] = b"]"
    return text, size


def _object(head: dict[str, Any], arrays: Mapping[str, bytearray]) -> list[bytes | bytearray]:
    """A JSON object with more members, in pieces: the arrays are long and stand in two files."""
    pieces: list[bytes | bytearray] = [msgspec.json.encode(head)[:-1]]
    for name, array in arrays.items():
        pieces += [f',"{name}":'.encode(), array]
    return [*pieces, b"}"]


def json_ld(entry: Entry, setting: Setting) -> str:
    """schema.org GovernmentService of an item's page; no real body is named as provider of an example."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": f"{setting.base_url}i/{entry.item.id}",
        "url": f"{setting.base_url}{entry.url}",
        "name": entry.service.name,
        "identifier": entry.item.id,
        "description": f"{entry.kind.name}：{entry.word}",
        "inLanguage": "zh-CN",
        "areaServed": entry.home.place.name,
    }
    if entry.item.provenance.standing == "adopted" and not entry.home.place.fictional:
        data["provider"] = {"@type": "GovernmentOrganization", "name": entry.requesting.name}
    if setting.demonstration:
        data["disambiguatingDescription"] = "演示数据，不是任何单位的决定"
    text = msgspec.json.encode(data).decode()
    for character, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(character, escaped)
    return f'<script type="application/ld+json">{text}</script>'
