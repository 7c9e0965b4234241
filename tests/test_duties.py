"""What falls due for a list: told by mail once a stage, shown on the first page of the workbench, never just done."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from mianzheng.adapters.memory_store import MemoryRecordStore
from mianzheng.adapters.sqlite_store import SQLiteRecordStore
from mianzheng.cases.letters import MAIL
from mianzheng.catalog_files.loading import Loaded, load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.clock import SHANGHAI
from mianzheng.complaints.receivers import keeper_of
from mianzheng.duties import duties_of
from mianzheng.editions.freezing import Release
from mianzheng.jobs.duties import remind_of_duties
from mianzheng.jobs.mail import Mail
from mianzheng.jobs.outbox import deliver
from mianzheng.local.releasing import Notice, announce, release
from mianzheng.model import Catalog
from mianzheng.ports import RecordStore
from mianzheng.publishing import sound_catalog
from mianzheng.settings import Settings
from tests.faults import every_fault
from tests.job_room import PostBox
from tests.test_repeal import fourteen, repealed
from tests.web_client import Town

carries = pytest.mark.carries
YIYUAN, BOSHAN = "test-yiyuan", "test-boshan"


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def nights(first: str, last: str) -> list[datetime.datetime]:
    """One o'clock of every night, as the job runs."""
    begin, end = at(f"{first}T01:00"), at(f"{last}T01:00")
    return [begin + datetime.timedelta(days=n) for n in range((end - begin).days + 1)]


def letters(store: RecordStore, catalog: Catalog, now: datetime.datetime) -> list[tuple[str, str, str]]:
    """Deliver what is due by now: recipient, subject, text of each letter."""
    box = PostBox()
    mail = Mail(box, box, lambda place, body: f"{body}@{place}", lambda: catalog, Settings())
    deliver(store, {MAIL: mail}, lambda: now)
    return [(one.to, one.subject, one.text) for one in box.letters]


def only(catalog: Catalog, *places: str) -> Catalog:
    """The catalog with some of its places, so that the others send nothing."""
    return replace(catalog, places={name: catalog.places[name] for name in places})


class TestEditions:
    @carries("publication", "YY-JM-1-3", "BS-JM-1-3", where="mianzheng.jobs.duties:remind_of_duties")
    @pytest.mark.parametrize("place", [YIYUAN, BOSHAN])
    def test_the_office_hears_of_the_edition_ahead_on_the_day_and_when_it_is_late(
        self, catalog_folder: Path, place: str
    ) -> None:
        """YY-ADJ-05-2, S-PUB-02: due on the last working day of the half-year; each stage once, whatever runs twice."""
        release(catalog_folder, sound_catalog(catalog_folder, "2026-06-30"), place,
                Release("2026-H1", "2026-06-30", "2026-06-30"))  # fmt: skip
        catalog, store = only(load(FolderSource(catalog_folder)).catalog, place), MemoryRecordStore()
        office = keeper_of(catalog.places[place])
        told: list[tuple[str, str]] = []
        for night in nights("2026-12-01", "2027-01-08"):
            for _ in range(3):
                remind_of_duties(store, catalog, night)
            assert letters(store, catalog, night) == [], "nobody is reminded at night"
            told += [(night.date().isoformat(), subject) for to, subject, _ in letters(
                store, catalog, night.replace(hour=10)) if to == f"{office}@{place}"]  # fmt: skip
        assert told == [
            ("2026-12-17", "清单 2026年下半年的清单：快到公布的日子"),
            ("2026-12-31", "清单 2026年下半年的清单：今天要公布"),
            ("2027-01-04", "清单 2026年下半年的清单：还没有公布"),
        ]

    def test_a_released_edition_is_asked_for_no_more(self, catalog_folder: Path) -> None:
        release(catalog_folder, sound_catalog(catalog_folder, "2026-12-20"), YIYUAN,
                Release("2026-H2", "2026-12-20", "2026-12-20"))  # fmt: skip
        catalog = only(load(FolderSource(catalog_folder)).catalog, YIYUAN)
        store = MemoryRecordStore()
        assert remind_of_duties(store, catalog, at("2026-12-31T01:00")) == "提醒清单到期的事 0 件"
        (duty,) = duties_of(catalog, catalog.places[YIYUAN], at("2026-12-31T01:00"))
        assert (duty.name, duty.due_day) == ("edition/2027-H1", "2027-06-30")

    def test_places_whose_rules_want_no_edition_are_left_in_peace(self, loaded: Loaded) -> None:
        catalog = only(loaded.catalog, "test-wuhai", "test-qingshen", "test-fangxian")
        assert remind_of_duties(MemoryRecordStore(), catalog, at("2026-12-31T01:00")) == "提醒清单到期的事 0 件"

    def test_a_letter_says_what_until_when_and_where_to_go(self, loaded: Loaded) -> None:
        catalog, store = only(loaded.catalog, YIYUAN), MemoryRecordStore()
        remind_of_duties(store, catalog, at("2026-12-17T01:00"))
        ((_, _, text),) = letters(store, catalog, at("2026-12-17T10:00"))
        assert "办理期限：12月31日（周四）当天" in text and "/office/" in text
        assert "现在的状态" not in text and "\n\n\n" not in text


class TestRepeals:
    @carries("publication", "YY-JM-1-3", where="mianzheng.duties:duties_of")
    def test_units_hear_at_once_and_again_when_it_is_late_and_nothing_changes_by_itself(
        self, catalog_folder: Path
    ) -> None:
        """S-CAT-09: fourteen items, due on 10 February 2025; the office hears of the law once."""
        fourteen(catalog_folder)
        catalog, store = only(repealed(catalog_folder), YIYUAN), MemoryRecordStore()
        home = catalog.places[YIYUAN]
        office = keeper_of(home)
        assert remind_of_duties(store, catalog, at("2025-01-23T01:00")) == "提醒清单到期的事 0 件"
        told: list[tuple[str, str, str]] = []
        for night in nights("2025-01-24", "2025-02-14"):
            remind_of_duties(store, catalog, night)
            for to, subject, text in letters(store, catalog, night.replace(hour=10)):
                assert "办理期限：2月10日" in text
                told.append((night.date().isoformat(), to.split("@")[0], subject))
        units = {item.requesting_body for item in home.items.values()
                 if any(use.basis == "lb-m9s34g" for use in item.legal_bases)}  # fmt: skip
        for day, words in (("2025-01-24", "依据废止，要提出调整"), ("2025-02-11", "依据废止，还没有调整")):
            here = [(body, subject) for on, body, subject in told if on == day]
            assert {body for body, _ in here} == {*units, office} and len(here) == len(units) + 1
            assert all(subject.endswith(words) for _, subject in here)
            assert any("14 条要提出调整" in subject for body, subject in here if body == office)
        assert {on for on, _, _ in told} == {"2025-01-24", "2025-02-11"}


def test_whatever_fails_on_the_way_each_stage_is_told_once(loaded: Loaded, tmp_path: Path) -> None:
    catalog, night = only(loaded.catalog, YIYUAN, BOSHAN), at("2026-12-17T01:00")
    for number, fault in enumerate(every_fault()):
        store = SQLiteRecordStore(tmp_path / f"{number}.sqlite")
        with fault.expected():
            remind_of_duties(fault.within(store), catalog, night)
        remind_of_duties(store, catalog, night)
        assert len(letters(store, catalog, night.replace(hour=10))) == 2, fault


class TestFirstPage:
    def page(self, catalog: Catalog, now: datetime.datetime, role: str, place: str = YIYUAN) -> str:
        town = Town(catalog, now=now)
        visitor = town.visitor()
        visitor.log_in(f"{place}.{role}1")
        found: str = visitor.get("/office/").text
        return found

    def test_reviewers_see_what_is_due_and_what_is_late(self, catalog_folder: Path) -> None:
        """S-PUB-02, as the workbench shows it."""
        release(catalog_folder, sound_catalog(catalog_folder, "2026-06-30"), YIYUAN,
                Release("2026-H1", "2026-06-30", "2026-06-30"))  # fmt: skip
        loaded = load(FolderSource(catalog_folder))
        for role in ("joint_conference_office", "justice"):
            assert "2026年下半年的清单" in (page := self.page(loaded.catalog, at("2026-12-30T09:00"), role))
            assert "最晚12月31日（周四）当天" in page and "已超期：" not in page
            assert "今天到期" in self.page(loaded.catalog, at("2026-12-31T09:00"), role)
        late = self.page(loaded.catalog, at("2027-01-04T09:00"), "joint_conference_office")
        assert "已超期：最晚2026年12月31日" in late and "2027年上半年的清单" not in late.split("已超期")[0]

    def test_a_department_sees_its_own_and_a_receiver_none(self, catalog_folder: Path) -> None:
        """S-CAT-09, as the workbench shows it."""
        fourteen(catalog_folder)
        catalog = repealed(catalog_folder)
        now = at("2025-02-11T09:00")
        town = Town(catalog, now=now)
        own = town.services.store.get("account", town.logins[f"{YIYUAN}.department1"]).body
        mine = [one for one in duties_of(catalog, catalog.places[YIYUAN], now) if one.body == own]
        page = self.page(catalog, now, "department")
        assert mine and all(one.title in page for one in mine) and "已超期" in page
        assert "下半年的清单" not in page and "上半年的清单" not in page
        assert "清单到期的事" not in self.page(catalog, now, "receiver")

    def test_the_office_sees_the_channel_that_is_missing(self, catalog_folder: Path) -> None:
        """S-PUB-08."""
        release(catalog_folder, sound_catalog(catalog_folder, "2026-11-25"), BOSHAN,
                Release("2026-H2", "2026-11-25", "2026-11-25"))  # fmt: skip
        for channel in ("portal", "platform"):
            home = load(FolderSource(catalog_folder)).catalog.places[BOSHAN]
            announce(catalog_folder, home, Notice("2026-H2", channel, "2026-11-25"))
        catalog = load(FolderSource(catalog_folder)).catalog
        page = self.page(catalog, at("2026-11-25T09:00"), "joint_conference_office", BOSHAN)
        assert "2026年下半年的清单还没有登记在新闻媒体公布" in page and "没有规定期限" in page
        home = catalog.places[BOSHAN]
        announce(catalog_folder, home, Notice("2026-H2", "media", "2026-11-25"))
        catalog = load(FolderSource(catalog_folder)).catalog
        assert "还没有登记" not in self.page(catalog, at("2026-11-25T09:00"), "joint_conference_office", BOSHAN)

    @carries("publication", "FX-5-2-3", where="mianzheng.duties:duties_of")
    def test_fangxian_sees_which_of_its_four_lists_are_not_on_the_portal(self, catalog_folder: Path) -> None:
        place = "test-fangxian"
        home = load(FolderSource(catalog_folder)).catalog.places[place]
        announce(catalog_folder, home, Notice("", "portal", "2026-11-25", list="cancel"))
        catalog = load(FolderSource(catalog_folder)).catalog
        page = self.page(catalog, at("2026-11-25T09:00"), "joint_conference_office", place)
        assert page.count("还没有登记在政府门户网站公布") == 3 and "证明事项取消清单》还没" not in page
