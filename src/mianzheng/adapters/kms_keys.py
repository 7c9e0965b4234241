"""A `KeyStore` whose master key never leaves AWS KMS; personal data is encrypted here, AES-256-GCM.

A data key is made and wrapped by KMS. Rotation is KMS's own: what older key material wrapped still opens.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import cached_property
from typing import Any

from mianzheng.adapters import sealing
from mianzheng.errors import Rejected, Unavailable
from mianzheng.ports import KeyStore

_FORMAT = b"\x02"
_PROOF = 32
_PURPOSE = {"purpose": "mianzheng-case"}


def connected() -> Any:
    """A client of KMS."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    return boto3.client("kms", config=config)


class KMSKeyStore(KeyStore):
    """`key` is the ARN of the master key. Wrapped key: format, proof, KMS's blob. Sealed data: sealing.py.

    The proof ties blob, master key and data key together, so that a mix-up is noticed before anything is sealed.
    """

    def __init__(self, key: str, client: Callable[[], Any] = connected) -> None:
        self._key = key
        self._connect = client

    @cached_property
    def _kms(self) -> Any:
        return self._connect()

    def create(self) -> bytes:
        answer = self._call("generate_data_key", KeyId=self._key, KeySpec="AES_256", EncryptionContext=_PURPOSE)
        return self._proven(bytes(answer["Plaintext"]), bytes(answer["CiphertextBlob"]))

    def seal(self, wrapped: bytes, context: str, plain: bytes) -> bytes:
        return sealing.seal(self.unwrap(wrapped), context, plain)

    def open(self, wrapped: bytes, context: str, sealed: bytes) -> bytes:
        return sealing.unseal(self.unwrap(wrapped), context, sealed)

    def wrap(self, data_key: bytes) -> bytes:
        """See `rewrapping.MasterKey`; functions may not do it, only who moves cases."""
        answer = self._call("encrypt", KeyId=self._key, Plaintext=data_key, EncryptionContext=_PURPOSE)
        return self._proven(data_key, bytes(answer["CiphertextBlob"]))

    def unwrap(self, wrapped: bytes) -> bytes:
        """See `rewrapping.MasterKey`."""
        proof, blob = wrapped[1 : 1 + _PROOF], wrapped[1 + _PROOF :]
        if wrapped[:1] != _FORMAT or not blob:
            raise _foreign()
        # 指明 KeyId：别的主密钥包的，KMS 会拒绝
        answer = self._call("decrypt", KeyId=self._key, CiphertextBlob=blob, EncryptionContext=_PURPOSE)
        plain = bytes(answer["Plaintext"])
        if not hmac.compare_digest(proof, self._proof(plain, blob)):
            raise _foreign()
        return plain

    def _proven(self, plain: bytes, blob: bytes) -> bytes:
        return _FORMAT + self._proof(plain, blob) + blob

    def _proof(self, plain: bytes, blob: bytes) -> bytes:
        return hmac.digest(plain, b"mianzheng " + self._key.encode() + b" " + blob, "sha256")

    def _call(self, operation: str, **wish: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._kms, operation)(**wish)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in ("InvalidCiphertextException", "IncorrectKeyException", "ValidationException"):
                raise _foreign() from error
            raise Unavailable(f"密钥服务没有办成（{code}），请稍后再试。") from error
        except BotoCoreError as error:
            raise Unavailable("密钥服务连不上，请稍后再试。") from error


def _foreign() -> Rejected:
    return Rejected("数据密钥不是用这把主密钥包的，无法解开，请检查 KMS 密钥是否换过。")
