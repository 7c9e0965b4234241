"""What counts as news of the list, and what came with it."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.views.atlas import Atlas, Entry, draw
from mianzheng.views.changes import FORMERLY, all_changes

DAY = "2026-11-25"


@pytest.fixture
def listed(loaded: Loaded) -> Entry:
    """An item that was listed once and never changed."""
    atlas = draw(loaded.catalog, DAY)
    return next(e for e in atlas.entries.values() if e.item.status == "active" and len(e.item.versions) == 1)


def told(loaded: Loaded, entry: Entry, **version: str) -> list[tuple[str, str]]:
    (first,) = entry.item.versions
    item = msgspec.structs.replace(entry.item, versions=(msgspec.structs.replace(first, **version),))
    changes = all_changes(Atlas(loaded.catalog, DAY, {item.id: replace(entry, item=item)}))
    return [(change.date, change.was) for change in changes]


def test_what_came_with_the_list_is_no_news_and_what_an_adjustment_added_is(loaded: Loaded, listed: Entry) -> None:
    assert told(loaded, listed, from_="2026-11-20") == []
    assert told(loaded, listed, from_="2026-11-20", proposal="TZ-2026-0001") == [("2026-11-20", FORMERLY)]
    assert told(loaded, listed, from_="2026-11-26", proposal="TZ-2026-0001") == [], "not before its day"
