"""Walking through the cases of a store, page by page."""

from __future__ import annotations

from collections.abc import Iterator

from mianzheng.cases.machine import Machine
from mianzheng.cases.records import CaseRecord, Worklist
from mianzheng.complaints.machines import MACHINE
from mianzheng.ports import RecordStore
from mianzheng.proposals.machines import MACHINE as PROPOSAL

PAGE = 500


def complaints(store: RecordStore, place: str = "", *, open_only: bool = False) -> Iterator[CaseRecord]:
    """All complaints (of a place; only the open ones), those without due instant last. Raises Unavailable."""
    return cases(store, MACHINE, place, open_only=open_only)


def cases(store: RecordStore, machine: Machine, place: str = "", *, open_only: bool = False) -> Iterator[CaseRecord]:
    """All cases of a kind (of a place; only the open ones), those without due instant last. Raises Unavailable."""
    return walk(store, Worklist(kind=machine.kind, place=place, states=machine.open_states() if open_only else ()))


def proposals(store: RecordStore, states: tuple[str, ...] = ()) -> Iterator[CaseRecord]:
    """All proposals that were handed in (in some states; any when empty). Raises Unavailable."""
    query = Worklist(kind=PROPOSAL.kind, states=states)
    return (record for record in walk(store, query) if "application" in record.data)


def walk(store: RecordStore, query: Worklist) -> Iterator[CaseRecord]:
    """Everything on a worklist, in its order. Raises Unavailable."""
    after = ""
    while True:
        page = store.worklist(query, after, PAGE)
        yield from page.records
        after = page.after
        if not after:
            return
