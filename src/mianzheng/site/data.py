"""`/data/v1/`: the catalog as JSON for other programs, and JSON-LD inside item pages.

What is computed (answer, word, address, standing) stands under `derived`, so that a reader sees who wrote what.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import msgspec

from mianzheng.site.setting import Setting
from mianzheng.views.atlas import Atlas, Entry
from mianzheng.views.lists import PublishedList

VERSION = "1.0.0"
CHANGELOG = """# 数据格式的变化

## 1.0.0（2026-11-25）

- 第一版：items kinds services bodies legal-bases methods catalog。
"""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def envelope(setting: Setting, name: str, total: int) -> dict[str, Any]:
    """What every data file starts with."""
    head: dict[str, Any] = {"schema_version": VERSION, "name": name, "as_of": setting.day, "total": total}
    if setting.demonstration:
        head["demonstration"] = True
        head["notice"] = "演示网站，不是政府网站。内容不能作为办事依据，办事请以当地窗口答复为准。"
    return head


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


def collections(atlas: Atlas) -> dict[str, list[Any]]:
    """All records by collection, sorted by id; methods and answer words as they stand in the vocabulary."""
    catalog = atlas.catalog
    plain = msgspec.to_builtins
    homes = catalog.places.values()
    return {
        "items": [item_json(atlas.entries[i]) for i in sorted(atlas.entries)],
        "kinds": [plain(catalog.kinds[k]) | {"url": f"kinds/{k}/"} for k in sorted(catalog.kinds)],
        "services": [plain(s) | {"place": h.place.id} for h in homes for s in h.services.values()],
        "bodies": [plain(b) | {"place": h.place.id} for h in homes for b in h.bodies.values()],
        "legal-bases": [catalog.legal_bases[b] for b in sorted(catalog.legal_bases)],
        "methods": list(catalog.vocabularies.methods.values()),
        "places": [h.place for h in homes],
    }


def data_files(atlas: Atlas, setting: Setting) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The data files as (path, what makes the bytes)."""
    found = collections(atlas)
    total = sum(map(len, found.values()))
    sizes = {name: len(records) for name, records in found.items()}
    every: dict[str, Any] = {}
    for name in list(found):  # each is let go once it is encoded: at thirty thousand items this is what weighs most
        every[name] = msgspec.Raw(msgspec.json.encode(found.pop(name)))
    for name, records in every.items():
        if name != "places":
            body = envelope(setting, name, sizes[name]) | {"records": records}
            yield f"data/v1/{name}.json", partial(msgspec.json.encode, body)
    yield "data/v1/catalog.json", partial(msgspec.json.encode, envelope(setting, "catalog", total) | every)
    yield "data/v1/CHANGELOG.md", CHANGELOG.encode


def list_csv(published: PublishedList, setting: Setting) -> bytes:
    """A list as CSV for spreadsheets: UTF-8 with mark, and no cell that a spreadsheet would run as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    if setting.demonstration:
        writer.writerow(["演示数据，不能作为办事依据"])
    writer.writerow([column.label for column in published.spec.columns])
    for row in published.rows:
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def list_json(published: PublishedList, setting: Setting) -> bytes:
    """A list as JSON: column codes and labels, one object a row."""
    spec = published.spec
    codes = [*(column.code for column in spec.columns), "id"]
    pairs = zip(published.rows, published.entries, strict=True)
    records = [dict(zip(codes, [*row, entry.item.id], strict=True)) for row, entry in pairs]
    head = envelope(setting, spec.code, len(records)) | {"title": spec.title, "columns": spec.columns}
    return msgspec.json.encode(head | {"records": records})


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
