"""Suggestions as staff see them: those that wait, a case with its answer, the form for what came otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mianzheng.cases.events import Event
from mianzheng.cases.records import CaseRecord
from mianzheng.complaints.guards.wish import PURPOSES
from mianzheng.model import Catalog, PlaceCatalog, RoleEntry
from mianzheng.settings import Settings
from mianzheng.suggestions.handling import LABELS
from mianzheng.suggestions.intake import CHANNELS, WEB
from mianzheng.suggestions.machines import MACHINE
from mianzheng.views.case_stories import told_to_staff
from mianzheng.views.choices import items_of
from mianzheng.views.frames import Frame, framed
from mianzheng.views.overtaken import overtaken
from mianzheng.views.proposals import became
from mianzheng.views.suggestions import About

HERE = "/office/suggestions"
TONES = {"received": "open", "considered": "good"}
GONE = {"person": frozenset({"reveal"}), "words": frozenset({"reveal", "answer", "note"})}
"""Steps that cannot be taken any more, by what was destroyed."""


@dataclass(frozen=True)
class Row:
    """A suggestion on the list: when it came, what it is about."""

    record: CaseRecord
    received: str
    about: About


@dataclass(frozen=True)
class CaseView:
    """Everything that the page of a suggestion shows to one role.

    `proposes` is the address of a list adjustment begun from it, empty for roles that begin none; `contact` stands here
    only right after it was revealed.
    """

    record: CaseRecord
    home: PlaceCatalog
    roles: Mapping[str, RoleEntry]
    role: str
    about: About
    received: str
    text: str
    events: Sequence[Event]
    texts: Mapping[int, Mapping[str, str]]
    contact: str
    proposals: Sequence[CaseRecord]
    proposes: str
    event: str
    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


def list_page(
    settings: Settings, around: Frame, state: str, rows: Sequence[Row], cursor: str, *, may_enter: bool
) -> str:
    """A page of the suggestions in a state; `cursor` leads to the next one."""
    return framed(
        settings,
        "office/suggestions.html",
        MACHINE.label,
        frame=around,
        state=state,
        states=[(code, one.label) for code, one in MACHINE.states.items()],
        rows=rows,
        channels=CHANNELS,
        cursor=cursor,
        may_enter=may_enter,
    )


def case_page(settings: Settings, around: Frame, view: CaseView) -> str:
    """The page of a suggestion."""
    record, data = view.record, view.record.data
    offered = {transition.event for transition in MACHINE.offered(record.state, view.role)}
    offered -= GONE.get(data.get("purged", ""), frozenset())
    return framed(
        settings,
        "office/suggestion.html",
        f"{data['number']} {data['title']}",
        frame=around,
        view=view,
        number=data["number"],
        heading=data["title"],
        state=MACHINE.states[record.state].label,
        tone=TONES[record.state],
        channel=CHANNELS[data["channel"]],
        quarantined=data["screening"] == "quarantined",
        purged=data.get("purged", ""),
        answered=not MACHINE.states[record.state].open,
        timeline=told_to_staff(view.events, view.texts, view.home, view.roles, MACHINE, LABELS),
        proposals=became(view.proposals, linked=True),
        purposes=list(PURPOSES.items()),
        offered=offered,
        faster=overtaken(view.event, offered, view.problems, LABELS, view.values),
    )


def entry_page(
    settings: Settings,
    around: Frame,
    catalog: Catalog,
    home: PlaceCatalog,
    *,
    draft: str,
    form: Mapping[str, str],
    problems: Mapping[str, str],
) -> str:
    """The form for what came by hotline, at a window or by letter."""
    return framed(
        settings,
        "office/suggestion_entry.html",
        "登记一条意见",
        frame=around,
        channels=[one for one in CHANNELS.items() if one[0] != WEB],
        items=items_of(catalog, home),
        kinds=sorted(((kind.id, kind.name) for kind in catalog.kinds.values()), key=lambda one: one[1]),
        draft=draft,
        form=form,
        problems=problems,
    )
