"""The list that this machine publishes when it is kept on another forge: fetched, never edited here."""

from __future__ import annotations

from pathlib import Path

from mianzheng.adapters.forge.mirror import Mirror
from mianzheng.catalog_files.rendering import render_record
from mianzheng.catalog_files.repository import GitCatalogRepository
from mianzheng.errors import Unavailable
from mianzheng.local.work_tree import ShownList, WorkTree
from mianzheng.model import Catalog, Finding, Record
from mianzheng.ports import Forge


class MirroredList(ShownList):
    """The mirror `mirror.git` and its work tree `mirror`, both in the data folder; it is a `CatalogRepository` too.

    Once the list was fetched, a forge that does not answer stops nobody: the last list goes on being published.
    """

    def __init__(self, data: Path, forge: Forge, mirror: Mirror) -> None:
        """Raises Unavailable when there is nothing yet and the forge cannot be reached."""
        self.forge, self._mirror = forge, mirror
        self._work = WorkTree(mirror.path, data / "mirror")
        self._list = GitCatalogRepository(mirror.path)
        try:
            self._mirror.fetch()
        except Unavailable:
            if not self._mirror.path.exists() or not self._mirror.newest():
                raise
        self._work.bring_to(self._mirror.newest())

    @property
    def repository(self) -> MirroredList:
        """Itself: the same list, read at a commit."""
        return self

    def refresh(self) -> str:
        """Bring the work tree to the newest commit there; returns it. Raises Unavailable."""
        newest = self._mirror.fetch()
        self._work.bring_to(newest)
        return newest

    def take_over(self) -> bool:
        """Nothing: whoever edits by hand does so there."""
        return False

    def read(self, ref: str = "") -> tuple[Catalog, list[Finding]]:
        """The list at a commit, by default the newest there; of a branch too.

        Raises Unavailable, Rejected, CatalogNotFound.
        """
        wanted = ref or self.forge.main()
        if not self._mirror.holds(wanted):
            self._mirror.fetch()
            if not self._mirror.holds(wanted):
                self._mirror.bring(wanted)
        return self._list.read(wanted)

    def render(self, record: Record, place: str = "") -> tuple[str, str]:
        return render_record(record, place)
