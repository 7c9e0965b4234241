"""What the example places say is written for the person who reads it (docs/second-reading.md)."""

from __future__ import annotations

import re
from collections import Counter

from mianzheng.catalog_files.loading import Loaded
from mianzheng.model import CertificateItem

INTERNAL_CODE = re.compile(r"[A-Z]\d_[a-z]|[a-z]+_[a-z]+|(?:zm|kd|sv|bd|lb)-[0-9a-z]{6}")


def read_by_people(item: CertificateItem) -> list[str]:
    said = [item.explain, item.condition, item.note, *(use.requires for use in item.legal_bases)]
    said += [version.other for version in item.versions]
    if item.cancelled is not None:
        said += [item.cancelled.reason_text, item.cancelled.upstream]
    return said


def test_every_item_speaks_to_its_reader_in_a_sentence_of_its_own(shipped: Loaded) -> None:
    items = [item for _, item in shipped.catalog.items()]
    assert not [item.id for item in items if "您" not in item.explain]
    assert not [text for text, times in Counter(item.explain for item in items).items() if times > 1]


def test_nothing_that_people_read_shows_a_code_of_ours(shipped: Loaded) -> None:
    items = [item for _, item in shipped.catalog.items()]
    assert not [(item.id, text) for item in items for text in read_by_people(item) if INTERNAL_CODE.search(text)]


def test_whatever_was_cancelled_names_what_cancelled_it(shipped: Loaded) -> None:
    cancelled = [item for _, item in shipped.catalog.items() if item.status == "cancelled"]
    assert cancelled
    assert not [item.id for item in cancelled if not item.legal_bases]


def test_a_licence_that_stays_valid_is_not_called_abolished(shipped: Loaded) -> None:
    answer = shipped.catalog.vocabularies.answers["cancelled"]
    assert answer.licence_word not in ("", answer.word)
