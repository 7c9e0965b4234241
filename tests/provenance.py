"""Numbers, codes, phones and addresses of the shipped catalog, and the reviewed list of where each comes from.

`python -m tests.provenance` prints the lines that `tests/data/provenance.yaml` lacks, and those that nothing needs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
import yaml

from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.model import Record

ROOT = Path(__file__).parent.parent
LISTING = ROOT / "tests" / "data" / "provenance.yaml"

WATCHED = frozenset(
    {
        "Announcement.address", "Announcement.number", "Cancellation.proposal", "Edition.number",
        "ItemVersion.proposal", "LegalBasis.document_number", "Operator.complaint_receivers", "Operator.contact",
        "PolicyDocument.index", "PolicyDocument.number", "PublicBody.phone", "PublicService.code",
        "PublicService.guide_url", "Publication.address",
    }
)  # fmt: skip
"""Fields whose value is a number, a code given by somebody else, a phone, an address or a person to turn to."""

IN_TEXT = {
    "text.document_number": re.compile(r"(?:文号)?([\u4e00-\u9fff]*(?:〔\d{4}〕\d+|令第\d+)号)"),
    "text.url": re.compile(r"https?://[^\s，。；）]+"),
    "text.street": re.compile(r"[\u4e00-\u9fff]+(?:路|街|大道|巷|胡同)\d+号"),
    "text.phone": re.compile(r"(?<![A-Za-z0-9_-])(?:0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}|1[3-9]\d{9}|[1-9]\d{4})(?!\d)"),
    "text.long_number": re.compile(r"(?<![A-Za-z0-9_-])\d{6,10}(?!\d)"),
}
"""The same things where they stand in sentences, notes and titles."""

OWN_ID = re.compile(r"(?:zm|kd|sv|bd|lb)-[0-9a-z]{6}")


class Value(NamedTuple):
    """One value that somebody outside gave: the field or pattern it was found by, whose it is, what it says."""

    group: str
    of: str
    value: str


def _leaves(value: object, field: str, of: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, msgspec.Struct):
        of = next((name for key in ("title", "name", "id") if (name := getattr(value, key, ""))), of)
        for one in msgspec.structs.fields(value):
            yield from _leaves(getattr(value, one.name), f"{type(value).__name__}.{one.name}", of)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _leaves(one, field, of)
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _leaves(one, field, of)
    elif isinstance(value, str) and value:
        yield field, of, value


def values_of(records: Iterable[Record]) -> set[Value]:
    """All values to account for in these records. A value in running text counts once, whoever says it."""
    found = set()
    for record in records:
        for field, of, text in _leaves(record, "", ""):
            if field in WATCHED:
                found.add(Value(field, of, text))
            elif not OWN_ID.fullmatch(text):
                found |= {Value(group, "", hit) for group, shape in IN_TEXT.items() for hit in shape.findall(text)}
    return found


def listed(document: Mapping[str, list[dict[str, str]]]) -> dict[Value, str]:
    """The reviewed values with their source."""
    groups = {group: lines for group, lines in document.items() if group != "sources"}
    return {
        Value(group, line.get("of", ""), line["value"]): line["source"]
        for group, lines in groups.items()
        for line in lines
    }


def line_of(value: Value, source: str = "?") -> str:
    """The line for the listing, ready to paste under its group."""
    line = {key: text for key, text in (*value._asdict().items(), ("source", source)) if text and key != "group"}
    return (
        "  - " + yaml.safe_dump(line, allow_unicode=True, default_flow_style=True, sort_keys=False, width=1000).strip()
    )


def main() -> int:
    """Print what the listing lacks and what it has too much; 1 when there is any."""
    found = values_of(load(FolderSource(ROOT / "catalog")).records.values())
    known = listed(yaml.safe_load(LISTING.read_text("utf-8")))
    for label, values in (("缺", found - known.keys()), ("多", known.keys() - found)):
        for group in sorted({value.group for value in values}):
            print(f"# {label}\n{group}:")
            print("\n".join(line_of(value) for value in sorted(values) if value.group == group))
    return int(found != known.keys())


if __name__ == "__main__":
    sys.exit(main())
