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
from mianzheng.views.blanks import Cut

SHELL_FOLDER = "shells"
EVERYWHERE = ("ROBOTS", "CANONICAL", "BANNER", "PLACES", "FOOT")
SHELL_ONLY = ("TITLE", "DESCRIPTION", "HEAD", "CLASS", "BODY")
_MARKER = re.compile(rf"ZM({'|'.join(EVERYWHERE + SHELL_ONLY)})ZM")


class ShellError(CatalogError):
    """The generator's output lacks a page or a marker word."""


def cut(path: Path, *, shell: bool) -> Cut:
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
    return Cut(texts, markers)


@dataclass(frozen=True)
class Shells:
    """The shells by depth, and the hand-written pages by address."""

    by_depth: tuple[Cut, ...]
    pages: Mapping[str, Cut]


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
