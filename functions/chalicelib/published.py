"""The list that all functions work with: the bundle's, until a newer one lies in the bucket."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from mianzheng.adapters.s3 import Bucket
from mianzheng.errors import Unavailable
from mianzheng.model import Catalog, Record

PUBLISHED = "catalog.json"
LOOK_AGAIN = 60.0
"""Seconds for which the published list is taken as it was."""


class Published(Record, kw_only=True):
    """The list that all functions work with, and the commit it comes from."""

    commit: str
    catalog: Catalog


class PublishedCatalog:
    """The bundle's list until a newer one is published in the bucket; one that cannot be read changes nothing."""

    def __init__(self, bundled: Callable[[], Catalog], bucket: Bucket | None, seconds: Callable[[], float]) -> None:
        self._bundled, self._bucket, self._seconds = bundled, bucket, seconds
        self._catalog: Catalog | None = None
        self._tag, self._looked = "", -LOOK_AGAIN

    def __call__(self) -> Catalog:
        """The list as it is published."""
        if self._bucket and self._seconds() - self._looked >= LOOK_AGAIN:
            self._looked = self._seconds()
            try:
                found = self._bucket.read(PUBLISHED, unless=self._tag)
            except Unavailable:
                found = None
            if found:
                self._catalog, self._tag = msgspec.json.decode(found[0], type=Published).catalog, found[1]
        if self._catalog is None:
            self._catalog = self._bundled()
        return self._catalog
