"""What forms of the workbench let one choose from."""

from __future__ import annotations

from mianzheng.model import Catalog, PlaceCatalog

Option = tuple[str, str]
"""Value and text."""


def items_of(catalog: Catalog, home: PlaceCatalog) -> list[Option]:
    """Every item of a place: the certificate and the errand."""
    items = [
        (item.id, f"{catalog.kinds[item.kind].name} · {home.services[item.service].name}")
        for item in home.items.values()
    ]
    return sorted(items, key=lambda item: item[1])
