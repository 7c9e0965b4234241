"""A suggestion is taken in: one change with the case, its receipt, what is sealed, and word to the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mianzheng.cases.commits import command_of
from mianzheng.cases.letters import letter
from mianzheng.cases.records import CaseKey, Change, encoded
from mianzheng.cases.steps import Step, opened, take, utc, written
from mianzheng.clock import day_of
from mianzheng.complaints import receipts
from mianzheng.complaints.filing import place_for
from mianzheng.complaints.intake import Sent
from mianzheng.complaints.receivers import keeper_of
from mianzheng.complaints.sealed import PERSON, STORY, seal, without_numbers
from mianzheng.errors import GuardFailed, NoOperator
from mianzheng.model import Catalog, PlaceCatalog, Record
from mianzheng.ports import KeyStore
from mianzheng.suggestions.machines import MACHINE

LONGEST, LONGEST_CONTACT = 2000, 60
WEB = "platform"
CHANNELS = {WEB: "网上表单", "window": "办事窗口", "hotline_12345": "12345热线", "letter": "信函", "other": "其他"}
"""How a suggestion came; all but the first are written down by staff (WH-N-3-4, WH-OR-21-2)."""
NO_SUBJECT = "对清单的意见"


class Suggestion(Record, kw_only=True):
    """What somebody suggests, as written; it is masked and sealed before anything is kept.

    `item` or `kind` say what it is about, if anything; `contact` is optional.
    """

    place: str
    text: str = ""
    item: str = ""
    kind: str = ""
    contact: str = ""
    channel: str = WEB


@dataclass(frozen=True)
class Letterbox:
    """What taking in needs from outside. `secret` makes receipts; `next_number` counts a series from 1."""

    catalog: Catalog
    keys: KeyStore
    secret: bytes
    demonstration: bool
    new_id: Callable[[], str]
    next_number: Callable[[str], int]


def home_of(place: str, catalog: Catalog, *, demonstration: bool) -> tuple[PlaceCatalog, str]:
    """The place that takes suggestions, and the body that answers them. Raises NoOperator: nothing may be stored."""
    home, _ = place_for(place, catalog, demonstration=demonstration)
    office = keeper_of(home)
    if not office:
        raise NoOperator(home.place.name)
    return home, office


def problems(wish: Suggestion, catalog: Catalog) -> dict[str, str]:
    """Everything that is wrong: field → one Chinese sentence that says how to mend it; empty when all is well."""
    home = catalog.places[wish.place]
    found = {}
    if not wish.text.strip():
        found["text"] = "请写您的意见"
    elif len(wish.text) > LONGEST:
        found["text"] = f"太长了，最多{LONGEST}个字，请写主要的"
    if len(wish.contact) > LONGEST_CONTACT:
        found["contact"] = f"太长了，最多{LONGEST_CONTACT}个字，留一个电话或者邮箱就行"
    if wish.item and wish.item not in home.items:
        found["item"] = f"{home.place.name}的清单上没有这一项，请重新选"
    if wish.kind and wish.kind not in catalog.kinds:
        found["kind"] = "没有这种证明，请重新选"
    if wish.channel not in CHANNELS:
        found["channel"] = f"请从这些里面选：{'、'.join(CHANNELS.values())}"
    return found


def take_in(box: Letterbox, wish: Suggestion, sent: Sent) -> Change:
    """The change that takes a suggestion in; its command's result holds `id` and `number`.

    The same draft with the same content is the same suggestion, and a store carries it out once. Raises NoOperator
    (nothing may be stored), GuardFailed naming every problem, and what the key store raises.
    """
    home, office = home_of(wish.place, box.catalog, demonstration=box.demonstration)
    if wrong := problems(wish, box.catalog):
        raise GuardFailed(wrong)
    item = home.items.get(wish.item)
    kind = box.catalog.kinds.get(item.kind if item else wish.kind)
    series = f"YJ-{day_of(sent.at)[:4]}"
    number = f"{series}-{box.next_number(series):04d}"
    data = {
        "number": number,
        "title": kind.name if kind else NO_SUBJECT,
        "item": wish.item,
        "kind": kind.id if kind else "",
        "channel": wish.channel,
        "received_at": utc(sent.at).isoformat(),
        "screening": sent.screening,
        "has_contact": bool(wish.contact.strip()),
        "proposals": [],
    }
    step = Step("register", sent.actor, sent.at, {"channel": wish.channel})
    first = opened(MACHINE, box.new_id(), step, place=wish.place, body=office, data=data)
    after, event, _ = take(MACHINE, first, step)
    case = CaseKey(kind=after.kind, id=after.id, wrapped=box.keys.create())
    contact = {"contact": wish.contact.strip()} if wish.contact.strip() else {}
    return Change(
        writes=(written(None, after, event),),
        deliveries=(letter(event, after.place, office, about="suggest", number=number, state=after.state),),
        command=command_of(
            box.secret, "suggest", sent.nonce, encoded(wish), sent.at, {"id": after.id, "number": number}
        ),
        unique={_digest(box.secret, sent.nonce): after.key, f"number:{number}": after.key},
        keys=(case,),
        seals=(
            seal(box.keys, case, PERSON, contact),
            seal(box.keys, case, STORY, without_numbers({"text": wish.text})),
        ),
    )


def receipt_for(secret: bytes, nonce: str) -> receipts.Receipt:
    """The receipt of a draft, to be shown once its change is committed."""
    return receipts.spelled(_receipt(secret, nonce))


def _receipt(secret: bytes, nonce: str) -> bytes:
    """Another value than a complaint of the same draft would get."""
    return receipts.receipt(secret, f"suggestion:{nonce}")


def _digest(secret: bytes, nonce: str) -> str:
    return receipts.digest(secret, _receipt(secret, nonce))
