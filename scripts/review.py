"""Show what a proposal changes, for a reviewer who knows no git; with --gate, say what is missing before merging.

    scripts/review.py BASE HEAD [--format md|json|html] [--gate] [--approvals FILE] [--proposal FILE] [--catalog DIR]

--approvals: `[{role, subject, commit, at}]`; --proposal: the pull request's text with its fenced block. Exit status:
0 shown, or nothing is missing; 1 something is missing; 2 it cannot be judged.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

import msgspec

from mianzheng.catalog_files.comparing import compare
from mianzheng.clock import day_of, shanghai_day
from mianzheng.errors import BadArgument, MianzhengError
from mianzheng.ports.forge import Approval
from mianzheng.proposals.block import read_block
from mianzheng.proposals.chains import chain_of, standing
from mianzheng.proposals.differences import difference
from mianzheng.proposals.report import ReviewReport, facts_of, review_report
from mianzheng.views.review import FORMATS


def main(argv: list[str] | None = None) -> int:
    """Show the report or judge; see the module's head for arguments and exit status."""
    parser = argparse.ArgumentParser(description="清单调整的审核报告")
    parser.add_argument("base", metavar="BASE", help="原来的提交")
    parser.add_argument("head", metavar="HEAD", help="调整以后的提交")
    parser.add_argument("--format", choices=FORMATS, default="md", help="输出格式")
    parser.add_argument("--gate", action="store_true", help="判断能不能并入，缺什么")
    for name, what in (("--approvals", "已有的审核意见（JSON）"), ("--proposal", "合并请求的说明")):
        parser.add_argument(name, type=Path, metavar="FILE", help=what)
    parser.add_argument("--catalog", type=Path, default=Path("catalog"), metavar="DIR", help="清单文件夹")
    parser.add_argument("--now", default="", metavar="DATE", help="按哪一天判断（默认今天）")
    options = parser.parse_args(argv)
    try:
        report = _report(options)
    except (MianzhengError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if options.gate:
        print("\n".join(report.missing) or "可以并入清单。")
        return 1 if report.missing else 0
    print(FORMATS[options.format](report))
    return 0


def _report(options: argparse.Namespace) -> ReviewReport:
    day = shanghai_day(options.now) if options.now else day_of(datetime.datetime.now(datetime.UTC))
    if not day:
        raise BadArgument(f"--now {options.now} 不是日期，请写成 2026-11-25")
    compared = compare(options.catalog, options.base, options.head, day)
    told = read_block(options.proposal.read_text("utf-8")) if options.proposal else None
    changed = difference(compared.before.catalog, compared.after.catalog, compared.changed)
    facts = facts_of(compared.before.catalog, changed, told)
    chain = chain_of(compared.before.catalog, facts)
    standings = standing(chain, facts, _approvals(options.approvals), compared.head, day)
    return review_report(compared.after.catalog, changed, compared.findings, standings, told, day=day)


def _approvals(file: Path | None) -> list[Approval]:
    """The approvals given so far. Raises BadArgument for a file of another shape."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[Approval]) if file else []
    except msgspec.MsgspecError as error:
        raise BadArgument(f"{file} 不是审核意见的列表 [{{role, subject, commit, at}}]：{error}") from error


if __name__ == "__main__":
    sys.exit(main())
