"""Remarks and approvals of our account on a forge's pull requests: comments with a hidden mark."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mianzheng.adapters.forge.rest import Api
from mianzheng.adapters.forge.text import TEXT, capped, inert
from mianzheng.errors import Rejected
from mianzheng.ports.forge import Approval

_MARK = re.compile(r"[a-z0-9-]{1,40}")
_RECORDED = re.compile(r"<!-- mianzheng:approval (\{.*?\}) -->")


class Remarks:
    """Comments written by `account`: anybody may write the mark, so only those count.

    `those_of` gives the address of a pull request's comments, `one` that of a comment.
    """

    def __init__(self, api: Api, account: str, those_of: Callable[[int], str], one: Callable[[int], str]) -> None:
        self._api, self._account = api, account
        self._those_of, self._one = those_of, one

    def ours(self, number: int) -> Iterator[Mapping[str, Any]]:
        """Every comment of our account, oldest first."""
        for comment in self._api.pages(self._those_of(number)):
            if (comment["user"] or {}).get("login") == self._account:
                yield comment

    def marked(self, number: int, mark: str) -> Mapping[str, Any] | None:
        """The comment with a mark. Raises Rejected for what can be no mark."""
        if not _MARK.fullmatch(mark):
            raise Rejected(f"备注的记号 {mark!r} 只能用小写字母、数字和 -")
        hidden = _hidden(mark).strip()
        return next((one for one in self.ours(number) if one.get("body", "").startswith(hidden)), None)

    def put(self, number: int, mark: str, text: str) -> None:
        """Write a remark, in place of the one that bears the same mark."""
        body = {"body": capped(_hidden(mark) + text, TEXT)}
        present = self.marked(number, mark)
        if present is None:
            self.add(number, body["body"])
        elif present["body"].replace("\r\n", "\n") != body["body"]:
            self._api.write("PATCH", self._one(present["id"]), body)

    def add(self, number: int, body: str) -> None:
        """One more comment."""
        self._api.write("POST", self._those_of(number), {"body": body})


def _hidden(mark: str) -> str:
    return f"<!-- mianzheng:{mark} -->\n"


def recorded(approval: Approval) -> str:
    """The text of a comment that stands for an approval."""
    data = {
        "role": approval.role,
        "subject": approval.subject,
        "commit": approval.commit,
        "at": approval.at.isoformat(),
    }
    hidden = json.dumps(data).replace("<", r"\u003c").replace(">", r"\u003e")
    return f"<!-- mianzheng:approval {hidden} -->\n审核通过：{inert(approval.role, 100)}"


def approval_in(body: str) -> Approval | None:
    """The approval that a comment of ours stands for; None when it is another comment."""
    mark = _RECORDED.match(body)
    if mark is None:
        return None
    data = json.loads(mark[1])
    return Approval(**{**data, "at": datetime.datetime.fromisoformat(data["at"])})
