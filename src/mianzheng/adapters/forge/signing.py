"""Who stands in a commit, and when: the same commit on the same base has the same id, however often it is made."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from mianzheng.ports.forge import Commit

_NOT_IN_NAMES = re.compile(r"[<>\x00-\x1f\x7f]+")


class Bot(NamedTuple):
    """The account that writes for everybody; bodies have no address of their own, so all commits carry the bot's."""

    name: str = "免证清单"
    address: str = "noreply@mianzheng.invalid"


class Signature(NamedTuple):
    """What identifies a proposal's commit on any base."""

    author: str
    at: int
    message: str


def signature(commit: Commit) -> Signature:
    """Author, submission in seconds since 1970, and message as git stores them."""
    author = _NOT_IN_NAMES.sub(" ", commit.author).strip(" .,:;") or "单位"
    return Signature(author, seconds(commit.at), stored_message(commit.message))


def stored_message(message: str) -> str:
    """A message as git keeps it: no NUL, one line feed at the end."""
    return message.replace("\0", "").strip() + "\n"


def seconds(at: datetime.datetime) -> int:
    return int(at.timestamp())


def committed_at(at: int, *parents: int) -> int:
    """When a commit enters the branch: never before its parents, because git's walks go by these dates."""
    return max((at, *parents))
