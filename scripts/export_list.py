"""Write a public list as an official document, or everything public as one SQLite file.

    scripts/export_list.py --place ID --list CODE --format csv|xlsx|docx|json --out FILE [--number 文号] [--as-of DATE]
    scripts/export_list.py --list all --format sqlite --out FILE

Exit status: 0 done, 1 the list has errors, 2 unusable arguments.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mianzheng.catalog_files import reports
from mianzheng.errors import BadArgument, CatalogHasErrors, MianzhengError
from mianzheng.publishing import sound_catalog
from mianzheng.sheets.database import every_list, write_database
from mianzheng.sheets.exporting import FORMATS, official
from mianzheng.terminal import shanghai_today
from mianzheng.views.atlas import draw

PROJECT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    """Export; see the module's head."""
    options = _parser().parse_args(argv)
    try:
        whole = (options.list == "all", options.format == "sqlite")
        if (any(whole) and not all(whole)) or (all(whole) and options.place):
            raise BadArgument("--list all 和 --format sqlite 要一起用，包括全部地区，不写 --place")
        if not options.out.resolve().parent.is_dir():
            raise BadArgument(f"找不到文件夹：{options.out.parent}")
        atlas = draw(sound_catalog(options.catalog, day := shanghai_today(options.as_of)), day)
        if all(whole):
            documents = every_list(atlas)
            fictional = any(document.demonstration for document in documents)
            write_database(atlas, documents, options.out, demonstration=fictional)
            print(f"{options.out}：{len(atlas.entries)} 条证明事项，{len(documents)} 份清单")
            return 0
        document = official(atlas, options.place, options.list, number=options.number)
        options.out.write_bytes(FORMATS[options.format](document))
    except CatalogHasErrors as error:
        print(reports.as_text(error.findings, options.catalog.as_posix()), file=sys.stderr)
        return 1
    except MianzhengError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{options.out}：{document.title}，{len(document.rows)} 条")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="导出公开清单")
    parser.add_argument("--place", default="", metavar="ID", help="地区")
    parser.add_argument("--list", required=True, metavar="CODE", help="清单代码；all 是全部（配 sqlite）")
    parser.add_argument("--format", required=True, choices=(*FORMATS, "sqlite"), help="格式")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="写到哪个文件")
    parser.add_argument("--number", default="", help="文号，例如 某政办发〔2026〕1号")
    parser.add_argument("--as-of", default="", metavar="DATE", help="看哪一天的清单（默认今天）")
    parser.add_argument("--catalog", type=Path, default=PROJECT / "catalog", metavar="DIR", help="清单文件夹")
    return parser


if __name__ == "__main__":
    sys.exit(main())
