"""Measuring whole processes side by side, and writing what came out where readers look for it.

The machine's speed drifts, so two commands are run in turn and judged by the ratio of each pair; CPU time is the
operating system's own account of the finished process.
"""

from __future__ import annotations

import datetime
import gzip
import importlib.metadata
import os
import platform
import re
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LOADED = re.compile(r'(?:href|src)="([^"]*assets/[^"]+\.(?:css|js|svg))"')


@dataclass(frozen=True)
class Run:
    """One finished process: CPU and wall time in seconds, peak memory in MiB."""

    cpu: float
    wall: float
    peak: float


def run(command: Sequence[str]) -> Run:
    """Run a command to its end. Raises CalledProcessError when it fails."""
    started = datetime.datetime.now()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=said.decode("utf-8", "replace"))
    wall = (datetime.datetime.now() - started).total_seconds()
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def surroundings(*packages: str) -> str:
    """Date, machine and versions, for the line under a table."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    cores = os.cpu_count()
    today = datetime.date.today().isoformat()
    return f"{today} · {platform.machine()}，{cores} 核 · Python {platform.python_version()} · " + " · ".join(versions)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def page_weight(site: Path) -> str:
    """Bytes of items' pages and of what one loads at once, compressed, in a built site; empty where none is built."""
    pages = sorted(site.glob("*/items/*/index.html"))
    if not pages:
        return ""
    sizes = sorted(len(gzip.compress(page.read_bytes(), 6)) for page in pages)
    beside = {(pages[0].parent / path).resolve() for path in _LOADED.findall(pages[0].read_text("utf-8"))}
    assets = sum(len(gzip.compress(file.read_bytes(), 6)) for file in beside)
    html = f"中位 {sizes[len(sizes) // 2]:,} 字节，最大 {sizes[-1]:,} 字节"
    return f"事项页 HTML（gzip）：{html}；样式、脚本、图标合计 {assets:,} 字节。"


def record(section: str, text: str, target: Path = Path("docs/benchmarks.md")) -> None:
    """Put a section into the document of benchmarks, in place of what stood there under the same name."""
    before = target.read_text("utf-8") if target.is_file() else "# 性能测量\n\n由 `make bench-*` 写入，不要手改。\n"
    block = f"<!-- {section} -->\n{text.strip()}\n<!-- /{section} -->\n"
    pattern = re.compile(rf"<!-- {section} -->\n.*?<!-- /{section} -->\n", re.DOTALL)
    after = pattern.sub(lambda _: block, before) if pattern.search(before) else f"{before}\n{block}"
    target.parent.mkdir(exist_ok=True)
    target.write_text(after, "utf-8", newline="\n")


def say(text: str) -> None:
    """Progress for whoever waits."""
    print(text, file=sys.stderr, flush=True)
