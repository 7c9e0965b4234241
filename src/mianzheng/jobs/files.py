"""The errand about files: those that no case has are removed (complaints/attached.py). And copying all that one has."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from mianzheng.cases.records import Claimed
from mianzheng.complaints.attached import files_of, name_of
from mianzheng.complaints.machines import MACHINE
from mianzheng.errors import RecordNotFound
from mianzheng.jobs.walking import complaints
from mianzheng.ports import FileStore, RecordStore


class Copied(NamedTuple):
    """How many files were there, and the names of those that a case has and the store has not."""

    found: int
    missing: tuple[str, ...]


def copy_files(store: RecordStore, source: FileStore, target: FileStore | None = None) -> Copied:
    """Read every file that a case of the store has, and put it into `target`, if there is one. May be repeated.

    Raises Unavailable, Rejected (the target holds something else under a name).
    """
    found, missing = 0, []
    for record in complaints(store):
        for name in (name_of(record.id, file) for file in files_of(record)):
            try:
                content = source.get(name)
            except RecordNotFound:
                missing.append(name)
                continue
            found += 1
            if target:
                target.put(name, content)
    return Copied(found, tuple(missing))


@dataclass(frozen=True)
class LeftFiles:
    """A handler of deliveries."""

    store: RecordStore
    files: FileStore

    def __call__(self, claimed: Claimed, now: datetime.datetime) -> None:
        """Remove the files of the errand that are not, or no longer, a case's. Raises Unavailable."""
        case = claimed.delivery.data["case"]
        try:
            kept = files_of(self.store.get(MACHINE.kind, case))
        except RecordNotFound:
            kept = ()
        for file in claimed.delivery.data["files"]:
            if file not in kept:
                self.files.remove(name_of(case, file))
