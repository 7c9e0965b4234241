"""Objections and opinions as the person sees them (form, receipt, what became of it), and as the office does."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mianzheng.cases.records import CaseRecord
from mianzheng.complaints.receipts import Receipt
from mianzheng.model import Catalog, PlaceCatalog
from mianzheng.proposals.chains import TYPES
from mianzheng.proposals.notices import Announcement, Handled, announcement_of, former_of
from mianzheng.settings import Settings
from mianzheng.views.frames import Frame, framed
from mianzheng.views.overtaken import overtaken
from mianzheng.views.spoken import day_said, spoken

LONGEST = {"text": 2000, "name": 40, "contact": 80}
FIELDS = ("notice", *LONGEST)
"""Everything that the form holds."""


@dataclass(frozen=True)
class Shown:
    """A notice as forms and pages of the live side show it."""

    announcement: Announcement
    title: str
    home: PlaceCatalog
    body: str

    @property
    def until(self) -> str:
        """The last day in words."""
        return f"{day_said(self.announcement.until, year=True)}当天24时"

    @property
    def suggest(self) -> str:
        """Where to say what comes too late."""
        item = next((one.id for one in self.announcement.items if one.id in self.home.items), "")
        return f"/suggestions/new?{f'item={item}' if item else f'place={self.home.place.id}'}"


@dataclass(frozen=True)
class Row:
    """An objection on the office's page: what was written, who looked at the contact, what was decided."""

    record: CaseRecord
    number: str
    when: str
    text: str
    handled: Handled | None
    looks: Sequence[str]
    person: Mapping[str, str]

    @property
    def suspicious(self) -> bool:
        """Whether it looks as if a program had sent it."""
        return self.record.data.get("screening") == "quarantined"


def shown(catalog: Catalog, proposal: CaseRecord, notice: str = "") -> Shown | None:
    """A notice of a proposal: the one named, else the present one; None where there is none."""
    present = announcement_of(proposal)
    known = [*former_of(proposal), *([present] if present else [])]
    found = next((one for one in reversed(known) if not notice or one.id == notice), None)
    home = catalog.places.get(proposal.place)
    if found is None or home is None:
        return None
    body = home.bodies.get(proposal.body)
    title = f"{TYPES[proposal.data['type']]}{proposal.data['title']}"
    return Shown(found, title, home, body.name if body else "")


def problems(form: Mapping[str, str]) -> dict[str, str]:
    """Everything that is wrong with what was filled in."""
    found = {name: f"太长了，最多{most}个字" for name, most in LONGEST.items() if len(form.get(name, "")) > most}
    if not form.get("text", "").strip():
        found["text"] = "请写下您的看法和理由"
    return found


def form_page(
    settings: Settings, shown: Shown, closed: str, draft: str, form: Mapping[str, str], problems: Mapping[str, str]
) -> str:
    """The form; `closed` says why nothing is taken (any more), then what was typed is kept to be taken elsewhere."""
    words = shown.announcement.words
    title = f"我要提{words.voice}"
    return framed(
        settings, "objections/form.html", title, heading=title, shown=shown, words=words, closed=closed, draft=draft,
        form={"notice": shown.announcement.id, **form}, problems={} if closed else problems, longest=LONGEST["text"],
    )  # fmt: skip


def receipt_page(
    settings: Settings, record: CaseRecord, shown: Shown | None, receipt: Receipt, masked: Sequence[str]
) -> str:
    """The receipt, shown this once."""
    return framed(
        settings, "objections/receipt.html", "收到了", number=record.data["number"], received=received(record),
        shown=shown, words=receipt.characters, letters=receipt.letters, masked=masked,
    )  # fmt: skip


def lookup_page(settings: Settings, draft: str, form: Mapping[str, str], problems: Mapping[str, str]) -> str:
    """Ask for the code."""
    return framed(settings, "objections/lookup.html", "查处理结果", draft=draft, form=form, problems=problems)


def progress_page(
    settings: Settings, record: CaseRecord, shown: Shown | None, handled: Handled | None, outcome: str, text: str
) -> str:
    """What the person wrote, and what became of it and of the notice."""
    return framed(
        settings, "objections/progress.html", "处理结果", number=record.data["number"], received=received(record),
        shown=shown, handled=handled, outcome=outcome, text=text,
        handled_on=day_said(handled.on, year=True) if handled else "",
    )  # fmt: skip


def desk_page(
    settings: Settings,
    around: Frame,
    proposal: CaseRecord,
    shown: Shown,
    rows: Sequence[Row],
    *,
    decides: bool,
    enters: bool,
    reveals: bool,
    draft: str,
    about: str = "",
    values: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> str:
    """All that people wrote to one notice, and the forms to decide on each."""
    return framed(
        settings, "office/objections.html", f"{proposal.data['number']} {shown.announcement.words.voice}",
        frame=replace(around, here="/office/proposals"), proposal=proposal, shown=shown,
        words=shown.announcement.words, rows=rows, decides=decides, enters=enters, reveals=reveals,
        draft=draft, about=about, values=values or {}, problems=problems or {},
        faster=overtaken(
            about,
            {row.number for row in rows if decides and not row.handled}
            | {row.record.id for row in rows if reveals}
            | ({"new"} if enters else set()),
            problems or {},
            {"answer": "理由", "text": "内容"},
            values or {},
        ),
    )  # fmt: skip


def received(record: CaseRecord) -> str:
    """When it came, in words."""
    return spoken(datetime.datetime.fromisoformat(record.data["received_at"]), year=True)
