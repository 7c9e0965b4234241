"""A server that keeps its list on GitHub or Gitee because its settings say so, against the stand-ins."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from mianzheng.adapters.forge import rest
from mianzheng.adapters.forge.connecting import register_forge
from mianzheng.adapters.forge.founding import founded
from mianzheng.adapters.forge.mirror import Mirror
from mianzheng.clock import SHANGHAI
from mianzheng.errors import BadArgument, Rejected, Unavailable
from mianzheng.local.assembly import Assembled, Order, assemble
from mianzheng.local.jobs import FOLDER
from mianzheng.local.mirrored_list import MirroredList
from mianzheng.local.places import REGISTRAR
from mianzheng.model import CertificateItem
from mianzheng.ports.forge import Commit
from mianzheng.settings import ForgeSettings
from tests.conftest import ROOT, lay_catalog
from tests.stand_ins import gitee
from tests.stand_ins.bare import Bare
from tests.stand_ins.github import BOT, NAME, OWNER, GitHub
from tests.stand_ins.serving import serving

PLACE = "test-yiyuan"


@pytest.fixture
def hub(tmp_path: Path) -> GitHub:
    founded(lay_catalog(tmp_path / "catalog"), tmp_path / "github.git", datetime.datetime.now(datetime.UTC))
    return GitHub(Bare(tmp_path / "github.git"))


@pytest.fixture
def address(hub: GitHub) -> Iterator[str]:
    with serving(hub) as found:
        yield found
    assert hub.wrong == []


def environment(address: str, hub: GitHub, **more: str) -> dict[str, str]:
    named = {
        "FORGE": "github", "FORGE_REPOSITORY": f"{OWNER}/{NAME}", "FORGE_ACCOUNT": BOT, "FORGE_TOKEN": "ghp_test",
        "FORGE_API": address, "FORGE_GIT": hub.bare.path.as_uri(),
    }  # fmt: skip
    return {f"MIANZHENG_{name}": value for name, value in {**named, **more}.items()}


def order(folder: Path, environment: dict[str, str], **more: Any) -> Order:
    given = {"now": "", "demo": True, "address": "http://127.0.0.1:8000", **more}
    return Order(ROOT, folder / "var", folder / "catalog", folder / "site", environment=environment, **given)


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.2)


class Desk:
    """Somebody with a token for one account of the running server."""

    def __init__(self, server: Assembled, login: str) -> None:
        self._client = Client(server.whole)
        password = next(one["password"] for one in server.accounts if one["login"] == login)
        answer = self._client.post("/api/v1/sessions", json={"login": login, "password": password})
        self._headers = {"Authorization": f"Bearer {answer.get_json()['token']}"}

    def send(self, path: str, body: Any, **headers: str) -> Any:
        key = f"key-{time.monotonic_ns()}"
        answer = self._client.post(path, json=body, headers={**self._headers, "Idempotency-Key": key, **headers})
        assert answer.status_code in (200, 202), answer.text
        return answer.get_json()

    def see(self, id: str) -> Any:
        answer = self._client.get(f"/api/v1/proposals/{id}", headers=self._headers)
        return {**answer.get_json(), "etag": answer.headers["ETag"]}

    def step(self, id: str, event: str, **fields: str) -> None:
        until(lambda: self.see(id)["delivery"] in ("open", "merging", "merged"))
        self.send(f"/api/v1/proposals/{id}/{event}", {"fields": fields}, **{"If-Match": self.see(id)["etag"]})


def chosen(server: Assembled) -> tuple[CertificateItem, str]:
    """A verified item of a demo department, and the department's login."""
    for login in (f"{PLACE}.department1", f"{PLACE}.department2"):
        key = server.services.store.find(f"login:{login}")
        assert key is not None
        body = server.services.store.get("account", key.id).body
        for item in server.services.catalog().places[PLACE].items.values():
            if (item.status, item.requesting_body) == ("active", body) and item.versions[0].method == "verify":
                return item, login
    raise AssertionError("no such item")


def application(item: CertificateItem) -> dict[str, Any]:
    today = datetime.datetime.now(SHANGHAI).date().isoformat()
    basis = item.legal_bases[0]
    return {
        "place": PLACE, "type": "change", "applicant": item.requesting_body, "applied_on": today,
        "items": [{"item": item.id, "version": {"method": "other", "other": "由本单位打电话向出具单位核实"}}],
        "reason": "C4_method", "ground": "接口停用", "trigger_date": today, "trigger_evidence": "会议纪要第3号",
        "legal_bases": [{"basis": basis.basis, "article": basis.article, "requires": basis.requires or "要核实"}],
        "justification": "不用群众跑", "contact_post": "业务科",
    }  # fmt: skip


def published(server: Assembled) -> CertificateItem:
    """An item whose change a department proposes, the offices decide on and the site shows."""
    item, login = chosen(server)
    unit, office, justice = (
        Desk(server, name) for name in (login, f"{PLACE}.joint_conference_office1", f"{PLACE}.justice1")
    )
    id = unit.send("/api/v1/proposals", application(item))["id"]
    office.step(id, "study")
    justice.step(id, "opine", opinion="合法")
    office.step(id, "approve", opinion="同意")
    until(lambda: bool(unit.see(id)["state"] == "published"))
    return item


def test_a_server_sends_a_proposal_to_github_merges_there_and_publishes(
    hub: GitHub, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "SPACING", 0.0)
    teams = tmp_path / "teams.yaml"
    teams.write_text(f'maintainers: "@{OWNER}/all"\nteams: {{{PLACE}/justice: "@{OWNER}/justice"}}\n', "utf-8")
    server = assemble(order(tmp_path, environment(address, hub, FORGE_TEAMS=str(teams))))
    try:
        item = published(server)
        assert [(one["merged"], one["head"]["ref"]) for one in hub.fresh()] == [
            (True, f"proposals/{PLACE}-TZ-2026-0001")
        ]
        assert hub.labels == {1: {"清单调整", "变更"}}
        assert hub.asked[1] == [{"reviewers": [], "team_reviewers": ["justice"]}]
        assert len(hub.reviews[1]) == 2
        assert server.services.catalog().places[PLACE].items[item.id].versions[0].method == "other"
        assert "打电话向出具单位核实" in (tmp_path / "site" / PLACE / "items" / item.id / "index.html").read_text(
            "utf-8"
        )
        assert not (tmp_path / "var" / "forge.git").exists()
    finally:
        for one in server.beside:
            one.stop()
    told = [path for path in (tmp_path / "var" / "log").rglob("*") if path.is_file()]
    assert told and not [path for path in told if "ghp_test" in path.read_text("utf-8")]


def test_a_server_sends_a_proposal_to_gitee_merges_there_and_publishes(
    hub: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same way, by git and the v5 interface."""
    monkeypatch.setattr(rest, "SPACING", 0.0)
    there = gitee.Gitee(hub.bare)
    teams = tmp_path / "teams.yaml"
    teams.write_text(f'maintainers: "@lead"\nteams: {{{PLACE}/justice: "@justice_1"}}\n', "utf-8")
    with serving(there) as address:
        given = {
            "FORGE": "gitee", "FORGE_REPOSITORY": f"{gitee.OWNER}/{gitee.NAME}", "FORGE_ACCOUNT": gitee.BOT,
            "FORGE_TOKEN": gitee.TOKEN, "FORGE_API": f"{address}/api/v5", "FORGE_TEAMS": str(teams),
        }  # fmt: skip
        server = assemble(order(tmp_path, {f"MIANZHENG_{name}": value for name, value in given.items()}))
        try:
            item = published(server)
            assert server.services.catalog().places[PLACE].items[item.id].versions[0].method == "other"
        finally:
            for one in server.beside:
                one.stop()
    assert there.wrong == []
    assert [pull["state"] for pull in there.fresh()] == ["merged"]
    assert (there.labels, there.asked[1][0]) == ({1: {"清单调整", "变更"}}, "justice_1")
    told = [path for path in (tmp_path / "var" / "log").rglob("*") if path.is_file()]
    assert told and not [path for path in told if gitee.TOKEN in path.read_text("utf-8")]


def test_the_register_on_gitee_lies_in_a_repository_of_its_own_behind_a_mirror_of_its_own(
    hub: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "SPACING", 0.0)
    there = gitee.Gitee(hub.bare)
    with serving(there) as address:
        settings = ForgeSettings(
            kind="gitee", repository="county/other", register=f"{gitee.OWNER}/{gitee.NAME}", account=gitee.BOT,
            token=gitee.TOKEN, api=f"{address}/api/v5", git="https://example.invalid/never/asked.git",
        )  # fmt: skip
        forge = register_forge(
            settings, lambda: datetime.datetime.now(datetime.UTC), tmp_path, folder=FOLDER, bot=REGISTRAR
        )
        page = Commit(
            files={f"{FOLDER}/a.csv": b"1\n"}, message="x", author="x", at=datetime.datetime.now(datetime.UTC)
        )
        head = forge.push("register/a", forge.main(), page)
        request = forge.open("register/a", "登记册", "正文", [], [])
        assert forge.merge(request.number, head, "合并", page.at) == hub.bare.head("main")
    assert there.wrong == [] and (tmp_path / "register-mirror.git").is_dir() and not (tmp_path / "mirror.git").exists()


def test_a_forge_that_does_not_answer_stops_the_first_start_only(hub: GitHub, address: str, tmp_path: Path) -> None:
    server = order(tmp_path, environment(address, hub))
    password = server.environment["MIANZHENG_FORGE_TOKEN"]
    away = Mirror(tmp_path / "mirror.git", (tmp_path / "nowhere").as_uri(), lambda: password)
    with pytest.raises(Unavailable, match="取不到"):
        MirroredList(tmp_path, None, away)  # type: ignore[arg-type]
    there = Mirror(tmp_path / "mirror.git", hub.bare.path.as_uri(), lambda: password)
    first = MirroredList(tmp_path, None, there)  # type: ignore[arg-type]
    assert first.catalog.is_dir()
    again = MirroredList(tmp_path, None, away)  # type: ignore[arg-type]
    assert again.catalog.is_dir() and not again.take_over()
    moved = hub.bare.commit("main", {"catalog/note.md": "别的\n"})
    assert first.refresh() == moved and (first.catalog / "note.md").is_file()


def test_a_commit_of_a_branch_is_read_too(hub: GitHub, tmp_path: Path) -> None:
    """F43: what a reviewer put on a proposal's branch is compared with what was handed in."""
    listed = MirroredList(tmp_path, None, Mirror(tmp_path / "mirror.git", hub.bare.path.as_uri(), lambda: ""))  # type: ignore[arg-type]
    hub.bare.git("update-ref", "refs/heads/proposals/x", "main")
    path = next(one for one in hub.bare.git("ls-tree", "-r", "--name-only", "main").split() if "/items/" in one)
    head = hub.bare.commit("proposals/x", {path: hub.bare.file("main", path) + "\nnote: 审核的人补的\n"})
    catalog, _ = listed.read(head)
    assert "审核的人补的" in {item.note for _, item in catalog.items()}
    with pytest.raises((Unavailable, Rejected)):
        listed.read("0" * 40)


def test_a_rewritten_main_branch_is_not_followed(hub: GitHub, tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "mirror.git", hub.bare.path.as_uri(), lambda: "")
    before = mirror.fetch()
    hub.bare.git("update-ref", "refs/heads/main", hub.bare.git("commit-tree", "main^{tree}", "-m", "别的历史"))
    with pytest.raises(Unavailable):
        mirror.fetch()
    assert mirror.newest() == before


def test_the_password_goes_to_git_by_environment_and_only_over_the_network() -> None:
    given = Mirror(Path("x"), "https://github.com/county/list.git", lambda: "ghs_1")._environment()
    headers = [value for value in given.values() if value.startswith("Authorization: Basic ")]
    assert headers == ["Authorization: Basic eC1hY2Nlc3MtdG9rZW46Z2hzXzE="]
    local = Mirror(Path("x"), "file:///x.git", lambda: "ghs_1")._environment()
    assert not [value for value in local.values() if value.startswith("Authorization")]


def test_rehearsal_clocks_and_keys_that_are_none_are_refused_at_the_start(
    hub: GitHub, address: str, tmp_path: Path
) -> None:
    with pytest.raises(BadArgument, match="--now"):
        assemble(order(tmp_path, environment(address, hub), now="2026-03-02T09:00"))
    app = {"FORGE_TOKEN": "", "FORGE_APP": "7", "FORGE_INSTALLATION": "42", "FORGE_KEY_FILE": str(tmp_path / "k.pem")}
    with pytest.raises(BadArgument, match="MIANZHENG_FORGE_KEY_FILE"):
        assemble(order(tmp_path, environment(address, hub, **app)))
    (tmp_path / "k.pem").write_text("not a key", "utf-8")
    with pytest.raises(BadArgument, match="私钥读不出来"):
        assemble(order(tmp_path, environment(address, hub, **app)))
