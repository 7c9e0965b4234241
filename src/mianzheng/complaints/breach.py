"""What the list said on the day something happened, and which rule a demand on that day went against.

Computed when the complaint comes in, so that the officer sees at once whether the list backs the person, whatever the
list says later.
"""

from __future__ import annotations

from typing import Literal

from mianzheng.model import Catalog, PlaceCatalog, Profile, Record
from mianzheng.rules.standing import standing_on

Breach = Literal["", "cancelled", "exempt", "reuse", "unlisted"]
BREACHES: dict[Breach, str] = {
    "": "清单没有写，或者写的是要交",
    "cancelled": "这项证明已经取消，谁也不能再要",
    "exempt": "清单写的是不用交，有别的办法代替",
    "reuse": "交过一次的，再来不用再交",
    "unlisted": "清单上没有，清单以外的不能要",
}
_RULES: dict[tuple[Breach, str], tuple[str, ...]] = {
    ("cancelled", "fangxian"): ("FX-3-1-5",),
    ("exempt", "fangxian"): ("FX-5-3-3",),
    ("exempt", "qingshen"): ("QS-PL-4-2e",),
    ("exempt", "wuhai"): ("WH-OR-11-5",),
    ("exempt", "yiyuan"): ("YY-CMP-04-2",),
    ("exempt", "boshan"): ("BS-CMP-04-2",),
    ("reuse", "fangxian"): ("FX-4-2-3",),
    ("unlisted", "qingshen"): ("QS-SP-1-3-1c", "QS-PL-4-2e"),
    ("unlisted", "yiyuan"): ("YY-CMP-04-1",),
    ("unlisted", "boshan"): ("BS-CMP-04-1",),
}


class ListState(Record, kw_only=True):
    """Where an item stood on a day (`state`, `method` as on the list; empty without an item), and what that means."""

    day: str
    state: str = ""
    method: str = ""
    breach: Breach = ""


def list_state(home: PlaceCatalog, catalog: Catalog, item_id: str, day: str) -> ListState:
    """What the list said on a Shanghai day. Without an item, only a complete list forbids asking."""
    item = home.items.get(item_id)
    if item is None:
        return ListState(day=day, breach="unlisted" if home.place.coverage.value == "complete" else "")
    where = standing_on(item, catalog.kinds.get(item.kind), home.profile, day)
    method = where.version.method if where.version else ""
    breach: Breach = ""
    if where.state == "cancelled":
        breach = "cancelled"
    elif where.state == "listed":
        breach = "reuse" if method == "reuse" else "exempt"
    return ListState(day=day, state=where.state, method=method, breach=breach)


def rules_against(state: ListState, profile: Profile) -> tuple[str, ...]:
    """The rules that a demand on that day went against; data of other departments has a rule of its own in Qingshen."""
    rules = _RULES.get((state.breach, profile.id), ())
    if state.breach == "exempt" and profile.id == "qingshen" and state.method == "share":
        return ("QS-PL-4-3d", *rules)
    return rules
