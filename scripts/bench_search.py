"""Measure the search beside Pagefind and MiniSearch: quality, bytes, build, latency; real catalog and 300 to 30,000.

    scripts/bench_search.py [--items 300,3000,30000] [--queries FILE.csv]

Needs Node.js with npm (the peers go to build/bench-search/) and Chromium. `--queries` only prints our quality on
another set of queries (columns: what is typed, expected names joined by `;`, sort). Nothing is asserted.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

from mianzheng.catalog_files.samples import generate
from mianzheng.measuring import record, say, surroundings
from mianzheng.site.build import COMMENTS
from search.material import made_queries, prepare, read_queries
from search.rows import ASSETS, compare, ours_only
from search.tables import TEXT, by_sort, sized

WORK = Path("build/bench-search")
QUERIES = Path("tests/data/search/queries.csv")
PEERS = ("pagefind@1.6.0", "minisearch@7.2.0")


def report(sizes: list[int]) -> str:
    """The whole section."""
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(WORK), *PEERS], check=True)
    modules = (WORK / "node_modules").resolve()
    say("真实清单")
    real = compare(prepare(Path("catalog"), WORK / "real"), read_queries(QUERIES), modules)
    lines = [sized("真实", one) for one in real]
    for size in sizes:
        say(f"{size} 条")
        with tempfile.TemporaryDirectory() as folder:
            generate(items=size, seed=1, rules=Path("catalog"), out=Path(folder) / "catalog")
            material = prepare(Path(folder) / "catalog", WORK / str(size))
        lines += [sized(f"{size:,}", one) for one in compare(material, made_queries(material.atlas, 200, 7), modules)]
    engine = len(gzip.compress(COMMENTS.sub(b"", (ASSETS / "search.js").read_bytes()), 6))
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return TEXT.format(
        engine=engine, lines="\n".join(lines), sorts=by_sort(real), node=node, where=surroundings("pypinyin")
    )


def main(argv: list[str] | None = None) -> int:
    """Measure and record; see the module's head."""
    parser = argparse.ArgumentParser(description="测量检索")
    parser.add_argument("--items", default="300,3000,30000", help="生成多大的清单，逗号分开")
    parser.add_argument("--queries", type=Path, metavar="FILE", help="只用另一份查询测本站的质量")
    options = parser.parse_args(argv)
    if options.queries:
        print(ours_only(prepare(Path("catalog"), WORK / "real"), read_queries(options.queries)))
        return 0
    record("search", report([int(size) for size in options.items.split(",")]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
