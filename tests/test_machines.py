"""Every role in every state with every event: what the tables do not list is refused."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mianzheng.cases.actors import AT_WORK, CITIZEN, SYSTEM, Actor
from mianzheng.cases.events import broken_links
from mianzheng.cases.machine import Machine
from mianzheng.cases.records import CaseRecord
from mianzheng.cases.steps import Step, opened, take, written
from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.complaints.machines import MACHINE as COMPLAINT
from mianzheng.errors import GuardFailed, NotAllowed
from mianzheng.proposals.drafts import MACHINE as DRAFT
from mianzheng.proposals.machines import MACHINE as PROPOSAL
from mianzheng.proposals.objections import MACHINE as OBJECTION
from mianzheng.suggestions.machines import MACHINE as SUGGESTION
from tests.conftest import ROOT

MACHINES = {machine.kind: machine for machine in (COMPLAINT, DRAFT, PROPOSAL, OBJECTION, SUGGESTION)}
TABLES = ROOT / "tests" / "data" / "machines"
NOW = datetime.datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)


def cells(table: Path) -> set[tuple[str, str, str]]:
    """The allowed (role, state, event) cells of a table."""
    allowed = set()
    for line in table.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            event, states, roles = (part.split() for part in line.split("|"))
            allowed |= {(role, state, event[0]) for state in states for role in roles}
    return allowed


def all_roles(shipped_roles: set[str]) -> list[str]:
    return sorted(shipped_roles | {CITIZEN, SYSTEM})


@pytest.mark.parametrize("kind", MACHINES)
def test_every_cell_that_is_not_listed_is_refused_and_every_listed_one_is_open(kind: str, shipped: Loaded) -> None:
    machine, allowed = MACHINES[kind], cells(TABLES / f"{kind}.txt")
    roles = all_roles({code for code, role in shipped.catalog.vocabularies.roles.items() if role.account})
    walked = set()
    for role in roles:
        for state in machine.states:
            for event in machine.events:
                if _is_open(machine, state, event, role):
                    walked.add((role, state, event))
    assert walked == allowed
    assert {event for _, _, event in allowed} == set(machine.events)


def _is_open(machine: Machine, state: str, event: str, role: str) -> bool:
    try:
        machine.find(state, event, role)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize("kind", MACHINES)
def test_every_state_is_reached_and_every_open_state_is_left(kind: str) -> None:
    machine = MACHINES[kind]
    reached, grown = {machine.initial}, True
    while grown:
        before = len(reached)
        reached |= {t.target for t in machine.transitions if t.target and t.sources & reached}
        grown = len(reached) > before
    assert reached == set(machine.states)
    left = {source for t in machine.transitions if t.target for source in t.sources}
    assert set(machine.open_states()) <= left


def record(state: str, **data: Any) -> CaseRecord:
    return CaseRecord(kind="complaint", id="c-1", version=3, state=state, data=data, changed_at=NOW)


def receiver(body: str = "bd-000001", subject: str = "s-1") -> Actor:
    return Actor(role="receiver", place="demo-yiyuan", body=body, account=f"{subject}@x", subject=subject)


def test_a_refusal_names_state_and_step_in_chinese() -> None:
    with pytest.raises(NotAllowed, match="现在是“已告知”，不能“受理”。"):
        COMPLAINT.find("informed", "accept", "receiver")
    with pytest.raises(NotAllowed, match="您的角色不能“受理”。"):
        COMPLAINT.find("registered", "accept", "handler")


def test_a_body_that_the_complaint_is_about_receives_it_but_does_not_decide() -> None:
    step = Step("accept", receiver(), NOW, {})
    with pytest.raises(NotAllowed, match="回避"):
        take(COMPLAINT, record("registered"), step, concerned={"bd-000001"})
    after, event, _ = take(COMPLAINT, record("registered"), step, concerned={"bd-000002"})
    assert (after.state, event.body) == ("accepted", "bd-000001")
    take(COMPLAINT, record("accepted"), Step("investigate", receiver(), NOW, {}), concerned={"bd-000001"})


DECISIONS = {
    "complaint": {"accept", "refuse", "extend", "decline_extension", "return_conclusion", "conclude",
                  "decline_termination", "terminate"},
    "draft": set(),
    "proposal": {"opine", "notify", "consult", "settle", "approve", "reject", "oversee"},
    "objection": set(),
    "suggestion": set(),
}  # fmt: skip


@pytest.mark.parametrize("kind", MACHINES)
def test_deciding_is_closed_to_concerned_bodies_and_nothing_else_is(kind: str) -> None:
    assert {t.event for t in MACHINES[kind].transitions if t.decides} == DECISIONS[kind]


@pytest.mark.parametrize(
    ("state", "asking", "granting", "given"),
    [
        ("investigating", "ask_extension", "extend", {"days": 3}),
        ("investigating", "propose_conclusion", "conclude", {"findings": ["G1"], "reply": "已经纠正"}),
        ("investigating", "propose_termination", "terminate", {"ground": "T9_other", "reply": "已经终止"}),
    ],
)
def test_extension_conclusion_and_termination_need_two_persons(
    state: str, asking: str, granting: str, given: dict[str, Any]
) -> None:
    before = record(state, by={asking: "s-7"})
    with pytest.raises(NotAllowed, match="另一个人"):
        take(COMPLAINT, before, Step(granting, receiver(subject="s-7"), NOW, given))
    after, _, _ = take(COMPLAINT, before, Step(granting, receiver(subject="s-8"), NOW, given))
    assert after.state != before.state


def test_all_missing_fields_are_named_at_once_by_their_chinese_names() -> None:
    step = Step("refuse", receiver(), NOW, {"ground": "", "reply": ""})
    with pytest.raises(GuardFailed) as refused:
        take(COMPLAINT, record("registered"), step, names={"ground": "理由", "reply": "答复"})
    assert refused.value.problems == {"ground": "请填写“理由”", "reply": "请填写“答复”"}


def test_events_form_a_chain_that_shows_every_change() -> None:
    first = opened(COMPLAINT, "c-9", Step("register", AT_WORK, NOW, {}), place="demo-yiyuan")
    citizen = Actor(role=CITIZEN)
    after, one, _ = take(COMPLAINT, first, Step("register", citizen, NOW, {"channel": "platform"}))
    after, two, _ = take(COMPLAINT, after, Step("accept", receiver(), NOW, {}))
    after, three, _ = take(COMPLAINT, after, Step("investigate", receiver(), NOW, {}))
    assert broken_links([one, two, three]) == []
    assert (after.seq, after.head) == (3, three.digest)
    assert broken_links([one, msgspec.structs.replace(two, reason="改过"), three]) == [2]
    assert broken_links([one, three]) == [3]
    assert broken_links([two, three]) == [2]


def test_an_event_is_never_older_than_the_one_before_even_when_the_machine_clock_jumps_back() -> None:
    step = Step("accept", receiver(), NOW - datetime.timedelta(hours=2), {})
    after, event, _ = take(COMPLAINT, record("registered"), step)
    assert event.at == NOW and after.changed_at == NOW


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        take(COMPLAINT, record("registered"), Step("accept", receiver(), datetime.datetime(2026, 1, 1), {}))


def test_a_write_raises_the_version_by_one() -> None:
    before = record("registered")
    after, event, _ = take(COMPLAINT, before, Step("accept", receiver(), NOW, {}))
    write = written(before, after, event)
    assert (write.before, write.record.version) == (3, 4)
    new = written(None, after, event)
    assert (new.before, new.record.version) == (None, 1)
