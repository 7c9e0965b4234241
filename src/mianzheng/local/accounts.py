"""The demonstration's accounts: made once, kept with their common password in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from mianzheng.accounts import NewAccount, found_account
from mianzheng.accounts.accounts import login_name
from mianzheng.accounts.demonstration import demo_accounts
from mianzheng.cases.actors import AT_WORK
from mianzheng.cases.steps import Step
from mianzheng.model import Catalog
from mianzheng.web.passwords import hashed
from mianzheng.web.services import Services


def make_demo_accounts(data: Path, services: Services) -> list[dict[str, Any]]:
    """Make the accounts that are not there yet; returns all of them as `--accounts-json` writes them."""
    catalog = services.catalog()
    wanted = list(demo_accounts(catalog))
    password = _password(data / "demo-password")
    lacking = [new for new in wanted if services.store.find(login_name(new.login)) is None]
    if lacking:
        kept = hashed(password)
        for new in lacking:
            _make(new, kept, services, catalog)
    return [
        {"login": new.login, "password": password, "role": new.role, "body": new.body, "place": new.place}
        for new in wanted
    ]


def accounts_table(accounts: list[dict[str, Any]], catalog: Catalog) -> str:
    """The accounts for the console: one line a place, the password once."""
    lines = [f"演示账号（密码都是 {accounts[0]['password']}）："] if accounts else []
    for id, home in catalog.places.items():
        logins = [account["login"].removeprefix(f"{id}.") for account in accounts if account["place"] == id]
        lines.append(f"  {home.place.name}　{id}. 加上：{' '.join(logins)}")
    return "\n".join(lines)


def _make(new: NewAccount, kept: str, services: Services, catalog: Catalog) -> None:
    given = {"login": new.login, "role": new.role, "place": new.place, "body": new.body, "label": new.label}
    step = Step("create", AT_WORK, services.now(), given)
    services.store.commit(found_account(new, kept, services.new_id("ac"), step, catalog))


def _password(file: Path) -> str:
    """The common password of this data folder, made at the first start."""
    if file.is_file():
        return file.read_text("utf-8").strip()
    password = "demo-" + secrets.token_hex(4)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(password + "\n")
    return password
