"""Branches of a bare git repository, by dulwich: create-only, fast-forward only, no working folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mianzheng.adapters.forge.locks import patiently
from mianzheng.adapters.forge.paths import FILE, FOLDER, MAIN, Entry, checked_change
from mianzheng.adapters.forge.signing import Bot, Signature, committed_at, signature
from mianzheng.errors import Rejected, Unavailable
from mianzheng.ports.forge import Commit

if TYPE_CHECKING:
    from dulwich.objects import Commit as GitCommit
    from dulwich.objects import ObjectID
    from dulwich.refs import Ref
    from dulwich.repo import Repo

LOOK_BACK = 86_400
"""Seconds before a submission within which its commit is looked for: clocks of those who add commits may be wrong."""


class GitBranches:
    """One opened repository; use within `opened`. Ids are hexadecimal text."""

    def __init__(self, repo: Repo, path: Path, folder: str, bot: Bot) -> None:
        self.repo, self._path, self._folder, self._bot = repo, path, folder, bot
        repo.object_store.fsync_object_files = True  # a ref must never outlive the objects it names

    def newest(self, branch: str) -> str:
        """The newest commit of a branch; empty when there is none."""
        try:
            return self.repo.refs[_ref(branch)].decode()
        except KeyError:
            return ""

    def commit(self, commit_id: str) -> GitCommit:
        """A commit. Raises Rejected when there is none of this id."""
        from dulwich.objects import Commit as GitCommit

        try:
            found = self.repo.object_store[_id(commit_id)]
        except (KeyError, AssertionError, ValueError):
            found = None
        if not isinstance(found, GitCommit):
            raise Rejected(f"仓库里没有这个提交：{commit_id[:40]!r}")
        return found

    def entries(self, tree_id: str) -> Mapping[str, Entry]:
        """The names in a tree."""
        from dulwich.objects import Tree

        tree = self.repo.object_store[_id(tree_id)]
        assert isinstance(tree, Tree)
        return {item.path.decode("utf-8", "replace"): Entry(item.mode, item.sha.decode()) for item in tree.iteritems()}

    def build(self, base: str, commit: Commit) -> str:
        """Write a commit on top of `base`; returns its id. Raises Rejected for a forbidden or empty change."""
        from dulwich.objects import Blob

        parent = self.commit(base)
        checked_change(parent.tree.decode(), commit, self._folder, self.entries)
        changes: dict[str, Entry | None] = {}
        for path, content in commit.files.items():
            if content is None:
                changes[path] = None
                continue
            blob = Blob.from_string(content)
            self.repo.object_store.add_object(blob)
            changes[path] = Entry(FILE, blob.id.decode())
        tree = self.changed_tree(parent.tree.decode(), changes)
        if tree == parent.tree.decode():
            raise Rejected("要提交的内容和现在的清单一样")
        return self.write(tree, [base], signature(commit))

    def changed_tree(self, root: str, changes: Mapping[str, Entry | None]) -> str:
        """The tree `root` with other files at some paths, written; returns its id. Empty folders go."""
        return self._changed(root, {tuple(path.split("/")): entry for path, entry in changes.items()}) or self._empty()

    def _changed(self, tree_id: str, changes: Mapping[tuple[str, ...], Entry | None]) -> str:
        from dulwich.objects import Tree

        tree = Tree()
        if tree_id:
            stored = self.repo.object_store[_id(tree_id)]
            assert isinstance(stored, Tree)
            for item in stored.iteritems():
                tree[item.path] = (item.mode, item.sha)
        below: dict[str, dict[tuple[str, ...], Entry | None]] = {}
        for segments, entry in changes.items():
            if len(segments) > 1:
                below.setdefault(segments[0], {})[segments[1:]] = entry
            else:
                _put(tree, segments[0], entry)
        for name, inner in below.items():
            folder = tree[name.encode()][1].decode() if name.encode() in tree else ""
            changed = self._changed(folder, inner)
            _put(tree, name, Entry(FOLDER, changed) if changed else None)
        if not len(tree):
            return ""
        self.repo.object_store.add_object(tree)
        return tree.id.decode()

    def _empty(self) -> str:
        from dulwich.objects import Tree

        tree = Tree()
        self.repo.object_store.add_object(tree)
        return tree.id.decode()

    def write(self, tree: str, parents: list[str], signed: Signature) -> str:
        """Write a commit object; returns its id."""
        from dulwich.objects import Commit as GitCommit

        made = GitCommit()
        made.tree = _id(tree)
        made.parents = [_id(parent) for parent in parents]
        made.author = f"{signed.author} <{self._bot.address}>".encode()
        made.committer = f"{self._bot.name} <{self._bot.address}>".encode()
        made.author_time = signed.at
        made.commit_time = committed_at(signed.at, *(self.commit(parent).commit_time for parent in parents))
        made.author_timezone = made.commit_timezone = 0
        made.message = signed.message.encode()
        self.repo.object_store.add_object(made)
        return made.id.decode()

    def create(self, branch: str, commit_id: str) -> bool:
        """Make a branch; False when there is one already."""
        return patiently(lambda: self.repo.refs.add_if_new(_ref(branch), _id(commit_id)), self._path)

    def advance(self, branch: str, old: str, new: str) -> bool:
        """Move a branch from `old` to `new`, a descendant; False when it is no longer at `old`."""
        return patiently(lambda: self.repo.refs.set_if_equals(_ref(branch), _id(old), _id(new)), self._path)

    def held(self, head: str, commit: Commit) -> str:
        """The id of the commit below `head` (or `head`) that is this one, on whatever base; empty when none is."""
        wanted = signature(commit)
        seen, todo = {head}, [head]
        while todo:
            found = self.commit(todo.pop())
            if self._signature(found) == wanted:
                return found.id.decode()
            for parent in found.parents:
                if parent.decode() not in seen and self.commit(parent.decode()).commit_time >= wanted.at - LOOK_BACK:
                    seen.add(parent.decode())
                    todo.append(parent.decode())
        return ""

    def _signature(self, found: GitCommit) -> Signature | None:
        if found.committer != f"{self._bot.name} <{self._bot.address}>".encode():
            return None
        author = found.author.decode("utf-8", "replace").rpartition(" <")[0]
        return Signature(author, found.author_time, found.message.decode("utf-8", "replace"))

    def merged_since(self, start: str) -> dict[str, str]:
        """Heads that came into the main branch after `start`, each with the commit on the main branch that took it."""
        taken: dict[str, str] = {}
        current = self.newest(MAIN)
        while current and current != start:
            parents = [parent.decode() for parent in self.commit(current).parents]
            taken |= dict.fromkeys((current, *parents[1:]), current)
            current = parents[0] if parents else ""
        return taken


def _put(tree: object, name: str, entry: Entry | None) -> None:
    from dulwich.objects import Tree

    assert isinstance(tree, Tree)
    if entry is not None:
        tree[name.encode()] = (entry.mode, _id(entry.id))
    elif name.encode() in tree:
        del tree[name.encode()]


def _ref(branch: str) -> Ref:
    from dulwich.refs import Ref

    return Ref(b"refs/heads/" + branch.encode())


def _id(text: str) -> ObjectID:
    from dulwich.objects import ObjectID

    return ObjectID(text.encode())


@contextmanager
def opened(path: Path, folder: str, bot: Bot) -> Iterator[GitBranches]:
    """The repository at `path`. Raises Rejected when there is none, Unavailable when disk or system refuse."""
    from dulwich.errors import NotGitRepository
    from dulwich.repo import Repo

    try:
        with Repo(str(path)) as repo:
            yield GitBranches(repo, path, folder, bot)
    except NotGitRepository as error:
        raise Rejected(f"{path} 不是 git 仓库") from error
    except OSError as error:
        raise Unavailable(f"仓库 {path} 暂时读写不了（{error.strerror or error}），稍后再试") from error
