"""An application as the plain fields of a form, and back: dotted names are parts, numbered parts are rows.

A form shows one item of a batch at a time, so what it says is laid over what was kept before. Of an item to be changed
the form holds each field twice, as it was when it was shown (`from`) and as it is wanted (`to`); what the form has no
field for stays in one of JSON (`edits`), so that no application loses anything on its way through the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mianzheng.proposals import service_fields
from mianzheng.proposals.forms import Application, ItemWish, NewRecord, Sort

Fields = Mapping[str, str]
EDITABLE = ("kind", "service", "requesting_body", "issuing_body", "condition", "explain")
"""Fields of a listed item that the form offers to change, besides its method; for services: `service_fields.PARTS`."""
MOST = 200
"""Items in one application, as `Application.items` has it."""
OWN = ("place", "type", "initiator", "applicant", "applied_on")
"""What the account and the day say, not the form."""
TOO_LONG = "这一栏太长了，请写短一些，或者把详细内容放进附件。"
_NAME = re.compile(r"[a-z_]{2,30}(\.[a-z0-9_]{1,30}){0,6}", re.ASCII)
_PARTS = frozenset({*(spec.encode_name for spec in msgspec.structs.fields(Application))} - {*OWN, "attachments"})
_TRUTHS = frozenset({"exempt", "frequent", "correctable", "risk_controllable", "core", "secret",
                     "issue_for_outside_use"})  # fmt: skip
_TRUE = {"yes": True, "no": False}
_FAULTY = re.compile(r"`\$(\S*)`$")


def entered(kept: Fields, posted: Fields) -> dict[str, str]:
    """What was kept with what a form says laid over it; rows are numbered anew, foreign names left out.

    An emptied field is gone, save where empty means that the listed value shall go.
    """
    named = {name: text for name, text in posted.items() if _NAME.fullmatch(name) and name.split(".")[0] in _PARTS}
    mine = {name: text.replace("\r\n", "\n") for name, text in named.items()}
    whole = {name: text for name, text in {**kept, **mine}.items() if text or ".to." in name}
    return _renumbered(whole, rows_of(whole))


def with_new(fields: Fields, sort: Sort, id: str) -> dict[str, str]:
    """The fields with one more record that the catalog lacks, empty as yet but for its id."""
    start = f"new.{len(rows_of(fields, 'new'))}"
    return {**fields, f"{start}.sort": sort, f"{start}.id": id}


def new_names(fields: Fields) -> dict[str, tuple[str, str]]:
    """The records that the form writes anew: id → sort and name, which may be empty yet."""
    rows = (of_row(fields, int(row), "new") for row in rows_of(fields, "new"))
    return {
        row["id"]: (row.get("sort", ""), row.get("fields.name") or row.get("fields.title", ""))
        for row in rows
        if "id" in row
    }


def rows_of(fields: Fields, part: str = "items") -> list[str]:
    """The numbers of the items (or of another part with rows), in order."""
    found = {name.split(".")[1] for name in fields if name.startswith(f"{part}.")}
    return sorted((one for one in found if one.isdigit()), key=int)


def without(fields: Fields, row: int, part: str = "items") -> dict[str, str]:
    """The fields without one of the items, or without one row of another part."""
    return _renumbered(fields, [one for one in rows_of(fields, part) if int(one) != row], part)


def of_row(fields: Fields, row: int, part: str = "items") -> dict[str, str]:
    """What is said of one item (or one row of another part), by the names inside it."""
    start = f"{part}.{row}."
    return {name.removeprefix(start): text for name, text in fields.items() if name.startswith(start)}


def of_sort(fields: Fields, row: int, sort: str) -> dict[str, str]:
    """The fields with one row that is about a record of another sort, none chosen yet."""
    start = f"items.{row}."
    return {**{name: text for name, text in fields.items() if not name.startswith(start)}, f"{start}sort": sort}


def application_from(fields: Fields, own: Mapping[str, Any]) -> tuple[Application, dict[str, str]]:
    """The application that a form says, with `own` from the account; and which fields are too long to be kept whole."""
    tree = _tree(fields)
    wishes, fresh = tree.pop("items", []), tree.pop("new", [])
    data = {
        **tree,
        **own,
        "items": [_wish(wish, own["type"]) for wish in wishes if isinstance(wish, dict)],
        "new": [
            {name: one[name] for name in NewRecord.__struct_fields__ if name in one}
            for one in fresh
            if isinstance(one, dict)
        ],
    }
    wrong: dict[str, str] = {}
    while True:
        try:
            return msgspec.convert(data, Application), wrong
        except msgspec.ValidationError as error:
            found = _FAULTY.search(str(error))
            path = [part for part in re.split(r"[.\[\]]", found[1]) if part] if found else []
            if not path or not _dropped(data, path):
                raise
            wrong[".".join(path)] = TOO_LONG


def fields_of(application: Application) -> dict[str, str]:
    """The form's fields for an application, whoever made it."""
    data = {name: value for name, value in msgspec.to_builtins(application).items() if name not in OWN}
    data["items"] = [_shown(wish) for wish in application.items]
    return {name: text for name, text in _flat("", data) if text or ".to." in name}


def _renumbered(fields: Fields, rows: list[str], part: str = "items") -> dict[str, str]:
    places = {old: str(new) for new, old in enumerate(rows)}
    kept = {}
    for name, text in fields.items():
        parts = name.split(".")
        if parts[0] == part:
            if len(parts) < 3 or parts[1] not in places:
                continue
            parts[1] = places[parts[1]]
        kept[".".join(parts)] = text
    return kept


def _tree(fields: Fields) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name, text in fields.items():
        *path, last = name.split(".")
        node: Any = root
        for part in path:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                break
        else:
            if not isinstance(node.get(last), dict):
                node[last] = _TRUE.get(text, text) if last in _TRUTHS else text
    grown: dict[str, Any] = _grown(root)
    return grown


def _grown(node: Any) -> Any:
    """Numbered parts as rows, those that hold nothing left out."""
    if not isinstance(node, dict):
        return node
    inner = {name: _grown(value) for name, value in node.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int) if inner[name]]
    return inner


def _wish(given: dict[str, Any], type: str) -> dict[str, Any]:
    wish = {name: value for name, value in given.items() if name in ItemWish.__struct_fields__ and name != "edits"}
    was, wanted = given.get("from", {}), given.get("to", {})
    shown = isinstance(wanted, dict) and wish.get("item") == given.get("of", "")
    differing = service_fields.edits if service_fields.is_service(wish.get("item", "")) else _edits
    plain = differing(dict(_flat("", was)), dict(_flat("", wanted))) if shown else ()
    edits = [*plain, *_others(given.get("edits", ""))]
    if edits and type == "change":
        wish["edits"] = edits
    if isinstance(wish.get("version"), dict):
        wish["version"] = _version(wish["version"])
    return wish


def _edits(was: Fields, wanted: Fields) -> Iterator[dict[str, Any]]:
    """What differs from what was shown."""
    for name in EDITABLE:
        before = was.get(name, "")
        if name in wanted and wanted[name] != before:
            yield {"field": name, "from": before or None, "to": wanted[name] or None}


def _others(text: Any) -> list[Any]:
    """Edits that the form has no field for."""
    try:
        found = msgspec.json.decode(text) if text else []
    except (msgspec.DecodeError, TypeError):
        return []
    return found if isinstance(found, list) else []


def _version(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The new method with its own terms; terms of methods that were not chosen are left out."""
    method = given.get("method", "")
    if not method:
        return None
    kept: dict[str, Any] = {"method": method}
    terms = given.get(method)
    if isinstance(terms, dict):
        if isinstance(terms.get("check"), dict):
            terms = {**terms, "check": {"exempt": False, **terms["check"]}}
        kept[method] = terms
    elif method == "share":
        kept["share"] = {}
    if method == "other":
        kept["other"] = given.get("other", "")
    if method == "agency":
        kept["agency"] = "proxy" if isinstance(given.get("proxy"), dict) else "verify"
        kept |= {name: given[name] for name in ("verify", "proxy") if isinstance(given.get(name), dict)}
    return kept | {name: given[name] for name in ("time_class", "fallback") if given.get(name)}


def _shown(wish: ItemWish) -> dict[str, Any]:
    """A wish as the form holds it: plain edits twice, all others as one piece of JSON."""
    data: dict[str, Any] = msgspec.to_builtins(wish)
    data.pop("was", None)
    edits = data.pop("edits", [])
    shown = service_fields.both if service_fields.is_service(wish.item) else _both
    sides = [shown(edit) for edit in edits]
    plain = [one for one in sides if one]
    others = [edit for edit, one in zip(edits, sides, strict=True) if not one]
    if plain:
        data["of"] = wish.item
        data["from"] = {leaf: text for was, _ in plain for leaf, text in was.items()}
        data["to"] = {leaf: text for _, wanted in plain for leaf, text in wanted.items()}
    if others:
        data["edits"] = msgspec.json.encode(others).decode()
    return data


def _both(edit: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]] | None:
    """The plain field of an edit, as it was and as it is wanted; None for one that the form cannot show."""
    name, values = edit["field"], (edit.get("from"), edit.get("to"))
    if name not in EDITABLE or not all(value is None or isinstance(value, str) for value in values):
        return None
    return {name: values[0] or ""}, {name: values[1] or ""}


def _flat(path: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _flat(f"{path}.{name}" if path else name, value)
    elif isinstance(node, list | tuple):
        for row, value in enumerate(node):
            yield from _flat(f"{path}.{row}", value)
    elif isinstance(node, bool):
        yield path, "yes" if node else "no"
    elif node is not None:
        yield path, str(node)


def _dropped(data: Any, path: list[str]) -> bool:
    """Take out what cannot be taken in, so that the rest can."""
    *outer, last = path
    for part in outer:
        if isinstance(data, list | tuple):
            data = data[int(part)]
        elif isinstance(data, dict) and part in data:
            data = data[part]
        else:
            return False
    if isinstance(data, list):
        del data[int(last)]
        return True
    return isinstance(data, dict) and data.pop(last, None) is not None
