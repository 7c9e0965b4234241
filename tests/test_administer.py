"""The first administrator, and new master keys, from the command line."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from scripts import administer

from mianzheng.accounts.accounts import login_name
from mianzheng.adapters import dump_files
from mianzheng.adapters.dynamodb_store import DynamoDBRecordStore
from mianzheng.adapters.kms_keys import KMSKeyStore
from mianzheng.adapters.local_keys import LocalKeyStore, add_master_key, create_key_file
from mianzheng.adapters.memory_store import MemoryRecordStore
from mianzheng.adapters.sqlite_store import FILE_NAME, SQLiteRecordStore
from mianzheng.cases.records import CaseKey, Sealed
from mianzheng.catalog_files.loading import Loaded
from mianzheng.errors import Rejected
from mianzheng.local.installation import local_services
from mianzheng.ports import KeyStore
from mianzheng.settings import Settings
from mianzheng.web.passwords import fits
from tests.filing import full
from tests.stand_ins.cloud import Cloud
from tests.web_client import Town

WORDS, PICTURE = "complaint/c1/text", "complaint/c1/jpg-1"
ADMIN = ("admin", "--place", "demo-yiyuan", "--login", "demo-yiyuan.first")


def run(*arguments: str | Path) -> int:
    return administer.main([str(one) for one in arguments])


def test_the_first_administrator_logs_in_with_the_password_that_is_shown_once(
    store_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*ADMIN, "--data", store_folder) == 0
    password = capsys.readouterr().out.strip().rpartition("：")[2]
    with closing(SQLiteRecordStore(store_folder / FILE_NAME)) as store:
        key = store.find(login_name("demo-yiyuan.first"))
        assert key
        record = store.get(key.kind, key.id)
    assert (record.data["role"], record.place, record.state) == ("admin", "demo-yiyuan", "active")
    assert fits(password, record.data["password"]) and password not in str(record)


def test_a_login_is_given_once_and_what_does_not_fit_is_said(
    store_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*ADMIN, "--data", store_folder) == 0
    assert run(*ADMIN, "--data", store_folder) == 1
    assert run("admin", "--place", "nowhere", "--login", "x.admin", "--data", store_folder) == 1
    assert "没有“nowhere”这个地区" in capsys.readouterr().err


def test_the_administrator_of_a_table_on_aws(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    table = cloud.table()
    assert run(*ADMIN, "--table", table) == 0
    assert DynamoDBRecordStore(table, cloud.values).find(login_name("demo-yiyuan.first"))


def test_a_new_master_key_wraps_from_now_on_and_the_old_one_still_opens(
    store_folder: Path, loaded: Loaded, capsys: pytest.CaptureFixture[str]
) -> None:
    services = local_services(store_folder, Settings(), lambda: loaded.catalog, lambda: Town.now)
    before = services.keys.create()
    sealed = services.keys.seal(before, "complaint/c1/person", "甲".encode())
    assert run("new-key", "--data", store_folder) == 0
    keys = LocalKeyStore(store_folder / "keys")
    assert keys.open(before, "complaint/c1/person", sealed) == "甲".encode()
    assert keys.create()[1:5] != before[1:5]
    assert (store_folder / "keys").stat().st_mode & 0o077 == 0


def test_a_new_key_where_there_is_none_is_refused(store_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("new-key", "--data", store_folder) == 1
    assert "密钥文件" in capsys.readouterr().err


def exported(folder: Path, keys: KeyStore) -> tuple[Path, bytes]:
    """An export of a case whose words are sealed; a second file of it is sealed as well and lies elsewhere."""
    store, wrapped = MemoryRecordStore(), keys.create()
    change = full("c1")
    sealed = Sealed(kind="complaint", id="c1", name="text", sealed=keys.seal(wrapped, WORDS, "甲的话".encode()))
    own = CaseKey(kind="complaint", id="c1", wrapped=wrapped)
    store.commit(msgspec.structs.replace(change, keys=(own,), seals=(sealed,)))
    dump_files.write(store.dump(), folder / "cases.jsonl")
    return folder / "cases.jsonl", keys.seal(wrapped, PICTURE, b"a picture")


def reads(file: Path, keys: KeyStore, picture: bytes) -> bool:
    """Whether everything of an export opens."""
    store = MemoryRecordStore()
    dump_files.read(store, file)
    found = store.sealed("complaint", "c1", "text")
    assert found
    words = keys.open(found[0], WORDS, found[1])
    return (words.decode(), keys.open(found[0], PICTURE, picture)) == ("甲的话", b"a picture")


def test_an_old_master_key_goes_out_of_use(store_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = store_folder / "keys"
    create_key_file(file)
    dump, picture = exported(store_folder, LocalKeyStore(file))
    add_master_key(file)
    assert run("rewrap", dump, store_folder / "new.jsonl", "--from", file, "--to", file) == 0
    file.write_text(file.read_text("utf-8").splitlines()[-1] + "\n", "utf-8")
    assert reads(store_folder / "new.jsonl", LocalKeyStore(file), picture)
    with pytest.raises(Rejected):
        reads(dump, LocalKeyStore(file), picture)
    assert (store_folder / "new.jsonl").stat().st_mode & 0o077 == 0


def test_cases_move_to_kms_and_back_with_all_that_is_sealed(
    cloud: Cloud,
    store_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    here, there, arn = store_folder / "keys", store_folder / "other", cloud.key()
    create_key_file(here)
    create_key_file(there)
    dump, picture = exported(store_folder, LocalKeyStore(here))
    up, down = store_folder / "up.jsonl", store_folder / "down.jsonl"
    assert run("rewrap", dump, up, "--from", here, "--to", arn) == 0, capsys.readouterr().err
    kms = KMSKeyStore(arn, lambda: cloud.client("kms"))
    assert reads(up, kms, picture)
    assert run("rewrap", up, down, "--from", arn, "--to", there) == 0
    assert reads(down, LocalKeyStore(there), picture)


def test_nothing_is_left_of_a_rewrapping_that_does_not_fit_and_nothing_is_written_over(
    store_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here, foreign, new = store_folder / "keys", store_folder / "foreign", store_folder / "new.jsonl"
    create_key_file(here)
    create_key_file(foreign)
    dump, _ = exported(store_folder, LocalKeyStore(here))
    assert run("rewrap", dump, new, "--from", foreign, "--to", here) == 1
    assert "密钥文件是否换过" in capsys.readouterr().err and not new.exists()
    new.write_text("mine")
    assert run("rewrap", dump, new, "--from", here, "--to", foreign) == 1
    assert run("rewrap", store_folder / "nowhere", new, "--from", here, "--to", foreign) == 1
    assert new.read_text() == "mine"
    (store_folder / "cut.jsonl").write_bytes(dump.read_bytes().rpartition(b"{")[0])
    assert run("rewrap", store_folder / "cut.jsonl", store_folder / "cut", "--from", here, "--to", foreign) == 1
    assert not (store_folder / "cut").exists()
