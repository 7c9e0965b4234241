"""Lists for programs and for any spreadsheet: CSV and JSON."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec

from mianzheng.sheets.official import DEMONSTRATION, OfficialList
from mianzheng.views.cells import harmless

VERSION = "1.1.0"


def envelope(name: str, total: int, day: str, *, demonstration: bool) -> dict[str, Any]:
    """What every data file starts with."""
    head: dict[str, Any] = {"schema_version": VERSION, "name": name, "as_of": day, "total": total}
    if demonstration:
        head["demonstration"] = True
        head["notice"] = "演示网站，不是政府网站。内容不能作为办事依据，办事请以当地窗口答复为准。"
    return head


def list_csv(document: OfficialList) -> bytes:
    """A list as CSV for spreadsheets: UTF-8 with mark, and no cell that a spreadsheet would run as a formula."""
    out = io.BytesIO()
    text = io.TextIOWrapper(out, "utf-8", newline="")  # a long list never stands there as text and as bytes
    text.write("\ufeff")
    writer = csv.writer(text)
    if document.demonstration:
        writer.writerow([DEMONSTRATION])
    writer.writerow(document.labels)
    writer.writerows(map(harmless, document.rows))
    text.flush()
    return out.getvalue()


def list_json(document: OfficialList) -> bytes:
    """A list as JSON: column codes and labels, one object a row; a frozen one names its edition and digest."""
    codes = [*document.codes, "id"]
    records = [dict(zip(codes, [*cells, item], strict=True)) for item, cells in document.lines]
    head = envelope(document.code, len(records), document.as_of, demonstration=document.demonstration)
    if document.edition:
        head |= {"edition": document.edition, "number": document.number, "sha256": document.digest}
    return msgspec.json.encode(head | {"title": document.name, "columns": document.columns, "records": records})
