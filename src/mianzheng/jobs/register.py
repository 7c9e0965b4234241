"""Outbox topics `register` and `register-page`: rows go into the private register repository, never into the catalog's.

First the row is kept in the store, together with the acknowledgement; then the whole page of the day is written to its
branch. So a forge that answers late, twice or not at all loses no row and doubles none (S-CMP-14, OQ-18).
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from mianzheng.cases.records import CaseRecord, Change, Claimed
from mianzheng.complaints.desk import desk_at
from mianzheng.complaints.register import MACHINE, entered, file_of, page_of, table_of
from mianzheng.errors import RecordNotFound, Rejected, Unavailable
from mianzheng.model import Catalog
from mianzheng.ports import Forge, KeyStore, RecordStore
from mianzheng.ports.forge import Commit, PullRequest

AUTHOR = "投诉举报登记"
LABEL = "登记册"


@dataclass(frozen=True)
class Register:
    """Both handlers. `forge` is that of the register repository."""

    store: RecordStore
    forge: Forge
    catalog: Callable[[], Catalog]
    keys: KeyStore

    def enter(self, claimed: Claimed, now: datetime.datetime) -> Change | None:
        """Keep a row; a second time there is nothing to do."""
        try:
            page = self.store.get(MACHINE.kind, page_of(claimed.delivery))
        except RecordNotFound:
            page = None
        return entered(page, claimed.delivery, now)

    def write(self, claimed: Claimed, now: datetime.datetime) -> Change | None:
        """Bring the page's pull request up to date; one that newer rows have overtaken is left to the later delivery.

        Raises Unavailable (also while somebody else writes the same branch), Rejected.
        """
        page = self.store.get(MACHINE.kind, claimed.delivery.data["page"])
        if len(page.data["rows"]) > claimed.delivery.data["rows"]:
            return None
        commit = self._commit(page)
        branch = self._branch(page)
        try:
            self.forge.push(branch, self.forge.main(), commit)
        except Rejected:
            self._add(branch, commit, page)
        self._open(branch, page)
        return None

    def _branch(self, page: CaseRecord) -> str:
        """The page's branch; a new one when the pull request of the former is merged or closed already."""
        for number in itertools.count(1):
            name = f"{MACHINE.kind}/{page.id.replace('.', '-')}" + (f"-{number}" if number > 1 else "")
            known = self.forge.find(name)
            if not known or any(one.state == "open" for one in known):
                return name
        raise AssertionError("the numbers do not end")

    def _add(self, branch: str, commit: Commit, page: CaseRecord) -> None:
        """The page with its new rows, on top of what the branch holds."""
        head = self._open(branch, page).head
        try:
            self.forge.add(branch, head, commit)
        except Rejected:
            if self._open(branch, page).head != head:
                raise Unavailable("登记分支刚被别的进程写过，稍后再写") from None
            raise

    def _open(self, branch: str, page: CaseRecord) -> PullRequest:
        home = self.catalog().places[page.place]
        body = home.bodies[page.body].name
        text = (
            f"{home.place.name}{body}{page.data['day']}登记的投诉举报。\n\n"
            "每受理、办结、终止一件登记一行：编号、时间、情形、单位、事项、结果；没有姓名、电话和所写的内容。"
        )
        return self.forge.open(branch, f"登记册：{body} {page.data['day']}", text, [LABEL], [])

    def _commit(self, page: CaseRecord) -> Commit:
        """The page as it stands: the same rows are the same commit."""
        events = self.store.events(page.kind, page.id)
        table = table_of(events, desk_at(page.place, self.catalog(), self.keys))
        count = len(events)
        return Commit(
            files={file_of(page): table.encode()},
            message=f"登记册：{page.data['day']} 共 {count} 行\n\nRegister-Page: {page.id}\nRows: {count}",
            author=AUTHOR,
            at=events[-1].at,
        )
