"""A proposal handed in again while its pull request is open: one more commit on the same branch (AP3, F43)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from mianzheng.errors import MovedOn
from mianzheng.model import BodiesFile, Catalog, Record
from mianzheng.ports import CatalogRepository, Forge
from mianzheng.ports.forge import Commit, PullRequest
from mianzheng.proposals.operations import Render

FIXED_MEANWHILE = "审核的人在这期间直接改过同一条内容。请看过现在的内容，再修改一次、重新报送。"


def added(
    forge: Forge, repository: CatalogRepository, request: PullRequest, known: str, folder: str, commit: Commit
) -> str:
    """The branch's newest commit with the revision on top of `known` and of what a reviewer put there besides.

    Twice is once. Raises MovedOn when a reviewer changed one of the same files: that stays (F43).
    """
    try:
        return forge.add(request.branch, known, commit)
    except MovedOn:
        if request.head == known:
            raise
        before, now = (repository.read(ref)[0] for ref in (known, request.head))
        ours = [path.removeprefix(f"{folder}/") for path in commit.files]
        if differing(before, now, ours):
            raise
        return forge.add(request.branch, request.head, commit)


def restored(catalog: Catalog, place: str, paths: Iterable[str], render: Render) -> dict[str, str | None]:
    """Files that an earlier version of the proposal wrote and this one leaves alone: as the list has them, or gone."""
    kept = _records(catalog)
    found: dict[str, str | None] = {}
    for path in paths:
        record = kept.get(path)
        found[path] = render(record, place)[1] if record is not None else None
    return found


def differing(one: Catalog, other: Catalog, paths: Collection[str]) -> set[str]:
    """Those of the files whose records are not the same in two catalogs."""
    left, right = _records(one), _records(other)
    return {path for path in paths if left.get(path) != right.get(path)}


def _records(catalog: Catalog) -> Mapping[str, Record]:
    """What proposals write, by the file that it lies in."""
    shelves: list[Mapping[str, Any]] = [catalog.kinds, catalog.legal_bases]
    found: dict[str, Record] = {}
    for place, home in catalog.places.items():
        shelves += [home.items, home.services]
        found[f"places/{place}/bodies.yaml"] = BodiesFile(bodies=tuple(body for _, body in sorted(home.bodies.items())))
    found |= {catalog.files[id]: record for shelf in shelves for id, record in shelf.items() if id in catalog.files}
    return found
