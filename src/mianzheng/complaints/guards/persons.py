"""What concerns the person: telling the result, revealing, supplementing, rating, objecting (CP9, A04)."""

from __future__ import annotations

import datetime

from mianzheng.complaints.attached import files_of
from mianzheng.complaints.clocks import clocks_of
from mianzheng.complaints.guards.wish import PURPOSES, WAYS, Problems, Wish, listed
from mianzheng.complaints.uploads import MOST_OF_A_CASE
from mianzheng.errors import NotAllowed


def way(wish: Wish) -> Problems:
    """Way and time are noted; if unreachable, the attempts are (CP9)."""
    way = wish.given.get("way")
    if way not in WAYS or (wish.event == "attempt" and way == "unreachable"):
        yield "way", f"请从这些里面选：{'、'.join(WAYS.values())}"
    elif way == "unreachable" and not wish.record.data.get("attempts"):
        yield "way", "请先记下联系过几次、怎样联系的"
    told = wish.given.get("told_at")
    if told and not _between(told, clocks_of(wish.record)["inform"].started_at, wish.at):
        yield "told_at", "请写告知的时刻，要在办结以后、现在以前（2026-02-13T10:00+08:00）"


def _between(written: str, first: datetime.datetime, last: datetime.datetime) -> bool:
    try:
        at = datetime.datetime.fromisoformat(written)
    except ValueError:
        return False
    return at.tzinfo is not None and first <= at <= last


def score(wish: Wish) -> Problems:
    """Once, one to five."""
    if "rated" in wish.record.data:
        raise NotAllowed("您已经评价过了。")
    if not 1 <= wish.given.get("score", 1) <= 5:
        yield "score", "请选1到5分"


def objection(wish: Wish) -> Problems:
    """Once, with words."""
    if wish.record.data.get("objected"):
        raise NotAllowed("您已经提过异议了。")
    yield from text(wish)


def text(wish: Wish) -> Problems:
    """Something is written."""
    if not wish.has("text"):
        yield "text", "请写内容"


def reveal(wish: Wish) -> Problems:
    """The body complained about does not learn who complained, unless the person wants it to (A04)."""
    if wish.record.data["hide_identity"] and wish.body in wish.record.data["concerned"]:
        raise NotAllowed("投诉人要求不让被投诉单位知道自己是谁，您的单位不能查看。")
    if wish.given.get("purpose") not in PURPOSES:
        yield "purpose", f"请选查看的用途：{'、'.join(PURPOSES.values())}"


def attachment(wish: Wish) -> Problems:
    """A case has so many files at most."""
    if len(files_of(wish.record)) + len(listed(wish, "files")) > MOST_OF_A_CASE:
        yield "files", f"一件最多 {MOST_OF_A_CASE} 个照片和文件，请只选最要紧的"


def own_file(wish: Wish) -> Problems:
    """Only a file of this case is opened."""
    if wish.given.get("file") not in files_of(wish.record):
        yield "file", "没有这个照片或者文件，可能已经按期销毁"
