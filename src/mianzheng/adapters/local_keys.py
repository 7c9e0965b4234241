"""A `KeyStore` on one machine: master keys in a file that only its owner can read, AES-256-GCM.

One line a master key, `<id> <64 hexadecimal digits>`; the last one wraps new data keys, earlier ones only open what
they wrapped. Whoever loses the file loses all sealed data: it belongs into a backup of its own.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from mianzheng.adapters import sealing
from mianzheng.errors import Rejected, Unavailable
from mianzheng.ports import KeyStore

_FORMAT = b"\x01"
_LINE = re.compile(r"([0-9a-f]{8}) ([0-9a-f]{64})")
_HEAD = "# 主密钥。丢了它，已加密的个人信息就再也打不开；请单独备份，不要给别人看。"


class LocalKeyStore(KeyStore):
    """Wrapped key: format, id of the master key, nonce, ciphertext. Sealed data: see adapters/sealing.py."""

    def __init__(self, file: Path) -> None:
        """Raises Unavailable (not there, not readable), Rejected (readable by others, not a key file)."""
        self._masters = _read(file)
        self._current = next(reversed(self._masters))

    def create(self) -> bytes:
        return self.wrap(secrets.token_bytes(32))

    def seal(self, wrapped: bytes, context: str, plain: bytes) -> bytes:
        return sealing.seal(self.unwrap(wrapped), context, plain)

    def open(self, wrapped: bytes, context: str, sealed: bytes) -> bytes:
        return sealing.unseal(self.unwrap(wrapped), context, sealed)

    def wrap(self, data_key: bytes) -> bytes:
        """See `rewrapping.MasterKey`."""
        nonce = secrets.token_bytes(sealing.NONCE)
        named = _FORMAT + self._current
        return named + nonce + sealing.cipher(self._masters[self._current]).encrypt(nonce, data_key, named)

    def unwrap(self, wrapped: bytes) -> bytes:
        """See `rewrapping.MasterKey`."""
        named, rest = wrapped[:5], wrapped[5:]
        master = self._masters.get(named[1:])
        if named[:1] != _FORMAT or master is None:
            raise Rejected("数据密钥不是用本机密钥文件里的主密钥包的，请检查密钥文件是否换过。")
        return sealing.opened(sealing.cipher(master), rest, named)


def create_key_file(file: Path) -> None:
    """Make a key file with a first master key, whole or not at all. Raises FileExistsError when there is one."""
    fresh = _written_beside(file, f"{_HEAD}\n{_new_line()}\n")
    try:
        os.link(fresh, file)
    finally:
        fresh.unlink()


def add_master_key(file: Path) -> None:
    """From now on new data keys are wrapped by a new master key; the earlier ones stay. Raises as LocalKeyStore."""
    _read(file)
    _written_beside(file, f"{file.read_text('utf-8').rstrip()}\n{_new_line()}\n").replace(file)


def _new_line() -> str:
    return f"{secrets.token_hex(4)} {secrets.token_hex(32)}"


def _written_beside(file: Path, text: str) -> Path:
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    return fresh


def _read(file: Path) -> dict[bytes, bytes]:
    """Master keys by their ids, oldest first."""
    try:
        mode = file.stat().st_mode & 0o777
        text = file.read_text("utf-8")
    except OSError as error:
        raise Unavailable(f"密钥文件 {file} 读不了：{error.strerror}。") from error
    except UnicodeDecodeError as error:
        raise Rejected(f"{file} 不是密钥文件。") from error
    if mode & 0o077:
        raise Rejected(f"密钥文件 {file} 能被别人读到（权限 {mode:o}），请运行 chmod 600 {file}")
    masters = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise Rejected(f"密钥文件 {file} 第 {number} 行不是主密钥，请用备份恢复。")
        masters[bytes.fromhex(found[1])] = bytes.fromhex(found[2])
    if not masters:
        raise Rejected(f"密钥文件 {file} 里没有主密钥，请用备份恢复。")
    return masters
