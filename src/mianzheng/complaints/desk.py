"""What handling and sweeping need to know besides the case, and who may see a case at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mianzheng.cases.actors import CITIZEN, SYSTEM, Actor
from mianzheng.cases.records import CaseRecord
from mianzheng.clock import WorkingCalendar
from mianzheng.complaints.clocks import Clocks
from mianzheng.complaints.receivers import KEEPERS, keeper_of
from mianzheng.errors import RecordNotFound
from mianzheng.model import Catalog, PlaceCatalog, Profile
from mianzheng.model.vocabularies import CodeEntry, ReasonsFile
from mianzheng.ports import KeyStore


@dataclass(frozen=True)
class Desk:
    """The place with its rules, the vocabulary of reasons, its clocks, and the keys of cases."""

    home: PlaceCatalog
    profile: Profile
    reasons: ReasonsFile
    clocks: Clocks
    keys: KeyStore

    @property
    def office(self) -> str:
        """The body that keeps the list and supervises handling (CMP-13-1); empty when the place names none."""
        return keeper_of(self.home)

    @property
    def refusals(self) -> dict[str, CodeEntry]:
        """The grounds for not accepting; where the document names none, all that are known (project)."""
        return _chosen(self.reasons.non_acceptance, self.profile.complaint.refusal.value)

    @property
    def terminations(self) -> dict[str, CodeEntry]:
        """The grounds for termination; where the document names none, all that are known (project)."""
        return _chosen(self.reasons.termination, self.profile.complaint.termination.value)


def desk_at(place: str, catalog: Catalog, keys: KeyStore) -> Desk:
    """The desk of a place. Raises RecordNotFound for a place that the catalog no longer has."""
    home, reasons = catalog.places.get(place), catalog.vocabularies.reasons
    if home is None or home.profile is None or reasons is None:
        raise RecordNotFound("没有这个地区。")
    return Desk(home, home.profile, reasons, Clocks(WorkingCalendar(catalog.calendars), home.profile), keys)


class Desks:
    """Desks for a job that goes through many cases: one for each place, with its calendar, as long as the catalog."""

    def __init__(self, catalog: Callable[[], Catalog], keys: KeyStore) -> None:
        self._catalog, self._keys = catalog, keys
        self._of: Catalog | None = None
        self._desks: dict[str, Desk] = {}

    def at(self, place: str) -> Desk:
        """The desk of a place. Raises RecordNotFound as `desk_at`."""
        catalog = self._catalog()
        if catalog is not self._of:
            self._of, self._desks = catalog, {}
        if place not in self._desks:
            self._desks[place] = desk_at(place, catalog, self._keys)
        return self._desks[place]


def _chosen(entries: tuple[CodeEntry, ...], codes: tuple[str, ...] | None) -> dict[str, CodeEntry]:
    return {entry.code: entry for entry in entries if codes is None or entry.code in codes}


def sees(actor: Actor, record: CaseRecord) -> bool:
    """Whether somebody may see a case: what they may not see does not exist for them (A03).

    Whoever holds the receipt, the system, the office that keeps the list, and those who audit (they change nothing);
    bodies that receive, decide or handle it.
    A case that its deciding body turns out to be concerned with is open to the other receivers.
    """
    if actor.role in (CITIZEN, SYSTEM):
        return True
    if actor.place != record.place:
        return False
    if actor.role in (*KEEPERS, "auditor"):
        return True
    data = record.data
    working = {record.body, *data.get("joint", [])}
    if actor.role == "handler":
        return actor.body in working
    stuck = data["decided_by"] in data["concerned"]
    return actor.role == "receiver" and (stuck or actor.body in working | {data["decided_by"], data["received_by"]})
