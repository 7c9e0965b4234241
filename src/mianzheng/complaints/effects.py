"""What each event of a complaint leaves behind on the case: clocks, bodies, what waits for a decision, the outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mianzheng.cases.records import CaseRecord, Event
from mianzheng.complaints.clocks import CaseClock, Name, clocks_of, kept, running
from mianzheng.complaints.desk import Desk
from mianzheng.complaints.sweeping import next_check


@dataclass(frozen=True)
class Effect:
    """What an event changes: fields of the record, and of its data."""

    desk: Desk
    record: CaseRecord
    event: Event

    def ended(self, *begin: CaseClock) -> dict[str, Any]:
        """The clocks with the running one ended at this event, and others begun."""
        clocks = clocks_of(self.record)
        for name, clock in clocks.items():
            if clock.ended_at is None:
                clocks[name] = msgspec.structs.replace(clock, ended_at=self.event.at)
        return {"clocks": kept(clocks | {clock.name: clock for clock in begin})}

    def begun(self, name: Name) -> CaseClock:
        """A clock that this event starts."""
        return self.desk.clocks.start(name, self.event.at)


Fields = dict[str, Any]
"""Fields of the record; those of its data stand under `data`."""


def after_effects(desk: Desk, record: CaseRecord, event: Event) -> CaseRecord:
    """The record with everything that the event leaves behind."""
    change = _EFFECTS.get(event.name, _nothing)(Effect(desk, record, event))
    data = {**record.data, **change.pop("data", {})}
    return msgspec.structs.replace(record, data={k: v for k, v in data.items() if v is not None}, **change)


def timed(record: CaseRecord) -> CaseRecord:
    """The record with its due instant and the next instant at which the sweep has something to do."""
    clock = running(record)
    due_at = clock.due_at if clock else None
    return msgspec.structs.replace(record, due_at=due_at, check_at=next_check(record))


def _nothing(effect: Effect) -> Fields:
    return {}


def _release(effect: Effect) -> Fields:
    return {"data": {"screening": ""}}


def _accept(effect: Effect) -> Fields:
    """The clock to conclude starts on the day of acceptance, once (CP2, OQ-09)."""
    given, bodies = effect.event.data, effect.desk.home.bodies
    data: Fields = effect.ended(effect.begun("close")) | {"screening": ""}
    if about := given.get("about"):
        data |= {"about": about, "about_names": [bodies[body].name for body in about], "concerned": about}
    if grounds := given.get("grounds"):
        data["grounds"] = grounds
    return {"data": data}


def _over(effect: Effect) -> Fields:
    """The clock stops (CP3, CP10)."""
    ground = effect.event.data.get("ground", "T1_withdrawn")
    return {"data": effect.ended() | {"outcome": {"ground": ground}, "proposed": None}}


def _link(effect: Effect) -> Fields:
    """No clock of its own any more; it follows the leading case (CP4)."""
    return {"data": effect.ended() | {"leader": effect.event.data["leader"]}}


def _transfer(effect: Effect) -> Fields:
    """The handling body changes; who decides, and the clock, do not (CP5, OQ-09)."""
    return {"body": effect.event.data["handling_body"], "handler": ""}


def _investigate(effect: Effect) -> Fields:
    own = effect.event.role == "handler"
    return {"handler": effect.event.account} if own else {}


def _join(effect: Effect) -> Fields:
    given = effect.event.data
    return {"body": given["lead_body"], "handler": "", "data": {"joint": given["joint_bodies"]}}


def _ask_extension(effect: Effect) -> Fields:
    return {"data": {"asked_days": effect.event.data["days"]}}


def _extend(effect: Effect) -> Fields:
    """Counted on from the original due day (CLK-8)."""
    clocks = clocks_of(effect.record)
    start, days = clocks["close"].started_at, effect.event.data["days"]
    clocks["close"] = effect.desk.clocks.start("close", start, extend=days, length=clocks["close"].length)
    marks = [mark for mark in effect.record.data.get("marks", []) if not mark.startswith("close.")]
    return {"data": {"clocks": kept(clocks), "asked_days": None, "marks": marks}}


def _decline_extension(effect: Effect) -> Fields:
    return {"data": {"asked_days": None}}


def _propose(what: str) -> Callable[[Effect], Fields]:
    def effect_of(effect: Effect) -> Fields:
        ground = effect.event.data.get("ground", "")
        return {"data": {"proposed": {"what": what, "ground": ground, "event": effect.event.seq}}}

    return effect_of


def _turn_down(effect: Effect) -> Fields:
    return {"data": {"proposed": None}}


def _conclude(effect: Effect) -> Fields:
    """The result stands; now the person has to be told (CP8, CP9)."""
    outcome = {"findings": effect.event.data["findings"]}
    return {"data": effect.ended(effect.begun("inform")) | {"outcome": outcome, "proposed": None, "asked_days": None}}


def _attempt(effect: Effect) -> Fields:
    return {"data": {"attempts": effect.record.data.get("attempts", 0) + 1}}


def _inform(effect: Effect) -> Fields:
    given = effect.event.data
    told = {"way": given["way"], "at": given.get("told_at") or effect.event.at.isoformat()}
    return {"data": effect.ended() | {"told": told}}


def _rate(effect: Effect) -> Fields:
    return {"data": {"rated": effect.event.data["score"]}}


def _object(effect: Effect) -> Fields:
    return {"data": {"objected": True}}


def _import(effect: Effect) -> Fields:
    return {"data": {"external_ref": effect.event.data["external_ref"]}}


def _attach(effect: Effect) -> Fields:
    return {"data": {"files": [*effect.record.data.get("files", []), *effect.event.data["files"]]}}


_EFFECTS: Mapping[str, Callable[[Effect], Fields]] = {
    "release": _release,
    "accept": _accept,
    "refuse": _over,
    "link": _link,
    "transfer": _transfer,
    "investigate": _investigate,
    "join": _join,
    "ask_extension": _ask_extension,
    "extend": _extend,
    "decline_extension": _decline_extension,
    "propose_conclusion": _propose("conclusion"),
    "return_conclusion": _turn_down,
    "conclude": _conclude,
    "attempt": _attempt,
    "inform": _inform,
    "propose_termination": _propose("termination"),
    "decline_termination": _turn_down,
    "terminate": _over,
    "withdraw": _over,
    "attach": _attach,
    "rate": _rate,
    "object": _object,
    "import_reference": _import,
}
