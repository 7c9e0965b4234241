"""Measure a change of the list on its way: branch and pull request, review report, merge until the page shows it.

    scripts/bench_adjust.py [--items 30000] [--proposals 30] [--runs 3]

Prints a table and writes it to docs/benchmarks.md; nothing is asserted.
"""

from __future__ import annotations

import argparse
import datetime
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from mianzheng import publishing
from mianzheng.adapters.forge.founding import founded
from mianzheng.adapters.forge.local import LocalForge
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.rendering import render_record
from mianzheng.catalog_files.samples import generate
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.local.published_list import PublishedList
from mianzheng.local.server import SiteKeeper
from mianzheng.measuring import median, record, run, say, surroundings, table
from mianzheng.ports.forge import Commit

PROJECT, CATALOG, BATCH = Path(), Path("catalog"), 100
AT = datetime.datetime(2026, 11, 2, 1, 30, tzinfo=datetime.UTC)
COLUMNS = ("做什么", "我们", "对照：`git fast-import` 同一个提交", "多用", "目标")
NOTE = """\
分支和合并请求：每次新打开仓库，写提交、建分支、登记合并请求；对照只写提交和分支。
报告：`scripts/review.py` 整个进程，读两个提交的全部清单、检查、写成网页。
公布：从合并开始，到公开网页上是新内容为止，连同重读、检查和重做网站。
CPU 时间取中位数，连同所起的进程；括号里是墙上的钟，机器忙的时候它说的是别人。"""
HEADER = "commit refs/heads/{branch}\ncommitter x <x@x.invalid> {at} +0000\ndata {size}\n{message}\nfrom {base}\n"


def commits(catalog: Path, count: int, batch: int = 1) -> Iterator[Commit]:
    """Proposals that each change what is explained of `batch` items of the largest place."""
    home = max(load(FolderSource(catalog)).catalog.places.values(), key=lambda one: len(one.items))
    items = sorted(home.items.values(), key=lambda one: one.id)
    for number in range(count):
        chosen = [items[(number * batch + i) % len(items)] for i in range(batch)]
        changed = [msgspec.structs.replace(one, explain=f"第{number}次改的说明，您不用交。") for one in chosen]
        files = {f"catalog/{path}": text.encode() for path, text in (render_record(c, home.place.id) for c in changed)}
        yield Commit(files=files, message=f"变更 {number}\n", author="测试单位", at=AT)


class Took(NamedTuple):
    """Seconds of CPU, of processes that were started as well, and by the clock on the wall."""

    cpu: float
    wall: float


def measured(work: Callable[[], object]) -> Took:
    """What a piece of work takes."""
    before, started = _cpu(), time.perf_counter()
    work()
    return Took(_cpu() - before, time.perf_counter() - started)


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _said(times: Sequence[Took], unit: str = "s") -> tuple[str, str]:
    """CPU and wall in words."""
    scale, digits = (1000, 0) if unit == "ms" else (1, 1)
    cpu, wall = (scale * median([one[n] for one in times]) for n in (0, 1))
    return f"{cpu:.{digits}f} {unit}", f"（{wall:.{digits}f} {unit}）"


def branches(items: int, proposals: int, folder: Path) -> list[str]:
    """The row of branches and pull requests in a large catalog."""
    say(f"生成 {items} 条")
    generate(items=items, seed=1, rules=CATALOG, out=folder / "catalog")
    founded(folder / "catalog", folder / "forge.git", AT)
    shutil.copytree(folder / "forge.git", folder / "bare.git")
    base = LocalForge(folder / "forge.git").main()

    def ours(branch: str, commit: Commit) -> None:
        forge = LocalForge(folder / "forge.git")
        forge.push(branch, base, commit)
        forge.open(branch, "题目", "正文", ("清单调整",), ())

    def bare(branch: str, commit: Commit) -> None:
        message = commit.message.encode()
        told = HEADER.format(
            branch=branch, at=int(AT.timestamp()), size=len(message), message=commit.message, base=base
        )
        parts = [told.encode()]
        for path, content in commit.files.items():
            parts.append(f"M 100644 inline {path}\ndata {len(content or b'')}\n".encode() + (content or b"") + b"\n")
        command = ["git", "--git-dir", str(folder / "bare.git"), "fast-import", "--quiet"]
        subprocess.run(command, input=b"".join(parts), check=True)

    pairs = []
    for number, commit in enumerate(commits(folder / "catalog", proposals)):
        branch = f"proposals/P-{number}"
        pairs.append((measured(lambda: ours(branch, commit)), measured(lambda: bare(branch, commit))))  # noqa: B023
    mine, other = (" ".join(_said([pair[n] for pair in pairs], "ms")) for n in (0, 1))
    more = median([one.cpu - peer.cpu for one, peer in pairs])
    name = f"一个分支、一个合并请求（{items:,} 条的清单）"
    return [name, mine, other, f"**{more * 1000:.0f} ms**", "多用 ≤ 50 ms"]


def report(runs: int, folder: Path) -> list[str]:
    """The row of the review report of a batch, on the list that the repository ships."""
    founded(CATALOG, folder / "report.git", AT)
    forge = LocalForge(folder / "report.git")
    (batch,) = commits(CATALOG, 1, BATCH)
    head = forge.push("proposals/P-1", forge.main(), batch)
    tree = folder / "report"
    subprocess.run(["git", "clone", "--quiet", str(folder / "report.git"), str(tree)], check=True)
    command = [sys.executable, "scripts/review.py", forge.main(), head, "--format", "html", "--now", "2026-11-25"]
    command += ["--catalog", str(tree / "catalog")]
    subprocess.run(["git", "-C", str(tree), "fetch", "--quiet", "origin", head], check=True)
    cpu, wall = _said([Took(one.cpu, one.wall) for one in (run(command) for _ in range(runs))])
    return [f"{BATCH} 条一批的审核报告", f"**{cpu}** {wall}", "", "", "≤ 2 s"]


def publication(runs: int, folder: Path) -> list[str]:
    """The row from merging to the public page, on the list that the repository ships."""
    published = PublishedList(folder / "data", CATALOG, lambda: AT)
    setting = publishing.setting(catalog=CATALOG, out=folder / "site", shells=Path("build/shell"))
    keeper = SiteKeeper(PROJECT, setting, published)
    keeper.build()
    forge, times = published.forge, []
    for number, commit in enumerate(commits(CATALOG, runs)):
        head = forge.push(f"proposals/P-{number}", forge.main(), commit)
        opened = forge.open(f"proposals/P-{number}", "题目", "正文", (), ())

        def through() -> None:
            forge.merge(opened.number, head, "合并\n", AT)  # noqa: B023
            keeper.publish()

        times.append(measured(through))
        (path,) = commit.files
        (page,) = (folder / "site").glob(f"*/items/{Path(path).stem}/index.html")
        if f"第{number}次改的说明" not in page.read_text("utf-8"):
            raise SystemExit(f"{page} 上没有新的内容")
    cpu, wall = _said(times)
    return ["合并到公开网页（随仓库的清单）", f"**{cpu}** {wall}", "", "", "≤ 5 s"]


def main(argv: list[str] | None = None) -> int:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description="测量清单调整")
    parser.add_argument("--items", type=int, default=30_000, help="第一行的清单有多少条")
    parser.add_argument("--proposals", type=int, default=30, help="第一行测多少件")
    parser.add_argument("--runs", type=int, default=3, help="后两行测几轮")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=".") as folder:
        rows = [
            branches(options.items, options.proposals, Path(folder)),
            report(options.runs, Path(folder)),
            publication(options.runs, Path(folder)),
        ]
    under = surroundings("dulwich", "msgspec", "jinja2")
    text = "\n".join(["## 清单调整：`make bench-adjust`", "", table(COLUMNS, rows), "", NOTE, "", under])
    print(text)
    record("adjust", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
