"""清单体检: judge the list of a county that is not online yet, and write a Word report.

    scripts/checkup.py FILE --out FILE.docx [--as-of DATE]

Exit status: 0 nothing to mend, 1 findings, 2 the file cannot be used.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mianzheng.catalog_files import reports
from mianzheng.errors import BadArgument, CatalogHasErrors, MianzhengError
from mianzheng.publishing import sound_catalog
from mianzheng.sheets.checkup import check_up
from mianzheng.sheets.checkup_report import report
from mianzheng.sheets.headings import known_labels
from mianzheng.sheets.opening import contents, open_grids
from mianzheng.sheets.reading import read
from mianzheng.terminal import progress_line, shanghai_today

PROJECT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    """Check up; see the module's head."""
    options = _parser().parse_args(argv)
    try:
        today = shanghai_today(options.as_of)
        if not options.out.resolve().parent.is_dir():
            raise BadArgument(f"找不到文件夹：{options.out.parent}")
        grids = open_grids(contents(options.file))
        catalog = sound_catalog(options.catalog, today)
        reading = read(grids, known_labels(catalog.vocabularies.lists.values()))
        done = check_up(reading, catalog, today, progress_line("体检"))
        options.out.write_bytes(report(done, catalog, options.file.stem, today))
    except CatalogHasErrors as error:
        print(reports.as_text(error.findings, options.catalog.as_posix()), file=sys.stderr)
        return 2
    except MianzhengError as error:
        print(error, file=sys.stderr)
        return 2
    found = sum(1 for findings in done.findings.values() for one in findings if one.level != "hint")
    print(f"{options.out}：{len(reading.rows)} 行，要改或者要核对的 {found} 处")
    return 1 if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="给还没有上线的清单做体检，写一份 Word 报告")
    parser.add_argument("file", type=Path, metavar="FILE", help=".xlsx 或 .csv")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="报告写到哪里（.docx）")
    parser.add_argument("--as-of", default="", metavar="DATE", help="按哪一天判断（默认今天）")
    parser.add_argument(
        "--catalog", type=Path, default=PROJECT / "catalog", metavar="DIR", help="依据库所在的清单文件夹"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
