"""Two commits of the catalog's repository side by side, as the review report and its gate see a proposal."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from mianzheng.catalog_files.cache import without_collection
from mianzheng.catalog_files.loading import Loaded, load
from mianzheng.catalog_files.repository import repository_of
from mianzheng.catalog_files.sources import CommitSource
from mianzheng.changes import affected_files, forbidden_changes
from mianzheng.errors import BadArgument, CatalogNotFound
from mianzheng.model import Finding
from mianzheng.rules import check


@dataclass(frozen=True)
class Comparison:
    """The catalog before and after, the changed files (paths in the catalog folder), and what the rules find there.

    `head` is the id of the newer commit: approvals are given to it.
    """

    before: Loaded
    after: Loaded
    changed: frozenset[str]
    findings: tuple[Finding, ...]
    head: str


def compare(folder: Path, base: str, head: str, today: str) -> Comparison:
    """What `head` changes since it left `base`. Raises CatalogNotFound, BadArgument for files outside the catalog."""
    repository, inside = repository_of(folder)
    newer = CommitSource(repository, head, inside)
    older = CommitSource(repository, _fork(repository, base, newer.commit), inside)
    changed = _changed(repository, inside, older.commit, newer.commit)
    with without_collection():
        before = load(older)
        after = load(newer, known=before.readings)
        findings = after.findings + check(after.catalog, today=today, changed=changed)
        findings += forbidden_changes(before.catalog, after.catalog)
    touched = affected_files(after.catalog, changed) | affected_files(before.catalog, changed)
    concerned = after.located([one for one in findings if one.file in touched])
    return Comparison(before, after, frozenset(changed), tuple(concerned), newer.commit)


def _changed(repository: Path, inside: str, base: str, head: str) -> set[str]:
    names = _git(repository, "diff", "--name-only", "--no-renames", "-z", "--end-of-options", base, head).split("\0")
    outside = sorted(name for name in names if name and not name.startswith(f"{inside}/"))
    if outside:
        raise BadArgument(f"清单调整只能改 {inside}/ 里的文件，这里还改了：{'、'.join(outside[:5])}。请分开提出。")
    return {name[len(inside) + 1 :] for name in names if name}


def _fork(repository: Path, base: str, head: str) -> str:
    """The commit at which `head` left `base`: what has come to `base` since is no part of the proposal."""
    return _git(repository, "merge-base", "--end-of-options", base, head).strip()


def _git(repository: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(repository), *arguments], capture_output=True, check=False, encoding="utf-8"
    )
    if done.returncode:
        raise CatalogNotFound(f"无法比较：找不到提交 {arguments[-2]} 或 {arguments[-1]}，或者两者没有共同的来源")
    return done.stdout
