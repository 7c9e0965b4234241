"""Proposals on their way to the list: one branch and one pull request each, merged, published. Safe to run twice."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mianzheng.cases.records import CaseRecord, Change, Claimed, Worklist
from mianzheng.clock import WorkingCalendar, day_of
from mianzheng.errors import Rejected, VersionConflict
from mianzheng.model import Catalog
from mianzheng.ports import CatalogRepository, Forge, RecordStore
from mianzheng.ports.forge import Approval, Commit, PullRequest
from mianzheng.proposals.block import proposal_of, written_block
from mianzheng.proposals.chains import TYPES, chain_of
from mianzheng.proposals.examining import Examined, examine
from mianzheng.proposals.forms import Application
from mianzheng.proposals.handling import (
    ProposalDesk,
    application_of,
    facts_of,
    follow,
    head_of,
    lacks,
    timeliness_of,
)
from mianzheng.proposals.machines import MACHINE

BRANCHES = "proposals/"
FOLDER = "catalog"
LABEL = "清单调整"


@dataclass(frozen=True)
class ProposalWork:
    """Tells the forge what was decided, and the case what the forge says.

    `publish` brings the merged list to the public site; it raises Unavailable when that fails, and is tried again.
    `reviewers` names the forge's reviewers for offices of a place.
    """

    store: RecordStore
    forge: Forge
    repository: CatalogRepository
    publish: Callable[[], None]
    reviewers: Callable[[str, tuple[str, ...]], Sequence[str]] = lambda place, offices: ()

    def deliver(self, claimed: Claimed, now: datetime.datetime) -> Change | None:
        """The outbox handler of topic `forge`."""
        record = self.store.get(MACHINE.kind, claimed.delivery.data["proposal"])
        match claimed.delivery.data["what"]:
            case "open" if record.state in ("submitted", "under_study", "filed", "approved"):
                return self._opened(record, now)
            case "merge" if record.state in ("approved", "filed"):
                return self._merged(record, now)
            case "close":
                self._closed(record)
        return None

    def show(self, claimed: Claimed, now: datetime.datetime) -> Change | None:
        """The outbox handler of topic `site`: the list with this change is on the site (AP10)."""
        record = self.store.get(MACHINE.kind, claimed.delivery.data["proposal"])
        if record.state != "merged":
            return None
        self.publish()
        return follow(record, "publish", now, {"commit": record.data["delivery"]["merged_as"]})

    def advance(self, now: datetime.datetime) -> int:
        """Moves on what needs nobody: filing (WH-OR-16), merging what is filed; returns how many."""
        moved = 0
        desk = self.desk()
        for record in _all(self.store, ("submitted", "filed")):
            if record.data.get("delivery", {}).get("status") != "open":
                continue
            chain = chain_of(desk.catalog, facts_of(record))
            files_itself = all(step.kind == "file" for step in chain)
            if record.state == "submitted" and not files_itself:
                continue
            event = "file" if record.state == "submitted" else "deliver"
            change = follow(
                record, event, now, {"delivery": "merging"}, "merge",
                delivery={**record.data["delivery"], "status": "merging"},
            )  # fmt: skip
            try:
                self.store.commit(change)
                moved += 1
            except VersionConflict:
                continue
        return moved

    def desk(self) -> ProposalDesk:
        """The list at the newest commit."""
        catalog, _ = self.repository.read()
        return ProposalDesk(catalog, WorkingCalendar(catalog.calendars))

    def _opened(self, record: CaseRecord, now: datetime.datetime) -> Change | None:
        delivery = record.data["delivery"]
        if delivery["status"] not in ("queued", "pushing"):
            return None
        if delivery["status"] == "queued":
            delivery = {**delivery, "status": "pushing", "base": self.forge.main()}
            noted = follow(record, "deliver", now, {"delivery": "pushing"}, delivery=delivery)
            self.store.commit(noted)
            record = noted.writes[0].record
        application = application_of(record)
        catalog, _ = self.repository.read(delivery["base"])
        examined = self._examined(record, application, catalog)
        if examined.problems:
            told = {**delivery, "status": "conflicted", "problems": dict(examined.problems)}
            return follow(record, "deliver", now, {"delivery": "conflicted"}, delivery=told)
        branch = _branch(record)
        head = self.forge.push(branch, delivery["base"], _commit(record, application, catalog, examined))
        request = self._request(branch, record, application, catalog)
        done = {**delivery, "status": "open", "branch": branch, "number": request.number, "head": head}
        return follow(record, "deliver", now, {"delivery": "open"}, delivery=done)

    def _request(self, branch: str, record: CaseRecord, application: Application, catalog: Catalog) -> PullRequest:
        found = [one for one in self.forge.find(branch) if one.state != "closed"]
        if found:
            return found[0]
        day = record.data["submissions"][-1]["on"]
        told = proposal_of(application, record.data["number"], day, record.data["subject"], timeliness_of(record))
        title = f"{record.data['number']} {TYPES[application.type]}：{record.data['title']}"
        offices = tuple(step.role for step in chain_of(catalog, facts_of(record)))
        reviewers = self.reviewers(record.place, offices)
        return self.forge.open(branch, title, written_block(told), (LABEL, TYPES[application.type]), reviewers)

    def _examined(self, record: CaseRecord, application: Application, catalog: Catalog) -> Examined:
        ids = iter(record.data["new_ids"])
        return examine(
            application,
            catalog,
            day_of(datetime.datetime.fromisoformat(record.data["submitted_at"])),
            new_id=lambda: next(ids),
            render=self.repository.render,
            proposal=record.data["number"],
        )

    def _merged(self, record: CaseRecord, now: datetime.datetime) -> Change | None:
        delivery = record.data["delivery"]
        request = self.forge.get(delivery["number"])
        if request.state == "open":
            self._mirror(record)
            missing = lacks(self.desk(), record, day_of(now))
            if missing or request.head != head_of(record):
                return self._back(record, now)
            message = f"{request.title}\n\nProposal-Id: {record.data['number']}\n"
            try:
                merged_as = self.forge.merge(request.number, request.head, message, _decided_at(record))
            except Rejected:
                self.forge.close(request.number, "清单在这期间有了别的变化，按现在的清单重新提出。")
                return self._again(record, now)
        elif request.state == "closed":
            return self._again(record, now)
        else:
            merged_as = request.merged_as
        done = {**delivery, "status": "merged", "merged_as": merged_as}
        return follow(record, "merge", now, {"commit": merged_as}, "site", delivery=done)

    def _mirror(self, record: CaseRecord) -> None:
        """The opinions of the workbench, on the forge: its own gate sees the same."""
        number = record.data["delivery"]["number"]
        known = {(one.role, one.subject, one.commit) for one in self.forge.approvals(number)}
        for given in record.data["opinions"]:
            at = datetime.datetime.fromisoformat(given["at"])
            approval = Approval(role=given["role"], subject=given["subject"], commit=given["commit"], at=at)
            if (approval.role, approval.subject, approval.commit) not in known:
                self.forge.approve(number, approval)

    def _back(self, record: CaseRecord, now: datetime.datetime) -> Change:
        """The branch has a newer commit, or something is missing: opinions to the older one are void (AP9)."""
        request = self.forge.get(record.data["delivery"]["number"])
        delivery = {**record.data["delivery"], "status": "open", "head": request.head}
        if record.state == "filed":
            return follow(record, "deliver", now, {"delivery": "open"}, delivery=delivery)
        return follow(record, "void", now, {"commit": request.head}, delivery=delivery, opinions=[])

    def _again(self, record: CaseRecord, now: datetime.datetime) -> Change:
        """The list has moved on under the proposal: made anew on the list of today, field by field."""
        delivery = {"status": "queued", "round": record.data["delivery"]["round"] + 1}
        if record.state == "filed":
            return follow(record, "deliver", now, {"delivery": "queued"}, "open", delivery=delivery)
        head = record.data["delivery"]["head"]
        return follow(record, "void", now, {"commit": head}, "open", delivery=delivery, opinions=[])

    def _closed(self, record: CaseRecord) -> None:
        number = record.data.get("delivery", {}).get("number")
        if number is None:
            return
        try:
            self.forge.close(number, MACHINE.states[record.state].label)
        except Rejected:  # merged meanwhile: the forge decides such races
            return


def _all(store: RecordStore, states: tuple[str, ...]) -> Iterator[CaseRecord]:
    after = ""
    while True:
        page = store.worklist(Worklist(kind=MACHINE.kind, states=states), after, 200)
        yield from page.records
        after = page.after
        if not after:
            return


def _branch(record: CaseRecord) -> str:
    round = record.data["delivery"]["round"]
    name = f"{BRANCHES}{record.place}-{record.data['number']}"
    return name if round == 1 else f"{name}-r{round}"


def _commit(record: CaseRecord, application: Application, catalog: Catalog, examined: Examined) -> Commit:
    home = catalog.places[record.place]
    body = home.bodies.get(application.applicant)
    number = record.data["number"]
    title = f"{TYPES[application.type]}：{record.data['title']}"
    return Commit(
        files={f"{FOLDER}/{path}": text.encode() for path, text in examined.files.items()},
        message=f"{title}\n\nProposal-Id: {number}\n",
        author=body.name if body else home.place.name,
        at=datetime.datetime.fromisoformat(record.data["submitted_at"]),
    )


def _decided_at(record: CaseRecord) -> datetime.datetime:
    """The instant of the last decision: merging again gives the same commit."""
    at = record.changed_at
    assert at is not None
    return at
