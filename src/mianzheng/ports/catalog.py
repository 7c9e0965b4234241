"""The catalog as use cases see it."""

from __future__ import annotations

from typing import Protocol

from mianzheng.model import Catalog, Finding, Record


class CatalogRepository(Protocol):
    """The catalog at a commit, or as it stands; use cases see neither YAML nor git."""

    def read(self, ref: str = "") -> tuple[Catalog, list[Finding]]:
        """The catalog at a ref (a commit, branch or tag; empty: as it stands) with the findings about its files.

        Raises CatalogNotFound.
        """

    def render(self, record: Record, place: str = "") -> tuple[str, str]:
        """Where a record belongs (path in the catalog folder) and its canonical text.

        `place` is needed for a new record that lies in a place's folder.
        """
