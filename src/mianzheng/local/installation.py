"""The data folder of one machine, and the services put together over it."""

from __future__ import annotations

import datetime
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from mianzheng.adapters.disk_files import FOLDER, DiskFileStore
from mianzheng.adapters.local_keys import LocalKeyStore, create_key_file
from mianzheng.adapters.sqlite_store import FILE_NAME, SQLiteRecordStore
from mianzheng.catalog_files.rendering import render_record
from mianzheng.local.clocks_and_ids import new_id
from mianzheng.local.logs import LineLog
from mianzheng.model import Catalog
from mianzheng.settings import Settings
from mianzheng.web.services import Services
from mianzheng.web.signing import Signer


def local_services(
    data: Path, settings: Settings, catalog: Callable[[], Catalog], now: Callable[[], datetime.datetime]
) -> Services:
    """Services over a data folder, which is made if need be. Raises Unavailable, BadArgument, OSError."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / "log").mkdir(exist_ok=True)
    return Services(
        settings=settings,
        keys=_keys(data / "keys"),
        store=SQLiteRecordStore(data / FILE_NAME),
        catalog=catalog,
        render=render_record,
        now=now,
        new_id=new_id,
        signer=Signer(_secret(data / "secret")),
        log=LineLog(data / "log" / "requests.jsonl"),
        files=DiskFileStore(data / FOLDER),
    )


def _keys(file: Path) -> LocalKeyStore:
    """The key store; its file is made at the very first start only: a lost one is never replaced in silence."""
    if not file.exists() and not (file.parent / FILE_NAME).exists():
        create_key_file(file)
    return LocalKeyStore(file)


def _secret(file: Path) -> bytes:
    if not file.is_file():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(secrets.token_bytes(32))
    return file.read_bytes()
