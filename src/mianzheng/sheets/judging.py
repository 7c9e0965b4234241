"""An imported batch under the form's own rules: every problem beside the cell it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mianzheng.model import Catalog
from mianzheng.proposals.examining import examine
from mianzheng.proposals.operations import Render
from mianzheng.sheets.importing import Imported
from mianzheng.sheets.reading import Remark

_COLUMN_OF = {
    "kind": "name", "service": "service", "requesting_body": "requesting_body", "issuing_body": "issuing_body",
    "legal_bases": "basis", "version": "method", "note": "note",
}  # fmt: skip


def judge(
    imported: Imported,
    catalog: Catalog,
    today: str,
    new_id: Callable[[], str],
    render: Render,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Remark]:
    """What the form says of the applications. Cells that have an error already are left at that."""
    wrong = {(remark.line, remark.column) for remark in imported.remarks if remark.level == "error"}
    batches = list(zip(imported.applications, imported.lines, strict=True))
    for number, (application, rows) in enumerate(batches, 1):
        examined = examine(application, catalog, today, new_id=new_id, render=render)
        said = [(name, sentence, "error") for name, sentence in examined.problems.items()]
        said += [(hint.field, hint.sentence, "warning") for hint in examined.hints]
        for name, sentence, level in said:
            parts = name.split(".")
            if parts[0] != "items" or len(parts) < 3:
                if level == "error":
                    yield Remark(0, 0, f"提交前要在表单里补上：{sentence}", "hint")
                continue
            row = rows[int(parts[1])]
            column = row.at.get(_COLUMN_OF.get(parts[2], ""), 0)
            if (row.line, column) not in wrong:
                yield Remark(row.line, column, sentence, "error" if level == "error" else "warning")
        if progress:
            progress(number, len(batches))
