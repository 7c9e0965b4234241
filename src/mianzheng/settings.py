"""The one settings object, read from the environment; README lists every name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mianzheng.errors import BadArgument

Deployment = Literal["demonstration", "operating"]
ForgeKind = Literal["local", "github", "gitee"]
DEFAULT_URL = "http://127.0.0.1:8000"
NAMES = {
    "MIANZHENG_DEPLOYMENT": "demonstration",
    "MIANZHENG_PUBLIC_URL": DEFAULT_URL,
    "MIANZHENG_TRUSTED_HOPS": "0",
    "MIANZHENG_MAILBOXES": "",
    "MIANZHENG_MAIL_SENDER": "",
    "MIANZHENG_SMTP_HOST": "",
    "MIANZHENG_SMTP_PORT": "587",
    "MIANZHENG_SMTP_SECURITY": "starttls",
    "MIANZHENG_SMTP_LOGIN": "",
    "MIANZHENG_SMTP_PASSWORD": "",
    "MIANZHENG_KEEP_PERSON_DAYS": "365",
    "MIANZHENG_KEEP_WORDS_DAYS": "730",
    "MIANZHENG_FORGE": "local",
    "MIANZHENG_FORGE_REPOSITORY": "",
    "MIANZHENG_FORGE_REGISTER": "",
    "MIANZHENG_FORGE_ACCOUNT": "",
    "MIANZHENG_FORGE_TOKEN": "",
    "MIANZHENG_FORGE_APP": "",
    "MIANZHENG_FORGE_INSTALLATION": "",
    "MIANZHENG_FORGE_KEY_FILE": "",
    "MIANZHENG_FORGE_TEAMS": "",
    "MIANZHENG_FORGE_API": "",
    "MIANZHENG_FORGE_GIT": "",
    "MIANZHENG_HOOK_SECRET": "",
}
"""Every name with its default."""
SHORTEST_KEPT = 30
"""Days: personal data is never destroyed sooner, whatever is set."""
SHORTEST_SECRET = 16
"""Characters of the secret that signed calls are checked with."""
GITHUB_API = "https://api.github.com"
FORGE_NAMES: dict[str, str] = {"github": "GitHub", "gitee": "Gitee"}
"""Forges elsewhere, as people call them."""
_APIS = {"github": GITHUB_API, "gitee": "https://gitee.com/api/v5"}
_SECURITY = ("starttls", "tls", "none")
_REPOSITORY = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9._-]+", re.ASCII)
_HEADER_WORD = re.compile(r"[!-~]+", re.ASCII)
_INTERFACES = {"github": "/api/v3", "gitee": "/api/v5"}
"""How the addresses of private deployments end, which otherwise are those of their repositories."""
_SAFE = r"(https://[a-z0-9.-]+|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?(/[\w./-]*)?"
"""Where secrets may be sent: encrypted, or to this machine."""
_API, _GIT = re.compile(_SAFE, re.IGNORECASE), re.compile(rf"{_SAFE}|file:///.+", re.IGNORECASE)


@dataclass(frozen=True)
class MailSettings:
    """How letters leave. Without a `host` they are put into a folder. `mailboxes`: file with the offices' addresses."""

    host: str = ""
    port: int = 587
    security: str = "starttls"
    sender: str = ""
    login: str = ""
    password: str = field(default="", repr=False)
    mailboxes: str = ""


@dataclass(frozen=True)
class ForgeSettings:
    """Where proposals become pull requests: in the data folder (`local`), or in `repository` (`owner/name`) elsewhere.

    `account` is who writes there (an App's is `slug[bot]`), with a `token` or, on GitHub, as `app` with its
    `installation` and `key_file`. `register`: private repository of the register of complaints; empty keeps it in
    the data folder. `teams`: file with each office's team, as for CODEOWNERS. `api` and `git`: addresses of the
    interface and of the repository. `hook_secret` signs the forge's calls; without one they are not listened to.
    """

    kind: ForgeKind = "local"
    repository: str = ""
    register: str = ""
    account: str = ""
    token: str = field(default="", repr=False)
    app: str = ""
    installation: int = 0
    key_file: str = ""
    teams: str = ""
    api: str = GITHUB_API
    git: str = ""
    hook_secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    """How this installation runs.

    `public_url` is the address people use, without slash at the end: links and the origin check rest on it, never on
    what a request claims. `trusted_hops` counts the proxies in front whose `X-Forwarded-For` entries may be believed.
    `keep_person` and `keep_words`: days after a case is over until who complained, and every word, is destroyed.
    """

    deployment: Deployment = "demonstration"
    public_url: str = DEFAULT_URL
    trusted_hops: int = 0
    demo_accounts: bool = False
    mail: MailSettings = MailSettings()
    keep_person: int = 365
    keep_words: int = 730
    forge: ForgeSettings = ForgeSettings()

    @property
    def demonstration(self) -> bool:
        """Whether nobody will handle what people send; every page says so."""
        return self.deployment == "demonstration"

    @property
    def secure(self) -> bool:
        """Whether people come by https, so that cookies may insist on it."""
        return self.public_url.startswith("https://")


def settings_from(environment: Mapping[str, str], *, demo_accounts: bool = False, default_url: str = "") -> Settings:
    """The settings of an environment. Raises BadArgument naming everything unusable at once."""
    given = _Given(environment, [])
    deployment = given.text("DEPLOYMENT")
    url = environment.get("MIANZHENG_PUBLIC_URL") or default_url or DEFAULT_URL
    hops = given.number("TRUSTED_HOPS", "前面有几层代理")
    person = given.number("KEEP_PERSON_DAYS", "办完多少天以后销毁投诉人的姓名和电话", SHORTEST_KEPT)
    words = given.number("KEEP_WORDS_DAYS", "办完多少天以后销毁所写的全部文字", SHORTEST_KEPT)
    mail, forge = _mail(given), _forge(given)
    if deployment not in ("demonstration", "operating"):
        given.wrong(f"MIANZHENG_DEPLOYMENT={deployment} 不认识；可选：demonstration、operating")
    if not url.startswith(("http://", "https://")):
        given.wrong(f"网站地址 {url} 要以 http:// 或 https:// 开头")
    if words < person:
        given.wrong("MIANZHENG_KEEP_WORDS_DAYS 不能比 MIANZHENG_KEEP_PERSON_DAYS 短")
    if demo_accounts and deployment == "operating":
        given.wrong("正式运行（operating）不能带演示账号（--demo）")
    if given.problems:
        raise BadArgument(*given.problems)
    return Settings(
        deployment="operating" if deployment == "operating" else "demonstration",
        public_url=url.rstrip("/"),
        trusted_hops=hops,
        demo_accounts=demo_accounts,
        mail=mail,
        keep_person=person,
        keep_words=words,
        forge=forge,
    )


@dataclass(frozen=True)
class _Given:
    """What the environment says, with everything that is wrong about it."""

    environment: Mapping[str, str]
    problems: list[str]

    def wrong(self, sentence: str) -> None:
        self.problems.append(sentence)

    def text(self, name: str) -> str:
        name = f"MIANZHENG_{name}"
        return self.environment.get(name) or NAMES[name]

    def number(self, name: str, meaning: str, least: int = 0, most: int = 99999) -> int:
        text = self.text(name)
        if not text.isascii() or not text.isdigit() or len(text) > len(str(most)) or not least <= int(text) <= most:
            bounds = f"，{least} 到 {most}" if least else ""
            self.wrong(f"MIANZHENG_{name}={text} 要写数字{bounds}：{meaning}")
            return int(NAMES[f"MIANZHENG_{name}"] or 0)
        return int(text)


def _mail(given: _Given) -> MailSettings:
    host, security, sender = given.text("SMTP_HOST"), given.text("SMTP_SECURITY"), given.text("MAIL_SENDER")
    port = given.number("SMTP_PORT", "邮件服务器的端口", 1, 65535)
    if security not in _SECURITY:
        given.wrong(f"MIANZHENG_SMTP_SECURITY={security} 不认识；可选：{'、'.join(_SECURITY)}")
    if host and "@" not in sender:
        given.wrong("写了 MIANZHENG_SMTP_HOST，还要写 MIANZHENG_MAIL_SENDER：从哪个邮箱发信")
    login, password = given.text("SMTP_LOGIN"), given.text("SMTP_PASSWORD")
    if bool(login) != bool(password):
        given.wrong("MIANZHENG_SMTP_LOGIN 和 MIANZHENG_SMTP_PASSWORD 要么都写，要么都不写")
    if security == "none" and login:
        given.wrong("不加密（MIANZHENG_SMTP_SECURITY=none）时不能带邮箱的账号和密码")
    return MailSettings(
        host=host,
        port=port,
        security=security,
        sender=sender,
        login=login,
        password=password,
        mailboxes=given.text("MAILBOXES"),
    )


def _forge(given: _Given) -> ForgeSettings:
    kind, names = given.text("FORGE"), [name for name in NAMES if name.startswith("MIANZHENG_FORGE_")]
    secret = given.text("HOOK_SECRET")
    if kind != "local" and kind not in FORGE_NAMES:
        given.wrong(f"MIANZHENG_FORGE={kind} 不认识；可选：{'、'.join(('local', *FORGE_NAMES))}")
    if secret and len(secret) < SHORTEST_SECRET:
        given.wrong(f"MIANZHENG_HOOK_SECRET 太短，至少 {SHORTEST_SECRET} 个字符")
    if kind not in FORGE_NAMES:
        if kind == "local" and (idle := [name for name in names if given.environment.get(name)]):
            given.wrong(f"写了 {'、'.join(idle)}，还要写 MIANZHENG_FORGE=github 或 gitee，不然用不上")
        return ForgeSettings(hook_secret=secret)
    _repositories(given)
    _login(given)
    api = (given.text("FORGE_API") or _APIS[kind]).rstrip("/")
    return ForgeSettings(
        kind="gitee" if kind == "gitee" else "github",
        repository=given.text("FORGE_REPOSITORY"),
        register=given.text("FORGE_REGISTER"),
        account=given.text("FORGE_ACCOUNT"),
        token=given.text("FORGE_TOKEN"),
        app=given.text("FORGE_APP"),
        installation=_installation(given),
        key_file=given.text("FORGE_KEY_FILE"),
        teams=given.text("FORGE_TEAMS"),
        api=api,
        git=given.text("FORGE_GIT") or git_address(kind, api, given.text("FORGE_REPOSITORY")),
        hook_secret=secret,
    )


def _repositories(given: _Given) -> None:
    """What is wrong with the names and addresses of the repositories."""
    repository, register = given.text("FORGE_REPOSITORY"), given.text("FORGE_REGISTER")
    if not _REPOSITORY.fullmatch(repository):
        kind = given.text("FORGE")
        given.wrong(f"MIANZHENG_FORGE={kind} 时，MIANZHENG_FORGE_REPOSITORY 要写成 拥有者/名称：清单放在哪个仓库")
    if register and not _REPOSITORY.fullmatch(register):
        given.wrong("MIANZHENG_FORGE_REGISTER 要写成 拥有者/名称：投诉登记册放在哪个不公开的仓库")
    if register and register.lower() == repository.lower():
        given.wrong("MIANZHENG_FORGE_REGISTER 不能就是清单的仓库：登记册不公开，要另用一个")
    for name, shape in (("FORGE_API", _API), ("FORGE_GIT", _GIT)):
        address = given.text(name)
        if address and not shape.fullmatch(address):
            given.wrong(f"MIANZHENG_{name} 要写 https:// 开头的地址（本机可以用 http://127.0.0.1），不带账号和密码")


def _login(given: _Given) -> None:
    """What is wrong with the way of logging in; secrets are never repeated."""
    token, app = (
        given.text("FORGE_TOKEN"),
        [given.text(f"FORGE_{name}") for name in ("APP", "INSTALLATION", "KEY_FILE")],
    )
    service = FORGE_NAMES[given.text("FORGE")]
    if not given.text("FORGE_ACCOUNT"):
        hint = "（App 写 名称[bot]）" if service == "GitHub" else ""
        given.wrong(f"还要写 MIANZHENG_FORGE_ACCOUNT：用哪个 {service} 账号提交{hint}")
    if service != "GitHub":
        if any(app):
            given.wrong(f"{service} 只用令牌登录，不写 MIANZHENG_FORGE_APP、_INSTALLATION、_KEY_FILE")
        if not token:
            given.wrong(f"登录 {service} 要写 MIANZHENG_FORGE_TOKEN（私人令牌，权限 projects、pull_requests、notes）")
    elif token and any(app):
        given.wrong("MIANZHENG_FORGE_TOKEN 和 MIANZHENG_FORGE_APP、_INSTALLATION、_KEY_FILE 只能用一种")
    elif not token and not all(app):
        given.wrong("登录 GitHub 要写 MIANZHENG_FORGE_TOKEN，或者 MIANZHENG_FORGE_APP、_INSTALLATION、_KEY_FILE 都写")
    if token and not _HEADER_WORD.fullmatch(token):
        given.wrong("MIANZHENG_FORGE_TOKEN 里有空格、换行或中文，请重新复制")


def _installation(given: _Given) -> int:
    named = given.text("FORGE_INSTALLATION")
    return given.number("FORGE_INSTALLATION", "GitHub App 的安装编号", 1, 10**12) if named else 0


def git_address(kind: str, api: str, repository: str) -> str:
    """Where a forge lets a repository be fetched, from the address of its interface."""
    home = "https://github.com" if api == GITHUB_API else api.removesuffix(_INTERFACES[kind])
    return f"{home}/{repository}.git"
