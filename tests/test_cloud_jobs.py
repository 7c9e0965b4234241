"""The jobs on AWS, over stand-ins for AWS and GitHub: the same work as on one machine, kept in buckets."""

from __future__ import annotations

import datetime
import json
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib import wiring
from chalicelib.jobs import CloudJobs
from chalicelib.lists import GitHubList, blob_id
from chalicelib.published import LOOK_AGAIN, PUBLISHED, PublishedCatalog
from mianzheng.adapters.dynamodb_store import DynamoDBRecordStore
from mianzheng.adapters.forge import rest
from mianzheng.adapters.forge.founding import founded
from mianzheng.adapters.s3 import Bucket, S3FileStore
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.complaints.attached import LOOKED_AFTER
from mianzheng.errors import BadArgument, CatalogNotFound
from mianzheng.jobs.runner import Runner
from mianzheng.settings import ForgeSettings, MailSettings, settings_from
from mianzheng.web.application import Application
from mianzheng.web.health import JOB_TURNS
from mianzheng.web.table import ROUTES
from tests.conftest import lay_catalog
from tests.list_town import change_of
from tests.stand_ins.bare import Bare
from tests.stand_ins.cloud import Cloud
from tests.stand_ins.github import BOT, NAME, OWNER, GitHub
from tests.stand_ins.serving import serving
from tests.test_web_complaints import draft, filing
from tests.test_web_files import form, kept
from tests.uploads import photo
from tests.web_client import Town

SETTINGS = {
    "MIANZHENG_FORGE": "github", "MIANZHENG_FORGE_REPOSITORY": f"{OWNER}/{NAME}", "MIANZHENG_FORGE_ACCOUNT": BOT,
    "MIANZHENG_FORGE_TOKEN": "ghp_test",
}  # fmt: skip


# -- the list


@pytest.fixture
def hub(tmp_path: Path) -> GitHub:
    founded(lay_catalog(tmp_path / "catalog"), tmp_path / "github.git", datetime.datetime.now(datetime.UTC))
    return GitHub(Bare(tmp_path / "github.git"))


@pytest.fixture
def address(hub: GitHub, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(rest, "SPACING", 0.0)
    with serving(hub) as found:
        yield found
    assert hub.wrong == []


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files that the bundle carries."""
    source = FolderSource(tmp_path / "catalog")
    paths = [entry.path for entry in source.entries()]
    with zipfile.ZipFile(tmp_path / "catalog.zip", "w") as archive:
        for path, content in source.contents(paths):
            archive.writestr(path, content)
    monkeypatch.setattr("chalicelib.lists.FILES", tmp_path / "catalog.zip")
    monkeypatch.setattr(GitHubList.__init__, "__defaults__", (tmp_path / "catalog.zip",))
    return tmp_path / "catalog.zip"


@pytest.fixture
def town(cloud: Cloud, tmp_path: Path, hub: GitHub, loaded: Any) -> Town:
    return Town(loaded.catalog)


@pytest.fixture
def work(town: Town, cloud: Cloud, address: str, bucket: Bucket, held: Path) -> CloudJobs:
    """The jobs over a table, two ends of a bucket and GitHub."""
    settings = settings_from({**SETTINGS, "MIANZHENG_FORGE_API": address})
    live = bucket.under("live/")
    services = replace(town.services, settings=settings)
    return CloudJobs(services, live, bucket.under("kept/"))


def test_the_list_is_read_at_a_commit_and_only_what_changed_is_fetched(
    work: CloudJobs, hub: GitHub, tmp_path: Path, loaded: Any
) -> None:
    found = work.work
    assert found
    catalog, findings = found.repository.read()
    assert catalog == loaded.catalog and findings == loaded.findings
    assert not [call for call in hub.calls if "contents" in call]
    path = next((tmp_path / "catalog" / "kinds").rglob("*.yaml")).relative_to(tmp_path / "catalog").as_posix()
    text = (tmp_path / "catalog" / path).read_text("utf-8") + "# 改过\n"
    changed = hub.bare.commit("main", {f"catalog/{path}": text})
    found.repository.read(changed)
    assert len([call for call in hub.calls if "contents" in call]) == 1


def test_a_list_too_long_for_one_answer_is_read_folder_by_folder(work: CloudJobs, hub: GitHub, loaded: Any) -> None:
    hub.most = 20
    assert work.work
    assert work.work.repository.read()[0] == loaded.catalog


def test_a_commit_without_a_list_is_said_so(work: CloudJobs, hub: GitHub) -> None:
    paths = hub.bare.git("ls-tree", "-r", "--name-only", "main").splitlines()
    bare = hub.bare.commit("main", {**dict.fromkeys(paths), "README": "x\n"})
    assert work.work
    with pytest.raises(CatalogNotFound):
        work.work.repository.read(bare)


def test_a_blob_has_the_name_that_git_gives_it(hub: GitHub) -> None:
    assert blob_id("您好\n".encode()) == hub.bare.git("hash-object", "--stdin", stdin="您好\n")


def test_functions_take_a_published_list_over_and_keep_the_last_one_when_the_bucket_is_silent(
    work: CloudJobs, loaded: Any
) -> None:
    seconds = [0.0]
    shown = PublishedCatalog(lambda: loaded.catalog, work.live, lambda: seconds[0])
    assert shown() is loaded.catalog
    report = next(job for job in work.slow() if job.name == "list").run
    assert report().startswith("公布清单") and report() == "清单没有变化"
    assert shown() is loaded.catalog
    seconds[0] = LOOK_AGAIN
    taken = shown()
    assert taken is not loaded.catalog and taken == loaded.catalog
    seconds[0] = 2 * LOOK_AGAIN
    assert shown() is taken
    broken = PublishedCatalog(lambda: loaded.catalog, Bucket("no-such", client=lambda: work.live.client), lambda: 0.0)
    assert broken() is loaded.catalog


def test_f39_another_release_publishes_the_same_list_anew_in_its_own_form(
    work: CloudJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = next(job for job in work.slow() if job.name == "list").run
    assert report().startswith("公布清单") and report() == "清单没有变化"
    monkeypatch.setattr("chalicelib.lists.form", lambda: "another")
    assert report().startswith("公布清单") and report() == "清单没有变化"


# -- the jobs


def turn(work: CloudJobs, town: Town) -> list[str]:
    """What one call of each scheduled function does."""
    town.now += datetime.timedelta(minutes=1)
    failed = []
    for jobs in (work.quick(), work.slow()):
        failed += Runner(jobs, work.services.store, work.services.now, work.services.log).turn()
    return failed


def test_every_job_of_one_machine_runs_on_aws_too(work: CloudJobs, town: Town) -> None:
    assert turn(work, town) == [], town.logged
    assert set(JOB_TURNS) <= set(work.services.store.beats())
    assert msgspec.json.decode(work.live.read("proposals.json")[0]) == []
    assert work.live.read("statistics.json") and work.live.read(PUBLISHED)


def test_a_nightly_job_runs_once_a_night_whichever_function_is_asked(work: CloudJobs, town: Town) -> None:
    turn(work, town)
    before = work.services.store.beats()["integrity"]
    turn(work, town)
    assert work.services.store.beats()["integrity"] == before
    town.now += datetime.timedelta(days=1)
    turn(work, town)
    assert work.services.store.beats()["integrity"] > before


def test_a_job_that_fails_holds_up_no_other_and_is_named(work: CloudJobs, town: Town) -> None:
    jobs = replace(work, live=Bucket("no-such-bucket", client=lambda: work.live.client))
    assert set(turn(jobs, town)) == {"live", "list", "statistics"}
    assert {"outbox", "sweep", "clock", "integrity"} <= set(work.services.store.beats())


def test_letters_lie_in_the_private_bucket_where_no_mail_server_is_set(work: CloudJobs, town: Town) -> None:
    visitor = town.visitor()
    assert visitor.form("/complaints", {**filing(town), "draft": draft(visitor)}).status_code == 201
    work.kept.write("mailboxes.yaml", b"test-yiyuan: {}\n", "application/yaml")
    turn(work, town)
    listed = work.kept.client.list_objects_v2(Bucket=work.kept.name, Prefix="kept/outbox/")
    assert [one["Key"].endswith(".eml") for one in listed["Contents"]] == [True]
    assert work.services.store.pending()[0] == 0


def test_addresses_that_cannot_be_read_hold_letters_up(work: CloudJobs, town: Town) -> None:
    visitor = town.visitor()
    visitor.form("/complaints", {**filing(town), "draft": draft(visitor)})
    work.kept.write("mailboxes.yaml", b"- nonsense", "application/yaml")
    turn(work, town)
    assert work.services.store.pending()[0] == 1


def test_a_proposal_reaches_github_and_shows_as_under_way(work: CloudJobs, town: Town, hub: GitHub) -> None:
    item = next(
        one for one in town.catalog.places["test-yiyuan"].items.values()
        if one.status == "active" and one.versions[0].method == "verify"
    )  # fmt: skip
    bodies = {town.services.store.get("account", town.logins[f"test-yiyuan.department{n}"]).body: n for n in (1, 2)}
    who = town.staff("department", bodies[item.requesting_body])
    answer = who.command("/api/v1/proposals", change_of(town, item))
    assert answer.status_code == 202, answer.text
    turn(work, town)
    assert [pull["state"] for pull in hub.pulls] == ["open"] and work.services.store.parked() == []
    turn(work, town)
    told = msgspec.json.decode(work.live.read("proposals.json")[0])
    assert [one["item"] for one in told] == [item.id]


def test_f25_a_message_that_comes_twice_or_never_changes_nothing_but_when(work: CloudJobs, town: Town) -> None:
    visitor = town.visitor()
    visitor.form("/complaints", {**filing(town), "draft": draft(visitor)})
    town.now += datetime.timedelta(minutes=1)
    (outbox,) = [job for job in work.quick() if job.name == "outbox"]
    assert outbox.run().startswith("送达 1 件")
    assert outbox.run().startswith("送达 0 件")
    listed = work.kept.client.list_objects_v2(Bucket=work.kept.name, Prefix="kept/outbox/")
    assert listed["KeyCount"] == 1


def test_a_doorbell_that_is_broken_stops_no_request(monkeypatch: pytest.MonkeyPatch, town: Town) -> None:
    """F25: the message never comes."""

    def broken() -> None:
        raise OSError("no network")

    monkeypatch.setattr(wiring, "_queues", broken)
    wiring.ring("https://queue.invalid/x")


def test_f38_files_that_no_case_came_to_have_are_taken_out_of_the_bucket(work: CloudJobs, town: Town) -> None:
    """A function that ended between the file and the case leaves the errand, and the errand takes the file away."""
    files = S3FileStore(work.kept.under("files/"))
    town.services = replace(town.services, files=files)
    town.application = Application(ROUTES, town.services)
    visitor = town.visitor()
    fields = {**filing(town), "draft": draft(visitor)}
    sent = form(visitor, "/complaints/check", fields, [(photo(), "a.jpg")])
    assert sent.status_code == 200 and kept(sent)
    jobs = replace(work, services=replace(work.services, files=files))
    turn(jobs, town)
    listed = {"Bucket": work.kept.name, "Prefix": "kept/files/"}
    assert work.kept.client.list_objects_v2(**listed)["KeyCount"] == 1
    town.now += LOOKED_AFTER
    turn(jobs, town)
    assert work.kept.client.list_objects_v2(**listed)["KeyCount"] == 0


# -- settings


def test_the_secret_adds_settings_for_jobs_and_a_key_becomes_a_file() -> None:
    text = json.dumps({"MIANZHENG_FORGE": "github", "MIANZHENG_FORGE_KEY": "PEM"})
    found = wiring.with_settings({"MIANZHENG_TABLE": "t"}, text)
    file = Path(found["MIANZHENG_FORGE_KEY_FILE"])
    assert file.read_text() == "PEM" and file.stat().st_mode & 0o077 == 0
    assert (found["MIANZHENG_TABLE"], found["MIANZHENG_FORGE"]) == ("t", "github")
    file.unlink()
    assert wiring.with_settings({"a": "b"}, "") == {"a": "b"}
    with pytest.raises(BadArgument):
        wiring.with_settings({}, "[]")


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment of a deployed function, and what its secrets hold."""
    held = {"": b"", "sign": b"s" * 64, "hook": b"a secret of the tests", "more": json.dumps(SETTINGS).encode()}
    names = {"TABLE": "t", "KEY": "k", "SECRET": "sign", "HOOK": "hook", "SETTINGS": "more"}
    for name, value in names.items():
        monkeypatch.setenv(f"MIANZHENG_{name}", value)
    monkeypatch.setattr(wiring, "_secret", held.__getitem__)
    wiring._services.cache_clear()
    yield
    wiring._services.cache_clear()


def test_requests_know_the_secret_of_the_webhook_and_not_those_of_the_jobs(secrets: None) -> None:
    forge = wiring._services().settings.forge
    assert (forge.hook_secret, forge.kind, forge.token) == ("a secret of the tests", "local", "")
    forge = wiring._services(jobs=True).settings.forge
    assert (forge.hook_secret, forge.kind, forge.token) == ("", "github", "ghp_test")


def test_a_signing_secret_brought_along_from_one_machine_is_the_same_bytes(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Receipts are found by it: changed in one byte, nobody's code would open anything any more."""
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    client, name = cloud.client("secretsmanager"), f"signing-{uuid.uuid4().hex}"
    client.create_secret(Name=name, SecretString="made by the template")
    assert wiring._secret(name) == b"made by the template"
    client.put_secret_value(SecretId=name, SecretBinary=bytes(range(256)))
    assert wiring._secret(name) == bytes(range(256))


def test_jobs_without_buckets_say_what_is_missing(town: Town) -> None:
    with pytest.raises(BadArgument) as caught:
        wiring.cloud_jobs({}, town.services)
    assert len(caught.value.problems) == 2


def test_gitee_is_refused_where_there_is_no_git(town: Town) -> None:
    settings = replace(town.services.settings, forge=ForgeSettings(kind="gitee"))
    with pytest.raises(BadArgument, match="一台机器上"):
        wiring.cloud_jobs(
            dict.fromkeys(("MIANZHENG_LIVE", "MIANZHENG_KEPT"), "x"), replace(town.services, settings=settings)
        )


def test_with_a_mail_server_letters_leave_by_it(work: CloudJobs) -> None:
    mail = MailSettings(host="mail.example.org", sender="a@example.org")
    set_up = replace(work, services=replace(work.services, settings=replace(work.services.settings, mail=mail)))
    handler: Any = set_up.handlers()["mail"]
    assert handler.mailer.host == "mail.example.org"


# -- moving


def test_the_same_cases_have_the_same_digest_on_one_machine_and_in_the_cloud(
    cloud: Cloud, store_folder: Path, town: Town, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from scripts import store as script

    from mianzheng.adapters.sqlite_store import FILE_NAME, SQLiteRecordStore

    visitor = town.visitor()
    visitor.form("/complaints", {**filing(town), "draft": draft(visitor)})
    (store_folder / "var").mkdir()
    local = SQLiteRecordStore(store_folder / "var" / FILE_NAME)
    local.load(town.services.store.dump())
    local.close()
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    table, dumps = cloud.table(), [store_folder / f"{n}.jsonl" for n in range(3)]

    def run(*arguments: str | Path) -> None:
        assert script.main([str(one) for one in arguments]) == 0, capsys.readouterr().err

    run("export", dumps[0], "--data", store_folder / "var")
    run("import", dumps[0], "--table", table)
    run("check", "--table", table)
    run("export", dumps[1], "--table", table)
    (store_folder / "back").mkdir()
    run("import", dumps[1], "--data", store_folder / "back")
    run("export", dumps[2], "--data", store_folder / "back")
    first, second, third = (file.read_bytes() for file in dumps)
    assert first == second == third
    assert list(DynamoDBRecordStore(table, cloud.values).dump()) == first.splitlines()
