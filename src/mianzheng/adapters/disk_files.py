"""A `FileStore` in a folder: one file a name, written beside and linked into place when every byte is on the disk."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from mianzheng.adapters.memory_files import GONE, TAKEN, checked
from mianzheng.errors import RecordNotFound, Rejected, Unavailable
from mianzheng.ports import FileStore

FOLDER = "files"
"""Its name inside the data folder."""


class DiskFileStore(FileStore):
    """Files that only their owner may read; folders of cases come and go with their files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        place = self._place(name)
        try:
            self._made(place.parent)
            fresh = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
            try:
                _write(fresh, content)
                os.link(fresh, place)
            finally:
                fresh.unlink(missing_ok=True)
            _fsync(place.parent)
        except FileExistsError:
            if self.get(name) != content:
                raise Rejected(TAKEN) from None
            with _unavailable():
                _fsync(place.parent)
        except OSError as error:
            raise _down(error) from None

    def get(self, name: str) -> bytes:
        try:
            return self._place(name).read_bytes()
        except FileNotFoundError:
            raise RecordNotFound(GONE) from None
        except OSError as error:
            raise _down(error) from None

    def remove(self, name: str) -> None:
        place = self._place(name)
        with _unavailable():
            for part in (place, *place.parent.glob(f".{place.name}.*")):
                part.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # others are in it, or it is gone
                place.parent.rmdir()

    def _place(self, name: str) -> Path:
        return self._folder / checked(name)

    def _made(self, folder: Path) -> None:
        """The folder of a case, with its place in the folder above on the disk too."""
        if folder.is_dir():
            return
        for made in (self._folder, folder.parent, folder):
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
            _fsync(made.parent)


def _write(file: Path, content: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _down(error) from None


def _down(error: OSError) -> Unavailable:
    return Unavailable(f"附件文件夹现在用不了（{type(error).__name__}），请稍后再试。")
