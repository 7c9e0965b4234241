"""Merging by whole files: what both sides changed differently is for people, or for a merge by field, to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mianzheng.adapters.forge.git_branches import GitBranches
from mianzheng.adapters.forge.paths import FILE, Entry, present
from mianzheng.errors import MovedOn, Rejected

if TYPE_CHECKING:
    from dulwich.objects import TreeEntry


def merged_tree(git: GitBranches, main: str, head: str, folder: str) -> str:
    """The tree of `main` with what `head` changed since they parted, written; returns its id.

    Raises MovedOn when both changed a file, Rejected when `head` touches anything but plain files in `folder`.
    """
    ours = git.commit(main).tree.decode()
    changes = _changes(git, _parting(git, main, head), head)
    there = present(ours, changes, folder, git.entries)
    conflicts = [path for path, (old, new) in changes.items() if there[path] not in (old, new)]
    if conflicts:
        listed = "、".join(sorted(conflicts)[:5])
        raise MovedOn(f"清单里的 {listed} 在这次申请之后又被改过，要先按现在的内容重新整理，再合并")
    return git.changed_tree(ours, {path: new for path, (_, new) in changes.items()})


def _parting(git: GitBranches, main: str, head: str) -> str:
    from dulwich.graph import find_merge_base

    bases = find_merge_base(git.repo, [git.commit(main).id, git.commit(head).id])
    if not bases:
        raise Rejected("这个分支不是从清单的主分支上分出来的，不能合并")
    return bases[0].decode()


def _changes(git: GitBranches, start: str, head: str) -> dict[str, tuple[Entry | None, Entry | None]]:
    from dulwich.diff_tree import tree_changes

    found = {}
    for change in tree_changes(git.repo.object_store, git.commit(start).tree, git.commit(head).tree):
        old, new = _entry(change.old), _entry(change.new)
        side = change.new if new else change.old
        assert side is not None
        path = side.path.decode("utf-8", "replace")
        if new and new.mode != FILE:
            raise Rejected(f"不能合并：{path} 不是普通的文件")
        found[path] = (old, new)
    return found


def _entry(side: TreeEntry | None) -> Entry | None:
    return Entry(side.mode, side.sha.decode()) if side else None
