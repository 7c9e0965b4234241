"""Release a half-yearly edition of a place's list, or register where one was made public.

    scripts/release_edition.py --place ID --edition 2026-H2 [--number 文号] [--as-of DATE] [--released-on DATE]
    scripts/release_edition.py --place ID --edition 2026-H2 --channel portal [--on DATE] [--address URL]
    scripts/release_edition.py --place ID --list cancel --channel portal [--on DATE] [--address URL]
    scripts/release_edition.py --place ID                     when the next one is due, and what there is

A released edition never changes; the next revision is `--edition 2026-H2-r1`. `--done STEP=DATE`, as often as wanted,
says which steps a first list has been through: an order that the rules do not have stops all of the above.
Exit status: 0 done, 1 the list has errors, 2 unusable arguments (all named, nothing written).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mianzheng.catalog_files import reports
from mianzheng.clock import WorkingCalendar
from mianzheng.editions import comparing, halves
from mianzheng.editions.freezing import Release
from mianzheng.errors import BadArgument, CatalogHasErrors, MianzhengError
from mianzheng.local.releasing import Notice, announce, release
from mianzheng.model import Catalog, Edition, PlaceCatalog
from mianzheng.proposals.milestones import STEPS, initial_order
from mianzheng.publishing import sound_catalog
from mianzheng.rules.editions import Publicity, publicity
from mianzheng.rules.labels import CHANNELS
from mianzheng.terminal import shanghai_today

PROJECT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    """Release, register or tell; see the module's head."""
    options = _parser().parse_args(argv)
    try:
        today = shanghai_today(options.as_of)
        catalog = sound_catalog(options.catalog, today)
        home = catalog.home(options.place)
        done = _in_order(home, options.done)
        if options.list and (options.edition or not options.channel):
            raise BadArgument("--list 要和 --channel 一起用，不和 --edition 一起用")
        if not options.edition and not options.list:
            lines = [*done, *_state(catalog, home, today)]
        elif options.channel:
            on = shanghai_today(options.on)
            notice = Notice(options.edition, options.channel, on, options.address, options.list)
            lines = [_said(announce(options.catalog, home, notice))]
        else:
            lines = _release(options, catalog, home, today)
    except CatalogHasErrors as error:
        print(reports.as_text(error.findings, options.catalog.as_posix()), file=sys.stderr)
        return 1
    except MianzhengError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(lines))
    return 0


def _in_order(home: PlaceCatalog, given: list[str]) -> list[str]:
    """What is said of the steps that a first list has been through. Raises BadArgument naming all that is wrong."""
    if not given:
        return []
    pairs = [one.partition("=") for one in given]
    if unknown := [step for step, _, _ in pairs if step not in STEPS]:
        names = "、".join(f"{code}（{label}）" for code, label in STEPS.items())
        raise BadArgument(f"没有这些步骤：{'、'.join(unknown)}。可以写：{names}")
    done = {step: shanghai_today(day or "没有写") for step, _, day in pairs}
    if home.profile is None:
        raise BadArgument(f"{home.place.name}没有规则，不知道步骤的次序")
    if wrong := initial_order(home.profile, done):
        raise BadArgument("\n".join(wrong))
    return ["办过的步骤：" + "、".join(f"{STEPS[step]} {day}" for step, day in done.items()) + "，次序没有问题"]


def _release(options: argparse.Namespace, catalog: Catalog, home: PlaceCatalog, today: str) -> list[str]:
    if options.on or options.address:
        raise BadArgument("--on 和 --address 要和 --channel 一起用")
    on = shanghai_today(options.released_on) if options.released_on else today
    wanted = Release(options.edition, today, on, options.number)
    edition, file = release(options.catalog, catalog, options.place, wanted)
    lines = [f"{file}：{home.place.name}{halves.spoken(edition.id)}"]
    for head in edition.lists:
        lines.append(f"《{head.title}》{edition.counts[head.code]} 条，校验码 {head.sha256}")
    lines += _differences(home, edition)
    due = halves.due(WorkingCalendar(catalog.calendars), home.profile, edition.half)
    if due and due.end and not edition.revision:
        lines.append(f"应在 {due.end.due_day} 以前公布" + ("，晚了" if edition.released_on > due.end.due_day else ""))
    if not edition.commit:
        lines.append("清单文件夹有没提交的改动，或者不在 git 里，所以没有记提交号")
    else:
        lines.append("下一步：提交这个文件，再给它所依据的提交打标签：")
        lines.append(f"git tag {home.place.id}-{edition.id} {edition.commit}")
    return lines


def _differences(home: PlaceCatalog, edition: Edition) -> list[str]:
    older = comparing.before(home.editions.values(), edition)
    if older is None:
        return ["这是第一期，没有可比的"]
    return [
        f"比{halves.spoken(older.id)}：《{one.head.title}》新增 {len(one.added)} 条，退出 {len(one.removed)} 条，"
        f"变更 {len(one.changed)} 条"
        for one in comparing.compare(older, edition)
    ]


def _state(catalog: Catalog, home: PlaceCatalog, today: str) -> list[str]:
    lines = []
    for edition in home.editions.values():
        stands = publicity(home.profile, home.publications.get(edition.id, ()), today)
        lines.append(f"{edition.id}：{edition.released_on} 公布，{sum(edition.counts.values())} 条。{_said(stands)}")
    released = {one.half for one in home.editions.values()}
    waiting = halves.outstanding(WorkingCalendar(catalog.calendars), home.profile, today, released)
    for half, due in waiting:
        if due.end is not None:
            late = "，已经晚了" if due.end.due_day < today else ""
            lines.append(f"{halves.spoken(half)}的清单应在 {due.end.due_day} 以前公布{late}")
    return lines if waiting else [*lines, f"{home.place.name}的规则没有要求半年公布一期清单"]


def _said(stands: Publicity) -> str:
    if stands.state == "unpublished":
        return "还没有登记公布渠道"
    said = f"自 {stands.since} 起公布"
    missing = "、".join(CHANNELS.get(channel, channel) for channel in stands.missing)
    return f"{said}，只公布了一部分，还缺：{missing}" if missing else said


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="发布半年度清单，或者登记在哪里公布了")
    parser.add_argument("--place", required=True, metavar="ID", help="地区")
    parser.add_argument("--edition", default="", metavar="2026-H2", help="期次；不写就列出已有的和下一期的到期日")
    parser.add_argument("--list", default="", metavar="CODE", help="登记没有期次的清单在哪里公布了：清单代码")
    parser.add_argument(
        "--done",
        action="append",
        default=[],
        metavar="STEP=DATE",
        help="第一次编清单：办过哪一步，哪一天，例如 justice=2026-05-06",
    )
    parser.add_argument("--number", default="", help="文号，例如 某政办发〔2026〕1号")
    parser.add_argument("--as-of", default="", metavar="DATE", help="用哪一天的清单（默认今天）")
    parser.add_argument("--released-on", default="", metavar="DATE", help="公布日（默认同上）")
    parser.add_argument("--channel", default="", help=f"登记公布渠道：{'、'.join(CHANNELS)}")
    parser.add_argument("--on", default="", metavar="DATE", help="在这个渠道公布的日期（默认今天）")
    parser.add_argument("--address", default="", metavar="URL", help="网址")
    parser.add_argument("--catalog", type=Path, default=PROJECT / "catalog", metavar="DIR", help="清单文件夹")
    return parser


if __name__ == "__main__":
    sys.exit(main())
