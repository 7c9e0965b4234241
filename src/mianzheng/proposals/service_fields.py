"""A public service as plain fields of the form, and back: how far it goes on line, its guide, its advice (YY-ADJ-07-2,
QS-PL-4-2c, QS-PL-4-2d, QS-SP-1-3-3).

A field of the list that has parts becomes one plain field for each part; it is edited as a whole, as the list holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from mianzheng.model import PublicService

Leaves = Mapping[str, str]
PARTS: dict[str, tuple[str, ...]] = {
    "name": (),
    "aliases": (),
    "code": (),
    "online": ("extent", "ground", "reason"),
    "one_window": (),
    "guide_url": (),
    "guide_updated": (),
    "guide": ("conditions", "procedure", "time_limit", "fee"),
    "authorisation": ("basis", "kind", "term", "area"),
    "advice": ("question", "answer", "updated"),
}
"""Fields that the form offers, with their parts; `advice` has rows of them, `aliases` lines."""
PREFIX = "sv-"


def is_service(id: object) -> bool:
    """Whether an id of the list is a service's."""
    return isinstance(id, str) and id.startswith(PREFIX)


def listed(service: PublicService) -> dict[str, str]:
    """What the list says of a service, field by field and part by part; parts that say nothing are left out."""
    data = msgspec.to_builtins(service)
    return {leaf: text for field in PARTS if field in data for leaf, text in leaves_of(field, data[field]).items()}


def leaves_of(field: str, value: Any) -> dict[str, str]:
    """The plain fields for the value of a field."""
    if value is None:
        return {}
    if field == "aliases":
        return {field: "\n".join(value)}
    if field == "one_window":
        return {field: "yes" if value else "no"}
    if field == "advice":
        return {f"{field}.{n}.{part}": row[part] for n, row in enumerate(value) for part in PARTS[field] if part in row}
    if PARTS[field]:
        return {f"{field}.{part}": value[part] for part in PARTS[field] if part in value}
    return {field: str(value)}


def rows_of(leaves: Iterable[str]) -> list[int]:
    """The numbers of the pieces of advice that plain fields speak of."""
    numbers = (leaf.split(".")[1] for leaf in leaves if leaf.startswith("advice."))
    return sorted({int(number) for number in numbers if number.isdecimal()})


def edits(was: Leaves, wanted: Leaves) -> Iterator[dict[str, Any]]:
    """What differs, a field of the list at a time; fields of which the form says nothing stay."""
    for field in PARTS:
        if any(leaf == field or leaf.startswith(f"{field}.") for leaf in wanted):
            before, after = _value(field, was), _value(field, wanted)
            if before != after:
                yield {"field": field, "from": before, "to": after}


def both(edit: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]] | None:
    """The plain fields of an edit, as it was and as it is wanted; None for one that the form cannot show."""
    field = edit["field"]
    if field not in PARTS:
        return None
    try:
        was, wanted = (leaves_of(field, edit.get(side)) for side in ("from", "to"))
    except (AttributeError, KeyError, TypeError):
        return None
    texts = [*was.values(), *wanted.values()]
    if not all(isinstance(text, str) for text in texts):
        return None
    emptied = dict.fromkeys(was.keys() - wanted.keys(), "")
    return was, {**wanted, **emptied} or {field: ""}


def _value(field: str, leaves: Leaves) -> Any:
    """The value that the plain fields say; None for nothing."""
    if field == "aliases":
        return [line.strip() for line in leaves.get(field, "").splitlines() if line.strip()] or None
    if field == "one_window":
        return True if leaves.get(field) == "yes" else None
    if field == "advice":
        rows = [_parts(f"{field}.{n}", PARTS[field], leaves) for n in rows_of(leaves)]
        return [row for row in rows if row.get("question") or row.get("answer")] or None
    if PARTS[field]:
        return _parts(field, PARTS[field], leaves) or None
    return leaves.get(field, "") or None


def _parts(start: str, names: tuple[str, ...], leaves: Leaves) -> dict[str, str]:
    return {name: text for name in names if (text := leaves.get(f"{start}.{name}", ""))}
