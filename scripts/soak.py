"""Ten minutes of mixed load on a real server that is killed again and again: nothing may be lost, nothing doubled.

    scripts/soak.py [--seconds 600] [--workers 4] [--seed 1] [--record]

Prints a table, and writes it to docs/benchmarks.md where asked. Exit status 1 when something was lost or doubled.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from mianzheng.measuring import record, say, surroundings
from mianzheng.soaking import Found, Soak

PROJECT = Path(__file__).resolve().parent.parent
SHOWN = 20


def main(argv: list[str] | None = None) -> int:
    """Soak, count, tell."""
    parser = argparse.ArgumentParser(description="长时间压力测试：一边提交、受理、查询，一边随时杀掉服务器")
    parser.add_argument("--seconds", type=float, default=600, help="多少秒")
    parser.add_argument("--workers", type=int, default=4, help="几个人同时用")
    parser.add_argument("--seed", type=int, default=1, help="什么时候杀，换一个数就换一种")
    parser.add_argument("--record", action="store_true", help="把结果写进 docs/benchmarks.md")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        found = Soak(PROJECT, Path(folder), options.seed).run(options.seconds, options.workers, say)
    text = table(found)
    print(text)
    if options.record:
        how = f"{options.workers} 个人同时用 {options.seconds:.0f} 秒，每 2 到 8 秒杀一次服务器（kill -9）。"
        record("soak", "\n".join(["## 压力测试：`make soak`", "", text, "", how, "", surroundings("waitress")]))
    return 1 if found.lost or found.doubled else 0


def table(found: Found) -> str:
    """What was done, lost and doubled, as a Markdown table, with the first of what should not be."""
    rows = [*found.done.items(), ("丢失", len(found.lost)), ("重复", len(found.doubled))]
    lines = ["| 什么 | 多少 |", "|---|---:|", *(f"| {name} | {count} |" for name, count in rows)]
    wrong = [*(f"丢失：{one}" for one in found.lost), *(f"重复：{one}" for one in found.doubled)]
    return "\n".join([*lines, *wrong[:SHOWN]])


if __name__ == "__main__":
    sys.exit(main())
