"""A list that moved on under a proposal: people choose, field by field, between what stands there and what they wanted.

Different fields of one item merge by themselves (F47, F48). The same field has three values: when the proposal was
written, now, and wanted; the choice makes the proposal one that was written against the list of now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from mianzheng.cases.records import CaseRecord
from mianzheng.errors import GuardFailed
from mianzheng.proposals.forms import Application, ItemWish
from mianzheng.proposals.operations import Conflict

Choice = Literal["now", "wanted"]
CHOICES: tuple[Choice, ...] = ("now", "wanted")
NOTHING_LEFT = "都照清单现在的，就没有要改的了。不再需要的，请撤回这件申请。"
ENDED = "这一条已经取消了，取消的情况以清单现在的为准。"


def conflicts_of(record: CaseRecord) -> list[Conflict]:
    """The fields that people have to choose for; none while the proposal is on its way."""
    delivery = record.data["delivery"]
    found = delivery.get("conflicts", ()) if delivery["status"] == "conflicted" else ()
    return msgspec.convert(found, list[Conflict])


def name_of(conflict: Conflict) -> str:
    """How a choice names its conflict: `zm-7k3f9q.condition`."""
    return f"{conflict.id}.{conflict.field}"


def chosen(application: Application, conflicts: Sequence[Conflict], choices: Mapping[str, str]) -> Application:
    """The application after people have chosen. Raises GuardFailed: a choice is missing, or nothing is left to change.

    Whoever wants their own value wants it against what the list says now; an item of which nothing is left goes.
    """
    lacking = {name_of(one): "请选择这一栏照哪一个。" for one in conflicts if choices.get(name_of(one)) not in CHOICES}
    ended = {
        name_of(one): ENDED for one in conflicts if one.field == "cancelled" and choices.get(name_of(one)) == "wanted"
    }
    if lacking or ended:
        raise GuardFailed(lacking | ended)
    items = application.items
    for conflict in conflicts:
        wanted = choices[name_of(conflict)] == "wanted"
        items = tuple(_settled(wish, conflict, wanted) if wish.item == conflict.id else wish for wish in items)
    left = tuple(wish for wish in items if _asks(application, wish, conflicts))
    if not left:
        raise GuardFailed({"": NOTHING_LEFT})
    return msgspec.structs.replace(application, items=left)


def _settled(wish: ItemWish, conflict: Conflict, wanted: bool) -> ItemWish:
    """One item with one field decided."""
    others = tuple(edit for edit in wish.edits if edit.field != conflict.field)
    own = [edit for edit in wish.edits if edit.field == conflict.field]
    if own:
        again = tuple(msgspec.structs.replace(edit, from_=conflict.now) for edit in own) if wanted else ()
        return msgspec.structs.replace(wish, edits=(*others, *again))
    if conflict.field == "versions" and not wanted:
        return msgspec.structs.replace(wish, version=None, was=None)
    if conflict.field in ("versions", "status"):
        return msgspec.structs.replace(wish, was={**(wish.was or {}), conflict.field: conflict.now})
    return wish


def _asks(application: Application, wish: ItemWish, conflicts: Sequence[Conflict]) -> bool:
    """Whether anything is left of an item; one that is cancelled already need not be cancelled again."""
    if application.type == "change":
        return bool(wish.edits) or wish.version is not None
    return not any(one.id == wish.item and one.field == "cancelled" for one in conflicts)
