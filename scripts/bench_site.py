"""Measure building the site against Hugo (same shell) and mkdocs-material with one Markdown file an item.

    scripts/bench_site.py [--items 3000] [--runs 3] [--no-material]

Ours: YAML → checked catalog → pages, lists, data, feeds, sitemaps. Peers: pages only. Ratios of CPU time; nothing is
asserted. Needs Debian's hugo for that column.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import sys
import tempfile
from pathlib import Path

from mianzheng.catalog_files.checking import cache_file
from mianzheng.catalog_files.samples import generate
from mianzheng.measuring import median, record, run, say, surroundings
from mianzheng.site.generator import make_shells

COLUMNS = (
    "事项数",
    "冷",
    "热（全部重写）",
    "改一条",
    "Hugo 只出页面",
    "热 ÷ Hugo",
    "冷 ÷ Hugo",
    "material",
    "热 ÷ material",
    "峰值内存",
)


def peer_page(item: dict[str, object]) -> str:
    """The same facts as Markdown with front matter."""
    derived = item["derived"]
    assert isinstance(derived, dict)
    facts = "\n".join(f"- {key}：{value}" for key, value in derived.items())
    head = f'---\ntitle: "{derived["name"]}：{derived["service_name"]}"\n---\n'
    return f"{head}\n# {derived['name']}\n\n{item.get('explain', '')}\n\n{facts}\n"


def hugo(folder: Path, items: list[dict[str, object]], shell: str) -> list[str]:
    """A Hugo site with our shell as its layout and one content file an item."""
    layouts = folder / "layouts" / "_default"
    layouts.mkdir(parents=True)
    filled = shell.replace("ZMTITLEZM", "{{ .Title }}").replace("ZMBODYZM", "{{ .Content }}")
    for name in ("single.html", "list.html"):
        (layouts / name).write_text(filled, "utf-8")
    (folder / "layouts" / "index.html").write_text(filled, "utf-8")
    (folder / "config.toml").write_text(
        'baseURL = "http://x/"\ndisableKinds = ["taxonomy", "term", "RSS", "sitemap"]\n', "utf-8"
    )
    for item in items:
        target = folder / "content" / str(item["place"]) / f"{item['id']}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(peer_page(item), "utf-8")
    return [
        "hugo",
        "--quiet",
        "--source",
        str(folder),
        "--destination",
        str(folder / "public"),
        "--cleanDestinationDir",
    ]


def material(folder: Path, items: list[dict[str, object]]) -> list[str]:
    """mkdocs-material as most people use it, items not in the navigation."""
    for item in items:
        target = folder / "docs" / str(item["place"]) / f"{item['id']}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(peer_page(item), "utf-8")
    (folder / "docs" / "index.md").write_text("# 首页\n", "utf-8")
    config = (
        "site_name: x\ntheme: {name: material, font: false}\nnav: [index.md]\nvalidation: {omitted_files: ignore}\n"
    )
    (folder / "mkdocs.yml").write_text(config, "utf-8")
    return [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(folder / "mkdocs.yml"), "-d", str(folder / "out")]


def measure(count: int, runs: int, work: Path, with_material: bool) -> str:
    """One row of the table."""
    catalog, out = work / "catalog", work / "site"
    say(f"{count} 条：生成清单")
    generate(items=count, seed=1, rules=Path("catalog"), out=catalog)
    ours = [sys.executable, "scripts/build_site.py", "--catalog", str(catalog), "--out", str(out)]
    make_shells(Path.cwd(), Path("build/shell"))
    run(ours)
    items = json.loads((out / "data/v1/items.json").read_bytes())["records"]
    hugo_command = hugo(work / "hugo", items, Path("build/shell/shells/a/b/index.html").read_text("utf-8"))
    one = next(catalog.glob("places/*/items/*/*.yaml"))
    colds, warms, singles, hugos = [], [], [], []
    for number in range(runs):
        say(f"{count} 条，第 {number + 1}/{runs} 轮")
        cache_file(catalog).unlink(missing_ok=True)
        _forget(out)
        colds.append(run(ours))
        _forget(out)
        warms.append(run(ours))
        one.write_text(one.read_text("utf-8").replace("explain: ", f"explain: 第{number}次改", 1), "utf-8")
        singles.append(run(ours))
        if shutil.which("hugo"):
            shutil.rmtree(work / "hugo" / "public", ignore_errors=True)
            hugos.append(run(hugo_command))
    material_run = [run(material(work / "material", items))] if with_material else []
    cold, warm, single = (median([r.cpu for r in rows]) for rows in (colds, warms, singles))
    peak = max(r.peak for r in colds + warms)
    to_hugo = (
        [median([a.cpu / b.cpu for a, b in zip(rows, hugos, strict=True)]) for rows in (warms, colds)] if hugos else []
    )
    cells = [f"{count:,}", f"{cold:.1f} s", f"{warm:.1f} s", f"{single:.1f} s"]
    cells += (
        [f"{median([r.cpu for r in hugos]):.1f} s", *(f"**{r:.2f}**" for r in to_hugo)]
        if hugos
        else ["没有 hugo", "", ""]
    )
    cells += [f"{material_run[0].cpu:.0f} s", f"1/{material_run[0].cpu / warm:.0f}"] if material_run else ["", ""]
    return "| " + " | ".join([*cells, f"{peak:.0f} MiB"]) + " |"


def _forget(out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    out.with_name(f".{out.name}.manifest").unlink(missing_ok=True)


def page_weight() -> str:
    """Bytes of an item's page and of what it loads, compressed, from the last `make site`."""
    site = Path("build/site")
    pages = sorted(site.glob("*/items/*/index.html"))
    if not pages:
        return ""
    sizes = sorted(len(gzip.compress(page.read_bytes(), 6)) for page in pages)
    assets = sum(
        len(gzip.compress(f.read_bytes(), 6)) for f in site.glob("assets/*") if f.suffix in (".css", ".js", ".svg")
    )
    html = f"中位 {sizes[len(sizes) // 2]:,} 字节，最大 {sizes[-1]:,} 字节"
    return f"事项页 HTML（gzip）：{html}；样式、脚本、图标合计 {assets:,} 字节。"


def main(argv: list[str] | None = None) -> int:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description="测量网站生成")
    parser.add_argument("--items", default="300,3000", help="事项数，逗号分隔")
    parser.add_argument("--runs", type=int, default=3, help="每种大小测几轮")
    parser.add_argument("--no-material", action="store_true", help="不测 mkdocs-material（很慢）")
    options = parser.parse_args(argv)
    rows = []
    for size in options.items.split(","):
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measure(int(size), options.runs, Path(folder), not options.no_material))
    head = f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|"
    note = "我们的一列从 YAML 开始，含检查、页面、清单、数据文件、订阅；Hugo 和 material 只出页面。CPU 时间取中位数。"
    text = "\n".join(
        [
            "## 网站：`make bench-site`",
            "",
            head,
            *rows,
            "",
            note,
            "",
            page_weight(),
            "",
            surroundings("mkdocs-material", "jinja2"),
        ]
    )
    print(text)
    record("site", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
