"""Editions: when they are due, what freezing keeps, what no later change touches, and where they were made public."""

from __future__ import annotations

import datetime
import json
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from scripts import release_edition

from mianzheng.catalog_files import canonical
from mianzheng.catalog_files.loading import Loaded, load
from mianzheng.catalog_files.reading import read_file
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.clock import WorkingCalendar
from mianzheng.editions import comparing, halves
from mianzheng.editions.freezing import ListToFreeze, Release, freeze
from mianzheng.errors import BadArgument
from mianzheng.local.releasing import release
from mianzheng.model import Edition, PlaceCatalog, Publication
from mianzheng.publishing import sound_catalog
from mianzheng.rules.editions import digest_of, publicity
from mianzheng.sheets.exporting import FORMATS
from mianzheng.sheets.official import frozen
from tests.alterations import alter

DAY = "2026-11-25"
PLACE = "test-boshan"


def released(folder: Path, edition: str, **more: str) -> Edition:
    wanted = Release(edition, more.pop("as_of", DAY), more.pop("released_on", DAY), **more)
    return release(folder, sound_catalog(folder, wanted.as_of), PLACE, wanted)[0]


def home_of(folder: Path, place: str = PLACE) -> PlaceCatalog:
    return load(FolderSource(folder)).catalog.places[place]


class TestHalves:
    @pytest.mark.parametrize(
        ("day", "half"), [("2026-01-01", "2026-H1"), ("2026-06-30", "2026-H1"), ("2026-07-01", "2026-H2")]
    )
    def test_a_day_lies_in_a_half_year(self, day: str, half: str) -> None:
        assert halves.half_of(day) == half
        assert halves.first_day_of(half).isoformat() <= day

    def test_names_are_spoken(self) -> None:
        assert halves.spoken("2026-H1") == "2026年上半年"
        assert halves.spoken("2026-H2-r3") == "2026年下半年（第3次修订）"

    @pytest.mark.parametrize("name", ["2026", "2026-H3", "2026-H2-r0", "2026-h1", "2026-H1x", ""])
    def test_what_is_no_half_year_is_refused(self, name: str) -> None:
        with pytest.raises(BadArgument, match="请写成 2026-H2"):
            halves.first_day_of(name)

    @pytest.mark.carries("publication", "YY-ADJ-05-2", "BS-ADJ-05-2", where="mianzheng.editions.halves:due")
    @pytest.mark.parametrize(("half", "day"), [("2024-H1", "2024-06-28"), ("2025-H2", "2025-12-31")])
    @pytest.mark.parametrize("profile", ["yiyuan", "boshan"])
    def test_an_edition_is_due_on_the_last_working_day(
        self, shipped: Loaded, calendar: WorkingCalendar, profile: str, half: str, day: str
    ) -> None:
        """S-PUB-01, S-PUB-02."""
        found = halves.due(calendar, shipped.catalog.profiles[profile], half)
        assert found is not None
        assert found.due_day == day

    def test_places_without_the_rule_have_no_edition_due(self, shipped: Loaded, calendar: WorkingCalendar) -> None:
        assert halves.due(calendar, shipped.catalog.profiles["wuhai"], "2026-H2") is None
        assert halves.due(calendar, None, "2026-H2") is None

    @pytest.mark.parametrize(
        ("day", "released", "days"),
        [
            ("2025-03-03", set(), {"2025-H1": "2025-06-30"}),
            ("2025-03-03", {"2025-H1"}, {"2025-H2": "2025-12-31"}),
            ("2025-12-31", {"2025-H1", "2025-H2"}, {"2026-H1": "2026-06-30"}),
            ("2025-12-31", {"2024-H1"}, {"2024-H2": "2024-12-31", "2025-H1": "2025-06-30", "2025-H2": "2025-12-31"}),
        ],
    )
    def test_what_is_still_to_come_out_is_all_since_the_last(
        self, shipped: Loaded, calendar: WorkingCalendar, day: str, released: set[str], days: dict[str, str]
    ) -> None:
        found = halves.outstanding(calendar, shipped.catalog.profiles["yiyuan"], day, released)
        assert {half: due.due_day for half, due in found} == days


@pytest.mark.carries(
    "publication", "YY-ADJ-05-2", "BS-ADJ-05-2", "YY-JM-1-3", "BS-JM-1-3", where="mianzheng.editions.freezing:freeze"
)
class TestFreezing:
    def test_an_edition_holds_the_list_with_its_number_counts_and_digest(self, catalog_folder: Path) -> None:
        edition = released(catalog_folder, "2026-H2", number="测政发〔2026〕1号")
        (head,) = edition.lists
        assert (edition.number, edition.as_of, head.code) == ("测政发〔2026〕1号", DAY, "exemption")
        assert edition.counts == {"exemption": len(edition.entries)}
        assert len(edition.entries) > 5
        assert head.sha256 == digest_of(edition, head)
        assert home_of(catalog_folder).editions["2026-H2"] == edition

    @pytest.mark.carries("publication", "YY-ADJ-05-1", "BS-ADJ-05-1", where="mianzheng.rules.standing:as_of")
    def test_a_later_change_shows_in_the_list_and_not_in_the_edition(self, catalog_folder: Path) -> None:
        """S-PUB-05."""
        edition = released(catalog_folder, "2026-H1", as_of="2026-06-30", released_on="2026-06-30")
        file = catalog_folder / f"places/{PLACE}/editions/2026-H1.yaml"
        as_released = file.read_bytes()
        downloads = {name: make(_document(catalog_folder, edition)) for name, make in FORMATS.items()}
        gone = edition.entries[0]
        _cancel(catalog_folder, gone.item, "2026-11-01")
        home = home_of(catalog_folder)
        assert file.read_bytes() == as_released
        assert {name: make(_document(catalog_folder, home.editions["2026-H1"])) for name, make in FORMATS.items()} == (
            downloads
        )
        newer = released(catalog_folder, "2026-H2")
        assert gone.item not in {entry.item for entry in newer.entries}

    def test_a_correction_is_a_revision_beside_the_first(self, catalog_folder: Path) -> None:
        first = released(catalog_folder, "2026-H2")
        second = released(catalog_folder, "2026-H2-r1", number="测政发〔2026〕2号")
        assert home_of(catalog_folder).editions == {"2026-H2": first, "2026-H2-r1": second}

    @pytest.mark.parametrize(
        ("edition", "more", "said"),
        [
            ("2026-H2", {}, "已经在 2026-11-25 公布，不能再改；要更正的，用 --edition 2026-H2-r1"),
            ("2026-H2-r2", {}, "下一个可用的是 --edition 2026-H2-r1"),
            ("2025-H2-r1", {}, "下一个可用的是 --edition 2025-H2"),
            ("2027-H1", {}, "从 2027-01-01 开始"),
            ("2026-H3", {}, "请写成 2026-H2"),
            ("2026-H2-r1", {"released_on": "2026-11-24"}, "早于清单的截至日"),
        ],
    )
    def test_what_cannot_be_released_is_said_and_writes_nothing(
        self, catalog_folder: Path, edition: str, more: dict[str, str], said: str
    ) -> None:
        released(catalog_folder, "2026-H2")
        folder = catalog_folder / f"places/{PLACE}/editions"
        before = {file.name: file.read_bytes() for file in folder.iterdir()}
        with pytest.raises(BadArgument, match=said):
            released(catalog_folder, edition, **more)
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == before

    def test_places_whose_rules_want_no_edition_are_told_so(self, loaded: Loaded) -> None:
        home = loaded.catalog.places["test-wuhai"]
        with pytest.raises(BadArgument, match="没有要求半年公布"):
            freeze(home, Release("2026-H2", DAY, DAY), [ListToFreeze(_spec(loaded), [])])

    def test_two_at_once_make_one(self, catalog_folder: Path) -> None:
        catalog = sound_catalog(catalog_folder, DAY)
        wanted = Release("2026-H2", DAY, DAY)
        first, file = release(catalog_folder, catalog, PLACE, wanted)
        with pytest.raises(BadArgument, match="已经在了"):
            release(catalog_folder, catalog, PLACE, Release("2026-H2", DAY, DAY, "别的文号"))
        assert home_of(catalog_folder).editions["2026-H2"] == first
        assert [one.name for one in file.parent.iterdir()] == ["2026-H2.yaml"]

    def test_the_commit_is_noted_where_the_folder_is_clean(self, catalog_folder: Path) -> None:
        def git(*arguments: str) -> str:
            command = ["git", "-C", str(catalog_folder), "-c", "user.name=x", "-c", "user.email=x@x.x", *arguments]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

        git("init", "-q")
        git("add", ".")
        git("commit", "-qm", "测试")
        assert released(catalog_folder, "2026-H2").commit == git("rev-parse", "HEAD")
        assert released(catalog_folder, "2026-H2-r1").commit == ""  # the first edition is not committed yet

    def test_a_frozen_list_of_ten_thousand_lines_is_still_read(self, catalog_folder: Path) -> None:
        edition = released(catalog_folder, "2026-H2")
        many = msgspec.structs.replace(edition, entries=(edition.entries[0],) * 10_000)
        raw = canonical.dump(many).encode()
        assert len(raw) > 2_000_000
        assert read_file(f"places/{PLACE}/editions/2026-H2.yaml", raw).record == many


def _spec(loaded: Loaded) -> Any:
    return loaded.catalog.vocabularies.lists["exemption"]


def _document(folder: Path, edition: Edition) -> Any:
    return frozen(home_of(folder).place, edition, edition.lists[0], demonstration=True)


def _cancel(folder: Path, item: str, on: str) -> None:
    (file,) = folder.glob(f"places/*/items/*/{item}.yaml")
    day_before = (datetime.date.fromisoformat(on) - datetime.timedelta(days=1)).isoformat()
    values = {"status": "cancelled", "versions.0.until": day_before, "cancelled": {"on": on, "reason": "X1_law"}}
    alter(folder, {"file": file.relative_to(folder).as_posix(), "set": values})


class TestDifference:
    def test_lines_that_came_went_and_changed(self, catalog_folder: Path) -> None:
        older = released(catalog_folder, "2026-H1", as_of="2026-06-30", released_on="2026-06-30")
        gone, changed, *_ = older.entries
        _cancel(catalog_folder, gone.item, "2026-11-01")
        (file,) = catalog_folder.glob(f"places/*/items/*/{changed.item}.yaml")
        alter(catalog_folder, {"file": file.relative_to(catalog_folder).as_posix(), "set": {"note": "改了备注。"}})
        newer = released(catalog_folder, "2026-H2")
        (found,) = comparing.compare(older, newer)
        assert [entry.item for entry in found.removed] == [gone.item]
        assert found.added == ()
        ((entry, cells),) = found.changed
        assert (entry.item, cells) == (changed.item, (comparing.CellChange("备注", "", "改了备注。"),))
        (back,) = comparing.compare(newer, older)
        assert [entry.item for entry in back.added] == [gone.item]

    def test_a_new_column_is_no_change_of_every_line(self, catalog_folder: Path) -> None:
        older = released(catalog_folder, "2026-H2")
        head = older.lists[0]
        fewer = msgspec.structs.replace(head, columns=head.columns[:-1])
        lines = tuple(msgspec.structs.replace(line, cells=line.cells[:-1]) for line in older.entries)
        (found,) = comparing.compare(msgspec.structs.replace(older, lists=(fewer,), entries=lines), older)
        assert found.empty

    def test_each_follows_the_last_revision_before_it(self, catalog_folder: Path) -> None:
        one = released(catalog_folder, "2026-H2")
        ids = ["2025-H2", "2026-H1", "2026-H1-r1", "2026-H1-r2", "2026-H2", "2026-H1-r10"]
        editions = [msgspec.structs.replace(one, id=name) for name in ids]
        follows = {e.id: (before.id if (before := comparing.before(editions, e)) else None) for e in editions}
        assert follows == {
            "2025-H2": None, "2026-H1": "2025-H2", "2026-H1-r1": "2026-H1", "2026-H1-r2": "2026-H1-r1",
            "2026-H1-r10": "2026-H1-r2", "2026-H2": "2026-H1-r10",
        }  # fmt: skip


class TestPublicity:
    def of(self, loaded: Loaded, profile: str, *done: str, today: str = DAY) -> tuple[str, str, tuple[str, ...]]:
        notices = [Publication(channel=one.split()[0], on=one.split()[1]) for one in done]
        found = publicity(loaded.catalog.profiles[profile], notices, today)
        return found.state, found.since, found.missing

    @pytest.mark.carries("publication", "BS-PL-3-1-2c", where="mianzheng.rules.editions:publicity")
    def test_two_of_three_channels_is_published_in_part(self, loaded: Loaded) -> None:
        """S-PUB-08: in force from the first public channel, the missing one named."""
        found = self.of(loaded, "boshan", "platform 2026-06-30", "portal 2026-06-29")
        assert found == ("in_part", "2026-06-29", ("media",))

    def test_all_channels_is_published_none_is_not(self, loaded: Loaded) -> None:
        days = [f"{one} 2026-06-30" for one in ("portal", "platform", "media")]
        assert self.of(loaded, "boshan", *days) == ("published", "2026-06-30", ())
        assert self.of(loaded, "boshan") == ("unpublished", "", ("portal", "platform", "media"))

    def test_one_is_enough_where_the_rules_name_none(self, loaded: Loaded) -> None:
        assert self.of(loaded, "yiyuan", "notice 2026-06-30") == ("published", "2026-06-30", ())

    @pytest.mark.carries("publication", "FX-5-2-3", where="mianzheng.rules.editions:publicity")
    def test_what_is_yet_to_come_does_not_count(self, loaded: Loaded) -> None:
        assert self.of(loaded, "fangxian", "portal 2026-11-26")[0] == "unpublished"
        assert self.of(loaded, "fangxian", "portal 2026-11-25")[0] == "published"


class TestScript:
    def run(self, folder: Path, *more: str) -> int:
        return release_edition.main(["--catalog", str(folder), "--place", PLACE, "--as-of", DAY, *more])

    def test_it_releases_once_then_says_how_to_correct(
        self, catalog_folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.run(catalog_folder, "--edition", "2026-H2", "--number", "测政发〔2026〕1号") == 0
        said = capsys.readouterr().out
        assert "应在 2026-12-31 以前公布" in said
        assert self.run(catalog_folder, "--edition", "2026-H2") == 2
        assert "--edition 2026-H2-r1" in capsys.readouterr().err
        assert self.run(catalog_folder, "--edition", "2026-H2-r1") == 0
        assert "比2026年下半年：《证明事项免提交清单》新增 0 条" in capsys.readouterr().out

    def test_it_registers_channels_and_tells_what_is_missing(
        self, catalog_folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """S-PUB-08."""
        assert self.run(catalog_folder, "--edition", "2026-H2") == 0
        for channel in ("portal", "platform", "portal"):
            assert self.run(catalog_folder, "--edition", "2026-H2", "--channel", channel, "--on", DAY) == 0
        assert "还缺：新闻媒体" in capsys.readouterr().out
        assert [one.channel for one in home_of(catalog_folder).publications["2026-H2"]] == ["platform", "portal"]
        assert self.run(catalog_folder) == 0
        said = capsys.readouterr().out
        assert "只公布了一部分，还缺：新闻媒体" in said
        assert "2027年上半年的清单应在 2027-06-30 以前公布" in said

    def test_unusable_channels_are_all_named(self, catalog_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.run(catalog_folder, "--edition", "2026-H2", "--channel", "radio") == 2
        said = capsys.readouterr().err
        assert "没有 2026-H2 这一期" in said
        assert "media（新闻媒体）" in said
        assert not (catalog_folder / f"places/{PLACE}/publications.yaml").exists()

    @pytest.mark.carries(
        "publication", "BS-PL-3-4a", "FX-4-3-1", "WH-OR-17", where="mianzheng.rules.guides:check_guide"
    )
    @pytest.mark.parametrize(
        ("place", "stops"),
        [("test-boshan", True), ("test-fangxian", True), ("test-wuhai", True), ("test-yiyuan", False)],
    )
    def test_a_guide_older_than_the_method_stops_what_is_published(
        self, catalog_folder: Path, place: str, stops: bool
    ) -> None:
        """S-PUB-11."""
        home = home_of(catalog_folder, place)
        item = next(one for one in home.items.values() if one.status == "active" and one.version_on(DAY))
        service = f"places/{place}/services/{item.service}.yaml"
        alter(catalog_folder, {"file": service, "set": {"guide_updated": "2020-01-01"}})
        arguments = ["--catalog", str(catalog_folder), "--place", place, "--as-of", DAY]
        assert release_edition.main(arguments) == (1 if stops else 0)

    @pytest.mark.parametrize(
        ("place", "done", "said"),
        [
            (
                "test-boshan",
                ["comment=2026-05-20", "justice=2026-05-19"],
                "早于“公开征求意见”结束（2026-05-20）",
            ),
            (
                "test-fangxian",
                ["gov_final=2026-04-30", "justice=2026-05-06"],
                "早于“司法局审查”（2026-05-06）",
            ),
            ("test-fangxian", ["vote=2026-04-30"], "没有这些步骤：vote"),
            ("test-fangxian", ["justice"], "不是日期"),
        ],
    )
    def test_steps_of_a_first_list_in_a_wrong_order_stop_it(
        self, catalog_folder: Path, capsys: pytest.CaptureFixture[str], place: str, done: list[str], said: str
    ) -> None:
        """S-REV-02, S-REV-04."""
        steps = [word for step in done for word in ("--done", step)]
        given = ["--catalog", str(catalog_folder), "--place", place, "--as-of", DAY, *steps]
        for more in ([], ["--list", "commitment", "--channel", "portal"]):
            assert release_edition.main([*given, *more]) == 2
            assert said in capsys.readouterr().err
        assert not (catalog_folder / f"places/{place}/publications.yaml").exists()
        right = ["--done", "justice=2026-04-30"] if place == "test-fangxian" else ["--done", "comment=2026-04-30"]
        assert release_edition.main([*given[:6], *right]) == 0
        assert "次序没有问题" in capsys.readouterr().out


def test_the_frozen_json_says_which_edition_it_is_and_its_digest(catalog_folder: Path) -> None:
    edition = released(catalog_folder, "2026-H2", number="测政发〔2026〕1号")
    document = _document(catalog_folder, edition)
    data = json.loads(FORMATS["json"](document))
    assert (data["edition"], data["number"], data["sha256"]) == ("2026-H2", edition.number, edition.lists[0].sha256)
    assert document.heading[:2] == ["2026年下半年", "测政发〔2026〕1号"]
    assert [one["id"] for one in data["records"]] == [line.item for line in edition.entries]
