"""The jobs of one machine as they are put together: every one has a beat that is watched, and keeps to its folder."""

from __future__ import annotations

import datetime
import hashlib
import threading
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mianzheng.adapters.forge.local import LocalForge
from mianzheng.adapters.mail import SMTPMailer
from mianzheng.cases.actors import Actor
from mianzheng.cases.letters import MAIL
from mianzheng.cases.steps import Step
from mianzheng.catalog_files.loading import Loaded
from mianzheng.catalog_files.repository import GitCatalogRepository
from mianzheng.clock import WorkingCalendar
from mianzheng.complaints.desk import desk_at
from mianzheng.complaints.handling import handle
from mianzheng.complaints.intake import Intake, file
from mianzheng.errors import BadArgument
from mianzheng.jobs.mail import Mail
from mianzheng.jobs.proposals import ProposalWork
from mianzheng.jobs.runner import DAY, Runner
from mianzheng.local.assembly import Order, assemble
from mianzheng.local.clocks_and_ids import clock_from
from mianzheng.local.installation import local_services
from mianzheng.local.jobs import handlers_over, quick_jobs, slow_jobs
from mianzheng.local.server import LocalServer
from mianzheng.settings import MailSettings, Settings
from mianzheng.web.health import JOB_TURNS
from mianzheng.web.services import Services
from tests.complaint_desk import MARKS, accused, filing, receiver, sent, when
from tests.conftest import ROOT
from tests.web_client import Town

NINE = when("2026-03-02T09:00")


@pytest.fixture
def services(tmp_path: Path, shipped: Loaded) -> Services:
    return local_services(tmp_path / "var", Settings(), lambda: shipped.catalog, lambda: NINE)


def digest_of(folder: Path) -> str:
    found = hashlib.sha256()
    for name in sorted(folder.rglob("*")):
        found.update(f"{name}\n".encode() + (name.read_bytes() if name.is_file() else b""))
    return found.hexdigest()


def accept_one(services: Services) -> Actor:
    """A complaint that was taken in and accepted."""
    catalog = services.catalog()
    home = catalog.places["demo-yiyuan"]
    intake = Intake(
        catalog=catalog, calendar=WorkingCalendar(catalog.calendars), keys=services.keys, secret=b"s" * 32,
        demonstration=True, new_id=lambda: services.new_id("cp"), next_number=services.store.next_number,
    )  # fmt: skip
    taken = file(intake, filing(home, body=accused(home)), sent(NINE.isoformat()))
    services.store.commit(taken)
    chief = receiver(home)
    desk = desk_at(home.place.id, catalog, services.keys)
    record = taken.writes[0].record
    services.store.commit(handle(desk, record, Step("accept", chief, NINE, {}), wrapped=taken.keys[0].wrapped))
    return chief


def test_every_job_is_watched_and_no_job_is_red_before_it_missed_two_turns(services: Services, tmp_path: Path) -> None:
    work = ProposalWork(services.store, LocalForge(tmp_path), GitCatalogRepository(tmp_path), lambda: None)
    jobs = [*quick_jobs(tmp_path / "var", services, work), *slow_jobs(tmp_path / "var", services)]
    assert {job.name for job in jobs} == set(JOB_TURNS)
    assert all(JOB_TURNS[job.name] >= 2 * job.every for job in jobs)
    assert all((job.every == DAY) is (job.at is not None) for job in jobs)


def test_s_cmp_14_an_accepted_complaint_reaches_the_private_register_and_leaves_the_catalog_alone(
    services: Services, tmp_path: Path
) -> None:
    before, names = digest_of(ROOT / "catalog"), {path.name for path in ROOT.iterdir()}
    chief = accept_one(services)
    runner = Runner(
        [*quick_jobs(tmp_path / "var", services), *slow_jobs(tmp_path / "var", services)],
        services.store,
        lambda: NINE + datetime.timedelta(seconds=1),
        services.log,
    )
    runner.turn()
    runner._next.clear()
    runner.turn()
    assert set(services.store.beats()) == set(JOB_TURNS) - {"proposals", "live", "forge"}
    assert services.store.pending()[0] == 0 and services.store.parked() == []
    assert digest_of(ROOT / "catalog") == before and {path.name for path in ROOT.iterdir()} == names
    made = {path.name for path in (tmp_path / "var").iterdir() if not path.name.startswith("cases.sqlite")}
    made = {name for name in made if not name.endswith(("-wal", "-shm"))}
    assert made == {"keys", "secret", "log", "live", "outbox", "register.git", "register.reviews.sqlite3"}
    branch = f"register/refs/heads/register/demo-yiyuan-{chief.body}-2026-03-02"
    assert (tmp_path / "var" / "register.git" / branch.removeprefix("register/")).is_file()
    everything = b"".join(
        path.read_bytes() for path in (tmp_path / "var").rglob("*") if path.is_file() and path.name not in ("keys",)
    )
    assert not [mark for mark in MARKS if mark.encode() in everything]


def test_letters_go_by_smtp_where_a_server_is_set_and_to_the_folder_otherwise(
    services: Services, tmp_path: Path
) -> None:
    by_folder = handlers_over(tmp_path / "var", services)[MAIL]
    assert isinstance(by_folder, Mail) and by_folder.mailer is by_folder.folder
    mail = MailSettings(host="mail.example.org", port=465, security="tls", sender="a@example.org")
    with_server = replace(services, settings=replace(services.settings, mail=mail))
    by_smtp = handlers_over(tmp_path / "var", with_server)[MAIL]
    assert isinstance(by_smtp, Mail) and by_smtp.folder is not by_smtp.mailer
    assert by_smtp.mailer == SMTPMailer("mail.example.org", 465, "a@example.org", "tls")


def test_a_clock_that_runs_faster_starts_where_it_is_told() -> None:
    seconds = iter([0.0, 7200.0])
    now = clock_from(NINE, lambda: next(seconds))
    assert (now(), now()) == (NINE, NINE + datetime.timedelta(hours=2))


def test_a_clock_cannot_stand_still(tmp_path: Path) -> None:
    order = Order(ROOT, tmp_path / "var", ROOT / "tests" / "data" / "none", tmp_path / "site", "", False, "", {}, 0)
    with pytest.raises(BadArgument, match="--speed"):
        assemble(order)


# -- /readyz


def ready(town: Town) -> tuple[int, dict[str, object]]:
    answer = town.visitor().get("/readyz")
    return answer.status_code, answer.get_json()


def test_readyz_tells_when_each_job_ran_and_what_somebody_has_to_look_at(loaded: Loaded) -> None:
    town = Town(loaded.catalog, now=when("2026-11-14T09:00"))
    town.services.store.beat("retention", town.now, "按期销毁 0 件；明天 2 件\n要销毁6件，已经停下")
    town.services.store.beat("sweep", town.now, "处理到时间的 3 件")
    status, said = ready(town)
    assert (status, said["warnings"]) == (200, ["要销毁6件，已经停下"])
    assert said["jobs"] == dict.fromkeys(("retention", "sweep"), "2026-11-14T01:00:00+00:00")
    assert "处理到时间" not in str(said)


@pytest.mark.parametrize("job", JOB_TURNS)
def test_readyz_is_red_when_a_job_missed_two_turns(job: str, loaded: Loaded) -> None:
    town = Town(loaded.catalog)
    town.services.store.beat(job, town.now - JOB_TURNS[job], "")
    assert ready(town)[0] == 200
    town.services.store.beat(job, town.now - JOB_TURNS[job] - datetime.timedelta(seconds=1), "")
    status, said = ready(town)
    assert status == 503 and f"后台任务“{job}”停了" in str(said)


@pytest.mark.parametrize(
    ("at", "warnings"),
    [
        ("2026-11-14T23:59", []),
        ("2026-11-15T00:00", ["2027 年的放假安排还没有登记"]),
        ("2026-12-01T09:00", ["2027 年的放假安排还没有登记，请马上登记"]),
        ("2027-01-01T09:00", ["2027 年的放假安排还没有登记，请马上登记"]),
    ],
)
def test_s_sup_11_readyz_warns_of_a_missing_calendar_and_stays_green(
    at: str, warnings: list[str], loaded: Loaded
) -> None:
    status, said = ready(Town(loaded.catalog, now=when(at)))
    assert (status, said.get("warnings", [])) == (200, warnings)


# -- behind proxies


@pytest.mark.parametrize(("hops", "address"), [(0, "127.0.0.1"), (1, "10.1.2.3")])
def test_the_address_in_front_of_trusted_proxies_and_no_other_is_believed(hops: int, address: str) -> None:
    seen: list[str] = []

    def application(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(environ["REMOTE_ADDR"])
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    server = LocalServer("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=(application, hops, ()))
    thread.start()
    asked = urllib.request.Request(server.address, headers={"X-Forwarded-For": "10.9.9.9, 10.1.2.3"})
    for _ in range(50):
        try:
            with urllib.request.urlopen(asked, timeout=5):
                break
        except urllib.error.HTTPError as error:
            error.close()
    server.close()
    thread.join(5)
    assert seen == [address]
