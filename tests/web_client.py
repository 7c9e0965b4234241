"""An application over the memory store with one account of each kind, and a client that logs in as any of them."""

from __future__ import annotations

import datetime
import itertools
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from mianzheng.accounts import found_account
from mianzheng.accounts.demonstration import demo_accounts
from mianzheng.adapters.local_keys import LocalKeyStore, create_key_file
from mianzheng.adapters.memory_files import MemoryFileStore
from mianzheng.cases.actors import AT_WORK
from mianzheng.cases.steps import Step
from mianzheng.catalog_files.repository import InMemoryCatalogRepository
from mianzheng.clock import SHANGHAI
from mianzheng.model import Catalog
from mianzheng.settings import Settings
from mianzheng.web.application import Application
from mianzheng.web.passwords import hashed
from mianzheng.web.services import Services
from mianzheng.web.signing import Signer
from mianzheng.web.table import ROUTES
from tests.stores import fresh_store

URL = "http://127.0.0.1:8000"
PASSWORD = "test-password-1"
_HASH = hashed(PASSWORD)


@dataclass
class Town:
    """A running application: its services, a clock that tests set, and everything it logged."""

    catalog: Catalog
    settings: Settings = field(default_factory=lambda: Settings(public_url=URL))
    now: datetime.datetime = datetime.datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)
    logged: list[Mapping[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = itertools.count(1)
        self.services = Services(
            settings=self.settings,
            store=fresh_store(),
            keys=_keys(),
            catalog=lambda: self.catalog,
            render=InMemoryCatalogRepository(self.catalog).render,
            now=lambda: self.now,
            new_id=lambda prefix: f"{prefix}-{next(numbers):016d}",
            signer=Signer(b"a secret of the tests, 32 bytes."),
            log=self.logged.append,
            files=MemoryFileStore(),
        )
        self.application = Application(ROUTES, self.services)
        self.logins = {}
        for new in demo_accounts(self.catalog):
            given = {"login": new.login, "role": new.role, "place": new.place}
            change = found_account(new, _HASH, self.services.new_id("ac"), Step("create", AT_WORK, self.now, given),
                                   self.catalog)  # fmt: skip
            self.services.store.commit(change)
            self.logins[new.login] = change.writes[0].record.id

    def visitor(self) -> Visitor:
        """Somebody with a fresh browser."""
        return Visitor(self)

    def staff(self, role: str, number: int = 1, place: str = "test-yiyuan") -> Visitor:
        """Somebody with a token for the n-th account of a role."""
        visitor = Visitor(self)
        answer = visitor.json("POST", "/api/v1/sessions", {"login": f"{place}.{role}{number}", "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        visitor.headers["Authorization"] = f"Bearer {answer.get_json()['token']}"
        return visitor


class Visitor:
    """A client with its cookies; `headers` go with every request."""

    def __init__(self, town: Town) -> None:
        self.client = Client(town.application)
        self.headers: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=URL, headers={**self.headers, **_named(headers)})

    def json(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """A JSON request as a program sends it."""
        return self.client.open(
            path, method=method, base_url=URL, json=body, headers={**self.headers, **_named(headers)}
        )

    def command(self, path: str, body: Any, *, version: int | None = None, key: str = "") -> TestResponse:
        """A POST with a command key (a new one unless given) and the version that was seen."""
        headers = {"Idempotency_Key": key or uuid.uuid4().hex}
        if version is not None:
            headers["If_Match"] = f'"{version}"'
        return self.json("POST", path, body, **headers)

    def form(self, path: str, fields: Mapping[str, str], **headers: str) -> TestResponse:
        """A plain form sent from our own page by a present-day browser."""
        from_here = {"Sec-Fetch-Site": "same-origin", "Origin": URL}
        return self.client.post(
            path, base_url=URL, data=dict(fields), headers={**from_here, **self.headers, **_named(headers)}
        )

    def log_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        """Through the page, as people do."""
        token = token_of(self.get("/office/login").text)
        return self.form("/office/login", {"login": login, "password": password, "form_token": token})


def token_of(page: str) -> str:
    """The form token of a page."""
    return page.split('name="form_token" value="')[1].split('"')[0]


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@cache
def _keys() -> LocalKeyStore:
    """One key file for all towns of a test run; it is read once and thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        create_key_file(Path(folder) / "keys")
        return LocalKeyStore(Path(folder) / "keys")
