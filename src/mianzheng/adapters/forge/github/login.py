"""Logging in to GitHub as an App, whose key signs for a token of one hour; with a token see `rest.Token`."""

from __future__ import annotations

import base64
import datetime
import json
import threading
from typing import TYPE_CHECKING

from mianzheng.errors import Rejected

if TYPE_CHECKING:
    from mianzheng.adapters.forge.rest import Transport

MARGIN = datetime.timedelta(minutes=5)
"""A token this close to its end is not used any more."""
RIGHTS = {"contents": "write", "pull_requests": "write"}
"""All that the forge needs; the App may have more, the token has not."""


class App:
    """A GitHub App installed on `repository` (its name without owner). `key` is its private key, PEM."""

    def __init__(self, app: str, installation: int, key: bytes, repository: str) -> None:
        self._app, self._installation, self._key, self._repository = app, installation, key, repository
        self._turn = threading.Lock()
        self._token, self._until = "", datetime.datetime.min.replace(tzinfo=datetime.UTC)

    def authorization(self, transport: Transport) -> str:
        with self._turn:
            if not self._token or transport.now() + MARGIN >= self._until:
                answer = transport.exchange(
                    "POST",
                    f"/app/installations/{self._installation}/access_tokens",
                    f"Bearer {signed_claim(self._app, self._key, transport.now())}",
                    {"repositories": [self._repository], "permissions": RIGHTS},
                )
                self._token = answer["token"]
                self._until = datetime.datetime.fromisoformat(answer["expires_at"])
            return f"Bearer {self._token}"

    def renew(self, refused: str) -> bool:
        with self._turn:
            if refused == f"Bearer {self._token}":
                self._token = ""
            return True


def signed_claim(app: str, key: bytes, now: datetime.datetime) -> str:
    """The App's proof of itself (JWT, RS256), good for nine minutes; it starts a minute ago, since clocks differ.

    Raises Rejected when the key is none.
    """
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(key, None)
    except (ValueError, TypeError) as error:
        raise Rejected("GitHub App 的私钥读不出来，请重新下载并配置") from error
    if not isinstance(private, RSAPrivateKey):
        raise Rejected("GitHub App 的私钥要是 RSA 私钥")
    at = int(now.timestamp())
    claim = {"iat": at - 60, "exp": at + 540, "iss": app}
    text = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claim)}"
    signature = private.sign(text.encode(), PKCS1v15(), SHA256())
    return f"{text}.{_unpadded(signature)}"


def _part(value: object) -> str:
    return _unpadded(json.dumps(value, separators=(",", ":")).encode())


def _unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
