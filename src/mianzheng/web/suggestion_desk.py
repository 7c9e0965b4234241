"""What every address about a suggestion needs."""

from __future__ import annotations

from collections.abc import Mapping

from mianzheng.cases.records import CaseRecord, Change
from mianzheng.cases.steps import Step
from mianzheng.complaints.sealed import STORY
from mianzheng.errors import RecordNotFound
from mianzheng.suggestions.handling import handle, sees
from mianzheng.suggestions.intake import Letterbox
from mianzheng.suggestions.machines import MACHINE
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
