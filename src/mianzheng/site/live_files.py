"""Reading `live/*.json`, which jobs of the live side write. Absent means nothing to say; broken stops the build."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from mianzheng.errors import CatalogError
from mianzheng.views.live import Interim, Live, Notice, ProposalState, Statistics

_SHAPES: dict[str, Any] = {
    "notices": tuple[Notice, ...],
    "interims": tuple[Interim, ...],
    "proposals": tuple[ProposalState, ...],
    "statistics": Statistics,
}


class LiveUnreadable(CatalogError):
    """A file of the live side is there, but not as agreed."""


def read_live(folder: Path | None) -> Live:
    """All live files of a folder. Raises LiveUnreadable naming the file and what is wrong."""
    if folder is None or not folder.is_dir():
        return Live()
    found: dict[str, Any] = {}
    for name, shape in _SHAPES.items():
        path = folder / f"{name}.json"
        if not path.exists():
            continue
        try:
            found[name] = msgspec.json.decode(path.read_bytes(), type=shape)
        except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
            raise LiveUnreadable(f"{path} 读不懂：{error}。网站没有改动。") from error
    return Live(**found)
