"""What leaves by the outbox: letters to offices and pages of the register; complete, once, and without persons."""

from __future__ import annotations

import csv
import datetime
import io
import re
from pathlib import Path

import pytest

from mianzheng.adapters.forge.local import LocalForge
from mianzheng.adapters.mail import FolderMailer
from mianzheng.adapters.mailboxes import MailboxFile
from mianzheng.cases.actors import Actor
from mianzheng.catalog_files.loading import Loaded
from mianzheng.complaints.notices import _HEARS
from mianzheng.complaints.register import COLUMNS
from mianzheng.errors import LeaseLost, Rejected, Unavailable
from mianzheng.jobs.outbox import deliver
from mianzheng.jobs.statistics import FILE, publish_statistics
from mianzheng.local.logs import LineLog
from mianzheng.views.notices import SENTENCES
from tests.complaint_desk import MARKS, PERSON, receiver, staff, when
from tests.faults import every_fault
from tests.job_room import Files, StoredLife, register_in
from tests.stand_ins.bare import Bare

STAGES = [("edition", "ahead"), ("edition", "due"), ("edition", "late"), ("repeal", "begun"), ("repeal", "late")]
FRIDAY = "2025-09-26T"


@pytest.fixture
def life(shipped: Loaded) -> StoredLife:
    return StoredLife(shipped.catalog)


@pytest.fixture
def forge(tmp_path: Path) -> LocalForge:
    return register_in(tmp_path)


def rows(forge: LocalForge, branch: str) -> list[dict[str, str]]:
    """The rows of the only page on a branch."""
    (path,) = pages(forge, branch)
    return list(csv.DictReader(io.StringIO(Bare(forge.repository).file(branch, path))))


def pages(forge: LocalForge, branch: str) -> list[str]:
    """The files of a branch, without the one that explains them."""
    names = Bare(forge.repository).git("ls-tree", "-r", "--name-only", branch).split("\n")
    return [name for name in names if not name.endswith("README.md")]


def branches(forge: LocalForge) -> list[str]:
    return [one.branch for one in forge.listed("register/")]


# -- letters


def test_every_event_of_which_an_office_hears_has_its_letter() -> None:
    duties = {f"{kind}_{stage}" for kind, stage in STAGES}
    assert set(SENTENCES) == {*_HEARS, "suggest", "file", "publish", *duties}


def test_a_letter_says_what_happened_to_which_case_until_when_and_nothing_about_persons(
    life: StoredLife, chief: Actor
) -> None:
    life.mailboxes[chief.body] = "hall@example.org"
    case = life.file(FRIDAY + "09:00")
    life.do("accept", FRIDAY + "10:00", chief)
    unit = next(body for body in life.home.bodies if body not in life.home.place.offices.values())
    life.do("transfer", FRIDAY + "11:00", chief, handling_body=unit)
    assert life.deliver().startswith("送达 2 件")
    (first,), (second,) = life.mailer.letters, life.folder.letters
    assert (first.to, first.subject) == ("hall@example.org", "投诉举报 TS-2025-0001：等您受理")
    assert second.to == f"{unit}@demo-yiyuan.invalid"
    assert life.home.bodies[unit].name in second.text and "已转办" not in first.text
    assert "办理期限：10月10日（周五）当天" in second.text
    assert f"/office/complaints/{case.id}" in first.text
    assert not [mark for mark in MARKS if mark in str(life.mailer.letters + life.folder.letters)]


@pytest.mark.parametrize(
    ("says", "report"),
    [
        (Rejected("这个地址不行"), "送达 0 件，稍后再送 0 件，搁置 1 件"),
        (Unavailable("暂时不行"), "送达 0 件，稍后再送 1 件，搁置 0 件"),
    ],
)
def test_f37_a_mail_server_that_says_no_or_nothing_changes_no_case_and_somebody_sees_it(
    says: Exception, report: str, life: StoredLife
) -> None:
    before = life.file(FRIDAY + "09:00")
    life.folder.says = says
    assert life.deliver() == report
    life.fresh()
    assert life.records["a"] == before
    assert len(life.store.parked()) + life.store.pending()[0] == 1
    life.folder.says = None
    for claimed in life.store.parked():
        life.store.unpark(claimed.delivery.id, life.now)
    life.deliver(FRIDAY + "10:00")
    assert len(life.folder.letters) == 1 and life.store.pending()[0] == 0


def test_f37_a_letter_sent_twice_has_the_same_id_and_lies_in_the_folder_once(
    life: StoredLife, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    life.file(FRIDAY + "09:00")
    folder = FolderMailer(tmp_path / "outbox")
    monkeypatch.setattr(life.folder, "send", lambda letter: (folder.send(letter), life.folder.letters.append(letter)))
    acknowledge = life.store.ack

    def lost(*args: object) -> None:
        monkeypatch.setattr(life.store, "ack", acknowledge)
        raise LeaseLost("租约没有了")

    monkeypatch.setattr(life.store, "ack", lost)
    life.deliver()
    life.deliver(FRIDAY + "12:00")
    first, second = life.folder.letters
    assert first == second and re.fullmatch(r"[A-Za-z0-9.-]+", first.id)
    assert len(list((tmp_path / "outbox").iterdir())) == 1


def test_a_run_goes_on_while_something_is_due_and_ends_in_time_for_the_other_jobs(life: StoredLife) -> None:
    for n in range(50):
        life.file(FRIDAY + "09:00", f"c{n}")
    ticks = iter([0.0, 1.0, 39.0, 40.0])
    handlers = {"mail": lambda claimed, now: None}
    assert deliver(life.store, handlers, life.clock_now, lambda: next(ticks)) == "送达 40 件，稍后再送 0 件，搁置 0 件"
    assert life.deliver() == "送达 10 件，稍后再送 0 件，搁置 0 件"


def test_reminders_wait_for_office_hours(life: StoredLife, chief: Actor) -> None:
    life.file(FRIDAY + "09:00")
    life.do("accept", FRIDAY + "10:00", chief)
    life.deliver()
    life.folder.letters.clear()
    life.sweep("2025-10-11T00:00")
    life.deliver()
    assert life.folder.letters == []
    life.deliver("2025-10-11T09:00")
    assert [letter.subject for letter in life.folder.letters] == ["投诉举报 TS-2025-0001：已超期"]


def test_mailboxes_are_read_from_a_file_that_may_change(tmp_path: Path) -> None:
    file = tmp_path / "mailboxes.yaml"
    boxes = MailboxFile(file)
    assert boxes("demo", "bd-1") == ""
    file.write_text("demo: {bd-1: a@example.org}\n", "utf-8")
    assert (boxes("demo", "bd-1"), boxes("demo", "bd-2"), boxes("other", "bd-1")) == ("a@example.org", "", "")
    file.write_text("demo: {bd-1: another@example.org}\n", "utf-8")
    assert boxes("demo", "bd-1") == "another@example.org"
    for broken in ("demo: [a, b]", "demo: {bd-1: nobody}", "demo: {", "- a"):
        file.write_text(broken, "utf-8")
        with pytest.raises(Unavailable, match=r"mailboxes\.yaml"):
            boxes("demo", "bd-1")


# -- the register


@pytest.mark.carries("complaint", "YY-CMP-07-2", "BS-CMP-07-2", where="mianzheng.jobs.register:Register")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan"])
def test_s_cmp_14_one_pull_request_for_each_office_and_day_of_rows_without_persons(
    place: str, shipped: Loaded, forge: LocalForge
) -> None:
    life = StoredLife(shipped.catalog, place)
    hall, hotline = receiver(life.home), receiver(life.home, "R1_hotline")
    for case, who in (("a", PERSON), ("b", PERSON), ("c", hotline)):
        channel = {"channel": "hotline_12345"} if who is hotline else {}
        life.file(FRIDAY + "09:00", case, who, **channel)
        life.do("accept", FRIDAY + "10:00", hotline if who is hotline else hall, case)
    life.deliver(forge=forge)
    day, next_day = f"register/{place}-{hall.body}-2025-09-26", f"register/{place}-{hall.body}-2025-09-28"
    assert branches(forge) == [day, f"register/{place}-{hotline.body}-2025-09-26"]
    life.conclude("2025-09-28T10:00")
    life.deliver(forge=forge)
    assert branches(forge)[-1] == next_day and len(branches(forge)) == 3
    assert [row["编号"] for row in rows(forge, day)] == ["TS-2025-0001", "TS-2025-0002"]
    (row,) = rows(forge, next_day)
    assert list(row) == [heading for heading, _ in COLUMNS.values()]
    assert (row["状态"], row["受理时间"], row["办结时间"], row["办理期限"]) == (
        "已办结，待告知", "2025-09-26 10:00", "2025-09-28 10:00", "2025-10-10",
    )  # fmt: skip
    assert row["结果"].endswith("：属实") and "经过" not in str(row)
    for number, _ in enumerate(branches(forge), 1):
        review = forge.review(number)
        assert not [mark for mark in MARKS if mark in f"{review.title}{review.body}"]


def test_pages_of_two_days_merge_in_any_order(life: StoredLife, chief: Actor, forge: LocalForge) -> None:
    life.file(FRIDAY + "09:00")
    life.do("accept", FRIDAY + "10:00", chief)
    life.deliver(forge=forge)
    life.conclude("2025-09-28T10:00")
    life.deliver(forge=forge)
    for one in reversed(forge.listed("register/")):
        forge.merge(one.number, one.head, "合并登记册", when("2025-09-29T10:00"))
    assert pages(forge, "main") == [
        f"register/demo-yiyuan/{chief.body}/2025-09/2025-09-26.csv",
        f"register/demo-yiyuan/{chief.body}/2025-09/2025-09-28.csv",
    ]


def test_a_row_after_the_days_pull_request_was_merged_gets_one_more(
    life: StoredLife, chief: Actor, forge: LocalForge
) -> None:
    for case in ("a", "b"):
        life.file(FRIDAY + "09:00", case)
    life.do("accept", FRIDAY + "10:00", chief, "a")
    life.deliver(forge=forge)
    (one,) = forge.listed("register/")
    forge.merge(one.number, one.head, "合并登记册", when(FRIDAY + "11:00"))
    life.do("accept", FRIDAY + "12:00", chief, "b")
    life.deliver(forge=forge)
    (second,) = forge.listed("register/")
    assert second.branch == one.branch + "-2"
    forge.merge(second.number, second.head, "合并登记册", when(FRIDAY + "13:00"))
    assert [row["编号"] for row in rows(forge, "main")] == ["TS-2025-0001", "TS-2025-0002"]


def test_every_fault_of_store_and_forge_leaves_each_row_once(shipped: Loaded, tmp_path: Path) -> None:
    for number, fault in enumerate(every_fault()):
        life = StoredLife(shipped.catalog)
        forge = register_in(tmp_path / str(number))
        chief = receiver(life.home)
        for case in ("a", "b"):
            life.file(FRIDAY + "09:00", case)
            life.do("accept", FRIDAY + "10:00", chief, case)
        whole, life.store = life.store, fault.within(life.store)
        with fault.expected():
            life.deliver(forge=fault.within(forge))
        life.store = whole
        for hours in range(1, 8):
            life.deliver((when(FRIDAY + "10:00") + datetime.timedelta(hours=hours)).isoformat(), forge=forge)
        (one,) = forge.listed("register/")
        assert sorted(row["编号"] for row in rows(forge, one.branch)) == ["TS-2025-0001", "TS-2025-0002"], fault
        assert (life.store.pending()[0], len(life.store.parked())) == (0, 0), fault


def test_a_page_somebody_else_writes_at_this_moment_waits(
    life: StoredLife, chief: Actor, forge: LocalForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in ("a", "b"):
        life.file(FRIDAY + "09:00", case)
    life.do("accept", FRIDAY + "10:00", chief, "a")
    life.deliver(forge=forge)
    life.do("accept", FRIDAY + "11:00", chief, "b")
    add = forge.add

    def overtaken(branch: str, head: str, commit: object) -> str:
        monkeypatch.setattr(forge, "add", add)
        mine = life.store.get("register", f"demo-yiyuan.{chief.body}.2025-09-26")
        assert len(mine.data["rows"]) == 2
        stranger = type(commit)(files={"register/note.csv": b"x\n"}, message="另一个进程", author="另一个", at=life.now)  # type: ignore[call-arg]
        add(branch, head, stranger)
        return add(branch, head, commit)  # type: ignore[arg-type]

    monkeypatch.setattr(forge, "add", overtaken)
    assert "稍后再送 1 件" in life.deliver(forge=forge)
    life.deliver(FRIDAY + "12:00", forge=forge)
    (one,) = forge.listed("register/")
    text = Bare(forge.repository).file(one.branch, f"register/demo-yiyuan/{chief.body}/2025-09/2025-09-26.csv")
    assert text.count("TS-2025-") == 2 and life.store.parked() == []


# -- the marker strings (A15)


def test_no_person_and_no_word_reaches_outbox_register_statistics_or_logs(
    life: StoredLife, chief: Actor, forge: LocalForge, tmp_path: Path
) -> None:
    clerk = staff("handler", life.home, chief.body)
    marks = MARKS | {"标记经过", "标记回复", "标记理由", "13800138000"}
    for n in range(7):
        case = f"c{n}"
        life.file(FRIDAY + "09:00", case, ground="G9_other", ground_text="标记经过13800138000", reply_channel="phone")
        life.do("accept", FRIDAY + "10:00", chief, case)
        life.do("investigate", FRIDAY + "11:00", clerk, case)
        life.do("ask_extension", FRIDAY + "12:00", clerk, case, days=3, why="标记理由13800138000")
        life.do("decline_extension", FRIDAY + "13:00", chief, case, why="标记理由")
    life.sweep("2025-10-12T09:00")
    life.do("terminate", "2025-10-12T10:00", chief, "c0", ground="T1_withdrawn", reply="标记回复")
    folder = FolderMailer(tmp_path / "outbox")
    life.folder.send = folder.send  # type: ignore[method-assign]
    live, log = Files(), LineLog(tmp_path / "log.jsonl")
    life.deliver("2025-10-13T10:00", forge)
    publish_statistics(life.store, live, life.catalog(), life.intake.keys, when("2025-11-01T00:30"), demonstration=True)
    for entry in life.logged:
        log(entry)
    log({"job": "sweep", "report": "做完", "name": "王小明测试"})
    letters = b"".join(file.read_bytes() for file in (tmp_path / "outbox").iterdir())
    bare = Bare(forge.repository)
    books = "".join(bare.file(one.branch, name) for one in forge.listed("") for name in pages(forge, one.branch))
    reviews = (forge.repository.parent / "register.reviews.sqlite3").read_bytes()
    left = {
        "letters": letters + b"".join(_plain(file) for file in (tmp_path / "outbox").iterdir()),
        "register": books.encode() + reviews,
        "statistics": live.content[FILE],
        "log": (tmp_path / "log.jsonl").read_bytes(),
    }
    assert b"TS-2025-0001" in left["letters"] and b"TS-2025-0001" in left["register"]
    assert b'"count": 7' in left["statistics"]
    for where, content in left.items():
        found = [mark for mark in marks if mark.encode() in content]
        assert not found, where


def _plain(file: Path) -> bytes:
    import email
    import email.policy

    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = message.get_body()
    assert body is not None
    return f"{message['Subject']}\n{body.get_content()}".encode()
