"""Keys of one machine: master keys in a file that only its owner reads, data keys wrapped by them (AES-256-GCM)."""

from __future__ import annotations

import base64
import json
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from mianzheng.errors import BadArgument, Rejected, Unavailable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ID, _NONCE = 4, 12


class LocalKeyStore:
    """A `KeyStore` over a key file, which is made when it is not there. Whoever loses it loses the personal data.

    The file holds several master keys, the newest first: `rotated` adds one, older ones still open what they wrapped.
    Raises BadArgument when others may read the file, Unavailable when it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            _write(path, {_new_id(): _text(secrets.token_bytes(32))})
        try:
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise BadArgument(f"密钥文件 {path} 别人也能读，请改成只有自己能读：chmod 600 {path}")
            kept: dict[str, str] = json.loads(path.read_text("utf-8"))
        except OSError as error:
            raise Unavailable(f"密钥文件 {path} 读不了") from error
        except ValueError as error:
            raise BadArgument(f"密钥文件 {path} 不完整，请从备份恢复") from error
        self._masters = {bytes.fromhex(id): base64.b64decode(key) for id, key in kept.items()}

    def create(self) -> bytes:
        """See the port."""
        id, master = next(iter(self._masters.items()))
        nonce = secrets.token_bytes(_NONCE)
        return id + nonce + _cipher(master).encrypt(nonce, secrets.token_bytes(32), b"data key")

    def seal(self, wrapped: bytes, context: str, plain: bytes) -> bytes:
        """See the port."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + _cipher(self._unwrapped(wrapped)).encrypt(nonce, plain, context.encode())

    def open(self, wrapped: bytes, context: str, sealed: bytes) -> bytes:
        """See the port."""
        return _opened(_cipher(self._unwrapped(wrapped)), sealed, context.encode())

    def rotated(self) -> LocalKeyStore:
        """This store with one more master key, used for all new data keys; written to the file."""
        kept = {_new_id(): _text(secrets.token_bytes(32))}
        _write(self._path, kept | {id.hex(): _text(key) for id, key in self._masters.items()})
        return LocalKeyStore(self._path)

    def _unwrapped(self, wrapped: bytes) -> bytes:
        master = self._masters.get(wrapped[:_ID])
        if master is None:
            raise Rejected("这份密钥不是本机的")
        return _opened(_cipher(master), wrapped[_ID:], b"data key")


def _opened(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], context)
    except (InvalidTag, ValueError):
        raise Rejected("密文、密钥和用途对不上") from None


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _write(path: Path, keys: dict[str, str]) -> None:
    """Replace the file as a whole, readable by its owner only from the first byte on."""
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump(keys, opened, indent=1)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(path)


def _new_id() -> str:
    return secrets.token_bytes(_ID).hex()


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
