"""Accounts: one role for one body each. A post has the account, not a person's name (YY-JM-2-1).

Somebody with two posts has two accounts with the same `subject`, so that nobody approves under one account what was
proposed under the other. Everything that happens to an account is an event; passwords never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mianzheng.cases.actors import Actor
from mianzheng.cases.machine import Machine, State, Transition
from mianzheng.cases.records import CaseRecord, Change
from mianzheng.cases.steps import Step, opened, take, written
from mianzheng.errors import GuardFailed
from mianzheng.model import Catalog, Record

ADMIN = frozenset({"admin", "system"})

MACHINE = Machine(
    kind="account",
    label="账号",
    initial="active",
    states={"active": State("可用", "可用"), "disabled": State("已停用", "已停用", open=False)},
    transitions=(
        Transition("create", "建账号", frozenset({"active"}), None, ADMIN, ("login", "role", "place")),
        Transition("reset_password", "重设密码", frozenset({"active"}), None, ADMIN),
        Transition("change_password", "改密码", frozenset({"active"}), None, frozenset({"self"})),
        Transition("reassign", "改角色", frozenset({"active"}), None, ADMIN, ("role",)),
        Transition("disable", "停用", frozenset({"active"}), "disabled", ADMIN, ("why",)),
        Transition("enable", "恢复", frozenset({"disabled"}), "active", ADMIN, ("why",)),
    ),
)


class Account(Record, kw_only=True):
    """An account as the rest of the system sees it. `epoch` rises when all its sessions must end."""

    id: str
    login: str
    label: str
    role: str
    place: str
    body: str
    subject: str
    epoch: int
    active: bool
    version: int

    @property
    def actor(self) -> Actor:
        """Whoever logged in with it."""
        return Actor(role=self.role, place=self.place, body=self.body, account=self.id, subject=self.subject)


class NewAccount(Record, kw_only=True):
    """What an account is made from; `password` is a salted hash, never the word itself."""

    login: Annotated[str, Meta(min_length=3, max_length=40)]
    label: Annotated[str, Meta(min_length=1, max_length=40)]
    role: str
    place: str
    body: str = ""
    subject: str = ""


def account_of(record: CaseRecord) -> Account:
    """The account that a snapshot holds."""
    fields = {name: record.data[name] for name in ("login", "label", "role", "subject", "epoch")}
    return Account(
        id=record.id,
        place=record.place,
        body=record.body,
        active=record.state == "active",
        version=record.version,
        **fields,
    )


def found_account(wanted: NewAccount, password: str, id: str, step: Step, catalog: Catalog) -> Change:
    """The change that makes an account. Raises GuardFailed naming everything that does not fit, NotAllowed.

    `password` is the hash to keep. The login is unique over all places: AlreadyExists comes from the store.
    """
    if problems := account_problems(wanted, catalog):
        raise GuardFailed(problems)
    data = {
        "login": wanted.login,
        "label": wanted.label,
        "role": wanted.role,
        "subject": wanted.subject or id,
        "password": password,
        "epoch": 1,
    }
    first = opened(MACHINE, id, step, place=wanted.place, body=wanted.body, data=data)
    after, event, _ = take(MACHINE, first, step)
    return Change(writes=(written(None, after, event),), unique={login_name(wanted.login): first.key})


def change_account(record: CaseRecord, step: Step, changed: Mapping[str, Any] | None = None) -> Change:
    """The change that a step makes to an account; `changed` are fields of its data (`password`, `role`).

    Every step but making it ends the account's sessions: rights are what the record says now. Raises NotAllowed,
    GuardFailed.
    """
    after, event, _ = take(MACHINE, record, step)
    data = {**after.data, **(changed or {}), "epoch": record.data["epoch"] + 1}
    return Change(writes=(written(record, msgspec.structs.replace(after, data=data), event),))


def login_name(login: str) -> str:
    """The unique name under which a store knows a login; upper and lower case are one."""
    return f"login:{login.strip().lower()}"


def account_problems(wanted: NewAccount, catalog: Catalog) -> dict[str, str]:
    """Why an account cannot be: field -> Chinese sentence."""
    problems = {}
    home = catalog.places.get(wanted.place)
    role = catalog.vocabularies.roles.get(wanted.role)
    if home is None:
        problems["place"] = f"没有“{wanted.place}”这个地区"
    elif wanted.body and wanted.body not in home.bodies:
        problems["body"] = f"{home.place.name}没有编号为“{wanted.body}”的单位"
    if role is None or not role.account:
        problems["role"] = f"没有“{wanted.role}”这个角色；可选：{'、'.join(_roles(catalog, wanted.place))}"
    elif home is not None and wanted.role not in _roles(catalog, wanted.place):
        problems["role"] = f"{home.place.name}的规则里没有“{role.label}”这个角色"
    if role is not None and role.code == "department" and not wanted.body:
        problems["body"] = "单位经办要写明是哪个单位"
    return problems


def _roles(catalog: Catalog, place: str) -> Iterable[str]:
    """The roles that a place's profile uses."""
    home = catalog.places.get(place)
    profile = home.profile.id if home and home.profile else ""
    for code, role in catalog.vocabularies.roles.items():
        if role.account and (not profile or not role.profiles or profile in role.profiles):
            yield code
