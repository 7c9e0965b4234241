"""Who does something to a case: a member of staff, a citizen, or the system itself."""

from __future__ import annotations

from mianzheng.model import Record

CITIZEN = "citizen"
SYSTEM = "system"


class Actor(Record, kw_only=True):
    """Somebody acting in a role. `subject` is the person behind the account, the same whatever account is used."""

    role: str
    place: str = ""
    body: str = ""
    account: str = ""
    subject: str = ""


AT_WORK = Actor(role=SYSTEM)
"""The system itself: jobs, clocks, deliveries."""
