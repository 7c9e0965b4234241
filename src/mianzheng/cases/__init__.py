"""Cases: what moves through states. Snapshots, chained events, state machines, recusal; pure values and functions."""

from mianzheng.cases.events import Event, broken_links, chain_head, chained
from mianzheng.cases.records import CaseRecord, Change, Command, Committed, Delivery, Key, Worklist, Write

__all__ = [
    "CaseRecord",
    "Change",
    "Command",
    "Committed",
    "Delivery",
    "Event",
    "Key",
    "Worklist",
    "Write",
    "broken_links",
    "chain_head",
    "chained",
]
