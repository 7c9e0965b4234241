"""What the office opens an adjustment from by itself: a suggestion, or a complaint that was concluded (YY-ADJ-11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from mianzheng.cases.machine import Machine
from mianzheng.cases.records import CaseRecord, Write
from mianzheng.cases.steps import Step, take, written
from mianzheng.proposals.chains import ProposalType

Origin = Literal["suggestion", "complaint"]
"""Both are fields of an application that hold the number of the case."""
ORIGINS: Mapping[Origin, str] = {"suggestion": "群众意见", "complaint": "投诉举报"}
OMITTED = "A4_omitted"
"""Why something is added that somebody had to complain about: the list had left it out."""


def begun(
    origin: Origin, number: str, item: str = "", kind: str = "", reasons: Mapping[str, object] = {}
) -> tuple[ProposalType, dict[str, str]]:
    """The type and the fields that the form of an adjustment holds already: a change of the item, or a new one.

    `reasons` are those that the place knows for adding. What the person wrote is not copied: a proposal is read by more
    people, and may be published.
    """
    left_out = origin == "complaint" and not item and OMITTED in reasons
    fields = {
        "items.0.item": item,
        "items.0.kind": "" if item else kind,
        "reason": OMITTED if left_out else "",
        "ground": f"{ORIGINS[origin]} {number}：",
        origin: number,
    }
    return "change" if item else "add", {name: value for name, value in fields.items() if value}


def proposals_from(record: CaseRecord) -> tuple[str, ...]:
    """The ids of the proposals that came of a case, oldest first."""
    return tuple(record.data.get("proposals", ()))


def proposed(machine: Machine, record: CaseRecord, step: Step) -> Write:
    """The write by which a case remembers the proposal that came of it; `step` is `propose` with the proposal's id.

    Raises NotAllowed.
    """
    after, event, _ = take(machine, record, step, names={"proposal": "调整申请"})
    known = [*proposals_from(record), step.given["proposal"]]
    return written(record, msgspec.structs.replace(after, data={**after.data, "proposals": known}), event)
