"""Approvals on GitHub: reviews by known accounts there, and those that our account records for people without one.

Ours are review comments that carry the approval in a hidden mark. Whoever may edit our account's comments could change
them, which takes the same rights as changing the branch protection.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from mianzheng.adapters.forge.text import inert
from mianzheng.ports.forge import Approval

_RECORDED = re.compile(r"<!-- mianzheng:approval (\{.*?\}) -->")


def recorded(approval: Approval) -> str:
    """The text of a review comment that stands for an approval."""
    data = {"role": approval.role, "subject": approval.subject, "at": approval.at.isoformat()}
    hidden = json.dumps(data).replace("<", r"\u003c").replace(">", r"\u003e")
    return f"<!-- mianzheng:approval {hidden} -->\n审核通过：{inert(approval.role, 100)}"


def approvals_in(
    reviews: Iterable[Mapping[str, Any]], account: str, reviewers: Mapping[str, tuple[str, str]]
) -> list[Approval]:
    """Approvals in GitHub's reviews, oldest first.

    `reviewers` maps accounts to role and subject; others do not count. Who asks for changes takes back each earlier
    yes.
    """
    found: list[tuple[str, Approval]] = []
    for review in reviews:
        login = (review["user"] or {}).get("login", "")
        if login == account:
            mark = _RECORDED.match(review["body"])
            if mark and review["commit_id"]:
                found.append(("", _approval(review, **json.loads(mark[1]))))
        elif login in reviewers and review["state"] == "CHANGES_REQUESTED":
            found = [(by, approval) for by, approval in found if by != login]
        elif login in reviewers and review["state"] == "APPROVED" and review["commit_id"]:
            role, subject = reviewers[login]
            found.append((login, _approval(review, role, subject, review["submitted_at"])))
    return [approval for _, approval in found]


def _approval(review: Mapping[str, Any], role: str, subject: str, at: str) -> Approval:
    moment = datetime.datetime.fromisoformat(at)
    return Approval(role=role, subject=subject, commit=review["commit_id"], at=moment)
