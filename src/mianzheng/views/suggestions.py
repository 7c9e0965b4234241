"""Suggestions as the person sees them: one form, a receipt without a due date, the answer (YY-ADJ-12-1)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mianzheng.cases.events import Event
from mianzheng.cases.records import CaseRecord
from mianzheng.clock import SHANGHAI
from mianzheng.complaints.receipts import Receipt
from mianzheng.model import PlaceCatalog
from mianzheng.settings import Settings
from mianzheng.suggestions.handling import LABELS
from mianzheng.suggestions.machines import MACHINE
from mianzheng.views.case_stories import told_to_the_person
from mianzheng.views.complaints import qr_of
from mianzheng.views.frames import framed
from mianzheng.views.proposals import became
from mianzheng.views.spoken import spoken

HEADING = "给清单提意见"
WHERE = ("您要提的是哪里的清单？", "/suggestions/new")
FIELDS = ("place", "item", "kind", "text", "contact")
"""Everything that the form holds."""
LOOKUP = "/suggestions/lookup"
TOLD = {
    "register": "收到了您的意见",
    "answer": "答复",
    "propose": "据此提出了清单调整申请",
    "purge": "按期销毁了您的个人信息",
}
"""Events that the person is told of."""


@dataclass(frozen=True)
class About:
    """What a suggestion is about, in words, and where the site says more; both empty for the list as a whole."""

    what: str
    address: str


def form_page(
    settings: Settings,
    home: PlaceCatalog,
    receiver: str,
    about: About,
    *,
    draft: str,
    form: Mapping[str, str],
    problems: Mapping[str, str],
) -> str:
    """The form. What it cannot be about any more is left out, so that sending it again goes through."""
    kept = ("place", "item", "kind") if about.what else ("place",)
    return framed(
        settings,
        "suggestions/form.html",
        HEADING,
        place=home.place.name,
        receiver=receiver,
        about=about,
        kept=kept,
        draft=draft,
        form=form,
        problems=problems,
    )


def receipt_page(
    settings: Settings, *, number: str, at: datetime.datetime, receiver: str, receipt: Receipt, masked: Sequence[str]
) -> str:
    """The receipt, shown this once: dated in Shanghai, and without a due date, because no document sets one."""
    address = f"{settings.public_url}{LOOKUP}#{receipt.letters.replace('-', '')}"
    return framed(
        settings,
        "suggestions/receipt.html",
        "收到了您的意见",
        number=number,
        at=at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
        received=spoken(at, year=True),
        receiver=receiver,
        words=receipt.characters,
        letters=receipt.letters,
        qr=qr_of(address),
        masked=masked,
    )


def lookup_page(settings: Settings, draft: str, problems: Mapping[str, str]) -> str:
    """Ask for the code."""
    return framed(settings, "suggestions/lookup.html", "看答复", draft=draft, form={}, problems=problems)


def progress_page(
    settings: Settings,
    record: CaseRecord,
    home: PlaceCatalog,
    events: Sequence[Event],
    texts: Mapping[int, Mapping[str, str]],
    *,
    received: str,
    text: str,
    about: About,
    proposals: Sequence[CaseRecord],
    looks: Sequence[tuple[str, str, str]],
) -> str:
    """What was suggested, what was answered, what became of it, and who looked at the contact."""
    return framed(
        settings,
        "suggestions/progress.html",
        record.data["title"],
        number=record.data["number"],
        state=MACHINE.states[record.state].public,
        received=received,
        text=text,
        about=about,
        timeline=told_to_the_person(events, texts, home, TOLD, LABELS),
        proposals=became(proposals, linked=False),
        looks=looks,
    )
