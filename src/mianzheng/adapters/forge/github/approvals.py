"""Approvals on GitHub: reviews by known accounts there, and those that our account records for people without one.

Ours are review comments that carry the approval in a hidden mark. Whoever may edit our account's comments could change
them, which takes the same rights as changing the branch protection.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from mianzheng.adapters.forge.remarks import approval_in
from mianzheng.ports.forge import Approval


def approvals_in(
    reviews: Iterable[Mapping[str, Any]], account: str, reviewers: Mapping[str, tuple[str, str]]
) -> list[Approval]:
    """Approvals in GitHub's reviews, oldest first; the commit is the one that GitHub names.

    `reviewers` maps accounts to role and subject; others do not count. Who asks for changes takes back each earlier
    yes.
    """
    found: list[tuple[str, Approval]] = []
    for review in reviews:
        login, commit = (review["user"] or {}).get("login", ""), review["commit_id"]
        if login == account:
            ours = approval_in(review["body"])
            if ours and commit:
                found.append(("", msgspec.structs.replace(ours, commit=commit)))
        elif login in reviewers and review["state"] == "CHANGES_REQUESTED":
            found = [(by, approval) for by, approval in found if by != login]
        elif login in reviewers and review["state"] == "APPROVED" and commit:
            role, subject = reviewers[login]
            at = datetime.datetime.fromisoformat(review["submitted_at"])
            found.append((login, Approval(role=role, subject=subject, commit=commit, at=at)))
    return [approval for _, approval in found]
