"""The page after staff took in what came otherwise: what to hand on to the person, shown this once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mianzheng.cases.machine import Machine
from mianzheng.cases.records import CaseRecord
from mianzheng.complaints.receipts import Receipt
from mianzheng.settings import Settings
from mianzheng.views.cases import Alike
from mianzheng.views.frames import Frame, framed


def entered_page(
    settings: Settings,
    around: Frame,
    machine: Machine,
    record: CaseRecord,
    *,
    receiver: str,
    received: str,
    receipt: Receipt,
    same: Sequence[Alike] = (),
) -> str:
    """Done: number and code to hand on, and cases that may be the same matter."""
    address = f"/office/{machine.kind}s"
    return framed(
        settings,
        "office/entered.html",
        "登记好了",
        frame=replace(around, here=address),
        list_name=machine.label,
        list_address=address,
        id=record.id,
        number=record.data["number"],
        receiver=receiver,
        received=received,
        words=receipt.characters,
        letters=receipt.letters,
        same=same,
    )
