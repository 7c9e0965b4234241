"""Accounts over HTTP: for the administrator's page and for programs."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta
from werkzeug.wrappers import Response

from mianzheng.accounts import Account, NewAccount, account_of, change_account, found_account
from mianzheng.accounts.accounts import MACHINE, account_problems
from mianzheng.cases.actors import Actor
from mianzheng.cases.records import CaseRecord, Change, Worklist
from mianzheng.cases.steps import Step
from mianzheng.errors import AlreadyExists, GuardFailed
from mianzheng.model import Record
from mianzheng.views import office
from mianzheng.views.frames import Frame
from mianzheng.web import guards
from mianzheng.web.bodies import fitted
from mianzheng.web.calls import Call
from mianzheng.web.passwords import fits, hashed, password_problem
from mianzheng.web.problems import Problem
from mianzheng.web.routes import Route

ADMIN = frozenset({"admin"})
PAGE_SIZE = 50


class AccountWish(Record, kw_only=True):
    """An account to be made. The password is the first one; whoever gets the account should change it."""

    login: Annotated[str, Meta(min_length=3, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
    label: Annotated[str, Meta(min_length=1, max_length=40)]
    role: Annotated[str, Meta(min_length=1, max_length=40)]
    place: Annotated[str, Meta(min_length=1, max_length=40)]
    password: Annotated[str, Meta(min_length=10, max_length=200)]
    body: Annotated[str, Meta(max_length=40)] = ""
    subject: Annotated[str, Meta(max_length=40)] = ""


class AccountStep(Record, kw_only=True):
    """A step: `reset_password` with a password, `reassign` with a role, `disable` and `enable` with why."""

    event: Annotated[str, Meta(pattern="^(reset_password|reassign|disable|enable)$")]
    why: Annotated[str, Meta(max_length=200)] = ""
    role: Annotated[str, Meta(max_length=40)] = ""
    password: Annotated[str, Meta(max_length=200)] = ""


class AccountList(Record, kw_only=True):
    """Accounts of the administrator's place, and the cursor of the next page."""

    accounts: tuple[Account, ...]
    next: str = ""


class AccountQuery(Record, kw_only=True):
    """Which page of the accounts."""

    cursor: Annotated[str, Meta(max_length=500)] = ""


def accounts(call: Call) -> Response:
    """`GET /api/v1/accounts`."""
    found, after = _page(call, call.asked(AccountQuery).cursor)
    return call.answer(AccountList(accounts=tuple(map(account_of, found)), next=after))


def account(call: Call) -> Response:
    """`GET /api/v1/accounts/<id>`."""
    found = account_of(_record(call, call.arguments["id"]))
    return call.answer(found, version=found.version)


def make(call: Call) -> Response:
    """`POST /api/v1/accounts`. Raises Problem: invalid, already-exists."""
    wish = call.sent(AccountWish)
    change = _made(call, wish)
    new = account_of(change.writes[0].record)
    return call.commit(change, new, version=1, location=f"/api/v1/accounts/{new.id}")


def step(call: Call) -> Response:
    """`POST /api/v1/accounts/<id>/events`. Raises Problem: invalid, not-now, stale."""
    record = _record(call, call.arguments["id"])
    call.seen(record.version)
    change = _stepped(call, record, call.sent(AccountStep))
    new = account_of(change.writes[0].record)
    return call.commit(change, new, version=new.version)


def accounts_page(call: Call) -> Response:
    """`GET /office/accounts`."""
    return _accounts_page(call)


def make_by_form(call: Call) -> Response:
    """`POST /office/accounts`: the form comes back with everything that is wrong, and what was entered."""
    form = {name: value for name, value in call.form.items() if name != "form_token"}
    try:
        wish = msgspec.convert({**form, "place": call.who.place}, AccountWish)
        call.services.store.commit(_made(call, wish))
    except msgspec.ValidationError:
        return _accounts_page(call, form, _form_problems(form), status=422)
    except AlreadyExists:
        return _accounts_page(call, form, {"login": "这个账号名已经有了，请换一个"}, status=409)
    except GuardFailed as error:
        return _accounts_page(call, form, error.problems, status=422)
    return call.see("/office/accounts")


def step_by_form(call: Call) -> Response:
    """`POST /office/accounts/<id>`: one step of an account, with the version that the page showed."""
    record = _record(call, call.arguments["id"])
    if call.form.get("version") != str(record.version):
        raise Problem("stale")
    wish = AccountStep(
        event=call.form.get("event", ""), why=call.form.get("why", ""), password=call.form.get("password", "")
    )
    try:
        call.services.store.commit(_stepped(call, record, wish))
    except GuardFailed as error:
        return _accounts_page(call, {}, error.problems, about=record.id, status=422)
    return call.see("/office/accounts")


def password_page(call: Call) -> Response:
    """`GET /office/password`."""
    return call.page(office.password_page(call.services.settings, _frame(call), {}))


def change_password(call: Call) -> Response:
    """`POST /office/password`: the old one must be right; all sessions end."""
    record = call.services.store.get(MACHINE.kind, call.who.id)
    new, again = call.form.get("new_password", ""), call.form.get("again_password", "")
    problems = {}
    if not fits(call.form.get("old_password", ""), record.data["password"]):
        problems["old_password"] = "原来的密码不对"
    if problem := password_problem(new):
        problems["new_password"] = problem
    elif new != again:
        problems["again_password"] = "两次填的新密码不一样"
    if problems:
        return call.page(office.password_page(call.services.settings, _frame(call), problems), 422)
    me = Actor(role="self", place=call.who.place, account=call.who.id, subject=call.who.subject)
    done = Step("change_password", me, call.services.now(), {})
    call.services.store.commit(change_account(record, done, {"password": hashed(new)}))
    return guards.set_session_cookie(call, call.see("/office/login"), "")


def _made(call: Call, wish: AccountWish) -> Change:
    new = NewAccount(
        login=wish.login, label=wish.label, role=wish.role, place=wish.place, body=wish.body, subject=wish.subject
    )
    problems = account_problems(new, call.services.catalog())
    if wish.place != call.who.place:
        problems["place"] = "只能建自己地区的账号"
    if problem := password_problem(wish.password):
        problems["password"] = problem
    if problems:
        raise GuardFailed(problems)
    given = {"login": wish.login, "role": wish.role, "place": wish.place, "body": wish.body, "label": wish.label}
    id = call.services.new_id("ac")
    done = Step("create", call.who.actor, call.services.now(), given)
    return found_account(new, hashed(wish.password), id, done, call.services.catalog())


def _stepped(call: Call, record: CaseRecord, wish: AccountStep) -> Change:
    changed: dict[str, Any] = {}
    given: dict[str, Any] = {}
    if wish.event == "reset_password":
        if problem := password_problem(wish.password):
            raise GuardFailed({"password": problem})
        changed["password"] = hashed(wish.password)
    if wish.event == "reassign":
        held = NewAccount(login=record.data["login"], label=record.data["label"], role=wish.role,
                          place=record.place, body=record.body)  # fmt: skip
        if problems := account_problems(held, call.services.catalog()):
            raise GuardFailed(problems)
        changed["role"] = given["role"] = wish.role
    if wish.why:
        given["why"] = wish.why
    return change_account(record, Step(wish.event, call.who.actor, call.services.now(), given), changed)


def _record(call: Call, id: str) -> CaseRecord:
    """An account of the administrator's place; others are not found. Raises RecordNotFound, Problem."""
    record = call.services.store.get(MACHINE.kind, id)
    if record.place != call.who.place:
        raise Problem("not-found")
    return record


def _page(call: Call, cursor: str) -> tuple[tuple[CaseRecord, ...], str]:
    after = call.services.signer.mark(cursor, call.who.id)
    found = call.services.store.worklist(Worklist(kind=MACHINE.kind, place=call.who.place), after, PAGE_SIZE)
    return found.records, call.services.signer.cursor(found.after, call.who.id)


def _accounts_page(
    call: Call,
    form: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    *,
    about: str = "",
    status: int = 200,
) -> Response:
    found, after = _page(call, call.request.args.get("cursor", ""))
    page = office.accounts_page(
        call.services.settings,
        _frame(call),
        call.services.catalog(),
        [account_of(record) for record in found],
        form=form or {},
        problems=problems or {},
        about=about,
        after=after,
    )
    return call.page(page, status)


def _form_problems(form: dict[str, str]) -> dict[str, str]:
    """Which fields of the form do not fit, for people."""
    try:
        fitted({**form, "place": "x"}, AccountWish)
    except Problem as problem:
        return {one.pointer.strip("/"): one.detail for one in problem.errors}
    return {}


def _frame(call: Call) -> Frame:
    return office.frame(call.who, call.services.catalog(), guards.form_token(call))


ROUTES = (
    Route("GET", "/api/v1/accounts", "accounts", "本地区的账号", ADMIN, accounts, query=AccountQuery,
          answer=AccountList, problems=("bad-cursor",)),
    Route("POST", "/api/v1/accounts", "make_account", "建账号", ADMIN, make, body=AccountWish, answer=Account,
          status=201, keyed=True, limit="write", problems=("already-exists",)),
    Route("GET", "/api/v1/accounts/<id>", "account", "一个账号", ADMIN, account, answer=Account),
    Route("POST", "/api/v1/accounts/<id>/events", "step_account", "账号的一步", ADMIN, step, body=AccountStep,
          answer=Account, keyed=True, versioned=True, limit="write", problems=("not-now",)),
    Route("GET", "/office/accounts", "accounts_page", "账号和角色", ADMIN, accounts_page, media="text/html"),
    Route("POST", "/office/accounts", "make_by_form", "建账号", ADMIN, make_by_form, media="text/html"),
    Route("POST", "/office/accounts/<id>", "step_by_form", "账号的一步", ADMIN, step_by_form, media="text/html"),
    Route("GET", "/office/password", "password_page", "改密码", "staff", password_page, media="text/html"),
    Route("POST", "/office/password", "change_password", "改密码", "staff", change_password, media="text/html"),
)  # fmt: skip
"""An administrator sees and changes the accounts of the own place only."""
