"""What every address about a suggestion needs, and its ties to the proposals that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from mianzheng.cases.records import CaseRecord, Change
from mianzheng.cases.steps import Step
from mianzheng.complaints.sealed import STORY
from mianzheng.errors import GuardFailed, RecordNotFound
from mianzheng.proposals.handling import application_of
from mianzheng.proposals.machines import MACHINE as PROPOSAL
from mianzheng.suggestions.handling import handle, proposed, sees
from mianzheng.suggestions.intake import Letterbox
from mianzheng.suggestions.machines import MACHINE, OFFICE
from mianzheng.views import suggestions as view
from mianzheng.web.calls import Call


def letterbox_of(call: Call) -> Letterbox:
    """What taking a suggestion in needs."""
    services = call.services
    return Letterbox(
        catalog=services.catalog(),
        keys=services.keys,
        secret=services.signer.secret,
        demonstration=services.settings.demonstration,
        new_id=lambda: services.new_id("sg"),
        next_number=services.store.next_number,
    )


def suggestion_for_staff(call: Call, name: str) -> CaseRecord:
    """A suggestion by id or number, if the caller may see it. Raises RecordNotFound, for those of others too."""
    store = call.services.store
    key = store.find(f"number:{name}")
    record = store.get(MACHINE.kind, key.id if key and key.kind == MACHINE.kind else name)
    if not sees(call.who.actor, record):
        raise RecordNotFound("没有这件意见，或者不在您的地区。")
    return record


def stepped(call: Call, record: CaseRecord, event: str, given: Mapping[str, str]) -> Change:
    """The change of a step by whoever is logged in. Raises what `handle` raises."""
    sealed = call.services.store.sealed(record.kind, record.id, STORY)
    step = Step(event, call.who.actor, call.services.now(), given)
    return handle(record, step, call.services.keys, sealed[0] if sealed else None)


def proposals_of(call: Call, record: CaseRecord) -> list[CaseRecord]:
    """The proposals that came of a suggestion, as they stand."""
    return [call.services.store.get(PROPOSAL.kind, id) for id in record.data["proposals"]]


def adjustment_address(record: CaseRecord) -> str:
    """The form of a list adjustment, begun from a suggestion: a change of its item, otherwise a new item."""
    item = record.data["item"]
    begun = {"type": "change" if item else "add", "suggestion": record.data["number"]}
    return f"/office/proposals/new?{urlencode(begun)}"


def begun_from_suggestion(call: Call) -> dict[str, str]:
    """What the form of an adjustment holds already when the office opens it from a suggestion; empty otherwise.

    What the person wrote is not copied: a proposal is read by more people, and may be published.
    """
    number = call.request.args.get("suggestion", "")
    if not number or call.who.role not in OFFICE:
        return {}
    data = suggestion_for_staff(call, number).data
    begun = {
        "items.0.item": data["item"],
        "items.0.kind": "" if data["item"] else data["kind"],
        "ground": f"群众意见 {data['number']}：",
        "suggestion": data["number"],
    }
    return {name: value for name, value in begun.items() if value}


def with_word_to_suggestion(call: Call, change: Change) -> Change:
    """The change that hands a proposal in, together with word of it to the suggestion that it came of, if any.

    Raises GuardFailed for a suggestion that there is not, or that is not the caller's to take up.
    """
    record = change.writes[0].record
    number = application_of(record).suggestion
    if not number:
        return change
    try:
        suggestion = suggestion_for_staff(call, number)
    except RecordNotFound:
        raise GuardFailed({"suggestion": f"没有编号是“{number[:40]}”的意见，请看看有没有抄错"}) from None
    if record.id in suggestion.data["proposals"]:
        return change
    step = Step("propose", call.who.actor, call.services.now(), {"proposal": record.id})
    return msgspec.structs.replace(change, writes=(*change.writes, proposed(suggestion, step)))


def about_of(call: Call, place: str, item: str, kind: str) -> view.About:
    """What a suggestion is about, in words and with its address; empty when it is about no single thing."""
    catalog = call.services.catalog()
    home = catalog.places.get(place)
    if home and item in home.items:
        found = home.items[item]
        what = f"{catalog.kinds[found.kind].name}，办“{home.services[found.service].name}”"
        return view.About(what, f"/{place}/items/{item}/")
    if kind in catalog.kinds:
        return view.About(catalog.kinds[kind].name, f"/kinds/{kind}/")
    return view.About("", "")
