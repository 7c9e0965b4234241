"""What people did on the forge by hand comes into the cases: merged, closed, opened again, a new commit on the branch.

What is true is read from the forge. A signed call of its webhook only says "look now" (proposals/doorbell.py): forged,
replayed, late or lost, it changes nothing. Running twice changes nothing either.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mianzheng.cases.records import CaseRecord, Change
from mianzheng.errors import RecordNotFound, Rejected, Unavailable, VersionConflict
from mianzheng.jobs.proposals import BRANCHES, ProposalWork
from mianzheng.jobs.walking import proposals
from mianzheng.ports.forge import PullRequest
from mianzheng.proposals.doorbell import answered
from mianzheng.proposals.handling import FORGE, follow
from mianzheng.proposals.machines import MACHINE

EVERY = datetime.timedelta(minutes=5)
LATE, UNPUBLISHED = datetime.timedelta(hours=2), datetime.timedelta(hours=1)
"""How long a proposal may be on its way to the forge, and how long a merged one may wait for the site, in silence."""
ON_FORGE = ("submitted", "under_study", "escalated", "approved", "filed")
_THROUGH = ("open", "merging", "merged", "closed")
"""Where a pull request stands that the forge has taken."""
_LOOKED = "looked:forge"
"""Under this the report of the last look is kept, as long as it is not time for the next."""
_BRANCH = re.compile(rf"{BRANCHES}(?P<place>.+)-(?P<number>TZ-\d{{4}}-\d+)(-r\d+)?")


class Reconciler:
    """`turn` is the job: it looks when the bell rang, and every five minutes anyway.

    `shown` gives the commit that the public site shows. When it looked last is kept in the store, because a function
    starts afresh each minute. A look that breaks off is not kept: the next turn looks again.
    """

    def __init__(self, work: ProposalWork, shown: Callable[[], str]) -> None:
        self._work, self._shown = work, shown

    def turn(self, now: datetime.datetime) -> str:
        """Look if it is time; returns the report of the last look. Raises Unavailable (of the store)."""
        store = self._work.store
        rang, looked = answered(store, now), store.recall(_LOOKED, now)
        if looked is not None and not rang:
            return looked.decode()
        report = "\n".join(self._look(now))
        store.renew(_LOOKED, report.encode(), now + EVERY)
        return report

    def _look(self, now: datetime.datetime) -> Iterator[str]:
        alarms = [*self._parked(now), *self._late(now)]
        try:
            moved, found = self._align(now)
            alarms += found
            alarms += self._publish()
        except (Unavailable, Rejected) as error:
            moved = 0
            alarms.append(f"代码平台现在用不了，申请先留在这里：{error}")
        yield f"按代码库对齐 {moved} 件"
        yield from alarms

    def _align(self, now: datetime.datetime) -> tuple[int, list[str]]:
        """Every case that has a pull request, beside it; how many had to change, and what somebody has to look at."""
        there = {one.number: one for one in self._work.forge.listed(BRANCHES)}
        moved, alarms = 0, [alarm for one in there.values() if (alarm := self._stray(one))]
        for record in proposals(self._work.store, ON_FORGE):
            delivery = record.data.get("delivery", {})
            if "number" not in delivery:
                continue
            try:
                request = there.get(delivery["number"]) or self._work.forge.get(delivery["number"])
            except RecordNotFound:
                alarms.append(f"{record.data['number']} 的合并请求（{delivery['number']} 号）在代码库里不见了")
                continue
            moved += self._committed(aligned(record, request, now))
            if said := _early(record, request):
                alarms.append(said)
        return moved, alarms

    def _committed(self, change: Change | None) -> bool:
        if change is None:
            return False
        try:
            self._work.store.commit(change)
        except VersionConflict:
            return False  # somebody decided at this very moment: the next look sees what came of it
        return True

    def _stray(self, request: PullRequest) -> str:
        """An alarm for a pull request that looks like ours and belongs to no case."""
        named = _BRANCH.fullmatch(request.branch)
        if named and self._work.store.find(f"number:{named['place']}:{named['number']}"):
            return ""
        return f"代码库里 {request.number} 号合并请求（{request.branch}）不是从这里提出的，请看一看"

    def _parked(self, now: datetime.datetime) -> Iterator[str]:
        """Deliveries that were set aside show on their cases; once a case got through again, they are done with it."""
        for claimed in self._work.store.parked():
            if claimed.delivery.topic != FORGE:
                continue
            id, record = claimed.delivery.id, self._work.store.get(MACHINE.kind, claimed.delivery.data["proposal"])
            delivery = record.data["delivery"]
            known = delivery.get("set_aside", [])
            if id in known and delivery["status"] in _THROUGH:
                self._work.store.unpark(id, now)
                continue
            if id not in known and record.state in ON_FORGE:
                aside = {**delivery, "status": "parked", "set_aside": [*known, id]}
                self._committed(follow(record, "deliver", now, {"delivery": "parked"}, delivery=aside))
            yield f"{record.data['number']} 送不到代码库：{claimed.error}"

    def _late(self, now: datetime.datetime) -> Iterator[str]:
        for record in proposals(self._work.store, (*ON_FORGE, "merged")):
            since = record.changed_at or now
            number, status = record.data["number"], record.data["delivery"]["status"]
            if record.state == "merged" and now - since > UNPUBLISHED:
                yield f"{number} 已经并入清单，一个多小时了还没有公布"
            elif status in ("queued", "pushing") and now - since > LATE:
                yield f"{number} 两个多小时了还没有送到代码库"

    def _publish(self) -> Iterator[str]:
        """The site follows the main branch, whoever moved it."""
        if self._work.forge.main() == self._shown():
            return
        try:
            self._work.publish()
        except Unavailable as error:
            yield f"代码库里的清单有了变化，还没有公布出来：{error}"


def aligned(record: CaseRecord, request: PullRequest, now: datetime.datetime) -> Change | None:
    """What a case has to take over from its pull request; None when it says the same."""
    delivery: Mapping[str, Any] = record.data["delivery"]
    status = delivery["status"]
    moved = request.head != delivery["head"]
    if request.state == "merged":
        done = {**delivery, "status": "merged", "head": request.head, "merged_as": request.merged_as}
        if record.state in ("approved", "filed"):
            return follow(record, "merge", now, {"commit": request.merged_as}, "site", delivery=done)
        return None if status == "merged" else follow(record, "deliver", now, {"delivery": "merged"}, delivery=done)
    if status not in _THROUGH:
        return None  # on its way there
    if request.state == "closed":
        if status != "open":
            return None  # known already, or about to be merged: then merging finds it closed and makes it anew
        return follow(record, "deliver", now, {"delivery": "closed"}, delivery={**delivery, "status": "closed"})
    there = {**delivery, "status": "open", "head": request.head}
    if moved:
        return _voided(record, {**there, "by_hand": True, "address": request.address}, now)
    if status == "closed":
        return follow(record, "deliver", now, {"delivery": "open"}, delivery=there)
    return None


def _voided(record: CaseRecord, delivery: Mapping[str, Any], now: datetime.datetime) -> Change:
    """A newer commit on the branch: what was said of the older one is void (AP9, S-REV-10)."""
    if record.state == "approved" or (record.state == "under_study" and record.data["opinions"]):
        return follow(record, "void", now, {"commit": delivery["head"]}, delivery=delivery, opinions=[])
    return follow(record, "deliver", now, {"delivery": "open"}, delivery=delivery, opinions=[])


def _early(record: CaseRecord, request: PullRequest) -> str:
    if request.state != "merged" or record.state in ("approved", "filed"):
        return ""
    return f"{record.data['number']} 还没有审核通过，在代码库里已经被并入清单，请马上看一看"
