"""A key store in memory, for tests and rehearsals."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from mianzheng.errors import Rejected


class MemoryKeyStore:
    """A `KeyStore` whose keys end with the process."""

    def __init__(self) -> None:
        self._keys: dict[bytes, bytes] = {}

    def create(self) -> bytes:
        """See the port."""
        wrapped = secrets.token_bytes(16)
        self._keys[wrapped] = secrets.token_bytes(32)
        return wrapped

    def seal(self, wrapped: bytes, context: str, plain: bytes) -> bytes:
        """See the port."""
        nonce = secrets.token_bytes(16)
        body = _mixed(self._key(wrapped), nonce, plain)
        return nonce + _proof(self._key(wrapped), context, nonce + body) + body

    def open(self, wrapped: bytes, context: str, sealed: bytes) -> bytes:
        """See the port."""
        nonce, proof, body = sealed[:16], sealed[16:48], sealed[48:]
        if not hmac.compare_digest(proof, _proof(self._key(wrapped), context, nonce + body)):
            raise Rejected("密文、密钥和用途对不上")
        return _mixed(self._key(wrapped), nonce, body)

    def _key(self, wrapped: bytes) -> bytes:
        if wrapped not in self._keys:
            raise Rejected("不是本机的密钥")
        return self._keys[wrapped]


def _proof(key: bytes, context: str, content: bytes) -> bytes:
    return hmac.digest(key, context.encode() + b"\0" + content, "sha256")


def _mixed(key: bytes, nonce: bytes, content: bytes) -> bytes:
    stream = hashlib.shake_256(key + nonce).digest(len(content))
    return bytes(a ^ b for a, b in zip(content, stream, strict=True))
