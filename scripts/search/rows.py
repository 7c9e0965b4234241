"""The figures of one catalog: ours, Pagefind and MiniSearch on the same records, by the same queries."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from mianzheng.measuring import run, say
from mianzheng.site.build import COMMENTS

from . import browsing
from .material import Material, Query, write_queries, write_records

ASSETS = Path("site/theme/assets")
SAMPLE = 3
"""How many short queries are timed in the browser; each in a fresh one."""


@dataclass
class Figures:
    """What one engine did: seconds to build, bytes on disk, where each query's answer stood, and how it felt."""

    engine: str
    seconds: float
    size: int
    files: int
    places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    bytes: list[int] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=dict)

    def success(self, within: int, sort: str = "") -> float:
        """The share of queries answered within the first hits."""
        every = self.places[sort] if sort else [at for places in self.places.values() for at in places]
        return sum(0 <= at < within for at in every) / len(every)

    def mean_reciprocal(self, sort: str = "") -> float:
        """The mean reciprocal rank."""
        every = self.places[sort] if sort else [at for places in self.places.values() for at in places]
        return sum(1 / (at + 1) for at in every if at >= 0) / len(every)


def compare(material: Material, queries: list[Query], modules: Path) -> list[Figures]:
    """Figures of the three engines on one catalog."""
    folder = material.folder
    file = write_queries(queries, folder / "queries.csv")
    records, pages = write_records(material.atlas, folder)
    _lay(folder, modules)
    ours = _by_script(["node", "scripts/search/quality.mjs", str(folder / "search"), str(file)], "ours")
    ours.seconds, ours.size = material.seconds, material.size
    ours.files = sum(1 for _ in (folder / "search").rglob("*.json"))
    say("  MiniSearch")
    index = folder / "minisearch.json"
    script = ["node", "scripts/search/minisearch.mjs", str(modules), str(records), str(index), str(file)]
    mini = _by_script(script, "minisearch")
    mini.size, mini.files = index.stat().st_size, 1
    say("  Pagefind")
    built = run([str(modules / ".bin/pagefind"), "--site", str(pages), "--output-path", str(folder / "pagefind")])
    shutil.rmtree(pages)
    parts = [f.stat().st_size for f in (folder / "pagefind").rglob("*") if f.is_file()]
    pagefind = Figures("pagefind", built.cpu, sum(parts), len(parts))
    with browsing.served(folder) as where, browsing.chromium() as browser:
        found = browsing.all_names(browser, where[0], "pagefind", [typed for typed, _, _ in queries])
        for (_, expected, sort), names in zip(queries, found, strict=True):
            pagefind.places[sort].append(_place(names, expected))
        timed = [typed for typed, _, sort in queries if 2 <= len(typed) <= 6 and sort in ("official", "partial")][
            :SAMPLE
        ]
        for figures in (ours, pagefind, mini):
            say(f"  浏览器：{figures.engine}")
            _time(figures, partial(browsing.first, browser, where, figures.engine), timed)
    return [ours, pagefind, mini]


def _lay(folder: Path, modules: Path) -> None:
    """What a browser needs beside the index: an empty page and the engines."""
    (folder / "assets").mkdir(exist_ok=True)
    (folder / "assets" / "search.js").write_bytes(COMMENTS.sub(b"", (ASSETS / "search.js").read_bytes()))
    shutil.copy(modules / "minisearch" / "dist" / "es" / "index.js", folder / "minisearch.js")
    (folder / "empty.html").write_text('<!doctype html><meta charset="utf-8"><title>.</title>', "utf-8")


def _by_script(command: list[str], engine: str) -> Figures:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: Any = json.loads(done.stdout)
    results = answer if isinstance(answer, list) else answer["results"]
    figures = Figures(engine, 0 if isinstance(answer, list) else answer["seconds"], 0, 0)
    for result in results:
        figures.places[result["kind"]].append(result["at"])
        figures.bytes.append(result["bytes"])
        figures.requests.append(result["requests"])
    return figures


def _place(names: list[str], expected: str) -> int:
    wanted = set(expected.split(";"))
    return next((at for at, text in enumerate(names) if wanted & set(text.split(";"))), -1)


def _time(figures: Figures, first: Callable[..., browsing.First], queries: list[str]) -> None:
    """Local, slow from focus, slow from typing; Pagefind's bytes come from here, as only a browser runs it."""
    for name, slow, ready in (("local", False, False), ("focus", True, False), ("typing", True, True)):
        found = [first(query, slow=slow, ready=ready) for query in queries]
        figures.times[name] = [one.ms for one in found]
        if figures.engine == "pagefind" and name == "local":
            figures.bytes = [one.size for one in found]
            figures.requests = [one.requests for one in found]


def middle(values: list[Any]) -> float:
    """The median."""
    return float(statistics.median(values))


def high(values: list[int]) -> int:
    """The 95th percentile."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def ours_only(material: Material, queries: list[Query]) -> str:
    """Our quality on any set of queries, by sort, as text."""
    file = write_queries(queries, material.folder / "queries.csv")
    figures = _by_script(["node", "scripts/search/quality.mjs", str(material.folder / "search"), str(file)], "ours")
    lines = []
    for sort in [*figures.places, ""]:
        cells = [figures.success(1, sort), figures.success(5, sort), figures.mean_reciprocal(sort)]
        lines.append("\t".join([sort or "合计", *(f"{cell:.3f}" for cell in cells)]))
    size = f"{middle(figures.bytes):.0f} / {high(figures.bytes)} 字节（gzip，中位 / p95）"
    return "\n".join(["怎么问\t@1\t@5\tMRR", *lines, size])
