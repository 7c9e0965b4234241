"""Commits made on GitHub's side, and found there again."""

from __future__ import annotations

import datetime
import urllib.parse
from collections.abc import Mapping
from typing import Any

from mianzheng.adapters.forge.paths import Entry, checked_change
from mianzheng.adapters.forge.rest import Api, Refusal
from mianzheng.adapters.forge.signing import Bot, Signature, committed_at, seconds, signature, stored_message
from mianzheng.errors import Rejected
from mianzheng.ports.forge import Commit

LOOK_BACK = datetime.timedelta(days=1)
"""How long before a submission its commit is looked for: clocks of those who add commits may be wrong."""


class Commits:
    """Commits of the repository at `home` (`/repos/owner/name`)."""

    def __init__(self, api: Api, home: str, folder: str, bot: Bot) -> None:
        self._api, self._home, self._folder, self._bot = api, home, folder, bot

    def newest(self, branch: str) -> str:
        """The newest commit of a branch; empty when there is none."""
        try:
            return str(self._api.get(f"{self._home}/git/ref/heads/{quoted(branch)}")["object"]["sha"])
        except Refusal as error:
            if error.status == 404:
                return ""
            raise

    def build(self, base: str, commit: Commit) -> str:
        """Write a commit on top of `base`; returns its id. Raises Rejected for a forbidden or empty change."""
        parent = self._api.get(f"{self._home}/git/commits/{quoted(base)}")
        root = parent["tree"]["sha"]
        checked_change(root, commit, self._folder, self._entries)
        tree = self._api.write(
            "POST",
            f"{self._home}/git/trees",
            {"base_tree": root, "tree": [_change(path, content) for path, content in commit.files.items()]},
        )["sha"]
        if tree == root:
            raise Rejected("要提交的内容和现在的清单一样")
        signed = signature(commit)
        before = seconds(datetime.datetime.fromisoformat(parent["committer"]["date"]))
        made = self._api.write(
            "POST",
            f"{self._home}/git/commits",
            {
                "message": signed.message,
                "tree": tree,
                "parents": [base],
                "author": self._person(signed.author, signed.at),
                "committer": self._person(self._bot.name, committed_at(signed.at, before)),
            },
        )
        return str(made["sha"])

    def _entries(self, tree: str) -> Mapping[str, Entry]:
        answer = self._api.get(f"{self._home}/git/trees/{tree}")
        if answer["truncated"]:
            raise Rejected("清单里有一个文件夹太大，GitHub 不能完整列出")
        return {entry["path"]: Entry(int(entry["mode"], 8), entry["sha"]) for entry in answer["tree"]}

    def _person(self, name: str, at: int) -> dict[str, str]:
        date = datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"name": name, "email": self._bot.address, "date": date}

    def create(self, branch: str, commit_id: str) -> bool:
        """Make a branch; False when there is one already."""
        body = {"ref": f"refs/heads/{branch}", "sha": commit_id}
        return self._moved("POST", f"{self._home}/git/refs", body)

    def advance(self, branch: str, commit_id: str) -> bool:
        """Move a branch forward to a descendant; False when it stands elsewhere or is gone."""
        body = {"sha": commit_id, "force": False}
        return self._moved("PATCH", f"{self._home}/git/refs/heads/{quoted(branch)}", body)

    def _moved(self, method: str, path: str, body: object) -> bool:
        try:
            self._api.write(method, path, body)
        except Refusal as error:
            if error.status == 422:
                return False
            raise
        return True

    def held(self, head: str, commit: Commit) -> str:
        """The id of the commit below `head` (or `head`) that is this one, on whatever base; empty when none is."""
        wanted = signature(commit)
        since = (commit.at - LOOK_BACK).astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for found in self._api.pages(f"{self._home}/commits", {"sha": head, "since": since}):
            if self._signature(found["commit"]) == wanted:
                return str(found["sha"])
        return ""

    def _signature(self, found: Mapping[str, Any]) -> Signature | None:
        author, committer = found["author"], found["committer"]
        if (committer["name"], committer["email"]) != self._bot:
            return None
        at = datetime.datetime.fromisoformat(author["date"])
        return Signature(author["name"], seconds(at), stored_message(found["message"]))


def _change(path: str, content: bytes | None) -> dict[str, str | None]:
    entry = {"path": path, "mode": "100644", "type": "blob"}
    return {**entry, "sha": None} if content is None else {**entry, "content": content.decode("utf-8")}


def quoted(name: str) -> str:
    """A branch or commit as part of an address."""
    return urllib.parse.quote(name, safe="/")
