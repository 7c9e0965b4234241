"""Reading `live/*.json`, which jobs of the live side write. Absent means nothing to say; broken stops the build."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec

from mianzheng.errors import CatalogError
from mianzheng.views.live import Interim, Live, Notice, ProposalState, Statistics

PATIENCE = 10
"""Seconds to wait for the live side."""
_SHAPES: dict[str, Any] = {
    "notices": tuple[Notice, ...],
    "interims": tuple[Interim, ...],
    "proposals": tuple[ProposalState, ...],
    "statistics": Statistics,
}


class LiveUnreadable(CatalogError):
    """A file of the live side is there, but not as agreed; or the live side does not answer."""


def read_live(source: Path | str | None) -> Live:
    """All live files of a folder, or below an http(s) address; a folder that is not there has nothing to say.

    Raises LiveUnreadable naming the file and what is wrong.
    """
    found: dict[str, Any] = {}
    for name, shape in _SHAPES.items() if source is not None else ():
        where = f"{str(source).rstrip('/')}/{name}.json"
        content = _fetched(where) if isinstance(source, str) else _read(Path(where))
        if content is None:
            continue
        try:
            found[name] = msgspec.json.decode(content, type=shape)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise LiveUnreadable(f"{where} 读不懂：{error}。网站没有改动。") from error
    return Live(**found)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise LiveUnreadable(f"{path} 打不开：{error.strerror}。网站没有改动。") from error


def _fetched(address: str) -> bytes | None:
    import urllib.error  # with all of TLS, for those who ask for an address
    import urllib.request

    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            content: bytes = answer.read()
            return content
    except urllib.error.HTTPError as error:
        with error:
            if error.code == HTTPStatus.NOT_FOUND:
                return None
            raise LiveUnreadable(f"{address} 取不到：对方回答 {error.code}。网站没有改动。") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise LiveUnreadable(f"{address} 连不上：{reason}。请检查 --live 的地址，网站没有改动。") from error
