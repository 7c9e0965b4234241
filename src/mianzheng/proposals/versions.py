"""Dated versions of an item's method, as plain data: a new one begins, the one before it ends the day before."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from mianzheng.model import first_day, last_day

Version = dict[str, Any]


def settled(versions: Any, today: str) -> Any:
    """The versions with every day filled in: no first day means `today`; what runs on ends where the next begins.

    Anything that is no list of mappings with dates comes back as it is: the model says what is wrong with it.
    """
    if not _well_formed(versions):
        return versions
    dated = [version if version.get("from") else {"from": today, **_without(version, "from")} for version in versions]
    dated.sort(key=lambda version: first_day(version["from"]), reverse=True)
    closed: list[Version] = []
    following = ""
    for version in dated:
        start = first_day(version["from"])
        if following and start < following and _runs_on(version, following):
            version = {"from": version["from"], "until": day_before(following), **_without(version, "from", "until")}
        closed.append(version)
        following = start
    return closed


def begun(versions: Sequence[Version], fresh: Version, today: str = "") -> list[Version]:
    """The versions with a new one on top; those that would start on its first day or later give way.

    One without a day begins `today`, in place of another that began today: a day has one method. What is planned for
    later stays.
    """
    start = fresh.get("from")
    kept = [
        v for v in versions if (first_day(v["from"]) < first_day(start) if start else first_day(v["from"]) != today)
    ]
    return [fresh, *kept]


def after_cancelling(versions: Sequence[Version], on: str) -> list[Version]:
    """The versions of an item cancelled on a day: none runs on, none begins later."""
    day = first_day(on)
    ended = []
    for version in versions:
        if version.get("method") == "cancel":
            ended.append(version)
        elif first_day(version["from"]) < day:
            ended.append({**version, "until": day_before(day)} if _runs_on(version, day) else version)
    return ended


def day_before(day: str) -> str:
    """The day before, `YYYY-MM-DD`."""
    return (datetime.date.fromisoformat(day) - datetime.timedelta(days=1)).isoformat()


def _runs_on(version: Version, day: str) -> bool:
    return not version.get("until") or last_day(version["until"]) >= day


def _without(version: Version, *names: str) -> Version:
    return {name: value for name, value in version.items() if name not in names}


def _well_formed(versions: Any) -> bool:
    return isinstance(versions, list | tuple) and all(
        isinstance(version, dict) and _is_day(version.get("from") or "2000-01-01") for version in versions
    )


def _is_day(text: Any) -> bool:
    try:
        datetime.date.fromisoformat(first_day(text))
    except (TypeError, ValueError):
        return False
    return True
