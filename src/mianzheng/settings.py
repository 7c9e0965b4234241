"""The one settings object, read from the environment; README lists every name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mianzheng.errors import BadArgument

Deployment = Literal["demonstration", "operating"]
DEFAULT_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Settings:
    """How this installation runs.

    `public_url` is the address people use, without slash at the end: links and the origin check rest on it, never on
    what a request claims. `trusted_hops` counts the proxies in front whose `X-Forwarded-For` entries may be believed.
    """

    deployment: Deployment = "demonstration"
    public_url: str = DEFAULT_URL
    trusted_hops: int = 0
    demo_accounts: bool = False

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
    deployment = environment.get("MIANZHENG_DEPLOYMENT", "demonstration")
    url = environment.get("MIANZHENG_PUBLIC_URL") or default_url or DEFAULT_URL
    hops = environment.get("MIANZHENG_TRUSTED_HOPS", "0")
    problems = []
    if deployment not in ("demonstration", "operating"):
        problems.append(f"MIANZHENG_DEPLOYMENT={deployment} 不认识；可选：demonstration、operating")
    if not url.startswith(("http://", "https://")):
        problems.append(f"网站地址 {url} 要以 http:// 或 https:// 开头")
    if not hops.isascii() or not hops.isdigit():
        problems.append(f"MIANZHENG_TRUSTED_HOPS={hops} 要写数字：前面有几层代理")
    if demo_accounts and deployment == "operating":
        problems.append("正式运行（operating）不能带演示账号（--demo）")
    if problems:
        raise BadArgument(*problems)
    return Settings(
        deployment="operating" if deployment == "operating" else "demonstration",
        public_url=url.rstrip("/"),
        trusted_hops=int(hops),
        demo_accounts=demo_accounts,
    )
