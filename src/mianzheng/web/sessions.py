"""Logging in and out: by form for people, by token for programs."""

from __future__ import annotations

import secrets

from werkzeug.wrappers import Response

from mianzheng.accounts import Account, account_of, close_session, open_session
from mianzheng.accounts.accounts import MACHINE, login_name
from mianzheng.model import Record
from mianzheng.views import office
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.passwords import fits
from mianzheng.web.problems import Problem
from mianzheng.web.routes import Route

HOME = "/office/"


class Login(Record, kw_only=True):
    """账号和密码。"""

    login: str
    password: str


class NewSession(Record, kw_only=True):
    """A token for `Authorization: Bearer`, good for 30 minutes after its last use and 12 hours at most."""

    token: str
    role: str
    body: str
    place: str


def open_by_token(call: Call) -> Response:
    """`POST /api/v1/sessions`. Raises Problem: wrong-login, too-many."""
    wanted = call.sent(Login)
    account, token = _opened(call, wanted.login, wanted.password)
    return call.answer(NewSession(token=token, role=account.role, body=account.body, place=account.place))


def close_by_token(call: Call) -> Response:
    """`DELETE /api/v1/sessions`: this session is over."""
    close_session(call.services.store, call.token)
    return Response(status=204)


def login_page(call: Call) -> Response:
    """`GET /office/login`."""
    if call.account:
        return call.see(HOME)
    return _form(call, next_page=call.request.args.get("next", ""))


def login(call: Call) -> Response:
    """`POST /office/login`: a fresh session, then the page that was asked for."""
    name, password = call.form.get("login", ""), call.form.get("password", "")
    next_page = call.form.get("next", "")
    try:
        _, token = _opened(call, name, password)
    except Problem as problem:
        if problem.trouble.code != "wrong-login":
            raise
        return _form(call, login=name, next_page=next_page, wrong=problem.trouble.meaning, status=401)
    return guards.set_session_cookie(call, call.see(_inside(next_page)), token)


def logout(call: Call) -> Response:
    """`POST /office/logout`."""
    close_session(call.services.store, call.token)
    return guards.set_session_cookie(call, call.see("/office/login"), "")


def _opened(call: Call, login: str, password: str) -> tuple[Account, str]:
    services = call.services
    uses, window = guards.LIMITS["login"]
    if not services.store.take(f"login:{login_name(login)}", uses, window, services.now()):
        raise Problem("too-many", "这个账号试得太多了，请十五分钟以后再试。", headers={"Retry-After": "900"})
    key = services.store.find(login_name(login[:80]))
    record = services.store.get(MACHINE.kind, key.id) if key else None
    account = account_of(record) if record else None
    right = fits(password, record.data["password"] if record else None)
    if account is None or not right or not account.active:
        raise Problem("wrong-login")
    token = secrets.token_urlsafe(32)
    open_session(services.store, account, token, services.now())
    return account, token


def _form(call: Call, *, next_page: str, login: str = "", wrong: str = "", status: int = 200) -> Response:
    page = office.login_page(
        call.services.settings, token=guards.form_token(call), next_page=_inside(next_page), login=login, wrong=wrong
    )
    return guards.keep_form_holder(call, call.page(page, status))


def _inside(address: str) -> str:
    """A page of the workbench to go on to; anything else leads to its home."""
    plain = address.isascii() and address.isprintable() and "\\" not in address and "//" not in address
    return address if address.startswith("/office/") and plain else HOME


ROUTES = (
    Route(
        "POST", "/api/v1/sessions", "open_session", "登录，换取令牌", "public", open_by_token,
        body=Login, answer=NewSession, status=201, limit="login", problems=("wrong-login", "cross-site"),
    ),
    Route("DELETE", "/api/v1/sessions", "close_session", "退出，令牌作废", "staff", close_by_token, status=204),
    Route("GET", "/office/login", "login_page", "登录页", "public", login_page, media="text/html"),
    Route("POST", "/office/login", "login", "登录", "public", login, media="text/html", limit="login"),
    Route("POST", "/office/logout", "logout", "退出", "staff", logout, media="text/html"),
)  # fmt: skip
