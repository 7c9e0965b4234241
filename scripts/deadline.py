"""Say when something is due, and how that was counted.

    scripts/deadline.py --profile ID --rule NAME --from INSTANT_OR_DATE [--extend N] [--days N] [--catalog DIR]

JSON on standard output: rule, due_at, due_day, certain, may_change, nominal_due_at, target, trail.
Exit status: 0 done, 2 unusable arguments or catalog: {"errors": [...]}, all of them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from mianzheng import clock
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.errors import BadArgument, MianzhengError

CATALOG = Path(__file__).resolve().parent.parent / "catalog"


def main(argv: list[str] | None = None) -> int:
    """Answer one question; see the module's head."""
    options, unknown = _parser().parse_known_args(argv)
    problems = [f"不认识的参数：{' '.join(unknown)}"] if unknown else []
    found = None
    try:
        rules = load(FolderSource(options.catalog), only=("profile", "calendar")).catalog
        question = clock.read_question(
            rules.profiles,
            profile=options.profile,
            rule=options.rule,
            start=options.start,
            extend=options.extend,
            days=options.days,
        )
        found = clock.answer(clock.WorkingCalendar(rules.calendars), question)
    except BadArgument as error:
        problems += error.problems
    except MianzhengError as error:
        problems.append(str(error))
    print(_json({"errors": problems} if problems else found))
    return 2 if problems else 0


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _parser() -> argparse.ArgumentParser:
    """Every option may be left out or left empty: what is missing is then said with everything else."""
    parser = argparse.ArgumentParser(description="计算到期日，并说明是怎么数的", allow_abbrev=False)
    texts = {
        "--profile": ("profile", "ID", "哪套规则，例如 yiyuan"),
        "--rule": ("rule", "NAME", f"哪个时限：{' '.join(clock.RULES)}"),
        "--from": ("start", "INSTANT_OR_DATE", "从哪天或哪一刻起算"),
        "--extend": ("extend", "N", "延期几个工作日（投诉办结）"),
        "--days": ("days", "N", "事情自带的工作日数"),
    }
    for option, (name, value, text) in texts.items():
        parser.add_argument(option, dest=name, nargs="?", const="", default="", metavar=value, help=text)
    parser.add_argument("--catalog", type=Path, default=CATALOG, metavar="DIR", help="清单文件夹")
    return parser


if __name__ == "__main__":
    sys.exit(main())
