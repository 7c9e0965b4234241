"""The first administrator, and new master keys, from the command line."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from scripts import administer

from mianzheng.accounts.accounts import login_name
from mianzheng.adapters.dynamodb_store import DynamoDBRecordStore
from mianzheng.adapters.local_keys import LocalKeyStore
from mianzheng.adapters.sqlite_store import FILE_NAME, SQLiteRecordStore
from mianzheng.catalog_files.loading import Loaded
from mianzheng.local.installation import local_services
from mianzheng.settings import Settings
from mianzheng.web.passwords import fits
from tests.stand_ins.cloud import Cloud
from tests.web_client import Town

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
