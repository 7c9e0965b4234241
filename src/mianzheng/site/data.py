"""`/data/v1/`: the catalog as JSON for other programs, and JSON-LD inside item pages.

What is computed (answer, word, address, standing) stands under `derived`, so that a reader sees who wrote what.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from mianzheng.model import ListSpec
from mianzheng.site.setting import Setting
from mianzheng.views.atlas import Atlas, Entry
from mianzheng.views.lists import rows

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


def item_data(entry: Entry) -> dict[str, Any]:
    """One item as published: its record, and what follows from it on the day."""
    data: dict[str, Any] = msgspec.to_builtins(entry.item)
    data["place"] = entry.place_id
    data["standing"] = entry.item.provenance.standing
    data["derived"] = {
        "answer": entry.answer,
        "word": entry.word,
        "state": entry.standing.state,
        "name": entry.kind.name,
        "service_name": entry.service.name,
        "requesting_body_name": entry.requesting.name,
        "issuing_body_name": entry.issuing.name if entry.issuing else None,
        "method_label": entry.method_label or None,
        "url": entry.url,
    }
    return data


def collections(atlas: Atlas) -> dict[str, list[dict[str, Any]]]:
    """All records by collection, sorted by id; methods and answer words as they stand in the vocabulary."""
    catalog = atlas.catalog
    plain = msgspec.to_builtins
    homes = catalog.places.values()
    return {
        "items": [item_data(atlas.entries[i]) for i in sorted(atlas.entries)],
        "kinds": [plain(catalog.kinds[k]) | {"url": f"kinds/{k}/"} for k in sorted(catalog.kinds)],
        "services": [plain(s) | {"place": h.place.id} for h in homes for s in h.services.values()],
        "bodies": [plain(b) | {"place": h.place.id} for h in homes for b in h.bodies.values()],
        "legal-bases": [plain(catalog.legal_bases[b]) for b in sorted(catalog.legal_bases)],
        "methods": [plain(m) for m in catalog.vocabularies.methods.values()],
        "places": [plain(h.place) for h in homes],
    }


def data_files(atlas: Atlas, setting: Setting) -> Iterator[tuple[str, bytes]]:
    """The data files as (path, bytes)."""
    every = collections(atlas)
    for name, records in every.items():
        if name != "places":
            body = envelope(setting, name, len(records)) | {"records": records}
            yield f"data/v1/{name}.json", msgspec.json.encode(body)
    total = sum(len(records) for records in every.values())
    yield "data/v1/catalog.json", msgspec.json.encode(envelope(setting, "catalog", total) | every)
    yield "data/v1/CHANGELOG.md", CHANGELOG.encode()


def list_csv(atlas: Atlas, spec: ListSpec, entries: list[Entry], setting: Setting) -> bytes:
    """A list as CSV for spreadsheets: UTF-8 with mark, and no cell that a spreadsheet would run as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    if setting.demonstration:
        writer.writerow(["演示数据，不能作为办事依据"])
    writer.writerow([column.label for column in spec.columns])
    for row in rows(atlas.catalog, spec, entries):
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def list_json(atlas: Atlas, spec: ListSpec, entries: list[Entry], setting: Setting) -> bytes:
    """A list as JSON: column codes and labels, one object a row."""
    codes = [column.code for column in spec.columns]
    records = [dict(zip(codes, row, strict=True)) for row in rows(atlas.catalog, spec, entries)]
    for record, entry in zip(records, entries, strict=True):
        record["id"] = entry.item.id
    columns = [msgspec.to_builtins(column) for column in spec.columns]
    head = envelope(setting, spec.code, len(records)) | {"title": spec.title, "columns": columns}
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
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(character, escaped)
    return f'<script type="application/ld+json">{text}</script>'
