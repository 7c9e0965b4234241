"""The jobs of the clock over a store: nothing is missed, nothing is done twice, nobody holds up the others."""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from mianzheng.adapters.memory_store import MemoryRecordStore
from mianzheng.cases.actors import Actor
from mianzheng.cases.commits import TRIES, commit_change
from mianzheng.cases.records import CaseRecord, Change, Committed
from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import WorkingCalendar
from mianzheng.complaints.desk import Desks
from mianzheng.complaints.overdue import shelf
from mianzheng.complaints.retention import Periods
from mianzheng.complaints.sealed import PERSON, unsealed
from mianzheng.errors import Rejected, Unavailable, VersionConflict
from mianzheng.jobs.clock_watch import ClockWatch
from mianzheng.jobs.nightly import check_history, destroy_old
from mianzheng.jobs.recounting import watch_calendars
from mianzheng.jobs.runner import DAY, Job, Runner
from mianzheng.jobs.sweep import LONGEST, PAGE, complaint_sweeper, sweep_due
from mianzheng.model.profiles import Duration
from tests.alterations import with_leaves
from tests.complaint_desk import NAME, TurnedOver, when
from tests.complaint_desk import PERSON as SOMEBODY
from tests.job_room import StoredLife

FRIDAY = "2025-09-26T"


@pytest.fixture
def life(shipped: Loaded) -> StoredLife:
    return StoredLife(shipped.catalog)


def levels(life: StoredLife, case: str = "a") -> list[tuple[str, str]]:
    return [(e.name, e.data["level"]) for e in life.events[case] if e.name in ("remind", "miss")]


# -- the sweep


@pytest.mark.carries("supervision", "YY-CMP-13-1", "BS-CMP-13-1", where="mianzheng.jobs.sweep:sweep_due")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan"])
def test_f07_a_hundred_failing_cases_in_front_starve_nobody(place: str, shipped: Loaded) -> None:
    life = StoredLife(shipped.catalog, place)
    failing, overdue = PAGE + 20, 250
    for n in range(failing + overdue):
        life.file(f"2025-09-25T09:{n // 60:02}:{n % 60:02}", f"c{n}")
    broken = {life.records[f"c{n}"].id for n in range(failing)}
    sweepers = complaint_sweeper(life.catalog, life.intake.keys)

    def sometimes(record: CaseRecord, now: datetime.datetime) -> Change | None:
        if record.id in broken:
            raise Rejected("设定的故障")
        return sweepers["complaint"](record, now)

    life.now = when("2025-10-20T09:00")
    report = sweep_due(life.store, {"complaint": sometimes}, life.clock_now, life.log)
    assert report == f"处理到时间的 {overdue} 件\n有 {failing} 件到了时间却处理不了，请看日志"
    life.fresh()
    assert all(
        levels(life, f"c{n}") == [("remind", "due"), ("remind", "escalate")] for n in range(failing, failing + 3)
    )
    mails = life.store.claim(when("2025-10-21T10:00"), datetime.timedelta(minutes=5), 100_000, ("mail",))
    told = [claimed.delivery.data["to"]["body"] for claimed in mails if claimed.delivery.data["about"] == "remind"]
    assert told.count(life.desk.office) >= overdue
    assert sweep_due(life.store, sweepers, life.clock_now, life.log) == f"处理到时间的 {failing} 件"


def test_f08_after_three_days_of_sleep_each_level_is_noted_once_with_both_times(life: StoredLife, chief: Actor) -> None:
    life.file(FRIDAY + "09:00")
    life.do("accept", FRIDAY + "10:00", chief)
    assert life.sweep("2025-10-16T08:00") == "处理到时间的 1 件"
    assert levels(life) == [("miss", "due"), ("miss", "escalate")]
    due = life.events["a"][-2]
    assert [when(due.data[name]) for name in ("due", "noticed")] == [when("2025-10-11T00:00"), when("2025-10-16T08:00")]
    assert life.sweep("2025-10-16T08:01") == life.sweep("2025-11-16T08:01") == "处理到时间的 0 件"
    assert len(levels(life)) == 2


def test_f06_an_officers_notes_every_day_do_not_move_the_end(life: StoredLife, chief: Actor) -> None:
    life.file(FRIDAY + "09:00")
    before = life.do("accept", FRIDAY + "10:00", chief).due_at
    for day in ("28", "29", "30"):
        life.do("note", f"2025-09-{day}T10:00", chief, text="还在查。")
        life.sweep(f"2025-09-{day}T23:00")
        assert life.records["a"].due_at == before == when("2025-10-11T00:00")
    life.sweep("2025-10-11T00:00")
    assert ("miss", "due") in levels(life)


def test_a_case_that_somebody_changes_meanwhile_is_read_again(life: StoredLife, chief: Actor) -> None:
    life.file(FRIDAY + "09:00")
    key, read = life.records["a"].key, []
    sweeper = complaint_sweeper(life.catalog, life.intake.keys)["complaint"]

    def late(record: CaseRecord) -> Change | None:
        read.append(record.version)
        if len(read) == 1:
            life.do("accept", FRIDAY + "10:00", chief)
        return sweeper(record, when("2025-11-01T09:00"))

    assert commit_change(life.store, key, late)
    life.fresh()
    assert read == [1, 2] and levels(life) == [("miss", "due"), ("miss", "escalate")]


def test_whoever_is_always_slower_gives_up_and_says_so(life: StoredLife) -> None:
    life.file(FRIDAY + "09:00")
    record = life.records["a"]
    tried: list[int] = []

    class Slow(MemoryRecordStore):
        def get(self, kind: str, id: str) -> CaseRecord:
            return record

        def commit(self, change: Change) -> Committed:
            tried.append(1)
            raise VersionConflict(record)

    with pytest.raises(VersionConflict):
        commit_change(Slow(), record.key, lambda seen: Change(writes=()))
    assert len(tried) == TRIES


def test_a_long_sweep_stops_and_the_next_run_goes_on(life: StoredLife) -> None:
    for n in range(PAGE + 30):
        life.file(f"2025-09-25T09:00:{n % 60:02}", f"c{n}")
    life.now = when("2025-10-20T09:00")
    ticks = iter([0.0, 1.0, LONGEST, 0.0, 1.0, 2.0])
    sweepers = complaint_sweeper(life.catalog, life.intake.keys)
    reports = [
        sweep_due(life.store, sweepers, life.clock_now, life.log, lambda: next(ticks)).splitlines() for _ in range(2)
    ]
    assert reports == [[f"处理到时间的 {PAGE} 件"], ["处理到时间的 30 件"]]


def test_other_kinds_of_records_are_left_to_their_own_sweeper(life: StoredLife) -> None:
    life.file(FRIDAY + "09:00")
    life.now = when("2025-11-01T09:00")
    assert sweep_due(life.store, {}, life.clock_now, life.log) == "处理到时间的 0 件"
    life.fresh()
    assert levels(life) == []


# -- calendars


def announced(life: StoredLife) -> None:
    """An invented calendar of 2027 arrives: 2 and 3 January are working days."""
    known = life.intake.catalog.calendars
    year = msgspec.structs.replace(known[2026], year=2027, holidays=(), workdays=("2027-01-02", "2027-01-03"))
    catalog = dataclasses.replace(life.intake.catalog, calendars={**known, 2027: year})
    object.__setattr__(life.intake, "catalog", catalog)


def watched(life: StoredLife, at: str) -> str:
    life.now = when(at)
    report = watch_calendars(life.store, life.catalog, life.intake.keys, life.clock_now, life.log)
    life.fresh()
    return report


def test_f11_an_announced_calendar_recounts_open_cases_once_and_nobody_is_late_in_hindsight(
    life: StoredLife, chief: Actor
) -> None:
    life.file("2026-12-28T09:00")
    life.do("accept", "2026-12-28T10:00", chief)
    life.file("2026-12-28T09:00", "b")
    life.do("withdraw", "2026-12-28T10:00", SOMEBODY, "b")
    assert watched(life, "2026-12-28T12:00").startswith("放假安排有变，重算了期限，0 件的到期日变了")
    announced(life)
    assert watched(life, "2026-12-30T09:00") == "放假安排有变，重算了期限，1 件的到期日变了"
    assert watched(life, "2026-12-30T09:05") == "放假安排没有变"
    moved = [event for event in life.events["a"] if event.name == "recalculate"]
    assert [(event.data["old_due"], event.data["new_due"]) for event in moved] == [("2027-01-05", "2027-01-02")]
    assert shelf(life.desk.clocks, life.records["a"], when("2027-01-02T23:59")) == "due_today"
    assert [event.name for event in life.events["b"]][-1] == "withdraw"


def test_f20_a_rule_that_changes_leaves_the_ends_of_open_cases(life: StoredLife, chief: Actor) -> None:
    life.file("2026-03-02T09:00")
    life.do("accept", "2026-03-02T10:00", chief)
    before = life.records["a"].due_at
    home = life.intake.catalog.places["demo-yiyuan"]
    assert home.profile is not None
    shorter = with_leaves(home.profile, "complaint", due=msgspec.convert({"n": 1, "unit": "workday"}, Duration))
    places = {**life.intake.catalog.places, "demo-yiyuan": dataclasses.replace(home, profile=shorter)}
    object.__setattr__(life.intake, "catalog", dataclasses.replace(life.intake.catalog, places=places))
    watched(life, "2026-03-02T12:00")
    life.sweep("2026-03-03T09:00")
    assert before is not None and life.records["a"].due_at == before


def test_a_recount_that_fails_is_said_and_begun_again(life: StoredLife, chief: Actor) -> None:
    life.file("2026-12-28T09:00")
    life.do("accept", "2026-12-28T10:00", chief)
    places = life.intake.catalog.places
    announced(life)
    whole = life.intake.catalog
    object.__setattr__(life.intake, "catalog", dataclasses.replace(whole, places={}))
    assert "有 1 件的期限重算不了，请看日志" in watched(life, "2026-12-30T09:00")
    object.__setattr__(life.intake, "catalog", dataclasses.replace(whole, places=places))
    assert "1 件的到期日变了" in watched(life, "2026-12-30T09:05")


@pytest.mark.parametrize(
    ("at", "warning"),
    [
        ("2026-11-14T23:59", ""),
        ("2026-11-15T00:00", "；2027 年的放假安排还没有登记，有 1 件的期限是暂定的"),
        ("2026-12-01T00:00", "；2027 年的放假安排还没有登记，请马上登记，有 1 件的期限是暂定的"),
        ("2027-01-02T00:00", "；2027 年的放假安排还没有登记，请马上登记，有 1 件的期限是暂定的"),
    ],
)
def test_s_sup_11_maintainers_are_warned_and_told_how_many_clocks_are_provisional(
    at: str, warning: str, life: StoredLife, chief: Actor
) -> None:
    life.file("2026-10-28T09:00", "b")
    life.file("2026-12-28T09:00")
    life.do("accept", "2026-12-28T10:00", chief)
    report = watched(life, at)
    assert report == f"放假安排有变，重算了期限，0 件的到期日变了{warning}"


# -- every night


def test_the_nightly_check_finds_a_changed_event_and_says_only_how_many(life: StoredLife) -> None:
    life.file(FRIDAY + "09:00")
    assert check_history(life.store, life.log) == "核对记录 1 条、事件 1 个"
    events = life.store._events[life.records["a"].key.name]
    events[0] = events[0].replace(b'"citizen"', b'"auditor"')
    report = check_history(life.store, life.log)
    assert report.splitlines()[1:] == ["核对发现 1 处问题，请看日志"]
    assert "第 1 个事件与前一个接不上" in life.logged[-1]["report"]


def over(life: StoredLife, cases: int) -> None:
    for n in range(cases):
        life.file(FRIDAY + "09:00", f"c{n}")
        life.do("withdraw", FRIDAY + "10:00", SOMEBODY, f"c{n}")


def destroyed(life: StoredLife, at: str, periods: Periods | None = None) -> str:
    life.now = when(at)
    report = destroy_old(life.store, life.intake.keys, periods or Periods(), life.clock_now, life.log)
    life.fresh()
    return report


def test_a31_who_complained_is_gone_after_a_year_and_the_night_before_says_so(life: StoredLife) -> None:
    over(life, 3)
    key = life.records["c0"].key
    assert destroyed(life, "2026-09-25T10:00") == "按期销毁 0 件；明天 3 件"
    assert unsealed(life.store, life.intake.keys, key, PERSON)["name"] == NAME
    assert destroyed(life, "2026-09-26T10:00") == "按期销毁 3 件；明天 0 件"
    assert unsealed(life.store, life.intake.keys, key, PERSON) == {}
    assert unsealed(life.store, life.intake.keys, key, "story")
    assert destroyed(life, "2027-09-26T10:00") == "按期销毁 3 件；明天 0 件"
    assert unsealed(life.store, life.intake.keys, key, "story") == {}
    assert destroyed(life, "2030-09-26T10:00") == "按期销毁 0 件；明天 0 件"
    assert check_history(life.store, life.log).splitlines()[1:] == []


def test_a31_a_night_that_would_destroy_more_than_five_percent_stops_and_warns(life: StoredLife) -> None:
    over(life, 6)
    assert destroyed(life, "2026-09-25T10:00").splitlines()[1].startswith("明天会停下：要销毁6件")
    report = destroyed(life, "2026-10-01T10:00")
    assert report.startswith("按期销毁 0 件；明天 6 件\n要销毁6件，超过全部6件的5%，已经停下")
    assert unsealed(life.store, life.intake.keys, life.records["c0"].key, PERSON)["name"] == NAME


# -- the machine's clock (F17)


NINE = when("2026-03-02T09:00")


@dataclass
class Hands:
    now: datetime.datetime = NINE
    seconds: float = 0.0
    store: MemoryRecordStore = field(default_factory=MemoryRecordStore)

    def watch(self) -> ClockWatch:
        return ClockWatch(self.store, lambda: self.now, lambda: self.seconds)

    def go(self, shown: datetime.timedelta, real: datetime.timedelta) -> None:
        self.now += shown
        self.seconds += real.total_seconds()


@pytest.mark.parametrize(
    ("shown", "alarm"),
    [
        (datetime.timedelta(minutes=10), ""),
        (datetime.timedelta(minutes=14), ""),
        (datetime.timedelta(hours=-2), "服务器的时钟跳了 -130 分钟，请核对时间"),
        (datetime.timedelta(days=1), "服务器的时钟跳了 1430 分钟，请核对时间"),
    ],
)
def test_f17_a_clock_that_jumps_is_an_alarm(shown: datetime.timedelta, alarm: str) -> None:
    hands = Hands()
    watch = hands.watch()
    assert watch() == "时钟走得匀"
    hands.go(shown, datetime.timedelta(minutes=10))
    assert watch().splitlines()[1:] == ([alarm] if alarm else [])


def test_f17_after_a_restart_the_store_still_knows_the_time() -> None:
    hands = Hands()
    hands.store.beat("sweep", hands.now + datetime.timedelta(hours=2), "")
    assert hands.watch()().splitlines()[1:] == ["服务器的时钟比数据库里最后一次记录慢 120 分钟，请核对时间"]
    hands.now += datetime.timedelta(hours=2)
    assert hands.watch()() == "时钟走得匀"


def test_f17_events_keep_their_order_when_the_clock_goes_back(life: StoredLife, chief: Actor) -> None:
    life.file(FRIDAY + "09:00")
    life.do("accept", FRIDAY + "07:00", chief)
    times = [event.at for event in life.store.events("complaint", life.records["a"].id)]
    assert times == sorted(times)


# -- paces


def test_a_daily_job_runs_at_its_hour_once_and_makes_up_for_a_day_asleep() -> None:
    hands, ran = Hands(), list[datetime.datetime]()
    job = Job("statistics", DAY, lambda: str(ran.append(hands.now)), datetime.time(0, 30))
    store = MemoryRecordStore()
    store.beat("statistics", when("2026-03-01T00:30"), "")
    for text in ("2026-03-02T00:29", "2026-03-02T00:30", "2026-03-02T00:31", "2026-03-04T12:00", "2026-03-04T13:00"):
        hands.now = when(text)
        if text.endswith(("00:29", "12:00")):
            runner = Runner([job], store, lambda: hands.now, lambda entry: None)
        runner.turn()
    assert ran == [when("2026-03-02T00:30"), when("2026-03-04T12:00")]


def test_a_job_that_fails_is_logged_by_kind_only_and_tried_again_within_the_hour() -> None:
    now, logged = when("2026-03-02T00:30"), list[Any]()

    def broken() -> str:
        raise Unavailable("王小明的电话")

    job = Job("statistics", DAY, broken, datetime.time(0, 30))
    runner = Runner([job], MemoryRecordStore(), lambda: now, logged.append)
    runner.turn()
    now = when("2026-03-02T01:29")
    runner.turn()
    now = when("2026-03-02T01:30")
    runner.turn()
    assert [entry["error"] for entry in logged] == ["Unavailable", "Unavailable"]
    assert "王小明" not in str(logged)


def test_one_calendar_serves_all_cases_of_a_place_until_the_catalog_changes(
    shipped: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    class Counted(WorkingCalendar):
        def __init__(self, calendars: Any) -> None:
            made.append(1)
            super().__init__(calendars)

    monkeypatch.setattr("mianzheng.complaints.desk.WorkingCalendar", Counted)
    known = shipped.catalog
    desks = Desks(lambda: known, TurnedOver())
    first = desks.at("demo-yiyuan")
    assert desks.at("demo-yiyuan") is first and len(made) == 1
    desks.at("demo-boshan")
    assert len(made) == 2
    known = dataclasses.replace(known)
    assert desks.at("demo-yiyuan") is not first and len(made) == 3
