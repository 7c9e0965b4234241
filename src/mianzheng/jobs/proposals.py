"""Proposals on their way to the list: one branch and one pull request each, merged, published. Safe to run twice."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from mianzheng.cases.records import CaseRecord, Change, Claimed
from mianzheng.clock import WorkingCalendar, day_of
from mianzheng.complaints.receivers import keeper_of
from mianzheng.errors import MovedOn, Rejected, VersionConflict
from mianzheng.jobs.revisions import FIXED_MEANWHILE, added, differing, restored
from mianzheng.jobs.walking import proposals
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
from mianzheng.proposals.notices import set_aside

BRANCHES = "proposals/"
FOLDER = "catalog"
MOVED_ON = "清单在这期间有了别的变化，按现在的清单重新提出。"
LABEL = "清单调整"
DECIDED = ("approved", "filed")
TO_OPEN = ("submitted", "under_study", *DECIDED)


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
            case "open" if record.state in TO_OPEN:
                self._open_those_before(record, now)
                return self._opened(record, now)
            case "merge" if record.state in DECIDED:
                return self._merged(record, now)
            case "close":
                self._closed(record)
        return None

    def show(self, claimed: Claimed, now: datetime.datetime) -> Change | None:
        """The outbox handler of topic `site`: the list with this change is on the site (AP10).

        Whoever keeps the list hears of it, in Qingshen the centre (QS-SP-4-1c), unless it proposed the change itself.
        """
        record = self.store.get(MACHINE.kind, claimed.delivery.data["proposal"])
        if record.state != "merged":
            return None
        self.publish()
        home = self.repository.read()[0].places.get(record.place)
        office = keeper_of(home) if home else ""
        given = {"commit": record.data["delivery"]["merged_as"]}
        return follow(record, "publish", now, given, hears=office if office != record.body else "")

    def advance(self, now: datetime.datetime) -> int:
        """Moves on what needs nobody: filing (WH-OR-16), merging what is filed; returns how many."""
        moved = 0
        there = [
            record
            for record in proposals(self.store, ("submitted", "filed"))
            if record.data.get("delivery", {}).get("status") in ("open", "merged")
        ]
        desk = self.desk() if there else None  # reading the list takes its time
        for record in there:
            assert desk is not None
            if not _moves_on(desk, record, day_of(now)):
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

    def _open_those_before(self, record: CaseRecord, now: datetime.datetime) -> None:
        """What was handed in earlier and still waits goes first, so that requests stand in order (F54).

        Each waits for a moment of its own after the forge was gone; the first of them brings the others along.
        """
        waiting = [one for one in proposals(self.store, TO_OPEN) if _waits(one) and _turn(one) < _turn(record)]
        for one in sorted(waiting, key=_turn):
            # 轮到它自己送的时候，该搁置的再搁置
            with contextlib.suppress(Rejected, VersionConflict):
                change = self._opened(self.store.get(one.kind, one.id), now)
                if change is not None:
                    self.store.commit(change)

    def _opened(self, record: CaseRecord, now: datetime.datetime) -> Change | None:
        delivery = record.data["delivery"]
        if delivery["status"] not in ("queued", "pushing"):
            return None
        if delivery.get("branch"):
            return self._resumed(record, now) if record.state in DECIDED else self._revised(record, now)
        if delivery["status"] == "queued":
            delivery = {**delivery, "status": "pushing", "base": self.forge.main()}
            noted = follow(record, "deliver", now, {"delivery": "pushing"}, delivery=delivery)
            self.store.commit(noted)
            record = noted.writes[0].record
        application = application_of(record)
        catalog, _ = self.repository.read(delivery["base"])
        examined = self._examined(record, application, catalog)
        if examined.problems:
            return _conflicted(record, now, examined)
        branch = _branch(record)
        head = self.forge.push(branch, delivery["base"], _commit(record, application, catalog, examined.files))
        request = self._request(branch, record, application, catalog)
        tell = "merge" if record.state == "approved" else ""  # it was set aside while merging, and is sent again
        status = "merging" if tell else "open"
        done = {**delivery, "status": status, "branch": branch, "number": request.number, "head": head}
        done["paths"] = sorted(examined.files)
        return follow(record, "deliver", now, {"delivery": status}, tell, delivery=done)

    def _resumed(self, record: CaseRecord, now: datetime.datetime) -> Change:
        """Set aside while it was being merged, and sent again: what was decided on is on its branch, so merge it."""
        delivery = {**record.data["delivery"], "status": "merging"}
        return follow(record, "deliver", now, {"delivery": "merging"}, "merge", delivery=delivery)

    def _revised(self, record: CaseRecord, now: datetime.datetime) -> Change:
        """Handed in again: one more commit on the branch, or a new branch where the list has moved on below it."""
        delivery, application = record.data["delivery"], application_of(record)
        request = self.forge.get(delivery["number"])
        catalog, _ = self.repository.read(delivery["base"])
        examined = self._examined(record, application, catalog)
        before = restored(catalog, record.place, delivery["paths"], self.repository.render)
        if request.state != "open" or differing(catalog, self.repository.read()[0], {*before, *examined.files}):
            if request.state == "open":
                self.forge.close(request.number, MOVED_ON)
            fresh = {"status": "queued", "round": delivery["round"] + 1}
            return follow(record, "deliver", now, {"delivery": "queued"}, "open", delivery=fresh)
        if examined.problems:
            return _conflicted(record, now, examined)
        commit = _commit(record, application, catalog, {**before, **examined.files})
        try:
            head = added(self.forge, self.repository, request, delivery["head"], FOLDER, commit)
        except MovedOn:
            told = {**delivery, "status": "conflicted", "head": request.head, "problems": {"": FIXED_MEANWHILE}}
            return follow(record, "deliver", now, {"delivery": "conflicted"}, delivery=told)
        self.forge.describe(request.number, *self._words(record, application))
        paths = sorted({*before, *examined.files})
        done = {**delivery, "status": "open", "head": head, "paths": paths}
        return follow(record, "deliver", now, {"delivery": "open"}, delivery=done)

    def _request(self, branch: str, record: CaseRecord, application: Application, catalog: Catalog) -> PullRequest:
        found = [one for one in self.forge.find(branch) if one.state != "closed"]
        if found:
            return found[0]
        title, text = self._words(record, application)
        offices = tuple(step.role for step in chain_of(catalog, facts_of(record)))
        reviewers = self.reviewers(record.place, offices)
        return self.forge.open(branch, title, text, (LABEL, TYPES[application.type]), reviewers)

    def _words(self, record: CaseRecord, application: Application) -> tuple[str, str]:
        """Title and text of the pull request: what the gate reads of the latest submission."""
        number, day = record.data["number"], record.data["submissions"][-1]["on"]
        told = proposal_of(application, number, day, record.data["subject"], timeliness_of(record))
        return f"{number} {TYPES[application.type]}：{record.data['title']}", written_block(told)

    def _examined(self, record: CaseRecord, application: Application, catalog: Catalog, day: str = "") -> Examined:
        """The application on a Shanghai day, that of handing in unless another is named."""
        ids = iter(record.data["new_ids"])
        return examine(
            application,
            catalog,
            day or day_of(datetime.datetime.fromisoformat(record.data["submitted_at"])),
            new_id=lambda: next(ids),
            render=self.repository.render,
            proposal=record.data["number"],
        )

    def _merged(self, record: CaseRecord, now: datetime.datetime) -> Change | None:
        delivery = record.data["delivery"]
        request = self.forge.get(delivery["number"])
        if request.state == "open":
            if lacks(self.desk(), record, day_of(now)):
                return self._back(record, now)
            try:
                record = self._dated(record, now)
            except MovedOn:
                return self._back(record, now)
            request = self.forge.get(delivery["number"])
            if request.head != head_of(record):
                return self._back(record, now)
            delivery = record.data["delivery"]
            self._mirror(record)
            message = f"{request.title}\n\nProposal-Id: {record.data['number']}\n"
            try:
                merged_as = self.forge.merge(request.number, request.head, message, _decided_at(record))
            except MovedOn:
                self.forge.close(request.number, MOVED_ON)
                return self._again(record, now)
        elif request.state == "closed":
            return self._again(record, now)
        else:
            merged_as = request.merged_as
        done = {**delivery, "status": "merged", "merged_as": merged_as}
        return follow(record, "merge", now, {"commit": merged_as}, "site", delivery=done)

    def _dated(self, record: CaseRecord, now: datetime.datetime) -> CaseRecord:
        """The proposal with the day of its merge in the list, if it names no first day: nothing holds before it was
        decided (YY-ADJ-10-2). Only days differ from what was reviewed, so the opinions go along to the new commit.

        Raises MovedOn when the branch holds something else than was reviewed.
        """
        delivery, application, today = record.data["delivery"], application_of(record), day_of(now)
        if application.effective_from:
            return record
        catalog, _ = self.repository.read(delivery["base"])
        before = self._examined(record, application, catalog, delivery.get("dated", ""))
        after = self._examined(record, application, catalog, today)
        if after.problems or after.files == before.files:
            return record
        head = self.forge.add(delivery["branch"], head_of(record), _commit(record, application, catalog, after.files))
        opinions = [{**one, "commit": head} for one in record.data["opinions"] if one["commit"] == head_of(record)]
        told = {**delivery, "head": head, "dated": today}
        noted = follow(record, "deliver", now, {"delivery": "dated"}, delivery=told, opinions=opinions)
        self.store.commit(noted)
        return noted.writes[0].record

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
        other = set_aside(record) if request.head != head_of(record) else {}
        return follow(record, "void", now, {"commit": request.head}, delivery=delivery, opinions=[], **other)

    def _again(self, record: CaseRecord, now: datetime.datetime) -> Change:
        """The list has moved on under the proposal: made anew on the list of today, field by field."""
        delivery = {"status": "queued", "round": record.data["delivery"]["round"] + 1}
        if record.state == "filed":
            return follow(record, "deliver", now, {"delivery": "queued"}, "open", delivery=delivery)
        head = record.data["delivery"]["head"]
        return follow(record, "void", now, {"commit": head}, "open", delivery=delivery, opinions=[])

    def _closed(self, record: CaseRecord) -> None:
        """Raises Rejected when it was merged meanwhile: the forge decides such races, and somebody has to look."""
        number = record.data.get("delivery", {}).get("number")
        if number is not None:
            self.forge.close(number, MACHINE.states[record.state].label)


def _moves_on(desk: ProposalDesk, record: CaseRecord, day: str) -> bool:
    """Whether a proposal that is on the forge goes on without anybody: filed by itself, or filed and nothing lacks."""
    if record.state == "filed":
        return not lacks(desk, record, day)
    return all(step.kind == "file" for step in chain_of(desk.catalog, facts_of(record)))


def _waits(record: CaseRecord) -> bool:
    return bool(record.data["delivery"]["status"] == "queued")


def _turn(record: CaseRecord) -> tuple[str, str]:
    return record.data["submitted_at"], record.data["number"]


def _branch(record: CaseRecord) -> str:
    round = record.data["delivery"]["round"]
    name = f"{BRANCHES}{record.place}-{record.data['number']}"
    return name if round == 1 else f"{name}-r{round}"


def _conflicted(record: CaseRecord, now: datetime.datetime, examined: Examined) -> Change:
    """The list has changed so that the proposal does not fit any more: people decide, field by field (F47)."""
    found = msgspec.to_builtins(examined.applied.conflicts)
    told = {**record.data["delivery"], "status": "conflicted", "conflicts": found, "problems": dict(examined.problems)}
    return follow(record, "deliver", now, {"delivery": "conflicted"}, delivery=told)


def _commit(record: CaseRecord, application: Application, catalog: Catalog, files: Mapping[str, str | None]) -> Commit:
    home = catalog.places[record.place]
    body = home.bodies.get(application.applicant)
    number = record.data["number"]
    title = f"{TYPES[application.type]}：{record.data['title']}"
    return Commit(
        files={f"{FOLDER}/{path}": text.encode() if text is not None else None for path, text in files.items()},
        message=f"{title}\n\nProposal-Id: {number}\n",
        author=body.name if body else home.place.name,
        at=datetime.datetime.fromisoformat(record.data["submitted_at"]),
    )


def _decided_at(record: CaseRecord) -> datetime.datetime:
    """The instant of the last decision: merging again gives the same commit."""
    at = record.changed_at
    assert at is not None
    return at
