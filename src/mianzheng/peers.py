"""The same item pages made by other generators, for benchmarks: Hugo, and mkdocs-material with one file an item.

Hugo gets every value of a page ready in front matter (even the picture of the QR code, the neighbouring items and the
joined sentences, which our build has to work out) and writes the same HTML from them in our shell. mkdocs-material gets
the same texts as Markdown and puts its own shell around. Neither makes anything but the items' pages.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import msgspec

from mianzheng.site.data import json_ld
from mianzheng.site.setting import Setting
from mianzheng.site.shells import Shell, root_from
from mianzheng.views import items
from mianzheng.views.atlas import Atlas, Entry
from mianzheng.views.qr import QrCodes
from mianzheng.views.rendering import environment, zh_date

SKELETONS = Path("scripts/peers")


def pages(atlas: Atlas, setting: Setting) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """Every item with the values that its page says, in plain types."""
    codes = QrCodes(f"{setting.base_url}i/")
    for entry in atlas.entries.values():
        root = root_from(entry.url)
        values = items.item_values(atlas, entry, root)
        say, place, requesting = values["say"], entry.home.place, entry.requesting
        office = requesting.short_name or requesting.name
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
                    {"text": office, "url": f"{root}{place.id}/bodies/{requesting.id}/"},
                    {"text": entry.service.name, "url": service_url},
                ],
                "root": root,
                "id": entry.item.id,
                "name": entry.kind.name,
                "lead": f"办“{entry.service.name}”{verb}向{requesting.name}提交",
                "where": f"{place.short_name} · {office} · {entry.service.name}",
                "answer": entry.answer,
                "word": entry.word,
                "icon": values["icon_name"],
                "sentence": values["sentence"],
                "choice": values["choice"],
                "steps": values["steps"],
                "facts": [fact._asdict() for fact in values["facts"]],
                "letter": msgspec.to_builtins(values["letter"]),
                "history": [period._asdict() for period in values["history"]],
                "basis": "；".join(values["basis_lines"]),
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
                        "body": other.requesting.short_name or other.requesting.name,
                    }
                    for other in items.others(atlas, entry)
                ],
                "kind_url": f"{root}kinds/{entry.kind.id}/",
                "service": entry.service.name,
                "service_url": service_url,
                "ld": json_ld(entry, setting),
            },
        )


def hugo(folder: Path, atlas: Atlas, setting: Setting, shell: Shell, common: dict[str, str]) -> list[str]:
    """Lay out a Hugo site; returns the command that builds it. `common` fills the shell's other markers."""
    shutil.copytree(SKELETONS / "hugo", folder)
    layout = shell.fill(
        common
        | {
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
    for entry, values in pages(atlas, setting):
        target = folder / "content" / f"{entry.url.rstrip('/')}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(msgspec.json.encode(values) + b"\n")
    return ["hugo", "--quiet", "--source", str(folder), "--destination", str(folder / "public")]


def material(folder: Path, atlas: Atlas, setting: Setting) -> list[str]:
    """Lay out a site for mkdocs-material; returns the command that builds it."""
    shutil.copytree(SKELETONS / "material", folder)
    (folder / "docs").mkdir()
    (folder / "docs/index.md").write_text("# 免证清单\n", "utf-8")
    for entry, values in pages(atlas, setting):
        target = folder / "docs" / f"{entry.url.rstrip('/')}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(markdown(values), "utf-8")
    out = str(folder / "out")
    return [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(folder / "mkdocs.yml"), "-d", out]


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
