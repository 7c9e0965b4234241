"""One contract for every `FileStore`: a further adapter joins with a line in `STORES`."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mianzheng.adapters.disk_files import DiskFileStore
from mianzheng.adapters.memory_files import MemoryFileStore
from mianzheng.adapters.s3 import Bucket, S3FileStore
from mianzheng.errors import RecordNotFound, Rejected, Unavailable
from mianzheng.ports import FileStore

NAME = "complaint/cp-0123456789abcdef/f-0123456789abcdef"
CONTENT = bytes(range(256)) * 5000
STORES: dict[str, Callable[[pytest.FixtureRequest], FileStore]] = {
    "memory": lambda test: MemoryFileStore(),
    "disk": lambda test: DiskFileStore(test.getfixturevalue("tmp_path") / "files"),
    "s3": lambda test: S3FileStore(test.getfixturevalue("bucket").under("files/")),
}
"""Makes an empty store for a test."""


@pytest.fixture(params=sorted(STORES))
def files(request: pytest.FixtureRequest) -> FileStore:
    return STORES[request.param](request)


@pytest.mark.parametrize("content", [b"", b"x", CONTENT], ids=["empty", "short", "long"])
def test_what_was_put_comes_back(files: FileStore, content: bytes) -> None:
    files.put(NAME, content)
    assert files.get(NAME) == content


def test_putting_the_same_again_is_harmless_and_other_content_is_refused(files: FileStore) -> None:
    files.put(NAME, CONTENT)
    files.put(NAME, CONTENT)
    with pytest.raises(Rejected, match="别的内容"):
        files.put(NAME, CONTENT + b"!")
    assert files.get(NAME) == CONTENT


def test_what_is_not_there_is_not_found(files: FileStore) -> None:
    with pytest.raises(RecordNotFound):
        files.get(NAME)


def test_removing_is_for_good_and_may_be_repeated(files: FileStore) -> None:
    files.remove(NAME)
    files.put(NAME, CONTENT)
    other = NAME[:-1] + "0"
    files.put(other, b"other")
    files.remove(NAME)
    files.remove(NAME)
    with pytest.raises(RecordNotFound):
        files.get(NAME)
    assert files.get(other) == b"other"
    files.put(NAME, b"again")
    assert files.get(NAME) == b"again"


def test_names_of_cases_do_not_mix(files: FileStore) -> None:
    names = [NAME, NAME.replace("complaint", "objection"), NAME.replace("cp-0", "cp-1"), NAME.replace("f-0", "f-1")]
    for number, name in enumerate(names):
        files.put(name, bytes([number]))
    assert [files.get(name) for name in names] == [bytes([number]) for number in range(4)]


@pytest.mark.parametrize(
    "name",
    ["", "x", "complaint/cp-1", "complaint/../f-1", "complaint/cp-1/../../x", "/complaint/cp-1/f-1", "complaint/cp-1/.",
     "complaint/cp-1/a.jpg", "complaint/cp-1/a\\b", "complaint/cp-1/f-1\n", "complaint/cp-1/f-1/x", "complaint//f-1"],
)  # fmt: skip
def test_a_name_that_is_none_reaches_nothing(files: FileStore, name: str) -> None:
    for use in (lambda: files.put(name, b""), lambda: files.get(name), lambda: files.remove(name)):
        with pytest.raises(ValueError, match="name"):
            use()


def test_of_many_who_put_different_content_one_wins(files: FileStore) -> None:
    def put(number: int) -> bool:
        try:
            files.put(NAME, bytes([number]) * 100_000)
        except Rejected:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(put, range(16)))
    assert won.count(True) == 1
    assert files.get(NAME) == bytes([won.index(True)]) * 100_000


class TestDisk:
    """What only a folder can get wrong."""

    def test_only_the_owner_may_read(self, tmp_path: Path) -> None:
        DiskFileStore(tmp_path / "files").put(NAME, CONTENT)
        modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "files").rglob("*")}
        assert modes == {0}

    @pytest.mark.parametrize("call", ["write", "fsync", "link"])
    def test_a_full_disk_leaves_nothing_behind(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
    ) -> None:
        def full(*arguments: object) -> None:
            raise OSError(28, "no space")

        files = DiskFileStore(tmp_path / "files")
        with monkeypatch.context() as patch:
            if call == "write":
                patch.setattr("mianzheng.adapters.disk_files._write", full)
            else:
                patch.setattr(os, call, full)
            with pytest.raises(Unavailable):
                files.put(NAME, CONTENT)
        assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
        files.put(NAME, CONTENT)
        assert files.get(NAME) == CONTENT

    def test_removing_clears_what_a_killed_put_left(self, tmp_path: Path) -> None:
        files = DiskFileStore(tmp_path / "files")
        left = tmp_path / "files" / NAME
        left.parent.mkdir(parents=True)
        left.with_name(f".{left.name}.0a0b0c0d").write_bytes(b"half")
        files.remove(NAME)
        assert not left.parent.exists()

    def test_a_folder_that_cannot_be_used_is_unavailable(self, tmp_path: Path) -> None:
        (tmp_path / "files").write_text("in the way")
        files = DiskFileStore(tmp_path / "files")
        for use in (lambda: files.put(NAME, b""), lambda: files.get(NAME)):
            with pytest.raises(Unavailable):
                use()


class TestS3:
    """What only a bucket can get wrong."""

    def test_a_bucket_that_is_not_there_is_unavailable_and_not_an_absent_file(self, bucket: Bucket) -> None:
        files = S3FileStore(Bucket("no-such-bucket", client=lambda: bucket.client))
        for use in (lambda: files.put(NAME, b""), lambda: files.get(NAME), lambda: files.remove(NAME)):
            with pytest.raises(Unavailable):
                use()

    def test_a_folder_of_files_copied_name_by_name_is_a_bucket_of_files(self, bucket: Bucket, tmp_path: Path) -> None:
        """How files move to AWS (docs/deploy/aws.md), and back."""
        here, there = DiskFileStore(tmp_path), S3FileStore(bucket.under("files/"))
        here.put(NAME, CONTENT)
        for path in (path for path in tmp_path.rglob("*") if path.is_file()):
            bucket.write(f"files/{path.relative_to(tmp_path).as_posix()}", path.read_bytes(), "binary/octet-stream")
        assert there.get(NAME) == CONTENT
        there.put(NAME, CONTENT)

    def test_files_lie_under_their_prefix_and_nothing_else_of_the_bucket_is_reached(self, bucket: Bucket) -> None:
        bucket.write("mailboxes.yaml", b"{}", "application/yaml")
        S3FileStore(bucket.under("files/")).put(NAME, CONTENT)
        found = bucket.client.list_objects_v2(Bucket=bucket.name)["Contents"]
        assert [one["Key"] for one in found] == [f"files/{NAME}", "mailboxes.yaml"]
