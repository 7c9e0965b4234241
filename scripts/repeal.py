"""A law is repealed: which items cite it, by article; who has to apply by when; drafts with the new articles filled in.

    scripts/repeal.py [LAW …] [--changed BASE] [--place ID] [--out DIR] [--format text|json] [--as-of DATE]

LAW is an id (`lb-…`) or a title; without one, all repealed laws that are still cited. `--changed BASE` takes those
whose file in `legal-bases/` differs from a git commit. `--out` writes a draft for each unit, as
`POST /api/v1/proposals` takes it. No item is changed.
Exit status: 0 done, 1 the list has errors, 2 unusable arguments.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec

from mianzheng.catalog_files import reports
from mianzheng.catalog_files.checking import changed_files
from mianzheng.clock import WorkingCalendar
from mianzheng.errors import BadArgument, CatalogHasErrors, MianzhengError
from mianzheng.model import Catalog, LegalBasis
from mianzheng.proposals.repeal import Citation, Reminder, citations_of, drafts, reminders
from mianzheng.publishing import sound_catalog
from mianzheng.terminal import shanghai_today

PROJECT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    """Tell and draft; see the module's head."""
    options = _parser().parse_args(argv)
    try:
        today = shanghai_today(options.as_of)
        catalog = sound_catalog(options.catalog, today)
        if options.place:
            catalog.home(options.place)
        found = [
            (basis, _reminders(catalog, basis, options.place)) for basis in _chosen(options, catalog) if basis.repealed
        ]
        written = _write(catalog, found, options.out, today) if options.out else []
    except CatalogHasErrors as error:
        print(reports.as_text(error.findings, options.catalog.as_posix()), file=sys.stderr)
        return 1
    except MianzhengError as error:
        print(error, file=sys.stderr)
        return 2
    if options.format == "json":
        print(msgspec.json.encode([_as_data(catalog, *one) for one in found]).decode())
    else:
        print("\n".join(_told(catalog, found) + written))
    return 0


def _chosen(options: argparse.Namespace, catalog: Catalog) -> list[LegalBasis]:
    bases = list(catalog.legal_bases.values())
    if options.law:
        by_name = {name: one for one in bases for name in (one.title, one.short_title, one.marked_title, one.id)}
        if unknown := [name for name in options.law if name not in by_name]:
            raise BadArgument(*[f"依据库里没有“{name}”" for name in unknown])
        bases = [by_name[name] for name in options.law]
        if kept := [one.marked_title for one in bases if one.repealed is None]:
            raise BadArgument(f"没有登记废止：{'、'.join(kept)}。先在 legal-bases/ 的文件里写 repealed")
    if options.changed:
        changed = changed_files(options.catalog, options.changed)
        bases = [one for one in bases if catalog.files[one.id] in changed]
    return bases


def _reminders(catalog: Catalog, basis: LegalBasis, place: str) -> list[Reminder]:
    return reminders(WorkingCalendar(catalog.calendars), citations_of(catalog, basis, place), basis)


def _told(catalog: Catalog, found: list[tuple[LegalBasis, list[Reminder]]]) -> list[str]:
    lines = []
    for basis, units in found:
        if units:
            assert basis.repealed is not None
            lines.append(
                f"{basis.marked_title} 自 {basis.repealed.on} 起废止，还有 {sum(unit.size for unit in units)} 条在引用"
            )
        for unit in units:
            due = f"，{unit.due.end.due_day} 以前提出调整" if unit.due and unit.due.end else ""
            lines.append(f"  {unit.home.place.name} {unit.home.bodies[unit.body].name}：{unit.size} 条{due}")
            lines += [f"    {_line(catalog, one)}" for one in unit.citations]
    return lines or ["没有还在引用废止依据的事项"]


def _line(catalog: Catalog, one: Citation) -> str:
    if one.now is not None:
        fate = f"→ {catalog.legal_bases[one.now.basis].marked_title}{one.now.article}"
    else:
        fate = "→ 新法里没有了" if one.fate == "gone" else "→ 还没有登记对应哪一条，要人来定"
    return f"{one.use.article or '（没有条款）'} {one.item.id} {catalog.kinds[one.item.kind].name} {fate}"


def _as_data(catalog: Catalog, basis: LegalBasis, units: list[Reminder]) -> dict[str, Any]:
    return {
        "basis": basis.id,
        "title": basis.title,
        "repealed": basis.repealed,
        "units": [
            {
                "place": unit.home.place.id,
                "body": unit.body,
                "due_day": unit.due.end.due_day if unit.due and unit.due.end else None,
                "items": [
                    {"item": one.item.id, "article": one.use.article, "fate": one.fate, "now": one.now}
                    for one in unit.citations
                ],
            }
            for unit in units
        ],
    }


def _write(catalog: Catalog, found: list[tuple[LegalBasis, list[Reminder]]], out: Path, today: str) -> list[str]:
    out.mkdir(parents=True, exist_ok=True)
    lines = []
    for basis, units in found:
        for unit in units:
            for number, application in enumerate(drafts(catalog, basis, unit, today), 1):
                file = out / f"{unit.home.place.id}-{unit.body}-{basis.id}-{number}.json"
                file.write_bytes(msgspec.json.format(msgspec.json.encode(application), indent=2) + b"\n")
                kind = "变更" if application.type == "change" else "取消"
                lines.append(f"{file}：{kind} {len(application.items)} 条")
    return lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="依据废止以后，哪些事项要调整")
    parser.add_argument("law", nargs="*", metavar="LAW", help="依据的编号或名称；不写就看全部")
    parser.add_argument("--changed", default="", metavar="BASE", help="只看和这个提交相比改过的依据")
    parser.add_argument("--place", default="", metavar="ID", help="只看一个地区")
    parser.add_argument("--out", type=Path, metavar="DIR", help="把给各单位的申请草稿写到这个文件夹")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出格式")
    parser.add_argument("--as-of", default="", metavar="DATE", help="按哪一天（默认今天）")
    parser.add_argument("--catalog", type=Path, default=PROJECT / "catalog", metavar="DIR", help="清单文件夹")
    return parser


if __name__ == "__main__":
    sys.exit(main())
