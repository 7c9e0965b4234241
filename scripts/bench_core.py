"""Measure reads beside a bare waitress application and durable writes beside bare SQLite inserts, in one run.

    scripts/bench_core.py [--seconds 5] [--runs 3]

Writes are on the disk before they count (fsync). Prints a table and writes it to docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from mianzheng.loads import bare_inserts, bare_waitress, durable_commits, reads
from mianzheng.measuring import median, record, say, surroundings

HEAD = "| 做什么 | 每秒 | p99 | 对照 | 对照每秒 | 我们 ÷ 对照 |\n|---|---|---|---|---|---|"
NOTE = (
    "写：提交返回以前已经落盘（fsync），同一块盘；同时要写的线程合用一次落盘。比值逐对计算后取中位数。目标：写 ≥ 0.5。"
)
ROWS = (
    ("读：`GET /api/v1/deadlines`，经 waitress", reads, "空的 waitress 应用", bare_waitress),
    (
        "写：一件案件的一步（快照、事件、待送达、命令号），八个线程",
        durable_commits,
        "SQLite 插入一行，一个线程",
        bare_inserts,
    ),
)


def main(argv: list[str] | None = None) -> int:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description="测量接口和存储")
    parser.add_argument("--seconds", type=float, default=5, help="每次测几秒")
    parser.add_argument("--runs", type=int, default=3, help="测几轮")
    options = parser.parse_args(argv)
    lines = []
    with tempfile.TemporaryDirectory(dir=".") as folder:
        for name, ours, peer_name, peer in ROWS:
            say(name)
            pairs = [
                (ours(Path(folder), options.seconds), peer(Path(folder), options.seconds)) for _ in range(options.runs)
            ]
            ratio = median([one.rate / other.rate for one, other in pairs])
            rate, p99, bare = (
                median([getattr(pair[side], what) for pair in pairs])
                for side, what in ((0, "rate"), (0, "p99"), (1, "rate"))
            )
            lines.append(
                f"| {name} | {rate:,.0f} | {p99 * 1000:.1f} ms | {peer_name} | {bare:,.0f} | **{ratio:.2f}** |"
            )
    under = surroundings("waitress", "werkzeug", "msgspec")
    text = "\n".join(["## 接口和存储：`make bench-core`", "", HEAD, *lines, "", NOTE, "", under])
    print(text)
    record("core", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
