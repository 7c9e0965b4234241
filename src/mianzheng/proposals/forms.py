"""The application form of an adjustment (清单调整申请), as the workbench and `POST /api/v1/proposals` send it.

Types here are loose on purpose: whatever a form can send is taken in, and `examining` names everything that is wrong
at once, beside its field. What goes into the list is built from it as operations, in the model's strict types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mianzheng.model import Catalog, PlaceCatalog, Record
from mianzheng.proposals.chains import ProposalType
from mianzheng.proposals.milestones import Initiator
from mianzheng.proposals.operations import Add, Cancel, Change, FieldEdit, Operation
from mianzheng.proposals.versions import begun

Short = Annotated[str, Meta(max_length=200)]
Long = Annotated[str, Meta(max_length=2000)]


class CitedBasis(Record, kw_only=True):
    """A legal basis, the article, and what it asks in the department's own words."""

    basis: Short = ""
    article: Short = ""
    requires: Long = ""


class ItemWish(Record, kw_only=True):
    """One item of an application.

    To add: what the new item is (`kind` … `note`) and `version`, the method with its terms. To change: `item`, and
    `edits` with the value each field had when the form was filled in, or `version` for a new method. To cancel: `item`.
    `version` has the fields of a catalog version without its days. `was` is what the list said of an item when it was
    handed in, as far as a new method replaces it; the system fills it in, so that a list that moves on is noticed.
    """

    item: Short = ""
    kind: Short = ""
    service: Short = ""
    requesting_body: Short = ""
    issuing_body: Short = ""
    legal_bases: Annotated[tuple[CitedBasis, ...], Meta(max_length=20)] = ()
    version: dict[str, Any] | None = None
    core: bool = False
    secret: bool = False
    issue_for_outside_use: bool | None = None
    problem_tags: Annotated[tuple[Short, ...], Meta(max_length=10)] = ()
    condition: Long = ""
    risk_assessed: dict[str, str] | None = None
    explain: Long = ""
    note: Long = ""
    edits: Annotated[tuple[FieldEdit, ...], Meta(max_length=30)] = ()
    upstream: Short = ""
    successor: Short = ""
    was: dict[str, Any] | None = None


Sort = Literal["kind", "service", "body", "legal_basis"]


class NewRecord(Record, kw_only=True):
    """Something that the catalog does not have yet: `fields` are those of its model, `id` one that nobody has used."""

    sort: Sort
    id: Short = ""
    fields: dict[str, Any] = {}


class Application(Record, kw_only=True):
    """A whole application: the seven fields of YY-ADJ-09-2 and BS-ADJ-09-2 and what this system adds.

    `new` are records that the items need and the catalog lacks; they are listed in the same step.
    `legal_bases` support the adjustment itself; those of a new item stand with the item. `seal` names the sealed paper
    and `element` what has changed (QS-SP-1-3-1b, QS-SP-4-1c). Days are `YYYY-MM-DD`; no `effective_from` means the day
    of publication. `interim_method` is what the unit itself does meanwhile instead of asking for the certificate
    (YY-ADJ-09-3); without one it is the new method. `suggestion`, `complaint`: numbers of those taken up (YY-ADJ-11).
    """

    place: Short
    type: ProposalType
    items: Annotated[tuple[ItemWish, ...], Meta(max_length=200)] = ()
    new: Annotated[tuple[NewRecord, ...], Meta(max_length=20)] = ()
    initiator: Initiator = "unit"
    applicant: Short = ""
    applied_on: Short = ""
    ground: Long = ""
    legal_bases: Annotated[tuple[CitedBasis, ...], Meta(max_length=20)] = ()
    reason: Short = ""
    reason_text: Long = ""
    trigger_date: Short = ""
    trigger_evidence: Long = ""
    justification: Long = ""
    effective_from: Short = ""
    interim_method: Short = ""
    element: Long = ""
    seal: Short = ""
    contact_post: Short = ""
    attachments: Annotated[tuple[Short, ...], Meta(max_length=20)] = ()
    suggestion: Short = ""
    complaint: Short = ""

    @property
    def object(self) -> str:
        """What is adjusted: `method`, or `material` as soon as anything else of the list changes (YY-ADJ-03-1)."""
        edited = {edit.field for wish in self.items for edit in wish.edits}
        return "method" if self.type == "change" and edited <= METHOD_FIELDS else "material"


METHOD_FIELDS = frozenset({"versions", "risk_assessed", "explain", "status", "in_force"})
"""Fields that speak of how a certificate is replaced, not of the certificate."""

OTHER = "X9_other"
"""The reason that the list keeps where a place asks for words instead of a code (WH-OR-16, QS-SP-4-1c)."""
_OF_NEW = ("kind", "service", "requesting_body", "issuing_body", "core", "issue_for_outside_use", "condition",
           "risk_assessed", "explain", "note")  # fmt: skip


def operations_of(
    application: Application, catalog: Catalog, today: str, new_id: Callable[[], str], proposal: str = ""
) -> tuple[Operation, ...]:
    """The operations of an application, one for each of its items, in order.

    `new_id` gives the ids of new items; `proposal` is the number that the list keeps with what it led to.
    """
    return tuple(_operation(application, wish, catalog, today, new_id, proposal) for wish in application.items)


def as_listed(application: Application, home: PlaceCatalog) -> Application:
    """The application with what the list says now of every item that gets a new method (F47)."""

    def seen(wish: ItemWish) -> ItemWish:
        item = home.items.get(wish.item)
        if wish.version is None or item is None:
            return wish
        now = msgspec.to_builtins(item)
        return msgspec.structs.replace(
            wish, was={name: now.get(name) for name in ("versions", "status", "risk_assessed")}
        )

    return msgspec.structs.replace(application, items=tuple(map(seen, application.items)))


def unseen(application: Application) -> Application:
    """The application without what anybody claims that the list said: only the system knows that."""
    items = tuple(msgspec.structs.replace(wish, was=None) for wish in application.items)
    return msgspec.structs.replace(application, items=items)


def _operation(
    application: Application,
    wish: ItemWish,
    catalog: Catalog,
    today: str,
    new_id: Callable[[], str],
    proposal: str,
) -> Operation:
    if application.type == "add":
        return Add(id=new_id(), item=_new_item(application, wish, catalog, today, proposal))
    if application.type == "change":
        return Change(id=wish.item, edits=_edits(application, wish, catalog, today, proposal))
    return Cancel(
        id=wish.item,
        reason=application.reason or OTHER,
        reason_text=application.reason_text,
        on=application.effective_from,
        upstream=wish.upstream,
        successor=wish.successor,
        proposal=proposal,
    )


def _new_item(application: Application, wish: ItemWish, catalog: Catalog, today: str, proposal: str) -> dict[str, Any]:
    home = catalog.places.get(application.place)
    example = home is not None and home.place.fictional
    given = {name: value for name in _OF_NEW if (value := getattr(wish, name)) not in ("", None, False)}
    if wish.issue_for_outside_use is False:
        given["issue_for_outside_use"] = False
    if wish.problem_tags:
        given["problem_tags"] = list(wish.problem_tags)
    return {
        **given,
        "status": "active",
        "legal_bases": [msgspec.to_builtins(use) for use in wish.legal_bases],
        "versions": [_version(application, wish.version, proposal)] if wish.version is not None else [],
        "provenance": {
            "standing": "illustrative" if example else "adopted",
            "basis_source": "law" if example else "adopted",
            "method_source": "illustrative" if example else "adopted",
            "checked_on": today,
        },
    }


def _edits(
    application: Application, wish: ItemWish, catalog: Catalog, today: str, proposal: str
) -> tuple[FieldEdit, ...]:
    """The edits of a change; a new version is an edit of all versions, made against those that were seen."""
    edits = wish.edits
    home = catalog.places.get(application.place)
    item = home.items.get(wish.item) if home else None
    if wish.version is None or item is None:
        return edits
    was: Mapping[str, Any] = wish.was or msgspec.to_builtins(item)
    versions = was.get("versions") or ()
    fresh = _version(application, wish.version, proposal)
    edits += (FieldEdit(field="versions", from_=versions, to=begun(versions, fresh, today)),)
    if wish.risk_assessed and wish.risk_assessed != was.get("risk_assessed"):
        edits += (FieldEdit(field="risk_assessed", from_=was.get("risk_assessed"), to=wish.risk_assessed),)
    if was.get("status") == "candidate":  # a new method puts on the list what was only asked for until now
        edits += (FieldEdit(field="status", from_="candidate", to="active"),)
    return edits


def _version(application: Application, terms: Mapping[str, Any], proposal: str) -> dict[str, Any]:
    """The new version: method and terms from the form, days, reason and proposal from the application."""
    own = {"reason": application.reason, "proposal": proposal, "from": application.effective_from}
    given = {name: value for name, value in terms.items() if value not in ("", None, [], ()) and name not in own}
    return {**given, **{name: value for name, value in own.items() if value}}
