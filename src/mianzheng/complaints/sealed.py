"""What a complaint keeps sealed: who complained, and every free text, under the key of the case (OQ-18).

Pieces: `person` (name, phone, relation), `story` (what the person wrote), `text-<n>` (what was written with event n).
Snapshot, events, deliveries and register rows hold codes, bodies and times only.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mianzheng.cases.records import CaseKey, Key, Sealed
from mianzheng.complaints.masking import masked
from mianzheng.ports import KeyStore, RecordStore

PERSON = "person"
STORY = "story"
SEALED = "（密存）"
"""Stands in an event where a text was given that lies sealed beside it."""


def text_of(seq: int) -> str:
    """The name of the piece that holds the texts of an event."""
    return f"text-{seq}"


def seal(keys: KeyStore, case: CaseKey, name: str, piece: Mapping[str, str]) -> Sealed:
    """A piece, encrypted under the case's key and bound to case and name. Raises what the key store raises."""
    plain = msgspec.json.encode(dict(piece), order="sorted")
    context = f"{case.kind}/{case.id}/{name}"
    return Sealed(kind=case.kind, id=case.id, name=name, sealed=keys.seal(case.wrapped, context, plain))


def unsealed(store: RecordStore, keys: KeyStore, case: Key, name: str) -> dict[str, str]:
    """A piece in clear; empty when it never was or is destroyed. Raises Unavailable, Rejected."""
    found = store.sealed(case.kind, case.id, name)
    if found is None:
        return {}
    wrapped, cipher = found
    plain = keys.open(wrapped, f"{case.kind}/{case.id}/{name}", cipher)
    return msgspec.json.decode(plain, type=dict[str, str])


def without_numbers(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts that are not empty, each with the numbers of persons masked."""
    return {name: masked(text.strip()).text for name, text in texts.items() if text.strip()}
