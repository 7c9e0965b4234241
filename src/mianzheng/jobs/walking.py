"""Walking through the cases of a store, page by page."""

from __future__ import annotations

from collections.abc import Iterator

from mianzheng.cases.machine import Machine
from mianzheng.cases.records import CaseRecord, Worklist
from mianzheng.complaints.machines import MACHINE
from mianzheng.ports import RecordStore

PAGE = 500


def complaints(store: RecordStore, place: str = "", *, open_only: bool = False) -> Iterator[CaseRecord]:
    """All complaints (of a place; only the open ones), those without due instant last. Raises Unavailable."""
    return cases(store, MACHINE, place, open_only=open_only)


def cases(store: RecordStore, machine: Machine, place: str = "", *, open_only: bool = False) -> Iterator[CaseRecord]:
    """All cases of a kind (of a place; only the open ones), those without due instant last. Raises Unavailable."""
    query = Worklist(kind=machine.kind, place=place, states=machine.open_states() if open_only else ())
    after = ""
    while True:
        page = store.worklist(query, after, PAGE)
        yield from page.records
        after = page.after
        if not after:
            return
