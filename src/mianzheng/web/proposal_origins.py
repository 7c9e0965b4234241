"""Ties between proposals and the suggestions and complaints that the office opened them from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from mianzheng.cases.machine import Machine
from mianzheng.cases.records import CaseRecord, Change, Write
from mianzheng.cases.steps import Step
from mianzheng.complaints.machines import MACHINE as COMPLAINT
from mianzheng.errors import GuardFailed, NotAllowed, RecordNotFound
from mianzheng.proposals.chains import ProposalType
from mianzheng.proposals.guards import reasons_for
from mianzheng.proposals.handling import application_of
from mianzheng.proposals.machines import MACHINE as PROPOSAL
from mianzheng.proposals.machines import OFFICE
from mianzheng.proposals.origins import ORIGINS, Origin, begun, proposals_from, proposed
from mianzheng.suggestions.machines import MACHINE as SUGGESTION
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import complaint_for_staff
from mianzheng.web.suggestion_desk import suggestion_for_staff


@dataclass(frozen=True)
class _Source:
    machine: Machine
    find: Callable[[Call, str], CaseRecord]


SOURCES: dict[Origin, _Source] = {
    "suggestion": _Source(SUGGESTION, suggestion_for_staff),
    "complaint": _Source(COMPLAINT, complaint_for_staff),
}


def proposals_of(call: Call, record: CaseRecord) -> list[CaseRecord]:
    """The proposals that came of a case, as they stand."""
    return [call.services.store.get(PROPOSAL.kind, id) for id in proposals_from(record)]


def adjustment_address(call: Call, origin: Origin, record: CaseRecord) -> str:
    """The form of a list adjustment, begun from a case; empty where the caller begins none from it."""
    offered = {row.event for row in SOURCES[origin].machine.offered(record.state, call.who.role)}
    if "propose" not in offered:
        return ""
    return f"/office/proposals/new?{urlencode({str(origin): record.data['number']})}"


def begun_from(call: Call) -> tuple[ProposalType, dict[str, str]] | None:
    """Type and fields of the form when the office opens it from a case (`?suggestion=` or `?complaint=` number).

    Raises RecordNotFound for a case that the caller does not see.
    """
    for origin, source in SOURCES.items():
        number = call.request.args.get(origin, "")
        if not number or call.who.role not in OFFICE:
            continue
        data = source.find(call, number).data
        catalog = call.services.catalog()
        home = catalog.places.get(call.who.place)
        reasons = reasons_for("add", catalog, home.profile if home else None)
        listed = data["item"] if home and data["item"] in home.items else ""
        return begun(origin, data["number"], listed, data["kind"], reasons)
    return None


def with_word_to_origins(call: Call, change: Change) -> Change:
    """The change that hands a proposal in, together with word of it to the cases that it came of, if any.

    Raises GuardFailed for a case that there is not, or that is not the caller's to take up.
    """
    record = change.writes[0].record
    application = application_of(record)
    words = [_word(call, origin, number, record.id) for origin in SOURCES if (number := getattr(application, origin))]
    return msgspec.structs.replace(change, writes=(*change.writes, *(word for word in words if word)))


def _word(call: Call, origin: Origin, number: str, proposal: str) -> Write | None:
    source = SOURCES[origin]
    try:
        record = source.find(call, number)
        if proposal in proposals_from(record):
            return None
        step = Step("propose", call.who.actor, call.services.now(), {"proposal": proposal})
        return proposed(source.machine, record, step)
    except RecordNotFound:
        raise GuardFailed({origin: f"没有编号是“{number[:40]}”的{ORIGINS[origin]}，请看看有没有抄错"}) from None
    except NotAllowed as error:
        raise GuardFailed({origin: f"{ORIGINS[origin]} {number[:40]}：{error}"}) from None
