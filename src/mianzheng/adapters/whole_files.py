"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mianzheng.errors import Unavailable


def put(folder: Path, name: str, content: bytes, mode: int = 0o700) -> None:
    """Write a file as a whole, in a folder that is made if need be. Raises Unavailable."""
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        fresh = folder / f".{name}.{os.getpid()}"
        fresh.write_bytes(content)
        fresh.replace(folder / name)
    except OSError as error:
        raise Unavailable(f"文件夹 {folder.name} 写不进去（{type(error).__name__}）") from None


@dataclass(frozen=True)
class FolderLiveFiles:
    """Live files in a folder."""

    folder: Path

    def read(self, name: str) -> bytes | None:
        """See the port."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"{name} 读不了（{type(error).__name__}）") from None

    def write(self, name: str, content: bytes) -> None:
        """See the port."""
        put(self.folder, name, content, 0o755)
