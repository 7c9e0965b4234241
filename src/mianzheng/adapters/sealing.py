"""Sealing with a data key: AES-256-GCM, the same bytes under whatever master key, so that only wrapped keys change when
cases move."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from mianzheng.errors import Rejected

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
_FORMATS = (b"\x01", b"\x02")
"""One format under two numbers: what a local key file and what KMS began with."""


def seal(data_key: bytes, context: str, plain: bytes) -> bytes:
    """Format, nonce, ciphertext."""
    nonce = secrets.token_bytes(NONCE)
    return _FORMATS[0] + nonce + cipher(data_key).encrypt(nonce, plain, context.encode())


def unseal(data_key: bytes, context: str, sealed: bytes) -> bytes:
    """What was sealed. Raises Rejected when key, context or ciphertext do not fit together."""
    if sealed[:1] not in _FORMATS:
        raise Rejected("密文的格式不认识，无法解开。")
    return opened(cipher(data_key), sealed[1:], context.encode())


def cipher(key: bytes) -> AESGCM:
    """The cipher of a key; compiled code, loaded with the first one."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def opened(with_key: AESGCM, data: bytes, context: bytes) -> bytes:
    """The plain bytes of nonce and ciphertext. Raises Rejected."""
    from cryptography.exceptions import InvalidTag

    try:
        return with_key.decrypt(data[:NONCE], data[NONCE:], context)
    except (InvalidTag, ValueError) as error:
        raise Rejected("密钥、用途和密文对不上，无法解开。") from error
