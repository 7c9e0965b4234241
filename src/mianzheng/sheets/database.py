"""Everything public in one SQLite file, for people who ask their own questions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from mianzheng.sheets.official import DEMONSTRATION, OfficialList, todays
from mianzheng.views.atlas import Atlas
from mianzheng.views.lists import lists_of

_TABLES = {
    "place": "id TEXT PRIMARY KEY, name TEXT, level TEXT, profile TEXT, fictional INTEGER",
    "body": "id TEXT PRIMARY KEY, place TEXT REFERENCES place, name TEXT, kind TEXT, level TEXT",
    "service": "id TEXT PRIMARY KEY, place TEXT REFERENCES place, name TEXT, code TEXT, body TEXT REFERENCES body",
    "kind": "id TEXT PRIMARY KEY, name TEXT, material_class TEXT, category TEXT",
    "kind_name": "kind TEXT REFERENCES kind, name TEXT",
    "legal_basis": "id TEXT PRIMARY KEY, title TEXT, rank TEXT, document_number TEXT, issuer TEXT, repealed_on TEXT",
    "item": "id TEXT PRIMARY KEY, place TEXT REFERENCES place, kind TEXT REFERENCES kind,"
    " service TEXT REFERENCES service, requesting_body TEXT REFERENCES body, issuing_body TEXT REFERENCES body,"
    " state TEXT, answer TEXT, word TEXT, method TEXT, standing TEXT, note TEXT, record TEXT",
    "item_basis": "item TEXT REFERENCES item, basis TEXT REFERENCES legal_basis, article TEXT, requires TEXT",
    "list_row": "place TEXT REFERENCES place, list TEXT, number INTEGER, item TEXT REFERENCES item,"
    " service TEXT REFERENCES service",
    "about": "key TEXT PRIMARY KEY, value TEXT",
}


def write_database(atlas: Atlas, documents: Iterable[OfficialList], target: Path, *, demonstration: bool) -> None:
    """Write the catalog on the atlas's day and the rows of these lists; replaces `target` only when all is written."""
    fresh = target.with_name(f".{target.name}.fresh")
    fresh.unlink(missing_ok=True)
    connection = sqlite3.connect(fresh)
    try:
        with connection:
            for name, columns in _TABLES.items():
                connection.execute(f"CREATE TABLE {name} ({columns}) STRICT")
            _fill(connection, atlas, documents, demonstration)
    finally:
        connection.close()
    fresh.replace(target)


def every_list(atlas: Atlas) -> list[OfficialList]:
    """All public lists of all places."""
    homes = atlas.catalog.places.values()
    return [todays(one, demonstration=home.place.fictional) for home in homes for one in lists_of(atlas, home)]


def _fill(connection: sqlite3.Connection, atlas: Atlas, documents: Iterable[OfficialList], demonstration: bool) -> None:
    catalog = atlas.catalog

    def put(table: str, rows: Iterable[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * (_TABLES[table].count(",") + 1))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    homes = [(home.place.id, home) for home in catalog.places.values()]
    put("place", [(p, h.place.name, h.place.level, h.place.profile, h.place.fictional) for p, h in homes])
    put("body", [(b.id, p, b.name, b.kind, b.level) for p, h in homes for b in h.bodies.values()])
    put("service", [(s.id, p, s.name, s.code, s.body) for p, h in homes for s in h.services.values()])
    put("kind", [(k.id, k.name, k.material_class, k.category) for k in catalog.kinds.values()])
    put("kind_name", [(k.id, name) for k in catalog.kinds.values() for name in k.names])
    put("legal_basis", [
        (b.id, b.title, b.rank, b.document_number, b.issuer, b.repealed.on if b.repealed else None)
        for b in catalog.legal_bases.values()
    ])  # fmt: skip
    services = {service for _, home in homes for service in home.services}
    entries = [atlas.entries[i] for i in sorted(atlas.entries)]
    put("item", [
        (e.item.id, e.place_id, e.kind.id, e.service.id, e.requesting.id, e.issuing.id if e.issuing else None,
         e.standing.state, e.answer, e.word, e.standing.version.method if e.standing.version else None,
         e.item.provenance.standing, e.item.note, msgspec.json.encode(e.item).decode())
        for e in entries
    ])  # fmt: skip
    put("item_basis", [(e.item.id, u.basis, u.article, u.requires) for e in entries for u in e.item.legal_bases])
    put("list_row", [
        (d.place.id, d.code, number, None if id in services else id, id if id in services else None)
        for d in documents for number, (id, _) in enumerate(d.lines, 1)
    ])  # fmt: skip
    mark = DEMONSTRATION if demonstration else ""
    put("about", [("as_of", atlas.day), ("notice", mark)])
