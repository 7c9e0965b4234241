"""Invented accounts for the demonstration: every role of a place's profile, two where two persons are needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mianzheng.accounts.accounts import NewAccount
from mianzheng.model import Catalog, PlaceCatalog

PAIRS = frozenset({"department", "receiver", "handler", "joint_conference_office", "centre", "bureau", "justice"})
"""Roles of which a flow needs two: reviewer and proposer, asking and granting, two departments on one item."""
_RECEIVERS = ("R2_hall_window", "R1_hotline", "unable_window", "centre", "joint_conference_office")
_KEEPERS = ("joint_conference_office", "centre", "bureau")


def demo_accounts(catalog: Catalog) -> Iterator[NewAccount]:
    """Accounts of all places; logins such as `demo-yiyuan.receiver1`."""
    for home in catalog.places.values():
        profile = home.profile.id if home.profile else ""
        for code, role in catalog.vocabularies.roles.items():
            if not role.account or (profile and role.profiles and profile not in role.profiles):
                continue
            for number in range(1, 3 if code in PAIRS else 2):
                body = _body(home, code, number)
                yield NewAccount(
                    login=f"{home.place.id}.{code}{number}",
                    label=f"{role.label}{number if code in PAIRS else ''}",
                    role=code,
                    place=home.place.id,
                    body=body,
                    subject=f"{home.place.id}.{code}{number}",
                )


def _body(home: PlaceCatalog, role: str, number: int) -> str:
    """The body of the n-th account of a role: the office that the place names, else who asks for most certificates."""
    offices = home.place.offices
    if role == "receiver":
        held = [offices[name] for name in _RECEIVERS if name in offices]
        return held[min(number, len(held)) - 1] if held else ""
    if role in offices:
        return offices[role]
    if role in ("auditor", "admin"):
        return next((offices[name] for name in _KEEPERS if name in offices), "")
    asking = [body for body, _ in Counter(item.requesting_body for item in home.items.values()).most_common()]
    return asking[min(number, len(asking)) - 1] if asking else ""
