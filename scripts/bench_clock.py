"""Measure how many due dates a second: the bare walk and whole answers, beside chinesecalendar's own walk.

    scripts/bench_clock.py [--number 4000]

Prints a table and writes it to docs/benchmarks.md. CPU time, pair by pair; nothing is asserted.
"""

from __future__ import annotations

import argparse
import datetime
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import chinese_calendar
import msgspec

from mianzheng import clock
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.measuring import median, record, surroundings

HEAD = "| 做什么 | 每秒 | 对照：chinesecalendar find_workday 每秒 | 我们 ÷ 对照 |\n|---|---|---|---|"
NOTE = "对照只给日期；后两行的答复还带每一天的理由、确定与否和目标。起算日相同（2018 到 2026 年），CPU 时间取中位数。"
FIRST = datetime.datetime(2018, 1, 1, tzinfo=clock.SHANGHAI)
Work = Callable[[datetime.datetime], object]


def tasks() -> dict[str, Work]:
    """What is measured, by name; the peer first."""
    rules = load(FolderSource(Path("catalog")), only=("profile", "calendar")).catalog
    calendar, profiles, names = clock.WorkingCalendar(rules.calendars), [*rules.profiles.values()], [*clock.RULES]
    yiyuan, encoder, pick = rules.profiles["yiyuan"], msgspec.json.Encoder(), random.Random(1)

    def mixed(start: datetime.datetime) -> bytes:
        name = pick.choice(names)
        days = 3 if clock.RULES[name].kind == "given" else None
        return encoder.encode(clock.deadline(calendar, pick.choice(profiles), name, start, days=days))

    return {
        "对照": lambda start: chinese_calendar.find_workday(5, start.date()),
        "只算第5个工作日": lambda start: calendar.add_working_days(start.date(), 5),
        "投诉办结，带每一天的理由": lambda start: clock.deadline(calendar, yiyuan, "complaint.close", start),
        "五套规则、全部时限混着问，写成 JSON": mixed,
    }


def rate(work: Work, starts: list[datetime.datetime]) -> float:
    """How often a second of CPU time."""
    begun = time.process_time()
    for start in starts:
        work(start)
    return len(starts) / (time.process_time() - begun)


def main(argv: list[str] | None = None) -> int:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description="测量期限计算")
    parser.add_argument("--number", type=int, default=4000, help="每轮算多少个，共五轮")
    options = parser.parse_args(argv)
    chosen = random.Random(7)
    starts = [FIRST + datetime.timedelta(minutes=chosen.randrange(4_650_000)) for _ in range(options.number)]
    rows = []
    (_, peer), *measured = tasks().items()
    for name, work in measured:
        pairs = [(rate(work, starts), rate(peer, starts)) for _ in range(5)]
        ours, theirs = (median(side) for side in zip(*pairs, strict=True))
        rows.append(f"| {name} | {ours:,.0f} | {theirs:,.0f} | **{median([a / b for a, b in pairs]):.2f}** |")
    text = "\n".join(["## 期限：`make bench-clock`", "", HEAD, *rows, "", NOTE, "", surroundings("chinesecalendar")])
    print(text)
    record("clock", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
