"""Internal reports on complaints: how units concluded, what was complained about, hotspots; as page and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mianzheng.complaints.receivers import CHANNELS
from mianzheng.model import PlaceCatalog
from mianzheng.settings import Settings
from mianzheng.statistics.facts import NO_GROUND
from mianzheng.statistics.internal import Shared, UnitRow
from mianzheng.views.cells import harmless
from mianzheng.views.frames import Frame, framed

HERE = "/office/reports"
HEADINGS = ("表", "单位", "项目", "件数")


@dataclass(frozen=True)
class ReportView:
    """A quarter of a place: figures, and the names of what they are about."""

    home: PlaceCatalog
    quarter: str
    quarters: Sequence[str]
    units: Sequence[UnitRow]
    shared: Shared
    ground_names: Mapping[str, str]
    threshold: int | None

    def unit(self, id: str) -> str:
        """What a unit is called."""
        return self.home.bodies[id].name if id in self.home.bodies else "（名单上没有的单位）"

    def ground(self, code: str) -> str:
        """What a ground is called."""
        return "没有写明" if code == NO_GROUND else self.ground_names.get(code, code)


def spoken_quarter(quarter: str) -> str:
    """`2026-Q3` as people say it."""
    return f"{quarter[:4]}年第{'一二三四'[int(quarter[-1]) - 1]}季度"


def report_page(settings: Settings, around: Frame, view: ReportView) -> str:
    """The page: bars, and a table with the same figures under each."""
    most = max((row.on_time + row.late + row.no_limit for row in view.units), default=0)
    return framed(
        settings,
        "office/reports.html",
        "投诉举报分析",
        frame=replace(around, here=HERE),
        view=view,
        heading=spoken_quarter(view.quarter),
        quarters=[(quarter, spoken_quarter(quarter)) for quarter in view.quarters],
        bars=[(view.unit(row.unit), row, _spans(row, most)) for row in view.units],
        asked=[(view.unit(unit), view.ground(code), count) for unit, code, count in _asked(view)],
        channels=[(CHANNELS.get(code, code), count) for code, count in view.shared.by_channel.items()],
        hotspots=[(view.unit(spot.unit), view.ground(spot.ground), spot.count) for spot in view.shared.hotspots],
    )


def report_csv(view: ReportView) -> str:
    """The same figures for a spreadsheet, none of its cells a formula. Begins with a BOM, so that Excel reads UTF-8."""
    rows: list[tuple[str, str, str, int]] = []
    for row in view.units:
        for label, count in (("按时", row.on_time), ("超期", row.late), ("没有期限", row.no_limit)):
            rows.append(("办结", view.unit(row.unit), label, count))
    rows += [("反映的问题", view.unit(unit), view.ground(code), count) for unit, code, count in _asked(view)]
    rows += [("渠道", "", CHANNELS.get(code, code), count) for code, count in view.shared.by_channel.items()]
    rows += [("集中的问题", view.unit(s.unit), view.ground(s.ground), s.count) for s in view.shared.hotspots]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows([*harmless(row[:3]), row[3]] for row in rows)
    return "\ufeff" + written.getvalue()


def _asked(view: ReportView) -> list[tuple[str, str, int]]:
    return [(unit, code, count) for unit, grounds in view.shared.by_unit.items() for code, count in grounds.items()]


def _spans(row: UnitRow, most: int) -> list[tuple[str, float, float]]:
    """The parts of a bar: class, start and width in percent of the longest bar."""
    spans, start = [], 0.0
    for name, count in (("ontime", row.on_time), ("late", row.late), ("nolimit", row.no_limit)):
        width = 100 * count / most if most else 0
        if count:
            spans.append((name, round(start, 2), round(width, 2)))
        start += width
    return spans
