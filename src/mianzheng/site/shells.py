"""Shells: pages that the generator built once, cut at their marker words.

The generator (MkDocs today) builds every hand-written page and one empty page for each depth of folders, because links
are relative. Whatever generator that is, all it owes us are the marker words; each is asserted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mianzheng.errors import CatalogError

SHELL_FOLDER = "shells"
EVERYWHERE = ("ROBOTS", "CANONICAL", "BANNER", "PLACES", "FOOT")
SHELL_ONLY = ("TITLE", "DESCRIPTION", "HEAD", "CLASS", "BODY")
_MARKER = re.compile(rf"ZM({'|'.join(EVERYWHERE + SHELL_ONLY)})ZM")


class ShellError(CatalogError):
    """The generator's output lacks a page or a marker word."""


@dataclass(frozen=True)
class Shell:
    """A page cut into pieces: text, marker, text, marker, … text."""

    texts: tuple[str, ...]
    markers: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> str:
        """The page with every marker replaced. Raises KeyError when a value is missing."""
        parts = [self.texts[0]]
        for marker, text in zip(self.markers, self.texts[1:], strict=True):
            parts.append(values[marker])
            parts.append(text)
        return "".join(parts)

    def fill_partly(self, values: Mapping[str, str]) -> Shell:
        """The shell with these markers replaced and the others left, for what is the same on many pages."""
        texts, markers = [self.texts[0]], []
        for marker, text in zip(self.markers, self.texts[1:], strict=True):
            if marker in values:
                texts[-1] += values[marker] + text
            else:
                markers.append(marker)
                texts.append(text)
        return Shell(tuple(texts), tuple(markers))


def cut(path: Path, *, shell: bool) -> Shell:
    """Cut one built page. Raises ShellError naming the page and the markers it lacks."""
    try:
        html = path.read_text("utf-8")
    except OSError as error:
        raise ShellError(f"缺少页面外壳 {path}：{error.strerror}") from error
    html = re.sub(r"\s*\n\s*", "\n", html).strip() + "\n"
    pieces = _MARKER.split(html)
    texts, markers = tuple(pieces[::2]), tuple(pieces[1::2])
    wanted = EVERYWHERE + SHELL_ONLY if shell else EVERYWHERE
    absent = [f"ZM{name}ZM" for name in wanted if name not in markers]
    if absent:
        raise ShellError(f"页面外壳 {path} 缺少标记：{'、'.join(absent)}")
    return Shell(texts, markers)


@dataclass(frozen=True)
class Shells:
    """The shells by depth, and the hand-written pages by address."""

    by_depth: tuple[Shell, ...]
    pages: Mapping[str, Shell]


def read_shells(folder: Path) -> Shells:
    """All built pages of the generator's output folder. Raises ShellError."""
    nested = ["", f"{SHELL_FOLDER}/", f"{SHELL_FOLDER}/a/", f"{SHELL_FOLDER}/a/b/", f"{SHELL_FOLDER}/a/b/c/"]
    nested.append(f"{SHELL_FOLDER}/a/b/c/d/")
    by_depth = tuple(cut(folder / path / "index.html", shell=True) for path in nested)
    pages = {}
    for file in sorted(folder.rglob("*.html")):
        path = file.relative_to(folder).as_posix()
        if path != "index.html" and not path.startswith(f"{SHELL_FOLDER}/"):
            pages[path] = cut(file, shell=False)
    return Shells(by_depth, pages)


def depth_of(url: str) -> int:
    """How many folders down a page lies: 0 for the home page."""
    return url.count("/")


def root_from(url: str) -> str:
    """The way from a page to the root of the site: `../../` or `./`."""
    return "../" * depth_of(url) or "./"
