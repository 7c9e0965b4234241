"""Files of a repository on GitHub at a commit, read over its interface: where there is no git command."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from mianzheng.adapters.forge.github.commits import quoted
from mianzheng.adapters.forge.rest import Api
from mianzheng.errors import Rejected


class Repository:
    """The repository `owner/name`. Every method may raise Unavailable and Rejected."""

    def __init__(self, api: Api, repository: str) -> None:
        self._api, self._home = api, f"/repos/{repository}"

    def listing(self, commit: str, folder: str) -> list[tuple[str, str, str]]:
        """Path in the folder, mode and blob id of everything in it; empty when there is no such folder."""
        tree = str(self._api.get(f"{self._home}/git/commits/{quoted(commit)}")["tree"]["sha"])
        for part in folder.split("/"):
            rows = self._api.get(f"{self._home}/git/trees/{tree}")["tree"]
            tree = next((row["sha"] for row in rows if (row["path"], row["type"]) == (part, "tree")), "")
            if not tree:
                return []
        return list(self._walk(tree, ""))

    def _walk(self, tree: str, prefix: str) -> Iterator[tuple[str, str, str]]:
        """All below a tree in one call; folder by folder where that is too much for one answer."""
        answer = self._api.get(f"{self._home}/git/trees/{tree}", {"recursive": "1"})
        deep = not answer["truncated"]
        if not deep:
            answer = self._api.get(f"{self._home}/git/trees/{tree}")
            if answer["truncated"]:
                raise Rejected("清单里有一个文件夹太大，GitHub 不能完整列出")
        for row in answer["tree"]:
            if row["type"] != "tree":
                yield prefix + row["path"], row["mode"], row["sha"]
            elif not deep:
                yield from self._walk(row["sha"], f"{prefix}{row['path']}/")

    def content(self, path: str, commit: str) -> bytes:
        """A file's bytes at a commit (up to 1 MB, GitHub's own limit)."""
        found = self._api.get(f"{self._home}/contents/{quoted(path)}", {"ref": commit})
        if not isinstance(found, dict) or found.get("encoding") != "base64":
            raise Rejected(f"GitHub 没有给出 {path} 的内容")
        return base64.b64decode(found["content"])
