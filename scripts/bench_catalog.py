"""Measure loading and checking of 300, 3,000 and 30,000 items against plain `yaml.CSafeLoader` reading the same files.

    scripts/bench_catalog.py [--sizes 300,3000,30000] [--runs 3]

Prints a table and writes it to docs/benchmarks.md. Ratios of CPU time, pair by pair; nothing is asserted.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from mianzheng.catalog_files.cache import forget
from mianzheng.catalog_files.checking import cache_file
from mianzheng.catalog_files.samples import generate
from mianzheng.measuring import median, record, run, say, surroundings

PEER = (
    "import sys, pathlib, yaml\n"
    "for path in pathlib.Path(sys.argv[1]).rglob('*.yaml'):\n"
    "    yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)\n"
)
COLUMNS = ("事项数", "对照：只用 CSafeLoader 读", "冷：读 + 全部检查", "冷 ÷ 对照", "热：第二次", "峰值内存")
HEAD = f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|"
NOTE = (
    "每条 1.5 KB。CPU 时间取中位数，比值逐对计算后取中位数。目标：冷 ≤ 1.0，热 ≤ 1.5 s，内存 ≤ 400 MiB（30,000 条）。"
)


def measure(items: int, runs: int, folder: Path) -> str:
    """One row of the table."""
    catalog = folder / str(items)
    generate(items=items, seed=1, rules=Path("catalog"), out=catalog)
    ours = [sys.executable, "scripts/check.py", "--catalog", str(catalog)]
    peer = [sys.executable, "-c", PEER, str(catalog)]
    colds, peers, warms = [], [], []
    for number in range(runs):
        say(f"{items} 条，第 {number + 1}/{runs} 轮")
        forget(cache_file(catalog))
        colds.append(run(ours))
        peers.append(run(peer))
        warms.append(run(ours))
    forget(cache_file(catalog))
    ratio = median([cold.cpu / other.cpu for cold, other in zip(colds, peers, strict=True)])
    cold, other, warm = (median([r.cpu for r in rows]) for rows in (colds, peers, warms))
    peak = max(r.peak for r in colds + warms)
    return f"| {items:,} | {other:.2f} s | {cold:.2f} s | **{ratio:.2f}** | {warm:.2f} s | {peak:.0f} MiB |"


def main(argv: list[str] | None = None) -> int:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description="测量清单的读取和检查")
    parser.add_argument("--sizes", default="300,3000,30000", help="事项数，逗号分隔")
    parser.add_argument("--runs", type=int, default=3, help="每种大小测几轮")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(int(size), options.runs, Path(folder)) for size in options.sizes.split(",")]
    under = surroundings("PyYAML", "ryaml", "jsonschema-rs", "msgspec")
    text = "\n".join(["## 清单：`make bench-catalog`", "", HEAD, *rows, "", NOTE, "", under])
    print(text)
    record("catalog", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
