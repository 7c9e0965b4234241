"""Check the catalog and say in plain Chinese what is wrong and how to mend it.

    scripts/check.py [--catalog DIR] [--place ID] [--changed BASE] [--now DATE] [--format text|json|github] [--fix]

Exit status: 0 no error, 1 errors, 2 unusable arguments.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

from mianzheng.catalog_files import reports
from mianzheng.catalog_files.checking import Order, cache_file, check_folder, fix_folder
from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import day_of, shanghai_day
from mianzheng.errors import BadArgument, MianzhengError
from mianzheng.model import has_errors
from mianzheng.terminal import leave, progress_line


def main(argv: list[str] | None = None, keep: list[Loaded] | None = None) -> int:
    """Run the check; see the module's head for arguments and exit status. What was read is put into `keep`."""
    parser = argparse.ArgumentParser(description="检查清单数据")
    parser.add_argument("--catalog", type=Path, default=Path("catalog"), metavar="DIR", help="清单文件夹")
    parser.add_argument("--place", default="", metavar="ID", help="只看一个地区")
    parser.add_argument("--changed", default="", metavar="BASE", help="只看与某个提交相比有变化、受影响的")
    parser.add_argument("--now", default="", metavar="DATE", help="按哪一天判断（默认今天）")
    parser.add_argument("--format", choices=("text", "json", "github"), default="text", help="输出格式")
    parser.add_argument("--fix", action="store_true", help="把写法改成统一格式，内容不变")
    options = parser.parse_args(argv)
    try:
        order = _order(options)
        loaded, findings = check_folder(order, progress_line("读取清单"))
        if keep is not None:
            keep.append(loaded)
        if options.fix and (written := fix_folder(loaded, findings, options.catalog)):
            print(f"已改为统一格式：{len(written)} 个文件", file=sys.stderr)
            _, findings = check_folder(order)
    except MianzhengError as error:
        print(error, file=sys.stderr)
        return 2
    folder = options.catalog.as_posix().rstrip("/")
    if options.format == "json":
        print(reports.as_json(findings))
    elif options.format == "github":
        print(reports.as_github(findings, folder))
    else:
        print(reports.as_text(findings, folder))
    return 1 if has_errors(findings) else 0


def _order(options: argparse.Namespace) -> Order:
    """The order from the arguments, all unusable ones named together."""
    problems = []
    today = shanghai_day(options.now) if options.now else day_of(datetime.datetime.now(datetime.UTC))
    if not today:
        problems.append(f"--now {options.now} 不是日期，请写成 2026-11-25")
    if not options.catalog.is_dir():
        problems.append(f"找不到清单文件夹：{options.catalog}")
    elif options.place and not (options.catalog / "places" / options.place).is_dir():
        problems.append(f"--place {options.place} 不存在")
    if problems:
        raise BadArgument(*problems)
    return Order(options.catalog, today, options.place, options.changed, cache_file(options.catalog))


if __name__ == "__main__":
    leave(main)
