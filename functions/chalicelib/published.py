"""The list that all functions work with: the bundle's, until a newer one lies in the bucket."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from functools import cache

import msgspec

from mianzheng.adapters.s3 import Bucket
from mianzheng.errors import Unavailable
from mianzheng.model import Catalog, Record

PUBLISHED = "catalog.json"
LOOK_AGAIN = 60.0
"""Seconds for which the published list is taken as it was."""


class Published(Record, kw_only=True):
    """The list that all functions work with, the commit it comes from, and the form it was written in."""

    commit: str
    catalog: Catalog
    form: str = ""


@cache
def form() -> str:
    """Names the form in which this code writes a list: functions of another release may not be able to read it."""
    (_, parts) = msgspec.json.schema_components([Catalog])
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()[:12]


class PublishedCatalog:
    """The bundle's list until a newer one is published in the bucket; one that cannot be read changes nothing.

    While a release is rolled out, functions of the old and of the new code read what the other wrote (F39).
    """

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
                self._tag = found[1]
                with contextlib.suppress(msgspec.MsgspecError):
                    self._catalog = msgspec.json.decode(found[0], type=Published).catalog
        if self._catalog is None:
            self._catalog = self._bundled()
        return self._catalog
