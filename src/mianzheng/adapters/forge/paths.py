"""Which branches and files a proposal may touch: whitelists, so that nothing has to be foreseen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from mianzheng.errors import Rejected
from mianzheng.ports.forge import Commit

MAIN = "main"
FILE = 0o100644
FOLDER = 0o040000

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_BRANCH = re.compile(r"[a-z][a-z0-9-]*(/[A-Za-z0-9_-]+)+")


class Entry(NamedTuple):
    """One name in a git tree: its mode and the id of its object."""

    mode: int
    id: str


Entries = Callable[[str], Mapping[str, Entry]]
"""The names in a tree, by its id."""


def checked_branch(branch: str) -> str:
    """The branch if it may be written: it has a prefix, so it is never the main one. Raises Rejected."""
    if len(branch) > 200 or not _BRANCH.fullmatch(branch):
        raise Rejected(f"分支名 {branch!r} 不能用：要写成 proposals/编号 的样子")
    return branch


def checked_path(path: str, folder: str) -> tuple[str, ...]:
    """A path's segments. Raises Rejected unless it is a plain relative path below `folder`."""
    segments = tuple(path.split("/"))
    plain = all(_SEGMENT.fullmatch(segment) for segment in segments)
    if not plain or len(path) > 400 or segments[0] != folder or len(segments) < 2:
        raise Rejected(f"不能改 {path!r}：只能改 {folder}/ 里的文件，名字限于字母、数字和 . _ -")
    return segments


def present(root: str, paths: Iterable[str], folder: str, entries: Entries) -> dict[str, Entry | None]:
    """What stands at each path in the tree `root`, None for nothing.

    Raises Rejected for a path that leads through or onto anything but folders and plain files (links, submodules), or
    that differs from a present name only in case: on some disks the two would be one file.
    """
    listed: dict[str, Mapping[str, Entry]] = {}
    found: dict[str, Entry | None] = {}
    for path in paths:
        found[path] = _follow(root, path, checked_path(path, folder), lambda tree: _once(listed, tree, entries))
    return found


def _once(listed: dict[str, Mapping[str, Entry]], tree: str, entries: Entries) -> Mapping[str, Entry]:
    if tree not in listed:
        listed[tree] = entries(tree)
    return listed[tree]


def _follow(root: str, path: str, segments: Sequence[str], entries: Entries) -> Entry | None:
    entry: Entry | None = Entry(FOLDER, root)
    for depth, segment in enumerate(segments, start=1):
        if entry is None:
            break
        names = entries(entry.id)
        entry = names.get(segment)
        if entry is None and any(name.lower() == segment.lower() for name in names):
            raise Rejected(f"不能改 {path!r}：已有只差大小写的 {segment}")
        if entry and entry.mode != (FILE if depth == len(segments) else FOLDER):
            raise Rejected(f"不能改 {path!r}：{segment} 不是普通的文件或文件夹")
    return entry


def checked_change(root: str, commit: Commit, folder: str, entries: Entries) -> None:
    """Raises Rejected when a commit names no files, a path that may not be written, or deletes what is not there.

    Content is text in UTF-8: that is what every forge keeps byte for byte.
    """
    if not commit.files:
        raise Rejected("提交里没有文件")
    for path, content in commit.files.items():
        _checked_content(path, content or b"")
    found = present(root, commit.files, folder, entries)
    absent = [path for path, content in commit.files.items() if content is None and found[path] is None]
    if absent:
        raise Rejected(f"要删的文件不存在：{'、'.join(absent)}")
    paths = set(commit.files)
    inside = [
        path for path in paths if any("/".join(path.split("/")[:n]) in paths for n in range(1, path.count("/") + 1))
    ]
    if inside:
        raise Rejected(f"同一个名字不能又是文件又是文件夹：{'、'.join(sorted(inside))}")


def _checked_content(path: str, content: bytes) -> None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejected(f"{path} 不是 UTF-8 文字") from error
    if "\0" in text:
        raise Rejected(f"{path} 里有不能出现的字符")
