"""Marks: short digests of what pages are made from, so that a page with the same makings need not be made again.

What is small and shared counts for every page at once: the program and its templates, the shells, the setting, the day,
vocabularies, profiles, places, bodies and laws. Kinds, services and items count one by one, each for the pages that
speak of them. `tests/test_site_marks.py` changes each sort of input and compares with a site built from nothing.
"""

from __future__ import annotations

import hashlib
import importlib.metadata

import msgspec

from mianzheng.keeping import program_digest
from mianzheng.model import CertificateKind, PublicService
from mianzheng.site.setting import Setting
from mianzheng.site.shells import Shells
from mianzheng.views.atlas import Atlas, Entry
from mianzheng.views.rendering import templates_digest
from mianzheng.views.service_lists import ServiceEntry

_LIBRARIES = (
    "jinja2",
    "markupsafe",
    "msgspec",
    "segno",
    "pypinyin",
    "opencc-python-reimplemented",
    "openpyxl",
    "python-docx",
)


def digest_of(content: bytes) -> bytes:
    """Sixteen bytes that tell contents apart."""
    return hashlib.blake2b(content, digest_size=16).digest()


PROGRAM = digest_of(b"".join([program_digest(), *(importlib.metadata.version(name).encode() for name in _LIBRARIES)]))
"""Digest of the running program and of the libraries that pages are made with."""


class Marks:
    """Marks for the pages of one build."""

    def __init__(self, atlas: Atlas, setting: Setting, shells: Shells) -> None:
        catalog = atlas.catalog
        shared = (
            catalog.vocabularies,
            catalog.profiles,
            catalog.legal_bases,
            [
                (home.place, home.bodies, home.editions, home.publications, home.announced)
                for home in catalog.places.values()
            ],
            [shell.texts for shell in shells.by_depth],
            (atlas.day, setting.base_url, setting.demonstration),
        )
        content = PROGRAM + templates_digest() + msgspec.msgpack.encode(shared)
        self._shared = hashlib.blake2b(content, digest_size=16)
        self._records: dict[str, bytes] = {}
        self._atlas = atlas  # keeps the entries, and with them their identities
        self._entries = {id(entry): self._of_entry(entry) for entry in atlas.entries.values()}

    def of(self, *makings: object) -> bytes:
        """The mark of a page made from these: entries, records, plain values, other marks, lists of one sort."""
        digest = self._shared.copy()
        for making in makings:
            digest.update(self._one(making))
        return digest.digest()

    def of_frozen(self, *makings: object) -> bytes:
        """The mark of what is made from these alone, whatever day it is and whatever the rest of the catalog says."""
        return digest_of(PROGRAM + msgspec.msgpack.encode(makings))

    def _one(self, making: object) -> bytes:
        if isinstance(making, ServiceEntry):  # its body counts for every page
            return self._of_record(making.service)
        if isinstance(making, list):
            size = len(making).to_bytes(4, "big")
            if making and isinstance(making[0], Entry):  # by far the most, and thousands on a page
                return size + b"".join(map(self._entries.__getitem__, map(id, making)))
            return size + b"".join([self._one(part) for part in making])
        if isinstance(making, bytes):  # a mark itself
            return making
        if isinstance(making, Entry):
            return self._entries[id(making)]
        if isinstance(making, CertificateKind | PublicService):
            return self._of_record(making)
        return digest_of(msgspec.msgpack.encode(making))

    def _of_entry(self, entry: Entry) -> bytes:
        own = msgspec.msgpack.encode(entry.item)
        return digest_of(own + self._of_record(entry.kind) + self._of_record(entry.service))

    def _of_record(self, record: CertificateKind | PublicService) -> bytes:
        known = self._records.get(record.id)
        if known is None:
            known = self._records[record.id] = digest_of(msgspec.msgpack.encode(record))
        return known
