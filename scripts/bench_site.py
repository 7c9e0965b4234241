"""Measure building the site against Hugo and mkdocs-material; mianzheng.peers says what exactly they do.

    scripts/bench_site.py [--items 300,3000] [--runs 3] [--material-up-to 3000]

Every build writes to a folder of its own, and nothing is deleted before the end: ext4 looks at every inode freed in the
last five minutes before it makes a file, which costs more than the page in it. So leave five minutes after deleting a
site, too. Ratios of CPU time, of runs side by side; nothing is asserted. Needs Debian's hugo, and jieba.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from mianzheng.catalog_files.samples import generate
from mianzheng.measuring import Run, median, page_weight, record, run, say, surroundings, table
from mianzheng.peers import ABOUT, hugo, hugo_version, lacking, lay_out, material

TITLE = "## 网站：`make bench-site`"
COLUMNS = ("事项数", "冷", "热", "没有变化", "改一条", "Hugo", "热 ÷ Hugo", "冷 ÷ Hugo", "material", "热 ÷ material",
           "热：峰值内存", "Hugo：峰值内存")  # fmt: skip


def measure(count: int, runs: int, work: Path, with_material: bool) -> tuple[str, ...]:
    """One row of the table."""
    catalog = work / "catalog"
    say(f"{count} 条：生成清单")
    generate(items=count, seed=1, rules=Path("catalog"), out=catalog)
    one = next(catalog.glob("places/*/items/*/*.yaml"))
    ours = [sys.executable, "scripts/build_site.py", "--catalog", str(catalog), "--out"]
    run([*ours, str(work / "first")])
    site = lay_out(catalog, work / "peers")
    all_runs: tuple[list[Run], ...] = ([], [], [], [], [])
    cold, warm, same, single, theirs = all_runs
    for number in range(runs):
        say(f"{count} 条，第 {number + 1}/{runs} 轮")
        theirs.append(run([*hugo(site), str(work / f"hugo-{number}")]))
        warm.append(run([*ours, str(work / f"warm-{number}")]))
        same.append(run([*ours, str(work / f"warm-{number}")]))
        one.write_text(one.read_text("utf-8").replace("explain: ", "explain: 改", 1), "utf-8")
        single.append(run([*ours, str(work / f"warm-{number}")]))
        shutil.rmtree("build/shell")
        shutil.rmtree("build/cache")
        cold.append(run([*ours, str(work / f"cold-{number}")]))
    slow = run(material(site)) if with_material else None
    cells = [f"{count:,}", *(f"{median([r.cpu for r in some]):.1f} s" for some in all_runs)]
    for some in (warm, cold):
        cells.append(f"**{median([a.cpu / b.cpu for a, b in zip(some, theirs, strict=True)]):.2f}**")
    cells += [f"{slow.cpu:.0f} s", f"1/{slow.cpu / median([r.cpu for r in warm]):.1f}"] if slow else ["没有测", ""]
    return (*cells, *(f"{max(r.peak for r in some):.0f} MiB" for some in (warm, theirs)))


def main(argv: list[str] | None = None) -> int:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description="测量网站生成")
    parser.add_argument("--items", default="300,3000", help="事项数，逗号分隔")
    parser.add_argument("--runs", type=int, default=3, help="每种大小测几轮")
    parser.add_argument("--material-up-to", type=int, default=3000, help="超过多少条就不测 mkdocs-material（很慢）")
    options = parser.parse_args(argv)
    if missing := lacking():
        raise SystemExit(missing)
    rows, busy = [], os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir="build") as folder:
        for size in map(int, options.items.split(",")):
            rows.append(measure(size, options.runs, Path(folder) / str(size), size <= options.material_up_to))
    load = f"每种大小 {options.runs} 轮，测前、测后的系统负载 {busy:.1f}、{os.getloadavg()[0]:.1f}"
    versions = f"{load} · {surroundings('mkdocs-material', 'jieba', 'jinja2', 'msgspec')} · {hugo_version()}"
    text = "\n\n".join([TITLE, table(COLUMNS, rows), ABOUT, page_weight(Path("build/site")), versions])
    print(text)
    record("site", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
