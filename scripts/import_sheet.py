"""Make a batch proposal from a department's table, and give the table back with a comment on each doubtful cell.

    scripts/import_sheet.py FILE --place ID [--out DIR] [--report FILE] [--as-of DATE]

Writes DIR/申请-1.json … (as `POST /api/v1/proposals` takes it, up to 200 items each) and DIR/批注-FILE.xlsx.
Exit status: 0 nothing to mend, 1 cells to mend, 2 the file cannot be used.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from mianzheng.catalog_files import reports
from mianzheng.catalog_files.rendering import render_record
from mianzheng.errors import CatalogHasErrors, MianzhengError
from mianzheng.publishing import sound_catalog
from mianzheng.sheets.accounting import account, summary
from mianzheng.sheets.opening import contents
from mianzheng.sheets.receiving import received
from mianzheng.terminal import progress_line, shanghai_today

PROJECT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    """Import; see the module's head."""
    options = _parser().parse_args(argv)
    try:
        today = shanghai_today(options.as_of)
        content = contents(options.file)
        catalog = sound_catalog(options.catalog, today)
        catalog.home(options.place)
        found = received(
            content,
            catalog,
            options.place,
            today,
            render_record,
            reading_on=progress_line("读取表格"),
            judging_on=progress_line("核对申请"),
        )
        target = options.report or options.out / "报告.txt"
        for folder in (options.out, target.parent):
            folder.mkdir(parents=True, exist_ok=True)
        for number, application in enumerate(found.imported.applications, 1):
            text = msgspec.json.format(msgspec.json.encode(application), indent=2)
            (options.out / f"申请-{number}.json").write_bytes(text + b"\n")
        (options.out / f"批注-{options.file.stem}.xlsx").write_bytes(found.copy(today))
        target.write_text(account(found.reading, found.imported, found.remarks) + "\n", "utf-8", newline="\n")
    except CatalogHasErrors as error:
        print(reports.as_text(error.findings, options.catalog.as_posix()), file=sys.stderr)
        return 2
    except MianzhengError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{summary(found.reading, found.imported, found.remarks)}\n写到：{options.out}")
    return 1 if any(remark.level == "error" for remark in found.remarks) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="把部门报来的表格变成一份批量申请")
    parser.add_argument("file", type=Path, metavar="FILE", help=".xlsx 或 .csv")
    parser.add_argument("--place", required=True, metavar="ID", help="地区")
    parser.add_argument("--out", type=Path, default=Path("build/import"), metavar="DIR", help="写到哪个文件夹")
    parser.add_argument("--report", type=Path, metavar="FILE", help="报告写到哪里（默认 DIR/报告.txt）")
    parser.add_argument("--as-of", default="", metavar="DATE", help="申请日期（默认今天）")
    parser.add_argument("--catalog", type=Path, default=PROJECT / "catalog", metavar="DIR", help="清单文件夹")
    return parser


if __name__ == "__main__":
    sys.exit(main())
