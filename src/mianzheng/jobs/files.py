"""The errand about files: those that no case has are removed (see complaints/attached.py)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from mianzheng.cases.records import Claimed
from mianzheng.complaints.attached import files_of, name_of
from mianzheng.complaints.machines import MACHINE
from mianzheng.errors import RecordNotFound
from mianzheng.ports import FileStore, RecordStore


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
