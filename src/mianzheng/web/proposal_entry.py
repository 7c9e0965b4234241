"""What a department enters, kept in its own drafts: nothing is lost, whatever is wrong with it, and nothing doubled."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from mianzheng.cases.records import CaseRecord
from mianzheng.cases.steps import Step
from mianzheng.clock import day_of
from mianzheng.errors import AlreadyExists, RecordNotFound, VersionConflict
from mianzheng.proposals import drafts
from mianzheng.proposals.chains import TYPES, ProposalType
from mianzheng.proposals.fields import application_from, entered, rows_of
from mianzheng.proposals.forms import Application
from mianzheng.proposals.machines import MACHINE, OFFICE
from mianzheng.web.calls import Call
from mianzheng.web.problems import Problem

MOST_BYTES = 256 * 1024
"""Of a draft: as much as one record of every store holds."""
TOO_MUCH = "这份申请太长了，没有存进去。请把文字写短一些，或者少放几项、分成两份。您刚才填的还在下面。"
_ID = re.compile(r"dr-[0-9a-z]{16}", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """A form on its way: the fields as they are kept, the draft that keeps them, the item that is shown (from 0).

    `id` names the draft, also before it is first saved; `proposal` is the number-bearing record that it corrects.
    `other`: the draft that had been changed elsewhere, so that what was entered here lies in a new one beside it.
    `refused` says why nothing was saved.
    """

    type: ProposalType
    id: str
    fields: dict[str, str] = field(default_factory=dict)
    draft: CaseRecord | None = None
    proposal: CaseRecord | None = None
    open: int = 0
    other: str = ""
    refused: str = ""


Alter = Callable[[dict[str, str], int], tuple[dict[str, str], int]]
"""What a button does to the fields and to which item is shown."""


def as_it_is(fields: dict[str, str], shown: int) -> tuple[dict[str, str], int]:
    """The button that only saves."""
    return fields, shown


def type_of(text: str) -> ProposalType:
    """The type that a form names. Raises Problem `malformed`."""
    if text not in TYPES:
        raise Problem("malformed", "请从本站的表单提交。")
    return text


def draft_of(call: Call, id: str) -> CaseRecord:
    """A draft of whoever asks. Raises RecordNotFound, also for one of somebody else."""
    record = call.services.store.get(drafts.MACHINE.kind, id)
    if record.handler != call.who.id:
        raise RecordNotFound("没有这份草稿。")
    return record


def entry_of(call: Call, record: CaseRecord, shown: int) -> Entry:
    """A draft that is opened again. Raises RecordNotFound for one that is none any more."""
    if record.state != "draft":
        raise RecordNotFound("这份草稿已经报送或者删除了。")
    fields = dict(record.data["fields"])
    number = min(max(shown, 0), len(rows_of(fields)))
    return Entry(
        type=type_of(record.data["type"]),
        id=record.id,
        fields=fields,
        draft=record,
        proposal=_corrected(call, record),
        open=number,
    )


def kept(call: Call, alter: Alter = as_it_is) -> Entry:
    """What the form says, saved in its draft; the same once more saves nothing.

    A draft that was changed in another window meanwhile is left as it is: what this window says goes into a new one.
    Raises Problem: malformed, not-found.
    """
    try:
        return _kept(call, alter)
    except (AlreadyExists, VersionConflict):  # the same button twice at the same moment
        return _kept(call, alter)


def begun(call: Call, type: ProposalType, fields: dict[str, str], proposal: str = "", id: str = "") -> CaseRecord:
    """A new draft. Raises AlreadyExists."""
    id = id or call.services.new_id("dr")
    change = drafts.saved(None, _saving(call), id=id, type=type, fields=fields, proposal=proposal)
    call.services.store.commit(change)
    return change.writes[0].record


def application_of(call: Call, entry: Entry) -> tuple[Application, dict[str, str]]:
    """The application that an entry says, and what is wrong with single fields. Who applies and when is known."""
    who = call.who
    own = {
        "place": who.place,
        "type": entry.type,
        "initiator": "office" if who.role in OFFICE else "unit",
        "applicant": who.body,
        "applied_on": day_of(call.services.now()),
    }
    return application_from(entry.fields, own)


def _kept(call: Call, alter: Alter) -> Entry:
    form = call.form
    id = form.get("draft", "")
    id = id if _ID.fullmatch(id) else call.services.new_id("dr")
    try:
        record: CaseRecord | None = draft_of(call, id)
    except RecordNotFound:
        record = None
    live = record if record is not None and record.state == "draft" else None
    before = dict(live.data["fields"]) if live else {}
    shown = int(form["open"]) if form.get("open", "").isdecimal() else 0
    fields, shown = alter(entered(before, form), min(shown, len(rows_of(before))))
    type = type_of(live.data["type"] if live else form.get("type", ""))
    entry = Entry(type=type, id=id, fields=fields, draft=record, open=shown)
    if live and fields == before:
        return replace(entry, proposal=_corrected(call, live))
    if sum(len(f"{name}{text}".encode()) for name, text in fields.items()) > MOST_BYTES:
        return replace(entry, proposal=_corrected(call, live) if live else None, refused=TOO_MUCH)
    if record is not None and (live is None or form.get("draft_version", "") != str(record.version)):
        proposal = record.data["proposal"] if live else ""
        made = begun(call, type, fields, proposal)
        return replace(entry, id=made.id, draft=made, proposal=_corrected(call, made), other=record.id)
    change = drafts.saved(live, _saving(call), id=id, type=type, fields=fields)
    call.services.store.commit(change)
    saved = change.writes[0].record
    return replace(entry, draft=saved, proposal=_corrected(call, saved))


def _saving(call: Call) -> Step:
    return Step("save", call.who.actor, call.services.now(), {})


def _corrected(call: Call, draft: CaseRecord) -> CaseRecord | None:
    id = draft.data["proposal"]
    return call.services.store.get(MACHINE.kind, id) if id else None
