"""One contract for every `RecordStore`: commands, records, outbox, numbers, short-lived values, moving."""

from __future__ import annotations

import datetime
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from mianzheng.adapters import dump_lines
from mianzheng.adapters.dynamodb_store import DynamoDBRecordStore
from mianzheng.adapters.memory_store import MemoryRecordStore
from mianzheng.adapters.sqlite_store import SQLiteRecordStore
from mianzheng.cases import Change, Command, Delivery, Key, Worklist, Write, broken_links, chained
from mianzheng.cases.records import CaseKey, Claimed, Committed, Sealed
from mianzheng.errors import (
    AlreadyExists,
    BadArgument,
    CommandMismatch,
    LeaseLost,
    RecordNotFound,
    VersionConflict,
)
from mianzheng.ports import RecordStore
from tests.filing import HOUR, NOON, filed, full, stepped
from tests.stand_ins.cloud import Cloud

T = TypeVar("T")
MINUTE = datetime.timedelta(minutes=1)
SHANGHAI = datetime.timezone(8 * HOUR)


def but(value: Any, **fields: Any) -> Any:
    return msgspec.structs.replace(value, **fields)


def content(store: RecordStore) -> list[bytes]:
    return list(store.dump())


def posted(*ids: str, topic: str = "notice", at: datetime.datetime = NOON) -> Change:
    return Change(writes=(), deliveries=tuple(Delivery(id=id, topic=topic, next_at=at) for id in ids))


def ids(claimed: Any) -> list[str]:
    return [one.delivery.id for one in claimed]


# 库里有 c1（filed）时，每一种都不能写，也不能写进一半
C1, NOBODY = Key(kind="complaint", id="c1"), Key(kind="complaint", id="nobody")
FIRST = full("c1").writes[0].record
ACCEPTED = stepped(FIRST)
SECOND = filed("c2")


def alone(*writes: Write, **fields: Any) -> Change:
    return Change(writes=writes, **fields)


REFUSED: dict[str, tuple[Change, type[Exception]]] = {
    "a new record that is there": (alone(filed("c1")), AlreadyExists),
    "a step of a record that is not there": (alone(stepped(filed("c9").record)), RecordNotFound),
    "a stale version": (alone(stepped(ACCEPTED.record)), VersionConflict),
    "a second record that is stale": (alone(SECOND, stepped(ACCEPTED.record)), VersionConflict),
    "a unique name that is taken": (alone(SECOND, unique={"number/c1": C1}), AlreadyExists),
    "a unique name for nobody": (alone(SECOND, unique={"number/c2": NOBODY}), RecordNotFound),
    "a key for nobody": (alone(SECOND, keys=(CaseKey(kind="k", id="x", wrapped=b"w"),)), RecordNotFound),
    "sealed data of nobody": (alone(SECOND, seals=(Sealed(kind="k", id="x", name="n", sealed=b"s"),)), RecordNotFound),
    "destroying the key of nobody": (alone(SECOND, destroyed=(NOBODY,)), RecordNotFound),
    "a delivery that is there": (but(full("c2"), deliveries=full("c1").deliveries), AlreadyExists),
    "a delivery twice": (but(full("c2"), deliveries=full("c2").deliveries * 2), AlreadyExists),
    "a second key": (alone(ACCEPTED, keys=full("c1").keys), ValueError),
    "sealed data without a key": (but(full("c2"), keys=()), ValueError),
    "a record twice": (alone(SECOND, SECOND), ValueError),
    "a version that jumps": (alone(but(ACCEPTED, record=but(ACCEPTED.record, version=3))), ValueError),
    "a slash in a kind": (alone(filed("c2", kind="a/b")), ValueError),
    "an event of another record": (alone(but(SECOND, events=filed("c3").events)), ValueError),
    "an event changed after it was chained": (
        alone(but(ACCEPTED, events=(but(ACCEPTED.events[0], role="handler"),))),
        ValueError,
    ),
    "a head of something else": (alone(but(ACCEPTED, record=but(ACCEPTED.record, head="0" * 64))), ValueError),
    "an event that goes on from elsewhere": (alone(stepped(but(FIRST, head="0" * 64))), ValueError),
    "an event that leaves a number out": (alone(stepped(but(FIRST, seq=2))), ValueError),
    "a step without event that moves the head": (
        alone(but(ACCEPTED, events=(), record=but(FIRST, version=2, head="0" * 64))),
        ValueError,
    ),
    "a new record that begins in the middle": (alone(but(SECOND, record=but(SECOND.record, seq=2))), ValueError),
    "an instant without offset": (alone(filed("c2", due_at=datetime.datetime(2026, 3, 2))), ValueError),
    "a delivery due without offset": (
        but(full("c2"), deliveries=posted("d", at=datetime.datetime(2026, 3, 2)).deliveries),
        ValueError,
    ),
    "data that is no JSON": (alone(SECOND, stepped(FIRST, data={"x": object()})), TypeError),
}


class RecordStoreContract:
    """What every store promises; `store` and `another` (an empty one) are given by the subclass."""

    # 写

    def test_a_change_is_there_whole(self, store: RecordStore) -> None:
        change = full("c1")
        assert store.commit(change) == Committed(result={"number": "c1"})
        assert store.get("complaint", "c1") == FIRST
        assert store.events("complaint", "c1") == list(change.writes[0].events)
        assert store.find("receipt/c1") == store.find("number/c1") == C1
        assert store.sealed("complaint", "c1", "text") == (change.keys[0].wrapped, change.seals[0].sealed)
        assert store.command("file-c1") == change.command
        assert ids(store.claim(NOON, HOUR)) == ["c1/1"]

    def test_what_was_never_stored_is_not_there(self, store: RecordStore) -> None:
        with pytest.raises(RecordNotFound, match="没有这条记录"):
            store.get("complaint", "c1")
        assert store.find("number/c1") is None
        assert store.command("file-c1") is None
        assert store.sealed("complaint", "c1", "text") is None
        assert store.events("complaint", "c1") == []

    @pytest.mark.parametrize("case", REFUSED)
    def test_nothing_of_a_refused_change_is_written(self, store: RecordStore, case: str) -> None:
        change, error = REFUSED[case]
        store.commit(full("c1"))
        before = content(store)
        with pytest.raises(error):
            store.commit(but(change, command=Command(key="refused", fingerprint="x", at=NOON)))
        assert content(store) == before
        assert store.commit(full("c2")).result == {"number": "c2"}

    def test_a_step_follows_the_one_before(self, store: RecordStore) -> None:
        store.commit(full("c1"))
        store.commit(alone(ACCEPTED))
        store.commit(alone(stepped(ACCEPTED.record, "conclude", due_at=None)))
        record, events = store.get("complaint", "c1"), store.events("complaint", "c1")
        assert (record.version, record.state, record.due_at) == (3, "conclude", None)
        assert [e.name for e in events] == ["file", "accept", "conclude"]
        assert [e.name for e in store.events("complaint", "c1", after=1)] == ["accept", "conclude"]
        assert (broken_links(events), record.seq, record.head) == ([], 3, events[-1].digest)

    def test_a_snapshot_changes_without_an_event(self, store: RecordStore) -> None:
        store.commit(full("c1"))
        store.commit(alone(Write(record=but(FIRST, version=2, handler="acc-1"), before=1)))
        assert store.get("complaint", "c1").handler == "acc-1"

    def test_a_conflict_carries_the_present_record(self, store: RecordStore) -> None:
        store.commit(full("c1"))
        store.commit(alone(ACCEPTED))
        with pytest.raises(VersionConflict) as caught:
            store.commit(alone(stepped(FIRST, "refuse")))
        assert caught.value.current == store.get("complaint", "c1") == ACCEPTED.record

    def test_several_records_change_together(self, store: RecordStore) -> None:
        store.commit(alone(filed("c1"), filed("a1", kind="account"), SECOND))
        store.commit(alone(stepped(filed("c1").record, "link"), stepped(SECOND.record, "link")))
        assert [store.get("complaint", id).state for id in ("c1", "c2")] == ["link", "link"]

    def test_what_was_returned_can_be_changed_without_changing_the_store(self, store: RecordStore) -> None:
        change = full("c1")
        store.commit(change)
        before = content(store)
        change.writes[0].record.data["x"] = 1
        store.get("complaint", "c1").data["x"] = 1
        store.events("complaint", "c1")[0].data["x"] = 1
        store.claim(NOON, HOUR)[0].delivery.data["x"] = 1
        store.commit(full("c1")).result["x"] = 1
        after = content(store)
        assert [line for line in after if b'"x"' in line] == []
        assert before[0] == after[0]

    # 同一请求再来一次（F22–F24）

    def test_a_command_sent_again_is_answered_and_not_carried_out_again(self, store: RecordStore) -> None:
        store.commit(full("c1"))
        before = content(store)
        assert store.commit(full("c1")) == Committed(result={"number": "c1"}, replayed=True)
        again = full("c2", key="file-c1")
        assert store.commit(again) == Committed(result={"number": "c1"}, replayed=True)
        assert content(store) == before

    def test_a_command_is_answered_even_when_its_change_would_conflict_by_now(self, store: RecordStore) -> None:
        store.commit(full("c1"))
        accept = alone(ACCEPTED, command=Command(key="k", fingerprint="f", at=NOON, result={"version": 2}))
        store.commit(accept)
        store.commit(alone(stepped(ACCEPTED.record, "conclude")))
        assert store.commit(accept) == Committed(result={"version": 2}, replayed=True)

    def test_a_command_key_with_other_content_is_refused_and_says_nothing_of_the_first(
        self, store: RecordStore
    ) -> None:
        store.commit(full("c1"))
        before = content(store)
        other = full("c2", key="file-c1")
        assert other.command
        with pytest.raises(CommandMismatch) as caught:
            store.commit(but(other, command=but(other.command, fingerprint="e" * 64)))
        assert "c1" not in str(caught.value)
        assert content(store) == before

    def test_f24_of_two_tabs_at_once_one_files_and_the_other_gets_its_answer(self, store: RecordStore) -> None:
        answers = at_once(8, lambda n: store.commit(full(f"c{n}", key="one-nonce")))
        assert Counter(a.replayed for a in answers) == {True: 7, False: 1}
        assert len({a.result["number"] for a in answers}) == 1
        assert len(store.keys()) == 1 and store.pending()[0] == 1

    def test_f29_of_many_who_act_on_one_case_exactly_one_wins(self, store: RecordStore) -> None:
        store.commit(full("c1"))

        def act(n: int) -> str:
            try:
                store.commit(alone(stepped(FIRST, f"act-{n}")))
            except VersionConflict as conflict:
                return f"lost to {conflict.current.state}"
            return f"act-{n}"

        said = at_once(8, act)
        record, events = store.get("complaint", "c1"), store.events("complaint", "c1")
        assert Counter(said) == {record.state: 1, f"lost to {record.state}": 7}
        assert [e.name for e in events] == ["file", record.state]
        assert broken_links(events) == []

    @pytest.mark.parametrize(("events", "size"), [(101, 10), (1, 399 * 1024), (12, 400 * 1024)])
    def test_f33_a_very_large_change_is_written_whole_or_refused_whole(
        self, store: RecordStore, events: int, size: int
    ) -> None:
        written = [filed("c1").events[0]]
        for number in range(events):
            event = but(written[-1], seq=number + 2, name="note", data={"text": "长" * (size // 3)}, digest="")
            written.append(chained(event, written[-1].digest))
        record = but(filed("c1").record, seq=len(written), head=written[-1].digest)
        change = but(full("c1"), writes=(Write(record=record, before=None, events=tuple(written)),))
        try:
            store.commit(change)
        except BadArgument:
            assert len(content(store)) == 1
        else:
            assert store.get("complaint", "c1") == record
            assert store.events("complaint", "c1") == written

    # 密封的个人信息

    def test_sealed_data_is_replaced_and_gone_with_its_key(self, store: RecordStore) -> None:
        store.commit(full("c1"))
        store.commit(full("c2"))
        phone = (Sealed(kind="complaint", id="c1", name="phone", sealed=b"1"),)
        store.commit(alone(ACCEPTED, seals=phone))
        renewed = stepped(ACCEPTED.record)
        store.commit(alone(renewed, seals=(but(phone[0], sealed=b"2"),)))
        assert store.sealed("complaint", "c1", "phone") == (b"wrapped c1", b"2")
        purged = stepped(renewed.record, "purge")
        store.commit(alone(purged, destroyed=(C1,)))
        assert store.sealed("complaint", "c1", "phone") is store.sealed("complaint", "c1", "text") is None
        assert store.sealed("complaint", "c2", "text") is not None
        assert not [line for line in content(store) if b'"line":"sealed"' in line and b'"c1"' in line]
        with pytest.raises(ValueError, match="key"):
            store.commit(alone(stepped(purged.record), seals=phone))

    # 列表

    def test_a_worklist_goes_by_due_instant_then_id_and_ends_with_those_without(self, store: RecordStore) -> None:
        early, late = NOON, (NOON + HOUR).astimezone(SHANGHAI)
        for id, due in [("d", None), ("b", late), ("c", early), ("a", late), ("e", None)]:
            store.commit(alone(filed(id, due_at=due)))
        for limit in (1, 2, 3, 5, 6):
            assert pages(store, Worklist(kind="complaint"), limit) == ["c", "a", "b", "d", "e"]

    @pytest.mark.parametrize(
        ("query", "chosen"),
        [
            (Worklist(kind="complaint"), "abcd"),
            (Worklist(kind="account"), "z"),
            (Worklist(kind="complaint", place="p1"), "ab"),
            (Worklist(kind="complaint", body="b1"), "bc"),
            (Worklist(kind="complaint", handler="h1"), "c"),
            (Worklist(kind="complaint", states=("new",)), "ad"),
            (Worklist(kind="complaint", states=("new", "open")), "abd"),
            (Worklist(kind="complaint", body="b1", states=("open",), place="p1"), "b"),
            (Worklist(kind="complaint", due_from=NOON + HOUR), "bc"),
            (Worklist(kind="complaint", due_until=NOON + HOUR), "a"),
            (Worklist(kind="complaint", due_from=NOON + HOUR, due_until=NOON + 2 * HOUR), "b"),
            (Worklist(kind="complaint", body="nobody"), ""),
        ],
        ids=str,
    )
    def test_a_worklist_shows_what_it_asks_for(self, store: RecordStore, query: Worklist, chosen: str) -> None:
        store.commit(
            alone(
                filed("a", state="new", place="p1", due_at=NOON),
                filed("b", state="open", place="p1", body="b1", due_at=NOON + HOUR),
                filed("c", state="done", place="p2", body="b1", handler="h1", due_at=NOON + 2 * HOUR),
                filed("d", state="new", place="p2", body="b2"),
                filed("z", kind="account"),
            )
        )
        assert "".join(pages(store, query, 2)) == chosen

    def test_a_worklist_refuses_a_mark_that_is_none(self, store: RecordStore) -> None:
        with pytest.raises(BadArgument, match="翻页标记无效"):
            store.worklist(Worklist(kind="complaint"), after="x")

    def test_due_names_what_has_come_oldest_first(self, store: RecordStore) -> None:
        at = {"a": NOON + HOUR, "b": NOON, "c": None, "d": (NOON - MINUTE).astimezone(SHANGHAI), "e": NOON + MINUTE}
        for id, check in at.items():
            store.commit(alone(filed(id, check_at=check)))
        assert [key.id for key in store.due(NOON)] == ["d", "b"]
        assert [key.id for key in store.due(NOON + HOUR, limit=3)] == ["d", "b", "e"]
        store.commit(alone(stepped(store.get("complaint", "d"), check_at=None)))
        assert [key.id for key in store.due(NOON)] == ["b"]

    def test_keys_go_through_every_record_in_order_of_their_names(self, store: RecordStore) -> None:
        for kind, id in [("complaint", "b"), ("complaint", "a/x"), ("account", "z"), ("account-old", "y")]:
            store.commit(alone(filed(id, kind=kind)))
        names = ["account-old/y", "account/z", "complaint/a/x", "complaint/b"]
        assert [key.name for key in store.keys(limit=9)] == names
        assert [key.name for key in store.keys(after=names[1], limit=1)] == names[2:3]
        assert [key.name for key in store.keys("account")] == names[1:2]
        assert [key.name for key in store.keys("complaint", after=names[2])] == names[3:]
        assert store.get("complaint", store.keys("complaint")[0].id).id == "a/x"

    # 待办

    def test_deliveries_are_claimed_in_the_order_they_are_due(self, store: RecordStore) -> None:
        store.commit(posted("b", "a"))
        store.commit(posted("mail", topic="mail", at=NOON - HOUR))
        store.commit(posted("later", at=NOON + MINUTE))
        assert ids(store.claim(NOON, HOUR, topics=("mail", "x"))) == ["mail"]
        assert ids(store.claim(NOON, HOUR, limit=1)) == ["a"]
        assert ids(store.claim(NOON, HOUR)) == ["b"]
        assert ids(store.claim(NOON, HOUR)) == []
        assert ids(store.claim(NOON + MINUTE, HOUR)) == ["later"]

    def test_f26_a_delivery_whose_worker_was_killed_is_free_again_after_the_lease(self, store: RecordStore) -> None:
        store.commit(posted("d"))
        (first,) = store.claim(NOON, MINUTE)
        assert (first.attempts, store.claim(NOON + MINUTE - datetime.timedelta(microseconds=1), MINUTE)) == (1, [])
        (second,) = store.claim(NOON + MINUTE, MINUTE)
        assert (second.attempts, second.delivery) == (2, first.delivery)
        assert second.lease > first.lease

    def test_f27_a_slow_worker_loses_its_lease_to_the_one_who_took_over(self, store: RecordStore) -> None:
        store.commit(full("c1"))
        (slow,) = store.claim(NOON, MINUTE)
        (quick,) = store.claim(NOON + HOUR, MINUTE)
        before = content(store)
        for late in writes_of_a_worker(store, slow):
            with pytest.raises(LeaseLost, match="别的进程"):
                late()
        assert content(store) == before
        store.ack(quick, NOON)
        with pytest.raises(LeaseLost):
            store.ack(slow, NOON)

    def test_a_lease_that_is_over_still_counts_while_nobody_took_over(self, store: RecordStore) -> None:
        store.commit(posted("d"))
        (claimed,) = store.claim(NOON, MINUTE)
        assert store.ack(claimed, NOON + HOUR) is None
        assert store.claim(NOON + 2 * HOUR, MINUTE) == []

    def test_done_and_its_change_are_one_step(self, store: RecordStore) -> None:
        store.commit(full("c1"))
        (claimed,) = store.claim(NOON, HOUR)
        before = content(store)
        with pytest.raises(VersionConflict):
            store.ack(claimed, NOON, alone(stepped(ACCEPTED.record)))
        with pytest.raises(ValueError, match="version"):
            store.ack(claimed, NOON, REFUSED["a version that jumps"][0])
        assert content(store) == before
        command = Command(key="k", fingerprint="f", at=NOON, result={"pull": 7})
        assert store.ack(claimed, NOON, alone(ACCEPTED, command=command)) == Committed(result={"pull": 7})
        assert store.get("complaint", "c1").state == "accept"
        assert store.pending() == (0, None)
        for late in writes_of_a_worker(store, claimed):
            with pytest.raises(LeaseLost):
                late()

    def test_a_failed_delivery_comes_back_when_it_is_due_again(self, store: RecordStore) -> None:
        store.commit(posted("d"))
        (claimed,) = store.claim(NOON, HOUR)
        store.retry(claimed, NOON + MINUTE, "对方没有应答")
        assert store.claim(NOON, HOUR) == []
        for late in writes_of_a_worker(store, claimed):
            with pytest.raises(LeaseLost):
                late()
        (again,) = store.claim(NOON + MINUTE, HOUR)
        assert (again.attempts, again.error, again.delivery.next_at) == (2, "对方没有应答", NOON + MINUTE)

    def test_f28_a_poisonous_delivery_is_set_aside_and_the_others_go_on(self, store: RecordStore) -> None:
        store.commit(posted("a", "b"))
        poison, other = store.claim(NOON, HOUR)
        store.park(poison, "内容不对")
        store.ack(other, NOON)
        assert store.claim(NOON + 9 * HOUR, HOUR) == []
        assert [(p.delivery.id, p.error, p.attempts) for p in store.parked()] == [("a", "内容不对", 1)]
        assert store.pending() == (0, None)
        for late in writes_of_a_worker(store, poison):
            with pytest.raises(LeaseLost):
                late()
        store.unpark("a", NOON + HOUR)
        assert store.parked() == []
        assert store.pending() == (1, NOON + HOUR)
        for late in writes_of_a_worker(store, poison):
            with pytest.raises(LeaseLost):
                late()
        (again,) = store.claim(NOON + HOUR, HOUR)
        assert (again.attempts, again.error) == (1, "内容不对")

    @pytest.mark.parametrize("id", ["a", "nobody"])
    def test_only_what_is_parked_can_be_unparked(self, store: RecordStore, id: str) -> None:
        store.commit(posted("a"))
        with pytest.raises(RecordNotFound):
            store.unpark(id, NOON)

    def test_pending_counts_what_is_open_since_it_was_due_not_since_it_was_claimed(self, store: RecordStore) -> None:
        assert store.pending() == (0, None)
        store.commit(posted("a", at=NOON.astimezone(SHANGHAI)))
        store.commit(posted("b", at=NOON + HOUR))
        store.claim(NOON, 9 * HOUR, limit=1)
        assert store.pending() == (2, NOON)

    def test_f39_an_old_delivery_keeps_the_format_it_was_written_in(self, store: RecordStore) -> None:
        old = Delivery(id="d", topic="notice", next_at=NOON, data={"old": [1, None, {"深": "的"}]}, format=3)
        store.commit(alone(deliveries=(old,)))
        assert store.claim(NOON, HOUR)[0].delivery == old

    # 号码、次数、短期的值

    def test_numbers_count_from_one_and_each_series_for_itself(self, store: RecordStore) -> None:
        assert [store.next_number("a"), store.next_number("a"), store.next_number("b")] == [1, 2, 1]

    def test_numbers_are_never_given_twice_to_threads(self, store: RecordStore) -> None:
        given = at_once(8, lambda _: [store.next_number("a") for _ in range(10)])
        assert sorted(number for numbers in given for number in numbers) == list(range(1, 81))

    def test_a_bucket_takes_its_limit_in_each_window(self, store: RecordStore) -> None:
        def take(at: datetime.datetime, bucket: str = "b") -> bool:
            return store.take(bucket, 2, HOUR, at)

        assert [take(NOON), take(NOON + MINUTE), take(NOON + 59 * MINUTE)] == [True, True, False]
        assert take(NOON, "other")
        assert [take(NOON + HOUR), take(NOON + HOUR), take((NOON + HOUR).astimezone(SHANGHAI))] == [True, True, False]
        assert not store.take("none", 0, HOUR, NOON)

    def test_f32_a_value_past_its_end_counts_as_gone(self, store: RecordStore) -> None:
        assert store.recall("k", NOON) is None
        assert store.remember("k", b"1", NOON + MINUTE, NOON)
        assert not store.remember("k", b"2", NOON + HOUR, NOON)
        assert store.recall("k", NOON) == b"1"
        assert store.recall("k", NOON + MINUTE) is None
        assert store.remember("k", b"3", (NOON + HOUR).astimezone(SHANGHAI), NOON + MINUTE)
        assert store.recall("k", NOON + MINUTE) == b"3"
        assert store.recall("k", NOON + HOUR) is None

    def test_a_value_is_renewed_and_forgotten(self, store: RecordStore) -> None:
        store.renew("k", b"1", NOON + MINUTE)
        store.renew("k", b"2", NOON + HOUR)
        assert store.recall("k", NOON + MINUTE) == b"2"
        store.forget("k")
        store.forget("k")
        assert store.recall("k", NOON) is None

    def test_of_many_who_use_something_once_exactly_one_may(self, store: RecordStore) -> None:
        assert Counter(at_once(8, lambda n: store.remember("nonce", b"", NOON + HOUR, NOON))) == {True: 1, False: 7}

    def test_beats_tell_when_each_job_ran_last(self, store: RecordStore) -> None:
        assert store.beats() == {}
        store.beat("outbox", NOON, "0 件")
        store.beat("outbox", (NOON + MINUTE).astimezone(SHANGHAI), "2 件")
        store.beat("due", NOON, "")
        assert store.beats() == {"outbox": (NOON + MINUTE, "2 件"), "due": (NOON, "")}

    # 搬家

    def test_a_dump_moves_everything_that_lasts(self, store: RecordStore, another: RecordStore) -> None:
        fill(store)
        lines = content(store)
        kinds = Counter(msgspec.json.decode(line)["line"] for line in lines)
        assert set(kinds) == {"record", "event", "key", "sealed", "unique", "command", "delivery", "counter", "end"}
        assert another.load(iter(line + b"\n" for line in lines)) == len(lines) - 1
        assert content(another) == lines
        assert another.next_number("n") == 3
        assert another.sealed("complaint", "c2", "text") == store.sealed("complaint", "c2", "text")
        assert ids(another.claim(NOON + 9 * HOUR, HOUR)) == ids(store.claim(NOON + 9 * HOUR, HOUR)) != []
        assert another.commit(full("c1")).replayed
        another.commit(alone(stepped(another.get("complaint", "c1"))))

    def test_a_dump_of_the_same_content_is_the_same_in_every_store(self, store: RecordStore) -> None:
        model = MemoryRecordStore()
        for one in (store, model):
            fill(one)
        assert content(store) == content(model)

    def test_a_dump_shows_the_store_as_it_was_when_it_began(self, store: RecordStore) -> None:
        store.commit(full("c1"))
        before, dump = content(store), store.dump()
        first = next(dump)
        store.commit(full("c2"))
        assert [first, *dump] == before != content(store)

    def test_a_store_that_holds_anything_is_not_loaded_into(self, store: RecordStore, another: RecordStore) -> None:
        fill(store)
        for first in (full("c9"), posted("d")):
            another.commit(first)
            before = content(another)
            with pytest.raises(AlreadyExists, match="没有导入"):
                another.load(store.dump())
            assert content(another) == before

    @pytest.mark.parametrize("case", ["cut off", "empty", "a line less", "a line changed", "a line more", "no JSON"])
    def test_a_damaged_dump_is_refused_whole(self, store: RecordStore, another: RecordStore, case: str) -> None:
        fill(store)
        lines = content(store)
        damaged = {
            "cut off": lines[:-1],
            "empty": [],
            "a line less": [*lines[:-2], lines[-1]],
            "a line changed": [lines[0].replace(b"accept", b"refuse"), *lines[1:]],
            "a line more": [*lines, lines[0]],
            "no JSON": [*lines[:3], b"{", *lines[3:]],
        }[case]
        assert damaged != lines
        with pytest.raises(BadArgument, match="没有导入"):
            another.load(iter(damaged))
        assert len(content(another)) == 1

    def test_the_digest_of_a_dump_changes_with_its_content(self, store: RecordStore) -> None:
        digests = set()
        for id in ("c1", "c2"):
            store.commit(full(id))
            digests.add(dump_lines.digest(content(store)[-1]))
        assert len(digests) == 2

    def test_a_healthy_store_has_no_faults(self, store: RecordStore) -> None:
        fill(store)
        assert store.check() == []


def at_once(threads: int, action: Callable[[int], T]) -> list[T]:
    """What each thread got; they start together."""
    start = threading.Barrier(threads)
    results: list[T] = []

    def run(number: int) -> None:
        start.wait()
        results.append(action(number))

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert len(results) == threads
    return results


def pages(store: RecordStore, query: Worklist, limit: int) -> list[str]:
    """Ids of a whole worklist, read page by page."""
    found, after = [], ""
    while True:
        page = store.worklist(query, after, limit)
        assert len(page.records) <= limit
        found += [record.id for record in page.records]
        after = page.after
        if not after:
            return found


def writes_of_a_worker(store: RecordStore, claimed: Claimed) -> Iterator[Callable[[], object]]:
    """Everything that a worker may do with a delivery."""
    yield lambda: store.ack(claimed, NOON, full("c7"))
    yield lambda: store.ack(claimed, NOON)
    yield lambda: store.retry(claimed, NOON, "")
    yield lambda: store.park(claimed, "")


def fill(store: RecordStore) -> None:
    """A store with something of every sort in it."""
    for id in ("c1", "c2", "c3"):
        store.commit(full(id))
    store.commit(alone(stepped(FIRST, due_at=NOON.astimezone(SHANGHAI)), destroyed=(C1,)))
    store.commit(posted("parked", "retried", "done", "claimed", at=NOON - HOUR))
    claimed = {one.delivery.id: one for one in store.claim(NOON - HOUR, HOUR)}
    store.park(claimed["parked"], "坏")
    store.retry(claimed["retried"], NOON.astimezone(SHANGHAI), "忙")
    store.ack(claimed["done"], NOON)
    store.next_number("n")
    store.next_number("n")
    store.remember("short", b"lived", NOON + HOUR, NOON)
    store.take("bucket", 1, HOUR, NOON)
    store.beat("job", NOON, "")


class TestMemory(RecordStoreContract):
    @pytest.fixture
    def store(self) -> RecordStore:
        return MemoryRecordStore()

    @pytest.fixture
    def another(self) -> RecordStore:
        return MemoryRecordStore()


class TestSQLite(RecordStoreContract):
    @pytest.fixture
    def store(self, store_folder: Path) -> Iterator[RecordStore]:
        yield from opened(store_folder / "records.sqlite")

    @pytest.fixture
    def another(self, store_folder: Path) -> Iterator[RecordStore]:
        yield from opened(store_folder / "another.sqlite")


class TestDynamoDB(RecordStoreContract):
    @pytest.fixture
    def store(self, cloud: Cloud) -> RecordStore:
        return DynamoDBRecordStore(cloud.table(), cloud.values)

    @pytest.fixture
    def another(self, cloud: Cloud) -> RecordStore:
        return DynamoDBRecordStore(cloud.table(), cloud.values)


def opened(file: Path) -> Iterator[RecordStore]:
    store = SQLiteRecordStore(file)
    yield store
    store.close()
