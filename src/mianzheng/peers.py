"""The same item pages made by other generators, for benchmarks: Hugo, and mkdocs-material with one file an item.

Hugo gets every value of a page ready in front matter (even the picture of the QR code, the neighbouring items and the
joined sentences, which our build has to work out) and writes the same HTML from them in our shell. mkdocs-material gets
the same texts as Markdown and puts its own shell around. Neither makes anything but the items' pages.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html import unescape
from pathlib import Path
from typing import Any

import msgspec

from mianzheng import publishing
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.site.data import json_ld
from mianzheng.site.framing import Frames
from mianzheng.site.setting import Setting
from mianzheng.site.shells import read_shells, root_from
from mianzheng.views import items
from mianzheng.views.atlas import Atlas, Entry, draw
from mianzheng.views.blanks import Cut
from mianzheng.views.qr import QrCodes
from mianzheng.views.rendering import environment, zh_date

SKELETONS = Path("scripts/peers")
ITEM_DEPTH = 3
ABOUT = """\
我们的各列从 YAML 开始：读、检查、页面（事项、旧版本、种类、办事、单位、法律、清单……）、数据文件、下载、订阅、站点地图。
冷：什么都没有留下，外壳也现建。热：外壳、编好的模板和读过的清单还在，网站从无到有。没有变化、改一条：网站也在，只重做变了的。

Hugo 只出事项页，外壳和 HTML 跟我们的一样；每页要说的话（连二维码图片、别的事项的名字）都已算好写在页头，它只套模板。
material 只出事项页：同样的话写成 Markdown，套它自己的外壳，开着它自己的检索（按它的中文说明装了 jieba）；事项不进导航。

CPU 时间取中位数，比值逐对计算。
目标：热 ÷ Hugo ≤ 0.5，冷 ÷ Hugo ≤ 0.8，改一条 ≤ 4 s，内存 ≤ 400 MB（30,000 条）；
热 ÷ material ≤ 1/10（3,000 条）、≤ 1/20（30,000 条）。"""


def pages(atlas: Atlas, setting: Setting) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """Every item with the values that its page says, in plain types."""
    codes = QrCodes(f"{setting.base_url}i/")
    for entry in atlas.entries.values():
        root = root_from(entry.url)
        values = items.item_values(atlas, entry, root)
        say, place, requesting = values["say"], entry.home.place, entry.requesting
        service_url = f"{root}{place.id}/services/{entry.service.id}/"
        verb = "要" if entry.answer == "still_needed" else "时，以前要"
        errand = f"{place.short_name}办{entry.service.name}，{entry.kind.name}：{entry.word}"
        yield (
            entry,
            {
                "title": f"演示 · {entry.kind.name}：{entry.word}（{entry.service.name}）",
                "description": f"{errand}。{values['sentence']}",
                "crumbs": [
                    {"text": place.short_name, "url": f"{root}{place.id}/"},
                    {"text": entry.office, "url": f"{root}{place.id}/bodies/{requesting.id}/"},
                    {"text": entry.service.name, "url": service_url},
                ],
                "root": root,
                "id": entry.item.id,
                "name": entry.kind.name,
                "lead": f"办“{entry.service.name}”{verb}向{requesting.name}提交",
                "where": f"{place.short_name} · {entry.office} · {entry.service.name}",
                "answer": entry.answer,
                "word": entry.word,
                "icon": values["icon_name"],
                "sentence": values["sentence"],
                "choice": values["choice"],
                "steps": values["steps"],
                "facts": [asdict(fact) for fact in values["facts"]],
                "letter": msgspec.to_builtins(values["letter"]),
                "history": [period._asdict() for period in values["history"]],
                "basis": values["basis"],
                "qr": codes.address(entry.item.id),
                "day": zh_date(atlas.day),
                "scan": say("card_scan"),
                "provenance": say("illustrative") if entry.item.provenance.standing == "illustrative" else "",
                "others": [
                    {
                        "url": root + other.url,
                        "service": other.service.name,
                        "answer": other.answer,
                        "word": other.word,
                        "body": other.office,
                    }
                    for other in items.others(atlas, entry)
                ],
                "kind_url": f"{root}kinds/{entry.kind.id}/",
                "service": entry.service.name,
                "service_url": service_url,
                "ld": json_ld(entry, setting),
            },
        )


@dataclass(frozen=True)
class Laid:
    """Sources for the peers: an atlas, what our shell is filled with, and a folder to lay them out in."""

    folder: Path
    atlas: Atlas
    setting: Setting
    shell: Cut


def lay_out(catalog: Path, folder: Path) -> Laid:
    """Read a catalog as our build does. The shells must have been built."""
    chosen = publishing.setting(catalog=catalog, out=folder / "site", shells=Path("build/shell"))
    found = load(FolderSource(catalog)).catalog
    frames = Frames(found, read_shells(chosen.shells), chosen)
    return Laid(folder, draw(found, chosen.day), chosen, frames.by_depth[ITEM_DEPTH])


def hugo(laid: Laid) -> list[str]:
    """Lay out a Hugo site if it is not yet; returns the command that builds it, without its destination."""
    folder = laid.folder / "hugo"
    if not folder.exists():
        shutil.copytree(SKELETONS / "hugo", folder)
        layout = laid.shell.fill(
            {
                "TITLE": "{{ .Title }}",
                "DESCRIPTION": "{{ .Description }}",
                "CANONICAL": '<link rel="canonical" href="{{ .Permalink }}">',
                "HEAD": "{{ .Params.ld | safeHTML }}",
                "CLASS": "kind-item",
                "BODY": '{{ partial "item.html" . }}',
            }
        )
        (folder / "layouts/_default").mkdir()
        (folder / "layouts/_default/single.html").write_text(layout, "utf-8")
        (folder / "data").mkdir()
        paths = environment().get_template("_icons.html").module.paths  # type: ignore[attr-defined]
        (folder / "data/icons.json").write_bytes(msgspec.json.encode(paths))
        for entry, values in pages(laid.atlas, laid.setting):
            _write(folder / "content", entry, msgspec.json.encode(values).decode())
    return ["hugo", "--quiet", "--source", str(folder), "--destination"]


def hugo_version() -> str:
    """What Hugo says it is."""
    said = subprocess.run(["hugo", "version"], check=True, capture_output=True, encoding="utf-8").stdout
    return " ".join(said.split()[:2])


def lacking() -> str:
    """What has to be installed before the peers can be measured; empty when all is there."""
    if not shutil.which("hugo"):
        return "没有 hugo，请先安装：apt-get install hugo"
    if importlib.util.find_spec("jieba") is None:
        return "没有 jieba（mkdocs-material 的中文检索要它），请先安装：.venv/bin/pip install jieba==0.42.1"
    return ""


def material(laid: Laid) -> list[str]:
    """Lay out a site for mkdocs-material; returns the command that builds it."""
    folder = laid.folder / "material"
    shutil.copytree(SKELETONS / "material", folder)
    (folder / "docs").mkdir()
    (folder / "docs/index.md").write_text("# 免证清单\n", "utf-8")
    for entry, values in pages(laid.atlas, laid.setting):
        _write(folder / "docs", entry, markdown(values))
    out = str(folder / "out")
    return [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(folder / "mkdocs.yml"), "-d", out]


def _write(folder: Path, entry: Entry, text: str) -> None:
    target = folder / f"{entry.url.rstrip('/')}.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text + "\n", "utf-8")


def markdown(values: dict[str, Any]) -> str:
    """The texts of an item's page as Markdown."""
    lines = [f"# {values['name']}", values["lead"], f"**{values['word']}**", values["sentence"], values["choice"]]
    lines.append("\n".join(f"{number}. {step}" for number, step in enumerate(values["steps"], 1)))
    lines.append("## 依据和责任")
    for fact in values["facts"]:
        text = f"[{fact['text']}]({fact['link']})" if fact["link"] else fact["text"]
        lines.append("\n".join([fact["label"], f":   {text}", *(f"\n    {small}" for small in fact["small"])]))
    if letter := values["letter"]:
        lines.append(f"## {letter['title']}")
        lines += [letter.get(part, "") for part in ("content", "duty", "liability", "promise", "acceptance")]
    lines.append("## 前后变化")
    lines += [f"{period['since']}：{period['was']} → {period['now']}" for period in values["history"]]
    lines += ["## 给窗口看的卡片", values["where"], values["basis"], f"{values['id']} · {values['scan']}"]
    lines.append("## 别的事也要它吗？")
    lines.append("\n".join(f"- [{o['service']}]({o['url']}) {o['word']} {o['body']}" for o in values["others"]))
    head = f"---\ntitle: {msgspec.json.encode(values['title']).decode()}\n---\n\n"
    return head + unescape("\n\n".join(line for line in lines if line)) + "\n"
