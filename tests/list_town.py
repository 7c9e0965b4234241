"""A town whose list lies in a forge: departments propose, reviewers decide, jobs do the rest."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mianzheng.adapters.forge.founding import founded
from mianzheng.adapters.forge.local import LocalForge
from mianzheng.catalog_files.repository import GitCatalogRepository
from mianzheng.jobs.outbox import deliver
from mianzheng.jobs.proposals import ProposalWork
from mianzheng.model import CertificateItem
from mianzheng.ports import Forge
from tests.conftest import lay_catalog
from tests.web_client import Town, Visitor


class ListTown(Town):
    """A town whose list lies in a forge; `work` does what is due in the background."""

    def under(self, folder: Path, forge: Callable[[Path], Forge] = LocalForge) -> ListTown:
        """The forge is made over the bare repository `forge.git` in the folder."""
        founded(lay_catalog(folder / "catalog"), folder / "forge.git", self.now)
        self.forge = forge(folder / "forge.git")
        self.repository = GitCatalogRepository(folder / "forge.git")
        self.published: list[str] = []
        self.works = ProposalWork(self.services.store, self.forge, self.repository, self._publish)
        return self

    def _publish(self) -> None:
        self.catalog, _ = self.repository.read()
        self.published.append(self.forge.main())

    def work(self) -> None:
        for _ in range(4):
            self.now += datetime.timedelta(seconds=10)
            handlers = {"forge": self.works.deliver, "site": self.works.show}
            deliver(self.services.store, handlers, lambda: self.now)
            self.works.advance(self.now)

    def item(self, place: str, method: str) -> CertificateItem:
        home = self.catalog.places[place]
        found = [i for i in home.items.values() if i.status == "active" and i.versions[0].method == method]
        return found[0]


def change_of(town: ListTown, item: CertificateItem, place: str = "test-yiyuan", **more: Any) -> dict[str, Any]:
    """An application that gives an item another method."""
    basis = item.legal_bases[0]
    return {
        "place": place,
        "type": "change",
        "applicant": item.requesting_body,
        "applied_on": town.now.date().isoformat(),
        "items": [{"item": item.id, "version": {"method": "other", "other": "由本单位打电话向出具单位核实"}}],
        "reason": "C4_method",
        "ground": "数据接口停用，改用电话核实",
        "legal_bases": [{"basis": basis.basis, "article": basis.article, "requires": basis.requires or "要核实情况"}],
        "trigger_date": "2026-11-20",
        "trigger_evidence": "会议纪要第3号",
        "justification": "不用群众跑，当天就能核实",
        "contact_post": "业务科",
        **more,
    }


def sent(town: ListTown, body: dict[str, Any], who: Visitor) -> dict[str, Any]:
    answer = who.command("/api/v1/proposals", body)
    assert answer.status_code == 202, answer.text
    town.work()
    found: dict[str, Any] = answer.get_json()
    return found


def told(who: Visitor, id: str) -> dict[str, Any]:
    found: dict[str, Any] = who.get(f"/api/v1/proposals/{id}").get_json()
    return found


def step(town: ListTown, who: Visitor, id: str, event: str, **fields: str) -> Any:
    seen = who.get(f"/api/v1/proposals/{id}")
    answer = who.command(
        f"/api/v1/proposals/{id}/{event}", {"fields": fields}, version=int(seen.headers["ETag"].strip('"'))
    )
    town.work()
    return answer


def owned(town: ListTown, place: str, method: str) -> tuple[CertificateItem, Visitor]:
    """An item with a method that one of the two demo departments asks for."""
    bodies = {town.services.store.get("account", town.logins[f"{place}.department{n}"]).body: n for n in (1, 2)}
    for item in town.catalog.places[place].items.values():
        if item.status == "active" and item.versions[0].method == method and item.requesting_body in bodies:
            return item, town.staff("department", bodies[item.requesting_body], place)
    raise AssertionError(f"no {method} item of a demo department in {place}")
