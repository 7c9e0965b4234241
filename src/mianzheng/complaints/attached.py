"""The files of a case: their names, and the errand that takes away those that no case has.

A file is put away before the case, or the step, that names it is written. So that none is left over when that never
comes, an errand goes first: later it looks whether a case has the files, and removes the others. The same errand
follows when a case's words are destroyed (their key is gone then, so what is left is unreadable already).

Ids begin with what the file is (`jpg-…`, `pdf-…`); nothing else is known about it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from mianzheng.cases.records import CaseRecord, Delivery
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.uploads import JPEG
from mianzheng.model import Record

TOPIC = "files"
HELD = datetime.timedelta(hours=3)
"""So long a file waits for its complaint; no form lies open longer."""
LOOKED_AFTER = datetime.timedelta(hours=4)


class Held(Record, kw_only=True):
    """What lies ready for a complaint that is still being written: its id, its wrapped key, the ids of its files."""

    case: str
    wrapped: bytes
    files: tuple[str, ...] = ()


def name_of(case: str, file: str) -> str:
    """Under which a file is kept, and to which its seal is bound."""
    return f"{MACHINE.kind}/{case}/{file}"


def files_of(record: CaseRecord) -> tuple[str, ...]:
    """The ids of a case's files; none once its words are destroyed."""
    return () if record.data.get("purged") == "words" else tuple(record.data.get("files", ()))


def labelled(files: Iterable[str]) -> dict[str, str]:
    """Ids with what pages call them: 照片 1, PDF 2."""
    return {id: f"{'照片' if id.startswith(JPEG) else 'PDF'} {number}" for number, id in enumerate(files, 1)}


def errand(case: str, files: Iterable[str], at: datetime.datetime, about: str) -> Delivery:
    """Look at an instant which of these files the case has, and remove the others; `about` makes the id its own."""
    return Delivery(
        id=f"{MACHINE.kind}/{case}/{TOPIC}/{about}", topic=TOPIC, next_at=at, data={"case": case, "files": [*files]}
    )
