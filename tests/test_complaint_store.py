"""Complaints meet a store: pressed twice, sent again with other words, decided by two at once (F15, F22, F23, F29)."""

from __future__ import annotations

from typing import Any

import pytest

from mianzheng.adapters.memory_store import MemoryRecordStore
from mianzheng.cases.actors import Actor
from mianzheng.cases.records import CaseRecord, Change
from mianzheng.cases.steps import Step
from mianzheng.catalog_files.loading import Loaded
from mianzheng.complaints import receipts
from mianzheng.complaints.handling import handle
from mianzheng.complaints.intake import file, receipt_for
from mianzheng.complaints.sealed import PERSON as WHO
from mianzheng.complaints.sealed import STORY, unsealed
from mianzheng.errors import AlreadyExists, CommandMismatch, VersionConflict
from tests.complaint_desk import NAME, PERSON, PHONE, Life, filing, receiver, sent, staff, when

AT = "2025-09-26T10:00"


@pytest.fixture
def life(shipped: Loaded) -> Life:
    return Life(shipped.catalog)


@pytest.fixture
def store() -> MemoryRecordStore:
    return MemoryRecordStore()


def filed(life: Life, store: MemoryRecordStore, nonce: str = "n", **changed: Any) -> CaseRecord:
    done = store.commit(file(life.intake, filing(life.home, **changed), sent(AT, nonce=nonce)))
    return store.get("complaint", done.result["id"])


def step(life: Life, store: MemoryRecordStore, event: str, who: Actor, at: str = AT, **given: Any) -> Change:
    record = store.get("complaint", "c1")
    sealed = store.sealed("complaint", "c1", STORY)
    assert sealed
    return handle(life.desk, record, Step(event, who, when(at), given), wrapped=sealed[0])


def test_f22_pressing_twice_is_one_case_with_one_receipt(life: Life, store: MemoryRecordStore) -> None:
    first, again = filed(life, store), filed(life, store)
    assert first == again and len(store.keys("complaint")) == 1
    value = receipts.read(receipt_for(life.intake, "n").letters)
    assert value is not None and store.find(receipts.digest(life.intake.secret, value)) == first.key


def test_f23_the_same_draft_with_other_words_is_refused_and_reveals_nothing(
    life: Life, store: MemoryRecordStore
) -> None:
    filed(life, store)
    with pytest.raises(CommandMismatch) as refused:
        filed(life, store, demand="别的要求")
    assert NAME not in str(refused.value) and "TS-" not in str(refused.value)
    assert len(store.keys("complaint")) == 1


def test_what_was_handed_down_comes_in_once(life: Life, store: MemoryRecordStore) -> None:
    handed = filing(life.home, channel="moj_platform", external_ref="SF-1")
    justice = receiver(life.home, "R3_justice")
    store.commit(file(life.intake, handed, sent(AT, nonce="a", actor=justice)))
    with pytest.raises(AlreadyExists):
        store.commit(file(life.intake, handed, sent(AT, nonce="b", actor=justice)))


def test_f15_of_two_who_grant_at_once_one_wins_and_sees_its_own_answer(life: Life, store: MemoryRecordStore) -> None:
    filed(life, store)
    chief, second = receiver(life.home), receiver(life.home, subject="second")
    clerk = staff("handler", life.home, chief.body)
    store.commit(step(life, store, "accept", chief))
    store.commit(step(life, store, "investigate", clerk))
    store.commit(step(life, store, "ask_extension", clerk, days=3, why="复杂"))
    one, other = (step(life, store, "extend", who, days=days) for who, days in ((chief, 3), (second, 2)))
    store.commit(one)
    with pytest.raises(VersionConflict) as refused:
        store.commit(other)
    assert refused.value.current.state == "extended"
    assert store.get("complaint", "c1").data["clocks"]["close"]["extended"] == 3


@pytest.mark.parametrize(("first", "second"), [("accept", "withdraw"), ("withdraw", "accept")])
def test_f29_of_two_steps_from_one_state_one_is_taken(
    first: str, second: str, life: Life, store: MemoryRecordStore
) -> None:
    filed(life, store)
    who = {"accept": receiver(life.home), "withdraw": PERSON}
    one, other = step(life, store, first, who[first]), step(life, store, second, who[second])
    store.commit(one)
    with pytest.raises(VersionConflict):
        store.commit(other)
    assert [event.name for event in store.events("complaint", "c1")] == ["register", first]


def test_what_is_sealed_is_read_with_the_key_and_only_as_what_it_is(life: Life, store: MemoryRecordStore) -> None:
    record = filed(life, store)
    assert unsealed(store, life.intake.keys, record.key, WHO) == {"name": NAME, "phone": PHONE}
    assert unsealed(store, life.intake.keys, record.key, "nothing") == {}
    other = filed(life, store, "m", by_agent=True, relation=f"邻居 {PHONE}")
    assert unsealed(store, life.intake.keys, other.key, WHO)["relation"] == "邻居 【手机号码已遮住】"
    dump = b"".join(store.dump()).decode()
    assert NAME not in dump and PHONE not in dump
