"""Fill a data folder with weeks of invented complaints, so that the workbench can be tried out in earnest.

    scripts/rehearse.py --data DIR [--place demo-yiyuan] [--weeks 8] [--each-day 3] [--until INSTANT] [--seed 1]

Then `scripts/serve.py --demo --data DIR` shows it; with `--speed 60` an hour goes by in a minute.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.clock import SHANGHAI
from mianzheng.errors import BadArgument, MianzhengError
from mianzheng.local.rehearsal import Rehearsal

PROJECT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    """Live through the weeks and say what came of them. Exit status 2: unusable arguments."""
    parser = argparse.ArgumentParser(description="排练：编几周的投诉举报，放进一个新的数据文件夹")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="新的数据文件夹")
    parser.add_argument("--place", default="demo-yiyuan", metavar="ID", help="哪个虚构的地区")
    parser.add_argument("--weeks", type=int, default=8, help="几周")
    parser.add_argument("--each-day", type=float, default=3, metavar="N", help="工作日平均几件")
    parser.add_argument("--until", default="", metavar="INSTANT", help="到哪一刻为止（默认现在）")
    parser.add_argument("--seed", type=int, default=1, help="换一个数，换一批件")
    options = parser.parse_args(argv)
    try:
        rehearsed = _rehearse(options)
    except (MianzhengError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(rehearsed)
    return 0


def _rehearse(options: argparse.Namespace) -> str:
    if options.data.exists() and any(options.data.iterdir()):
        raise BadArgument(f"{options.data} 里已经有东西；排练要用新的文件夹，免得和真的混在一起")
    if options.weeks < 1 or not 0 < options.each_day <= 100:
        raise BadArgument("--weeks 要写 1 以上，--each-day 要写 100 以内")
    until = datetime.datetime.fromisoformat(options.until) if options.until else datetime.datetime.now(SHANGHAI)
    until = until if until.tzinfo else until.replace(tzinfo=SHANGHAI)
    catalog = load(FolderSource(PROJECT / "catalog")).catalog
    start = until - datetime.timedelta(weeks=options.weeks)
    rehearsal = Rehearsal(options.data, catalog, options.place, start, options.seed)
    states = rehearsal.live(until, options.each_day)
    lines = [f"编了 {sum(states.values())} 件：{'、'.join(f'{name} {n}' for name, n in states.most_common())}"]
    lines += ["最近几件的查询码："] + [f"  {number}　{code}" for number, code in rehearsal.receipts[-3:]]
    return "\n".join([*lines, f"打开：scripts/serve.py --demo --data {options.data}"])


if __name__ == "__main__":
    sys.exit(main())
