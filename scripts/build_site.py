"""Build the public site.

    scripts/build_site.py [--catalog DIR] [--out build/site] [--base-url URL] [--now INSTANT] [--as-of DATE]
                          [--live DIR|URL] [--static-redirects]

Exit status: 0 done, 1 findings or faults (the last good site stays), 2 unusable arguments.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from mianzheng import publishing
from mianzheng.catalog_files import reports
from mianzheng.errors import BadArgument, CatalogHasErrors, MianzhengError
from mianzheng.model import Catalog
from mianzheng.site.generator import make_shells
from mianzheng.site.marks import PROGRAM
from mianzheng.site.stamping import Summary
from mianzheng.terminal import leave
from mianzheng.views.rendering import keep_compiled

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATES = PROJECT / "build" / "cache" / "templates"


def main(argv: list[str] | None = None, keep: list[Catalog] | None = None) -> int:
    """Build; see the module's head. The catalog is put into `keep`."""
    options = _parser().parse_args(argv)
    started = time.monotonic()
    try:
        chosen = publishing.setting(
            catalog=options.catalog,
            out=options.out,
            shells=PROJECT / "build" / "shell",
            now=options.now,
            as_of=options.as_of,
            base_url=options.base_url,
            live=options.live or None,
            static_redirects=options.static_redirects,
        )
        keep_compiled(str(TEMPLATES), PROGRAM.hex())
        make_shells(PROJECT, chosen.shells)
        summary, findings = publishing.publish(chosen, keep)
    except BadArgument as error:
        print(error, file=sys.stderr)
        return 2
    except CatalogHasErrors as error:
        print(reports.as_text(error.findings, options.catalog.as_posix()), file=sys.stderr)
        print("清单有错误，网站没有改动。", file=sys.stderr)
        return 1
    except MianzhengError as error:
        print(error, file=sys.stderr)
        return 1
    if findings:
        print(reports.summary(findings), file=sys.stderr)
    print(table(summary, time.monotonic() - started, chosen.out))
    return 0


def table(summary: Summary, seconds: float, out: Path) -> str:
    """What was built, kind by kind."""
    lines = [f"{kind:<14}{count:>8}" for kind, count in sorted(summary.kinds.items())]
    total = f"写 {summary.written}，不变 {summary.unchanged}，删 {summary.deleted}，共 {summary.size / 1e6:.1f} MB"
    return "\n".join([*lines, f"{out}：{total}，{seconds:.1f} 秒"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="生成公开网站")
    parser.add_argument("--catalog", type=Path, default=PROJECT / "catalog", metavar="DIR", help="清单文件夹")
    parser.add_argument("--out", type=Path, default=PROJECT / "build" / "site", metavar="DIR", help="写到哪里")
    parser.add_argument("--base-url", default="", help="网站地址（默认 MIANZHENG_PUBLIC_URL）")
    parser.add_argument("--now", default="", metavar="INSTANT", help="按哪一刻生成（默认现在）")
    parser.add_argument("--as-of", default="", metavar="DATE", help="看哪一天的清单（默认当天）")
    parser.add_argument("--live", default="", metavar="DIR|URL", help="动态数据：live/ 文件夹或网址")
    parser.add_argument("--static-redirects", action="store_true", help="为 /i/编号 生成跳转页")
    return parser


if __name__ == "__main__":
    leave(main)
