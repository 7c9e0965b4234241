"""Any sequence of calls: the SQLite store answers as the store in memory does, also after it was opened again."""

from __future__ import annotations

import datetime
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mianzheng.adapters.memory_store import MemoryRecordStore
from mianzheng.adapters.sqlite_store import SQLiteRecordStore
from mianzheng.cases import Change, Command, Delivery, Key, Worklist
from mianzheng.cases.integrity import examine
from mianzheng.cases.records import CaseKey, Claimed, Sealed, Write
from mianzheng.errors import MianzhengError
from mianzheng.ports import RecordStore
from tests.filing import HOUR, NOON, filed, stepped

MEMORY = "/dev/shm"
IDS = st.sampled_from(["a", "b", "c"])
TOPICS = st.sampled_from(["notice", "mail"])
INSTANTS = st.integers(-3, 3).map(lambda hours: NOON + hours * HOUR)
DUE = st.none() | INSTANTS
WAYS = st.sampled_from(["remember", "renew", "forget"])
STATES = st.sampled_from(["open", "done"])


class Stores(RuleBasedStateMachine):
    """Model and system get the same calls and must give the same answers or the same refusals."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None)
        self.file = Path(self.folder.name) / "records.sqlite"
        self.model = MemoryRecordStore()
        self.system = SQLiteRecordStore(self.file)
        self.claimed: list[Claimed] = []
        # 短期的值过期后何时清掉，各库不同；时间只往前走时看不出差别
        self.now = NOON

    def both(self, call: Callable[[RecordStore], object]) -> object:
        answers = []
        for store in (self.model, self.system):
            try:
                answers.append(call(store))
            except (MianzhengError, ValueError) as error:
                answers.append((type(error), str(error), getattr(error, "current", None)))
        assert answers[0] == answers[1]
        return answers[0]

    @rule(
        writes=st.lists(st.tuples(IDS, STATES, DUE, DUE, st.integers(0, 9)), max_size=2),
        deliveries=st.lists(st.tuples(IDS, TOPICS, INSTANTS), max_size=2),
        command=st.none() | st.tuples(IDS, STATES),
        unique=st.dictionaries(IDS, IDS, max_size=1),
        seals=st.lists(IDS, max_size=1),
        keys=st.lists(IDS, max_size=1),
        destroyed=st.lists(IDS, max_size=1),
    )
    def commit(
        self,
        writes: list[tuple[str, str, datetime.datetime | None, datetime.datetime | None, int]],
        deliveries: list[tuple[str, str, datetime.datetime]],
        command: tuple[str, str] | None,
        unique: dict[str, str],
        seals: list[str],
        keys: list[str],
        destroyed: list[str],
    ) -> None:
        change = Change(
            writes=tuple(self.write(*write) for write in writes),
            deliveries=tuple(Delivery(id=id, topic=topic, next_at=at) for id, topic, at in deliveries),
            command=command and Command(key=command[0], fingerprint=command[1], at=NOON, result={"n": len(writes)}),
            unique={name: Key(kind="case", id=id) for name, id in unique.items()},
            seals=tuple(Sealed(kind="case", id=id, name="text", sealed=b"s") for id in seals),
            keys=tuple(CaseKey(kind="case", id=id, wrapped=b"w") for id in keys),
            destroyed=tuple(Key(kind="case", id=id) for id in destroyed),
        )
        self.both(lambda store: store.commit(change))

    def write(
        self, id: str, state: str, due: datetime.datetime | None, check: datetime.datetime | None, chance: int
    ) -> Write:
        """Mostly the next step of a case; one in ten times a first one, whether it is there or not."""
        try:
            before = self.model.get("case", id)
        except MianzhengError:
            before = None
        fields = {"state": state, "due_at": due, "check_at": check}
        if before is None or not chance:
            return filed(id, kind="case", **fields)
        return stepped(before, state, **fields)

    @rule(now=INSTANTS, limit=st.integers(1, 3), topics=st.lists(TOPICS, max_size=1))
    def claim(self, now: datetime.datetime, limit: int, topics: list[str]) -> None:
        claimed = self.both(lambda store: store.claim(now, HOUR, limit, topics))
        assert isinstance(claimed, list)
        self.claimed += claimed

    @rule(data=st.data(), at=INSTANTS, end=st.sampled_from(["ack", "retry", "park"]))
    def end(self, data: st.DataObject, at: datetime.datetime, end: str) -> None:
        if not self.claimed:
            return
        claimed = data.draw(st.sampled_from(self.claimed))
        match end:
            case "ack":
                self.both(lambda store: store.ack(claimed, at))
            case "retry":
                self.both(lambda store: store.retry(claimed, at, "忙"))
            case "park":
                self.both(lambda store: store.park(claimed, "坏"))

    @rule(id=IDS, at=INSTANTS)
    def unpark(self, id: str, at: datetime.datetime) -> None:
        self.both(lambda store: store.unpark(id, at))

    @rule(series=IDS, limit=st.integers(0, 2), hours=st.integers(0, 2))
    def count(self, series: str, limit: int, hours: int) -> None:
        self.now += hours * HOUR
        self.both(lambda store: store.next_number(series))
        self.both(lambda store: store.take(series, limit, 2 * HOUR, self.now))

    @rule(
        key=IDS, keep=st.integers(-1, 3), hours=st.integers(0, 2), how=st.sampled_from(["remember", "renew", "forget"])
    )
    def keep(self, key: str, keep: int, hours: int, how: str) -> None:
        self.now += hours * HOUR
        until = self.now + keep * HOUR
        match how:
            case "remember":
                self.both(lambda store: store.remember(key, key.encode(), until, self.now))
            case "renew":
                self.both(lambda store: store.renew(key, b"renewed", until))
            case "forget":
                self.both(lambda store: store.forget(key))
        self.both(lambda store: [store.recall(key, self.now + ahead * HOUR) for ahead in range(3)])

    @rule(states=st.lists(STATES, max_size=2, unique=True), since=DUE, until=DUE, limit=st.integers(1, 3))
    def read_lists(
        self,
        states: list[str],
        since: datetime.datetime | None,
        until: datetime.datetime | None,
        limit: int,
    ) -> None:
        query = Worklist(kind="case", states=tuple(states), due_from=since, due_until=until)
        self.both(lambda store: store.worklist(query, "", limit))
        self.both(lambda store: store.worklist(query, store.worklist(query, "", limit).after, limit))
        self.both(lambda store: store.due(until or NOON, limit))
        self.both(lambda store: store.keys("case", "case/a", limit))

    @rule()
    def open_again(self) -> None:
        self.system.close()
        self.system = SQLiteRecordStore(self.file)

    @invariant()
    def the_same_lasts(self) -> None:
        assert list(self.model.dump()) == list(self.system.dump())
        self.both(lambda store: (store.pending(), store.parked()))
        self.both(lambda store: [store.sealed("case", id, "text") for id in "abc"])

    def teardown(self) -> None:
        assert examine(self.system).faults == () and self.system.check() == []
        self.system.close()
        self.folder.cleanup()


TestStores = Stores.TestCase
TestStores.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
