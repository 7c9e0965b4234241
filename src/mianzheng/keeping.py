"""What is kept between runs in the build folder, and used again only by the program that made it.

Files are written as a whole and renamed into place. What is broken or cannot be written costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

T = TypeVar("T")
_answers: dict[str, dict[str, Any]] = defaultdict(dict)


@cache
def program_digest() -> bytes:
    """Sixteen bytes for all our modules, taken once: what runs does not change when its files do."""
    digest = hashlib.blake2b(digest_size=16)
    for file in sorted(Path(__file__).resolve().parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.digest()


def keep(file: Path, content: bytes) -> None:
    """Write a file if the disk takes it."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        fresh.write_bytes(content)
        fresh.replace(file)


def once(file: Path, of: bytes, make: Callable[[], T], shape: Any) -> T:
    """What was made the last time, if it was made of the same; `of` is a digest of everything that `make` reads.

    `shape` is the type of what is made, for reading it again.
    """
    with suppress(OSError, ValueError):
        made_of, made = msgspec.msgpack.decode(file.read_bytes(), type=tuple[bytes, shape])
        if made_of == of:
            return cast(T, made)
    fresh = make()
    keep(file, msgspec.msgpack.encode((of, fresh)))
    return fresh


def answers(sort: str) -> dict[str, Any]:
    """What slow libraries said that always say the same, by question. Whoever asks one puts in what it said."""
    return _answers[sort]


@contextmanager
def answers_kept(file: Path, program: bytes) -> Iterator[None]:
    """Know what a former run of the same `program` was told, and leave to the next what this one was told."""
    with suppress(OSError, ValueError):
        of, known = msgspec.msgpack.decode(file.read_bytes(), type=tuple[bytes, dict[str, dict[str, Any]]])
        if of == program:
            for sort, said in known.items():
                _answers[sort].update(said)
    before = sum(map(len, _answers.values()))
    yield
    if sum(map(len, _answers.values())) != before:
        keep(file, msgspec.msgpack.encode((program, _answers)))
