"""The one settings object, read from the environment; README lists every name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mianzheng.errors import BadArgument

Deployment = Literal["demonstration", "operating"]
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
}
"""Every name with its default."""
SHORTEST_KEPT = 30
"""Days: personal data is never destroyed sooner, whatever is set."""
_SECURITY = ("starttls", "tls", "none")


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
    mail = _mail(given)
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
        if not text.isascii() or not text.isdigit() or len(text) > 5 or not least <= int(text) <= most:
            bounds = f"，{least} 到 {most}" if least else ""
            self.wrong(f"MIANZHENG_{name}={text} 要写数字{bounds}：{meaning}")
            return int(NAMES[f"MIANZHENG_{name}"])
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
