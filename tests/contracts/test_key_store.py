"""One contract for every `KeyStore`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mianzheng.adapters.kms_keys import KMSKeyStore
from mianzheng.adapters.local_keys import LocalKeyStore, add_master_key, create_key_file
from mianzheng.errors import Rejected, Unavailable
from mianzheng.ports import KeyStore
from tests.stand_ins.cloud import Cloud

CONTEXT = "complaint/c1/phone"
PLAIN = "电话 13900000000".encode()


class KeyStoreContract:
    """What every adapter promises; `keys` and `foreign` (another owner's) are given by the subclass."""

    @pytest.mark.parametrize("plain", [b"", PLAIN, b"\x00" * 100_000], ids=["empty", "short", "long"])
    def test_what_was_sealed_opens_again(self, keys: KeyStore, plain: bytes) -> None:
        wrapped = keys.create()
        assert keys.open(wrapped, CONTEXT, keys.seal(wrapped, CONTEXT, plain)) == plain

    def test_neither_key_nor_sealed_data_shows_what_is_in_it(self, keys: KeyStore) -> None:
        wrapped = keys.create()
        sealed = [keys.seal(wrapped, CONTEXT, PLAIN) for _ in range(2)]
        assert sealed[0] != sealed[1]
        assert not any(PLAIN[n : n + 4] in data for data in sealed for n in range(len(PLAIN) - 4))
        assert len({keys.create() for _ in range(100)}) == 100

    @pytest.mark.parametrize("part", ["key", "context", "ciphertext", "its end", "its format", "key cut", "all"])
    def test_what_does_not_fit_together_does_not_open(self, keys: KeyStore, part: str) -> None:
        wrapped = keys.create()
        sealed = keys.seal(wrapped, CONTEXT, PLAIN)
        keys_, context, data = {
            "key": (keys.create(), CONTEXT, sealed),
            "context": (wrapped, "complaint/c2/phone", sealed),
            "ciphertext": (wrapped, CONTEXT, sealed[:-1] + bytes([sealed[-1] ^ 1])),
            "its end": (wrapped, CONTEXT, sealed[:-1]),
            "its format": (wrapped, CONTEXT, b"\x7f" + sealed[1:]),
            "key cut": (wrapped[:-1], CONTEXT, sealed),
            "all": (wrapped, CONTEXT, b""),
        }[part]
        with pytest.raises(Rejected, match="解开"):
            keys.open(keys_, context, data)

    def test_every_bit_of_a_wrapped_key_counts(self, keys: KeyStore) -> None:
        wrapped = keys.create()
        for number in range(len(wrapped)):
            damaged = wrapped[:number] + bytes([wrapped[number] ^ 0x80]) + wrapped[number + 1 :]
            with pytest.raises(Rejected):
                keys.seal(damaged, CONTEXT, PLAIN)

    @pytest.mark.parametrize("wrapped", [b"", b"x", b"\x01abcd"], ids=["empty", "short", "cut"])
    def test_a_key_that_is_none_is_refused(self, keys: KeyStore, wrapped: bytes) -> None:
        with pytest.raises(Rejected):
            keys.seal(wrapped, CONTEXT, PLAIN)

    def test_a_key_of_somebody_else_is_refused(self, keys: KeyStore, foreign: KeyStore) -> None:
        with pytest.raises(Rejected, match="主密钥"):
            keys.seal(foreign.create(), CONTEXT, PLAIN)


class TestLocal(KeyStoreContract):
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        create_key_file(tmp_path / "keys")
        return tmp_path / "keys"

    @pytest.fixture
    def keys(self, file: Path) -> KeyStore:
        return LocalKeyStore(file)

    @pytest.fixture
    def foreign(self, tmp_path: Path) -> KeyStore:
        create_key_file(tmp_path / "foreign")
        return LocalKeyStore(tmp_path / "foreign")

    def test_an_older_master_key_still_opens_and_a_newer_one_wraps(self, file: Path, keys: KeyStore) -> None:
        wrapped = keys.create()
        sealed = keys.seal(wrapped, CONTEXT, PLAIN)
        add_master_key(file)
        rotated = LocalKeyStore(file)
        assert rotated.open(wrapped, CONTEXT, sealed) == PLAIN
        assert rotated.seal(wrapped, CONTEXT, PLAIN)
        with pytest.raises(Rejected, match="主密钥"):
            keys.seal(rotated.create(), CONTEXT, PLAIN)

    def test_a_key_file_belongs_to_its_owner_alone_and_is_never_made_twice(self, file: Path) -> None:
        before = file.read_text("utf-8")
        add_master_key(file)
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.read_text("utf-8").startswith(before)
        with pytest.raises(FileExistsError):
            create_key_file(file)
        assert [path.name for path in file.parent.iterdir()] == ["keys"]

    @pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o666])
    def test_a_key_file_that_others_can_read_is_refused_with_the_cure(self, file: Path, mode: int) -> None:
        file.chmod(mode)
        with pytest.raises(Rejected, match=f"能被别人读到（权限 {mode:o}），请运行 chmod 600"):
            LocalKeyStore(file)
        with pytest.raises(Rejected):
            add_master_key(file)

    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda file: file.write_bytes(b"\xff\xfe"), "不是密钥文件"),
            (lambda file: file.write_text(file.read_text("utf-8")[:-9], "utf-8"), "第 2 行不是主密钥"),
            (lambda file: file.write_text("# 主密钥\n", "utf-8"), "没有主密钥"),
        ],
        ids=["no text", "cut off", "empty"],
    )
    def test_a_spoilt_key_file_is_refused(self, file: Path, spoil: Callable[[Path], object], said: str) -> None:
        spoil(file)
        with pytest.raises(Rejected, match=said):
            LocalKeyStore(file)

    def test_a_key_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable, match="nowhere 读不了"):
            LocalKeyStore(tmp_path / "nowhere")

    def test_the_text_of_a_key_appears_in_no_error(self, file: Path) -> None:
        secret = file.read_text("utf-8").split()[-1]
        file.write_text(f"{secret}\n", "utf-8")
        with pytest.raises(Rejected) as caught:
            LocalKeyStore(file)
        assert secret not in str(caught.value)


class TestKMS(KeyStoreContract):
    @pytest.fixture
    def keys(self, cloud: Cloud) -> KeyStore:
        return KMSKeyStore(cloud.key(), lambda: cloud.client("kms"))

    @pytest.fixture
    def foreign(self, cloud: Cloud) -> KeyStore:
        return KMSKeyStore(cloud.key(), lambda: cloud.client("kms"))

    def test_a_service_that_does_not_answer_is_unavailable_and_not_a_wrong_key(self, cloud: Cloud) -> None:
        nobody = KMSKeyStore("00000000-0000-0000-0000-000000000000", lambda: cloud.client("kms"))
        with pytest.raises(Unavailable, match="密钥服务"):
            nobody.create()
