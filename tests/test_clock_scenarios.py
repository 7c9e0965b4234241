"""The acceptance scenarios whose result is a date or a time, in three time zones of the machine."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from mianzheng import clock
from mianzheng.catalog_files.loading import Loaded
from mianzheng.errors import BadArgument
from mianzheng.model import Catalog
from tests.conftest import ROOT

SCENARIOS = yaml.safe_load((ROOT / "tests" / "scenarios" / "clock.yaml").read_text("utf-8"))
ZONES = {"UTC": 0, "Asia/Shanghai": -8 * 3600, "America/New_York": 5 * 3600}


@pytest.fixture(params=ZONES, autouse=True)
def machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The time zone of the machine, which must not matter."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    assert time.timezone == ZONES[request.param], "the machine lacks time-zone data"
    yield
    monkeypatch.undo()
    time.tzset()


def instant(text: str) -> datetime.datetime:
    """An instant as scenarios write it: Shanghai time."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


def asked(case: dict[str, Any], catalog: Catalog) -> clock.Question:
    texts = {name: case.get(name, "") for name in ("extend", "days")}
    profile, rule, start = case["profile"], case["rule"], case["from"]
    return clock.read_question(catalog.profiles, profile=profile, rule=rule, start=start, **texts)


def due(case: dict[str, Any], catalog: Catalog, calendar: clock.WorkingCalendar) -> None:
    found = clock.answer(calendar, asked(case, catalog))
    values = {
        "day": found.due_day,
        "at": found.due_at and found.due_at.isoformat(),
        "target": found.target and found.target.due_day,
        "nominal": found.nominal_due_at and found.nominal_due_at.isoformat(),
        "certain": found.certain,
        "may_change": found.may_change,
        "counted": [s.day for s in found.trail if isinstance(s, clock.Step) and s.counted],
    }
    wanted = {"certain": True} | {name: case[name] for name in values if name in case}
    assert {name: values[name] for name in wanted} == wanted
    assert found.binds == ("target" not in case)


def stands(case: dict[str, Any], catalog: Catalog, calendar: clock.WorkingCalendar) -> None:
    found = clock.answer(calendar, asked(case, catalog))
    assert (found.target and found.target.due_day) == case.get("target")
    assert found.due_day == case.get("day", found.due_day)
    states = {at: clock.standing(calendar, found, instant(at)) for at in case["at"]}
    assert {at: [s.state, s.working_days_late] for at, s in states.items()} == case["at"]


def refused(case: dict[str, Any], catalog: Catalog, calendar: clock.WorkingCalendar) -> None:
    with pytest.raises(BadArgument, match=case["says"]):
        asked(case, catalog)


def takes(case: dict[str, Any], catalog: Catalog, calendar: clock.WorkingCalendar) -> None:
    without = [(instant(a), instant(b)) for a, b in case.get("without", [])]
    profile = catalog.profiles[case["profile"]]
    found = clock.elapsed(calendar, profile, instant(case["from"]), instant(case["until"]), without)
    minutes = [part / datetime.timedelta(minutes=1) for part in (found.office, found.plain)]
    assert minutes == [case["office"], case["plain"]]


def warns(case: dict[str, Any], catalog: Catalog, calendar: clock.WorkingCalendar) -> None:
    question = asked(case, catalog)
    found = clock.answer(calendar, question)
    offset = {name: case[name] for name in ("minutes", "workdays") if name in case}
    at = clock.warn_at(calendar, question.profile, found, **offset)
    assert at is not None
    assert at.isoformat() == case["at"]


PLAYERS = {f.__name__: f for f in (due, stands, refused, takes, warns)}


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{c['id']} {c['title']}") for c in SCENARIOS])
def test_the_date_is_the_required_one(case: dict[str, Any], shipped: Loaded, calendar: clock.WorkingCalendar) -> None:
    PLAYERS[case["run"]](case, shipped.catalog, calendar)
