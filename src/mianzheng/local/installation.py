"""The data folder of one machine, and the services put together over it."""

from __future__ import annotations

import datetime
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from mianzheng.adapters.local_keys import LocalKeyStore, create_key_file
from mianzheng.adapters.sqlite_store import FILE_NAME, SQLiteRecordStore
from mianzheng.catalog_files.repository import render_record
from mianzheng.local.logs import LineLog
from mianzheng.model import Catalog
from mianzheng.settings import Settings
from mianzheng.web.services import Services
from mianzheng.web.signing import Signer

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


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
    )


def new_id(prefix: str) -> str:
    """A new id that cannot be guessed: `<prefix>-` and 16 letters (80 bits)."""
    return prefix + "-" + "".join(secrets.choice(_LETTERS) for _ in range(16))


def seconds_at(speed: int = 1) -> Callable[[], float]:
    """Seconds that nobody can set, running faster for a rehearsal."""
    began = time.clock_gettime(time.CLOCK_BOOTTIME)
    return lambda: (time.clock_gettime(time.CLOCK_BOOTTIME) - began) * speed


def real_time() -> datetime.datetime:
    """The present, whatever a rehearsal plays."""
    return datetime.datetime.now(datetime.UTC)


def clock_from(instant: datetime.datetime | None, seconds: Callable[[], float]) -> Callable[[], datetime.datetime]:
    """The present; or a clock that started at `instant` when `seconds` was 0 and goes on with them."""
    if instant is None:
        return real_time
    return lambda: instant + datetime.timedelta(seconds=seconds())


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
